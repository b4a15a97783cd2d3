"""What the starter voices say is heard back, word by word, by a transcriber that knows neither."""

import numpy as np
import pytest

from localvoice.config import Settings, VoiceSettings
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.sound import EAR_HZ
from localvoice.turn.build import load_voice
from tests.engines.spoken import SENTENCES
from tests.published.weights import model
from tests.words import error_rate

pytestmark = [pytest.mark.published, pytest.mark.slow]
AROUND = np.zeros(EAR_HZ // 5, np.float32)


@pytest.fixture(scope="module")
def ears() -> Whisper:
    return Whisper(model("whisper-base"), short_context=False)


@pytest.mark.parametrize(("name", "least"), [("hibari", 0.95), ("en_US-joe-medium", 0.9)])
def test_what_is_said_is_heard(ears: Whisper, name: str, least: float) -> None:
    # hibari is the voice that speaks when none is named.
    voice = load_voice(Settings(voice=VoiceSettings(model="" if name == "hibari" else str(model(name)))))
    heard = []
    for sentence in SENTENCES:
        sound = np.concatenate((AROUND, voice.clause(sentence).samples, AROUND))
        heard.append((sentence, ears.transcribe(sound).text))
    right = 1 - error_rate(heard)
    print(f"\n{name}: {100 * right:.1f}% of the words heard back")
    assert right >= least
