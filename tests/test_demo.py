"""The demo as its users run it, and a second conversation that no bundled model has ever read or heard."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from localvoice.audio.acoustics import LIVING_ROOM
from localvoice.config import Settings
from localvoice.demo.conversation import LINES, Line
from localvoice.demo.run import Script, converse
from tests import conversations as second
from tests.isolation import internet_sockets, traced, without_network
from tests.quiet import Watch

pytestmark = [pytest.mark.alone, pytest.mark.slow]
DEMO_S = 300
UNANSWERED = 7
"""Exit code of a demo in which a turn got no answer."""
ROOT = Path(__file__).parents[1]


def run_demo(folder: Path, *options: str, before: Sequence[str] = (), program: Path = ROOT) -> dict[str, Any]:
    """What `localvoice demo` prints with --json; `program`: where localvoice lies."""
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PYTHONPATH": str(program)}
    done = subprocess.run(
        [*before, sys.executable, "-m", "localvoice", "demo", "--json", "-o", str(folder / "out"), *options],
        capture_output=True,
        text=True,
        timeout=DEMO_S,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert done.returncode in (0, UNANSWERED), done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def misheard(turns: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Turns whose words came out otherwise than they were said."""
    return [(turn["said"], turn["heard"]) for turn in turns if turn["said"] != turn["heard"]]


def wrong_tools(turns: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Turns that were heard well and led to other tools than they should."""
    return [(t["said"], t["tools"]) for t in turns if t["heard"] == t["said"] and t["tools"] != t["expected_tools"]]


def median_ms(outcome: dict[str, Any]) -> float:
    """Voice to voice, without the turns that wait for a tool."""
    turns = [turn for turn in outcome["turns"] if turn["expected_tools"] != ["get_weather"]]
    return float(np.median([turn["voice_to_voice_ms"] for turn in turns]))


Watched = tuple[dict[str, Any], Watch]


def watched(hold: Callable[[Path], dict[str, Any]], folder: Path) -> Watched:
    """The outcome of a conversation, and what else the machine did; held once more where others took its time."""
    for _ in range(2):
        with Watch() as watch:
            outcome = hold(folder)
        if not watch.is_disturbed:
            break
    return outcome, watch


def check(held: Watched, lines: Sequence[Line]) -> None:
    """What holds for every recorded conversation; only the answers need a machine that has time for them."""
    outcome, watch = held
    turns = outcome["turns"]
    assert [turn["name"] for turn in turns] == [line.name for line in lines]
    assert outcome["unasked_replies"] == 0, "the assistant answered itself, or nobody"
    assert outcome["stream"]["capture_lost_frames"] == outcome["stream"]["gaps"] == 0
    sound, rate_hz = soundfile.read(outcome["wav"])
    assert (rate_hz, sound.shape[1]) == (16_000, 2)
    assert np.abs(sound[:, 0]).max() > 0.05 and np.abs(sound[:, 1]).max() > 0.05
    assert Path(outcome["timeline"]).read_bytes().startswith(b"\x89PNG")
    with watch.judging():
        for turn in turns:
            assert turn["voice_to_voice_ms"] is not None, turn
            assert turn["reply"], turn
    assert not wrong_tools(turns)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """What the demo left."""
    return watched(run_demo, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def second_held(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """What the second conversation left."""

    def hold(folder: Path) -> dict[str, Any]:
        return converse(Script(LIVING_ROOM, second.LINES, second.SPEECH), Settings(), folder)

    return watched(hold, tmp_path_factory.mktemp("second"))


@pytest.mark.timeout(2 * DEMO_S + 30)
def test_the_demo(demo: Watched) -> None:
    check(demo, LINES)
    outcome, watch = demo
    turns = {turn["name"]: turn for turn in outcome["turns"]}
    with watch.judging():
        # The pause of 0.8 s in mid-sentence is inside one turn.
        assert SequenceMatcher(None, turns["03_timer"]["heard"], "set a timer for five minutes").ratio() > 0.8
        assert len(misheard(outcome["turns"])) <= 1, misheard(outcome["turns"])
        assert [name for name, turn in turns.items() if turn["barged_in"]] == ["12_story"]
        assert turns["07_weather"]["filler"], "a wait on the weather is bridged"


@pytest.mark.timeout(2 * DEMO_S + 30)
@pytest.mark.parametrize("name", ["demo", "second_held"])
def test_answers_come_soon_and_without_holes(name: str, request: pytest.FixtureRequest) -> None:
    outcome, watch = request.getfixturevalue(name)
    starved_frames, late_ms = outcome["stream"]["starved_frames"], median_ms(outcome)
    watch.judge(starved_frames == 0, f"{starved_frames} frames were not ready when they should have been played")
    # Half of the answers within 450 ms is the promise; README has what a quiet machine does.
    watch.judge(late_ms < 600, f"half of the answers took longer than {late_ms:.0f} ms")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A wheel of this tree, unpacked where nothing else of it is."""
    source, target = tmp_path / "source", tmp_path / "elsewhere"
    built = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "_edge.c", "_edge*.so")
    shutil.copytree(ROOT, source, ignore=built)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)], check=True, timeout=200
    )
    (wheel,) = tmp_path.glob("localvoice-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, timeout=100)
    shutil.rmtree(source)
    found = subprocess.run(
        [sys.executable, "-c", "import localvoice; print(localvoice.__file__)"],
        env={**os.environ, "PYTHONPATH": str(target)}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(found.stdout.strip()).is_relative_to(target)
    return target


@pytest.mark.timeout(DEMO_S + 330)
def test_a_wheel_elsewhere_never_hears_itself_in_a_tiled_kitchen_and_needs_no_network(
    tmp_path: Path, elsewhere: Path
) -> None:
    trace = tmp_path / "trace"
    before = [*without_network(), *traced(trace)]
    with Watch() as watch:
        outcome = run_demo(tmp_path, "--room", "kitchen", before=before, program=elsewhere)
    assert not internet_sockets(trace)
    assert outcome["unasked_replies"] == 0
    answered = [turn for turn in outcome["turns"] if turn["voice_to_voice_ms"] is not None]
    with watch.judging():
        assert len(answered) == len(LINES)


@pytest.mark.timeout(2 * DEMO_S)
def test_a_conversation_that_no_model_has_met(second_held: Watched) -> None:
    check(second_held, second.LINES)


@pytest.mark.timeout(2 * DEMO_S)
def test_most_of_what_no_model_has_met_is_understood(second_held: Watched) -> None:
    outcome, watch = second_held
    with watch.judging():
        assert len(misheard(outcome["turns"])) <= 2, misheard(outcome["turns"])
