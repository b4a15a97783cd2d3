"""Do these words sound finished? Unfinished ones get a longer end-of-turn wait.

Silence alone cuts people off in the middle of "set a timer for … five minutes". The last words say most of
it, and they are there before the wait is over: articles, prepositions and conjunctions promise more, and so
does a number whose unit is missing. The rules are for English; words of other languages match none of them
and keep the base wait.
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
_UNFINISHED_DRINK = _set("small medium large regular double single triple soy almond oat brown dark")
_NUMBERS = _set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half quarter"
)


def patience_ms(text: str, base_ms: int) -> int:
    """How long the silence after `text` should be before the turn is over, never below `base_ms`.

    `text` is a transcript of any style; case and punctuation count for nothing, but for a trailing comma,
    dash or ellipsis.
    """
    return max(base_ms, min(base_ms + _extra_ms(text), LONGEST_MS))


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
        or _lacks_drink(words)
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


def _lacks_drink(words: list[str]) -> bool:
    """ "can i have a large", "with soy"; but "make it a large" is whole, and so is "large"."""
    if words[-1] not in _UNFINISHED_DRINK or len(words) == 1 or "make" in words or "the" in words[-2:]:
        return False
    return len(words) > 2 or words[0] not in ("a", "no", "yes")
