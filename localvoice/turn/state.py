"""What the turn machine knows and what it goes by. Plain data; machine.py decides."""

from dataclasses import dataclass
from enum import Enum

from localvoice.config import TurnSettings
from localvoice.sound import EAR_HZ

_DEFAULTS = TurnSettings()


class Mode(Enum):
    """Where the conversation stands."""

    LISTENING = "listening"
    HEARING = "hearing"
    SETTLING = "settling"
    THINKING = "thinking"
    SPEAKING = "speaking"
    YIELDING = "yielding"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about turns."""

    join_samples: int = _DEFAULTS.join_ms * EAR_HZ // 1000
    """A user who goes on this soon after a commit goes on with the same turn."""
    longest_joined_samples: int = 25 * EAR_HZ
    """A turn older than this is not joined any more: with one more of the longest it has to fit into a minute, which is
    what the ring keeps."""
    interruptible: bool = _DEFAULTS.interruptible
    key_only: bool = _DEFAULTS.push_to_talk
    """A turn begins and ends with the talk key alone."""
    say_unheard: bool = _DEFAULTS.say_unheard
    """Say so when a person was heard and not understood."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What the assistant was at when a sound was taken for an interruption."""

    turn: int
    revision: int
    from_at: int
    words: str
    """What was to be answered if nothing of an answer had been said yet; else ""."""
    announcement: str
    """What nobody had asked for; "" for an answer."""
    clauses: tuple[str, ...] = ()
    """What the model had written of the answer."""
    heard: str = ""
    """What was played of it."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Turn `turn` says the rest of the reply to turn `of`, of which `before` had been heard."""

    turn: int
    of: int
    before: str


@dataclass(frozen=True, slots=True)
class TurnState:
    """What is known of one turn; a new turn starts with a new one of these."""

    revision: int = 0
    """Counts the pauses of this turn: words of an earlier pause are stale."""
    words: str | None = None
    """What was heard up to the last pause; None while the transcriber is still at it."""
    unheard_why: str = ""
    """Why there are no words up to the last pause, if they may be missed."""
    sure_ms: int = 0
    """How long the detector was sure of a voice in this turn."""
    maybe_echo: bool = False
    """The turn began while the assistant was heard, or right after."""
    wait_over: bool = False
    """The end-of-turn wait ran out before the words were there."""
    failed: bool = False
    """A fault of ours: there will be no words, or no reply to them."""
    spoke_on_at: int | None = None
    """Where the user went on after a turn that was too long already, and is being written down."""
    sounding_at: int | None = None
    """Where the assistant began to be heard, be it with a filler."""
    answering: bool = False
    """Something of the reply itself has been said."""
    clauses: tuple[str, ...] = ()
    """What there is of the reply to the last pause."""
    announcement: str = ""
    """What is being said without having been asked for."""
    resuming: bool = False
    """The rest of an answer that was interrupted is being said."""
    interrupted: Interrupted | None = None
    """What goes on when this turn turns out to have no words."""
    unheeded_at: int | None = None
    """Where the user began to speak into an assistant that may not be interrupted."""


@dataclass(frozen=True, slots=True)
class State:
    """All the machine knows."""

    mode: Mode = Mode.LISTENING
    turn: int = 0
    this: TurnState = TurnState()
    """Of the turn `turn`."""
    from_at: int = 0
    """First sample of the user's last turn; kept when a turn is taken back and joined."""
    paused_at: int = 0
    committed_at: int = 0
    resumed: Resumed | None = None
    """The last reply whose rest was said."""
    tries: int = 0
    """How often the assistant was interrupted since somebody last said something, or let it finish."""
    sounded_to: int | None = None
    """Where the assistant was last heard."""
    unheard: int = 0
    """Turns so far in which a person was heard and nothing was understood."""
    unheard_row: int = 0
    """As many of them since something was understood."""
    muted: bool = False
    key_held: bool = False
    announcements: tuple[str, ...] = ()
    """What has still to be said unasked."""
