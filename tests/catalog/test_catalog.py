"""The list that travels with the program: whole, safe, and what the profiles promise."""

import re
from pathlib import Path

import pytest

from localvoice import bundled, config
from localvoice.catalog import layout, listing
from localvoice.catalog.entry import Entry
from localvoice.catalog.model_paths import settings_for
from localvoice.model_kinds import SETTINGS

CATALOG = listing.load(bundled.path("catalog.toml"))
ENTRIES = list(CATALOG.entries.values())
HUGE_BYTES = 5_000_000
"""Everything above is stored by its SHA-256 on the hub."""


def test_every_kind_is_there() -> None:
    assert {entry.kind for entry in ENTRIES} == set(listing.KINDS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_entry_says_what_a_person_needs(entry: Entry) -> None:
    assert entry.good_for.endswith((".", "”."))
    assert entry.licence and entry.languages and entry.memory_mb
    assert not entry.catch or entry.catch.endswith((".", ")."))
    assert all(re.fullmatch(r"[a-z]{2}|\*", language) for language in entry.languages)
    if entry.licence.startswith("LicenseRef") or "-NC-" in entry.licence:
        assert entry.catch


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.confirmed and e.repo], ids=lambda entry: entry.name)
def test_a_confirmed_entry_is_pinned_or_open_as_a_whole(entry: Entry) -> None:
    for file in entry.files:
        revision = file.revision or entry.revision
        assert revision == "main" or re.fullmatch(r"[0-9a-f]{40}", revision)
        if (file.size_bytes or 0) > HUGE_BYTES and revision != "main":
            assert file.sha256 or file.md5, file.path


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.files], ids=lambda entry: entry.name)
def test_each_kind_has_the_files_that_its_engine_opens(entry: Entry) -> None:
    here = {layout.local_path(entry, file.path) for file in entry.files}
    assert len(here) == len(entry.files)
    if entry.kind == "transcriber":
        weights = "model.safetensors" if entry.convert else "model.bin"
        assert {"config.json", "tokenizer.json", weights} < here
        assert here & {"vocabulary.txt", "vocabulary.json"}
        assert entry.opens == ""
    elif entry.kind == "voice":
        voice = layout.local_path(entry, entry.opens)
        assert here == {voice, voice + ".json"}
        assert voice == f"{entry.name}.onnx"
        assert entry.engine == "piper"
    else:
        assert here == {layout.local_path(entry, entry.opens)}
        assert entry.opens.endswith(".onnx" if entry.kind == "end-of-turn" else ".gguf")


@pytest.mark.parametrize("name", sorted(CATALOG.profiles))
def test_a_profile_is_a_whole_conversation(name: str) -> None:
    entries = CATALOG.expand([name])
    assert {entry.kind for entry in entries} == {"transcriber", "chat", "voice"}
    changes = settings_for([name], CATALOG)
    assert set(SETTINGS.values()) < set(changes)
    assert set(changes) <= set(config.flatten(config.Settings()))
    language = changes["transcriber.language"]
    for setting in ("transcriber.model", "voice.model"):
        assert CATALOG.entry(changes[setting]).languages in ((language,), ("*",))
    assert all(entry.confirmed and not entry.keeps_state for entry in entries)


def test_the_profiles_and_languages_that_were_promised() -> None:
    assert {"tiny", "laptop", "quality", "india"} <= set(CATALOG.profiles)
    voices = {language for entry in ENTRIES if entry.kind == "voice" for language in entry.languages}
    assert {"en", "hi", "te", "ml", "ne", "de", "fr", "es", "it", "pt", "ru", "zh"} <= voices
    regions = {entry.name[:5] for entry in ENTRIES if entry.kind == "voice"}
    assert {"en_US", "en_GB"} <= regions
    india = {language for entry in CATALOG.expand(["india"]) for language in entry.languages}
    assert {"hi", "te", "ml", "mr", "bn", "ne", "en", "*"} == india


@pytest.mark.parametrize("name", ["starter", "starter-piper", "starter-plus"])
def test_the_starters_need_no_hub(name: str) -> None:
    for entry in CATALOG.expand([name]):
        assert "index" in entry.roads or entry.package, entry.name


def test_the_starter_is_small_and_free_for_any_use() -> None:
    entries = CATALOG.expand(["starter"])
    assert {entry.licence for entry in entries} <= {"MIT", "Apache-2.0"}
    assert not [entry.name for entry in entries if entry.catch]
    packages_bytes = 14_100_000  # the wheel of hibari-tts 0.2.1
    assert sum(file.size_bytes or 0 for entry in entries for file in entry.files) + packages_bytes < 191_000_000
    assert CATALOG.memory_mb(["starter"]) < 1000
    assert "code" in CATALOG.entry("qwen2.5-coder-1.5b-instruct").good_for


def test_hybrids_are_marked() -> None:
    assert {entry.name for entry in ENTRIES if entry.keeps_state} == {"qwen3.5-2b", "lfm2.5-1.2b-instruct"}


def test_profiles_fit_the_machines_they_are_for() -> None:
    memory_mb = {name: CATALOG.memory_mb([name]) for name in ("tiny", "laptop", "quality", "india")}
    assert memory_mb["tiny"] == 150 + 700 + 200
    assert memory_mb["india"] < 5000
    assert memory_mb["tiny"] < 2000 < memory_mb["quality"]
    assert memory_mb["tiny"] < memory_mb["laptop"] < memory_mb["quality"]


def test_the_examples_of_the_manual_are_catalogs() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "models.md").read_text()
    of_the_hub, of_the_index = re.findall(r"```toml\n(\[\[model.*?)```", manual, re.DOTALL)
    catalog = listing.parse(of_the_hub, "docs/models.md", CATALOG)
    assert settings_for(["mine"], catalog)["voice.model"] == "my-voice"
    assert listing.parse(of_the_index, "docs/models.md", CATALOG).entry("my-model").files[0].pieces
    named = set(re.findall(r"`([a-z0-9_.A-Z-]+)`", manual)) & (set(CATALOG.entries) | set(CATALOG.profiles))
    assert set(CATALOG.profiles) <= named
