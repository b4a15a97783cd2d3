#!/usr/bin/env bash
# The Linux wheel of xllamacpp 2026.10.11549 is tagged manylinux2014, which promises that it needs only a short list of
# system libraries. It needs libgomp.so.1 as well, which is not on that list (PEP 599), and does not carry it.
#
# Expected: as in other wheels that use OpenMP, a copy of libgomp inside (ctranslate2 4.8.5 has one).
# Seen:     on a system without a compiler, where nothing has brought libgomp, importing it fails with "libgomp.so.1: cannot
#           open shared object file". Here both wheels are looked into.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyelftools==0.32
for package in xllamacpp==2026.10.11549 ctranslate2==4.8.5; do
  "$folder/venv/bin/pip" download -q --disable-pip-version-check --no-deps --only-binary :all: \
    --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 --python-version 3.11 -d "$folder" "$package"
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import io
import sys
import zipfile
from pathlib import Path

from elftools.elf.elffile import ELFFile


def look(package: str) -> tuple[bool, bool]:
    """Whether the wheel's libraries need the system's libgomp.so.1, and whether it carries a copy."""
    (wheel,) = Path(sys.argv[1]).glob(f"{package}-*.whl")
    needed: set[str] = set()
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        for name in (name for name in names if ".so" in Path(name).name):
            dynamic = ELFFile(io.BytesIO(opened.read(name))).get_section_by_name(".dynamic")
            needed |= {tag.needed for tag in dynamic.iter_tags() if tag.entry.d_tag == "DT_NEEDED"}
    found = "libgomp.so.1" in needed, any("libgomp" in name for name in names)
    print(f"{wheel.name}: needs the system's libgomp.so.1: {found[0]}, carries one: {found[1]}")
    return found


assert look("ctranslate2") == (False, True)
assert look("xllamacpp") == (True, False), "the wheel carries OpenMP's library now"
print("as seen before")
PYTHON
