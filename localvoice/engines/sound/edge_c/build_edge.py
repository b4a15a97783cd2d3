"""Compiles edge.c and messages.c into a shared library beside localvoice/engines/sound/edge_library.py, which opens it.

The library knows nothing of Python: a C compiler is enough, without Python.h, and one build serves every version of
Python. Run this file to build in place for development; an install builds through setup.py, and goes on without it
where there is no C compiler.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
# Visual Studio 2022 has C11 atomics behind this switch; older ones fail here and the program uses rtmixer.
MSVC = ["/O2", "/std:c11", "/experimental:c11atomics"]
GCC_AND_CLANG = ["-O2", "-std=c11"]


class BuildEdge(build_ext):
    """setuptools builds it as it would an extension module, of which it has the file name."""

    def finalize_options(self) -> None:
        super().finalize_options()
        for extension in self.extensions:
            extension.optional = True

    def get_export_symbols(self, ext: Extension) -> list[str]:
        """What Windows lets others see of a library; elsewhere it is everything. Not a module's PyInit function."""
        return re.findall(r"\b(edge_\w+)\(", (HERE / "edge.h").read_text(encoding="utf-8"))


def extension(root: Path = Path()) -> Extension:
    """What setup.py builds. Without `root` the paths are relative, as a source distribution wants them."""
    folder = root / "localvoice/engines/sound/edge_c"
    return Extension(
        "localvoice.engines.sound._edge",
        sources=[(folder / name).as_posix() for name in ("edge.c", "messages.c")],
        depends=[(folder / "edge.h").as_posix()],
        extra_compile_args=MSVC if sys.platform == "win32" else GCC_AND_CLANG,
        py_limited_api=True,  # the file name then has no version of Python in it
    )


def build_in_place() -> Path:
    """Compile beside this folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = BuildEdge(Distribution({"name": "localvoice", "ext_modules": [extension(ROOT)]}))
        command.build_lib = command.build_temp = folder
        command.ensure_finalized()
        command.extensions[0].optional = False
        command.run()
        (built,) = map(Path, command.get_outputs())
        return Path(shutil.copy2(built, HERE.parent / built.name))


if __name__ == "__main__":
    print(build_in_place())
