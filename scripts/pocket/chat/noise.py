"""Slight recognition errors and the spelling of larger transcribers, so that the model is not surprised by either."""

import re
from random import Random

SMALL = ("a", "the", "to", "of", "for", "is", "me", "it", "my", "i", "please")
# "on" and "off" are left alone: they carry the meaning of a command.
SWAPS = {
    "a": ["an", "the", ""],
    "an": ["a", ""],
    "the": ["a", "", "that"],
    "for": ["of", ""],
    "to": ["", "the"],
    "in": ["and", ""],
    "of": ["off", ""],
    "is": ["it's", ""],
    "what's": ["what is", "what"],
    "please": ["", "peace"],
    "can": ["could", ""],
    "could": ["can"],
    "i'd": ["i", "i would"],
    "turn": ["turned", "to turn"],
    "set": ["said", "sat"],
    "timer": ["time", "timers"],
    "light": ["lights"],
    "lights": ["light"],
    "my": ["the", "me"],
    "me": ["my", ""],
    "with": ["what", "wit"],
    "and": ["in", "an"],
    "cancel": ["cancelled"],
    "make": ["made", "may"],
    "it": ["a", "at"],
    "get": ["got"],
    "add": ["at", "had"],
    "how": ["who"],
    "will": ["we'll"],
    "do": ["to"],
}
HESITATIONS = ("um", "uh", "well", "so", "okay", "hey", "oh", "and", "please", "yeah", "now")


def misheard(text: str, rng: Random) -> str:
    """One or two small words changed, dropped or added."""
    words = text.split()
    if len(words) < 4:
        return text
    for _ in range(1 if rng.random() < 0.7 else 2):
        spots = [i for i, w in enumerate(words) if w in SWAPS]
        kind = rng.random()
        if kind < 0.6 and spots:
            at = rng.choice(spots)
            words[at] = rng.choice(SWAPS[words[at]])
        elif kind < 0.8:
            words.insert(0, rng.choice(HESITATIONS))
        elif kind < 0.9:
            words.insert(rng.randint(1, len(words)), rng.choice(SMALL))
        else:
            words.append(rng.choice(["please", "the", "thank you", "now", "okay"]))
        words = [w for w in words if w]
    return " ".join(words)


def loose_paper(text: str, rng: Random) -> str:
    """Variants of written style: no final mark, no capital, "5-minute", "12-ounce"."""
    if rng.random() < 0.25:
        text = text.rstrip(".?!")
    if rng.random() < 0.15:
        text = text[0].lower() + text[1:]
    for words, digits in (("eight", "8"), ("twelve", "12"), ("sixteen", "16"), ("twenty", "20")):
        if rng.random() < 0.7:
            text = re.sub(rf"\b{words} ounce\b", f"{digits}{rng.choice([' ', '-'])}ounce", text, flags=re.I)
            text = re.sub(rf"\b(an?) {digits}([ -])ounce", rf"{'an' if digits == '8' else 'a'} {digits}\2ounce", text)
    text = re.sub(
        r"\b(no|sorry|wait|actually|please|thanks)\b (?=\w)",
        lambda f: f[0] if rng.random() < 0.5 else f"{f[1]}, ",
        text,
    )
    return text
