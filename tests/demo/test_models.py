from pathlib import Path

import pytest

from localvoice import bundled, model_kinds
from localvoice.config import Settings, TranscriberSettings
from localvoice.demo.models import weights, with_models
from localvoice.errors import ModelMissing, SettingsError
from localvoice.turn import build

ELSEWHERE = Settings(transcriber=TranscriberSettings(model="/somewhere"))


def test_pocket_means_the_bundled_models_whatever_the_settings_say() -> None:
    settings = with_models(ELSEWHERE, "pocket")
    for kind in model_kinds.KINDS:
        assert build.model_of(settings, kind).path == bundled.path(model_kinds.BUNDLED[kind])


def test_a_profile_that_is_not_here_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALVOICE_MODELS", str(tmp_path))
    with pytest.raises(ModelMissing, match="Not installed yet") as caught:
        with_models(Settings(), "laptop")
    assert "localvoice models pull laptop" in caught.value.remedy


def test_an_unknown_set_of_models_lists_those_there_are() -> None:
    with pytest.raises(SettingsError, match="no set of models called starterr") as caught:
        with_models(Settings(), "starterr")
    assert "pocket, grown" in caught.value.remedy and "laptop" in caught.value.remedy


def test_the_report_has_the_checksum_of_what_was_opened() -> None:
    found = weights(with_models(Settings(), "pocket"))
    card = bundled.path("pocket/transcriber/model.bin")
    assert found["transcriber"]["file"] == "model.bin"
    assert found["transcriber"]["size_bytes"] == card.stat().st_size
    assert all(len(model["sha256"]) == 64 for model in found.values())
    assert weights(Settings())["voice"]["engine"] == "hibari", "the voice that speaks when none is named"


def test_without_english_or_without_hibari_the_pocket_voice_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    german = Settings(transcriber=TranscriberSettings(language="de"))
    assert build.model_of(german, "voice").name == "pocket"
    monkeypatch.setattr("localvoice.turn.build.hibari.package_folder", lambda: None)
    assert build.model_of(Settings(), "voice").name == "pocket"
