"""How fast each model that is here runs on this machine."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localvoice import child, model_kinds
from localvoice.catalog.entry import Kind
from localvoice.config import Settings
from localvoice.doctor import chat_model
from localvoice.doctor.check import Check, State

LONGEST_S = 300.0
SLOW = {"transcriber": 0.5, "chat": 0.6, "voice": 0.5}
"""Real-time factors above these leave nothing for the rest of the program."""
TOO_SLOW = 1.0
POCKET = "bundled"
_TRIAL = "import sys; from localvoice.doctor.model_speed import main; main(*sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Model:
    """One that is here."""

    kind: Kind
    named: str
    """As a setting would name it; "" for the bundled one."""
    is_chosen: bool
    """Whether the settings choose it."""


def models_here(settings: Settings) -> list[Model]:
    """The bundled models, those that the settings choose, and all of the catalog that are here, each once.

    Raises CatalogError: the catalog or the lock file is at fault.
    """
    from localvoice.catalog import layout, listing, lock

    chosen = model_kinds.named(settings)
    found = dict.fromkeys(chosen.items(), True)
    root = layout.root(settings.models.folder)
    locks = lock.read(root)
    for entry in listing.load().entries.values() if locks else ():
        if entry.kind in chosen and entry.name in locks and layout.installed(root, entry, locks):
            found.setdefault((entry.kind, entry.name), False)
    return _with_bundled(found)


def without_catalog(settings: Settings) -> list[Model]:
    """As `models_here`, where the catalog cannot be asked."""
    return _with_bundled(dict.fromkeys(model_kinds.named(settings).items(), True))


def _with_bundled(found: dict[tuple[Kind, str], bool]) -> list[Model]:
    for kind in model_kinds.KINDS:
        found.setdefault((kind, ""), False)
    return [Model(kind, name, is_chosen) for (kind, name), is_chosen in found.items()]


def measure(model: Model, config_file: str) -> tuple[Check, Mapping[str, Any]]:
    """Try one model in a process of its own; what was found, and its figures (empty where it does not run)."""
    ended = child.run(_TRIAL, LONGEST_S, model.kind, model.named, config_file)
    title = f"{model.kind} {Path(model.named).name or POCKET}"
    figures = _figures(ended.output)
    # A model that nobody has chosen stops nobody.
    bad: State = "fail" if model.is_chosen else "warn"
    if ended.died or figures is None:
        reason = ended.died or "gave no answer"
        last = (ended.errors.strip().splitlines() or [""])[-1][:200]
        sentence = f"The {model.kind} {model.named or POCKET} {reason}{f' ({last})' if last else ''}."
        return Check(title, bad, sentence, "Choose another one, or report this with the line above."), {}
    if "fault" in figures:
        return Check(title, bad, str(figures["fault"]), str(figures["remedy"])), {}
    rounded = {key: _rounded(value) for key, value in figures.items()} | {"chosen": model.is_chosen}
    factor = float(figures["real_time_factor"])
    sentence = _SENTENCES[model.kind](figures) + (", chosen." if model.is_chosen else ".")
    sentence += chat_model.sentences(figures)
    if factor > TOO_SLOW and model.is_chosen:
        return Check(title, "fail", f"{sentence} That is too slow to talk to.", _SMALLER, rounded), figures
    if factor > SLOW[model.kind]:
        return Check(title, "warn", f"{sentence} That is slow.", _SMALLER if model.is_chosen else "", rounded), figures
    if model.is_chosen and figures.get("notice"):
        remedy = f"Set {model.kind}.compute to cpu, or see to it that the card can be used."
        return Check(title, "warn", f"{sentence} {figures['notice']}", remedy, rounded), figures
    if model.is_chosen and figures.get("is_base"):
        return Check(title, "warn", sentence, "localvoice models use starter", rounded), figures
    return Check(title, "ok", sentence, "", rounded), figures


_SMALLER = "Choose a smaller one (`localvoice models list`), or close what else is running and try again."
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "transcriber": lambda f: (
        f"{f['audio_s']:.1f} s of speech in {f['final_ms']:.0f} ms, real-time factor {f['real_time_factor']:.2f}"
    ),
    "chat": lambda f: (
        f"reads {f['read_tokens_per_s']:.0f} and writes {f['write_tokens_per_s']:.0f} tokens a second, "
        f"first token after {f['first_token_ms']:.0f} ms, real-time factor {f['real_time_factor']:.2f}"
    ),
    "voice": lambda f: f"a clause in {f['clause_ms']:.0f} ms, real-time factor {f['real_time_factor']:.2f}",
}


def _figures(output: str) -> dict[str, Any] | None:
    for line in reversed(output.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return None


def _rounded(value: Any) -> Any:
    if not isinstance(value, float) or not math.isfinite(value):
        return value if not isinstance(value, float) else None
    return float(f"{value:.4g}")
