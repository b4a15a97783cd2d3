"""Published weights for tests, from the folder named by LOCALVOICE_MODELS."""

import os
from pathlib import Path

import pytest


def model(name: str) -> Path:
    """The folder or file of a model of the catalog; skips the test if it is not there."""
    folder = os.environ.get("LOCALVOICE_MODELS")
    if not folder:
        pytest.skip("LOCALVOICE_MODELS is not set: there are no published weights to test.")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"There is no {name} in {folder}.")
    return path
