"""Words in a whole recording, stretch by stretch."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from localvoice.events import EndOfTurn, SpeechStarted
from localvoice.hear.endpointing import SURE, Endpointing, EndpointingSettings
from localvoice.hear.hallucination_gate import GateSettings, Reason
from localvoice.hear.streaming import AFTER_SAMPLES, BEFORE_SAMPLES, Sound, StreamingTranscriber, Transcriber
from localvoice.hear.voice_activity import FRAME_SAMPLES, Detector, VoiceActivity
from localvoice.sound import EAR_HZ, SILENCE_DB

PAUSE_MS = 600
"""A recording has no one waiting for an answer: only longer pauses separate its parts."""
LONGEST_S = 25.0
"""Longer speech without such a pause is cut where it is quietest, because a transcriber hears 30 s at once. To cut
sooner would cost words, which a transcriber understands by their context."""
EARLIEST_CUT_S = 12.0
CUT_FRAMES = 5
"""A cut wants 160 ms of quiet around it: the stop inside a word ("up-per") is shorter."""
LEAST_LEVEL_DB = -90.0
"""Who is quiet in a recording may still be the one whom it is about."""
LEAST_SURE_MS = 128
"""With less of it that is surely a voice there are no words: a flute gets three such frames, "stop" and "help" five."""
SURELY_SPEECH_MS = 250
"""So much sound that is surely a voice is speech, even if there are no words in it: "yes" has more, coughs and noises
have less."""
LOOK_BACK_FRAMES = 64
"""Before the detector is sure of an onset."""
READ_SAMPLES = 64 * FRAME_SAMPLES


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech from sample `from_at` to `to_at` (16 kHz), and what was said; or why there is no text."""

    from_at: int
    to_at: int
    text: str
    left_out: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the detector said of the frame that ends before `end_at`."""

    end_at: int
    probability: float
    level_db: float


def stretches(whisper: Transcriber, detector: Detector, sound: Sound) -> Iterator[Stretch]:
    """Every stretch of `sound` in which a voice speaks, in order and each as soon as it is written down.

    Stretches that the gates refuse are among them, if it is certain that a voice spoke there.
    """
    # No one waits here: a second try may take as long as it does, on a slow machine too.
    gates = GateSettings(least_level_db=LEAST_LEVEL_DB)
    transcriber = StreamingTranscriber(whisper, sound, gates, clock_s=lambda: 0.0)
    for piece in _pieces(detector, sound):
        if piece.sure_ms < LEAST_SURE_MS:
            continue
        final = transcriber.final(
            piece.from_at,
            piece.to_at,
            before=0 if piece.goes_on_from else BEFORE_SAMPLES,
            after=0 if piece.goes_on else AFTER_SAMPLES,
        )
        if final.text:
            yield Stretch(piece.from_at, piece.to_at, final.text)
        elif piece.sure_ms >= SURELY_SPEECH_MS:
            yield Stretch(piece.from_at, piece.to_at, "", final.rejected)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Speech between pauses, or a part of it."""

    from_at: int
    to_at: int
    sure_ms: int
    goes_on_from: bool
    """It begins where another was cut off,"""
    goes_on: bool
    """or is cut off itself."""


def _pieces(detector: Detector, sound: Sound) -> Iterator[_Piece]:
    machine = Endpointing(EndpointingSettings(end_of_turn_ms=PAUSE_MS, longest_turn_s=1 << 30))
    frames: deque[_Heard] = deque()
    from_at, cut = 0, False
    for heard in _frames(detector, sound):
        frames.append(heard)
        for event in machine.feed(heard.end_at, heard.probability, assistant_speaking=False):
            if isinstance(event, SpeechStarted):
                from_at, cut = event.at, False
                _forget(frames, from_at)
            # The place of a cut may lie behind the last word.
            elif isinstance(event, EndOfTurn) and event.at > from_at:
                yield _Piece(from_at, min(event.at, sound.newest), _sure_ms(frames, event.at), cut, False)
        if not machine.turn_open:
            while len(frames) > LOOK_BACK_FRAMES:
                frames.popleft()
        elif heard.end_at - from_at >= LONGEST_S * EAR_HZ:
            to_at = _quietest(frames, from_at + round(EARLIEST_CUT_S * EAR_HZ))
            yield _Piece(from_at, to_at, _sure_ms(frames, to_at), cut, True)
            from_at, cut = to_at, True
            _forget(frames, from_at)


def _frames(detector: Detector, sound: Sound) -> Iterator[_Heard]:
    """Of the whole sound, and of a silence behind it that ends the last stretch."""
    activity = VoiceActivity(detector)
    for at in range(0, sound.newest, READ_SAMPLES):
        for frame in activity.feed(sound.read(at, min(at + READ_SAMPLES, sound.newest))):
            yield _Heard(frame.end_at, frame.probability, frame.level_db)
    for frame in activity.feed(np.zeros(2 * PAUSE_MS * EAR_HZ // 1000 + FRAME_SAMPLES, np.float32)):
        yield _Heard(frame.end_at, frame.probability, frame.level_db)


def _forget(frames: deque[_Heard], before: int) -> None:
    while frames and frames[0].end_at <= before:
        frames.popleft()


def _sure_ms(frames: deque[_Heard], to_at: int) -> int:
    sure = sum(frame.probability >= SURE for frame in frames if frame.end_at <= to_at + FRAME_SAMPLES)
    return sure * FRAME_SAMPLES * 1000 // EAR_HZ


def _quietest(frames: deque[_Heard], earliest: int) -> int:
    """The sample in the middle of the quietest CUT_FRAMES frames that begin at `earliest` or later."""
    late = [frame for frame in frames if frame.end_at > earliest]
    powers = np.array([10 ** (max(frame.level_db, SILENCE_DB) / 10) for frame in late])
    if len(powers) < CUT_FRAMES:
        return late[-1].end_at
    around = np.convolve(powers, np.ones(CUT_FRAMES), "valid")
    return late[int(np.argmin(around)) + CUT_FRAMES // 2].end_at - FRAME_SAMPLES // 2
