"""Which models a demo runs on, by one word: the bundled ones, those widened to published sizes, or a profile."""

import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from localvoice import bundled, folders, model_kinds
from localvoice.catalog.entry import Kind
from localvoice.config import Settings, changed
from localvoice.engines.open import weights_file
from localvoice.errors import ModelMissing, SettingsError
from localvoice.nearest import did_you_mean
from localvoice.turn import build

POCKET, GROWN = "pocket", "grown"
GROWN_TRANSCRIBER, GROWN_CHAT = "whisper-base", "chat-1b.gguf"
GROWN_S = 900


@dataclass(frozen=True, slots=True)
class Weights:
    """A model as the report names it."""

    name: str
    engine: str
    file: str
    """The one that holds the weights."""
    size_bytes: int
    sha256: str


def with_models(settings: Settings, named: str) -> Settings:
    """`settings` with the models that `named` means: pocket, grown, or a profile of the catalog.

    The grown ones are made in the user's cache if they are not there, which takes a checkout and some minutes.
    Raises SettingsError, ModelMissing, CatalogError.
    """
    if named == POCKET:
        voice = str(bundled.path(model_kinds.BUNDLED["voice"]))
        return changed(settings, {"transcriber.model": "", "chat.model": "", "voice.model": voice})
    if named == GROWN:
        home = _grown()
        paths = {"transcriber.model": str(home / GROWN_TRANSCRIBER), "chat.model": str(home / GROWN_CHAT)}
        return changed(settings, {**paths, "voice.model": ""})
    from localvoice.catalog import layout, listing, lock, model_paths

    catalog = listing.load()
    if named not in catalog.profiles:
        known = (POCKET, GROWN, *catalog.profiles)
        raise SettingsError(
            f"There is no set of models called {named}.{did_you_mean(named, known)}",
            f"Choose one of: {', '.join(known)}.",
        )
    root = layout.root(settings.models.folder)
    changes = model_paths.settings_for([named], catalog)
    wanted = [catalog.entry(changes[setting]) for setting in model_kinds.SETTINGS.values() if setting in changes]
    missing = [entry.name for entry in wanted if not layout.installed(root, entry, lock.read(root))]
    if missing:
        raise ModelMissing(f"Not installed yet: {', '.join(missing)}.", f"Fetch first: localvoice models pull {named}")
    return changed(settings, changes)


def weights(settings: Settings) -> dict[Kind, dict[str, Any]]:
    """What `settings` open, by kind, ready for JSON. Reads the files whole. Raises ModelError, CatalogError."""
    found = {}
    for kind in model_kinds.KINDS:
        model = build.model_of(settings, kind)
        file = weights_file(model.path, model.engine)
        with file.open("rb") as opened:
            sha256 = file_digest(opened, "sha256").hexdigest()
        found[kind] = asdict(Weights(model.name, model.engine, file.name, file.stat().st_size, sha256))
    return found


def _grown() -> Path:
    """The folder of the grown models, all made. Raises ModelMissing: no checkout, or the making failed."""
    home = folders.cache() / "grown"
    script = Path(__file__).parents[2] / "scripts" / "pocket" / "grow.py"
    orders = {GROWN_TRANSCRIBER: ["transcriber", "--shape", "base"], GROWN_CHAT: ["chat", "--q4"]}
    for name, arguments in orders.items():
        if (home / name).exists():
            continue
        # Under another name first: a run that is cut off must not leave half a model.
        unfinished = home / f"unfinished-{name}"
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        if not script.is_file():
            raise ModelMissing(
                f"The grown model {name} is not in {home}, and it can only be made in a checkout of the repository.",
                "Run this in a checkout, or use --models starter.",
            )
        home.mkdir(parents=True, exist_ok=True)
        try:
            made = subprocess.run(
                [sys.executable, str(script), *arguments, "--to", str(unfinished)],
                capture_output=True, text=True, timeout=GROWN_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ModelMissing(
                f"The grown model {name} could not be made within {GROWN_S} s.",
                "Try again when the machine is less busy.",
            ) from None
        if made.returncode:
            why = (made.stderr.strip().splitlines() or ["it gave no reason"])[-1]
            raise ModelMissing(
                f"The grown model {name} could not be made: {why}",
                "It needs gguf and llama-cpp-python: pip install gguf 'localvoice[compiled]'",
            )
        unfinished.rename(home / name)
    return home
