"""The settings: one strict, frozen tree, read from one TOML file.

Every default and every range stands here and nowhere else; the text below a setting is its explanation in
`localvoice config --explain` and docs/settings.md. A key that is not in the tree is an error that names the file, the
line and the nearest key that is. `load` also says where each value came from, so that `localvoice config` can show it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from localvoice import folders, strict_toml
from localvoice.errors import SettingsError
from localvoice.nearest import did_you_mean
from localvoice.safe_names import fault_of_own_path, is_path
from localvoice.strict_toml import Between, Check, FieldSpec, Subject
from localvoice.toml_faults import Faults


@dataclass(frozen=True, slots=True)
class FromFile:
    """The setting is a path, or a list of them, if `is_path` says so. One that is relative is seen from the folder of
    the settings file."""

    what: str
    """What may stand there, in words."""
    is_path: Callable[[str], bool]


Folder = Annotated[str, Check(fault_of_own_path), FromFile("a folder", bool)]
Model = Annotated[str, Check(fault_of_own_path), FromFile("the name of a model, or a path", is_path)]
Plugins = Annotated[
    tuple[Annotated[str, Check(fault_of_own_path)], ...],
    FromFile("a list of files and module names", lambda name: name.endswith(".py")),
]
Threads = Annotated[int, Between(1, 64)]


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Sound devices."""

    device: str = ""
    """Part of a device's name, or its number, as `localvoice devices` prints them; `microphone / speaker` names two;
    empty for the system's default."""
    rate_hz: Annotated[int, Between(0, 192_000)] = 0
    """Rate of the stream; 0 tries 16,000 Hz first and takes the device's own rate otherwise."""
    record: bool = False
    """Keep a stereo WAV of each conversation (user left, assistant right)."""
    record_folder: Folder = ""
    """Where recordings go; empty for the platform's folder for user data."""


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """Removing the assistant's own voice from the microphone."""

    engine: Literal["both", "speex", "aec3", "off"] = "both"
    """`both`: AEC3 decides whether a person speaks, and Speex keeps what they say; `off` for headphones."""
    delay_ms: Annotated[float, Between(0, 500)] = 0.0
    """From a sample of the stream to its echo in the microphone, as `localvoice doctor --fix` measures it; with 0 it is
    found during the conversation."""
    level_db: Annotated[float, Between(-100, 60)] = 0.0
    """Power of that echo relative to what was played, as `localvoice doctor --fix` measures it, so that an
    interruption is heard even in the first seconds; with 0 it is found during the conversation."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Who may talk when."""

    end_of_turn_ms: Annotated[int, Between(100, 5000)] = 300
    """Silence after which a turn is over. Words that look unfinished wait longer."""
    eager_ms: Annotated[int, Between(32, 2000)] = 96
    """Silence after which words and reply are prepared, still without anything being said."""
    join_ms: Annotated[int, Between(0, 5000)] = 1000
    """If the user goes on this soon after a turn seemed to be over, both parts become one turn."""
    longest_turn_s: Annotated[int, Between(3, 30)] = 30
    """A turn longer than this counts as over: it is a television, not a person."""
    interruptible: bool = True
    """Whether speaking over the assistant stops it."""
    push_to_talk: bool = False
    """Listen only between two presses of the space bar."""
    say_unheard: bool = True
    """Say so when a person was heard and not understood: twice in a row at most."""
    duck_db: Annotated[int, Between(-60, 0)] = -20
    """How far the assistant's voice drops while it is decided whether a person speaks."""


@dataclass(frozen=True, slots=True)
class TranscriberSettings:
    """Whisper, through faster-whisper."""

    model: Model = ""
    """A model of the catalog (`localvoice models list`), or the folder of a CTranslate2 Whisper model; empty for the
    bundled one."""
    language: str = "en"
    """Code of the language that you speak, such as `en` or `de`."""
    threads: Threads = 2
    """Processor threads. A model that is too small to gain from more than one uses one."""
    short_context: bool = True
    """Encode only as much audio as was spoken. Stock Whisper checkpoints get at least 12 s all the same."""
    compute: Literal["cpu", "auto", "cuda"] = "cpu"
    """What the model runs on: the processor, a graphics card through CUDA, or with `auto` such a card if there is one.
    If the card fails, a notice says so, and the processor takes over."""
    beams: Annotated[int, Between(1, 16)] = 5
    """Guesses followed at once when a turn is transcribed; 1 is a little faster and mishears more."""
    words: tuple[str, ...] = ()
    """Names and other rare words that you say often, such as `["Priya", "Kochi"]`, so that they are written as they
    are spelt here; some thirty at most. Only for stock Whisper checkpoints, which then take about twice as long for
    final words: they encode at least 15 s instead of 12, and write twice."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The language model, through llama.cpp."""

    model: Model = ""
    """A model of the catalog, or a GGUF file; empty for the bundled one."""
    threads: Threads = 2
    """Processor threads. A model that is too small to gain from more than one uses one."""
    context_tokens: Annotated[int, Between(256, 131_072)] = 4096
    """Space for the prompt, the tools and the history; all the tools take some 1,700 in templates that print them."""
    reply_tokens: Annotated[int, Between(8, 4096)] = 160
    """A reply ends after this many tokens at the latest."""
    reply_s: Annotated[float, Between(0.5, 600)] = 20.0
    """A reply ends this long after its first token at the latest; reading the prompt and thinking do not count."""
    thought_tokens: Annotated[int, Between(0, 8192)] = 0
    """A model that thinks before it answers may do so for this many tokens, in silence; 0 has it answer at once."""
    compute: Literal["cpu", "auto", "cuda", "metal", "vulkan"] = "cpu"
    """What the model runs on: the processor, a graphics card of that kind, or with `auto` the first card that the
    installed llama.cpp was built for. If a card fails, a notice says so, and the processor takes over."""
    gpu_layers: Annotated[int, Between(-1, 1000)] = -1
    """How many of the model's layers a card gets; -1 for all of them."""
    temperature: Annotated[float, Between(-1, 2)] = -1.0
    """How freely words are chosen: 0 always takes the likeliest, higher values vary the wording and make more mistakes,
    -1 does as the model's publisher recommends."""
    system: str = ""
    """What the model is told about itself; empty for the default."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """The voice, through hibari or Piper."""

    model: Model = ""
    """A voice of the catalog, or a Piper voice's .onnx file, its .onnx.json beside it; empty for hibari in English and
    the bundled voice otherwise."""
    speed: Annotated[float, Between(0.3, 3)] = 1.0
    """2.0 speaks twice as fast; hibari speaks between half and twice its own speed."""
    volume_percent: Annotated[int, Between(0, 100)] = 100
    """Loudness of the assistant when the conversation starts."""


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What the assistant can do besides talking."""

    plugins: Plugins = ()
    """Python files, or importable module names, with tools of your own (docs/tools.md); `simulated-house` for the
    example."""
    deadline_s: Annotated[float, Between(0.1, 600)] = 8.0
    """A tool that takes longer has failed."""
    data_folder: Folder = ""
    """Where lists, alarms and reminders are kept; empty for the platform's folder for user data."""
    clock: Literal["auto", "12", "24"] = "auto"
    """A clock of 12 hours ("7:30 pm") or of 24 ("19:30"); `auto` for what is usual where the system's locale says it
    is."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the models of the catalog are kept."""

    folder: Folder = ""
    """Empty for the platform's folder for user data. The environment variable LOCALVOICE_MODELS overrides it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it."""

    audio: AudioSettings = field(default_factory=AudioSettings)
    echo: EchoSettings = field(default_factory=EchoSettings)
    turn: TurnSettings = field(default_factory=TurnSettings)
    transcriber: TranscriberSettings = field(default_factory=TranscriberSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    tools: ToolSettings = field(default_factory=ToolSettings)
    models: ModelSettings = field(default_factory=ModelSettings)


SECTIONS: Mapping[str, type] = {item.name: item.default_factory for item in fields(Settings)}  # type: ignore[misc]
"""Every section's dataclass."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the place that each value came from: `default`, or the file and its line."""

    settings: Settings
    origins: dict[str, str]


def default_file() -> Path:
    """Where the settings file is looked for when none is named."""
    return folders.config() / "localvoice.toml"


def load(path: Path | None = None) -> Loaded:
    """Read the settings from `path`, or from the default file where there is one.

    Raises SettingsError, naming every fault of the file at once. Relative paths are taken from the file's own folder.
    """
    file = path if path is not None else default_file()
    try:
        text = strict_toml.text_of(file, SettingsError)
    except FileNotFoundError:
        if path is not None:
            raise SettingsError(
                f"There is no settings file {file}.", "Check the path, or leave --config out."
            ) from None
        return parse("", str(file))
    loaded = parse(text, str(file))
    return replace(loaded, settings=_seen_from(file.absolute().parent, loaded.settings))


def parse(text: str, file: str) -> Loaded:
    """Settings from TOML text, relative paths as they are; `file` is only for the messages. Raises SettingsError."""
    tree = strict_toml.tree_of(text, file, SettingsError)
    faults = Faults(file, text)
    sections: dict[str, Any] = {}
    origins = dict.fromkeys(flatten(Settings()), "default")
    for section, table in tree.items():
        if section not in SECTIONS:
            faults.add((section,), f"there is no section [{section}].{did_you_mean(section, SECTIONS, or_list=True)}")
        elif not isinstance(table, dict):
            faults.add((section,), f"{section} is a section; write [{section}].")
        else:
            sections[section] = strict_toml.read(SECTIONS[section], table, _subject(section), faults, (section,))
            origins |= {f"{section}.{key}": faults.place((section, key)) for key in table}
    if faults:
        raise SettingsError(str(faults), "`localvoice config --explain` describes every setting.")
    return Loaded(Settings(**sections), origins)


def spec_of(name: str) -> FieldSpec:
    """The setting of that dotted name. Raises SettingsError with the nearest name."""
    section, _, key = name.partition(".")
    spec = strict_toml.fields_of(SECTIONS[section]).get(key) if section in SECTIONS else None
    if spec is None:
        near = did_you_mean(name, flatten(Settings()))
        raise SettingsError(f"There is no setting {name}.{near}", "`localvoice config` lists every setting.")
    return spec


def checked(name: str, value: Any) -> Any:
    """`value`, as TOML would have it, as the setting `name` takes it. Raises SettingsError: unknown, or not taken."""
    spec, section = spec_of(name), name.partition(".")[0]
    if not all(map(_is_utf8, value if isinstance(value, list) else [value])):
        raise SettingsError(
            f"The value of {name} is not UTF-8, as the settings file has to be.",
            "Write it in a terminal that is set to UTF-8, or rename what it names.",
        )
    faults = Faults("")
    taken = strict_toml.value_of(spec, value, _subject(section), faults, ())
    if faults:
        raise SettingsError(" ".join(faults.sentences), "`localvoice config --explain` describes every setting.")
    return taken


def _is_utf8(value: Any) -> bool:
    """False for text that the shell could not decode."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def flatten(settings: Settings) -> dict[str, Any]:
    """Every setting by its dotted name."""
    return {
        f"{section}.{item.name}": getattr(getattr(settings, section), item.name)
        for section, kind in SECTIONS.items()
        for item in fields(kind)
    }


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """`settings` with new values by dotted name."""
    for name, value in changes.items():
        section, key = name.split(".")
        settings = replace(settings, **{section: replace(getattr(settings, section), **{key: value})})
    return settings


def _subject(section: str) -> Subject:
    return Subject(f"[{section}]", "setting", f"{section}.{{key}}{{value}}")


def _seen_from(folder: Path, settings: Settings) -> Settings:
    return changed(settings, {name: seen_from(folder, name, value) for name, value in flatten(settings).items()})


def seen_from(folder: Path, name: str, value: Any) -> Any:
    """The value of the setting `name` with whole paths in place of those that are relative to `folder` or to ~."""
    path = spec_of(name).note(FromFile)
    if path is None:
        return value
    if isinstance(value, tuple):
        return tuple(str(folder / Path(one).expanduser()) if path.is_path(one) else one for one in value)
    return str(folder / Path(value).expanduser()) if path.is_path(value) else value
