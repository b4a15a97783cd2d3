"""What the turn machine asks of the rest of the program. Plain data; assistant.py carries it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listen:
    """Write down partials of what is said since `from_at`, as turn `turn`."""

    turn: int
    from_at: int


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Write down `from_at` to `to_at` for good."""

    turn: int
    revision: int
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Prefill:
    """Show the model the words that will not change any more."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """Make a reply to `text` up to its first clause's sound; say nothing yet, change nothing in the world yet."""

    turn: int
    revision: int
    text: str


@dataclass(frozen=True, slots=True)
class SetPatience:
    """The pause that began at sample `paused_at` ends the turn when it has lasted `ms`; None: as long as any pause.

    Sent when its words are there, and with None when nobody writes them down."""

    ms: int | None
    paused_at: int


@dataclass(frozen=True, slots=True)
class Commit:
    """The turn is over: what was prepared for its pause `revision` may be said, tools may act."""

    turn: int
    revision: int


@dataclass(frozen=True, slots=True)
class Abandon:
    """Stop whatever is being made for this turn. What tools have done stays done, and known."""

    turn: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The turn was no turn: forget its words and its reply, undo what its tools can undo."""

    turn: int


@dataclass(frozen=True, slots=True)
class Remember:
    """This much of the reply to `turn` was heard; the model is not to believe that it said more."""

    turn: int
    heard: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Silence the assistant now."""

    turn: int


@dataclass(frozen=True, slots=True)
class Duck:
    """Play on, much more quietly, while it is decided whether somebody speaks."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Nobody spoke: back to the full level."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Say `text` unasked, as turn `turn`."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class SetMuted:
    """Stop hearing, or hear again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SetVolume:
    """How loud the assistant speaks from now on."""

    percent: int


@dataclass(frozen=True, slots=True)
class End:
    """The conversation cannot go on, and why."""

    message: str
    remedy: str


Command = (
    Listen
    | Transcribe
    | Prefill
    | Prepare
    | SetPatience
    | Commit
    | Abandon
    | TakeBack
    | Cut
    | Duck
    | Restore
    | Announce
    | Remember
    | SetMuted
    | SetVolume
    | End
)
