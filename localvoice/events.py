"""Every message that flows between packages. Read this page and you know the program.

The clock is the sample counter: `at` is an index at 16,000 samples a second since the stream began. `turn` numbers the
user's turns; whoever holds a message of an older turn drops it. Three classes say what may be dropped:

System   what the ears notice, what a person presses, what a tool or the machine has to say; never dropped
Turn     work on one turn (words, clauses); stale as soon as the turn number moves on
Durable  what really happened (a tool's result, what was heard); kept even when its turn is over

    ears, keys, tools ──System──▶ turn machine ──commands──▶ transcribe, think, speak ──Turn / Durable──▶ turn machine

All of them are posted into one inbox (turn/inbox.py) and read by one thread, which also calls the observers. Their wire
form, for whoever sends them elsewhere, is a flat JSON object: the fields, and a `type`, such as "speech_started".
"""

import re
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Self

Json = str | int | float | bool | None


@cache
def _type_name(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


@dataclass(frozen=True, slots=True)
class Message:
    """What all of them have."""

    @property
    def type(self) -> str:
        """The name of its class as it is sent: "final_transcript"."""
        return _type_name(type(self).__name__)

    def to_dict(self) -> dict[str, Json]:
        """The wire form: `type` and every field, JSON values alone."""
        return {"type": self.type, **asdict(self)}

    @classmethod
    def _from_fields(cls, values: dict[str, Any]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class System(Message):
    """Never dropped."""


@dataclass(frozen=True, slots=True)
class Turn(Message):
    """Dropped by whoever sees that `turn` is over."""

    turn: int


@dataclass(frozen=True, slots=True)
class Durable(Message):
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
    """The stream lost `samples` samples before `at`. If that is more than a hiccup, echo and voice detection start
    afresh."""

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

    text: str


@dataclass(frozen=True, slots=True)
class VolumeWanted(System):
    """A tool was asked to make the assistant's voice louder or quieter."""

    percent: int


@dataclass(frozen=True, slots=True)
class Notice(System):
    """Something that a person should know about how the program runs here, as a sentence. Never a word of theirs."""

    text: str


@dataclass(frozen=True, slots=True)
class DeviceGone(System):
    """The sound device was lost; the conversation cannot go on."""

    message: str
    remedy: str


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
class ClauseReady(Durable):
    """The model has written one more clause of the reply to the pause `revision` of `turn`."""

    revision: int
    text: str


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
    heard: str = ""
    """The words that were played."""
    spoken: bool = True


@dataclass(frozen=True, slots=True)
class ReplyCut(Durable):
    """The reply was stopped, and its sound has faded out at `at`."""

    at: int
    heard: str
    """The words that were played until then."""


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
    | VolumeWanted
    | Notice
    | DeviceGone
    | PartialTranscript
    | FinalTranscript
    | ClauseReady
    | PlayoutStarted
    | ClauseStarted
    | ReplyEnded
    | ReplyCut
    | ToolFinished
    | WorkerFailed
)
"""All there are."""

_TYPES: dict[str, type[Event]] = {_type_name(kind.__name__): kind for kind in Event.__args__}


def from_dict(document: dict[str, Any]) -> Event:
    """The event of a wire form; fields that this version does not know are left out.

    Raises ValueError, as a sentence, if `type` is unknown or a field is missing.
    """
    kind = _TYPES.get(str(document.get("type")))
    if kind is None:
        raise ValueError(f"There is no event of type {document.get('type')!r}.")
    try:
        return kind._from_fields(document)
    except TypeError:
        missing = [field.name for field in fields(kind) if field.name not in document]
        raise ValueError(f"An event of type {document['type']} needs {', '.join(missing)}.") from None
