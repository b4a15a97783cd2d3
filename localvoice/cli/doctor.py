"""`localvoice doctor`: what was found, on one screen or as JSON, and the settings written with --fix."""

import json
import shutil
import textwrap
from pathlib import Path
from typing import Any

import typer

from localvoice import __version__
from localvoice.doctor.check import Check, exit_code, is_ready
from localvoice.doctor.examine import Examination, ExamineOptions, examine
from localvoice.errors import SettingsError

MARKS = {"ok": ("ok", typer.colors.GREEN), "warn": ("warn", typer.colors.YELLOW), "fail": ("FAIL", typer.colors.RED)}
WIDEST = 120


def doctor(device: str | None, config_file: Path | None, *, fix: bool, as_json: bool, chirp: bool, models: bool) -> int:
    """Look, print, and with `fix` write; the exit code. Raises SettingsError where the settings cannot be written."""
    found = examine(ExamineOptions(device, config_file, chirp, models), _tell)
    _tell("")
    written, refused = None, None
    try:
        written = _write(found, config_file) if fix else None
    except SettingsError as error:
        # What was found took minutes, and is worth reading all the same.
        refused = error
    if as_json:
        typer.echo(json.dumps(_document(found, written), indent=1, ensure_ascii=False))
    else:
        _show(found, written)
    if refused is not None:
        raise refused
    return exit_code(found.checks)


def _tell(doing: str) -> None:
    """What is being done, on a line that the next one takes; only where somebody watches."""
    from sys import stderr

    if stderr.isatty():
        typer.echo(f"\r\033[K{f'looking at: {doing}' if doing else ''}", err=True, nl=False)


def _write(found: Examination, config_file: Path | None) -> Path | None:
    from localvoice.settings_file import change

    broken = any(check.name == "settings" and check.state == "fail" for check in found.checks)
    return change(config_file, found.changes) if found.changes and not broken else None


def _document(found: Examination, written: Path | None) -> dict[str, Any]:
    checks = [
        {"name": c.name, "state": c.state, "sentence": c.sentence, "remedy": c.remedy, "figures": dict(c.figures)}
        for c in found.checks
    ]
    return {
        "version": __version__,
        "ready": is_ready(found.checks),
        "checks": checks,
        "changes": found.changes,
        "written": str(written) if written else None,
    }


def _show(found: Examination, written: Path | None) -> None:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    longest = max(len(_title(check)) for check in found.checks)
    for check in found.checks:
        mark, colour = MARKS[check.state]
        begin = f" {typer.style(f'{mark:<4}', fg=colour)}  {_title(check):<{longest}}  "
        indent = " " * (longest + 9)
        lines = textwrap.wrap(check.sentence, max(30, width - len(indent)), break_long_words=False) or [""]
        if check.remedy:
            lines += textwrap.wrap(
                check.remedy, max(30, width - len(indent)), initial_indent="-> ", subsequent_indent="   ",
                break_long_words=False,
            )  # fmt: skip
        typer.echo(begin + f"\n{indent}".join(lines))
    typer.echo()
    failed = sum(check.state == "fail" for check in found.checks)
    typer.echo("Ready: localvoice talk" if not failed else f"Not ready: {failed} to put right, marked FAIL.")
    if written:
        typer.echo(f"Written to {written}: {_listed(found.changes)}")
    elif found.changes:
        typer.echo(f"`localvoice doctor --fix` would set {_listed(found.changes)}")


def _listed(changes: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in changes.items())


def _title(check: Check) -> str:
    return check.name[:1].upper() + check.name[1:]
