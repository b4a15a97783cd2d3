"""Speech as samples and as files, through the public call, in the bundled voice."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice import bundled
from localvoice.config import Settings, VoiceSettings
from localvoice.errors import CannotSpeak
from localvoice.model_kinds import BUNDLED
from localvoice.one_shot.say import Speech, say

SETTINGS = Settings(voice=VoiceSettings(model=str(bundled.path(BUNDLED["voice"]))))


def test_samples_come_clause_by_clause() -> None:
    speech = Speech("The kitchen light is on. The door is open.", SETTINGS)
    clauses = list(speech)
    assert len(clauses) == 2 and all(clause.dtype == np.float32 for clause in clauses)


def test_hibari_is_not_squeezed_into_the_rate_of_the_ears() -> None:
    pytest.importorskip("hibari")
    speech = Speech("She sells sea shells.")
    assert speech.rate_hz == 24_000
    samples = np.concatenate(list(speech))
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    above_hz = np.fft.rfftfreq(len(samples), 1 / speech.rate_hz) > 8_000
    assert spectrum[above_hz].sum() > 1e-3 * spectrum.sum(), "nothing is left of the sibilants above 8 kHz"


def test_a_file_has_what_was_said(tmp_path: Path) -> None:
    said = say("The kitchen light is on.", tmp_path / "out.flac", SETTINGS)
    assert soundfile.info(tmp_path / "out.flac").duration == pytest.approx(said.seconds)
    assert said.skipped == 0


def test_an_open_file_gets_a_wav_of_unknown_length() -> None:
    stream = io.BytesIO()
    said = say(["The kitchen ", "light is on."], stream, SETTINGS)
    samples, rate_hz = soundfile.read(io.BytesIO(stream.getvalue()))
    assert len(samples) / rate_hz == pytest.approx(said.seconds)


@pytest.mark.parametrize("text", ["", " \n", "🎉", "***"])
def test_nothing_to_say_leaves_no_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(CannotSpeak):
        say(text, tmp_path / "out.wav", SETTINGS)
    assert not list(tmp_path.iterdir())
