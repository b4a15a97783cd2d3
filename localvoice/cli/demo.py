"""`localvoice demo`: the recorded conversation, shown while it happens and measured afterwards."""

import contextlib
import json
import sys
from pathlib import Path

import typer

from localvoice import config
from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, Room
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.errors import SettingsError, TurnUnanswered
from localvoice.turn.latency import summary

SCRIPTED, PEOPLE = "scripted", "people"
VISITORS = (SCRIPTED, PEOPLE)
WHO = {SCRIPTED: "A recorded visitor speaks", PEOPLE: "Recorded people order coffee"}
ROOMS: dict[str, Room] = {"living": LIVING_ROOM, "kitchen": TILED_KITCHEN}


def demo(
    output: Path, config_file: Path | None, as_json: bool, room: str, models: str | None, visitor: str, debug: bool
) -> int:
    """Run it; 0, or raises TurnUnanswered after everything has been written."""
    for value, known, what in ((room, ROOMS, "room"), (visitor, VISITORS, "visitor")):
        if value not in known:
            raise SettingsError(f"There is no {what} called {value}.", f"Choose one of: {', '.join(known)}.")
    settings = config.load(config_file).settings
    screen = Screen(sys.stderr if as_json else sys.stdout)
    screen.status("[loading]")
    from localvoice.demo import people
    from localvoice.demo.models import with_models
    from localvoice.demo.report import times_of
    from localvoice.demo.run import Script, converse
    from localvoice.model_kinds import KINDS
    from localvoice.session import Session
    from localvoice.turn.build import model_of

    if models is not None:
        settings = with_models(settings, models)
    script = Script(ROOMS[room])
    if visitor == PEOPLE:
        script = Script(ROOMS[room], people.lines(people.folder()), people.folder())
    named = ", ".join(f"{model_of(settings, kind).name} ({kind})" for kind in KINDS)
    screen.line(f"Models: {named}.", fg="yellow")
    screen.line(
        f"{WHO[visitor]} in a simulated room; lights, weather and the coffee counter are a simulated house.",
        fg="yellow",
    )
    with contextlib.ExitStack() as closing:

        def attach(session: Session) -> None:
            narrator = Narrator(screen, session.ledger, user="visitor")
            closing.callback(narrator.close)
            session.on(narrator.event)

        outcome = converse(script, settings, output, attach, debug)
    # The receipts know only what passes the card; in the air the voice ends earlier, without the room's ringing, and
    # the answer comes later, by the card's own latency.
    screen.line(f"In the recording: {summary(times_of(outcome['turns']))}")
    screen.line(f"Conversation: {outcome['wav']}")
    screen.line(f"Timeline:     {outcome['timeline']}")
    if as_json:
        typer.echo(json.dumps(outcome, indent=2))
    unanswered = [turn["said"] for turn in outcome["turns"] if turn["voice_to_voice_ms"] is None]
    if unanswered:
        raise TurnUnanswered(
            f"{len(unanswered)} of {len(outcome['turns'])} turns got no answer: {'; '.join(unanswered)}.",
            f"The timeline {outcome['timeline']} shows where they were lost.",
        )
    return 0
