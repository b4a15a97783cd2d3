"""The visitor as real people: their recorded coffee orders, in place of the synthetic voices.

The recordings are not part of this program: LOCALVOICE_SPEECH names a folder with `orders/*.flac` and
`orders/transcripts.tsv` (columns file, voice_group and text), made from Picovoice's speech-to-intent benchmark.
"""

import csv
import os
from pathlib import Path

from localvoice.demo.conversation import Line
from localvoice.errors import SettingsError

ENVIRONMENT = "LOCALVOICE_SPEECH"
PEOPLE = 16
"""As many turns as the other conversation has, each by another person."""


def folder() -> Path:
    """Where the recordings are. Raises SettingsError: the environment does not say, or they are not there."""
    named = os.environ.get(ENVIRONMENT)
    orders = Path(named or "") / "orders"
    if not named or not (orders / "transcripts.tsv").is_file():
        missing = f"{orders} has no transcripts.tsv" if named else f"{ENVIRONMENT} is not set"
        raise SettingsError(
            f"There are no recordings of people: {missing}.",
            f"Set {ENVIRONMENT} to a folder with orders/*.flac and orders/transcripts.tsv, or leave --visitor out.",
        )
    return orders


def lines(orders: Path, people: int = PEOPLE) -> tuple[Line, ...]:
    """The first recording, by name, of each of the first `people` voices. Raises SettingsError: too few are there."""
    with (orders / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: (int(row["voice_group"]), row["file"]))
    first: dict[str, Line] = {}
    for row in rows:
        group = row["voice_group"]
        if group not in first and (orders / row["file"]).is_file():
            name = row["file"].removesuffix(".flac")
            first[group] = Line(name, row["text"], f"person {group}", ("order_coffee",), held_out=True)
    if len(first) < people:
        raise SettingsError(
            f"{orders} has recordings of {len(first)} people; {people} are needed.", "Fetch all of the recordings."
        )
    return tuple(first.values())[:people]
