"""Runs a recorded conversation through the whole pipeline, in real time, in a simulated room."""

import importlib.metadata
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from localvoice.session import Session

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
    attach: Callable[[Session], None] = lambda session: None,
    debug: bool = False,
) -> dict[str, Any]:
    """Hold the conversation; writes the WAV and the timeline into `output` and returns the document about it.
    `attach(session)` may add observers before it starts.

    The tools are those of the simulated house, and a shopping list of the demo's own. Raises ModelError, SettingsError.
    """
    _prepare(output)
    with tempfile.TemporaryDirectory() as folder:
        # The visitor was recorded: he speaks to this house, without a key, interrupts, and measures what he hears.
        tools = replace(settings.tools, plugins=("simulated-house",), data_folder=folder)
        turn = replace(settings.turn, push_to_talk=False, interruptible=True)
        voice = replace(settings.voice, volume_percent=100)
        settings = replace(settings, tools=tools, turn=turn, voice=voice)
        card = RoomCard(script.room, record=True)
        session = Session(settings, card=card, debug=debug)
        attach(session)
        visitor = Visitor(card, script.lines, script.speech)
        session.on(visitor.event)
        with session:
            spoken = visitor.visit()
    about = {"models": weights(settings), "engines": _versions()}
    return report(card.recording(), spoken, session.ledger, output, card.output_latency_ms, card.edge.counters, about)


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
            f"The folder {output} is not writable: {error.strerror}.", "Name another one with --output."
        ) from None
