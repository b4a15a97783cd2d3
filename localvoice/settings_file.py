"""Changes single settings in the person's settings file; every other line, comment and order stays as it is."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from localvoice import config
from localvoice.catalog.disk import write_whole
from localvoice.errors import SettingsError
from localvoice.settings_help import toml
from localvoice.strict_toml import text_of


def change(file: Path | None, changes: Mapping[str, Any]) -> Path:
    """Set `changes`, by dotted name such as "transcriber.model", in `file`, or in the default file; the file.

    A file that is not there is made. It is written whole or not at all, and only as settings that can be read.

    Raises SettingsError: the file is at fault already, a setting is unknown or refused, or it cannot be written.
    """
    values = {
        name: config.checked(name, list(value) if isinstance(value, tuple) else value)
        for name, value in changes.items()
    }
    return _rewritten(file, lambda text: edited(text, values))


def unset(file: Path | None, name: str) -> Path:
    """Take the setting out of `file`, or of the default file, so that its default counts again; the file.

    Raises SettingsError: the file is at fault already, the setting is unknown, or the file cannot be written.
    """
    config.spec_of(name)
    return _rewritten(file, lambda text: without(text, name))


def _rewritten(file: Path | None, edit: Callable[[str], str]) -> Path:
    target = file if file is not None else config.default_file()
    text = text_of(target, SettingsError) if target.exists() else ""
    config.parse(text, str(target))
    changed = edit(text)
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
    lines = ", ".join(f"{name} = {toml(value)}" for name, value in changes.items())
    _insist(text, changed, changes, f"Set it yourself: {lines}")
    return changed


def without(text: str, name: str) -> str:
    """The TOML `text`, which is valid settings, without the setting. Raises SettingsError if it cannot be done."""
    import tomlkit

    section, key = name.split(".")
    document = tomlkit.parse(text)
    part: Any = document.get(section, {})
    if key not in part:
        return text
    del part[key]
    changed = tomlkit.dumps(document)
    _insist(text, changed, {name: config.flatten(config.Settings())[name]}, f"Remove {name} yourself.")
    return changed


def _insist(before: str, after: str, changes: Mapping[str, Any], remedy: str) -> None:
    """Raises SettingsError if anything but `changes` is different, or if it could not be read."""
    wanted = config.flatten(config.parse(before, "").settings) | dict(changes)
    try:
        found = config.flatten(config.parse(after, "the changed settings").settings)
    except SettingsError:
        found = {}
    if found != wanted:
        raise SettingsError("The settings are written in a way that cannot be changed here.", remedy)


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
    # If the settings are kept elsewhere and linked to, the link stays.
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode())
    except OSError as error:
        raise SettingsError(
            f"{target} cannot be written: {error.strerror}.",
            "Check its permissions, or name another file with --config.",
        ) from None
