"""For whoever keeps the catalog: brings its commits, sizes and checksums up to what the hub has now.

The file stays as people wrote it: of a model only its `revision` line and its `files` list are written again.
"""

import itertools
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from localvoice.catalog import fetch, layout
from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.fetch import Hub, Remote
from localvoice.catalog.listing import parse
from localvoice.errors import CatalogError

SMALL_BYTES = 32 << 20
"""The hub says no SHA-256 of files that git keeps; up to this size they are fetched and hashed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the hub has now of one model."""

    before: Entry
    after: Entry

    def lines(self) -> list[str]:
        """What is different, for people. Both checksums are named if one was replaced."""
        out = []
        if self.before.revision != self.after.revision:
            out.append(f"{self.after.name}: commit {self.before.revision} is now {self.after.revision}")
        for old, new in zip(self.before.files, self.after.files, strict=True):
            for key in ("revision", "size_bytes", "sha256"):
                was, now = getattr(old, key), getattr(new, key)
                if was != now:
                    out.append(
                        f"{self.after.name}: {key} of {new.path}: " + (f"{was} is now {now}" if was else str(now))
                    )
        return out


def refreshed(entry: Entry, hub: Hub) -> Change:
    """The entry with what the hub has now: of `main` if it is pinned to a commit, else of the tag or branch it names.

    A commit that changed none of the model's files is no change.

    Raises:
        DownloadFailed, ContentChanged, StorageRefused: as a pull does.
    """
    commits: dict[str, str] = {}
    files = tuple(_file(entry, spec, hub, commits) for spec in entry.files)
    if [(file.size_bytes, file.sha256) for file in files if file.pieces] != [
        (file.size_bytes, file.sha256) for file in entry.files if file.pieces
    ]:
        # What the package index carries is the content that was, and it carries all of a model or nothing.
        files = tuple(replace(file, pieces=()) for file in files)
    after = replace(entry, revision=commits[entry.repo], files=files)
    old, new = ([(file.size_bytes, file.sha256) for file in one.files] for one in (entry, after))
    if old == new and fetch.commit_of(entry.revision) and all(file.sha256 for file in entry.files):
        after = entry
    return Change(entry, after)


def rewritten(text: str, entries: Iterable[Entry]) -> str:
    """The catalog's text with the revisions and files of `entries`. Raises CatalogError if it does not read so then."""
    entries = list(entries)
    for entry in entries:
        block = _block(text, entry.name)
        body = text[block]
        body = re.sub(r"(?m)^revision\s*=.*\n", "", body)
        body = re.sub(r"(?m)^(repo\s*=.*\n)", rf'\g<1>revision = "{entry.revision}"\n', body, count=1)
        body, count = re.subn(r"(?ms)^files\s*=\s*\[.*?\][ \t]*$", _files(entry).replace("\\", r"\\"), body, count=1)
        if count != 1:
            raise CatalogError(f"The files of {entry.name} are not written as a list.", "Write files = [ ... ].")
        text = text[: block.start] + body + text[block.stop :]
    now = parse(text, "the catalog as it would be written")
    if any(now.entries[entry.name] != entry for entry in entries):
        raise CatalogError("The catalog would not read as it should.", "Write the changes by hand.")
    return text


def _file(entry: Entry, spec: FileSpec, hub: Hub, commits: dict[str, str]) -> FileSpec:
    repo = spec.repo or entry.repo
    named = spec.revision if spec.repo else entry.revision
    at = commits.get(repo) or ("main" if fetch.commit_of(named) else named or "main")
    remote = fetch.ask(hub, repo, spec.path, layout.local_path(entry, spec.path), at)
    commits[repo] = remote.revision
    same_commit = remote.revision == named and spec.size_bytes == remote.size_bytes
    sha256 = next((one.digits for one in remote.checksums if one.kind == "sha256"), None)
    if sha256 is None:
        sha256 = spec.sha256 if same_commit and spec.sha256 else _hashed(remote, hub)
    changed = (spec.size_bytes, spec.sha256) not in ((remote.size_bytes, sha256), (remote.size_bytes, None))
    # An MD5 speaks of the content that was; voices.json has the new one.
    after = replace(spec, size_bytes=remote.size_bytes, sha256=sha256, md5=None if changed else spec.md5)
    return replace(after, revision=remote.revision) if spec.repo and (changed or not spec.revision) else after


def _hashed(remote: Remote, hub: Hub) -> str | None:
    if remote.size_bytes > SMALL_BYTES:
        return None
    with tempfile.TemporaryDirectory() as folder:
        return fetch.download(hub, remote, Path(folder) / "file", lambda _: None)


def _block(text: str, name: str) -> slice:
    """Where the model's table stands, from its header to the next one."""
    starts = [match.start() for match in re.finditer(r"(?m)^\[", text)] + [len(text)]
    for start, end in itertools.pairwise(starts):
        block = text[start:end]
        if block.startswith("[[model]]") and re.search(rf'(?m)^name\s*=\s*"{re.escape(name)}"', block):
            return slice(start, end)
    raise CatalogError(f"{name} is not in this catalog.", "Name a model that is.")


def _files(entry: Entry) -> str:
    lines = []
    for file in entry.files:
        parts = [f'path = "{file.path}"']
        parts += [f'{key} = "{getattr(file, key)}"' for key in ("repo", "revision") if getattr(file, key)]
        parts += [f"size_bytes = {file.size_bytes:_}"] if file.size_bytes is not None else []
        parts += [f'{key} = "{getattr(file, key)}"' for key in ("sha256", "md5") if getattr(file, key)]
        parts += [f"pieces = [\n{_pieces(file)}  ]"] if file.pieces else []
        lines.append(f"  {{ {', '.join(parts)} }},\n")
    return f"files = [\n{''.join(lines)}]"


def _pieces(file: FileSpec) -> str:
    lines = []
    for piece in file.pieces:
        parts = [f'{key} = "{getattr(piece, key)}"' for key in ("package", "version", "member")]
        parts += [f"size_bytes = {piece.size_bytes:_}"] if len(file.pieces) > 1 else []
        lines.append(f"    {{ {', '.join(parts)} }},\n")
    return "".join(lines)
