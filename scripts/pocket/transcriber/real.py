"""The recorded people: samples, words, where the speech is, and the room's own noise between."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import localvoice  # isort: skip  # noqa: F401  first: it switches off ONNX Runtime's reports (docs/adr/0014)
import numpy as np
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import held_out


@dataclass
class Recording:
    audio: NDArray[np.int16]  # 16 kHz
    text: str
    slots: dict[str, str]
    group: int
    first: int  # sample where speech begins
    last: int  # sample where it ends


def load(folder: Path, groups: str) -> list[Recording]:
    """groups: "train", "dev" or "test". folder holds orders/transcripts.tsv."""
    chosen = {"test": held_out.PEOPLE_TEST_GROUPS, "dev": held_out.PEOPLE_DEV_GROUPS}
    out = []
    with open(folder / "orders" / "transcripts.tsv") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            group = int(row["voice_group"])
            belongs = next((name for name, members in chosen.items() if group in members), "train")
            if belongs != groups:
                continue
            audio = decode_audio(str(folder / "orders" / row["file"]))
            spans = get_speech_timestamps(
                audio, VadOptions(threshold=0.3, min_silence_duration_ms=500, speech_pad_ms=60)
            )
            first, last = (spans[0]["start"], spans[-1]["end"]) if spans else (0, len(audio))
            samples = np.clip(audio * 32768, -32768, 32767).astype(np.int16)
            out.append(Recording(samples, row["text"], json.loads(row["slots"]), group, first, last))
    return out
