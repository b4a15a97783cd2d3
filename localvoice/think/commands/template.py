"""Sentence templates in hassil's language, as one graph that all of them share.

    set (a|my) [{name}] timer for {duration}

`(a|b)` one of them, `[a]` may be missing, `{kind}` or `{kind:argument}` a slot, `<rule>` a part with a name, `(a;b)`
in any order. hassil reads them (its wildcards take any words whatever, so what they took must be checked afterwards and
cannot be tried otherwise); here a slot takes only what its kind reads, and every way of dividing the words is tried.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import hassil
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parser import ParseError

from localvoice.think.commands.said import Said

Item = TypeVar("Item")
Rules = Mapping[str, str]
"""Parts of templates by name."""
MOST_WAYS = 64
"""To read one sentence. More ways than these differ in nothing that matters."""


class BadTemplate(ValueError):
    """A template that cannot be used; the message is the end of a sentence that begins with it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`kind` of what may stand there, `argument` what it becomes."""

    kind: str
    argument: str


Takes = Callable[[str, Said, int, int], bool]
"""(kind, what is said, first word, end) -> whether these words can be of that kind."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what was said: `template` is the number it was added under, `slots` have their first word and
    the one after their last."""

    template: int
    slots: tuple[tuple[Slot, int, int], ...]


@dataclass(eq=False, slots=True)
class _Node:
    """What may follow here. There are tens of thousands, and Python's garbage collector visits every container, so most
    have none of most of these."""

    literals: dict[str, list["_Node"]] | None = None
    breaks: list["_Node"] | None = None
    slots: list[tuple[Slot, "_Node"]] | None = None
    anyway: list["_Node"] | None = None
    ends: list[int] | None = None

    def literal(self, piece: str, after: "_Node") -> None:
        """`piece` leads to `after`."""
        if self.literals is None:
            self.literals = {}
        self.literals[piece] = _with(self.literals.get(piece), after)


@dataclass(eq=False, slots=True)
class _State:
    """Several nodes, reached by the same words: what may follow any of them."""

    literals: dict[str, list[_Node]] = field(default_factory=dict)
    breaks: list[_Node] = field(default_factory=list)
    slots: dict[Slot, list[_Node]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    lengths: tuple[int, ...] = ()
    after: dict[str | Slot, "_State"] = field(default_factory=dict)
    """Where a piece, a slot, or " " for a break, leads; filled in as it is asked for."""


class Graph:
    """Templates, each added under a number."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = {name: Sentence(expression=parsed(text)) for name, text in (rules or {}).items()}
        self._tool = ""
        self._start = _Node()
        self._states: dict[frozenset[int], _State] = {}

    def add(self, template: str, number: int, tool: str = "") -> None:
        """With `tool` the slots are that tool's own: their kinds are "tool.kind:argument". Raises BadTemplate."""
        self._tool = tool
        end = self._grow(parsed(template), self._start)
        end.ends = _with(end.ends, number)

    def readings(self, said: Said, takes: Takes) -> list[Reading]:
        """Every way to read all that was said; the first MOST_WAYS of them."""
        walk = _Walk(self._after, said, takes)
        return list(dict.fromkeys(itertools.islice(walk.from_state(self._state([self._start]), 0, ()), MOST_WAYS)))

    # --- growing --------------------------------------------------------------------------------------------

    def _grow(self, expression: Expression, node: _Node) -> _Node:
        """Add `expression` behind `node`; returns the node behind it."""
        if isinstance(expression, TextChunk):
            return self._grow_text(expression.text, node)
        if isinstance(expression, ListReference):
            after = _Node()
            kind, argument = expression.list_name, expression.slot_name
            slot = Slot(f"{self._tool}.{kind}:{argument}" if self._tool else kind, argument)
            node.slots = _with(node.slots, (slot, after))
            return after
        if isinstance(expression, RuleReference):
            if expression.rule_name not in self._rules:
                raise BadTemplate(f"names a rule <{expression.rule_name}> that there is not")
            return self._grow(self._rules[expression.rule_name].expression, node)
        assert isinstance(expression, Group)
        if isinstance(expression, Permutation) and len(expression.items) > 1:
            options: list[Expression] = []
            for item, rest in expression.iterate_permutations():
                options.append(hassil.Sequence(items=[item, rest]))
            return self._either(options, node)
        if isinstance(expression, Alternative):
            return self._either(expression.items, node)
        for item in expression.items:
            node = self._grow(item, node)
        return node

    def _either(self, options: Sequence[Expression], node: _Node) -> _Node:
        joint = _Node()
        for option in options:
            begin = _Node()
            node.anyway = _with(node.anyway, begin)
            end = self._grow(option, begin)
            end.anyway = _with(end.anyway, joint)
        return joint

    def _grow_text(self, text: str, node: _Node) -> _Node:
        pieces = text.casefold().replace("’", "'").split(" ")
        for number, piece in enumerate(pieces):
            if number:
                after = _Node()
                node.breaks = _with(node.breaks, after)
                node = after
            if piece:
                after = _Node()
                node.literal(piece, after)
                node = after
        return node

    def slots_of(self, template: str) -> list[Slot]:
        """The slots of a template, and of the parts that it names. Raises BadTemplate."""
        return slots_of(template, self._rules)

    # --- looking at it --------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Look at how every template begins, which otherwise the first sentences do."""
        first = self._state([self._start])
        steps: list[str | Slot] = [*first.literals, *first.slots]
        for step in steps:
            after = self._after(first, step)
            if after.breaks:
                self._after(after, " ")

    def _state(self, nodes: Sequence[_Node]) -> _State:
        key = frozenset(map(id, nodes))
        if key not in self._states:
            self._states[key] = _merged(nodes)
        return self._states[key]

    def _after(self, state: _State, step: str | Slot) -> _State:
        """Many templates begin alike: they are walked through together, as long as they are alike."""
        if step not in state.after:
            if isinstance(step, Slot):
                nodes = state.slots[step]
            else:
                nodes = state.breaks if step == " " else state.literals[step]
            state.after[step] = self._state(nodes)
        return state.after[step]


def _with(items: list[Item] | None, item: Item) -> list[Item]:
    """`items`, and `item` behind them."""
    if items is None:
        return [item]
    items.append(item)
    return items


Taken = tuple[tuple[Slot, int, int], ...]


class _Walk:
    """Through a graph, along what was said."""

    def __init__(self, after: Callable[[_State, str | Slot], _State], said: Said, takes: Takes) -> None:
        self._after = after
        self._said = said
        self._takes = takes
        self._dead: set[tuple[int, int]] = set()
        """States, and places in the text, from which nothing was found: they are not tried again."""

    def from_state(self, state: _State, at: int, taken: Taken) -> Iterator[Reading]:
        if (id(state), at) in self._dead:
            return
        led_on = False
        for reading in self._ways(state, at, taken):
            led_on = True
            yield reading
        if not led_on:
            self._dead.add((id(state), at))

    def _ways(self, state: _State, at: int, taken: Taken) -> Iterator[Reading]:
        text, starts = self._said.text, self._said.starts
        at_word = at == 0 or at >= len(text) or text[at - 1] == " "
        if state.ends and at >= len(text):
            yield from (Reading(number, taken) for number in state.ends)
        if state.breaks and (at_word or text[at] == " "):
            yield from self.from_state(self._after(state, " "), at if at_word else at + 1, taken)
        for length in state.lengths:
            if (piece := text[at : at + length]) in state.literals:
                yield from self.from_state(self._after(state, piece), at + length, taken)
        if state.slots and at_word and at < len(text):
            first = starts.index(at)
            for end in range(first + 1, len(starts) + 1):
                after = starts[end] - 1 if end < len(starts) else len(text)
                for slot in state.slots:
                    if self._takes(slot.kind, self._said, first, end):
                        yield from self.from_state(self._after(state, slot), after, (*taken, (slot, first, end)))


def _merged(nodes: Sequence[_Node]) -> _State:
    """What `nodes` and those behind them that can be had for nothing read."""
    state = _State()
    for node in _reached(nodes):
        for piece, after in (node.literals or {}).items():
            state.literals.setdefault(piece, []).extend(after)
        state.breaks += node.breaks or ()
        for slot, behind in node.slots or ():
            state.slots.setdefault(slot, []).append(behind)
        state.ends += node.ends or ()
    state.lengths = tuple(sorted({len(piece) for piece in state.literals}, reverse=True))
    return state


def _reached(nodes: Sequence[_Node]) -> list[_Node]:
    """`nodes` and what can be reached from them without reading anything."""
    found = {id(node): node for node in nodes}
    waiting = list(found.values())
    while waiting:
        for other in waiting.pop().anyway or ():
            if id(other) not in found:
                found[id(other)] = other
                waiting.append(other)
    return list(found.values())


@cache
def parsed(template: str) -> Expression:
    """Raises BadTemplate."""
    try:
        sentence: Sentence = hassil.parse_sentence(template)
    except (ParseError, ValueError, AssertionError, IndexError) as error:
        raise BadTemplate("has brackets that do not fit together, or nothing in it") from error
    return sentence.expression


def slots_of(template: str, rules: dict[str, Sentence] | None = None) -> list[Slot]:
    """The slots of a template. Raises BadTemplate."""
    expression = parsed(template)
    assert isinstance(expression, Group)
    return [Slot(each.list_name, each.slot_name) for each in expression.list_references(rules)]
