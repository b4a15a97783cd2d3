"""Runs a recorded conversation through the whole pipeline, in real time, in a simulated room."""

import importlib.metadata
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from localvoice import events as ev
from localvoice.audio.acoustics import Room
from localvoice.audio.room import RoomCard
from localvoice.bundled import SPEECH
from localvoice.config import Settings
from localvoice.demo.conversation import LINES, Line
from localvoice.demo.models import weights
from localvoice.demo.report import report
from localvoice.demo.visitor import Visitor
from localvoice.engines.chat import llama_library
from localvoice.errors import SettingsError
from localvoice.turn.assistant import Assistant, Watcher
from localvoice.turn.build import assemble, load_engines
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import State

ENGINES = (
    "faster-whisper",
    "ctranslate2",
    "piper-tts",
    "hibari-tts",
    "onnxruntime",
    "pywebrtc-audio",
)


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, where, and by recordings in which folder."""

    room: Room
    lines: Iterable[Line] = LINES
    speech: Path = SPEECH


def converse(
    script: Script,
    settings: Settings,
    output: Path,
    ledger: Ledger,
    show: Callable[[ev.Event, State], None] = lambda event, state: None,
    warn: Callable[[str], None] = lambda sentence: None,
    debug: bool = False,
) -> dict[str, Any]:
    """Hold the conversation; writes the WAV and the timeline into `output` and returns the document about it.

    The tools are those of the simulated house, and a shopping list of the demo's own. Raises ModelError, SettingsError.
    """
    _prepare(output)
    with tempfile.TemporaryDirectory() as folder:
        # The visitor was recorded: he speaks to this house, without a key, interrupts, and measures what he hears.
        tools = replace(settings.tools, plugins=("simulated-house",), data_folder=folder)
        turn = replace(settings.turn, push_to_talk=False, interruptible=True)
        voice = replace(settings.voice, volume_percent=100)
        settings = replace(settings, tools=tools, turn=turn, voice=voice)
        ringing: list[Callable[[str], None]] = []

        def announce(text: str) -> None:
            for say in ringing:
                say(text)

        engines = load_engines(settings, announce)
        for sentence in engines.notices:
            warn(sentence)
        card = RoomCard(script.room, record=True)
        visitor = Visitor(card, script.lines, script.speech)

        def happened(event: ev.Event, state: State) -> None:
            ledger.event(event, state, assistant.clock.now())
            show(event, state)
            visitor.event(event, state)

        watcher = Watcher(event=happened, reply=ledger.reply, heard=ledger.heard, warn=warn)
        assistant = Assistant(assemble(card, engines, settings), settings, watcher, debug)
        ringing.append(assistant.announce)
        try:
            assistant.start()
            spoken = visitor.visit()
        finally:
            assistant.stop()
    about = {"models": weights(settings), "engines": _versions()}
    return report(card.recording(), spoken, ledger, output, card.output_latency_ms, card.edge.counters, about)


def _versions() -> dict[str, str]:
    """Of the engines that are installed, and of the llama.cpp that runs."""
    llama, version = llama_library.chosen()
    found = {llama_library.PACKAGES[llama]: version}
    for name in ENGINES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _prepare(output: Path) -> None:
    """Make the folder, and see that it can be written into: now, and not when the conversation is over."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise SettingsError(
            f"The folder {output} cannot be written into: {error.strerror}.", "Name another one with --output."
        ) from None
