"""`kill -9` at any moment: while bytes come, while files are summed, renamed, written down and converted."""

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localvoice.catalog import lock, verify
from localvoice.catalog.entry import Entry
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.engines.transcriber import ct2_whisper
from tests.catalog.conftest import REPO, content, entry, names_in, seeds
from tests.catalog.dying import ENTRIES, FORMER, write
from tests.catalog.hub import COMMIT, FakeHub, serving
from tests.catalog.test_convert import safetensors_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")

BIG = content(5_000_000)
SOCKETS_BYTES = 300_000
"""What they may hold that the killed program has not read."""
LATER = "d00d" + "0" * 36


def child(fake: FakeHub, root: Path, steps: int) -> subprocess.Popen[str]:
    """A program that pulls, and dies by its own hand after so many lines, if it is told to."""
    command = [sys.executable, "-m", "tests.catalog.dying", fake.url, str(root), str(steps)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


@seeds(2)
def test_killed_while_bytes_come(fake: FakeHub, hub: Hub, root: Path, seed: int) -> None:
    """Kill the pulling program when the server has sent so much, let it go on, and count."""
    fake.publish(REPO, "model.gguf", BIG)
    at = random.Random(seed).randrange(1, len(BIG))
    fake.slow = threading.Semaphore(0)
    with child(fake, root, -1) as program:
        sent = 0
        while sent < at:
            fake.slow.release()
            with fake.progress:
                assert fake.progress.wait_for(lambda before=sent: fake.sent_bytes() > before, timeout=60)
            sent = fake.sent_bytes()
        program.kill()
        assert program.wait(30) == -signal.SIGKILL
    sent = fake.sent_bytes()
    fake.slow = None
    assert not (root / "model" / "model.gguf").exists()
    pull([entry("model.gguf")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    assert names_in(root) == {"lock.json", "model/model.gguf"}
    again = fake.bodies()[-1].start or 0
    assert sent - again <= SOCKETS_BYTES, "more than what the sockets held was fetched twice"


def publish(fake: FakeHub, commit: str, number: int) -> None:
    """A version of both models."""
    fake.commit = commit
    fake.publish(REPO, "model.gguf", content(100_000, number))
    fake.publish(REPO, "config.json", b"%d" % number, small=True)
    fake.publish(REPO, "gone.json", b"%d" % number, small=True)
    fake.publish(REPO, "model.safetensors", safetensors_of({"a": np.full(10_000, number, np.float32)}))
    fake.publish(REPO, "vocabulary.json", b'["%d"]' % number, small=True)


Files = dict[str, bytes]


def files_of(root: Path, model: Entry) -> Files:
    """What lies below a model's folder."""
    folder = root / model.name
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Files], list[Files], int]]:
    """The files of each model as they were and as they will be, and the lines that the way between takes."""
    root = tmp_path_factory.mktemp("whole")
    with serving() as fake, pytest.MonkeyPatch.context() as patched:
        patched.setattr(ct2_whisper, "write", write)
        patched.setenv("NO_PROXY", "*")
        publish(fake, COMMIT, 1)
        pull(FORMER, root, Hub(fake.url))
        before = [files_of(root, model) for model in ENTRIES]
        publish(fake, LATER, 2)
        with child(fake, root, 0) as program:
            steps = int(program.communicate(timeout=120)[0])
        yield before, [files_of(root, model) for model in ENTRIES], steps


@seeds(4)
def test_killed_at_any_step(
    fake: FakeHub,
    hub: Hub,
    root: Path,
    versions: tuple[list[Files], list[Files], int],
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    old, new, steps = versions
    monkeypatch.setattr(ct2_whisper, "write", write)
    publish(fake, COMMIT, 1)
    pull(FORMER, root, hub)
    publish(fake, LATER, 2)
    dice = random.Random(seed)
    # Half of them in the last part, where nothing is fetched any more.
    with child(fake, root, dice.randrange(1, steps) if seed % 2 else dice.randrange(steps * 2 // 3, steps)) as program:
        program.communicate(timeout=120)

    locks = lock.read(root)
    bad = {finding.name for finding in verify.verify(root, locks.values()) if finding.state != "good"}
    for number, model in enumerate(ENTRIES):
        here = files_of(root, model)
        for name, data in here.items():
            assert data in (old[number][name], new[number].get(name)), "a final name holds bad bytes"
        assert model.name in bad or here in (old[number], new[number]), "a mixture passes for good"
    if dice.random() < 0.5:
        fake.requests.clear()
        pull(FORMER if locks["plain"].revision == COMMIT else ENTRIES, root, hub)
        assert fake.requests == [], "what is needed to finish is here"
        assert {finding.state for finding in verify.verify(root, lock.read(root).values())} == {"good"}
        for number, model in enumerate(ENTRIES):
            assert files_of(root, model) in (old[number], new[number])
    pull(ENTRIES, root, hub, update=True)
    assert [files_of(root, model) for model in ENTRIES] == new
    wanted = {f"{model.name}/{name}" for model, files in zip(ENTRIES, new, strict=True) for name in files}
    assert names_in(root) == {"lock.json", *wanted}
