"""The world that the bundled models know: a household and a coffee counter, as sentences that users say.

    from world import sentences, held_out, vocabulary
    sentences("train", 1000, seed=1)      utterances as the transcriber writes them
    held_out()                            the fixed held-out list with the expected tool calls

Whole templates are held out, not only what fills them (marked "~" in the templates).
Only the standard library is needed.
"""

import json
from pathlib import Path
from random import Random
from typing import Any, Literal

from .grammar import Ask, Call, choices, say, templates
from .templates_talk import OUTSIDE, TALK
from .templates_tools import FOLLOW_UPS, TOOLS

__all__ = [
    "FOLLOW_UPS",
    "OUTSIDE",
    "TALK",
    "TOOLS",
    "Ask",
    "Call",
    "ask",
    "choices",
    "held_out",
    "say",
    "sentences",
    "templates",
    "vocabulary",
]

Split = Literal["train", "held_out"]
HELD_OUT_FILE = Path(__file__).parent / "held_out.jsonl"

# How often each kind of utterance is drawn; orders are long and full of parts, so they weigh more.
_KINDS = {"order": 20, "order_corrected": 5, "tools": 38, "two": 3, "follow_ups": 15, "talk": 12, "outside": 7}
# Intents with many phrasings are drawn more often than those with few.
_TABLES = {"tools": TOOLS, "follow_ups": FOLLOW_UPS, "talk": TALK, "outside": OUTSIDE}


def ask(split: Split, rng: Random) -> Ask:
    """One random utterance of a split, follow-ups and small talk included."""
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    if kind in _TABLES:
        names = list(_TABLES[kind])
        kind = rng.choices(names, [len(templates(name)) ** 0.5 for name in names])[0]
    return say(kind, split == "held_out", rng)


def sentences(split: Split, n: int, seed: int) -> list[str]:
    """`n` utterances (repeats are possible); none of the train split is in the fixed held-out list."""
    if split not in ("train", "held_out"):
        raise ValueError(f"split is 'train' or 'held_out', not {split!r}")
    rng = Random(f"{split} {seed}")
    taboo = {row["text"] for row in held_out()} if split == "train" else set()
    out: list[str] = []
    while len(out) < n:
        text = ask(split, rng).text
        if text not in taboo:
            out.append(text)
    return out


def held_out() -> list[dict[str, Any]]:
    """The fixed list: {"text", "written", "intent", "kind": "tool"|"talk"|"outside", "calls": [{"name", "arguments"}]}."""
    if not HELD_OUT_FILE.exists():
        return []
    return [json.loads(line) for line in HELD_OUT_FILE.read_text(encoding="utf-8").splitlines()]


def vocabulary() -> list[str]:
    """All words of both splits, sorted."""
    words: set[str] = set()
    for table in _TABLES.values():
        for intent in table:
            for template in templates(intent):
                for text in choices(template.text):
                    words |= {w for w in text.split() if "{" not in w}
    rng = Random(0)
    for split in ("train", "held_out"):
        for _ in range(40_000):
            words |= set(ask(split, rng).text.split())
    return sorted(words)
