"""Our own sentences, and those that tools bring, behind one question: what does this sentence ask for?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from localvoice.think.commands import tool_sentences
from localvoice.think.commands.kinds import Kind, of_phrases, of_words, quantities_by_kind
from localvoice.think.commands.said import Said
from localvoice.think.commands.sentence_file import Command, Language
from localvoice.think.commands.template import Graph, Reading
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.commands.wishes import Found
from localvoice.think.history import Turn
from localvoice.think.messages import Json
from localvoice.think.tools.registry import Registry

NOTHING_SAID = "I haven't said anything yet."
MOST_READ = 8192
"""Words in a row whose readings are kept."""


class OwnSentences:
    """The templates of a language and of the tools of `registry`."""

    def __init__(self, registry: Registry, language: Language) -> None:
        self._kinds: dict[str, Kind] = (
            quantities_by_kind() | of_words(language.words) | of_phrases(language.phrases, language.rules)
        )
        if room := self._kinds.get("room"):
            self._kinds["thing"] = _but_no(room, self._kinds["thing"])
        self._graph = Graph(language.rules)
        # The same words are read again and again: while a sentence grows, and in each part of it that is tried.
        self._read = lru_cache(MOST_READ)(lambda kind, text, written: self._kinds[kind].read(text, written))
        self._commands: list[Command] = []
        for command in language.commands:
            self._add(registry, command)
        for tool in registry:
            self._kinds |= tool_sentences.kinds(tool, self._kinds, language.words)
            for template in tool.sentences:
                self._graph.add(template, len(self._commands), tool.name)
            self._commands.append(Command((), tool.name))
        self._graph.warm()

    def _add(self, registry: Registry, command: Command) -> None:
        tool = registry.get(command.tool) if command.tool else None
        if command.tool and tool is None:
            return
        self._commands.append(command)
        for template in command.templates:
            wanted = {slot.argument for slot in self._graph.slots_of(template)} | set(command.arguments)
            if tool is None or set(tool.parameters["required"]) <= wanted <= set(tool.parameters["properties"]):
                self._graph.add(template, len(self._commands) - 1)

    def find(self, said: Said, turns: Sequence[Turn], allowed: Callable[[Command], bool]) -> Found | None:
        """What all of `said` asks for, with as few words as possible left to slots that take anything."""
        values: dict[tuple[str, int, int], Json] = {}

        def takes(kind: str, said: Said, first: int, end: int) -> bool:
            key = (kind, first, end)
            if key not in values:
                fits = end - first <= self._kinds[kind].most_words
                values[key] = self._read(kind, said.words(first, end), said.as_written(first, end)) if fits else None
            return values[key] is not None

        readings = self._graph.readings(said, takes)
        for reading in sorted(readings, key=self._looseness):
            command = self._commands[reading.template]
            if not allowed(command):
                continue
            slots = {slot.argument: _own(values[slot.kind, first, end]) for slot, first, end in reading.slots}
            if _fits(command, slots, turns):
                return self._found(command, reading, slots | _fixed(command, slots), turns, len(said.starts))
        return None

    def _looseness(self, reading: Reading) -> tuple[int, bool, int, int]:
        free = sum(end - first for slot, first, end in reading.slots if self._kinds[slot.kind].free)
        alone = not self._commands[reading.template].follows
        return free, alone, sum(end - first for _, first, end in reading.slots), reading.template

    def _found(
        self, command: Command, reading: Reading, arguments: dict[str, Json], turns: Sequence[Turn], words: int
    ) -> Found:
        if command.tool:
            swallows = any(slot.kind == "what" and end == words for slot, _, end in reading.slots)
            return Found(Understood((Wanted(command.tool, arguments),)), swallows, self._looseness(reading)[0])
        if command.again:
            replies = [turn.reply for turn in turns if turn.reply]
            return Found(Understood(say=replies[-1] if replies else NOTHING_SAID))
        return Found(Understood(say=command.say))


def _but_no(other: Kind, kind: Kind) -> Kind:
    """`kind` without what is of the other kind: a room is no device."""
    return replace(
        kind, read=lambda text, written: None if other.read(text, written) is not None else kind.read(text, written)
    )


def _own(value: Json) -> Json:
    return list(value) if isinstance(value, list) else value


def _fixed(command: Command, slots: dict[str, Json]) -> dict[str, Json]:
    """The arguments of `command`, with what stands in the slots that they name."""
    texts = {name: str(value) for name, value in slots.items()}
    return {
        name: value.format_map(texts) if isinstance(value, str) else value for name, value in command.arguments.items()
    }


def _fits(command: Command, slots: dict[str, Json], turns: Sequence[Turn]) -> bool:
    """Whether `command` may come after what was done before."""
    if command.unless and turns and any(call.name in command.unless for call, _ in turns[-1].outcomes):
        return False
    if not command.follows:
        return True
    calls = [call for turn in turns for call, text in turn.outcomes if not text.startswith("error:")]
    return any(
        call.name in command.follows
        and (not command.same or call.arguments.get(command.same) == slots.get(command.same))
        for call in calls
    )
