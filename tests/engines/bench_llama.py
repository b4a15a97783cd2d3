"""The prebuilt llama.cpp beside the compiled one: how fast each reads a prompt and writes, as a table for an ADR.

    .venv/bin/python -m tests.engines.bench_llama --runs 7 qwen2.5-coder-1.5b-q4_k_m.gguf smollm2-135m-q4_1.gguf

The pocket model (Q8_0) is always there. Both packages must be installed. Each run is a process of its own, and the two
libraries take turns; the figures are medians. Nothing else may run meanwhile: the last line says what did.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from localvoice import bundled
from localvoice.engines.chat import llama_library
from tests.quiet import Watch

LIBRARIES = ("compiled", "prebuilt")
POCKET = "pocket/chat/pocket-chat.gguf"
LONG_TOKENS, SHORT_TOKENS, WRITTEN_TOKENS = 256, 16, 32
ROWS = (
    ("open", "open", 1, "ms"),
    (f"read {LONG_TOKENS} tokens", "long", LONG_TOKENS, "tokens/s"),
    (f"read {SHORT_TOKENS} tokens", "short", 1, "ms"),
    (f"write {WRITTEN_TOKENS} tokens", "write", WRITTEN_TOKENS, "tokens/s"),
)
"""What is shown: name, figure, what it counts, unit."""
TEXT = "Could you please switch the light in the kitchen on and tell me what time it is now? "


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="of each library on each model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.models[0], options.threads)))
        return 0
    about: dict[str, str] = {}
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    models = [*options.models, bundled.path(POCKET)]
    with Watch() as watch:
        for model in models:
            for run in range(options.runs):
                # Whoever comes second finds the file in memory and the processor warm; so both come second.
                for library in LIBRARIES if run % 2 else reversed(LIBRARIES):
                    figures = _in_a_child(library, model, options.threads)
                    about[library] = str(figures.pop("library"))
                    found.setdefault((model.name, library), []).append(figures)
    print(table(found, about))
    print(f"\n{options.runs} runs of each, {options.threads} threads; this machine meanwhile: {watch}")
    return 0


def table(found: dict[tuple[str, str], list[dict[str, float]]], about: dict[str, str]) -> str:
    """Markdown: medians by the clock, and how many times as fast the compiled one is by the clock and in CPU time.

    Where other programs run too, only the last column says something.
    """
    lines = [f"{library}: {about[library]}" for library in LIBRARIES]
    lines += ["", "| model | what | compiled | prebuilt | compiled is … times as fast | in CPU time |"]
    lines += ["|---|---|---|---|---|---|"]
    for model in dict.fromkeys(name for name, _ in found):
        for label, key, count, unit in ROWS:
            wall_s, cpu_s = (
                [statistics.median(run[f"{key}_{which}_s"] for run in found[model, kind]) for kind in LIBRARIES]
                for which in ("wall", "cpu")
            )
            shown = [f"{1000 * s:.0f} {unit}" if unit == "ms" else f"{count / s:.0f} {unit}" for s in wall_s]
            factors = [f"{prebuilt_s / compiled_s:.2f}" for compiled_s, prebuilt_s in (wall_s, cpu_s)]
            lines.append(f"| {' | '.join([model, label, *shown, *factors])} |")
    return "\n".join(lines)


def _in_a_child(library: str, model: Path, threads: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.engines.bench_llama", "--one", "--threads", str(threads), str(model)]
    environment = {**os.environ, llama_library.CHOICE: library}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(model: Path, threads: int) -> dict[str, object]:
    """One run: opening, the file being in memory, then the median of three of each kind of work."""
    from localvoice.engines.chat.llama import LlamaEngine

    model.read_bytes()
    engines: list[LlamaEngine] = []
    opened_s = _seconds(lambda: engines.append(LlamaEngine(model, 1024, threads, trusted=True)))
    engine = engines[0]
    words = engine.tokenise(TEXT)
    prompt = (words * (2 * LONG_TOKENS // len(words) + 1))[: 1 + LONG_TOKENS + SHORT_TOKENS]
    engine.keep(prompt)  # The first batch of a process is slower.
    times_s: dict[str, list[tuple[float, float]]] = {"open": [opened_s], "long": [], "short": [], "write": []}
    for _ in range(3):
        engine.keep(prompt[:1])
        times_s["long"].append(_seconds(lambda: engine.keep(prompt[: 1 + LONG_TOKENS])))
        times_s["short"].append(_seconds(lambda: engine.keep(prompt)))
        times_s["write"].append(_seconds(lambda: [engine.add(engine.sample()) for _ in range(WRITTEN_TOKENS)]))
    library = llama_library.load()
    figures: dict[str, object] = {"library": f"{library.name} ({', '.join(library.features)})"}
    for key, pairs in times_s.items():
        for which, values in zip(("wall", "cpu"), zip(*pairs, strict=True), strict=True):
            figures[f"{key}_{which}_s"] = statistics.median(values)
    return figures


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """(by the clock, of all threads' processor time)."""
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began_s, time.process_time() - began_cpu_s


if __name__ == "__main__":
    sys.exit(main())
