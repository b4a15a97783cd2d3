"""How wide a context a Whisper needs: words wrong, orders entirely right, sentences said twice, and the time.

    python tests/hear/bench_contexts.py MODEL [--speech FOLDER] [--frames 1000 1500] [--every 1] [--rows FILE]

MODEL: the folder of a CTranslate2 Whisper. FOLDER (or LOCALVOICE_SPEECH) holds orders/transcripts.tsv and its
recordings. Each is cut as the ears cut it: from before the detector's onset to after the last voiced sample, pauses
shortened. `--before`, `--after` and `--margin` try other silences around the speech. The rows hold what was heard in
recordings that are not ours to pass on: keep the file out of the repository.
"""

import argparse
import csv
import json
import os
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from localvoice.audio import wav
from localvoice.engines.detector.silero import Silero
from localvoice.engines.transcriber.contexts import LONGEST_FRAMES, STOCK
from localvoice.engines.transcriber.whisper import LOOP_COMPRESSION, Whisper
from localvoice.events import SpeechPaused, SpeechStarted
from localvoice.hear.endpointing import Endpointing
from localvoice.hear.repetition import once
from localvoice.hear.streaming import AFTER_SAMPLES, BEFORE_SAMPLES, loud_level_db, shortened
from localvoice.hear.voice_activity import VoiceActivity
from localvoice.sound import EAR_HZ, Samples

SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
NUMBERS = {str(number): word for number, word in enumerate(SMALL)} | {"20": "twenty"}


def plain(text: str) -> list[str]:
    """Words without case, punctuation and figures, so that "2 shots, 16oz" is compared as it sounds."""
    spelt = re.sub(r"\d+", lambda found: f" {NUMBERS.get(found.group(), found.group())} ", text.lower())
    spelt = spelt.replace("%", " percent ").replace("’", "'")
    return re.sub(r"\boz\b", "ounce", re.sub(r"[^a-z0-9' ]+", " ", spelt)).split()


def errors(said: list[str], heard: list[str]) -> int:
    """Substitutions, deletions and insertions (Levenshtein distance over words)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]


def orders(folder: Path, every: int) -> Iterator[tuple[str, str, Samples]]:
    """Name, words and sound of every so many recordings."""
    with (folder / "orders" / "transcripts.tsv").open(encoding="utf-8") as file:
        for row in list(csv.DictReader(file, delimiter="\t"))[::every]:
            yield row["file"], row["text"], wav.read(folder / "orders" / row["file"])[0]


def voiced(samples: Samples, detector: Silero) -> tuple[int, int] | None:
    """From the first onset to the last voiced sample."""
    detector.reset()
    machine, found = Endpointing(), []
    for frame in VoiceActivity(detector).feed(np.concatenate((samples, np.zeros(EAR_HZ, np.float32)))):
        events = machine.feed(frame.end_at, frame.probability, assistant_speaking=False)
        found += [event.at for event in events if isinstance(event, SpeechStarted | SpeechPaused)]
    return (found[0], min(found[-1], len(samples))) if len(found) > 1 else None


class Timed:
    """Times the encoder and the decoder of `whisper`, and encodes the same spectrogram only once."""

    def __init__(self, whisper: Whisper) -> None:
        self.encode_ms = self.decode_ms = 0.0
        self._model: Any = whisper._model
        self._encode, self._kept, self._key = self._model.encode, None, b""
        whisper._model = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    @property
    def model(self) -> "Timed":
        return self

    def encode(self, features: Samples) -> Any:
        if features.tobytes() != self._key:
            began = time.perf_counter()
            self._kept, self._key = self._encode(features), features.tobytes()
            self.encode_ms = 1000 * (time.perf_counter() - began)
        return self._kept

    def generate(self, *arguments: Any, **named: Any) -> Any:
        began = time.perf_counter()
        found = self._model.model.generate(*arguments, **named)
        self.decode_ms = 1000 * (time.perf_counter() - began)
        return found


def turns(options: argparse.Namespace) -> Iterator[tuple[str, str, Samples, float]]:
    """Name, words, sound as the ears cut it, and ms from its first to its last voiced sample."""
    detector = Silero()
    joined: list[tuple[str, str, Samples, float]] = []
    for name, said, samples in orders(options.speech, options.every):
        span = voiced(samples, detector)
        assert span is not None, f"the detector hears nothing in {name}"
        start, end = max(0, span[0] - options.before * 16), span[1] + options.after * 16
        joined.append((name, said, samples[start:end], (span[1] - span[0]) / 16))
        if len(joined) == options.join:
            names, words, sounds, lengths_ms = zip(*joined, strict=True)
            yield names[0], " ".join(words), shortened(np.concatenate(sounds)), sum(lengths_ms)
            joined = []


def measure(whisper: Whisper, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """One row per recording, context and number of beams."""
    timed = Timed(whisper)
    for name, said, sound, voiced_ms in turns(options):
        for frames in options.frames:
            whisper.contexts = replace(STOCK, least_frames=frames, quick_least_frames=frames)
            if options.margin is not None:
                margin = {"margin_frames": options.margin, "quick_margin_frames": options.margin}
                whisper.contexts = replace(whisper.contexts, **margin)
            for quick in (True, False):
                found = whisper.transcribe(sound, quick=quick)
                yield {
                    "file": name, "said": said, "frames": frames, "beams": 1 if quick else options.beams,
                    "text": found.text, "log_probability": found.scores.average_log_probability,
                    "no_speech": found.scores.no_speech_probability, "compression": found.scores.compression_ratio,
                    "tokens": found.tokens, "cut": found.cut, "encode_ms": timed.encode_ms,
                    "decode_ms": timed.decode_ms, "voiced_ms": min(voiced_ms, len(sound) / 16),
                    "level_db": loud_level_db(sound),
                }  # fmt: skip


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown: one line per context and number of beams."""
    lines = [
        "| frames | beams | words wrong | cut to one | entirely right | said twice | encoder | decoder |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["frames"], row["beams"]].append(row)
    for (frames, beams), found in sorted(groups.items()):
        words = sum(len(plain(row["said"])) for row in found)
        wrong = sum(errors(plain(row["said"]), plain(row["text"])) for row in found)
        after = [(plain(row["said"]), plain(once(row["text"]))) for row in found]
        lines.append(
            f"| {frames} | {beams} | {wrong / words:.1%} | {sum(errors(*pair) for pair in after) / words:.1%} "
            f"| {sum(said == heard for said, heard in after) / len(found):.0%} "
            f"| {sum(once(row['text']) != row['text'] for row in found)} of {len(found)} "
            f"| {statistics.median(row.get('encode_ms', 0) for row in found):.0f} ms "
            f"| {statistics.median(row.get('decode_ms', 0) for row in found):.0f} ms |"
        )
    return "\n".join(lines)


def second_tries(rows: list[dict[str, Any]]) -> str:
    """Markdown: what it gains to listen to doubtful words again in 30 s, keeping the surer of the two."""
    by_file: dict[str, dict[tuple[int, int], dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        by_file[row["file"]][row["frames"], row["beams"]] = row
    beams = max(row["beams"] for row in rows)
    lines = ["| frames | again below | listened to again | words wrong | entirely right |", "|---|---|---|---|---|"]
    firsts = sorted({row["frames"] for row in rows if 0 < row["frames"] < LONGEST_FRAMES})
    for frames, limit in product(firsts, (-9.0, -0.6, -0.5, -0.4, -0.3, -0.25)):
        words = wrong = exact = again = count = 0
        for found in by_file.values():
            if (frames, beams) not in found or (LONGEST_FRAMES, beams) not in found:
                continue
            first, second = found[frames, beams], found[LONGEST_FRAMES, beams]
            doubted = first["log_probability"] < limit or first["cut"] or first["compression"] > LOOP_COMPRESSION
            kept = max(first, second, key=lambda row: row["log_probability"]) if doubted else first
            kept = second if first["cut"] or first["compression"] > LOOP_COMPRESSION else kept
            said, heard = plain(first["said"]), plain(once(kept["text"]))
            count, again, words = count + 1, again + doubted, words + len(said)
            wrong, exact = wrong + errors(said, heard), exact + (said == heard)
        if count:
            below = "only loops" if limit == -9.0 else str(limit)
            lines.append(f"| {frames} | {below} | {again / count:.0%} | {wrong / words:.2%} | {exact / count:.1%} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--speech", type=Path, default=Path(os.environ.get("LOCALVOICE_SPEECH", "speech")))
    parser.add_argument("--frames", type=int, nargs="+", default=[600, 800, 1000, 1200, 1500, 3000])
    parser.add_argument("--beams", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="one recording in so many")
    parser.add_argument("--join", type=int, default=1, help="so many orders in one turn: for longer sounds")
    parser.add_argument("--before", type=int, default=BEFORE_SAMPLES // 16, help="ms before the onset")
    parser.add_argument("--after", type=int, default=AFTER_SAMPLES // 16, help="ms after the last voiced sample")
    parser.add_argument("--margin", type=int, help="frames of silence after the end, at least")
    parser.add_argument("--rows", type=Path, help="keep every row here, as JSON lines")
    options = parser.parse_args()
    whisper = Whisper(options.model, threads=options.threads, beams=options.beams, trusted=True)
    rows = []
    for row in measure(whisper, options):
        rows.append(row)
        if options.rows:
            with options.rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    print(table(rows))
    if LONGEST_FRAMES in options.frames:
        print(second_tries(rows))


if __name__ == "__main__":
    main()
