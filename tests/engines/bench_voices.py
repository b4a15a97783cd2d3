"""Voices side by side: how soon a clause is there, how much of it a transcriber hears, what a voice costs to load.

    python -m tests.engines.bench_voices --joe FILE.onnx --ears FOLDER [--runs 5]

`--joe`: a Piper voice to compare with; `--ears`: a Whisper model in CTranslate2 form (base hears well enough). Every
clause is synthesised by one thread, the voices take turns, and medians are printed as the table of docs/adr/0026.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from localvoice import bundled
from localvoice.audio.resample import resample
from localvoice.engines.open import HIBARI, PIPER, open_voice
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.engines.voice import hibari
from localvoice.model_kinds import BUNDLED
from localvoice.sound import EAR_HZ
from localvoice.speak.speakable import speakable
from localvoice.speak.trim import trimmed
from tests.engines.spoken import SENTENCES
from tests.words import error_rate

CLAUSES = (
    "Sure.",
    "It is twenty past seven.",
    "I turned off the light in the living room.",
    "There are six things on your list: milk, eggs, bread, rice, lentils and two avocados.",
)
LABELS = {
    "words_heard_percent": "words heard back, %",
    "first_word_s": "first word in a fresh process, s",
    "memory_mb": "memory, MB",
}
LOADING = """
import resource, sys, time
from pathlib import Path
import numpy, onnxruntime
def resident_mb(): return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6
before, began = resident_mb(), time.perf_counter()
from localvoice.engines.open import open_voice
open_voice(Path(sys.argv[1]), sys.argv[2]).synthesise("Hello.")
print(time.perf_counter() - began, resident_mb() - before)
"""


def loading(path: Path, engine: str, runs: int) -> tuple[float, float]:
    """Seconds to the first word in a fresh process, and the MB that it takes beside numpy and ONNX Runtime."""
    command = [sys.executable, "-c", LOADING, str(path), engine]
    done = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(runs)]
    seconds, megabytes = np.median(np.array(done, float), axis=0)
    return float(seconds), float(megabytes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--joe", type=Path, required=True)
    parser.add_argument("--ears", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    folder = hibari.package_folder()
    assert folder is not None, "pip install hibari-tts"
    places = {
        "hibari": (folder, HIBARI),
        "joe": (options.joe, PIPER),
        "pocket": (bundled.path(BUNDLED["voice"]), PIPER),
    }
    voices = {name: open_voice(path, engine) for name, (path, engine) in places.items()}
    ears = Whisper(options.ears, short_context=False, beams=5)
    found: dict[str, dict[str, Any]] = {name: {"ms": {clause: [] for clause in CLAUSES}} for name in voices}
    for _ in range(options.runs + 1):
        for clause in CLAUSES:
            for name, voice in voices.items():
                began = time.perf_counter()
                voice.synthesise(clause)
                found[name]["ms"][clause].append(1000 * (time.perf_counter() - began))
    for name, voice in voices.items():
        pairs = []
        for sentence in SENTENCES:
            sound = resample(trimmed(voice.synthesise(speakable(sentence)), voice.rate_hz), voice.rate_hz, EAR_HZ)
            silence = np.zeros(EAR_HZ // 5, np.float32)
            pairs.append((sentence, ears.transcribe(np.concatenate((silence, sound, silence))).text))
        first_s, memory_mb = loading(*places[name], options.runs)
        found[name] |= {
            "ms": {clause: round(float(np.median(ms[1:])), 1) for clause, ms in found[name]["ms"].items()},
            "words_heard_percent": round(100 * (1 - error_rate(pairs)), 1),
            "first_word_s": round(first_s, 2),
            "memory_mb": round(memory_mb),
        }
    rows = {
        f"ms for {len(clause.split())} words": [voice["ms"][clause] for voice in found.values()] for clause in CLAUSES
    }
    for key, label in LABELS.items():
        rows[label] = [voice[key] for voice in found.values()]
    print("| | " + " | ".join(found) + " |\n|---|" + "---|" * len(found))
    for label, figures in rows.items():
        print(f"| {label} | " + " | ".join(f"{figure:g}" for figure in figures) + " |")


if __name__ == "__main__":
    main()
