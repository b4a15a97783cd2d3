"""A published chat model: what is in its cache is not read twice, and a prefill ends when it is told to."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localvoice.engines.chat.llama import Aborted, LlamaEngine
from localvoice.think.conversation import Conversation
from localvoice.turn.build import warm
from tests.published.weights import model

pytestmark = [pytest.mark.published]


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaEngine]:
    engine = LlamaEngine(model("smollm2-135m-instruct"), threads=2)
    yield engine
    engine.close()


def say(conversation: Conversation, words: str, turn: int) -> None:
    for _ in conversation.reply(words, turn=turn):
        pass
    conversation.commit(turn)


def test_a_second_turn_reads_only_what_is_new(engine: LlamaEngine) -> None:
    conversation = Conversation(engine)
    say(conversation, "My name is Priya and I live in Bengaluru.", 1)
    held, before = len(engine.tokens), engine.prefilled_total
    words = "Which city do I live in?"
    say(conversation, words, 2)
    read = engine.prefilled_total - before
    print(f"\n{held} tokens were there, {read} were read")
    assert held > 40
    assert read < len(engine.tokenise(words)) + 20, "the question and its marks, and not what was there"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux lists a process's threads there")
def test_reading_the_prompt_leaves_no_threads_behind(engine: LlamaEngine) -> None:
    conversation = Conversation(engine, system="You answer in one sentence, and you know a great deal about tea.")
    before = len(os.listdir("/proc/self/task"))
    warm(conversation)
    assert conversation.warm() == 0, "all was read"
    # OpenMP's own threads end a moment after the one that called it.
    give_up_s = time.monotonic() + 5
    while len(os.listdir("/proc/self/task")) > before and time.monotonic() < give_up_s:
        time.sleep(0.01)
    assert len(os.listdir("/proc/self/task")) == before


def test_an_abort_ends_a_prefill_at_once(engine: LlamaEngine) -> None:
    tokens = (engine.tokenise("please turn on the kitchen light and set a timer ") * 300)[:1200]
    engine.keep(tokens[:1])
    asked = threading.Event()
    asked_s = 0.0

    def abort() -> None:
        nonlocal asked_s
        asked_s = time.monotonic()
        asked.set()
        engine.abort()

    alarm = threading.Timer(0.3, abort)
    alarm.start()
    with pytest.raises(Aborted):
        engine.keep(tokens, asked.is_set)
    late_ms = 1000 * (time.monotonic() - asked_s)
    alarm.join()
    print(f"\nended {late_ms:.0f} ms after the abort, {len(engine.tokens)} of 1,200 tokens read")
    assert len(engine.tokens) < 1200
    assert late_ms < 300, "a batch of 256 tokens takes more than a second"
    short = engine.tokenise("The capital of France is")
    engine.keep(short)
    assert engine.piece(engine.sample()).decode().strip() == "Paris"
