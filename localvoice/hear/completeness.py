"""Do these words sound finished? Unfinished ones get a longer end-of-turn wait.

Silence alone cuts people off in the middle of "set a timer for … five minutes". The last words say most of
it, and they are there before the wait is over: articles, prepositions and conjunctions promise more, and so
do a number without its unit and an adjective without its noun. The rules are for English, whatever it is about. Words
of other languages are spelt the same and mean something else ("Mach das Licht an."), so those keep the base wait.
"""

import re

LONGEST_MS = 1000
_STRONG_MS = 700
_MILD_MS = 300


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _phrases(phrases: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in phrases.split(","))


_FILLERS = _set("um uh uhm er erm hm hmm mm")
_PROMISING_WORDS = _set(
    "a an the my your our their some every "  # determiners
    "and or but because if plus minus times then also with without extra "  # and what acts as a conjunction
    "for to of from by between into onto about at as in than "  # prepositions that end no command
    "what's where's i'd i'll i'm"
)
_PROMISING_ENDS = _phrases(
    "i want, would like, i'd like, i need, can i get, can i have, could i get, could i have, may i have,"
    "i'll have, i'll take, give me, tell me, how many, how much, how long, what is, where is, who is,"
    "turn on, turn off, turn up, turn down, switch on, switch off, remind me, divided, put it on"
)
_PROMISING_WHOLES = _phrases(
    "set, add, remove, convert, calculate, make, put, change, get, turn, switch, order, please, hey, so,"
    "well, what, how, i, can you, could you, would you, will you, can i, could i, i would, please set,"
    "please add, please turn, how about, change it"
)
_MILD_ENDS = _phrases("set a timer, start a timer, turn it, make it, what about")
_WHOLE = _phrases("what time is it, what is it, what's that, that's it, come in, what for, where to")
_SIZES = _set("small medium large big tiny huge regular single double triple")
_ADJECTIVES = _SIZES | _set(
    "dark black white brown red green blue yellow hot cold iced warm cool fresh new old good nice quick different"
)
_BEFORE_A_NOUN = _set("a an another some one two three four five six with of")
_BEFORE_A_STATE = _set("to on at is are")
""" "fan on medium": the size is what something is to be, not of what."""
_SPOKEN_OF = _set("it that this them those make the")
"""What these point to has been named before, so an adjective may stand alone: "make it a large"."""
_NUMBERS = _set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half quarter"
)


def patience_ms(text: str, base_ms: int, language: str = "en") -> int:
    """How long the silence after `text` should be before the turn is over, never below `base_ms`.

    `language` is the code of that which is spoken; of any but "en" nothing is known. `text` is a transcript of any
    style; case and punctuation count for nothing, but for a trailing comma, dash or ellipsis.
    """
    return max(base_ms, min(base_ms + _extra_ms(text), LONGEST_MS)) if language == "en" else base_ms


def _extra_ms(text: str) -> int:
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    joined = " ".join(words)
    if not words or joined in _WHOLE:
        return 0
    if (
        re.search(r"(\.\.\.|[\u2026,\u2013\u2014-])\s*$", text)
        or words[-1] in _FILLERS
        or words[-1] in _PROMISING_WORDS
        or joined in _PROMISING_WHOLES
        or _ends_with(joined, _PROMISING_ENDS)
        or _lacks_unit(words)
        or _lacks_noun(words)
    ):
        return _STRONG_MS
    return _MILD_MS if _ends_with(joined, _MILD_ENDS) else 0


def _ends_with(joined: str, phrases: tuple[str, ...]) -> bool:
    return any(joined == phrase or joined.endswith(" " + phrase) for phrase in phrases)


def _is_number(word: str) -> bool:
    return word in _NUMBERS or word.isdigit()


def _lacks_unit(words: list[str]) -> bool:
    """ "set a timer for twenty", "convert five": a number that promises a unit."""
    start = len(words)
    while start and (_is_number(words[start - 1]) or (start < len(words) and words[start - 1] == "and")):
        start -= 1
    if start in (0, len(words)):
        return False
    return words[start - 1] == "convert" or (words[start - 1] in ("for", "a") and "timer" in words[:start])


def _lacks_noun(words: list[str]) -> bool:
    """ "can i have a large", "a light roast double": adjectives whose noun is still to come. Of other adjectives than
    sizes this is certain only after an article or the like: "i am cold" is whole.

    "a large" alone is whole too: it answers a question.
    """
    start = len(words)
    while start and words[start - 1] in _ADJECTIVES:
        start -= 1
    if start in (0, len(words)) or _SPOKEN_OF & set(words[:start]):
        return False
    before = words[start - 1]
    if start == 1 and before not in ("with", "of"):
        return False
    return before in _BEFORE_A_NOUN or (words[-1] in _SIZES and before not in _BEFORE_A_STATE)
