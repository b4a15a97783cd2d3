"""Writes held_out_follow_ups.jsonl once, before training: python scripts/pocket/chat/make_held_out.py

104 follow-ups of held-out templates, each after an exchange of train templates (four of each kind), with the calls
that they must cause.
"""

import json
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from dialogues import Dialogue  # noqa: E402
from world import FOLLOW_UPS, TOOLS  # noqa: E402

PER_KIND = 4
FIRST = {
    "timer": ("timer", "timer_named"),
    "order": ("order", "order", "order_corrected"),
    "device": ("device",),
    "brightness": ("brightness",),
    "calc": ("calc", "calc_percent"),
    "convert": ("convert",),
    "list": ("list_add",),
    "volume": ("volume_step",),
    "weather": tuple(t for t in TOOLS if t.startswith("weather")),
}


def one(kind: str, rng: Random) -> dict[str, object] | None:
    talk = Dialogue(rng, clean=True)
    talk.house.connected = True
    talk.ask(talk._fresh(rng.choice(FIRST[kind.split("_")[0]])))
    if kind not in talk.options():
        return None
    talk.split_held_out = True
    history = [{"role": m.role, "content": m.content} for m in talk.messages if m.role != "system"]
    found = talk._follow_up_calls(kind)
    if not found:
        return None
    ask, calls = found
    return {"history": history, "text": ask.text, "intent": kind, "calls": calls}


def main() -> None:
    rng = Random(2211)
    with (HERE / "held_out_follow_ups.jsonl").open("w", encoding="utf-8") as file:
        for kind in FOLLOW_UPS:
            rows: list[dict[str, object]] = []
            while len(rows) < PER_KIND:
                row = one(kind, rng)
                if row:
                    rows.append(row)
            file.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
