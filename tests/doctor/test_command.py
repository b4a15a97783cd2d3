"""`localvoice doctor`: the screen, the document, what --fix writes, the exit code."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localvoice import config
from localvoice.audio.echo_path import EchoPath
from localvoice.catalog import listing, lock
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.cli.app import run
from localvoice.doctor import cpu, machine_speed, speed
from localvoice.doctor import examine as examining
from localvoice.doctor.check import Check
from localvoice.doctor.examine import Examination
from localvoice.doctor.sound import Sound
from localvoice.errors import SettingsError

GOOD = Check("memory", "ok", "8.0 GB, 6.0 free.", "", {"total_mb": 8000})
SLOW = Check("latency", "warn", "About 1500 ms voice to voice.", "Choose smaller models.")
BAD = Check("sound", "fail", "There is no microphone.", "Plug one in.")
ECHO = EchoPath(True, 47.0, -8.0, 50.0, True)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALVOICE_MODELS", str(tmp_path / "models"))
    file = tmp_path / "localvoice.toml"
    file.write_text("# mine\n[chat]\nthreads = 1 # as I like it\n")
    return file


@pytest.fixture
def found(monkeypatch):
    """What the examination will have found."""

    def set_up(checks, **changes):
        names = {name.replace("__", "."): value for name, value in changes.items()}
        monkeypatch.setattr("localvoice.cli.doctor.examine", lambda wishes, tell: Examination(checks, names))

    return set_up


@pytest.fixture
def quick(monkeypatch):
    """The real examination without what takes long or depends on the machine."""
    monkeypatch.setattr("localvoice.doctor.sound.devices", list)
    monkeypatch.setattr(examining, "_sound", lambda wishes, settings: Sound([GOOD], 90.0, ECHO))
    monkeypatch.setattr("localvoice.doctor.software.libraries", list)
    monkeypatch.setattr("localvoice.doctor.compute.examine", lambda settings, processor: [])


def test_the_screen_and_the_exit_code(found, capsys):
    found([GOOD, SLOW])
    assert run(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "Ready: localvoice talk" in shown and "Choose smaller models." in shown and " warn  Latency" in shown
    found([GOOD, BAD])
    assert run(["doctor"]) == 9
    shown = capsys.readouterr().out
    assert "FAIL  Sound" in shown and "Plug one in." in shown and "1 to put right" in shown


def test_the_document_is_for_scripts(found, capsys):
    found([GOOD, BAD], echo__delay_ms=47.0)
    assert run(["doctor", "--json"]) == 9
    document = json.loads(capsys.readouterr().out)
    assert document["ready"] is False and document["written"] is None
    assert document["changes"] == {"echo.delay_ms": 47.0}
    assert document["checks"][0] == {
        "name": "memory", "state": "ok", "sentence": GOOD.sentence, "remedy": "", "figures": {"total_mb": 8000}
    }  # fmt: skip


def test_fix_writes_what_was_measured_and_keeps_the_rest(found, file, capsys):
    found([GOOD], echo__delay_ms=47.5, transcriber__threads=3)
    assert run(["doctor", "--config", str(file)]) == 0
    assert "would set echo.delay_ms = 47.5" in capsys.readouterr().out and "echo" not in file.read_text()
    assert run(["doctor", "--fix", "--config", str(file)]) == 0
    assert f"Written to {file}" in capsys.readouterr().out
    settings = config.load(file).settings
    assert (settings.echo.delay_ms, settings.transcriber.threads, settings.chat.threads) == (47.5, 3, 1)
    assert "# as I like it" in file.read_text()


def test_what_was_found_is_shown_even_where_it_cannot_be_written(found, file, capsys, monkeypatch):
    def refuse(*_):
        raise SettingsError("It cannot be written.", "Check its permissions.")

    monkeypatch.setattr("localvoice.settings_file.change", refuse)
    found([GOOD], echo__delay_ms=47.5)
    assert run(["doctor", "--fix", "--json", "--config", str(file)]) == 2
    shown = capsys.readouterr()
    assert json.loads(shown.out)["written"] is None and "cannot be written" in shown.err


def test_the_whole_examination_without_models(quick, file, capsys):
    code = run(["doctor", "--json", "--fix", "--no-models", "--config", str(file)])
    document = json.loads(capsys.readouterr().out)
    names = [check["name"] for check in document["checks"]]
    assert names == ["python", "processor", "memory", "disk", "memory", "profile"]
    assert code == 0 and document["ready"] and document["written"] == str(file)
    assert document["changes"]["echo.delay_ms"] == 47.0 and document["changes"]["echo.level_db"] == -8.0
    assert "chat.threads" not in document["changes"]  # chosen by a person
    assert config.load(file).settings.echo == config.EchoSettings(delay_ms=47.0, level_db=-8.0)
    assert run(["doctor", "--json", "--fix", "--no-models", "--config", str(file)]) == 0
    assert not {"echo.delay_ms", "echo.level_db"} & set(json.loads(capsys.readouterr().out)["changes"])


def test_settings_that_cannot_be_read_are_a_finding_and_stay_as_they_are(quick, file, capsys):
    file.write_text("[echo]\ndelay = 3\n")
    assert run(["doctor", "--json", "--fix", "--no-models", "--config", str(file)]) == 9
    document = json.loads(capsys.readouterr().out)
    first = document["checks"][0]
    assert (first["name"], first["state"]) == ("settings", "fail") and "delay_ms" in first["sentence"]
    assert document["written"] is None and file.read_text() == "[echo]\ndelay = 3\n"


def test_a_model_that_is_chosen_and_not_here_is_a_finding_with_the_command(quick, file, capsys):
    file.write_text('[transcriber]\nmodel = "whisper-base.en"\n')
    assert run(["doctor", "--json", "--no-models", "--config", str(file)]) == 9
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["disk"]["remedy"] == "localvoice models pull whisper-base.en"


def test_a_damaged_lock_file_is_a_finding(quick, file, tmp_path, capsys):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lock.json").write_text("{")
    assert run(["doctor", "--json", "--no-models", "--config", str(file)]) == 9
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["models folder"]["state"] == "fail" and "lock.json" in checks["models folder"]["sentence"]


def test_latency_and_a_broken_model(quick, file, monkeypatch, capsys):
    figures = {
        "transcriber": {"final_ms": 80.0},
        "chat": {"first_token_ms": 50.0, "first_clause_ms": 60.0},
        "voice": {"clause_ms": 40.0},
    }
    monkeypatch.setattr(speed, "measure", lambda model, file: (GOOD, figures[model.kind]))
    assert run(["doctor", "--json", "--config", str(file)]) == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["latency"]["figures"]["expected_ms"] == 96 + 230 + 90
    assert "max(end-of-turn wait 300, pause 96 + transcriber 80" in checks["latency"]["sentence"]
    figures["voice"] = {}
    assert run(["doctor", "--json", "--config", str(file)]) == 9
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert "the voice does not run" in checks["latency"]["sentence"]


LONG = "x" * 300
"""Longer than any file system's names: looking for it is an error of the system, whoever asks."""


@pytest.mark.parametrize("folder", ["~nobody-of-that-name/x", "{home}/localvoice.toml", "{home}/" + LONG])
def test_a_models_folder_that_can_be_none_is_a_finding(quick, file, tmp_path, monkeypatch, capsys, folder):
    monkeypatch.setenv("LOCALVOICE_MODELS", folder.format(home=tmp_path))
    monkeypatch.setattr(speed, "measure", lambda model, file: (GOOD, {}))
    assert run(["doctor", "--json", "--config", str(file)]) == 9
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["models folder"]["state"] == "fail" and checks["models folder"]["remedy"]
    assert "No profile can be recommended" in checks["profile"]["sentence"]


@pytest.mark.parametrize("named", ["~nobody-of-that-name/x.gguf", f"./{LONG}.gguf", LONG])
def test_a_model_with_an_impossible_path_is_no_traceback(quick, file, capsys, named):
    file.write_text(f'[chat]\nmodel = "{named}"\n')
    run(["doctor", "--json", "--no-models", "--config", str(file)])
    assert json.loads(capsys.readouterr().out)["checks"]


def test_a_settings_file_that_cannot_be_looked_for_is_a_finding(quick, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(config, "default_file", lambda: tmp_path / LONG / "localvoice.toml")
    monkeypatch.setattr(speed, "measure", lambda model, file: (GOOD, {}))
    assert run(["doctor", "--json"]) == 9
    assert json.loads(capsys.readouterr().out)["checks"][0]["name"] == "settings"


@pytest.mark.parametrize(("load", "share"), [(50.0, 1.0), (0.0, 0.4)])
def test_no_profile_is_judged_while_the_machine_is_busy(quick, file, monkeypatch, capsys, load, share):
    idle = cpu.Cpu("any", "x86_64", 2, 2, ("AVX2",))
    slow = machine_speed.MachineSpeed(1e9, 1e9, share)
    monkeypatch.setattr(cpu, "look", lambda: replace(idle, load=load))
    monkeypatch.setattr(machine_speed, "measure", lambda cores: slow)
    assert run(["doctor", "--json", "--no-models", "--config", str(file)]) == 0
    profile = json.loads(capsys.readouterr().out)["checks"][-1]
    assert profile["name"] == "profile" and profile["state"] == "warn"
    assert "busy" in profile["sentence"] and "No profile" not in profile["sentence"]
    assert "recommended" not in profile["figures"] and profile["figures"]["busy"] is True
    monkeypatch.setattr(cpu, "look", lambda: idle)
    monkeypatch.setattr(machine_speed, "measure", lambda cores: replace(slow, share=1.0))
    run(["doctor", "--json", "--no-models", "--config", str(file)])
    assert "No profile suits" in json.loads(capsys.readouterr().out)["checks"][-1]["sentence"]


def test_models_that_are_here_are_not_counted_as_download(quick, file, tmp_path, monkeypatch, capsys):
    catalog = listing.load()
    for entry in catalog.expand(["tiny"]):
        path = tmp_path / "models" / entry.name / "model"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
        files = (LockedFile("model", 1, "0" * 64, "model"),)
        lock.put(tmp_path / "models", Locked(entry.name, entry.repo, "1" * 40, files))
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=10**6))
    monkeypatch.setattr(cpu, "look", lambda: cpu.Cpu("any", "x86_64", 8, 8, ("AVX2",)))
    monkeypatch.setattr(machine_speed, "measure", lambda cores: machine_speed.MachineSpeed(150e9, 2000e9))
    run(["doctor", "--json", "--no-models", "--config", str(file)])
    figures = json.loads(capsys.readouterr().out)["checks"][-1]["figures"]
    assert (figures["recommended"], figures["download_mb"], figures["obstacles"]["tiny"]) == ("tiny", 0, [])
    assert any("disk" in reason for reason in figures["obstacles"]["laptop"])
