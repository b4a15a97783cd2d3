"""Whether a request was done, by what the house is like afterwards and by what was said. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from household.corpus import Request
from household.world import NOW, VOLUME, Waiting, World
from localvoice.speak.numbers import numbers_to_words

Verdict = Literal["right", "wrong action", "nothing done", "false claim"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong action", "nothing done", "false claim")
AREAS = ("timers", "alarms", "reminders", "list", "devices", "volume", "order")
CLOSE_S = 3.0
"""Of a timer that was set while the clock stood still, or nearly so."""
FEW_WORDS = 6
_SMALL = {"the", "a", "an", "some", "my", "of", "with", "and", "bit"}
_NUMBER_WORDS = set(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand point".split()
)
_DOES = (
    "set|add|start|turn|switch|cancel|stop|remov|delet|paus|resum|continu|remind|wake|dim|order|plac|clear|chang|put|"
    "extend|call|notif|alert|creat|undo|undid|undone|updat|adjust|increas|decreas|lower|rais"
)
_CLAIMS = (
    # I've set it, I'll remind you, I am adding that.
    rf"\b(?:i've|i have|i'll|i will|i am|i'm|i just|i|we've|we'll)(?: \w+)? (?:{_DOES})\w*\b",
    # The timer is set, milk has been added, set for ten minutes.
    rf"\b(?:is|are|was|has been|have been)(?: now| all)? (?:{_DOES})(?:ed|ped|led)?\b",
    r"\b(?:timer|alarm|reminder|countdown|volume|brightness|light|lights)\b.{0,30}\b(?:set|started|cancelled|canceled)\b",
    r"^(?:done|all set|it's done|added|removed|cancelled|canceled|started|set)\b",
)
_NOT = (
    r"\b(?:can't|cannot|couldn't|could not|can not|don't|unable|not able|won't|isn't|aren't|not|no timer|if you|"
    r"would you)\b"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request. `acted`: a tool that changes something came back well."""

    before: World
    after: World
    said: str
    acted: bool


def judge(request: Request, outcome: Outcome) -> tuple[Verdict, str]:
    """The verdict, and what is not as it should be ("" if all is)."""
    wrong = [area for area in AREAS if not _is_right(area, request.effect, outcome)]
    changed = [area for area in AREAS if getattr(outcome.before, area) != getattr(outcome.after, area)]
    if not outcome.acted and claims(outcome.said):
        return "false claim", outcome.said
    if wrong:
        return ("wrong action" if changed else "nothing done"), ", ".join(wrong)
    missing = [one for one in request.effect.get("said", ()) if not says(outcome.said, one)]
    if missing:
        return "nothing done", f"not said: {', '.join(missing)}"
    if request.effect.get("quiet") and len(outcome.said.split()) > FEW_WORDS:
        return "nothing done", "it talks"
    return "right", ""


def claims(said: str) -> bool:
    """Whether it says that something was done or will be."""
    for sentence in re.split(r"(?<=[.!?])\s+", said.lower().replace("’", "'")):
        if sentence.endswith("?") or re.search(_NOT, sentence):
            continue
        if any(re.search(pattern, sentence) for pattern in _CLAIMS):
            return True
    return False


def says(said: str, wanted: str) -> bool:
    """Whether `wanted` (alternatives with |) is in what was said; a number must not be a part of another."""
    words = _words(said)
    for one in wanted.split("|"):
        part = _words(one)
        for at in range(len(words) - len(part) + 1):
            around = [*words[at - 1 : at], *words[at + len(part) : at + len(part) + 1]]
            number = part[-1] in _NUMBER_WORDS
            if words[at : at + len(part)] == part and not (number and _NUMBER_WORDS.intersection(around)):
                return True
    return False


def _is_right(area: str, effect: dict[str, Any], outcome: Outcome) -> bool:
    before, after = getattr(outcome.before, area), getattr(outcome.after, area)
    if area not in effect:
        return _same(area, before, after)
    wanted = effect[area]
    match area:
        case "timers" | "alarms" | "reminders":
            return _all_match(wanted, after, _is_waiting)
        case "list":
            return _all_match(wanted, after, lambda one, item: any(_bare(o) == _bare(item) for o in one.split("|")))
        case "devices":
            return _devices_match(wanted, before, after)
        case "volume" if isinstance(wanted, str):
            return bool(after > VOLUME if wanted == "up" else after < VOLUME)
        case "order":
            return set(_words(wanted)) - _SMALL == set(_words(after)) - _SMALL
    return bool(wanted == after)


def _same(area: str, before: Any, after: Any) -> bool:
    if area not in ("timers", "alarms", "reminders"):
        return bool(before == after)
    return _all_match(
        before,
        after,
        lambda one, other: one.label == other.label and one.paused == other.paused and abs(one.s - other.s) < CLOSE_S,
    )


def _all_match(wanted: Sequence[Any], found: Sequence[Any], match: Any) -> bool:
    """Whether each of `wanted` has its own in `found`, and nothing is left over."""
    left = list(found)
    for one in wanted:
        mate = next((other for other in left if match(one, other)), None)
        if mate is None:
            return False
        left.remove(mate)
    return not left


def _is_waiting(wanted: dict[str, Any], found: Waiting) -> bool:
    named = wanted.get("name") or wanted.get("what")
    if named and not any(set(_plain(one)) <= set(_plain(found.label)) for one in named.split("|")):
        return False
    if "s" in wanted and abs(wanted["s"] - found.s) > CLOSE_S:
        return False
    if "at" in wanted and f"{found.at:%H:%M}" not in wanted["at"].split("|"):
        return False
    if "in" in wanted and (found.at.date() - NOW.date()).days != wanted["in"]:
        return False
    return bool(wanted.get("paused", False) == found.paused)


def _devices_match(wanted: dict[str, str], before: dict[str, str], after: dict[str, str]) -> bool:
    """`wanted` may have "" for a device that is as if it had never been switched."""
    expected = {_device(name): state for name, state in before.items()}
    found = {_device(name): state for name, state in after.items()}
    for names, states in wanted.items():
        keys = [_device(name) for name in names.split("|")]
        key = next((key for key in keys if key in found), keys[0])
        if found.get(key, "") not in states.split("|"):
            return False
        found.pop(key, None)
        expected.pop(key, None)
    return expected == found


def _device(name: str) -> frozenset[str]:
    return frozenset(_plain(name))


def _plain(text: str) -> list[str]:
    return [word.removesuffix("s") for word in _words(text) if word not in _SMALL]


def _bare(item: str) -> str:
    """Of an item what has to be the same: its letters, but for an article and a plural."""
    return "".join(_plain(item))


def _words(text: str) -> list[str]:
    spoken = numbers_to_words(text).lower().replace("’", "'").replace("-", " ").replace("percent", "per cent")
    return re.findall(r"[a-z']+", spoken)
