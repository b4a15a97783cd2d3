"""A hub, a folder for models, and a program that waits for nobody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.transfer import Patience
from tests.catalog.hub import FakeHub, serving

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
