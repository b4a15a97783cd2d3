"""English words for days. Pure data."""

from localvoice.think.commands.quantity_words import Half

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
NAMED = {
    "today": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2, "day after tomorrow": 2,
    "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip
"""Days from today."""

PARTS: dict[str, tuple[Half, int]] = {
    "morning": ("am", 9), "afternoon": ("pm", 15), "evening": ("pm", 19), "night": ("pm", 20),
}  # fmt: skip
"""Parts of a day: which half of it, and the hour that is meant when none is said."""
ALONE = {"this": "today", "tonight": "today night", "later today": "today", "last night": "yesterday night"}
"""What stands for a day before a part of it, or for both."""

BEFORE = ("on", "for", "the", "this", "coming", "of")
NEXT = ("next",)
LAST = ("last",)
IN = ("in",)
AGO = ("ago",)
FROM_NOW = ("from now", "from today", "later")

_SMALL = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
ORDINALS = {word: value for value, word in enumerate(_SMALL, 1)} | {
    "twentieth": 20, "thirtieth": 30,
    **{f"twenty {word}": 20 + value for value, word in enumerate(_SMALL[:9], 1)}, "thirty first": 31,
}  # fmt: skip
ORDINAL_ENDINGS = ("st", "nd", "rd", "th")
