"""English words for numbers, durations and times of day."""

from localvoice.think.commands.quantity_words import QuantityWords

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_PARTS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()

ENGLISH = QuantityWords(
    small={word: value for value, word in enumerate(_SMALL)} | {"nought": 0},
    tens={word: 10 * value for value, word in enumerate(_TENS, 2)} | {"fourty": 40},
    hundred="hundred",
    scales={
        "couple": 2, "dozen": 12, "thousand": 1000, "lakh": 100_000, "million": 10**6, "crore": 10**7,
        "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15,
    },
    articles=frozenset({"a", "an"}),
    joints=frozenset({"and"}),
    of=frozenset({"of"}),
    point=frozenset({"point"}),
    minus=frozenset({"minus", "negative"}),
    zero=frozenset({"oh", "o"}),
    fractions={"half": 1 / 2, "halves": 1 / 2, "quarter": 1 / 4, "quarters": 1 / 4, "hundredth": 1 / 100,
               "hundredths": 1 / 100}
    | {word + ending: 1 / value for value, word in enumerate(_PARTS, 3) for ending in ("", "s")},
    percent=(("%",), ("percent",), ("per", "cent")),
    shares={"full": 100, "maximum": 100, "max": 100},
    units_s={
        name: size
        for size, names in {
            1: "second seconds sec secs s",
            60: "minute minutes min mins m",
            3600: "hour hours hr hrs h",
            86_400: "day days",
            7 * 86_400: "week weeks",
            14 * 86_400: "fortnight fortnights",
        }.items()
        for name in names.split()
    },
    time_fillers=frozenset({"time", "another", "more", "extra"}),
    before_times=frozenset({"at"}),
    past=frozenset({"past", "after", "cast"}),  # Whisper base writes "half-cast six"
    to=frozenset({"to", "till", "til", "before", "of"}),
    o_clock=(("o'clock",), ("oclock",), ("o", "clock")),
    hours_word=frozenset({"hours"}),
    named_times={"noon": (12, "pm"), "midday": (12, "pm"), "midnight": (12, "am")},
    halves={
        ("am",): "am", ("a", "m"): "am", ("pm",): "pm", ("p", "m"): "pm",
        ("in", "the", "morning"): "am", ("this", "morning"): "am",
        ("in", "the", "afternoon"): "pm", ("this", "afternoon"): "pm", ("in", "the", "evening"): "pm",
        ("this", "evening"): "pm",
    },
    night=frozenset({("at", "night"), ("tonight",)}),
)  # fmt: skip
