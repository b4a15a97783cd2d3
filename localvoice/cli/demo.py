"""`localvoice demo`: the recorded conversation, shown while it happens and measured afterwards."""

import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from localvoice import config
from localvoice import events as ev
from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, Room
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.errors import SettingsError, TurnUnanswered
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import State

ROOMS: dict[str, Room] = {"living": LIVING_ROOM, "kitchen": TILED_KITCHEN}
ENGINES = ("faster-whisper", "ctranslate2", "llama-cpp-python", "piper-tts", "onnxruntime", "sounddevice")


def demo(output: Path, config_file: Path | None, as_json: bool, room: str, debug: bool) -> int:
    """Run it; 0, or raises TurnUnanswered after everything has been written."""
    if room not in ROOMS:
        raise SettingsError(f"There is no room called {room}.", f"Choose one of: {', '.join(ROOMS)}.")
    output.mkdir(parents=True, exist_ok=True)
    settings = config.load(config_file).settings
    screen = Screen(sys.stderr if as_json else sys.stdout)
    with tempfile.TemporaryDirectory() as folder:
        # The demo's shopping list is not the user's.
        tools = replace(settings.tools, plugins=(*settings.tools.plugins, "simulated-house"), data_folder=folder)
        outcome = _converse(replace(settings, tools=tools), ROOMS[room], output, screen, debug)
    if as_json:
        click.echo(json.dumps(outcome, indent=2))
    unanswered = [turn["said"] for turn in outcome["turns"] if turn["voice_to_voice_ms"] is None]
    if unanswered:
        raise TurnUnanswered(
            f"{len(unanswered)} of {len(outcome['turns'])} turns got no answer: {'; '.join(unanswered)}.",
            f"The timeline {outcome['timeline']} shows where they were lost.",
        )
    return 0


def _converse(settings: config.Settings, room: Room, output: Path, screen: Screen, debug: bool) -> dict:  # type: ignore[type-arg]
    from localvoice.audio.room import RoomCard
    from localvoice.demo.conversation import LINES
    from localvoice.demo.report import report
    from localvoice.demo.visitor import Visitor
    from localvoice.turn.assistant import Assistant, Watcher
    from localvoice.turn.build import assemble, load_engines, notices

    for sentence in notices(settings):
        screen.line(sentence, fg="yellow")
    screen.line(
        "A recorded visitor speaks in a simulated room; lights, weather and the coffee counter are a simulated house.",
        fg="yellow",
    )
    screen.status("[loading]")
    card = RoomCard(room, record=True)
    ringing: list[Callable[[str], None]] = []
    engines = load_engines(settings, lambda text: [ring(text) for ring in ringing].clear())
    parts = assemble(card, engines, settings)
    ledger = Ledger()
    narrator = Narrator(screen, ledger, user="visitor")
    visitor = Visitor(card, LINES)

    def happened(event: ev.Event, state: State) -> None:
        ledger.event(event, state, assistant.clock.now())
        narrator.event(event, state)
        visitor.event(event, state)

    watcher = Watcher(
        event=happened,
        reply=ledger.reply,
        heard=ledger.heard,
        warn=lambda sentence: screen.line(sentence, fg="yellow"),
    )
    assistant = Assistant(parts, settings, watcher, debug)
    ringing.append(assistant.announce)
    try:
        assistant.start()
        spoken = visitor.visit()
    finally:
        assistant.stop()
        narrator.close()
    versions = {name: importlib.metadata.version(name) for name in ENGINES}
    outcome = report(card.recording(), spoken, ledger, output, card.output_latency_ms, card.edge.counters, versions)
    screen.line(f"Conversation: {outcome['wav']}")
    screen.line(f"Timeline:     {outcome['timeline']}")
    return outcome
