"""Sentences that say that something was done, or is about to be, and whether it is so. Pure.

A chat model says "I've set a timer" because people say so, tool or no tool. What it says is held against what tools
really did.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from localvoice.think.claim_words import ClaimWords
from localvoice.think.english_claims import ENGLISH
from localvoice.think.messages import ToolCall


class Claim(Enum):
    """What a sentence claims of the one who says it."""

    DID = "did"
    """ "I've set a timer.", "Added milk to your list."."""
    DOES = "does"
    """ "Setting a timer for five minutes."."""
    WILL = "will"
    """ "I'll turn it off."."""
    PROMISE = "promise"
    """ "I'll remind you."."""
    STATE = "state"
    """ "The timer is set.", "Lights off."."""
    DONE = "done"
    """ "Done!"."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A call that a tool carried out, and what it said of it."""

    call: ToolCall
    text: str


def claim(sentence: str, user_text: str = "", *, opens: bool = True, words: ClaimWords = ENGLISH) -> Claim | None:
    """What `sentence`, said in answer to `user_text`, claims, or as much of one as is there; None if nothing.

    Who asked for something to be done takes more for a confirmation than who asked what photosynthesis is.

    `opens`: the reply begins with it. "Done!" and "I turned on the light." are claims only there; further on they
    belong to a recipe or a story.
    """
    text = _plain(sentence, words)
    if not text or text.endswith("?"):
        return None
    if opens and words.done.match(text):
        return Claim.DONE
    rest = words.opener.sub("", text)
    if words.perfect.search(rest):
        return Claim.DID
    if opens and (words.past.match(rest) or _alone(words.bare_past, rest, words)):
        return Claim.DID
    if not words.offers.search(rest):
        for pattern, what in ((words.promise, Claim.PROMISE), (words.will, Claim.WILL), (words.doing, Claim.DOES)):
            if (found := pattern.search(rest)) and not words.subordinate.search(rest[: found.start()]):
                return what
        if _alone(words.bare_doing, rest, words):
            return Claim.DOES
    for pattern in (*words.states, *((words.was,) if opens else ())):
        if (found := pattern.match(rest)) and not words.subordinate.search(found["subject"]):
            return Claim.STATE
    if opens and words.bare_state.match(rest) and not words.finite.search(rest):
        return Claim.STATE
    if (words.asks_for.match(user_text) and _loosely(rest, words)) or _speaks_of_the_wish(text, user_text, words):
        return Claim.DID
    return None


def backed(sentence: str, what: Claim, deeds: Iterable[Deed], words: ClaimWords = ENGLISH) -> bool:
    """Whether one of `deeds` is what `sentence` speaks of: a word in common, and no number that none of them knows.

    What it claims besides needs one of its own.
    """
    known = list(deeds)
    if not known:
        return False
    text = _plain(sentence, words)
    more = words.joints.split(text)[1:]
    besides = ((part, claim(part, words=words)) for part in more)
    return _is_backed(text, what, known, words) and all(
        other is None or _is_backed(part, other, known, words) for part, other in besides
    )


def _is_backed(text: str, what: Claim, known: Sequence[Deed], words: ClaimWords) -> bool:
    subject = _stems(text, words)
    done = [_stems(_deed_text(deed), words) for deed in known]
    if what not in (Claim.DONE, Claim.PROMISE) and subject and not any(subject & each for each in done):
        return False
    return _numbers(text, words) <= frozenset().union(*(_numbers(_deed_text(deed), words) for deed in known))


def speaks_of_earlier(sentence: str, user_text: str, words: ClaimWords = ENGLISH) -> bool:
    """Whether `sentence`, said in answer to `user_text`, may be about what was done in an earlier turn."""
    return bool(words.asks_about.match(user_text) or words.in_the_past.search(_plain(sentence, words)))


def ends_sentence(text: str) -> bool:
    """Whether nothing more belongs to the sentence at the end of `text`."""
    return text.rstrip("\"'”’)]}*_` ").endswith((".", "!", "?", "…", ":", "\n"))


def _plain(sentence: str, words: ClaimWords) -> str:
    """Without what is quoted and what is mark-up, contractions written out; upper case as it was."""
    text = re.sub(r"[’‘]", "'", sentence)
    text = re.sub(r'"[^"]*("|$)|“[^”]*(”|$)|`[^`]*(`|$)', " ", text)
    text = " ".join(re.sub(r"[*_#>\[\]()]", " ", text).split())
    for short, long in words.contractions:
        text = re.sub(re.escape(short) + r"\b", long, text, flags=re.IGNORECASE)
    return text


def _speaks_of_the_wish(text: str, user_text: str, words: ClaimWords) -> bool:
    if not words.asks_for_deed.match(user_text) or words.declines.search(text):
        return False
    shared = _stems(text, words) & _stems(user_text, words)
    return bool(shared or _numbers(text, words) & _numbers(user_text, words))


def _loosely(text: str, words: ClaimWords) -> bool:
    if words.offers.search(text):
        return False
    for pattern in words.loosely:
        if found := pattern.search(text):
            front = text[: found.start()] + (found.groupdict().get("subject") or "")
            if not words.subordinate.search(front):
                return True
    return False


def _alone(pattern: re.Pattern[str], text: str, words: ClaimWords) -> bool:
    """Whether `text` begins so, and is no statement about it."""
    found = pattern.match(text)
    return found is not None and not words.finite.search(text, found.end())


def _deed_text(deed: Deed) -> str:
    return f"{deed.call.name.replace('_', ' ')} {deed.call.arguments} {deed.text}"


def _stems(text: str, words: ClaimWords) -> frozenset[str]:
    """The words that say which deed it is, without their endings."""
    stems = (words.ending.sub("", word) or word for word in re.findall(r"[^\W\d_]+", text.lower()))
    return frozenset(stem for stem in stems if len(stem) > 1 and stem not in words.empty and stem not in words.numbers)


def _numbers(text: str, words: ClaimWords) -> frozenset[int]:
    found = re.findall(r"\d+|[^\W\d_]+", text.lower())
    values = (int(each) if each.isdecimal() else words.numbers.get(each) for each in found)
    return frozenset(value for value in values if value is not None)
