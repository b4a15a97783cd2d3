"""`kill -9` at any moment: while bytes come, while files are hashed, unpacked, renamed, written down and converted."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localvoice.catalog import lock, verify
from localvoice.catalog.entry import Entry
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.engines.transcriber import ct2_whisper
from tests.catalog.conftest import REPO, Way, names_in, publish_pieces, seeds
from tests.catalog.dying import BIG, PARTS, data_of, large, models, write
from tests.catalog.hub import COMMIT, FakeHub, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")

SOCKETS_BYTES = 300_000
"""What they may hold that the killed program has not read, each of those that are open."""
LATER = "d00d" + "0" * 36


def child(fake: FakeHub, root: Path, steps: int, road: str) -> subprocess.Popen[str]:
    """A program that pulls, and dies by its own hand after so many lines, if it is told to."""
    command = [sys.executable, "-m", "tests.catalog.dying", fake.url, str(root), str(steps), road]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


@seeds(3)
def test_killed_while_bytes_come(fake: FakeHub, way: Way, hub: Hub, root: Path, seed: int) -> None:
    """Kill the pulling program when the server has sent so much, let it go on, and count."""
    fake.publish(REPO, "model.gguf", BIG)
    publish_pieces(fake, "model.gguf", BIG, parts=PARTS)
    at = random.Random(seed).randrange(1, len(BIG))
    fake.slow = threading.Semaphore(0)
    with child(fake, root, -1, way.road) as program:
        sent = 0
        while sent < at:
            fake.slow.release()
            with fake.progress:
                assert fake.progress.wait_for(lambda before=sent: fake.sent_bytes() > before, timeout=60)
            sent = fake.sent_bytes()
        program.kill()
        assert program.wait(30) == -signal.SIGKILL
    fake.slow = None
    assert not (root / "model" / "model.gguf").exists()
    pull([large(way.road)], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    assert names_in(root) == {"lock.json", "model/model.gguf"}
    sockets = 1 if way.road == "hub" else PARTS
    once = (
        len(BIG) if way.road == "hub" else sum(len(data) for (repo, _), data in fake.contents.items() if repo != REPO)
    )
    assert fake.sent_bytes() <= once + sockets * SOCKETS_BYTES, "more than what the sockets held was fetched twice"


def publish(fake: FakeHub, commit: str, number: int) -> None:
    """A version of both models, on both roads."""
    fake.commit = commit
    for path, data in data_of(number).items():
        fake.publish(REPO, path, data, small=path.endswith(".json"))
        publish_pieces(fake, path, data, f"{number}.0", 2 if path in ("model.gguf", "config.json", "gone.json") else 1)


Files = dict[str, bytes]


def files_of(root: Path, model: Entry) -> Files:
    """What lies below a model's folder."""
    folder = root / model.name
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


Versions = tuple[list[Files], list[Files], int]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Versions]]:
    """By road: the files of each model as they were and will be, and the lines that the way between takes."""
    found: dict[str, Versions] = {}
    for road in ("hub", "index"):
        root = tmp_path_factory.mktemp(road)
        with serving() as fake, pytest.MonkeyPatch.context() as patched:
            patched.setattr(ct2_whisper, "write", write)
            patched.setenv("NO_PROXY", "*")
            patched.setenv("PIP_CONFIG_FILE", os.devnull)
            patched.setenv("PIP_INDEX_URL", f"{fake.url}/simple")
            patched.delenv("PIP_FIND_LINKS", raising=False)
            publish(fake, COMMIT, 1)
            pull(models(road, 1), root, Hub(fake.url))
            before = [files_of(root, model) for model in models(road, 2)]
            publish(fake, LATER, 2)
            with child(fake, root, 0, road) as program:
                steps = int(program.communicate(timeout=120)[0])
            found[road] = before, [files_of(root, model) for model in models(road, 2)], steps
    yield found


@seeds(4)
def test_killed_at_any_step(
    fake: FakeHub,
    way: Way,
    hub: Hub,
    root: Path,
    versions: dict[str, Versions],
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    old, new, steps = versions[way.road]
    former, latter = models(way.road, 1), models(way.road, 2)
    monkeypatch.setattr(ct2_whisper, "write", write)
    publish(fake, COMMIT, 1)
    pull(former, root, hub)
    publish(fake, LATER, 2)
    dice = random.Random(seed)
    # Half of them in the last part, where nothing is fetched any more.
    last_step = dice.randrange(1, steps) if seed % 2 else dice.randrange(steps * 2 // 3, steps)
    with child(fake, root, last_step, way.road) as program:
        program.communicate(timeout=120)

    locks = lock.read(root)
    bad = {finding.name for finding in verify.verify(root, locks.values()) if finding.state != "good"}
    for number, model in enumerate(latter):
        here = files_of(root, model)
        for name, data in here.items():
            assert data in (old[number][name], new[number].get(name)), "a final name holds bad bytes"
        assert model.name in bad or here in (old[number], new[number]), "a mixture passes for good"
    if dice.random() < 0.5:
        fake.requests.clear()
        of_former = {file.sha256 for model in former for file in model.files}
        was = locks["plain"].revision == COMMIT if way.road == "hub" else locks["plain"].files[0].sha256 in of_former
        tuned = [model for model in (former if way.road == "hub" and was else latter) if model.name == "tuned"]
        if way.road == "index":
            # The catalog says which version is meant, of each model by itself.
            tuned = [former[1] if locks["tuned"].sources[0].sha256 in of_former else latter[1]]
        pull([former[0] if was else latter[0], *tuned], root, hub)
        assert fake.requests == [], "what is needed to finish is here"
        assert {finding.state for finding in verify.verify(root, lock.read(root).values())} == {"good"}
        for number, model in enumerate(latter):
            assert files_of(root, model) in (old[number], new[number])
    pull(latter, root, hub, update=True)
    assert [files_of(root, model) for model in latter] == new
    wanted = {f"{model.name}/{name}" for model, files in zip(latter, new, strict=True) for name in files}
    assert names_in(root) == {"lock.json", *wanted}
