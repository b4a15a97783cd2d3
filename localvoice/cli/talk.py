"""`localvoice talk`: the live conversation on the machine's own microphone and speaker."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localvoice import config
from localvoice import events as ev
from localvoice.audio.recorder import Recorder
from localvoice.cli.keys import keys
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import State

if TYPE_CHECKING:
    from localvoice.turn.assistant import Assistant

LOOK_S = 0.2
"""How often the main thread looks whether it is time to leave."""


def talk(device: str | None, config_file: Path | None, record: bool, push_to_talk: bool, debug: bool) -> None:
    """Run until Ctrl-C, `q`, or the loss of the device; raises that loss."""
    from localvoice.turn.assistant import Assistant, Watcher
    from localvoice.turn.build import assemble, load_in_background, notices, open_card

    settings = config.load(config_file).settings
    if push_to_talk:
        settings = replace(settings, turn=replace(settings.turn, push_to_talk=True))
    screen = Screen()
    # The device first: without one there is no point in loading models.
    card = open_card(settings, device)
    for sentence in notices(settings):
        screen.line(sentence, fg="yellow")
    screen.status("[loading]")
    ringing: list[Callable[[str], None]] = []

    def announce(text: str) -> None:
        for say in ringing:
            say(text)

    engines = load_in_background(settings, announce, card.rate_hz)
    parts = assemble(card, engines, settings)
    for sentence in parts.notices:
        screen.line(sentence, fg="yellow")
    recorder = Recorder(settings.audio.record_folder) if record or settings.audio.record else None
    ledger = Ledger()
    narrator = Narrator(screen, ledger)

    def happened(event: ev.Event, state: State) -> None:
        ledger.event(event, state, assistant.clock.now())
        narrator.event(event, state)

    watcher = Watcher(
        event=happened,
        reply=ledger.reply,
        heard=ledger.heard,
        warn=lambda sentence: screen.line(sentence, fg="yellow"),
        sound=recorder.feed if recorder else None,
    )
    assistant = Assistant(parts, settings, watcher, debug)
    ringing.append(assistant.announce)
    leave = _Leave()
    try:
        assistant.start()
        with keys(leave.keys(assistant)) as keyboard:
            screen.line(_greeting(keyboard, settings.turn.push_to_talk, recorder), dim=True)
            screen.status("[listening]")
            while not assistant.ended.wait(LOOK_S) and not leave.wanted:
                pass
    finally:
        assistant.stop()
        narrator.close()
        if recorder is not None:
            screen.line(f"Recorded: {recorder.close()}")
    if assistant.lost is not None:
        raise assistant.lost


def _greeting(keyboard: bool, push_to_talk: bool, recorder: Recorder | None) -> str:
    how = "Press space, speak, press space again." if push_to_talk else "Speak whenever you like."
    with_keys = " Keys: m mutes, space starts and ends push-to-talk, q quits." if keyboard else " Ctrl-C ends."
    recording = f" This conversation is being recorded: {recorder.path}" if recorder else ""
    return how + with_keys + recording


class _Leave:
    """What the keys have asked for."""

    def __init__(self) -> None:
        self.wanted = False
        self._talking = False

    def keys(self, assistant: "Assistant") -> Callable[[str], None]:
        """The handler of single keys."""

        def pressed(key: str) -> None:
            if key in "qQ":
                self.wanted = True
            elif key in "mM":
                assistant.mute()
            elif key == " ":
                # A terminal reports no release of a key, so one press begins and the next one ends.
                self._talking = not self._talking
                assistant.talk_key(self._talking)

        return pressed
