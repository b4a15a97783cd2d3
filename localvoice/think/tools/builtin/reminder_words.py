"""What the user wants to be reminded of, in the assistant's words."""

import re

_SWAPPED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "me": "you", "my": "your", "mine": "yours",
    "myself": "yourself",
}  # fmt: skip
_CLAUSES = ("about", "that")
_NOUNS = ("the", "a", "an", "your", "this", "our")


def to_the_user(what: str) -> str:
    """What users say of themselves, said to them: "to call my mum" as "call your mum"."""
    plain = re.sub(r"^(?:to|of)\s+", "", " ".join(what.split()).strip(" .,!?"), flags=re.IGNORECASE)
    plain = re.sub(r"\bI am\b", "you are", plain, flags=re.IGNORECASE)
    return re.sub(r"[A-Za-z']+", lambda word: _SWAPPED.get(word[0].lower(), word[0]), plain)


def after_remind(about: str) -> str:
    """As it follows "I'll remind you": "to call your mum", "about the cake", "that the oven is on"."""
    first = about.split()[0].lower()
    if first in _CLAUSES:
        return about
    if first in _NOUNS:
        return f"about {about}"
    return f"that {about}" if first.startswith("you") else f"to {about}"


def alone(about: str) -> str:
    """As it stands by itself: "call your mum", "the cake", "the oven is on"."""
    first, _, rest = about.partition(" ")
    return rest if first.lower() in _CLAUSES and rest else about
