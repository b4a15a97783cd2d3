"""What a chat model says to requests that tools carry out, and what of it is heard. Claims are judged by reading.

    python scripts/measure_claims.py smollm2-135m-instruct tests/data/claims/requests.txt

Commands are switched off: the model alone decides. One line of JSON for each request: what was asked, what the model
wrote in all its rounds, what was called with what result, and what a person hears. Judge the last by the one before.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from localvoice.catalog import model_paths
from localvoice.config import ChatSettings, Settings, ToolSettings
from localvoice.engines.open import open_chat
from localvoice.speak.clauses import ClauseSplitter
from localvoice.think.answer import answer
from localvoice.think.conversation import SPOKEN, Conversation, Limits
from localvoice.think.messages import TextDelta, ToolCall, ToolResult
from localvoice.think.tools.builtin.all import of_settings
from localvoice.think.tools.runner import ToolRunner
from localvoice.turn.build import sampling

HOME = (
    "You are a helpful home assistant. You set timers, alarms and reminders, keep lists, switch lights, play music, "
    "make calls and send messages. Confirm in one short sentence what you have done."
)
"""A system prompt as people write it; it makes a model claim more than the default one does."""
DEADLINE_S = 10


class Written(ClauseSplitter):
    """Keeps what the model wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def feed(self, delta: str) -> list[str]:
        self.text += delta
        return super().feed(delta)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="name or path, as in the settings")
    parser.add_argument("requests", type=Path, help="one request a line")
    parser.add_argument("--home", action="store_true", help="a system prompt that provokes claims")
    parser.add_argument("--no-tools", action="store_true", help="the model is shown none")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(chat=ChatSettings(model=options.model), tools=ToolSettings(data_folder=folder))
        engine = open_chat(model_paths.path_of(options.model, "chat", settings.models.folder), settings.chat)
        registry, timers = of_settings(settings)
        runner = ToolRunner(registry)
        how = sampling(settings, engine.sampling)
        limits = Limits(settings.chat.reply_tokens, settings.chat.reply_s, settings.chat.thought_tokens, sampling=how)
        system = HOME if options.home else SPOKEN
        for number, text in enumerate(filter(None, options.requests.read_text().splitlines()), 1):
            conversation = Conversation(engine, () if options.no_tools else registry.schemas, system, limits)
            print(json.dumps(one(conversation, runner, text, number)), flush=True)
        timers.close()
        engine.close()


def one(conversation: Conversation, runner: ToolRunner, text: str, number: int) -> dict[str, object]:
    """One request, in a conversation of its own."""
    came: list[ToolResult] = []
    written = Written()

    def run(calls: tuple[ToolCall, ...]) -> list[ToolResult]:
        batch = runner.run(calls, DEADLINE_S, reply=number, committed=True)
        batch.wait()
        came.extend(batch.results)
        return batch.results

    began_s = time.monotonic()
    pieces = answer(conversation, text, run, turn=1, question=runner.question, clauses=written)
    heard = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
    called = [f"{result.call.name}({result.call.arguments}) -> {result.text}" for result in came]
    took_s = round(time.monotonic() - began_s, 1)
    return {"asked": text, "written": written.text, "called": called, "heard": heard, "s": took_s}


if __name__ == "__main__":
    main(sys.argv[1:])
