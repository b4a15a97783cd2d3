"""Everything, in the order in which it is shown."""

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localvoice import config, model_kinds
from localvoice.config import Settings
from localvoice.doctor import advice, compute, cpu, machine_speed, memory, software, sound, speed
from localvoice.doctor.check import Check
from localvoice.errors import LocalvoiceError, SettingsError

DEFAULT_BUFFERS_MS = 90.0
"""Where no card was opened: what a usual one has."""
SLOW_MS = 1200.0
BUNDLED_MB = 100


@dataclass(frozen=True, slots=True)
class ExamineOptions:
    """What is to be looked at."""

    device: str | None = None
    config_file: Path | None = None
    chirp: bool = True
    models: bool = True


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and the settings that `--fix` writes, by dotted name."""

    checks: list[Check]
    changes: dict[str, Any]


def examine(wishes: ExamineOptions, tell: Callable[[str], None] = lambda doing: None) -> Examination:
    """Look at all of it; `tell` hears what is being done, in a few words.

    Whatever is wrong with settings, files, libraries, models and devices becomes a check; nothing is raised.
    """
    checks, loaded = _settings(wishes.config_file)
    settings = loaded.settings
    tell("libraries")
    checks += [software.python(), *software.libraries()]
    processor, space = cpu.look(), memory.look()
    checks += compute.examine(settings, processor.features)
    checks += [_cpu(processor), _memory(space, settings), _disk(settings)]
    tell("sound")
    checks += sound.devices()
    heard = _sound(wishes, settings)
    checks += heard.checks
    figures: dict[str, Mapping[str, Any]] = {}
    if wishes.models:
        file = str(wishes.config_file or config.default_file()) if not _failed(checks, "settings") else "-"
        figures = _models(settings, file if os.path.exists(file) else "-", checks, tell)
        checks.append(_latency(settings, figures, heard.buffers_ms))
    tell("profiles")
    profile, models = _profile(settings, processor, space)
    checks.append(profile)
    return Examination(checks, _changes(loaded, processor.cores, heard, models))


def _settings(file: Path | None) -> tuple[list[Check], config.Loaded]:
    try:
        loaded = config.load(file)
    except SettingsError as error:
        sentence = f"{error.message} The rest was looked at with the defaults."
        return [Check("settings", "fail", sentence, error.remedy)], config.parse("", "")
    return [], loaded


def _cpu(found: cpu.Cpu) -> Check:
    with_what = ", ".join(found.features) or "none of the instructions that the engines are fast with"
    sentence = f"{found.name}, {found.cores} cores, {found.threads} threads: {with_what}."
    figures = {"name": found.name, "machine": found.machine, "cores": found.cores, "threads": found.threads,
               "features": list(found.features), "load": round(found.load, 2)}  # fmt: skip
    if found.is_slow:
        return Check("processor", "warn", sentence, "It runs, but models beyond the smallest will be slow.", figures)
    if found.is_busy:
        sentence += f" Other programs keep it busy (load {found.load:.1f}): what is measured below is too slow."
        return Check("processor", "warn", sentence, "Look again when they are done.", figures)
    return Check("processor", "ok", sentence, "", figures)


def _memory(found: memory.Memory, settings: Settings) -> Check:
    need_mb = advice.PROGRAM_MB + _chosen_mb(settings)
    figures = {"total_mb": found.total_bytes // 10**6, "free_mb": found.free_bytes // 10**6, "needed_mb": need_mb}
    sentence = (
        f"{found.total_bytes / 1e9:.1f} GB, {found.free_bytes / 1e9:.1f} free; the chosen models and the program need "
        f"about {need_mb / 1000:.1f} GB."
    )
    if found.total_bytes and found.total_bytes < need_mb * 10**6:
        return Check("memory", "fail", sentence, "Choose smaller models: localvoice models use tiny", figures)
    if found.free_bytes and found.free_bytes < need_mb * 10**6:
        return Check("memory", "warn", sentence, "Close other programs, or choose smaller models.", figures)
    return Check("memory", "ok", sentence, "", figures)


def _chosen_mb(settings: Settings) -> int:
    """What the chosen models need: as the catalog says, or a little more than their files have."""
    from localvoice.catalog import layout, listing

    total = 0
    try:
        entries = listing.load().entries
    except LocalvoiceError:
        entries = {}
    for named in model_kinds.named(settings).values():
        if not named:
            total += BUNDLED_MB
        elif named in entries:
            total += entries[named].memory_mb
        else:
            # What cannot be looked at is a fault that the model's own check tells.
            with suppress(OSError, SettingsError):
                path = layout.expanded(named, "a model")
                files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
                total += round(1.3 * sum(file.stat().st_size for file in files) / 10**6)
    return total


def _free_bytes(root: Path) -> int:
    """On the disk that `root` is, or will be, on; 0 where nobody says."""
    there = root
    while not os.path.exists(there) and there != there.parent:
        there = there.parent
    try:
        return shutil.disk_usage(there).free
    except OSError:
        return 0


def _disk(settings: Settings) -> Check:
    """What the chosen models still have to fetch, against the disk that they go to."""
    from localvoice.catalog import layout, listing, lock

    figures: dict[str, Any] = {}
    try:
        root = layout.root(settings.models.folder)
        free = _free_bytes(root)
        figures |= {"models_folder": str(root), "free_mb": free // 10**6}
        catalog, locks = listing.load(), lock.read(root)
    except LocalvoiceError as error:
        return Check("models folder", "fail", error.message, error.remedy, figures)
    named = model_kinds.named(settings).values()
    chosen = [catalog.entries[name] for name in named if name in catalog.entries]
    missing = [entry for entry in chosen if not layout.installed(root, entry, locks)]
    needed = sum(layout.size_bytes(entry, {}) or 0 for entry in missing)
    figures |= {"needed_mb": needed // 10**6, "missing": [entry.name for entry in missing]}
    sentence = f"{free / 1e9:.1f} GB free for models in {root}."
    names = " ".join(entry.name for entry in missing)
    if missing and needed > free:
        remedy = "Make space, or set models.folder to a folder on another disk."
        return Check("disk", "fail", f"{sentence} {names} need {needed / 1e9:.1f} GB.", remedy, figures)
    if missing:
        return Check("disk", "fail", f"{sentence} Not here yet: {names}.", f"localvoice models pull {names}", figures)
    return Check("disk", "ok", sentence, "", figures)


def _sound(wishes: ExamineOptions, settings: Settings) -> sound.Sound:
    from localvoice.turn.build import open_card

    return sound.examine(lambda: open_card(settings, wishes.device), wishes.chirp)


def _models(
    settings: Settings, config_file: str, checks: list[Check], tell: Callable[[str], None]
) -> dict[str, Mapping[str, Any]]:
    """The figures of the chosen models, by kind; a check for each model that is here."""
    try:
        here = speed.models_here(settings)
    except LocalvoiceError as error:
        if not _failed(checks, "models folder"):
            checks.append(Check("models folder", "fail", error.message, error.remedy))
        # What the settings name by path, and what is bundled, can still be tried.
        here = speed.without_catalog(settings)
    found: dict[str, Mapping[str, Any]] = {}
    for model in here:
        tell(f"{model.kind} {model.named or speed.POCKET}")
        check, figures = speed.measure(model, config_file)
        checks.append(check)
        if model.is_chosen and figures:
            found[model.kind] = figures
    return found


def _latency(settings: Settings, figures: dict[str, Mapping[str, Any]], buffers_ms: float | None) -> Check:
    missing = [kind for kind in model_kinds.KINDS if kind not in figures]
    if missing:
        sentence = f"How long an answer takes cannot be told: the {' and the '.join(missing)} does not run."
        return Check("latency", "fail", sentence, "Put right what is said about it above.")
    found = advice.latency(settings.turn, figures, DEFAULT_BUFFERS_MS if buffers_ms is None else buffers_ms)
    parts = {name: round(ms) for name, ms in found.parts_ms.items()}
    work = " + ".join(f"{name} {ms}" for name, ms in parts.items() if name not in ("end-of-turn wait", "buffers"))
    sentence = (
        f"About {found.expected_ms:.0f} ms voice to voice: max(end-of-turn wait {parts['end-of-turn wait']}, {work}) "
        f"+ buffers {parts['buffers']}{' (usual ones)' if buffers_ms is None else ''}; {found.unprepared_ms:.0f} ms "
        "where nothing could be prepared in the pause."
    )
    numbers = {"expected_ms": round(found.expected_ms), "unprepared_ms": round(found.unprepared_ms), "parts_ms": parts}
    if found.expected_ms > SLOW_MS:
        remedy = "Choose smaller models, or close what else is running and look again."
        return Check("latency", "warn", sentence, remedy, numbers)
    return Check("latency", "ok", sentence, "", numbers)


def _profile(settings: Settings, processor: cpu.Cpu, space: memory.Memory) -> tuple[Check, dict[str, str]]:
    """The recommendation, and the settings for it where its models are here and none was chosen."""
    from localvoice.catalog import layout, listing, lock, model_paths

    try:
        catalog = listing.load()
        root = layout.root(settings.models.folder)
        locks = lock.read(root)
    except LocalvoiceError as error:
        return Check("profile", "warn", f"No profile can be recommended: {error.message}", error.remedy), {}
    measured = machine_speed.measure(processor.cores)
    language = settings.transcriber.language
    figures: dict[str, Any] = {
        "memory_gb_per_s": round(measured.read_bytes_per_s / 1e9, 1),
        "gflops": round(measured.flops / 1e9),
        "busy": processor.is_busy or measured.is_disturbed,
    }
    if figures["busy"]:
        sentence = "Measured while other programs kept the processor busy, so which profile suits it cannot be told."
        return Check("profile", "warn", sentence, "Look again when they are done: localvoice doctor", figures), {}
    here = {entry.name for entry in catalog.entries.values() if layout.installed(root, entry, locks)}
    best, fits = advice.recommend(catalog, language, space.total_bytes // 10**6, _free_bytes(root), measured, here)
    figures["obstacles"] = {one.name: list(one.obstacles) for one in fits}
    if best is None:
        sentence = f"The catalog has no profile for the language {language!r}."
        return Check("profile", "warn", sentence, "`localvoice models list` shows all models.", figures), {}
    figures |= {"recommended": best.name, "memory_mb": best.memory_mb, "download_mb": best.download_bytes // 10**6}
    changes = model_paths.settings_for([best.name], catalog)
    opened = {setting: name for setting, name in changes.items() if name in catalog.entries}
    is_here = here.issuperset(opened.values())
    in_use = all(config.flatten(settings)[setting] == name for setting, name in opened.items())
    own = settings.transcriber.model or settings.chat.model or settings.voice.model
    about = f"{best.name}: {catalog.profiles[best.name].about}"
    if best.obstacles:
        sentence = f"No profile suits this machine well; the smallest is {about} But {' and '.join(best.obstacles)}."
        return Check("profile", "warn", sentence, f"localvoice models pull {best.name}", figures), {}
    if in_use:
        return Check("profile", "ok", f"Recommended, and in use, is {about}", "", figures), {}
    if is_here:
        remedy = f"localvoice models use {best.name}"
        return Check("profile", "ok", f"Recommended and here is {about}", remedy, figures), {} if own else changes
    sentence = f"Recommended is {about} {best.download_bytes / 1e9:.1f} GB to fetch."
    remedy = "" if own else f"localvoice models pull {best.name} && localvoice models use {best.name}"
    return Check("profile", "ok", sentence, remedy, figures), {}


def _changes(loaded: config.Loaded, cores: int, heard: sound.Sound, models: dict[str, str]) -> dict[str, Any]:
    """What is worth writing: what was measured, and what is not the person's own choice already."""
    changes: dict[str, Any] = dict(models)
    values = config.flatten(loaded.settings)
    if heard.echo is not None:
        changes["echo.delay_ms"] = round(heard.echo.delay_ms, 1)
        changes["echo.level_db"] = round(heard.echo.echo_db, 1) or 0.1  # 0 would say that nobody knows
    for name in ("transcriber.threads", "chat.threads"):
        if loaded.origins[name] == "default" and values[name] != advice.threads(cores):
            changes[name] = advice.threads(cores)
    return {name: value for name, value in changes.items() if values[name] != value}


def _failed(checks: list[Check], name: str) -> bool:
    return any(check.name == name and check.state == "fail" for check in checks)
