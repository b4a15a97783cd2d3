"""Every message that flows between rooms. Read this page and you know the program.

The clock is the sample counter: `at` is an index at 16,000 samples a second since the stream began. `turn` numbers the
user's turns; whoever holds a message of an older turn drops it. Three classes say what may be dropped:

System   what the ears notice and what a person presses; never dropped, decided in order
Turn     work on one turn (words, clauses); stale as soon as the turn number moves on
Durable  what really happened (a tool's result, what was heard); kept even when its turn is over

    ears ──System──▶ turn machine ──commands──▶ transcribe, think, speak ──Turn / Durable──▶ turn machine
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """Never dropped."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Dropped by whoever sees that `turn` is over."""

    turn: int


@dataclass(frozen=True, slots=True)
class Durable:
    """Kept even when `turn` is over."""

    turn: int


# --- what the ears notice -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechSuspected(System):
    """One frame sounded like a voice, at sample `at`. Reason enough to duck, not to cut."""

    at: int


@dataclass(frozen=True, slots=True)
class SuspicionGone(System):
    """The suspected voice at `at` was none."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechStarted(System):
    """Somebody speaks, since sample `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechPaused(System):
    """A short pause began; `at` is the last voiced sample. Words and reply are prepared now."""

    at: int
    sure_ms: int = 0
    """For how much of the turn so far the detector was sure of a voice. Coughs and music leave it near zero."""


@dataclass(frozen=True, slots=True)
class SpeechResumed(System):
    """The speaker went on at `at`, before the turn was over."""

    at: int


@dataclass(frozen=True, slots=True)
class EndOfTurn(System):
    """The pause lasted as long as the end-of-turn wait; `at` is the last voiced sample, `decided_at` now."""

    at: int
    decided_at: int


@dataclass(frozen=True, slots=True)
class AudioGap(System):
    """The stream lost `samples` samples before `at`; echo and voice detection start afresh."""

    at: int
    samples: int


# --- what a person presses, and the machine's own needs -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MuteToggled(System):
    """The microphone is no longer listened to, or is again."""

    at: int


@dataclass(frozen=True, slots=True)
class TalkKey(System):
    """Push-to-talk: pressed, or released. While it is used the turn ends with the release, not with a pause."""

    at: int
    pressed: bool


@dataclass(frozen=True, slots=True)
class Announcement(System):
    """Something to say unasked: a timer rang."""

    at: int
    text: str


# --- what the stages report ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartialTranscript(Turn):
    """Words so far; `stable` is the part that two decodings agree on."""

    text: str
    stable: str


@dataclass(frozen=True, slots=True)
class FinalTranscript(Turn):
    """The final words of the turn up to a pause. `revision` counts the pauses of the turn; empty text means nothing
    was said after all (noise, a cough, an invention of the transcriber)."""

    revision: int
    text: str
    patience_ms: int
    """How long the end-of-turn wait should be after these words: longer when they look unfinished."""
    unheard: str = ""
    """Why no words are believed, as half a sentence. Empty if there are words, or if the sound was too short or too
    quiet to be a person speaking to this microphone."""


@dataclass(frozen=True, slots=True)
class PlayoutStarted(Turn):
    """The first sample of the reply left through the speaker at `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class ClauseStarted(Turn):
    """One clause of the reply began to be heard at `at`. A `filler` bridges a wait and is no part of the answer."""

    at: int
    text: str
    filler: bool


@dataclass(frozen=True, slots=True)
class ReplyEnded(Durable):
    """Everything of the reply was played, or there was nothing to play (`spoken` false)."""

    at: int
    spoken: bool = True


@dataclass(frozen=True, slots=True)
class ToolFinished(Durable):
    """One tool call came back after `ms`."""

    name: str
    ok: bool
    ms: float


@dataclass(frozen=True, slots=True)
class WorkerFailed(System):
    """A worker thread met a bug; `error` names it and its place, without what the user said. `turn` is the turn that it
    was working for, if any."""

    worker: str
    error: str
    turn: int | None = None


Event = (
    SpeechSuspected
    | SuspicionGone
    | SpeechStarted
    | SpeechPaused
    | SpeechResumed
    | EndOfTurn
    | AudioGap
    | MuteToggled
    | TalkKey
    | Announcement
    | PartialTranscript
    | FinalTranscript
    | PlayoutStarted
    | ClauseStarted
    | ReplyEnded
    | ToolFinished
    | WorkerFailed
)
