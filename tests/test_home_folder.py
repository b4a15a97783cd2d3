"""What each command leaves in the home folder: nothing that nobody asked for, of ours or of any library."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from localvoice.bundled import SPEECH
from tests.engines.libraries import INSTALLED

ROOT = Path(__file__).parents[1]
BASE = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of Linux")


@dataclass(frozen=True)
class Home:
    """A person's folders, as of a first day."""

    folder: Path

    def run(self, *command: str, codes: tuple[int, ...] = (0,), **variables: str) -> set[str]:
        """As `python`, for a command of localvoice."""
        return self.python("-m", "localvoice", *command, codes=codes, **variables)

    def python(self, *arguments: str, codes: tuple[int, ...] = (0,), **variables: str) -> set[str]:
        """Every file and folder that is there afterwards: in the home folder, that for temporary files, or `work`."""
        environment = {name: self.folder / name.lower() for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")}
        work = self.folder / "work"
        for folder in (*environment.values(), work):
            folder.mkdir(mode=0o700, exist_ok=True)
        done = subprocess.run(
            [sys.executable, *arguments], cwd=work, capture_output=True, text=True, timeout=300,
            env={**variables, **BASE, **{k: str(v) for k, v in environment.items()}},
            check=False,
        )  # fmt: skip
        assert done.returncode in codes, done.stderr
        # The sound server's own files, where there is one: its clients make its folder.
        seen = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}
        return {name for name in seen if "/" in name and not name.startswith("xdg_runtime_dir/")}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["--version"],
        ["config"],
        ["models", "list"],
        ["models", "list", "--json"],
        ["models", "where"],
        ["transcribe", str(SPEECH / "02_time.flac")],
    ],
    ids=" ".join,
)
def test_a_command_that_only_says_something_leaves_nothing(home: Home, command: list[str]) -> None:
    assert home.run(*command) == set()


@pytest.mark.parametrize("command", [["devices"], ["say", "hello"], ["talk"]], ids=" ".join)
def test_without_a_sound_card_nothing_is_left_either(home: Home, command: list[str]) -> None:
    assert home.run(*command, codes=(4,)) == set()


def test_say_writes_the_file_that_it_is_asked_for(home: Home) -> None:
    assert home.run("say", "hello", "-o", "out.wav") == {"work/out.wav"}


TRIED = {f"home/.cache{name}" for name in ("", "/localvoice", "/localvoice/probed")}
"""A library or model that was tried, once and for all (engines/probe.py), has its mark in the last of these."""


def beside_marks(left: set[str]) -> set[str]:
    """What is left beside the marks of what was tried."""
    return {name for name in left - TRIED if not name.startswith("home/.cache/localvoice/probed/")}


@pytest.mark.parametrize("kind", INSTALLED)
def test_ask_leaves_nothing_but_the_mark_that_the_library_was_tried(home: Home, kind: str) -> None:
    left = home.run("ask", "what time is it", LOCALVOICE_LLAMA=kind)
    assert beside_marks(left) == set()
    assert bool(left) == (kind == "prebuilt")


def test_ask_keeps_the_list_that_it_is_asked_to_keep(home: Home) -> None:
    kept = {f"home/.local{name}" for name in ("", "/share", "/share/localvoice")}
    kept |= {f"home/.local/share/localvoice/shopping-list.{kind}" for kind in ("json", "lock")}
    assert beside_marks(home.run("ask", "put milk on my shopping list")) == kept


@pytest.mark.slow
def test_the_doctor_leaves_nothing(home: Home) -> None:
    assert beside_marks(home.run("doctor", "--no-chirp", codes=(0, 9))) == set()


@pytest.mark.slow
def test_the_doctor_writes_the_settings_with_fix_alone(home: Home) -> None:
    left = home.run("doctor", "--no-chirp", "--no-models", "--fix", codes=(0, 9))
    assert beside_marks(left) <= {"home/.config", "home/.config/localvoice", "home/.config/localvoice/localvoice.toml"}


def test_models_that_are_chosen_leave_the_settings(home: Home) -> None:
    """And models that are not here leave nothing."""
    assert home.run("models", "use", "tiny", codes=(3,)) == set()
    assert home.run("models", "verify", codes=(3,)) == set()


DRAW = """
from pathlib import Path
import numpy as np
from localvoice.demo.timeline import draw
from localvoice.turn.ledger import Ledger
silence = np.zeros(16_000, np.float32)
draw(Path("timeline.png"), silence, silence, Ledger(), "nothing")
"""


def test_the_picture_of_the_demo_keeps_its_fonts_in_our_own_folder(home: Home) -> None:
    left = home.python("-c", DRAW)
    ours = "home/.cache/localvoice"
    assert {name for name in left if not name.startswith(f"{ours}/")} == {"work/timeline.png", "home/.cache", ours}
