"""A file of a model in the catalog, read strictly: what it is called, what is known of it, and where it can be had."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from localvoice.catalog.entry import FileSpec, Piece
from localvoice.catalog.safe_names import (
    fault_of_module,
    fault_of_package,
    fault_of_path,
    fault_of_repo,
    fault_of_revision,
    fault_of_version,
)
from localvoice.catalog.toml_faults import Report, typed

_FILE_KEYS: dict[str, type] = {
    "path": str, "repo": str, "revision": str, "size_bytes": int, "sha256": str, "md5": str, "pieces": list,
}  # fmt: skip
_PIECE_KEYS: dict[str, type] = {"package": str, "version": str, "member": str, "size_bytes": int}
_COMMIT = re.compile(r"[0-9a-f]{40}")


def read(item: Any, who: str, report: Report) -> FileSpec:
    """A file is its path alone, or a table with what else is known of it. Faults are reported under the key files."""
    table = {"path": item} if isinstance(item, str) else item
    if not isinstance(table, dict):
        report("files", f"a file of {who} must be a path in quotes, or a table with path, size_bytes, sha256.")
        return FileSpec("")
    good = typed(table, _FILE_KEYS, f"a file of {who}", lambda key, words: report("files", words))
    fault = fault_of_path(good.get("path", ""))
    if fault:
        report("files", f"file {good.get('path', '')!r} of {who} {fault}.")
    for key, fault_of in (("repo", fault_of_repo), ("revision", fault_of_revision)):
        if key in good and (fault := fault_of(good[key])):
            report("files", f"{key} {good[key]!r} of a file of {who} {fault}.")
    if "revision" in good and "repo" not in good:
        report(
            "files", f"a file of {who} has a revision without a repo; the model's own stands beside the model's repo."
        )
    for key, digits in (("sha256", 64), ("md5", 32)):
        if key in good and not re.fullmatch(rf"[0-9a-f]{{{digits}}}", good[key]):
            report("files", f"{key} of {good.get('path')} of {who} must be {digits} small hexadecimal digits.")
    if "pieces" in good:
        good["pieces"] = _pieces(good, who, report)
    return FileSpec(**({"path": ""} | good))


def _pieces(file: dict[str, Any], who: str, report: Report) -> tuple[Piece, ...]:
    """What the package index carries of a file; each piece is a table of package, version and member."""
    what = f"{file.get('path')} of {who}"
    if "size_bytes" not in file or "sha256" not in file:
        report("files", f"{what} has pieces, so it needs size_bytes and sha256: nothing else says what they join to.")
    tables = file["pieces"]
    if not tables:
        report("files", f"pieces of {what} is empty; leave it out.")
    pieces = []
    for table in tables:
        if not isinstance(table, dict):
            report("files", f"a piece of {what} must be a table with package, version, member.")
            continue
        good = typed(table, _PIECE_KEYS, f"a piece of {what}", lambda key, words: report("files", words))
        checks = (("package", fault_of_package), ("version", fault_of_version), ("member", fault_of_path))
        for key, fault_of in checks:
            if key not in good:
                report("files", f"a piece of {what} lacks {key}.")
            elif fault := fault_of(good[key]):
                report("files", f"{key} {good[key]!r} of a piece of {what} {fault}.")
        if len(tables) == 1:
            good.setdefault("size_bytes", file.get("size_bytes", 0))
        elif "size_bytes" not in good:
            report("files", f"a piece of {what} lacks size_bytes, which says where the next one goes on.")
        names = [str(good.get(key, "")) for key in ("package", "version", "member")]
        pieces.append(Piece(names[0], names[1], names[2], good.get("size_bytes", 0)))
    total = sum(piece.size_bytes for piece in pieces)
    if len(pieces) == len(tables) and "size_bytes" in file and total != file["size_bytes"]:
        report("files", f"the pieces of {what} are {total} bytes together, and the file has {file['size_bytes']}.")
    return tuple(pieces)


def faults_of_sources(model: dict[str, Any], files: Sequence[FileSpec]) -> Iterator[tuple[str, str]]:
    """(key, end of a sentence) for all that contradicts itself about where a model comes from."""
    carried = [file for file in files if file.pieces]
    if model.get("package"):
        if model.get("repo"):
            yield "name", "needs either a repo or a package that carries it"
        if files:
            yield "name", "needs files with a repo, and none with a package"
    elif not model.get("repo") and not carried:
        yield "name", "needs either a repo or a package that carries it, or files with pieces"
    elif not files:
        yield "name", "needs files with a repo, and none with a package"
    elif carried and len(carried) < len(files):
        yield "files", "has pieces for some of its files: the package index carries all of a model or nothing of it"
    if model.get("module") and not model.get("package"):
        yield "module", "has a module without a package"
    elif fault_of_module(model.get("module") or model.get("package", "x").replace("-", "_") or "x"):
        yield "package", "needs module too: what its package is imported as"
    if model.get("repo"):
        if carried and not all(_COMMIT.fullmatch(file.revision or model.get("revision", "")) for file in files):
            yield "revision", "has pieces, so its revision must be a commit: what a branch names can change"
    elif model.get("revision") or any(file.repo for file in files):
        yield "revision", "has a revision, or files from a repo, without a repo of its own"
