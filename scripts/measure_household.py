"""Household requests, done by the program: how many are done right, how many claim what was not done.

    python scripts/measure_household.py                         the sentence templates alone, requests as text
    python scripts/measure_household.py --chat smollm2-135m-instruct
    python scripts/measure_household.py --heard whisper-base    as Whisper wrote them (scripts/household/speech.py)
    python scripts/measure_household.py --heard whisper-base --all-voices
    python scripts/measure_household.py --not-commands          what small talk and questions are taken for

Requests are those of tests/data/household. Each begins with an empty history and an empty house, and is judged by its
effect. "right": the house is as wanted, and the answer says what was asked. "wrong action": something else was done.
"nothing done": neither. "false claim": the answer says that something was done, and nothing was.
"""

import argparse
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]
from household import corpus, heard  # noqa: E402
from household.corpus import Request  # noqa: E402
from household.judge import VERDICTS, judge  # noqa: E402
from household.run import NO_MODEL, Household  # noqa: E402


@dataclass(frozen=True, slots=True)
class Row:
    """A request and what came of it. `voice` is "" for text."""

    id: str
    intent: str
    held_out: bool
    voice: str
    text: str
    verdict: str
    why: str
    calls: tuple[str, ...]
    said: str
    by_command: bool
    first_ms: float


def main() -> None:
    options = _options()
    with Household(options.chat, options.threads) as household:
        if options.not_commands:
            _not_commands(household, options)
            return
        rows = [_row(household, request, voice, text) for request, voice, text in _texts(options)]
    _print_table(rows)
    _write(options.failures, [asdict(row) for row in rows if row.verdict != "right"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chat", default=NO_MODEL, help=f'a chat model, "pocket", or "{NO_MODEL}" (the default)')
    parser.add_argument("--threads", type=int, default=2, help="of the chat model")
    parser.add_argument("--heard", metavar="MODEL", help="take the transcripts of this Whisper instead of the text")
    parser.add_argument("--voices", nargs="+", help="transcripts of these voices instead of one for each in turn")
    parser.add_argument("--all-voices", action="store_true", help="every transcript that there is")
    parser.add_argument("--cache", type=Path, default=heard.cache(), help="where recordings and transcripts are")
    parser.add_argument("--every", type=int, default=1, help="one request in so many")
    parser.add_argument("--only", choices=("dev", "held-out"), help="leave the others out")
    parser.add_argument("--not-commands", action="store_true", help="small talk and questions instead of requests")
    parser.add_argument("--failures", type=Path, default=Path("household-failures.json"), help="where failures go")
    return parser.parse_args()


def _texts(options: argparse.Namespace) -> Iterable[tuple[Request, str, str]]:
    chosen = corpus.one_in(options.every)
    if options.only:
        chosen = [request for request in chosen if request.held_out == (options.only == "held-out")]
    if options.heard is None:
        return [(request, "", request.says) for request in chosen]
    written = heard.read(options.cache, options.heard)
    turns = heard.in_turn([request.says for request in corpus.requests()])
    found = [
        (request, voice, written[request.says, voice])
        for request in chosen
        for voice in sorted({voice for says, voice in written if says == request.says})
        if options.all_voices or (voice in options.voices if options.voices else voice == turns[request.says])
    ]
    if missing := {request.says for request in chosen} - {request.says for request, _, _ in found}:
        print(f"{len(missing)} requests have no transcript yet: scripts/household/speech.py makes them.")
    return found


def _row(household: Household, request: Request, voice: str, text: str) -> Row:
    outcome, told = household.does(request, text)
    verdict, why = judge(request, outcome)
    if told.fault:
        verdict, why = "nothing done", told.fault
    return Row(
        request.id, request.intent, request.held_out, voice, text, verdict, why, told.calls, outcome.said,
        told.by_command, told.first_ms,
    )  # fmt: skip


def _print_table(rows: Sequence[Row]) -> None:
    by_intent: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_intent[row.intent].append(row)
    print(f"{'':34} {'n':>5} " + " ".join(f"{verdict:>13}" for verdict in VERDICTS))
    for intent, some in by_intent.items():
        _print_line(intent, some)
    for voice in sorted({row.voice for row in rows} - {""}):
        _print_line(f"voice {voice}", [row for row in rows if row.voice == voice])
    for name, held_out in (("development", False), ("held out", True)):
        _print_line(name, [row for row in rows if row.held_out == held_out])
    _print_line("all", rows)
    commands = [row.first_ms for row in rows if row.by_command]
    if commands:
        print(f"{len(commands)} without a model; first words after {_percentiles(commands)}")


def _print_line(name: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    counts = Counter(row.verdict for row in rows)
    cells = " ".join(f"{counts[verdict]:5} {100 * counts[verdict] / len(rows):6.1f}%" for verdict in VERDICTS)
    print(f"{name:34} {len(rows):5} {cells}")


def _percentiles(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.1f} ms (p50), {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms (p95)"


def _not_commands(household: Household, options: argparse.Namespace) -> None:
    texts: Sequence[str] = corpus.not_commands()
    if options.heard is not None:
        written = heard.read(options.cache, options.heard)
        texts = [written[says, voice] for says, voice in sorted(written) if says in texts]
    taken = []
    for text in texts[:: options.every]:
        told = household.takes(text)
        if told.by_command or told.calls:
            taken.append({"text": text, "by_command": told.by_command, "calls": told.calls, "said": told.said})
            print(f"- {text}: {', '.join(told.calls) or told.said!r}{'' if told.by_command else ' (the model)'}")
    asked = len(texts[:: options.every])
    by_command = sum(bool(one["by_command"]) for one in taken)
    print(f"taken for a command: {by_command} of {asked} ({100 * by_command / asked:.1f}%)")
    if household.has_model:
        print(f"calls of the model: {len(taken) - by_command} of {asked}")
    _write(options.failures, taken)


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} failures: {path}")


if __name__ == "__main__":
    main()
