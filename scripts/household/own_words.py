"""What own words (`transcriber.words`) do to names, and to sentences without any.

    python scripts/household/own_words.py --model whisper-base

Names: the sentences of tests/data/household/own_words.toml. Others: household requests, of which none has a name.
Noises: sounds without any words (tests/hear/noises.py) for which words were believed.
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
from household.heard import VOICES  # noqa: E402
from household.speech import for_reading, listener, recording  # noqa: E402
from tests.hear import noises  # noqa: E402
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
    print(_line("", "names right", "word error", "of others", "wholly right", "cpu ms", "noises"))
    for label, words in (("without own words", ()), ("with own words", tuple(own["words"]))):
        listen = listener(options.model, options.threads, words)
        began_s = time.process_time()
        named = [_heard(listen, options, says, at) for at, says in enumerate(own["sentences"])]
        plain = [_heard(listen, options, says, at) for at, says in enumerate(others)]
        cpu_ms = 1000 * (time.process_time() - began_s) / (len(named) + len(plain))
        invented = [written for _, sound in noises.every() if (written := listen(sound))]
        exact = sum(words_of(says) == words_of(written) for says, written in plain)
        print(
            _line(
                label, _names(own["words"], named), f"{error_rate(named):.1%}", f"{error_rate(plain):.1%}",
                f"{exact} of {len(plain)}", f"{cpu_ms:.0f}", f"{len(invented)}",
            ),
            flush=True,
        )  # fmt: skip
        if options.show:
            print("\n".join(f"    {says} | {written}" for says, written in (*named, *plain) if says != written))
            print("\n".join(f"    noise | {written}" for written in invented))


def _line(label: str, *cells: str) -> str:
    return f"{label:20}" + "".join(f"{cell:>14}" for cell in cells)


def _heard(listen, options: argparse.Namespace, says: str, at: int) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    voice = options.voices[at % len(options.voices)]
    return for_reading(says), listen(recording(options.cache, says, voice))


def _names(words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str:
    wanted = [(word, written) for says, written in pairs for word in words if word in says]
    right = sum(word.lower() in written.lower() for word, written in wanted)
    return f"{right} of {len(wanted)}"


if __name__ == "__main__":
    main()
