"""Which names and paths may become files on this machine. A catalog, a hub's answer and a bundle are foreign text."""

import re
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}")
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_PACKAGE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_MODULE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_VERSION = re.compile(
    r"([0-9]+!)?[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?"
)
_PATH = re.compile(r"[/\\~]|^\.|^[A-Za-z]:|\.(gguf|onnx|bin)$", re.IGNORECASE)
LOCK_FILE = "lock.json"
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
# Windows opens a device for these, whatever their ending and in any folder.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def fault_of_name(name: str) -> str | None:
    """Why `name` may not name a model or a profile (it becomes a folder), as the end of a sentence; None if it may."""
    if not _NAME.fullmatch(name):
        return "may only have letters, digits, and . _ + - between them, and starts with a letter or digit"
    if name.lower().startswith(LOCK_FILE):
        return "is kept for the lock file"
    return fault_of_path(name)


def fault_of_path(path: str) -> str | None:
    """Why `path` may not become a file below a model's folder, as the end of a sentence; None if it may."""
    if not path:
        return "is empty"
    if any(ord(char) < 32 or ord(char) == 127 for char in path):
        return "has a control character in it"
    if any(0xD800 <= ord(char) < 0xE000 for char in path):
        return "has an invalid character in it"
    if "\\" in path:
        return "has a backslash in it; separate folders with /"
    if ":" in path:
        return "has a colon in it, as a drive letter has"
    if path.startswith("/"):
        return "starts at the root of the disk"
    if len(path) > 400:
        return "is too long"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "leaves its folder or has an empty step"
        if part[-1] in ". " or part[0] == " " or any(char in '<>"|?*' for char in part):
            return "has a step that Windows cannot write"
        if part.split(".")[0].rstrip().lower() in _DEVICES:
            return "has a step that is a device on Windows"
    return None


def fault_of_repo(repo: str) -> str | None:
    """Why `repo` is no repository of a hub; None if it is."""
    if not _REPO.fullmatch(repo) or ".." in repo or "--" in repo:
        return "is not a repository, which looks like owner/name"
    return None


def fault_of_revision(revision: str) -> str | None:
    """Why `revision` is neither commit, tag nor branch; None if it is."""
    if not _REVISION.fullmatch(revision) or ".." in revision or "//" in revision:
        return "is neither a commit nor a tag nor a branch"
    return None


def fault_of_package(package: str) -> str | None:
    """Why `package` is not the name of a Python package; None if it is."""
    if not _PACKAGE.fullmatch(package):
        return "is not the name of a Python package"
    return None


def fault_of_module(module: str) -> str | None:
    """Why `module` cannot be imported; None if it can. It is looked for under this name, so there is no dot in it."""
    if not _MODULE.fullmatch(module):
        return "is not the name of a Python module without dots"
    return None


def fault_of_version(version: str) -> str | None:
    """Why `version` is no single version of a Python package; None if it is."""
    if len(version) > 64 or not _VERSION.fullmatch(version):
        return "is not a version of a Python package, such as 1.0.2"
    return None


def is_path(named: str) -> bool:
    """Whether what a setting or a command names is a path; else it is the name of a model.

    Everything that looks like a path is one; a folder of yours that is called like a model is written `./whisper-base`.
    """
    return bool(_PATH.search(named))


def fault_of_own_path(path: str) -> str | None:
    """Why a person's own setting cannot be a path on this machine, as the end of a sentence; None if it can."""
    if "\0" in path:
        return "is not a valid path: it has a zero character in it"
    try:
        Path(path).expanduser()
    except RuntimeError:
        return "is not a valid path: no user of that name is known here"
    return None


def fault_of_empty(text: str) -> str | None:
    """Why `text` says nothing; None if it says something."""
    return None if text.strip() else "is empty"


def fault_of_sha256(digits: str) -> str | None:
    """Why `digits` is no SHA-256; None if it is."""
    return None if re.fullmatch(r"[0-9a-f]{64}", digits) else "must be 64 lowercase hexadecimal digits"


def fault_of_md5(digits: str) -> str | None:
    """Why `digits` is no MD5; None if it is."""
    return None if re.fullmatch(r"[0-9a-f]{32}", digits) else "must be 32 lowercase hexadecimal digits"
