"""Settings: strict, with the place of every value, and every fault named at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.config import Settings, flatten, load, parse, spec_of
from localvoice.errors import SettingsError
from localvoice.strict_toml import Between

RANGES = {name: limits for name in flatten(Settings()) if (limits := spec_of(name).note(Between))}


def test_an_empty_file_gives_the_defaults() -> None:
    loaded = parse("", "x.toml")
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}
    assert set(loaded.origins) == set(flatten(loaded.settings))


def test_every_value_knows_its_line() -> None:
    loaded = parse("# mine\n[turn]\n\nend_of_turn_ms = 450\n[voice]\nspeed = 1\n", "x.toml")
    assert loaded.settings.turn.end_of_turn_ms == 450
    assert loaded.settings.voice.speed == 1
    assert loaded.origins["turn.end_of_turn_ms"] == "x.toml:4"
    assert loaded.origins["voice.speed"] == "x.toml:6"


def test_all_faults_are_named_at_once_with_line_and_nearest_key() -> None:
    text = "[trun]\na = 1\n[turn]\nend_of_turn = 3\nduck_db = 'a'\n[chat]\nthreads = 0\n[echo]\nengine = 'spex'\n"
    with pytest.raises(SettingsError) as caught:
        parse(text, "x.toml")
    message = caught.value.message.splitlines()
    assert message == [
        "x.toml:1: there is no section [trun]. Did you mean turn?",
        "x.toml:4: [turn] has no setting end_of_turn. Did you mean end_of_turn_ms?",
        "x.toml:5: turn.duck_db must be a whole number, not 'a'.",
        "x.toml:7: chat.threads must be between 1 and 64, not 0.",
        "x.toml:9: echo.engine must be one of both, speex, aec3, off, not 'spex'. Did you mean speex?",
    ]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", sorted(flatten(Settings())))
def test_a_letter_left_out_of_any_setting_is_found(name: str) -> None:
    section, key = name.split(".")
    for cut in range(len(key)):
        typo = key[:cut] + key[cut + 1 :]
        if len(typo) < 3:
            continue
        with pytest.raises(SettingsError, match=rf"x:2: \[{section}\] has no setting {typo}. Did you mean {key}\?"):
            parse(f"[{section}]\n{typo} = 1\n", "x")


@pytest.mark.parametrize("name", sorted(RANGES))
def test_every_range_holds_its_default_and_refuses_what_is_outside(name: str) -> None:
    limits = RANGES[name]
    assert limits.low <= flatten(Settings())[name] <= limits.high
    section, key = name.split(".")
    with pytest.raises(SettingsError, match="must be between"):
        parse(f"[{section}]\n{key} = {int(limits.high) + 1}\n", "x")


@pytest.mark.parametrize("value", ["true", "1.5", "'1'", "[1]", "{a = 1}", "1979-05-27"])
def test_a_whole_number_is_nothing_else(value: str) -> None:
    with pytest.raises(SettingsError, match="must be a whole number"):
        parse(f"[chat]\nthreads = {value}\n", "x")


def test_a_list_of_strings_becomes_a_tuple() -> None:
    assert parse("[tools]\nplugins = ['simulated-house']\n", "x").settings.tools.plugins == ("simulated-house",)
    with pytest.raises(SettingsError, match="list of strings"):
        parse("[tools]\nplugins = [1]\n", "x")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no settings file"):
        load(tmp_path / "nowhere.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# caf\xe9\n")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(latin)
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)
    marked = tmp_path / "marked.toml"
    marked.write_bytes(b"\xef\xbb\xbf[voice]\nspeed = 1.5\n")
    assert load(marked).settings.voice.speed == 1.5


@given(st.text())
def test_any_text_is_settings_or_a_settings_error(text: str) -> None:
    try:
        parse(text, "x")
    except SettingsError as error:
        assert error.message and error.remedy


def test_models_named_by_path_are_seen_from_the_file_whatever_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "localvoice.toml"
    file.write_text(
        '[transcriber]\nmodel = "./ears"\n[chat]\nmodel = "my.gguf"\n[voice]\nmodel = "whisper-base.en"\n'
        '[models]\nfolder = "all"\n'
    )
    monkeypatch.chdir(tmp_path / "elsewhere")
    for settings in (load(file).settings, load(Path("..") / "localvoice.toml").settings):
        assert Path(settings.transcriber.model).resolve() == tmp_path / "ears"
        assert Path(settings.chat.model).resolve() == tmp_path / "my.gguf"
        assert settings.voice.model == "whisper-base.en"
        assert Path(settings.models.folder).resolve() == tmp_path / "all"
    file.write_text('[chat]\nmodel = "~/my.gguf"\n')
    assert load(file).settings.chat.model == str(Path.home() / "my.gguf")


def test_folders_and_plugins_are_seen_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "localvoice.toml"
    file.write_text(
        '[tools]\nplugins = ["my_house.py", "simulated-house", "/opt/door.py"]\ndata_folder = "data"\n'
        '[audio]\nrecord_folder = "/var/talks"\n'
    )
    settings = load(file).settings
    assert settings.tools.plugins == (str(tmp_path / "my_house.py"), "simulated-house", "/opt/door.py")
    assert settings.tools.data_folder == str(tmp_path / "data")
    assert settings.audio.record_folder == "/var/talks"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[tools]\ndata_folder = "~nobodyx/x"', "is not a valid path"),
        ('[audio]\nrecord_folder = "a\\u0000b"', "is not a valid path"),
        ('[tools]\nplugins = ["~nobodyx/x.py"]', "is not a valid path"),
        (f"[chat]\nreply_s = 1{400 * '0'}", "is too large"),
        (f"[chat]\nthreads = 1{400 * '0'}", "must be between 1 and 64"),
        (f"[chat]\nthreads = 1{5000 * '0'}", "cannot be read"),
        (f"x = {3000 * '['}", "cannot be read|not valid"),
    ],
)
def test_values_beyond_reason(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        parse(text, "it")


def test_what_is_made_without_settings_has_their_defaults() -> None:
    """Every default stands in config.py: what the parts have by themselves is taken from there."""
    from inspect import signature

    from localvoice.engines.chat.llama import LlamaEngine
    from localvoice.engines.transcriber.whisper import Whisper
    from localvoice.hear.endpointing import EndpointingSettings
    from localvoice.think.conversation import Limits
    from localvoice.turn.state import Rules

    settings = Settings()
    turn, chat, transcriber = settings.turn, settings.chat, settings.transcriber
    waits, limits, rules = EndpointingSettings(), Limits(), Rules()
    assert (waits.pause_ms, waits.end_of_turn_ms, waits.longest_turn_s) == (
        turn.eager_ms, turn.end_of_turn_ms, turn.longest_turn_s,
    )  # fmt: skip
    assert (limits.reply_tokens, limits.reply_s, limits.thought_tokens) == (
        chat.reply_tokens, chat.reply_s, chat.thought_tokens,
    )  # fmt: skip
    assert (rules.join_samples, rules.interruptible, rules.key_only, rules.say_unheard) == (
        turn.join_ms * 16, turn.interruptible, turn.push_to_talk, turn.say_unheard,
    )  # fmt: skip
    for engine, part in ((LlamaEngine, chat), (Whisper, transcriber)):
        parameters = signature(engine).parameters.values()
        shared = {one.name: one.default for one in parameters if hasattr(part, one.name)}
        assert len(shared) >= 4
        assert shared == {name: getattr(part, name) for name in shared}
