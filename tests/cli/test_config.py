"""`localvoice config`: showing, explaining, and changing single settings."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from localvoice import config
from localvoice.cli.app import run

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a person who has none yet."""
    file = tmp_path / "settings" / "localvoice.toml"
    monkeypatch.setattr(config, "default_file", lambda: file)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return file


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Carries out a command line: exit code, what is printed, what is complained of."""

    def type_it(*arguments: str) -> tuple[int, str, str]:
        code = run(["config", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return type_it


def written(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_all_settings_are_shown_with_where_they_come_from(file: Path, typed: Typed) -> None:
    written(file, "[turn]\njoin_ms = 900\n")
    code, out, _ = typed()
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if "." in line.split(" ")[0]}
    assert (code, set(lines)) == (0, set(config.flatten(config.Settings())))
    assert lines["turn.join_ms"] == ["900", f"{file}:2"] and lines["turn.eager_ms"] == ["96", "default"]
    assert out.endswith(f"The settings file is {file}.\n")


def test_as_json(file: Path, typed: Typed) -> None:
    written(file, "[tools]\nplugins = ['simulated-house']\n")
    code, out, _ = typed("--json")
    document = json.loads(out)
    found = {one["name"]: one for one in document["settings"]}
    assert (code, document["file"], set(found)) == (0, str(file), set(config.flatten(config.Settings())))
    plugins = found["tools.plugins"]
    assert (plugins["value"], plugins["default"], plugins["origin"]) == (["simulated-house"], [], f"{file}:2")
    assert found["turn.duck_db"]["explanation"].startswith("How far the assistant's voice drops")
    written(file, "[tool]\n")
    code, out, err = typed("--json")
    assert code == 2 and "Did you mean tools?" in json.loads(out)["error"]["message"] and "tools" in err


def test_explained(file: Path, typed: Typed) -> None:
    written(file, "[turn]\nduck_db = -9\n")
    code, out, _ = typed("--explain")
    assert code == 0 and f"turn.duck_db = -9  ({file}:2)\n    How far the assistant's voice drops" in out
    assert "    Possible: a whole number from -60 to 0. Default: -20.\n" in out


@pytest.mark.parametrize(
    ("name", "words", "value", "got"),
    [
        ("turn.duck_db", ["-15"], -15, "-15"),
        ("voice.speed", ["2"], 2.0, "2.0"),
        ("audio.record", ["True"], True, "true"),
        ("echo.engine", ["off"], "off", "off"),
        ("audio.device", ["A device, with a name"], "A device, with a name", "A device, with a name"),
        ("tools.plugins", ["house.py", "simulated-house"], ("{here}/house.py", "simulated-house"), None),
        ("chat.model", ["./my.gguf"], "{here}/my.gguf", None),
        ("chat.model", ["smollm2-135m-instruct"], "smollm2-135m-instruct", None),
        ("models.folder", ["models"], "{here}/models", None),
    ],
)
def test_set_get_and_unset(
    file: Path, typed: Typed, name: str, words: list[str], value: object, got: str | None
) -> None:
    def whole(text: object) -> object:
        return str(Path.cwd() / str(text).removeprefix("{here}/")) if str(text).startswith("{here}/") else text

    written(file, "# mine\n[turn]\n# slower\njoin_ms = 900\n")
    expected = tuple(whole(one) for one in value) if isinstance(value, tuple) else whole(value)
    code, out, err = typed("set", name, *words)
    assert (code, err) == (0, "") and out.endswith(f"\n(in {file})\n")
    assert config.flatten(config.load(file).settings)[name] == expected
    code, out, _ = typed("get", name)
    assert code == 0 and (got is None or out == f"{got}\n")
    assert typed("unset", name)[0] == 0
    assert config.load(file).settings.turn.join_ms == 900
    assert config.load(file).origins[name] == "default"
    assert file.read_text().startswith("# mine\n[turn]\n# slower\njoin_ms = 900\n")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["set", "turn.duck", "-15"], "There is no setting turn.duck. Did you mean turn.duck_db?"),
        (["get", "turn.duck"], "Did you mean turn.duck_db?"),
        (["unset", "turn.duck"], "Did you mean turn.duck_db?"),
        (["set", "turn", "1"], "There is no setting turn."),
        (["set", "chat.threads", "two"], "chat.threads must be a whole number, not 'two'."),
        (["set", "chat.threads", "2.5"], "chat.threads must be a whole number, not 2.5."),
        (["set", "chat.threads", "0"], "chat.threads must be between 1 and 64, not 0."),
        (["set", "chat.threads", "1", "2"], "chat.threads takes one value, not 2."),
        (["set", "audio.record", "yes"], "audio.record must be true or false, not 'yes'."),
        (["set", "echo.engine", "spex"], "not 'spex'. Did you mean speex?"),
        (["set", "chat.model", "~no-such-user-here/x"], "is not a valid path"),
    ],
)
def test_what_is_refused_is_not_written(file: Path, typed: Typed, words: list[str], complaint: str) -> None:
    code, out, err = typed(*words)
    assert (code, out) == (2, "") and complaint in err and "Traceback" not in err
    assert not file.exists()


def test_another_file_can_be_named_before_and_behind(file: Path, typed: Typed, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    assert typed("set", "chat.threads", "3", "--config", str(other))[0] == 0
    assert typed("--config", str(other), "set", "voice.speed", "1.5")[0] == 0
    assert typed("--config", str(other), "get", "chat.threads")[1] == "3\n"
    assert config.load(other).settings.voice.speed == 1.5 and not file.exists()
