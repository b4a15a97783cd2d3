"""The smallest published chat model, asked ordinary questions: it does not say the same again and again, and what it
says ends."""

import os
from pathlib import Path

import pytest

from localvoice.catalog import listing
from localvoice.engines.chat.llama import LlamaEngine
from localvoice.think.conversation import SPOKEN, Conversation
from localvoice.think.messages import TextDelta
from localvoice.think.writing import Limits
from tests.published.weights import model
from tests.think.bench_replies import QUESTIONS, ends_well, repeats

NAME = "smollm2-135m-instruct"
ASKED = QUESTIONS.read_text(encoding="utf-8").splitlines()[::3]
"""Of the forty, on which 38 replies were different and ended (4 without the guard); all take minutes."""

pytestmark = [pytest.mark.published, pytest.mark.slow]


def test_replies_are_different_and_end() -> None:
    sampling = listing.load(Path(os.devnull)).entry(NAME).sampling
    assert sampling is not None and sampling.dry > 0
    engine = LlamaEngine(model(NAME), threads=2)
    talk = Conversation(engine, system=SPOKEN, limits=Limits(reply_s=120.0, sampling=sampling))
    said: list[str] = []
    good = 0
    for number, question in enumerate(ASKED, 1):
        pieces = talk.reply(question, turn=number)
        reply = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
        talk.commit(number)
        good += not repeats(reply, said) and ends_well(reply)
        said.append(reply)
    engine.close()
    assert good >= len(ASKED) - 2, said
