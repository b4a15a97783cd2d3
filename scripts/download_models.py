#!/usr/bin/env python3
"""Fetches models, as `localvoice models pull` does, with nothing but what the package installs.

    .venv/bin/python scripts/download_models.py laptop
    .venv/bin/python scripts/download_models.py whisper-base.en --mirror https://mirror.example --quiet

Safe to cut off and to run again: what came in is kept. Exit codes are those of `localvoice`: 8 for a failed pull.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from localvoice.cli.app import run

if __name__ == "__main__":
    sys.exit(run(["models", "pull", *(sys.argv[1:] or ["--help"])]))
