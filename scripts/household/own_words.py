"""What own words (`transcriber.words`) do to names, and to sentences without any.

    python scripts/household/own_words.py --model whisper-base

Names: the sentences of tests/data/household/own_words.toml. Others: household requests, of which none has a name.
"""

import argparse
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]
from household import corpus, heard  # noqa: E402
from household.speech import VOICES, for_reading, listener, recording  # noqa: E402
from tests.words import error_rate, words_of  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--voices", nargs="+", default=VOICES[:4])
    parser.add_argument("--others", type=int, default=100, help="how many sentences without names")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=heard.cache())
    parser.add_argument("--show", action="store_true", help="print what was written")
    options = parser.parse_args()
    own = tomllib.loads((corpus.FOLDER / "own_words.toml").read_text(encoding="utf-8"))
    others = [request.says for request in corpus.requests()][:: len(corpus.requests()) // options.others]
    print(f"{'':22} {'names right':>12} {'word error':>11} {'others, word error':>19} {'wholly right':>13} {'ms':>6}")
    for label, words in (("without own words", ()), ("with own words", tuple(own["words"]))):
        listen = listener(options.model, options.threads, words)
        began_s = time.perf_counter()
        named, plain = ([_heard(listen, options, says, at) for at, says in enumerate(texts)] for texts in
                        (own["sentences"], others))  # fmt: skip
        took_ms = 1000 * (time.perf_counter() - began_s) / (len(named) + len(plain))
        exact = sum(words_of(says) == words_of(written) for says, written in plain)
        print(
            f"{label:22} {_names(own['words'], named):>12} {error_rate(named):11.1%} {error_rate(plain):19.1%} "
            f"{exact:9} of {len(plain)} {took_ms:6.0f}"
        )
        if options.show:
            print("\n".join(f"    {says} | {written}" for says, written in (*named, *plain) if says != written))


def _heard(listen, options: argparse.Namespace, says: str, at: int) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    voice = options.voices[at % len(options.voices)]
    return for_reading(says), listen(recording(options.cache, says, voice))


def _names(words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str:
    wanted = [(word, written) for says, written in pairs for word in words if word in says]
    right = sum(word.lower() in written.lower() for word, written in wanted)
    return f"{right} of {len(wanted)}"


if __name__ == "__main__":
    main()
