"""Real people, from LOCALVOICE_SPEECH: where their turns begin and end, and that their hesitations do not end
them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from localvoice import bundled
from localvoice.audio import wav
from localvoice.engines.detector.silero import Silero
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.events import EndOfTurn, SpeechPaused, SpeechStarted
from localvoice.hear.completeness import patience_ms
from localvoice.hear.endpointing import Endpointing
from localvoice.hear.ring import SpeechRing
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.hear.voice_activity import VoiceActivity
from localvoice.sound import Samples

from .conftest import silence

EVERY = 12
"""One recording in so many: enough for a percentage, and quick."""


@pytest.fixture(scope="module")
def orders() -> list[Samples]:
    folder = os.environ.get("LOCALVOICE_SPEECH")
    if not folder:
        pytest.skip("LOCALVOICE_SPEECH is not set: there are no recordings of real people to listen to.")
    with (Path(folder) / "orders" / "transcripts.tsv").open(encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file, delimiter="\t")][::EVERY]
    return [np.concatenate((wav.read(Path(folder) / "orders" / name)[0], silence(1.5))) for name in names]


def turns(order: Samples, transcriber: StreamingTranscriber | None, ring: SpeechRing) -> int:
    """How many turns the recording falls into; with a transcriber, unfinished words wait longer."""
    machine = Endpointing()
    found = from_at = 0
    first = ring.newest
    for frame in VoiceActivity(Silero()).feed(order):
        ring.append(order[frame.end_at - 512 : frame.end_at])
        for event in machine.feed(frame.end_at, frame.probability, assistant_speaking=False):
            if isinstance(event, SpeechStarted):
                from_at = event.at
            elif isinstance(event, SpeechPaused) and transcriber is not None:
                words = transcriber.final(first + from_at, first + event.at).text
                machine.set_patience(patience_ms(words, 300), event.at)
            found += isinstance(event, EndOfTurn)
    return found


def test_most_orders_are_one_turn(orders: list[Samples]) -> None:
    counts = [turns(order, None, SpeechRing(30)) for order in orders]
    print(f"\nturns per order, 300 ms of silence: {np.bincount(counts).tolist()} (0, 1, 2 ...)")
    assert min(counts) >= 1
    assert sum(count == 1 for count in counts) >= 0.85 * len(counts)


def test_words_only_ever_make_the_wait_longer(orders: list[Samples]) -> None:
    """Of the orders that silence alone tears, none falls into more turns when the words are asked too."""
    alone = [turns(order, None, SpeechRing(30)) for order in orders]
    torn = [(order, count) for order, count in zip(orders, alone, strict=True) if count > 1]
    ring = SpeechRing(60)
    transcriber = StreamingTranscriber(Whisper(bundled.path("pocket/transcriber")), ring)
    patient = [turns(order, transcriber, ring) for order, _ in torn]
    print(f"\ntorn by silence alone {len(torn)}, by silence and words {sum(count > 1 for count in patient)}")
    assert all(count <= before for count, (_, before) in zip(patient, torn, strict=True))
