"""Which llama.cpp the doctor names, what it says that the other one would bring, and cards."""

import json
from dataclasses import replace

import pytest

from localvoice import child
from localvoice.config import ChatSettings, Settings, TranscriberSettings
from localvoice.doctor import compute
from localvoice.engines.chat import llama_library
from tests.engines.libraries import INSTALLED, chosen

READY_MADE = {"name": "xllamacpp 1", "kind": "prebuilt", "features": ["AVX2", "FMA"], "devices": []}
COMPILED = {
    "name": "llama-cpp-python 1",
    "kind": "compiled",
    "features": ["AVX2", "AVX512", "AVX512_VNNI"],
    "devices": [],
}


def test_the_ready_made_one_says_what_it_leaves_unused_here() -> None:
    check = compute.library(READY_MADE, ("AVX2", "AVX-512", "VNNI", "AMX"))
    assert check.state == "ok" and check.remedy == compute.COMPILE
    assert "does not use this processor's AVX-512 and VNNI" in check.sentence and compute.GAIN in check.sentence
    assert check.figures["unused"] == ["AVX-512", "VNNI"]


def test_on_arm_nothing_is_claimed_that_was_measured_elsewhere() -> None:
    arm = {**READY_MADE, "features": ["NEON"]}
    check = compute.library(arm, ("NEON", "dot product", "I8MM"))
    assert "dot product and I8MM" in check.sentence and compute.GAIN_ON_ARM in check.sentence
    assert (
        compute.library({**arm, "features": ["NEON", "DOTPROD", "MATMUL_INT8"]}, ("NEON", "dot product")).remedy == ""
    )


def test_where_compiling_brings_nothing_nothing_is_advised() -> None:
    check = compute.library(READY_MADE, ("AVX2",))
    assert (check.state, check.remedy) == ("ok", "") and "would bring nothing" in check.sentence


def test_the_compiled_one_says_what_the_other_one_would_cost() -> None:
    check = compute.library(COMPILED, ("AVX2", "AVX-512", "VNNI"))
    assert (check.state, check.remedy) == ("ok", "")
    assert (
        "compiled for this machine, with AVX2, AVX512, AVX512_VNNI" in check.sentence and compute.GAIN in check.sentence
    )


def test_none_is_something_to_put_right() -> None:
    check = compute.library({"fault": "There is no llama.cpp.", "remedy": "Install one."}, ("AVX2",))
    assert (check.state, check.sentence, check.remedy) == ("fail", "There is no llama.cpp.", "Install one.")


@pytest.mark.parametrize(
    ("devices", "count", "said"),
    [
        ([], 0, "CTranslate2 sees no card, llama.cpp none;"),
        ([], 1, "CTranslate2 sees 1 card, llama.cpp none;"),
        ([["CUDA0", "a big one"]], 2, "CTranslate2 sees 2 cards, llama.cpp CUDA0 (a big one);"),
    ],
)
def test_cards_are_counted_by_both(devices: list[list[str]], count: int, said: str) -> None:
    check = compute.cards({**READY_MADE, "devices": devices}, {"cards": count}, Settings())
    assert check.state == "ok" and check.sentence.startswith(said)
    assert check.sentence.endswith("the transcriber's compute is cpu, the chat model's cpu.")


def test_a_wish_for_a_card_that_is_not_there_is_a_warning() -> None:
    wishes = Settings(transcriber=TranscriberSettings(compute="cuda"), chat=ChatSettings(compute="vulkan"))
    check = compute.cards(READY_MADE, {"cards": 0}, wishes)
    assert check.state == "warn" and "Set transcriber.compute and chat.compute to cpu" in check.remedy
    one = compute.cards(READY_MADE, {"cards": 1}, replace(wishes, chat=ChatSettings(compute="auto")))
    assert one.state == "ok"


@pytest.mark.parametrize("kind", INSTALLED)
def test_the_real_ones_are_looked_at_in_a_process_of_their_own(kind: llama_library.Kind) -> None:
    with chosen(kind):
        library, cards = compute.examine(Settings(), ("AVX2",))
    assert library.state == "ok" and library.figures["kind"] == kind, library
    assert cards.name == "cards" and cards.figures["llama"] == []


def test_one_that_ends_its_process_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "run", lambda code, longest_s: child.Ended("", "", "was ended by signal 11"))
    library, cards = compute.examine(Settings(), ())
    assert library.state == "fail" and "was ended by signal 11" in library.sentence
    assert cards.state == "ok" and "no card" in cards.sentence


def test_a_driver_that_is_too_old_is_kept_in_the_document() -> None:
    check = compute.cards(READY_MADE, {"cards": 0, "fault": "driver too old"}, Settings())
    assert json.loads(json.dumps(dict(check.figures)))["fault"] == "driver too old"
