"""Forty ordinary questions in one conversation: how many replies are no repetition of another one and end properly.

    python -m tests.think.bench_replies smollm2-135m-instruct [--show] [--seed 1]

A reply repeats another one if it begins with the same five words, or a third of its runs of four words stand there.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from localvoice.config import Settings
from localvoice.think.messages import TextDelta
from localvoice.turn.build import load_conversation

QUESTIONS = Path(__file__).parent.parent / "data" / "general_questions.txt"
BEGINNING_WORDS, RUN_WORDS = 5, 4


def words_of(text: str) -> list[str]:
    return "".join(char.lower() if char.isalnum() else " " for char in text).split()


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of RUN_WORDS words, or the whole text where it is shorter."""
    words = words_of(text)
    size = min(RUN_WORDS, len(words))
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def repeats(text: str, others: list[str]) -> bool:
    mine, beginning = runs(text), words_of(text)[:BEGINNING_WORDS]
    return any(
        3 * len(mine & runs(other)) > len(mine) or beginning == words_of(other)[:BEGINNING_WORDS] for other in others
    )


def ends_well(text: str) -> bool:
    return text.rstrip().rstrip("\"')”’").endswith((".", "!", "?"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--system", default="")
    parser.add_argument("--seed", type=int, default=0)
    wished = parser.parse_args()
    # A busy machine must not cut replies short here.
    chat = replace(Settings().chat, model=wished.model, system=wished.system, reply_s=600.0)
    talk, runner, engine = load_conversation(replace(Settings(), chat=chat), lambda event: None)
    engine._random = np.random.default_rng(wished.seed)
    said: list[str] = []
    different = ended = both = words = 0
    began_s = time.perf_counter()
    for number, question in enumerate(QUESTIONS.read_text(encoding="utf-8").splitlines(), 1):
        pieces = list(talk.reply(question, turn=number))
        reply = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
        talk.commit(number)
        is_new, is_whole = not repeats(reply, said), ends_well(reply)
        said.append(reply)
        different, ended, both = different + is_new, ended + is_whole, both + (is_new and is_whole)
        words += len(reply.split())
        if wished.show:
            marks = ("" if is_new else " AGAIN") + ("" if is_whole else " CUT")
            print(f"{question}\n    {reply!r} [{talk.use.ended}]{marks}")
    print(
        f"{both} of {len(said)} different and ended ({different} different, {ended} ended), "
        f"{words / len(said):.0f} words each, {time.perf_counter() - began_s:.0f} s"
    )
    runner.close()
    engine.close()


if __name__ == "__main__":
    main()
