"""Scores the GGUF on the held-out sentences: python scripts/pocket/chat/score.py [--model FILE] [--show]

Runs the program's own llama.cpp engine with its own chat template, greedily. Prints one table: right tool and
arguments, no tool where none is needed, "I don't know" outside the world, follow-ups by kind, read-back of orders.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]
from dialogues import SYSTEM  # noqa: E402
from house import order_text  # noqa: E402
from world import held_out  # noqa: E402

from localvoice.engines.chat.llama import LlamaEngine  # noqa: E402

BUNDLED = ROOT / "models" / "pocket" / "chat" / "pocket-chat.gguf"
LONGEST_REPLY = 160
DOES_NOT_KNOW = re.compile(
    r"don't know|no idea|couldn't tell|I don't\b|can't|I have no|not something I can do|beyond me|I wish I knew", re.I
)

Row = dict[str, Any]


def answer(engine: LlamaEngine, messages: list[Row]) -> str:
    """The reply to a chat, greedily, marks of the end left out."""
    engine.keep(engine.tokenise(engine.render(messages, answer=True)))
    tokens: list[int] = []
    while len(tokens) < LONGEST_REPLY:
        token = engine.sample()
        if engine.is_end(token):
            break
        tokens.append(token)
        engine.add(token)
    return engine.detokenise(tokens)


def calls_in(text: str) -> list[Row] | None:
    """The calls of a reply; None where one is not valid JSON."""
    try:
        return [json.loads(body) for body in re.findall(r"<tool_call>\s*(.*?)\s*</tool_call>", text, re.S)]
    except json.JSONDecodeError:
        return None


def chat(row: Row, field: str) -> list[Row]:
    return [{"role": "system", "content": SYSTEM}, *row.get("history", []), {"role": "user", "content": row[field]}]


def score(engine: LlamaEngine, show: bool, spoken_only: bool = False) -> dict[str, tuple[int, int]]:
    """Right and asked, by table row."""
    right: dict[str, list[bool]] = defaultdict(list)

    def note(key: str, row: Row, said: str, ok: bool) -> None:
        right[key].append(ok)
        if show and not ok:
            print(f"- {key} [{row['intent']}] {row['text']}\n    {said!r}\n    wanted {row.get('calls')}")

    for row in held_out():
        for field, style in (("text", ""), ("written", ", written style"))[: 1 if spoken_only else 2]:
            said = answer(engine, chat(row, field))
            calls = calls_in(said)
            if row["kind"] == "tool":
                ok = calls == row["calls"]
                note("right tool and arguments" + style, row, said, ok)
                if not style and ok and row["intent"].startswith("order") and row["intent"] != "order_cancel":
                    note("order read back with all its parts", row, *read_back(engine, row, said))
            else:
                note("no tool where none is needed" + style, row, said, "<tool_call>" not in said)
                if row["kind"] == "outside":
                    unknown = "<tool_call>" not in said and bool(DOES_NOT_KNOW.search(said))
                    note('"I don\'t know" outside its world' + style, row, said, unknown)
    for line in (HERE / "held_out_follow_ups.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = answer(engine, chat(row, "text"))
        ok = calls_in(said) == row["calls"]
        note("follow-ups", row, said, ok)
        right[f"  {row['intent']}"].append(ok)
    return {key: (sum(values), len(values)) for key, values in right.items()}


def read_back(engine: LlamaEngine, row: Row, said: str) -> tuple[str, bool]:
    text = order_text(row["calls"][0]["arguments"])
    more = [{"role": "assistant", "content": said}, {"role": "tool", "content": f"order placed: {text}"}]
    reply = answer(engine, [*chat(row, "text"), *more])
    return reply, text in reply.lower() and "<tool_call>" not in reply


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--spoken", action="store_true", help="leave out the written style")
    options = parser.parse_args()
    engine = LlamaEngine(options.model, context_tokens=1024, threads=1, trusted=True)
    for key, (good, asked) in score(engine, options.show, options.spoken).items():
        print(f"{key:48} {good:4} of {asked:4}  {100 * good / asked:5.1f}%")


if __name__ == "__main__":
    main()
