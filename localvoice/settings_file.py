"""Changes single settings in the person's settings file; every other line, comment and order stays as it is."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localvoice import config
from localvoice.errors import SettingsError


def change(file: Path | None, changes: Mapping[str, Any]) -> Path:
    """Set `changes`, by dotted name such as "transcriber.model", in `file`, or in the default file; the file.

    A file that is not there is made. It is written whole or not at all, and only as settings that can be read.

    Raises SettingsError: the file is at fault already, a setting is unknown or refused, or it cannot be written.
    """
    target = file if file is not None else config.default_file()
    try:
        text = target.read_bytes().decode("utf-8-sig") if target.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{target} cannot be read: {error}.", "Correct it, or move it away.") from None
    config.parse(text, str(target))
    changed = edited(text, changes)
    config.parse(changed, str(target))
    if changed != text:
        _write(target, changed)
    return target


def edited(text: str, changes: Mapping[str, Any]) -> str:
    """The TOML `text`, which is valid settings, with `changes` set. Raises SettingsError if it cannot be done."""
    changed = text
    for name, value in changes.items():
        section, key = name.split(".")
        changed = _with(changed, section, key, list(value) if isinstance(value, tuple) else value)
    wanted = config.flatten(config.parse(text, "").settings) | dict(changes)
    if config.flatten(config.parse(changed, "the changed settings").settings) != wanted:
        lines = ", ".join(f"{name} = {value!r}" for name, value in changes.items())
        raise SettingsError("The settings are written in a way that cannot be changed here.", f"Set yourself: {lines}")
    return changed


def _with(text: str, section: str, key: str, value: Any) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    part: Any = document.get(section)
    line = f"{key} = {tomlkit.item(value).as_string()}"
    end = "\r\n" if "\r\n" in text else "\n"
    header = re.search(rf"^[ \t]*\[[ \t]*\"?{section}\"?[ \t]*\][^\r\n]*", text, re.MULTILINE)
    if part is None:
        gap = "" if not text else end if text.endswith("\n") else end * 2
        return f"{text}{gap}[{section}]{end}{line}{end}"
    if key not in part and header:
        # tomlkit would put it behind the comment that leads to the next section.
        return f"{text[: header.end()]}{end}{line}{text[header.end() :]}"
    part[key] = value
    return tomlkit.dumps(document)


def _write(target: Path, text: str) -> None:
    # Whoever keeps the settings elsewhere and links to them keeps the link.
    target = target.resolve()
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            fresh.write_text(text, encoding="utf-8", newline="")
            if target.exists():
                shutil.copymode(target, fresh)
            os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{target} cannot be written: {error.strerror}.",
            "Check its permissions, or name another file with --config.",
        ) from None
