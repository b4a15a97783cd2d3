"""From a name in a catalog to a conversation: pull, use, and then never the network again."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from localvoice import bundled, config
from localvoice.catalog import layout, listing
from localvoice.cli.app import run
from localvoice.demo.visitor import SPEECH
from tests.catalog.hub import serving

FILES = {
    "transcriber": ("pocket/transcriber", ""),
    "chat": ("pocket/chat/pocket-chat.gguf", "pocket-chat.gguf"),
    "voice": ("pocket/voice/pocket-voice.onnx", "en/pocket-voice.onnx"),
}


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Carries out a command line of a person with folders of their own: exit code, output, complaints."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf-cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv(layout.ENVIRONMENT, str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(config, "default_file", lambda: tmp_path / "localvoice.toml")
    monkeypatch.setattr(listing, "users_file", lambda: tmp_path / "catalog.toml")

    def type_it(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        told = capsys.readouterr()
        return code, told.out, told.err

    return type_it


def published(kind: str) -> dict[str, Path]:
    """Path in the repository, and the file that is served for it."""
    source, opens = FILES[kind]
    at = bundled.path(source)
    if at.is_dir():
        return {path.name: path for path in at.iterdir() if path.suffix in (".json", ".bin", ".txt")}
    found = {opens: at}
    if kind == "voice":
        found[opens + ".json"] = at.with_name(at.name + ".json")
    return found


def files_of(kind: str, road: str) -> str:
    """The lines of the catalog that say where the files of a model are."""
    if road == "hub":
        return f'repo = "me/{kind}"\nfiles = {list(published(kind))}'
    tables = []
    for name, path in published(kind).items():
        size, sha256 = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        piece = f'{{ package = "my-{kind}", version = "1.0", member = "data/{name}" }}'
        tables.append(f'{{ path = "{name}", size_bytes = {size}, sha256 = "{sha256}", pieces = [{piece}] }}')
    return f"files = [{', '.join(tables)}]"


@pytest.mark.parametrize("road", ["hub", "index"])
def test_one_pull_and_then_never_the_network_again(
    tmp_path: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    lines = []
    for kind, (_, opens) in FILES.items():
        lines += [
            f'[[model]]\nname = "my-{kind}"\nkind = "{kind}"\nlicence = "Apache-2.0"',
            files_of(kind, road),
            f'opens = "{opens}"' if opens else "",
        ]
    lines.append(
        '[[profile]]\nname = "mine"\nabout = "All of mine."\nmodels = ["my-transcriber", "my-chat", "my-voice"]'
    )
    (tmp_path / "catalog.toml").write_text("\n".join(lines))
    with serving() as hub:
        monkeypatch.setenv("PIP_INDEX_URL", f"{hub.url}/simple")
        for kind in FILES:
            hub.publish_wheel(
                f"my-{kind}", "1.0", {f"data/{name}": path.read_bytes() for name, path in published(kind).items()}
            )
            for name, path in published(kind).items():
                hub.publish(f"me/{kind}", name, path.read_bytes(), small=name.endswith((".json", ".txt")))
        code, _, err = typed("models", "pull", "mine", "--mirror", hub.url, "--quiet")
        assert code == 0, err

    code, out, _ = typed("models", "list", "--here", "--json")
    here = {model["name"] for model in json.loads(out)["models"] if model["roads"]}
    assert here == {"my-transcriber", "my-chat", "my-voice"}
    code, out, err = typed("models", "use", "mine")
    assert code == 0, err
    assert config.load().settings.voice.model == "my-voice"

    code, out, err = typed("transcribe", str(SPEECH / "05_lamp.flac"))
    assert (code, "light" in out) == (0, True), err
    code, out, err = typed("ask", "what is two plus two")
    assert (code, bool(out.strip())) == (0, True), err
    code, _, err = typed("say", "Good morning.", "-o", str(tmp_path / "out.wav"))
    assert (code, (tmp_path / "out.wav").stat().st_size > 10_000) == (0, True), err

    code, _, err = typed("models", "pull", "mine", "--quiet")
    assert code == 0, err
    code, _, err = typed("models", "remove", "my-voice")
    assert code == 0, err
    code, _, err = typed("say", "Good morning.", "-o", str(tmp_path / "again.wav"))
    assert code == 3
    assert "localvoice models pull my-voice" in err
