"""`import localvoice`: what it exports, that it exports nothing else, and that it costs nothing."""

import subprocess
import sys

import pytest

import localvoice
from localvoice import errors

CALLS = {"Session", "Settings", "ask", "say", "transcribe", "__version__"}
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}


def test_the_face_is_the_calls_and_all_errors() -> None:
    assert set(localvoice.__all__) == CALLS | ERRORS
    assert localvoice.__all__ == sorted(localvoice.__all__)
    assert set(localvoice.__all__) <= set(dir(localvoice))


@pytest.mark.parametrize("name", localvoice.__all__)
def test_each_name_is_there_and_is_the_same_thing_twice(name: str) -> None:
    assert getattr(localvoice, name) is getattr(localvoice, name)
    assert name in ERRORS - CALLS or name.startswith("__") or getattr(localvoice, name).__module__ != "localvoice"


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'sing'"):
        localvoice.sing  # noqa: B018


def test_the_import_costs_nothing() -> None:
    program = (
        "import sys, localvoice; print([m for m in sys.modules if m.startswith(('numpy', 'typer', 'localvoice.'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
