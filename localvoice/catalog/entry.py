"""What the catalog says about a model, and what the lock file remembers of one that is here. Data only."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["transcriber", "chat", "voice", "embedder", "end-of-turn", "wake-word"]

ENGINES: dict[Kind, tuple[str, ...]] = {
    "transcriber": ("faster-whisper",),
    "chat": ("llama.cpp",),
    "voice": ("piper", "hibari"),
}


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of a model as it is published. What is not known yet is None until the first pull resolves it."""

    path: str
    """In the repository, with forward slashes, such as "en/en_US/lessac/medium/en_US-lessac-medium.onnx"."""
    size_bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None
    """Voices publish this instead, in voices.json."""
    repo: str = ""
    """Where it comes from, if not from the entry's repository: a fine-tune often lacks the tokenizer of its parent."""
    revision: str = ""
    """Of that repository; only together with `repo`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalog."""

    name: str
    """Short and unique, such as "whisper-base.en"; the folder below the models' root has the same name."""
    kind: Kind
    repo: str
    """On the hub, "owner/name"; empty for a model that a package carries."""
    revision: str
    """Commit, tag or branch; a branch is pinned to its commit by the lock file at the first pull."""
    files: tuple[FileSpec, ...]
    opens: str
    """What the settings point at: one of the files, or "" for the folder of them all."""
    licence: str
    """SPDX identifier where there is one."""
    catch: str = ""
    """What the licence or the model demands of its user, in a sentence; empty where there is nothing."""
    languages: tuple[str, ...] = ()
    memory_mb: int = 0
    """Needed while it runs, about."""
    good_for: str = ""
    """In a sentence."""
    confirmed: bool = False
    """Whether repository and file names were looked up in public material."""
    keeps_state: bool = False
    """A chat model whose cache cannot be rolled back (recurrent or hybrid): every interruption costs a new prefill."""
    convert: str = ""
    """"whisper-safetensors": pulled as safetensors and converted to CTranslate2 after that; "" as it is."""
    least_frames: int = 0
    """Of a converted transcriber, fine-tuned for short contexts: the spectrogram frames (10 ms) that it needs."""
    engine: str = ""
    package: str = ""
    """The Python package that carries it, such as "pymicro-wakeword"; then there is no repository and no file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Models that go together for one purpose."""

    name: str
    about: str
    models: tuple[str, ...]
    """Names of entries."""
    settings: tuple[tuple[str, str], ...] = ()
    """Further settings by dotted key, such as ("transcriber.language", "hi")."""


@dataclass(frozen=True, slots=True)
class LockedFile:
    """A file that was checked when it came in."""

    path: str
    """Below the entry's folder."""
    size_bytes: int
    sha256: str
    source_path: str
    """In the repository."""
    repo: str = ""
    """Where it comes from, if not from the entry's repository."""
    revision: str = ""
    """The commit there; only together with `repo`."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What is here of one entry, exactly."""

    name: str
    repo: str
    revision: str
    """The commit that the files came from."""
    files: tuple[LockedFile, ...]
    sources: tuple[LockedFile, ...] = ()
    """What came in and was converted, and is not kept; empty where `files` are as published."""
