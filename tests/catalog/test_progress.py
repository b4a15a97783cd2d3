"""What people see while files come in: a bar that tells the truth, and a line when something has to come again."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from localvoice.catalog.fetch import Hub
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.pull import pull
from localvoice.cli import progress
from localvoice.cli.progress import Bars
from tests.catalog.conftest import REPO, content, entry
from tests.catalog.hub import FakeHub, Fault

DATA = content(100_000)
MODEL = entry("model.bin")


class Seen(TransferProgress):
    """Remembers."""

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.notes: list[str] = []

    def moved(self, name: str, path: str, position_bytes: int) -> None:
        self.positions.append(position_bytes)

    def note(self, text: str) -> None:
        self.notes.append(text)


def rises(positions: list[int]) -> list[tuple[int, int]]:
    """(from, to) of every rise without a step back."""
    starts = [n for n, at in enumerate(positions) if n == 0 or at < positions[n - 1]]
    return [(positions[a], positions[b - 1]) for a, b in zip(starts, [*starts[1:], len(positions)], strict=True)]


def test_a_file_that_came_in_damaged_is_seen_to_come_again(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "model.bin", DATA)
    fake.faults = [Fault(flip_at=70_000)]
    seen = Seen()
    pull([MODEL], root, hub, seen)
    assert rises(seen.positions) == [(0, len(DATA)), (0, len(DATA))]
    assert seen.notes == ["maker/model/model.bin came in damaged, and is fetched once more."]


def test_what_a_server_starts_again_goes_back_before_it_comes(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "model.bin", DATA)
    fake.faults = [Fault(cut_after=50_000), Fault(ignore_range=True, cut_after=0)]
    seen = Seen()
    done = pull([MODEL], root, hub, seen)
    assert rises(seen.positions) == [(0, 50_000), (0, len(DATA))]
    assert done[0].fetched_bytes == len(DATA)


def test_a_file_that_is_damaged_here_is_named(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "model.bin", DATA)
    pull([MODEL], root, hub)
    (root / "model" / "model.bin").write_bytes(DATA[:-1])
    seen = Seen()
    pull([MODEL], root, hub, seen)
    assert seen.notes == ["model/model.bin is damaged here and is fetched again."]
    (root / "model" / "model.bin").unlink()
    seen = Seen()
    pull([MODEL], root, hub, seen)
    assert seen.notes == []


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_goes_back_and_moves_again(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=80)
    monkeypatch.setattr(progress, "Console", lambda **_: console)
    with Bars() as bars:
        bars.expect("model", "model.bin", 1000)
        shown = []
        for position in (0, 600, 1000, 0, 400, 1000):
            if position == 0 and shown:
                bars.note("It is fetched once more.")
            bars.moved("model", "model.bin", position)
            task = bars._progress.tasks[0]
            shown.append((task.completed, task.finished))
    assert shown == [(0, False), (600, False), (1000, True), (0, False), (400, False), (1000, True)]
    lines = [line for line in out.getvalue().splitlines() if "\x1b" not in line]
    if not terminal:
        assert lines == ["model/model.bin: 1000 bytes", "It is fetched once more.", "model/model.bin: 1000 bytes"]
    assert out.getvalue().count("It is fetched once more.") == 1
