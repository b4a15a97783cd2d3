"""Changing single settings: the person's other lines stay, and nothing is written that cannot be read."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice import config
from localvoice.errors import SettingsError
from localvoice.settings_file import change, edited, unset, without

MINE = """# my own settings
[turn]
end_of_turn_ms = 400  # not so hasty

# the voice of my aunt
[voice]
speed = 1.2 # she talks fast

[transcriber]
model = "/models/ears"   # from the old disk
"""


def test_other_lines_and_comments_stay() -> None:
    changed = edited(MINE, {"transcriber.model": "whisper-base.en", "voice.model": "v", "chat.model": "c"})
    gone = [line for line in MINE.splitlines() if line not in changed.splitlines()]
    assert gone == ['model = "/models/ears"   # from the old disk']
    kept = [line for line in changed.splitlines() if line in MINE.splitlines()]
    assert kept == [line for line in MINE.splitlines() if line not in gone] + [""]
    assert 'model = "whisper-base.en"   # from the old disk' in changed
    assert changed.index("# the voice of my aunt") < changed.index("[voice]") < changed.index('model = "v"')
    assert changed.endswith('[chat]\nmodel = "c"\n')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only words",
        "[chat]",
        "[ chat ] # mine\n",
        "[chat]\r\nthreads = 3\r\n",
        "chat.threads = 3\n",
        "chat = { threads = 3 }\n",
        '"chat" = { "model" = "x" }\n',
        "[chat]\nsystem = '''\nline\n'''\n",
        "[chat]\nmodel = '''\nlong\n'''\n",
    ],
)
def test_every_way_of_writing_a_section_is_met(text: str) -> None:
    before = config.flatten(config.parse(text, "x").settings)
    changed = edited(text, {"chat.model": 'a "b" \\ c', "chat.threads": 5, "audio.record": True})
    after = config.flatten(config.parse(changed, "x").settings)
    assert after == before | {"chat.model": 'a "b" \\ c', "chat.threads": 5, "audio.record": True}
    assert ("\r\n" in changed) == ("\r\n" in text)
    assert edited(changed, {"chat.threads": 5}) == changed


def test_what_would_be_misread_is_refused_and_said() -> None:
    tricky = "[chat]\nsystem = '''\n[voice]\n'''\n[voice]\nspeed = 1.0\n"
    with pytest.raises(SettingsError) as caught:
        edited(tricky, {"voice.model": "v"})
    assert caught.value.remedy == 'Set it yourself: voice.model = "v"'
    with pytest.raises(SettingsError) as caught:
        edited(tricky, {"tools.plugins": ("a.py",), "voice.volume_percent": 50, "turn.push_to_talk": True})
    assert caught.value.remedy.endswith('tools.plugins = ["a.py"], voice.volume_percent = 50, turn.push_to_talk = true')


LINES = st.lists(
    st.sampled_from(
        [
            "# words",
            "",
            "[turn]",
            "[voice]",
            "[chat]",
            "speed = 1.5",
            "threads = 3",
            "duck_db = -9",
            "model = 'm'",
            "\t",
        ]
    ),
    max_size=8,
)


@given(LINES, st.sampled_from(["chat.model", "voice.model", "tools.data_folder"]), st.text(max_size=10))
def test_any_settings_stay_settings_with_just_that_change(lines: list[str], name: str, value: str) -> None:
    text = "\n".join(lines)
    try:
        before = config.flatten(config.parse(text, "x").settings)
    except SettingsError:
        return
    after = config.flatten(config.parse(edited(text, {name: value}), "x").settings)
    assert after == before | {name: value}


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "localvoice.toml"
    assert change(file, {"chat.model": "c"}) == file
    assert config.load(file).settings.chat.model == "c"
    assert [path.name for path in file.parent.iterdir()] == ["localvoice.toml"]


@pytest.mark.parametrize("content", [b"[chatt]\n", b"[chat\n", b"# caf\xe9\n"])
def test_a_file_that_is_at_fault_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"mine\.toml"):
        change(file, {"chat.model": "c"})
    assert file.read_bytes() == content


@pytest.mark.parametrize("changes", [{"chat.modle": "c"}, {"chat.threads": 0}, {"chat.threads": "two"}])
def test_a_change_that_is_no_setting_is_not_written(tmp_path: Path, changes: dict[str, object]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    with pytest.raises(SettingsError):
        change(file, changes)
    assert file.read_text() == MINE


@pytest.mark.parametrize("value", ["\udce9t\udce9.gguf", ("tools.py", "\udce9.py")])
def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path, value: object) -> None:
    file = tmp_path / "localvoice.toml"
    with pytest.raises(SettingsError, match="not UTF-8"):
        change(file, {"tools.plugins" if isinstance(value, tuple) else "chat.model": value})
    assert not file.exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        change(tmp_path / "file" / "mine.toml", {"chat.model": "c"})


@pytest.mark.skipif(os.name != "posix", reason="links and modes as Unix has them")
def test_a_link_stays_a_link_and_a_private_file_private(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "localvoice.toml"
    real.write_text("[chat]\nthreads = 1\n")
    real.chmod(0o600)
    link.symlink_to(real)
    change(link, {"chat.threads": 2})
    assert link.is_symlink() and "threads = 2" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_setting_is_taken_out_and_nothing_else() -> None:
    changed = without(MINE, "voice.speed")
    assert [line for line in MINE.splitlines() if line not in changed.splitlines()] == ["speed = 1.2 # she talks fast"]
    assert without(MINE, "chat.threads") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "[chat]\nthreads = 3\n",
        "chat.threads = 3\n",
        "chat = { threads = 3 }\n",
        '"chat" = { "threads" = 3, model = "x" }\n',
    ],
)
def test_a_setting_is_taken_out_however_it_is_written(text: str) -> None:
    before = config.flatten(config.parse(text, "x").settings)
    assert config.flatten(config.parse(without(text, "chat.threads"), "x").settings) == before | {"chat.threads": 2}


@given(LINES, st.sampled_from(["chat.model", "voice.speed", "chat.threads", "turn.duck_db"]))
def test_any_settings_stay_settings_without_just_that_one(lines: list[str], name: str) -> None:
    text = "\n".join(lines)
    try:
        before = config.flatten(config.parse(text, "x").settings)
    except SettingsError:
        return
    changed = without(text, name)
    assert config.flatten(config.parse(changed, "x").settings) == before | {
        name: config.flatten(config.Settings())[name]
    }
    assert [line for line in lines if line.startswith("#")] == [one for one in changed.splitlines() if one[:1] == "#"]


def test_unset_of_what_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Did you mean chat\.threads\?"):
        unset(tmp_path / "mine.toml", "chat.thraeds")
    assert list(tmp_path.iterdir()) == []
