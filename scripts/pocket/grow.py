"""Widens the pocket models to the shapes of published ones, to measure what those cost here.

    python scripts/pocket/grow.py transcriber --shape base --to DIR     Whisper tiny, base or small: the same transcripts
    python scripts/pocket/grow.py chat --to FILE.gguf [--q4]            a llama of 1B: the same replies
    python scripts/pocket/grow.py voice --out DIR                       a medium Piper voice, with random weights

What follows the kind goes to grow_transcriber.py, grow_chat.py or grow_voice.py, which say more with --help.
"""

import importlib
import sys

KINDS = ("transcriber", "chat", "voice")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
        raise SystemExit(f"{__doc__}\nThe first word says which model: {', '.join(KINDS)}.")
    kind = sys.argv.pop(1)
    importlib.import_module(f"grow_{kind}").main()


if __name__ == "__main__":
    main()
