"""File and line of what a person wrote, for messages that send them there."""

import inspect
import linecache
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

LONGEST_DECORATORS_LINES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """`file` as Python knows it; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{Path(self.file).name}, line {self.line}"


def of_function(function: Callable[..., object]) -> Place | None:
    """Where `function` is defined: its `def`, not its decorators. None for what was not written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None
    first: int = code.co_firstlineno
    for line in range(first, first + LONGEST_DECORATORS_LINES):
        if linecache.getline(code.co_filename, line).lstrip().startswith(("def ", "async def ")):
            return Place(code.co_filename, line)
    return Place(code.co_filename, first)


def of_caller(file: str) -> Place | None:
    """Where the running code was called from outside `file`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == file:
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def of_error(error: BaseException, file: str = "") -> Place | None:
    """Where `error` was raised: the innermost line of `file` on its way, otherwise the innermost of all."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Place(error.filename, error.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename == file] or frames
    return Place(inside[-1].filename, inside[-1].lineno or 1) if inside else None
