"""`localvoice talk`: the live conversation on the machine's own microphone and speaker."""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from localvoice import config
from localvoice import events as ev
from localvoice.audio.recorder import Recorder
from localvoice.cli.keys import keyboard, keys
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.errors import SettingsError
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import State

REPEAT_S = 0.12
"""A key that is held down repeats faster than this, and nobody presses one as fast."""
LOOK_S = 0.2
"""How often the main thread looks whether it is time to leave."""


def talk(
    device: str | None, config_file: Path | None, record: bool, push_to_talk: bool, quiet: bool, debug: bool
) -> None:
    """Run until Ctrl-C, `q`, or the loss of the device; raises that loss."""
    from localvoice.turn.assistant import Assistant, Watcher
    from localvoice.turn.build import assemble, load_in_background, notices, open_card

    settings = config.load(config_file).settings
    if push_to_talk:
        settings = replace(settings, turn=replace(settings.turn, push_to_talk=True))
    if settings.turn.push_to_talk and not keyboard():
        raise SettingsError(
            "Push-to-talk needs the space bar, and there is no keyboard here.",
            "Start localvoice in a terminal, without input from a file or a pipe, or leave push-to-talk off.",
        )
    screen = Screen()

    def warn(sentence: str) -> None:
        screen.line(sentence, fg="yellow")

    with contextlib.ExitStack() as closing:
        # The device and the recording first: where one is refused there is no point in loading models.
        card = open_card(settings, device)
        recorder = Recorder(settings.audio.record_folder, warn) if record or settings.audio.record else None
        if recorder is not None:
            closing.callback(_finish, recorder, screen)
        for sentence in notices(settings):
            warn(sentence)
        screen.status("[loading]")
        ringing: list[Callable[[str], None]] = []

        def announce(text: str) -> None:
            for say in ringing:
                say(text)

        engines = load_in_background(settings, announce, card.rate_hz)
        parts = assemble(card, engines, settings)
        for sentence in parts.notices:
            warn(sentence)
        ledger = Ledger()
        narrator = Narrator(screen, ledger, receipts=not quiet)

        def happened(event: ev.Event, state: State) -> None:
            ledger.event(event, state, assistant.clock.now())
            narrator.event(event, state)

        watcher = Watcher(
            event=happened,
            reply=ledger.reply,
            heard=ledger.heard,
            warn=warn,
            sound=recorder.feed if recorder else None,
        )
        assistant = Assistant(parts, settings, watcher, debug)
        ringing.append(assistant.announce)
        closing.callback(narrator.close)
        closing.callback(assistant.stop)
        assistant.start()
        wants = TalkOptions()
        with keys(lambda key: press(key, assistant, wants, engines.runner.pending, warn)) as by_keys:
            screen.line(_greeting(by_keys, settings.turn.push_to_talk, recorder), dim=True)
            screen.status("[listening]")
            while not assistant.ended.wait(LOOK_S) and not wants.to_leave:
                pass
    if assistant.lost is not None:
        raise assistant.lost


def _finish(recorder: Recorder, screen: Screen) -> None:
    if recorder.close():
        screen.line(f"Recorded: {recorder.path}")


def _greeting(by_keys: bool, push_to_talk: bool, recorder: Recorder | None) -> str:
    how = "Press space, speak, press space again." if push_to_talk else "Speak whenever you like."
    ways = " Keys: m mutes, space starts and ends push-to-talk, q quits." if by_keys else " Ctrl-C ends."
    recording = f" This conversation is being recorded: {recorder.path}" if recorder else ""
    return how + ways + recording


class Pressable(Protocol):
    """What keys can do to an assistant."""

    @property
    def state(self) -> State: ...
    def mute(self) -> None: ...
    def talk_key(self, pressed: bool) -> None: ...


@dataclass(slots=True)
class TalkOptions:
    """What keys have asked of the program itself."""

    to_leave: bool = False
    warned: bool = False
    """The last key was `q`, and what would end with the program has been said."""
    space_s: float = -math.inf
    """When the space bar last sent something."""


def press(
    key: str,
    assistant: Pressable,
    wants: TalkOptions,
    pending: Callable[[], str] = lambda: "",
    tell: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Do what `key` stands for.

    `pending()` is what would end with the program, as a clause such as "a timer has 4 minutes left", or "". If there is
    something, `q` has it told with `tell(sentence)`, and a second `q` leaves.
    """
    warned, wants.warned = wants.warned, False
    if key in "qQ":
        ends = "" if warned else pending()
        if not ends:
            wants.to_leave = True
            return
        wants.warned = True
        tell(f"{ends[:1].upper()}{ends[1:]}; press q again to leave.")
    elif key in "mM":
        assistant.mute()
    elif key == " ":
        now_s = time.monotonic()
        before_s, wants.space_s = wants.space_s, now_s
        if now_s - before_s < REPEAT_S:
            return
        # A terminal reports no release of a key, so one press begins and the next one ends. Which of them this is, the
        # machine alone knows: muting lets go of the key, and a muted one is not taken.
        assistant.talk_key(not assistant.state.key_held)
