"""The demo on the starter models, as its users run it: every turn is answered, and nothing dials out meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localvoice.demo.conversation import LINES
from tests.isolation import internet_sockets, traced, without_network
from tests.published.weights import ROOT, model
from tests.quiet import Watch
from tests.test_demo import DEMO_S, run_demo, watched
from tests.words import error_rate

pytestmark = [pytest.mark.published, pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(2 * DEMO_S + 60)]
Held = tuple[dict[str, Any], Watch, Path]


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    for name in ("whisper-tiny.en", "smollm2-135m-instruct"):
        model(name)
    folder = tmp_path_factory.mktemp("starter")
    trace = folder / "trace"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALVOICE_MODELS", str(ROOT))
        before = [*without_network(), *traced(trace)]
        outcome, watch = watched(lambda folder: run_demo(folder, "--models", "starter", before=before), folder)
    yield outcome, watch, trace


def test_every_turn_is_answered(starter: Held) -> None:
    outcome, watch, _ = starter
    assert [turn["name"] for turn in outcome["turns"]] == [line.name for line in LINES]
    assert outcome["unasked_replies"] == 0
    assert outcome["stream"]["capture_lost_frames"] == outcome["stream"]["gaps"] == 0
    with watch.judging():
        unanswered = [turn["said"] for turn in outcome["turns"] if turn["voice_to_voice_ms"] is None]
        assert not unanswered


def test_the_report_names_the_weights(starter: Held) -> None:
    models = starter[0]["models"]
    assert models["transcriber"]["sha256"] == "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
    assert models["chat"]["sha256"] == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    assert models["voice"]["engine"] == "hibari"


def test_it_can_be_interrupted(starter: Held) -> None:
    outcome, watch, _ = starter
    with watch.judging():
        assert "12_story" in [turn["name"] for turn in outcome["turns"] if turn["barged_in"]]


def test_most_words_are_heard(starter: Held) -> None:
    outcome, watch, _ = starter
    rate = error_rate((turn["said"], turn["heard"]) for turn in outcome["turns"])
    print(f"\n{100 * rate:.1f}% of the visitor's words are wrong")
    watch.judge(rate < 0.25, f"{100 * rate:.0f}% of the visitor's words were misheard")


def test_no_socket_was_opened(starter: Held) -> None:
    assert not internet_sockets(starter[2])


def test_tools_are_used_though_the_model_cannot_call_them(starter: Held) -> None:
    outcome, watch, _ = starter
    done = {tool for turn in outcome["turns"] for tool in turn["tools"]}
    with watch.judging():
        assert {"set_timer", "set_device", "read_list"} <= done
