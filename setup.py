"""What pyproject.toml cannot say: the C sound edge is optional, and models/ travels in the wheel."""

import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


EDGE = runpy.run_path(str(ROOT / "localvoice/engines/sound/edge_c/build_edge.py"))


class WithModels(build_py):
    """Copies models/ into the wheel as localvoice/_bundled/; an editable install finds it where it is."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "localvoice" / "_bundled"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / "models", target, ignore=shutil.ignore_patterns("__pycache__", ".*"))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        target = Path(self.build_lib) / "localvoice" / "_bundled"
        return super().get_outputs(include_bytecode) + [str(p) for p in target.rglob("*") if p.is_file()]


setup(
    ext_modules=[EDGE["extension"]()],
    # The library asks nothing of Python, so one wheel serves 3.11 to 3.13.
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
    cmdclass={"build_ext": EDGE["BuildEdge"], "build_py": WithModels},
)
