"""The settings: one strict, frozen tree, read from one TOML file.

Every default stands here and nowhere else. A key that is not in the tree is an error that names the file, the line and
the nearest key that is. `load` also says where each value came from, so that `localvoice config` can show it.
"""

import difflib
import re
import tomllib
import types
import typing
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

from localvoice import folders
from localvoice.errors import SettingsError


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Sound devices."""

    device: str = ""
    """Part of a device's name, as `localvoice devices` prints it; empty for the system's default."""
    rate_hz: int = 0
    """Rate of the stream; 0 tries 16,000 Hz first and takes the device's own rate otherwise."""
    record: bool = False
    """Keep a stereo WAV of each conversation (user left, assistant right)."""
    record_folder: str = ""
    """Where recordings go; empty for the platform's folder for user data."""


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """Removing the assistant's own voice from the microphone."""

    engine: Literal["both", "speex", "aec3", "off"] = "both"
    """`both`: AEC3 says whether somebody speaks, Speex keeps what they say; `off` for headphones."""
    delay_ms: float = 0.0
    """From a sample of the stream to its echo in the microphone, as `localvoice doctor --fix` measures it; 0 finds it
    while talking."""
    level_db: float = 0.0
    """Power of that echo relative to what was played, as `localvoice doctor --fix` measures it: with it an interruption
    is heard even in the first seconds; 0 finds it while talking."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Who may talk when."""

    end_of_turn_ms: int = 300
    """Silence after which a turn is over. Words that look unfinished wait longer."""
    eager_ms: int = 96
    """Silence after which words and reply are prepared, still without anything being said."""
    join_ms: int = 1000
    """A user who goes on this soon after the turn was taken for over is joined into the same turn."""
    longest_turn_s: int = 30
    """A turn longer than this is taken for over: a television, not a person."""
    interruptible: bool = True
    """Whether speaking over the assistant stops it."""
    push_to_talk: bool = False
    """Listen only between two presses of the space bar."""
    say_unheard: bool = True
    """Say so when a person was heard and not understood: twice in a row at most."""
    duck_db: int = -20
    """How far the assistant's voice drops while it is decided whether somebody speaks."""


@dataclass(frozen=True, slots=True)
class TranscriberSettings:
    """Whisper, through faster-whisper."""

    model: str = ""
    """A model of the catalog (`localvoice models list`), or the folder of a CTranslate2 Whisper model; empty for the
    bundled one."""
    language: str = "en"
    threads: int = 2
    short_context: bool = True
    """Encode only as much audio as was spoken. Stock Whisper checkpoints get at least 12 s all the same."""
    compute: Literal["cpu", "auto", "cuda"] = "cpu"
    """What the model runs on: the processor, a graphics card through CUDA, or with `auto` such a card if there is one.
    If the card fails, a notice says so, and the processor takes over."""
    beams: int = 5
    """Guesses followed at once when a turn is written down; 1 is a little faster and mishears more."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The language model, through llama.cpp."""

    model: str = ""
    """A model of the catalog, or a GGUF file; empty for the bundled one."""
    threads: int = 2
    context_tokens: int = 4096
    """Room for the prompt, the tools and the history; all the tools take some 1,300 in templates that print them."""
    reply_tokens: int = 160
    """A reply ends after this many tokens at the latest."""
    reply_s: float = 20.0
    """A reply ends this long after its first token at the latest; reading the prompt does not count."""
    compute: Literal["cpu", "auto", "cuda", "metal", "vulkan"] = "cpu"
    """What the model runs on: the processor, a graphics card of that kind, or with `auto` the first card that the
    installed llama.cpp was built for. If a card fails, a notice says so, and the processor takes over."""
    gpu_layers: int = -1
    """How many of the model's layers a card gets; -1 for all of them."""
    temperature: float = 0.0
    system: str = ""
    """What the model is told about itself; empty for the default."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """The voice, through hibari or Piper."""

    model: str = ""
    """A voice of the catalog, or a Piper voice's .onnx file, its .onnx.json beside it; empty for hibari in English and
    the bundled voice otherwise."""
    speed: float = 1.0
    """2.0 speaks twice as fast; hibari speaks between half and twice its own speed."""
    volume_percent: int = 100


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What the assistant can do besides talking."""

    plugins: tuple[str, ...] = ()
    """Python files, or importable module names, with tools of your own (docs/tools.md); `simulated-house` for the
    example."""
    deadline_s: float = 8.0
    """A tool that takes longer has failed."""
    data_folder: str = ""
    """Where lists are kept; empty for the platform's folder for user data."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the models of the catalog are kept."""

    folder: str = ""
    """Empty for the platform's folder for user data; the environment's LOCALVOICE_MODELS goes before both."""


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


RANGES: dict[str, tuple[float, float]] = {
    "audio.rate_hz": (0, 192_000),
    "echo.delay_ms": (0, 500),
    "echo.level_db": (-100, 60),
    "turn.end_of_turn_ms": (100, 5000),
    "turn.eager_ms": (32, 2000),
    "turn.join_ms": (0, 5000),
    "turn.longest_turn_s": (3, 30),
    "turn.duck_db": (-60, 0),
    "transcriber.threads": (1, 64),
    "transcriber.beams": (1, 16),
    "chat.threads": (1, 64),
    "chat.context_tokens": (256, 131_072),
    "chat.reply_tokens": (8, 4096),
    "chat.reply_s": (0.5, 600),
    "chat.gpu_layers": (-1, 1000),
    "chat.temperature": (0, 2),
    "voice.speed": (0.3, 3),
    "voice.volume_percent": (0, 100),
    "tools.deadline_s": (0.1, 600),
}


FOLDERS = ("audio.record_folder", "tools.data_folder")


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

    Raises SettingsError, naming every fault of the file at once. Relative paths of folders and plug-ins are taken
    from the file's own folder.
    """
    named = path is not None
    file = path if path is not None else default_file()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if named:
            raise SettingsError(
                f"There is no settings file {file}.", "Check the path, or leave --config out."
            ) from None
        return parse("", str(file))
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read: {error.strerror}.", "Check its permissions and that it is a file."
        ) from None
    loaded = parse(text, str(file))
    return replace(loaded, settings=_seen_from(file.absolute().parent, loaded.settings))


def _seen_from(folder: Path, settings: Settings) -> Settings:
    def whole(path: str) -> str:
        return str(folder / Path(path).expanduser()) if path else ""

    plugins = tuple(whole(name) if name.endswith(".py") else name for name in settings.tools.plugins)
    tools = replace(settings.tools, plugins=plugins, data_folder=whole(settings.tools.data_folder))
    return replace(
        settings, tools=tools, audio=replace(settings.audio, record_folder=whole(settings.audio.record_folder))
    )


def parse(text: str, file: str) -> Loaded:
    """Settings from TOML text; `file` is only for the messages. Raises SettingsError."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.", "Correct that line.") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or as many brackets
        raise SettingsError(
            f"{file} cannot be read ({type(error).__name__}).", "Look for a value that is far too long."
        ) from None
    faults: list[str] = []
    settings = Settings()
    origins = {f"{s.name}.{f.name}": "default" for s in fields(Settings) for f in fields(getattr(settings, s.name))}
    for section, values in tree.items():
        if section not in Settings.__dataclass_fields__:
            known = list(Settings.__dataclass_fields__)
            line = _line_of(text, None, section)
            faults.append(f"{file}:{line}: there is no section [{section}].{_nearest(section, known)}")
            continue
        if not isinstance(values, dict):
            faults.append(f"{file}:{_line_of(text, None, section)}: {section} is a section; write [{section}].")
            continue
        part = getattr(settings, section)
        hints = typing.get_type_hints(type(part))
        changes: dict[str, Any] = {}
        for key, value in values.items():
            line = _line_of(text, section, key)
            if key not in hints:
                faults.append(f"{file}:{line}: [{section}] has no setting {key}.{_nearest(key, list(hints))}")
                continue
            fault = _fault(f"{section}.{key}", hints[key], value)
            if fault:
                faults.append(f"{file}:{line}: {section}.{key} {fault}.")
                continue
            changes[key] = tuple(value) if isinstance(value, list) else value
            origins[f"{section}.{key}"] = f"{file}:{line}"
        settings = replace(settings, **{section: replace(part, **changes)})
    if faults:
        raise SettingsError("\n".join(faults), "`localvoice config` lists every setting with its default.")
    return Loaded(settings, origins)


def flatten(settings: Settings) -> dict[str, Any]:
    """Every setting by its dotted name."""
    return {
        f"{section.name}.{item.name}": getattr(getattr(settings, section.name), item.name)
        for section in fields(settings)
        if is_dataclass(getattr(settings, section.name))
        for item in fields(getattr(settings, section.name))
    }


def _fault(name: str, hint: Any, value: Any) -> str | None:
    """What is wrong with `value` for a setting of type `hint`, or None."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        choices = typing.get_args(hint)
        return None if value in choices else f"must be one of {', '.join(map(repr, choices))}, not {value!r}"
    if origin is tuple:
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not good:
            return f"must be a list of strings, not {value!r}"
        return next((f"has what can be no file: {item!r}" for item in value if not _is_path(item)), None)
    if isinstance(origin, types.UnionType):
        return None
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            value = float(value)
        except OverflowError:
            return "is too large"
    if type(value) is not hint:
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "a string in quotes"}
        return f"must be {words[hint]}, not {value!r}"
    if name in FOLDERS and not _is_path(value):
        return f"can be no folder: {value!r}"
    if name in RANGES:
        low, high = RANGES[name]
        if not low <= value <= high:
            return f"must be between {low:g} and {high:g}, not {value}"
    return None


def _is_path(value: str) -> bool:
    try:
        Path(value).expanduser()
    except RuntimeError:  # the home of somebody unknown
        return False
    return "\0" not in value


def _nearest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" It has: {', '.join(known)}."


def _line_of(text: str, section: str | None, key: str) -> int:
    """Line of `key` in `[section]`, or of the section itself; tomllib keeps no positions."""
    inside = section is None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\s*([\w.\"-]+)\s*\]", line)
        if header:
            name = header.group(1).strip('"')
            if section is None and name == key:
                return number
            inside = section is not None and name == section
        elif inside and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return number
        elif section is not None and re.match(rf"\s*{re.escape(section)}\.\"?{re.escape(key)}\"?\s*=", line):
            return number
    return 1
