"""Answers to a question, and what was done a moment ago taken back or corrected: "yes", "undo that", "no, fifteen".

All of it is read off the last turns: the calls that were made, and those that wait for a yes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from localvoice.think.commands.correction import Argument, corrected
from localvoice.think.commands.ellipsis import the_same_of, with_its_name
from localvoice.think.commands.english_follow_ups import ENGLISH
from localvoice.think.commands.follow_up_words import FollowUpWords
from localvoice.think.commands.quantities import duration_s
from localvoice.think.commands.restated import Simply, carried, instead
from localvoice.think.commands.understood import UNDO, Understand, Understood, Wanted, nothing
from localvoice.think.history import Turn
from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.registry import Registry

JUST_NOW_TURNS = 2
"""How far back a correction reaches: the turn before, or the one before that if it did nothing."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call of an earlier turn. `stands`: it changed something that has not been taken back."""

    call: ToolCall
    stands: bool
    turns_ago: int


def follow_up(registry: Registry, understand: Understand = nothing, words: FollowUpWords = ENGLISH) -> Understand:
    """Understands what follows up on the turns before, and leaves the rest to `understand`."""

    def understood(text: str, turns: Sequence[Turn]) -> Understood | None:
        said = plain(text, words)
        if answered := _answer(said, turns, words):
            return answered
        waiting = turns[-1].open_question if turns else ()
        if waiting and _means_undo(said, words):
            # Nothing was done yet.
            return Understood(say=words.will_not)
        made = list(_made(registry, turns))
        if (undone := _undo(said, made, words)) is not None:
            return undone
        recent = [Made(call, False, 1) for call in reversed(waiting)] or [
            each for each in made if each.turns_ago == min(JUST_NOW_TURNS, made[0].turns_ago)
        ]
        calls = [each.call for each in recent]

        def simply(text: str) -> Understood | None:
            return understand(text, turns)

        found = (
            _addition(said, recent, registry, words)
            or _correction(said, recent, registry, words, sure=False)
            or _restated(said, recent, turns, simply, words)
            or understand(text, turns)
            or the_same_of(said, calls, registry, words)
            or with_its_name(said, calls, simply, words)
            or _correction(said, recent, registry, words, sure=True)
        )
        if waiting and found is not None and not found.calls and found.say == turns[-1].reply:
            # A question that is repeated still waits for its answer.
            return Understood(tuple(Wanted(call.name, call.arguments) for call in waiting))
        return found

    return understood


def plain(text: str, words: FollowUpWords) -> str:
    """In lower case, a comma as a word of its own, no other punctuation but what belongs to a number or a word."""
    text = text.lower().replace("’", "'")
    found = re.findall(r"\d+(?:[.:/]\d+)*%?|[^\W\d_]+(?:['-][^\W\d_]+)*|,", text)
    kept = [word for word in found if word not in words.sighs]
    return re.sub(r"(?:, )+", ", ", " ".join(kept)).strip(" ,")


def _answer(said: str, turns: Sequence[Turn], words: FollowUpWords) -> Understood | None:
    """To the question of the last turn, if it has one. Anything but yes and no is something else, and drops it."""
    waiting = turns[-1].open_question if turns else ()
    if not waiting:
        return None
    text = said.replace(" ,", "")
    if _made_of(text, words.yes, words.polite):
        return Understood(tuple(Wanted(call.name, call.arguments) for call in waiting), confirmed=True)
    if _made_of(text, words.no, words.polite):
        return Understood(say=words.will_not)
    return None


def _made_of(text: str, phrases: Sequence[str], polite: Sequence[str]) -> bool:
    some, every = (
        "|".join(sorted(map(re.escape, each), key=len, reverse=True)) for each in (phrases, (*phrases, *polite))
    )
    return bool(re.fullmatch(rf"(?:(?:{every}) )*(?:{some})(?: (?:{every}))*", text))


def _made(registry: Registry, turns: Sequence[Turn]) -> Iterator[Made]:
    """The calls of the turns before, the newest first."""
    undone: set[Json] = set()
    for turns_ago, turn in enumerate(reversed(turns), 1):
        for call, text in reversed(turn.outcomes):
            ids = call.arguments.get("calls") if call.name == UNDO else None
            if isinstance(ids, list):
                undone.update(each for each in ids if isinstance(each, str))
                continue
            tool = registry.get(call.name)
            if tool is not None:
                stands = tool.changes_world and not text.startswith("error:") and call.id not in undone
                yield Made(call, stands, turns_ago)


def _means_undo(said: str, words: FollowUpWords) -> str:
    """Which of the patterns for it `said` fits, or ""."""
    hesitant = re.match(rf"(?:(?!not that){words.hesitations}\b(?: ,)? )*", said)
    said = said[hesitant.end() :] if hesitant else said
    return next((each for each in (words.undo_at_once, words.undo) if re.fullmatch(each, said)), "")


def _undo(said: str, made: Sequence[Made], words: FollowUpWords) -> Understood | None:
    if not (meant := _means_undo(said, words)):
        return None
    at_once = meant == words.undo_at_once
    standing = [each for each in made if each.stands]
    if at_once and (not standing or standing[0].turns_ago > JUST_NOW_TURNS):
        return None
    if not standing:
        return Understood(say=words.nothing_to_undo)
    calls: list[Json] = [each.call.id for each in standing if each.turns_ago == standing[0].turns_ago]
    return Understood((Wanted(UNDO, {"calls": calls}),))


def _addition(said: str, recent: Sequence[Made], registry: Registry, words: FollowUpWords) -> Understood | None:
    for found in _matches(trimmed(said, words), words.additions, words):
        more = re.sub(rf" (?:{words.more})\b", "", found["new"])
        for made in recent:
            adder, argument = words.adds.get(made.call.name, ("", ""))
            if made.stands and registry.get(adder) and duration_s(more) is not None:
                name = made.call.arguments.get("name")
                rest: dict[str, Json] = {"name": name} if name else {}
                return Understood((Wanted(adder, {argument: more, **rest}),))
    return None


def _correction(
    said: str, recent: Sequence[Made], registry: Registry, words: FollowUpWords, *, sure: bool
) -> Understood | None:
    """`sure`: nothing else was understood, so that any text may stand for an argument."""
    hesitant = re.match(rf"(?:{words.hesitations}\b(?: ,)? ?)+", said)
    rest = said[hesitant.end() :] if hesitant else said
    tries = [(match, sure) for match in _matches(rest, words.corrections, words)]
    tries += [(match, False) for match in _matches(rest, words.replacements, words)]
    if hesitant and rest:
        tries.append(({"new": trimmed(rest, words), "old": ""}, False))
    for match, freely in tries:
        for made in recent:
            tool = registry.get(made.call.name)
            found = corrected(made.call, tool.parameters, match["new"], match["old"], words, freely) if tool else None
            if found is not None:
                return _instead(made, found, words)
    return None


def _restated(
    said: str, recent: Sequence[Made], turns: Sequence[Turn], understand: Simply, words: FollowUpWords
) -> Understood | None:
    """The same of something else. Where a question waits, what the answer names instead is enough."""
    calls = [each.call for each in recent if each.stands or turns[-1].open_question]
    found = instead(said, calls, understand, words) if calls else None
    hesitant = re.match(rf"(?:{words.hesitations}\b(?: ,)? )+", said)
    if found is None and hesitant and turns and turns[-1].open_question:
        found = carried(said[hesitant.end() :], plain(turns[-1].user, words), calls, understand)
    if found is None:
        return None
    undone = [Wanted(UNDO, {"calls": [each.call.id]}) for each in recent if each.call is found[0] and each.stands]
    return Understood((*undone, found[1]))


def _instead(made: Made, found: Argument, words: FollowUpWords) -> Understood:
    again = Wanted(made.call.name, {**made.call.arguments, found.name: found.value})
    if not made.stands:
        return Understood((again,))
    return Understood((Wanted(UNDO, {"calls": [made.call.id]}), again), say=words.instead.format(new=found.spoken))


def _matches(said: str, patterns: Sequence[str], words: FollowUpWords) -> Iterator[dict[str, str]]:
    for pattern in patterns:
        if match := re.fullmatch(pattern, said):
            groups = match.groupdict()
            yield {"new": trimmed(groups["new"], words), "old": trimmed(groups.get("old") or "", words)}


def trimmed(text: str, words: FollowUpWords) -> str:
    """Without the words around it that say nothing about what it is."""
    # "an hour" is one hour.
    before = text if duration_s(text) is not None else re.sub(rf"^(?:{words.before}\b ?)+", "", text)
    return re.sub(rf"(?: ,?(?:{words.behind})\b)+$", "", before).strip(" ,")
