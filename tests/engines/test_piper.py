import json
import shutil
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from localvoice.bundled import path as bundled
from localvoice.engines.voice.piper import PiperEngine
from localvoice.errors import ModelBroken, ModelError, ModelMissing, ModelWrongKind

VOICE = "pocket/voice/pocket-voice.onnx"


@pytest.fixture(scope="module")
def engine() -> PiperEngine:
    return PiperEngine(bundled(VOICE))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A voice of one's own to damage."""
    for name in (VOICE, VOICE + ".json"):
        shutil.copy(bundled(name), tmp_path)
    return tmp_path / Path(VOICE).name


def test_speaks(engine: PiperEngine) -> None:
    samples = engine.synthesise("The kitchen light is on.")
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert 0.8 < len(samples) / engine.rate_hz < 4.0
    assert 0.05 < np.abs(samples).max() <= 1.0


def test_every_sentence_of_a_text_is_spoken(engine: PiperEngine) -> None:
    one, two = "The light is on.", "The fan is off."
    together = len(engine.synthesise(f"{one} {two}"))
    assert together > 0.9 * (len(engine.synthesise(one)) + len(engine.synthesise(two)))


def test_length_scale_stretches(engine: PiperEngine) -> None:
    normal, slow = (len(engine.synthesise("The kitchen light is on.", scale)) for scale in (1.0, 1.5))
    assert 1.3 < slow / normal < 1.7


def test_the_level_does_not_depend_on_the_clause(engine: PiperEngine) -> None:
    texts = ("Sure.", "The light is on.", "Your timer for the pasta is set for eight minutes.")
    levels_db = [20 * np.log10(np.sqrt(np.mean(np.square(engine.synthesise(text))))) for text in texts]
    assert max(levels_db) - min(levels_db) < 6.0


def test_the_sound_is_that_of_pipers_own_loader(engine: PiperEngine) -> None:
    from piper import PiperVoice, SynthesisConfig

    request = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    voice = PiperVoice.load(bundled(VOICE))
    theirs = np.concatenate([chunk.audio_float_array for chunk in voice.synthesize("The light is on.", request)])
    ours = engine.synthesise("The light is on.", noise_scale=0.0)
    assert len(ours) == pytest.approx(len(theirs), rel=0.15)
    level = np.sqrt(np.mean(np.square(ours))) / np.sqrt(np.mean(np.square(theirs)))
    assert level == pytest.approx(1.0, abs=0.1)


def test_gain(engine: PiperEngine) -> None:
    half = PiperEngine(bundled(VOICE), gain=0.5)
    ratio = np.abs(half.synthesise("The light is on.")).max() / np.abs(engine.synthesise("The light is on.")).max()
    assert ratio == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_no_sound_for_no_words(engine: PiperEngine, text: str) -> None:
    assert len(engine.synthesise(text)) == 0


def test_stop_ends_it_before_the_next_sentence(engine: PiperEngine) -> None:
    stop = threading.Event()
    stop.set()
    assert len(engine.synthesise("The light is on. The fan is off.", stop=stop)) == 0


def test_missing_files(copy: Path) -> None:
    with pytest.raises(ModelMissing, match="no voice"):
        PiperEngine(copy.with_name("other.onnx"))
    copy.with_name(copy.name + ".json").unlink()
    with pytest.raises(ModelMissing, match=r"other|json"):
        PiperEngine(copy)


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_voice(copy: Path, kept: float) -> None:
    whole = copy.read_bytes()
    copy.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(ModelBroken):
        PiperEngine(copy)


def test_another_kind_of_onnx_file(copy: Path) -> None:
    spec = find_spec("faster_whisper")
    assert spec is not None and spec.submodule_search_locations
    silero = next((Path(spec.submodule_search_locations[0]) / "assets").glob("silero*.onnx"))
    shutil.copy(silero, copy)
    with pytest.raises(ModelWrongKind):
        PiperEngine(copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda config: "{",
        lambda config: "[]",
        lambda config: json.dumps({}),
        lambda config: json.dumps(config | {"audio": {}}),
        lambda config: json.dumps(config | {"audio": {"sample_rate": 0}}),
        lambda config: json.dumps(config | {"espeak": {}}),
        lambda config: json.dumps(config | {"phoneme_type": "none"}),
    ],
)
def test_damaged_settings(copy: Path, change) -> None:
    settings = copy.with_name(copy.name + ".json")
    settings.write_text(change(json.loads(settings.read_text())))
    with pytest.raises(ModelError) as caught:
        PiperEngine(copy)
    assert isinstance(caught.value, ModelBroken | ModelWrongKind) and caught.value.remedy


def test_another_kind_of_model_is_not_asked_for_its_settings() -> None:
    with pytest.raises(ModelWrongKind, match="is a GGUF file, not an ONNX model") as caught:
        PiperEngine(bundled("pocket/chat/pocket-chat.gguf"))
    assert "beside" not in str(caught.value)
