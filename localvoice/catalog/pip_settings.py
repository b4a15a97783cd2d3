"""How pip on this machine finds packages: its configuration files and environment, read as pip reads them.

pip itself need not be there. Later places win: the files of the machine, of the person, of this Python's environment,
the one in PIP_CONFIG_FILE, then the PIP_ variables. Within them `[download]` wins over `[install]` and that over
`[global]`. Where pip has no index and no folder at all, what uv was told is taken.
"""

import configparser
import locale
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from localvoice.errors import SettingsError

_SECTIONS = ("global", "install", "download")
_YES, _NO = ("y", "yes", "t", "true", "on", "1"), ("n", "no", "f", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class PipSettings:
    """Where wheels are looked for. Addresses may hold passwords: they are never to be shown as they are."""

    index_urls: tuple[str, ...] = ()
    """The main index first; empty for the usual one, unless `no_index`."""
    default_index: bool = True
    """Whether the usual index belongs in front of them."""
    find_links: tuple[str, ...] = ()
    """Folders of wheels, pages and files with links to wheels."""
    no_index: bool = False
    trusted_hosts: tuple[str, ...] = ()
    cert: str = ""
    """A file or folder of certificate authorities; empty for the usual ones."""
    client_cert: str = ""
    proxy: str = ""
    timeout_s: float | None = None


def read(environment: Mapping[str, str] | None = None) -> PipSettings:
    """What pip would use here. Raises SettingsError: a file or a value of it makes no sense."""
    environment = os.environ if environment is None else environment
    values = _values(environment)
    indexes, folders = values.get("index-url", "").strip(), values.get("find-links", "").split()
    more = values.get("extra-index-url", "").split()
    if not (indexes or more or folders or "no-index" in values):
        return _of_uv(environment, values)
    no_index = _yes(values.get("no-index", "no"))
    urls = () if no_index else (*([indexes] if indexes else []), *more)
    return _settings(values, urls, not indexes and not no_index, folders, no_index)


def _settings(
    values: Mapping[str, str], urls: Iterable[str], default_index: bool, folders: Iterable[str], no_index: bool
) -> PipSettings:
    timeout = values.get("timeout", values.get("default-timeout", ""))
    try:
        timeout_s = float(timeout) if timeout else None
    except ValueError:
        raise SettingsError(f"pip's timeout is {timeout!r}, which is not a number of seconds.", _REMEDY) from None
    return PipSettings(
        tuple(urls),
        default_index,
        tuple(_home(folder) for folder in folders),
        no_index,
        tuple(values.get("trusted-host", "").split()),
        _home(values.get("cert", "")),
        _home(values.get("client-cert", "")),
        values.get("proxy", ""),
        timeout_s,
    )


def _of_uv(environment: Mapping[str, str], values: Mapping[str, str]) -> PipSettings:
    """uv's addresses, if it was told any; certificates and proxies are pip's all the same."""
    main = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL") or ""
    more = (environment.get("UV_INDEX", "") + " " + environment.get("UV_EXTRA_INDEX_URL", "")).split()
    folders = [folder for folder in environment.get("UV_FIND_LINKS", "").split(",") if folder.strip()]
    # An index of uv's may have a name: NAME=URL. uv looks through the others before its main one.
    urls = [url.split("=", 1)[1] if "=" in url.split("://")[0] else url for url in [*more, *([main] if main else [])]]
    return _settings(values, urls, not main, [folder.strip() for folder in folders], False)


def _values(environment: Mapping[str, str]) -> dict[str, str]:
    """Every option that is set, by its long name without the dashes."""
    by_section: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for file in _files(environment):
        for section, items in _sections(file):
            if section in by_section:
                by_section[section].update(items)
    out: dict[str, str] = {}
    for section in _SECTIONS:
        out.update({key: value for key, value in by_section[section].items() if value})
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            out[_key(name[4:])] = value
    return out


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    yield from machines_files(environment)
    if not (named and os.path.exists(named)):
        yield from persons_files()
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    yield Path(sys.prefix) / name
    if named:
        yield Path(named)


def machines_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where pip documents the machine's configuration, the weakest first."""
    if sys.platform == "win32":
        yield Path(environment.get("PROGRAMDATA", r"C:\ProgramData")) / "pip" / "pip.ini"
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip/pip.conf")
    else:
        for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
            yield Path(folder) / "pip" / "pip.conf"
        yield Path("/etc/pip.conf")


def persons_files() -> Iterator[Path]:
    """Where pip documents a person's configuration: the old place, then the new one."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        yield home / "pip" / "pip.ini"
        yield Path(os.environ.get("APPDATA", home / "AppData" / "Roaming")) / "pip" / "pip.ini"
        return
    yield home / ".pip" / "pip.conf"
    if sys.platform == "darwin" and (mac := home / "Library" / "Application Support" / "pip").is_dir():
        yield mac / "pip.conf"
    elif sys.platform == "darwin":
        yield home / ".config" / "pip" / "pip.conf"
    else:
        yield Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"


def _sections(file: Path) -> list[tuple[str, dict[str, str]]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding=locale.getpreferredencoding(False))
    except (configparser.Error, UnicodeDecodeError):
        # What it says is not repeated: the line may hold a password.
        raise SettingsError(f"pip's configuration {file} cannot be read.", "`pip config debug` shows why.") from None
    except OSError:
        return []
    return [
        (section, {_key(name): value or "" for name, value in parser.items(section)}) for section in parser.sections()
    ]


def _key(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _home(path: str) -> str:
    return os.path.expanduser(path) if path.startswith("~") else path


def _yes(value: str) -> bool:
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise SettingsError(f"pip's no-index is {value!r}, which is neither yes nor no.", _REMEDY)


_REMEDY = "`pip config list` shows where it stands."
