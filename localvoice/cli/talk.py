"""`localvoice talk`: the live conversation on the machine's own microphone and speaker."""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from localvoice import config
from localvoice.cli.keys import keyboard, keys
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.errors import SettingsError
from localvoice.turn.machine import State

if TYPE_CHECKING:
    from localvoice.session import Session

REPEAT_S = 0.12
"""A key that is held down repeats faster than this, and nobody presses one as fast."""
LOOK_S = 0.2
"""How often the main thread looks whether it is time to leave."""


def talk(
    device: str | None, config_file: Path | None, record: bool, push_to_talk: bool, quiet: bool, debug: bool
) -> None:
    """Run until Ctrl-C, `q`, or the loss of the device; raises that loss."""
    from localvoice.session import Session

    settings = config.load(config_file).settings
    if push_to_talk:
        settings = replace(settings, turn=replace(settings.turn, push_to_talk=True))
    if settings.turn.push_to_talk and not keyboard():
        raise SettingsError(
            "Push-to-talk needs the space bar, and there is no keyboard here.",
            "Start localvoice in a terminal, without input from a file or a pipe, or leave push-to-talk off.",
        )
    screen = Screen()
    session = Session(settings, device=device, record=record, debug=debug)
    narrator = Narrator(screen, session.ledger, receipts=not quiet)
    session.on(narrator.event)
    wants = TalkOptions()

    def tell(sentence: str) -> None:
        screen.line(sentence, fg="yellow")

    with contextlib.ExitStack() as closing:
        closing.callback(_close, session, narrator, screen)
        session.open()
        screen.status("[loading]")
        session.load()
        with keys(lambda key: press(key, session, wants, session.pending, tell)) as by_keys:
            session.start()
            screen.line(_greeting(by_keys, settings.turn.push_to_talk, session.recording), dim=True)
            screen.status("[listening]")
            while not wants.to_leave and not session.wait(LOOK_S):
                pass


def _close(session: "Session", narrator: Narrator, screen: Screen) -> None:
    session.close()
    if session.started:
        narrator.close()
    else:
        screen.close()
    if session.recording is not None:
        screen.line(f"Recorded: {session.recording}")


def _greeting(by_keys: bool, push_to_talk: bool, recording: Path | None) -> str:
    how = "Press space, speak, press space again." if push_to_talk else "Speak whenever you like."
    ways = " Keys: m mutes, space starts and ends push-to-talk, q quits." if by_keys else " Ctrl-C ends."
    kept = f" This conversation is being recorded: {recording}" if recording else ""
    return how + ways + kept


class Pressable(Protocol):
    """What keys can do to a session."""

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
    session: Pressable,
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
        session.mute()
    elif key == " ":
        now_s = time.monotonic()
        before_s, wants.space_s = wants.space_s, now_s
        if now_s - before_s < REPEAT_S:
            return
        # A terminal reports no release of a key, so one press begins and the next one ends. Which of them this is, the
        # machine alone knows: muting lets go of the key, and a muted one is not taken.
        session.talk_key(not session.state.key_held)
