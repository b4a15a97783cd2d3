"""Where models live, what counts as here, and what a setting that names a model means."""

import shutil
from pathlib import Path

import pytest

from localvoice import bundled
from localvoice.catalog import layout, listing, lock, model_paths
from localvoice.catalog.checksums import sha256_of
from localvoice.catalog.entry import Entry, FileSpec, Locked, LockedFile
from localvoice.config import Settings, parse
from localvoice.errors import CatalogError, ModelBroken, ModelMissing, ModelWrongKind


def entry_of(*paths: str, **changes: object) -> Entry:
    files = tuple(FileSpec(path) for path in paths)
    values = {"name": "m", "kind": "voice", "repo": "a/b", "revision": "main", "opens": "", "licence": "MIT"} | changes
    return Entry(files=files, **values)  # type: ignore[arg-type]


def install(root: Path, entry: Entry, source: Path) -> None:
    """As a pull leaves it: the files of `source` under the model's local names, and the lock file."""
    locked = []
    for file in entry.files:
        inside = layout.local_path(entry, file.path)
        here = layout.folder(root, entry) / inside
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / Path(inside).name if source.is_dir() else source, here)
        locked.append(LockedFile(inside, here.stat().st_size, sha256_of(here), file.path))
    lock.put(root, Locked(entry.name, entry.repo, "0" * 40, tuple(locked)))


def test_the_root_is_the_environments_then_the_settings_then_the_platforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(layout.ENVIRONMENT, raising=False)
    assert layout.root().name == "models" and layout.root().is_absolute()
    assert layout.root(str(tmp_path)) == tmp_path
    assert layout.root("~/m") == Path.home() / "m"
    monkeypatch.setenv(layout.ENVIRONMENT, str(tmp_path / "other"))
    assert layout.root(str(tmp_path)) == tmp_path / "other"


@pytest.mark.parametrize(
    ("paths", "local"),
    [
        (["config.json", "model.bin"], ["config.json", "model.bin"]),
        (["en/x/v.onnx", "en/x/v.onnx.json"], ["v.onnx", "v.onnx.json"]),
        (["onnx/model.onnx", "tokenizer.json"], ["onnx/model.onnx", "tokenizer.json"]),
        (["a/b/one", "a/c/two"], ["b/one", "c/two"]),
        (["a/b/only.gguf"], ["only.gguf"]),
        (["ab/x", "abc/y"], ["ab/x", "abc/y"]),
    ],
)
def test_what_all_paths_share_is_left_out(paths: list[str], local: list[str]) -> None:
    entry = entry_of(*paths)
    assert [layout.local_path(entry, path) for path in paths] == local


def test_here_means_locked_and_there_with_its_size(tmp_path: Path) -> None:
    entry = entry_of("a/v.onnx", "a/v.onnx.json", opens="a/v.onnx")
    source = tmp_path / "source"
    source.mkdir()
    (source / "v.onnx").write_bytes(b"onnx" * 9)
    (source / "v.onnx.json").write_text("{}")
    root = tmp_path / "models"
    assert not layout.installed(root, entry, lock.read(root))
    install(root, entry, source)
    locks = lock.read(root)
    assert layout.installed(root, entry, locks)
    assert layout.size_bytes(entry, locks) == 38
    assert layout.opens(root, entry) == root / "m" / "v.onnx"
    (root / "m" / "v.onnx").write_bytes(b"onnx")
    assert not layout.installed(root, entry, locks)
    (root / "m" / "v.onnx").unlink()
    assert not layout.installed(root, entry, locks)


def test_a_size_is_known_only_as_a_whole() -> None:
    known = Entry("m", "chat", "MIT", "a/b", "main", (FileSpec("x", 3), FileSpec("y", 4)))
    partly = Entry("m", "chat", "MIT", "a/b", "main", (FileSpec("x", 3), FileSpec("y")))
    assert layout.size_bytes(known, {}) == 7
    assert layout.size_bytes(partly, {}) is None


def test_a_model_in_a_package_is_here_when_the_package_is() -> None:
    assert layout.installed(Path("nowhere"), entry_of(repo="", package="platformdirs"), {})
    assert not layout.installed(Path("nowhere"), entry_of(repo="", package="no-such-package"), {})


@pytest.mark.parametrize(
    "path", ["./whisper-base.en", "models/x", "x.gguf", "X.ONNX", "~/m", "/m", "C:\\m", "..", "..\\m", ".m"]
)
def test_what_looks_like_a_path_is_one_without_asking_the_catalog(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "load", lambda: pytest.fail("it asked"))
    assert model_paths.path_of(path, "transcriber") == Path(path).expanduser()


def test_a_plain_name_is_never_a_file_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-ears").mkdir()
    with pytest.raises(ModelMissing, match=r"is written with a slash, such as \./my-ears"):
        model_paths.path_of("my-ears", "transcriber")


def test_a_model_that_is_not_here_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        model_paths.path_of("whisper-base.en", "transcriber", str(tmp_path))
    assert str(tmp_path / "whisper-base.en") in caught.value.message
    assert caught.value.remedy == "Fetch it: localvoice models pull whisper-base.en"


@pytest.mark.parametrize(
    ("named", "kind", "words"),
    [
        ("whisper-bsae.en", "transcriber", "Did you mean whisper-base.en?"),
        ("qwen2.5-1.5", "chat", "Did you mean qwen2.5-1.5b-instruct?"),
        ("en_us-kristin", "voice", "Did you mean en_US-kristin-medium?"),
        ("laptop", "chat", "which is a profile."),
    ],
)
def test_a_misspelt_model_meets_the_nearest_of_its_kind(named: str, kind: str, words: str) -> None:
    with pytest.raises(ModelMissing) as caught:
        model_paths.path_of(named, kind)  # type: ignore[arg-type]
    assert words in caught.value.message
    assert caught.value.message.startswith(f"{kind}.model is '{named}', which is ")


def test_a_model_of_another_kind() -> None:
    with pytest.raises(ModelWrongKind, match=r"chat\.model names whisper-base\.en, which is .* kind transcriber"):
        model_paths.path_of("whisper-base.en", "chat")


def test_the_settings_of_names_are_the_first_of_each_kind() -> None:
    catalog = listing.load(bundled.path("catalog.toml"))
    assert model_paths.settings_for(["whisper-base.en"], catalog) == {
        "transcriber.model": "whisper-base.en",
        "transcriber.language": "en",
    }
    assert model_paths.settings_for(["whisper-base"], catalog) == {"transcriber.model": "whisper-base"}
    mixed = model_paths.settings_for(["te_IN-padmavathi-medium", "india"], catalog)
    assert mixed["voice.model"] == "te_IN-padmavathi-medium"
    assert mixed["chat.model"] == "qwen3-4b-instruct-2507"
    assert mixed["transcriber.language"] == "hi"
    with pytest.raises(CatalogError, match="kind wake-word, and no setting opens those yet"):
        model_paths.settings_for(["alexa"], catalog)
    with pytest.raises(CatalogError, match="Did you mean india"):
        model_paths.settings_for(["indai"], catalog)


@pytest.mark.parametrize("kind", ["transcriber", "voice"])
def test_the_program_opens_a_model_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The pocket models, brought in under names of a catalog of one's own."""
    from localvoice.turn import build

    source = bundled.path("pocket/transcriber" if kind == "transcriber" else "pocket/voice/pocket-voice.onnx")
    names = sorted(path.name for path in source.iterdir()) if source.is_dir() else ["pocket-voice.onnx"]
    if kind == "voice":
        source, names = source.parent, ["pocket-voice.onnx", "pocket-voice.onnx.json"]
    opens = "opens = 'deep/in/pocket-voice.onnx'\n" if kind == "voice" else ""
    own = tmp_path / "catalog.toml"
    own.write_text(
        f'[[model]]\nname = "my-own.v1"\nkind = "{kind}"\nlicence = "Apache-2.0"\nrepo = "me/mine"\n{opens}'
        f"files = {[f'deep/in/{name}' for name in names]}\n"
    )
    monkeypatch.setattr(listing, "users_file", lambda: own)
    monkeypatch.setenv(layout.ENVIRONMENT, str(tmp_path / "models"))
    settings: Settings = parse(f'[{kind}]\nmodel = "my-own.v1"\n', "x").settings
    load = build.load_whisper if kind == "transcriber" else build.load_voice
    with pytest.raises(ModelMissing, match=r"my-own\.v1 is not here yet"):
        load(settings)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    install(tmp_path / "models", listing.load().entry("my-own.v1"), source)
    assert load(settings)
    weights = tmp_path / "models" / "my-own.v1" / ("model.bin" if kind == "transcriber" else "pocket-voice.onnx")
    whole = bytearray(weights.read_bytes())
    whole[len(whole) // 2] ^= 1
    weights.write_bytes(whole)
    with pytest.raises(ModelBroken, match="is not the file that was fetched"):
        load(settings)
    weights.write_bytes(whole[:-1])
    with pytest.raises(ModelBroken, match="another size"):
        load(settings)
