"""Transcripts of the spoken requests, in a cache outside the repository: one file for each Whisper."""

import csv
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

VOICES = ("heart", "en_US-joe-medium", "flite:slt", "espeak:en-gb-x-rp", "pocket")
"""hibari's, a Piper voice, flite's, espeak-ng's, and the bundled one."""


def in_turn(texts: Sequence[str], voices: Sequence[str] = VOICES) -> dict[str, str]:
    """One voice for each text, shifted from base to base, so that no place in a base belongs to one voice."""
    return {says: voices[(at + at // len(voices)) % len(voices)] for at, says in enumerate(texts)}


def cache() -> Path:
    """Where recordings and transcripts are kept by default."""
    return user_cache_path("localvoice") / "household"


def file(folder: Path, model: str) -> Path:
    return folder / f"{model}.tsv"


def read(folder: Path, model: str) -> dict[tuple[str, str], str]:
    """(what is said, voice) -> what was written. Empty if there is nothing yet."""
    path = file(folder, model)
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {(says, voice): written for says, voice, written in csv.reader(lines, delimiter="\t")}


def append(folder: Path, model: str, says: str, voice: str, written: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with file(folder, model).open("a", encoding="utf-8", newline="") as lines:
        csv.writer(lines, delimiter="\t").writerow((says, voice, written))
