"""Noise, machines, music and coughs are not taken for a person who wants an answer; people are."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from localvoice.audio import wav
from localvoice.demo.conversation import LINES
from localvoice.demo.visitor import SPEECH
from localvoice.engines.detector.silero import Silero
from localvoice.events import SpeechPaused
from localvoice.hear.endpointing import Endpointing
from localvoice.hear.voice_activity import VoiceActivity
from localvoice.sound import EAR_HZ
from localvoice.turn.machine import UNHEARD_MS

from . import noises
from .noises import Samples
from .test_invention import music, pink

EVERY = 6


def sure_ms(sound: Samples) -> int:
    """For how long the detector was sure of a voice in the turn in which it was so for longest."""
    machine = Endpointing()
    around = noises.room(np.random.default_rng(1), EAR_HZ)
    frames = VoiceActivity(Silero()).feed(np.concatenate((around[: EAR_HZ // 2], sound, around)))
    events = [event for f in frames for event in machine.feed(f.end_at, f.probability, assistant_speaking=False)]
    return max((event.sure_ms for event in events if isinstance(event, SpeechPaused)), default=0)


@pytest.mark.parametrize("kind", noises.KINDS)
def test_what_is_nobody_is_never_asked_what_it_was(kind: str) -> None:
    assert max(sure_ms(noises.make(kind, number)) for number in range(noises.OF_EACH)) < UNHEARD_MS / 4


def test_music_and_ventilation_by_the_minute_are_nobody() -> None:
    assert max(sure_ms(music(60, -25)), sure_ms(pink(60, -30))) < UNHEARD_MS / 4


def test_a_sentence_is_somebody() -> None:
    assert all(sure_ms(wav.read(SPEECH / f"{line.name}.flac")[0]) >= UNHEARD_MS for line in LINES)


def test_real_people_are_somebody() -> None:
    folder = os.environ.get("LOCALVOICE_SPEECH")
    if not folder:
        pytest.skip("LOCALVOICE_SPEECH is not set: there are no recordings of real people to listen to.")
    with (Path(folder) / "orders" / "transcripts.tsv").open(encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file, delimiter="\t")][::EVERY]
    sure = [sure_ms(wav.read(Path(folder) / "orders" / name)[0]) for name in names]
    print(f"\n{len(sure)} orders: sure of a voice for {min(sure)} to {max(sure)} ms")
    assert sum(ms >= UNHEARD_MS for ms in sure) >= 0.98 * len(sure)
