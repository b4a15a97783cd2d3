#!/usr/bin/env bash
# The wheels of xllamacpp 2026.10.11549 hold llama.cpp in one extension module. On Linux and macOS that module exports
# llama.cpp's whole C interface; on Windows it exports only Python's own entry point.
#
# Expected: the same library on every system: whoever opens it with ctypes on Linux can do so on Windows.
# Seen:     hundreds of llama_* functions in the Linux wheel, one symbol, PyInit_xllamacpp, in the Windows wheel.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/pip" --disable-pip-version-check "$@"; }
pip install -q pefile==2024.8.26 pyelftools==0.32
for platform in win_amd64 manylinux2014_x86_64; do
  mkdir "$folder/$platform"
  pip download -q --no-deps --only-binary :all: --platform "$platform" \
    --python-version 3.12 -d "$folder/$platform" xllamacpp==2026.10.11549
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import io
import sys
import zipfile
from pathlib import Path

import pefile
from elftools.elf.elffile import ELFFile


def module(platform: str, ending: str) -> bytes:
    (wheel,) = Path(sys.argv[1], platform).glob("*.whl")
    print(wheel.name)
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(ending))
        return opened.read(name)


windows = pefile.PE(data=module("win_amd64", ".pyd"))
exported = [symbol.name.decode() for symbol in windows.DIRECTORY_ENTRY_EXPORT.symbols]
linux = ELFFile(io.BytesIO(module("manylinux2014_x86_64", ".so")))
defined = [s.name for s in linux.get_section_by_name(".dynsym").iter_symbols() if s["st_shndx"] != "SHN_UNDEF"]
functions = [name for name in defined if name.startswith("llama_")]
needed = [tag.needed for tag in linux.get_section_by_name(".dynamic").iter_tags() if tag.entry.d_tag == "DT_NEEDED"]
print(f"Windows exports {exported}; Linux exports {len(functions)} functions llama_*, and needs {needed}")
assert exported == ["PyInit_xllamacpp"], "the Windows wheel exports more now"
assert len(functions) > 100
print("as seen before")
PYTHON
