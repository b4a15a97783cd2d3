"""What a sentence asks for, be it one wish or several with "and" between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localvoice.think.commands.said import Said, said
from localvoice.think.commands.understood import Understood

MOST_WISHES = 4
MOST_JOINTS = 4
"""Places at which a sentence is taken apart, before it is left alone."""
MOST_LOOKS = 30
"""Parts of one sentence that are looked up, a millisecond or two each: a long one full of "and" must not keep anybody
waiting."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one wish asks for.

    swallows: it ends with words of the user's own, in which another wish may only seem to stand.
    free_words: so many stood where any word may stand.
    """

    understood: Understood
    swallows: bool = False
    free_words: int = 0


LookUp = Callable[[Said, bool], Found | None]
"""(words, whether another wish came before them) -> what they ask for, all of them together."""


class Wishes:
    """Those of one text, in the sentences that it consists of."""

    def __init__(self, look_up: LookUp, joiners: Sequence[str]) -> None:
        self._look_up = look_up
        self._joiners = [phrase.split() for phrase in joiners]
        self._known: dict[tuple[str, bool], Found | None] = {}

    def of(self, text: str, parts: Sequence[str]) -> Understood | None:
        """`parts` are its sentences; what a full stop divides may still be one wish."""
        if 1 < len(parts) <= MOST_WISHES:
            wishes = [self._of(said(part), number > 0) for number, part in enumerate(parts)]
            known = [wish for wish in wishes if wish is not None]
            if len(known) == len(wishes):
                return _together(known)
        return self._of(said(text), False)

    def _of(self, whole: Said, second: bool, depth: int = 1) -> Understood | None:
        found = self._one(whole, second)
        if found is not None and found.swallows:
            return found.understood
        joints = self._joints(whole) if depth < MOST_WISHES else ()
        for first, end in joints:
            if first == end and found is not None:
                # A comma alone divides nothing that makes sense as a whole.
                continue
            before, after = whole.part(0, first), whole.part(end, len(whole.starts))
            left = self._one(before, second)
            if left is None or not left.understood.calls or left.swallows:
                continue
            right = self._of(after, True, depth + 1)
            if right is None and found is None:
                right = self._carried(before, left.understood, after)
            if right is not None and right.calls:
                if found is not None and _alike(found.understood, left.understood, right):
                    # "Put milk and eggs on the list" is one wish, though "put milk" is one, too.
                    continue
                return _together([left.understood, right])
        return found.understood if found is not None else None

    def _carried(self, before: Said, left: Understood, after: Said) -> Understood | None:
        """ "(turn off the light and) the fan": as if the words that began `before`, which asks for `left`, stood before
        `after` too."""
        longest_first = range(len(before.starts) - 1, 0, -1)
        tried = (self._one(said(f"{before.as_written(0, end)} {after.raw}"), True) for end in longest_first)
        fit = [
            found
            for found in tried
            if found is not None and [call.name for call in found.understood.calls] == [left.calls[-1].name]
        ]
        best = min(fit, key=lambda found: found.free_words, default=None)
        return best.understood if best is not None and not best.swallows else None

    def _one(self, whole: Said, second: bool) -> Found | None:
        key = whole.text, second
        if key not in self._known:
            if len(self._known) >= MOST_LOOKS:
                return None
            self._known[key] = self._look_up(whole, second)
        return self._known[key]

    def _joints(self, whole: Said) -> list[tuple[int, int]]:
        """Where it may be taken apart: the first word of "and", and the one after it; also at commas."""
        words = whole.text.split()
        found: list[tuple[int, int]] = []
        for at in range(1, len(words)):
            lengths = [len(each) for each in self._joiners if words[at : at + len(each)] == each]
            if lengths and at + max(lengths) < len(words):
                found.append((at, at + max(lengths)))
            elif not lengths and whole.raw[whole.spans[at - 1][1] :].startswith(","):
                found.append((at, at))
        return found if len(found) <= MOST_JOINTS else []


def _alike(whole: Understood, *parts: Understood) -> bool:
    """Whether the parts ask for nothing but what the whole asks for, which takes several things at once."""
    calls = [call for part in (whole, *parts) for call in part.calls]
    several = all(any(isinstance(value, list) for value in call.arguments.values()) for call in calls)
    return several and len({call.name for call in calls}) == 1


def _together(wishes: Sequence[Understood]) -> Understood | None:
    """Several as one: their calls in order; words alone only where there is nothing else."""
    calls = tuple(call for wish in wishes for call in wish.calls)
    return Understood(calls) if calls else wishes[-1]
