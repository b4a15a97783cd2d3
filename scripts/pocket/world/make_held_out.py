"""Writes held_out.jsonl once, before any training: python scripts/pocket/world/make_held_out.py

400 utterances of held-out templates: 280 that need tools, 80 that need none, 40 outside the world.
"""

import json
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))
from world import HELD_OUT_FILE, TALK, TOOLS, Ask, say


def collect(intents: list[str], n: int, rng: Random) -> list[Ask]:
    """Round-robin over the intents, no utterance twice."""
    found: dict[str, Ask] = {}
    turn = 0
    while len(found) < n:
        one = say(intents[turn % len(intents)], True, rng)
        found.setdefault(one.text, one)
        turn += 1
    return list(found.values())


def main() -> None:
    rng = Random(20261122)
    often = ["timer", "timer_named", "calc", "calc", "convert", "list_add", "device", "device", "brightness", "weather"]
    tools = collect(["order", "order", "order", "order", "order_corrected", "order", "two", *often, *TOOLS], 280, rng)
    talk = collect(list(TALK), 80, rng)
    outside = collect(["outside_fact", "outside_fact", "outside_action"], 40, rng)
    with HELD_OUT_FILE.open("w", encoding="utf-8") as file:
        for kind, asks in (("tool", tools), ("talk", talk), ("outside", outside)):
            for one in asks:
                row = {"text": one.text, "written": one.written, "intent": one.intent, "kind": kind, "calls": one.calls}
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
