import threading
import tomllib
from pathlib import Path

import numpy as np
import pytest

from localvoice.engines.voice import hibari
from localvoice.engines.voice.hibari import HibariEngine
from localvoice.errors import ModelMissing, ModelWrongKind

FOLDER = hibari.package_folder() or Path("nowhere")


@pytest.fixture(scope="module")
def engine() -> HibariEngine:
    return HibariEngine(FOLDER)


def test_speaks(engine: HibariEngine) -> None:
    samples = engine.synthesise("The kitchen light is on.")
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert 0.8 < len(samples) / engine.rate_hz < 4.0
    assert 0.05 < np.abs(samples).max() <= 1.0


def test_every_sentence_of_a_text_is_spoken(engine: HibariEngine) -> None:
    one, two = "The light is on.", "The fan is off."
    together = len(engine.synthesise(f"{one} {two}"))
    assert together > 0.9 * (len(engine.synthesise(one)) + len(engine.synthesise(two)))


@pytest.mark.parametrize(("scale", "least", "most"), [(1.5, 1.3, 1.7), (0.7, 0.6, 0.85), (10.0, 1.6, 2.1)])
def test_length_scale_stretches_as_far_as_the_network_goes(
    engine: HibariEngine, scale: float, least: float, most: float
) -> None:
    normal, other = (len(engine.synthesise("The kitchen light is on.", s)) for s in (1.0, scale))
    assert least < other / normal < most


def test_the_same_words_always_sound_the_same(engine: HibariEngine) -> None:
    first, second = (engine.synthesise("Your timer is set.") for _ in range(2))
    assert np.array_equal(first, second)


def test_words_of_no_lexicon_are_read_too(engine: HibariEngine) -> None:
    assert len(engine.synthesise("Thiruvananthapuram.")) > len(engine.synthesise("Tea.")) > 0


@pytest.mark.parametrize("text", ["", "   ", "☕", "पाँच मिनट", "好的", "\ue000"])
def test_what_has_no_sound_in_english_gives_none(engine: HibariEngine, text: str) -> None:
    assert len(engine.synthesise(text)) == 0


def test_a_stop_ends_it_between_two_sentences(engine: HibariEngine) -> None:
    stop = threading.Event()
    stop.set()
    assert len(engine.synthesise("One. Two. Three.", stop=stop)) == 0


def test_gain_multiplies_and_is_limited(engine: HibariEngine) -> None:
    plain = engine.synthesise("Hello.")
    assert np.allclose(HibariEngine(FOLDER, gain=0.5).synthesise("Hello."), 0.5 * plain, atol=1e-6)
    assert np.abs(HibariEngine(FOLDER, gain=100.0).synthesise("Hello.")).max() == 1.0


def test_a_folder_without_the_voice_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="not in"):
        HibariEngine(tmp_path)


@pytest.mark.parametrize(("found", "error"), [(None, ModelMissing), ("0.3.0", ModelWrongKind)])
def test_no_other_version_is_taken(monkeypatch: pytest.MonkeyPatch, found: str | None, error: type[Exception]) -> None:
    monkeypatch.setattr(hibari, "installed_version", lambda: found)
    with pytest.raises(error) as caught:
        HibariEngine(FOLDER)
    assert f"pip install hibari-tts=={hibari.VERSION}" in str(getattr(caught.value, "remedy", ""))


def test_what_is_pinned_is_what_the_engine_knows() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert f"hibari-tts=={hibari.VERSION}" in project["dependencies"]
