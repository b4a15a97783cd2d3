"""What commands that sound leave in the home folder: nothing, but what the sound server's own client keeps there."""

import subprocess
import sys
from pathlib import Path

import pytest
from software_card import SoftwareCard
from terminal import Terminal

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.alone
START_S = 60


def environment(card: SoftwareCard, home: Path) -> dict[str, str]:
    ours = {name: value for name, value in card.env.items() if not name.startswith("XDG_") or "RUNTIME" in name}
    return {**ours, "HOME": str(home), "PYTHONPATH": str(ROOT)}


def left_in(home: Path) -> set[str]:
    """Files and folders, but for marks of what was tried (engines/probe.py) and what PulseAudio's client keeps."""
    names = {str(path.relative_to(home)) for path in home.rglob("*")}
    theirs = (".config/pulse", ".cache/localvoice/probed")
    return {n for n in names if not n.startswith(theirs)} - {".config", ".cache", ".cache/localvoice"}


@pytest.mark.parametrize("command", [["devices"], ["say", "hello"]], ids=" ".join)
def test_a_command_that_ends_by_itself(software_card: SoftwareCard, tmp_path: Path, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "localvoice", *command], env=environment(software_card, tmp_path), cwd=tmp_path,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert left_in(tmp_path) == set()


def test_a_conversation(software_card: SoftwareCard, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "localvoice", "talk"]
    terminal = Terminal(command, environment(software_card, tmp_path), str(tmp_path))
    try:
        terminal.wait_for(r"\[listening\]", START_S)
        terminal.type("q")
        assert terminal.leave(10)[0] == 0
    finally:
        terminal.close()
    assert left_in(tmp_path) == set()
