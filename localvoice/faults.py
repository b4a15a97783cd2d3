"""Where a bug showed, in words that anybody may see."""

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def where(error: BaseException) -> str:
    """Its type and its place, such as "KeyError in turn/thinking.py, handle, line 93".

    The place is the innermost one inside this package, with a path relative to it; without one, the file's bare name.
    Never the error's text, which can quote what a person said.
    """
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error).__name__
    for frame in reversed(frames):
        file = Path(frame.filename)
        if file.is_relative_to(_PACKAGE):
            return f"{kind} in {file.relative_to(_PACKAGE).as_posix()}, {frame.name}, line {frame.lineno}"
    if not frames:
        return kind
    return f"{kind} in {Path(frames[-1].filename).name}, {frames[-1].name}, line {frames[-1].lineno}"
