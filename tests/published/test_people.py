"""Ten real people's orders, from LOCALVOICE_SPEECH, as the starter's transcriber hears them."""

import os

import pytest

from localvoice.audio import wav
from localvoice.audio.levelled import Levelled
from localvoice.demo import people
from localvoice.demo.visitor import SPEECH
from localvoice.engines.detector.silero import Silero
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.hear.recordings import stretches
from tests.published.weights import model
from tests.words import error_rate

pytestmark = [pytest.mark.published, pytest.mark.slow]
MOST_WRONG = 0.15


def test_ten_peoples_orders() -> None:
    if not os.environ.get(people.ENVIRONMENT):
        pytest.skip(f"{people.ENVIRONMENT} is not set: there are no recordings of real people to listen to.")
    whisper, folder = Whisper(model("whisper-tiny.en")), people.folder()
    heard = []
    for line in people.lines(folder, 10):
        sound = Levelled(wav.read(folder / f"{line.name}.flac")[0])
        heard.append((line.says, " ".join(found.text for found in stretches(whisper, Silero(), sound))))
    rate = error_rate(heard)
    print(f"\n{100 * rate:.1f}% of the words of ten people are wrong")
    assert rate <= MOST_WRONG, [pair for pair in heard if error_rate([pair])]


def test_one_thread_writes_what_two_would() -> None:
    """A published model is opened twice, to encode by all threads and to write by one."""
    one, two = (Whisper(model("whisper-tiny.en"), threads=threads) for threads in (1, 2))
    for name in ("02_time", "05_lamp", "09_sum"):
        sound = wav.read(SPEECH / f"{name}.flac")[0]
        assert two.transcribe(sound) == one.transcribe(sound)
