"""Compiles edge.c into the extension module localvoice.engines.sound._edge (cffi, API mode).

Run it to build in place for development; an install builds it through setup.py, and goes on without it
where there is no C compiler.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from cffi import FFI

HERE = Path(__file__).resolve().parent
MSVC = ["/O2", "/std:c11", "/experimental:c11atomics"]
"""Visual Studio 2022 has C11 atomics behind this switch; older ones fail here and the program uses
rtmixer."""
GCC_AND_CLANG = ["-O2", "-std=c11"]


def declarations() -> str:
    """edge.h without its comments, as cffi's parser wants it."""
    return re.sub(r"/\*.*?\*/", "", (HERE / "edge.h").read_text(encoding="utf-8"), flags=re.DOTALL)


ffibuilder = FFI()
ffibuilder.cdef(declarations())
ffibuilder.set_source(
    "localvoice.engines.sound._edge",
    '#include <stdint.h>\n#include "edge.h"\n',
    # Relative to the place of setup.py: setuptools refuses absolute paths in a source distribution.
    sources=["localvoice/engines/sound/edge_c/edge.c"],
    depends=["localvoice/engines/sound/edge_c/edge.h"],
    include_dirs=["localvoice/engines/sound/edge_c"],
    extra_compile_args=MSVC if sys.platform == "win32" else GCC_AND_CLANG,
)


def build_in_place() -> Path:
    """Compile beside this folder. In a temporary one first: only setup.py's own build should read
    pyproject.toml."""
    engines = HERE.parent
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE, Path(folder, "localvoice/engines/sound/edge_c"))
        before = Path.cwd()
        os.chdir(folder)
        try:
            built = Path(ffibuilder.compile())
            return Path(shutil.copy2(built, engines / built.name))
        finally:
            os.chdir(before)


if __name__ == "__main__":
    print(build_in_place())
