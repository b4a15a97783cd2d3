"""Sentences that say that something was done, or is about to be, and whether it is so. Pure.

A chat model says "I've set a timer" because people say so, tool or no tool. What it says is held against what tools
really did.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from localvoice.think.claim_words import ENGLISH, ClaimWords
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


@dataclass(frozen=True, slots=True)
class _Patterns:
    opener: re.Pattern[str]
    done: re.Pattern[str]
    perfect: re.Pattern[str]
    past: re.Pattern[str]
    bare_past: re.Pattern[str]
    doing: re.Pattern[str]
    bare_doing: re.Pattern[str]
    will: re.Pattern[str]
    promise: re.Pattern[str]
    state: re.Pattern[str]
    was: re.Pattern[str]
    bare_state: re.Pattern[str]
    listed: re.Pattern[str]
    finite: re.Pattern[str]
    offers: re.Pattern[str]
    subordinate: re.Pattern[str]


def claim(sentence: str, *, opens: bool = True, words: ClaimWords = ENGLISH) -> Claim | None:
    """What `sentence`, or as much of one as is there, claims; None if it claims nothing.

    `opens`: the reply begins with it. "Done!" and "I turned on the light." are claims only there; further on they
    belong to a recipe or a story.
    """
    text = _plain(sentence, words)
    if not text or text.endswith("?"):
        return None
    is_ = _patterns(words)
    if opens and is_.done.match(text):
        return Claim.DONE
    rest = is_.opener.sub("", text)
    if is_.perfect.search(rest) or (opens and (is_.past.match(rest) or _alone(is_.bare_past, rest, is_))):
        return Claim.DID
    for pattern, what in ((is_.promise, Claim.PROMISE), (is_.will, Claim.WILL), (is_.doing, Claim.DOES)):
        found = pattern.search(rest)
        if found and not is_.offers.search(rest) and not is_.subordinate.search(rest[: found.start()]):
            return what
    if _alone(is_.bare_doing, rest, is_) and not is_.offers.search(rest):
        return Claim.DOES
    found = is_.state.match(rest) or is_.listed.match(rest) or (is_.was.match(rest) if opens else None)
    if found and not is_.subordinate.search(_subject(found.group())):
        return Claim.STATE
    if opens and is_.bare_state.match(rest) and not is_.finite.search(rest):
        return Claim.STATE
    return None


def backed(sentence: str, what: Claim, deeds: Iterable[Deed], words: ClaimWords = ENGLISH) -> bool:
    """Whether one of `deeds` is what `sentence` speaks of: a word in common, and no number that none of them knows."""
    known = list(deeds)
    if not known:
        return False
    text = _plain(sentence, words)
    subject = _stems(text, words)
    done = [_stems(_deed_text(deed), words) for deed in known]
    if what not in (Claim.DONE, Claim.PROMISE) and subject and not any(subject & each for each in done):
        return False
    return _numbers(text, words) <= frozenset().union(*(_numbers(_deed_text(deed), words) for deed in known))


def speaks_of_earlier(sentence: str, user_text: str, words: ClaimWords = ENGLISH) -> bool:
    """Whether `sentence`, said in answer to `user_text`, may be about what was done in an earlier turn."""
    asked = re.match(rf"\W*(?:{words.asks_about})\b", user_text.lower())
    return bool(asked or re.search(rf"\b(?:{words.in_the_past})\b", _plain(sentence, words).lower()))


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


def _alone(pattern: re.Pattern[str], text: str, is_: _Patterns) -> bool:
    """Whether `text` begins so, and is no statement about it."""
    found = pattern.match(text)
    return bool(found) and not is_.finite.search(text, found.end() if found else 0)


def _subject(text: str) -> str:
    """What stands before the verb of a report."""
    return re.split(r" (?:is|are|was|were|has|have|will)\b", text)[0]


@cache
def _patterns(words: ClaimWords) -> _Patterns:
    adverbs = rf"(?:{words.adverbs} )*"
    thing = rf"(?:{'|'.join(words.things)})\b"
    far = r"(?:(?!and |or |but )[\w'%:.-]+ ){0,7}?"
    """Words between the verb and the thing."""
    farther = r"(?:[\w'%:,.-]+ ){0,12}?"
    people = words.people

    def acted(forms: dict[str, str], *, loosely: bool) -> str:
        """A verb with what it acts on."""
        every = "|".join(forms.values())
        told = "|".join(form for base, form in forms.items() if base in words.telling)
        called = "|".join(
            form for base, form in forms.items() if base in ("call", "phone", "dial", "text", "message", "e-?mail")
        )
        switched = "|".join(form for base, form in forms.items() if base in ("turn", "switch"))
        it = r"(?:it|that|this|them|those|everything)"
        end = r"(?:$|[.!,]|for\b|to\b|from\b|on your\b|now\b|\d)"
        out = [
            rf"(?:{every}) {far}{thing}",
            rf"(?:{called}) {people}\b",
            rf"(?:{switched}) (?:{it} )?(?:on|off|up|down)\b",
            rf"(?:{every}) {it} ?{end}",
            rf"(?:{every}) {farther}(?:on|to|from|in|off) (?:your|the) (?:\w+ )?list\b(?! of)",
        ]
        if loosely:
            out.append(rf"(?:{told}) (?:(?:you|your|a|an|the|one|two|some|it|that|them)\b|\d)")
        return f"(?:{'|'.join(out)})"

    base = {verb: verb for verb in words.acts}
    past = {verb: forms[0] for verb, forms in words.acts.items()}
    doing = {verb: forms[1] for verb, forms in words.acts.items()}
    no_base = {verb: form for verb, form in past.items() if form != verb}
    owned = rf"(?:(?:the|your|all|both|that|this|my)\b ?)?{far}{thing}"

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(text, re.IGNORECASE)

    behind = rf"(?! (?:{words.not_behind_a_state})\b)"
    return _Patterns(
        opener=pattern(rf"^(?:(?:{words.openers})\b[,.!;: —–-]*)+"),
        done=pattern(rf"^(?:(?:{words.openers})\b[,.!;: —–-]*)*(?:{words.done})(?:$|[.!,;:]| now[.!])"),
        perfect=pattern(
            rf"(?<!if )(?<!when )(?<!once )\b(?:i|we) (?:have|just|{adverbs}have) {adverbs}{acted(past, loosely=True)}"
        ),
        past=pattern(rf"^(?:i|we) {adverbs}{acted(past, loosely=True)}"),
        bare_past=pattern(rf"^{adverbs}{acted(no_base, loosely=False)}"),
        doing=pattern(rf"\b(?:i am|we are) {adverbs}{acted(doing, loosely=True)}"),
        bare_doing=pattern(rf"^{adverbs}{acted(doing, loosely=False)}"),
        will=pattern(
            rf"\b(?:(?:i|we) (?:will|shall)|(?:i am|we are) (?:going|about) to|let me)"
            rf" {adverbs}{acted(base, loosely=True)}"
        ),
        promise=pattern(rf"\b(?:(?:i|we) (?:will|shall)|(?:i am|we are) going to) {adverbs}(?:{words.promises})"),
        state=pattern(
            rf"^(?:(?:(?:the|your|all|both|that|this|my) {far}{thing}(?: (?:for|in|at|to|of|on)\b[^,.;]*?)?"
            rf" (?:is|are|will be|have been|has been))|(?:{far}{thing}{'(?: (?:for|in|at|to)[^,.;]*?)?'}"
            rf" (?:has been|have been|is now|are now))|it (?:is now|has been)|they (?:are now|have been))"
            rf" {adverbs}(?:{words.states})\b{behind}"
        ),
        was=pattern(rf"^(?:the|your|all|both) {far}{thing} (?:was|were) {adverbs}(?:{words.states})\b{behind}"),
        bare_state=pattern(rf"^(?!(?:{'|'.join(base)})\b){owned} {adverbs}(?:{words.states})\b{behind}"),
        listed=pattern(
            r"^[^.;:]*?\b(?:has|have|is|are)(?: now| been)+ (?:\w+ly )?(?:(?:added|removed|placed|put|deleted|moved)"
            r" (?:to|from|on|in|into|for) your|(?:booked|ordered|reserved|scheduled|sent) (?:for|to) (?:your|you))\b"
            r"|^your (?:[\w'-]+ ){1,3}(?:has|have) been (?:\w+ly )?"
            r"(?:booked|ordered|reserved|scheduled|cancell?ed|sent)\b"
        ),
        finite=pattern(rf"\b(?:{words.finite})\b"),
        offers=pattern(rf"\b(?:{words.offers})\b"),
        subordinate=pattern(rf"\b(?:{words.subordinate})\b"),
    )


def _deed_text(deed: Deed) -> str:
    return f"{deed.call.name.replace('_', ' ')} {deed.call.arguments} {deed.text}"


def _stems(text: str, words: ClaimWords) -> frozenset[str]:
    """The words that say which deed it is, cut down to what "lights", "lighting" and "light" have in common."""
    found = re.findall(r"[^\W\d_]+", text.lower())
    stems = (re.sub(r"(?:'s|ing|ed|es|s|e)$", "", word) or word for word in found)
    empty = {re.sub(r"(?:'s|ing|ed|es|s|e)$", "", word) or word for word in words.empty} | words.empty
    return frozenset(stem for stem in stems if len(stem) > 1 and stem not in empty and stem not in words.numbers)


def _numbers(text: str, words: ClaimWords) -> frozenset[int]:
    found = re.findall(r"\d+|[^\W\d_]+", text.lower())
    values = (int(each) if each.isdecimal() else words.numbers.get(each) for each in found)
    return frozenset(value for value in values if value is not None)
