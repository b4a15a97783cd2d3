"""Words in a whole recording, for `localvoice transcribe`."""

from dataclasses import dataclass

import numpy as np

from localvoice.events import EndOfTurn, SpeechStarted
from localvoice.hear.endpointing import Endpointing, EndpointingSettings
from localvoice.hear.streaming import StreamingTranscriber, Transcriber
from localvoice.hear.voice_activity import FRAME_SAMPLES, Detector, VoiceActivity
from localvoice.sound import Samples

PAUSE_MS = 600
"""A recording has no one waiting for an answer: only longer pauses separate its parts."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What was said from sample `from_at` to `to_at` (16 kHz)."""

    from_at: int
    to_at: int
    text: str


@dataclass(frozen=True, slots=True)
class _Recording:
    samples: Samples

    @property
    def oldest(self) -> int:
        return 0

    @property
    def newest(self) -> int:
        return len(self.samples)

    def read(self, from_at: int, to_at: int) -> Samples:
        return self.samples[from_at:to_at]


def transcribe_recording(whisper: Transcriber, detector: Detector, samples: Samples) -> list[Passage]:
    """Every passage with speech in it: `samples` float32 mono at 16 kHz, of any length."""
    detector.reset()
    silence = np.zeros(2 * PAUSE_MS * 16 + FRAME_SAMPLES, np.float32)
    machine = Endpointing(EndpointingSettings(end_of_turn_ms=PAUSE_MS, longest_turn_s=25))
    transcriber = StreamingTranscriber(whisper, _Recording(samples))
    passages: list[Passage] = []
    from_at = 0
    for frame in VoiceActivity(detector).feed(np.concatenate((samples, silence))):
        for event in machine.feed(frame.end_at, frame.probability, assistant_speaking=False):
            if isinstance(event, SpeechStarted):
                from_at = event.at
            elif isinstance(event, EndOfTurn):
                to_at = min(event.at, len(samples))
                if text := transcriber.final(from_at, to_at).text:
                    passages.append(Passage(from_at, to_at, text))
    return passages
