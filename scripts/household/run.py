"""Lets the program do one request, in a house and a history of its own; the chat model is opened once."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

from household.corpus import Given, Request
from household.judge import Outcome
from household.world import VOLUME, House
from localvoice.config import Settings, changed
from localvoice.events import Event
from localvoice.think.answer import answer
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.conversation import Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.house import simulated
from localvoice.think.tools.runner import ToolRunner
from localvoice.turn import build

NO_MODEL = "none"
UNDERSTANDER = "localvoice.think.commands.understander"
DEADLINE_S = 8.0
_ASKS_FIRST = re.compile(r"\b(?:shall|should) i\b|\bdo you (?:really )?want\b|\bare you sure\b", re.I)
YES = "yes"


@dataclass(frozen=True, slots=True)
class Told:
    """How an answer came about. `fault`: why the request could not be made at all."""

    said: str = ""
    calls: tuple[str, ...] = ()
    by_command: bool = False
    first_ms: float = 0.0
    acted: bool = False
    fault: str = ""


class Household:
    """`chat` is a model of the catalog, "pocket", or "none": then what is no command is not answered at all."""

    def __init__(self, chat: str = NO_MODEL, threads: int = 2) -> None:
        self.has_model = chat != NO_MODEL
        self._settings = changed(
            Settings(),
            {
                "chat.model": "" if chat in ("pocket", NO_MODEL) else chat,
                "chat.threads": threads,
                "tools.plugins": ("simulated-house",),
                "voice.volume_percent": VOLUME,
            },
        )
        engine = build.load_chat(self._settings)
        self._free = engine.close
        # Each request has a conversation of its own; what takes long to load is the same for all of them.
        self._patches: list[Any] = [
            patch.object(build, "load_chat", lambda settings: engine),
            patch.object(simulated, "WEATHER_WAIT_S", 0.0),
        ]
        if find_spec(UNDERSTANDER):  # versions before it are measured too
            commands = import_module(UNDERSTANDER)
            self._patches.append(patch.object(commands, "understander", _once(commands.understander)))
        for one in self._patches:
            one.start()

    def __enter__(self) -> "Household":
        return self

    def __exit__(self, *raised: object) -> None:
        for one in self._patches:
            one.stop()
        self._free()

    def does(self, request: Request, text: str) -> tuple[Outcome, Told]:
        """What comes of `text`, which is what was heard of the request. A question back is answered with yes, once."""
        with tempfile.TemporaryDirectory() as folder:
            scene = _Scene(self._settings, Path(folder), self.has_model)
            try:
                faults = [fault for given in request.given if (fault := scene.give(given))]
                before = scene.house.world()
                told = scene.ask(text)
                after = scene.house.world()
                if _ASKS_FIRST.search(told.said) and after == before:
                    agreed = scene.ask(YES)
                    after = scene.house.world()
                    said, calls = f"{told.said} {agreed.said}", (*told.calls, *agreed.calls)
                    told = Told(said, calls, told.by_command, told.first_ms, agreed.acted)
                if faults:
                    told = Told(fault=f"what was given could not be done: {faults[0]}")
                return Outcome(before, after, told.said, told.acted), told
            finally:
                scene.close()

    def takes(self, text: str) -> Told:
        """What comes of `text` in an empty house."""
        return self.does(Request("", "", text), text)[1]


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    """As `make`, but what it makes first is what it gives ever after."""
    made: list[Any] = []

    def first(*arguments: Any) -> Any:
        if not made:
            made.append(make(*arguments))
        return made[0]

    return first


class _Scene:
    """One house and one history."""

    def __init__(self, settings: Settings, folder: Path, has_model: bool) -> None:
        settings = changed(settings, {"tools.data_folder": str(folder)})
        self._has_model = has_model
        self._turn = 0
        self._conversation: Conversation
        self._runner: ToolRunner
        self._conversation, self._runner = build.load_conversation(settings, self._post)[:2]
        self.house = House(self._runner.tools, folder)

    def _post(self, event: Event) -> None:
        self.house.post(event)

    def close(self) -> None:
        self._runner.close()

    def give(self, given: Given) -> str:
        """Have it done as a command that is understood; why it could not be done, or ""."""
        told = self._answer(_Understands(self._conversation, given), given.says)
        return "" if told.acted or not told.fault else told.fault

    def ask(self, text: str) -> Told:
        return self._answer(self._conversation if self._has_model else _WithoutModel(self._conversation), text)

    def _answer(self, conversation: Any, text: str) -> Told:
        """A turn that is over before the next begins."""
        self._turn += 1
        said: list[str] = []
        calls: list[str] = []
        failed: list[str] = []
        acted = False
        first_ms = 0.0

        def run(wanted: tuple[ToolCall, ...]) -> Sequence[ToolResult]:
            nonlocal acted
            batch = self._runner.run(wanted, DEADLINE_S, reply=self._turn, committed=True)
            batch.wait(2 * DEADLINE_S)
            for result in batch.results:
                tool = self._runner.tools.get(result.call.name)
                acted |= result.ok and tool is not None and tool.changes_world
                if not result.ok:
                    failed.append(f"{result.call.name}: {result.text}")
            return batch.results

        began_s = time.perf_counter()
        understood = conversation.understand(text)
        began_s = time.perf_counter()
        for piece in answer(conversation, text, run, turn=self._turn):
            if isinstance(piece, ToolCalls):
                calls += [f"{call.name} {call.arguments}" for call in piece.calls]
            elif isinstance(piece, TextDelta):
                first_ms = first_ms or (time.perf_counter() - began_s) * 1000
                said.append(piece.text)
        conversation.commit(self._turn)
        return Told("".join(said).strip(), tuple(calls), understood is not None, first_ms, acted, "; ".join(failed))


class _Around:
    """A conversation of which one thing is otherwise."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conversation, name)


class _Understands(_Around):
    """Understands one request, whatever the words."""

    def __init__(self, conversation: Conversation, given: Given) -> None:
        super().__init__(conversation)
        self._given = given

    def understand(self, text: str) -> Understood:
        return Understood((Wanted(self._given.call, dict(self._given.arguments)),))


class _WithoutModel(_Around):
    """Has nothing to say to what is no command."""

    def reply(self, text: str, *more: object, **most: object) -> Iterator[TextDelta]:
        return iter(())
