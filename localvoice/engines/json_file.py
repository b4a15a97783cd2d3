"""JSON files that come with a model: read with a limit, and every fault a sentence that names the file."""

import json
from pathlib import Path
from typing import Any

from localvoice.errors import ModelBroken, ModelMissing

MOST_BYTES = 64 << 20
"""The largest tokenizers have some 20 MB; what is larger is another kind of file."""


def read_object(path: Path, remedy: str = "Fetch it again.") -> dict[str, Any]:
    """The JSON object in `path`. Raises ModelMissing, ModelBroken."""
    found = read(path, remedy)
    if not isinstance(found, dict):
        raise ModelBroken(f"{path} is damaged: it should hold an object, not {_kind(found)}.", remedy)
    return found


def read(path: Path, remedy: str = "Fetch it again.") -> Any:
    """Whatever JSON is in `path`. Raises ModelMissing, ModelBroken."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ModelMissing(f"{path} cannot be read: {error.strerror}.", remedy) from None
    if len(data) > MOST_BYTES:
        raise ModelBroken(f"{path} is damaged: a model's JSON file is never that large.", remedy)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        why = "it is empty" if not data else "it is not text" if isinstance(error, UnicodeDecodeError) else "not JSON"
        raise ModelBroken(f"{path} is damaged: {why}.", remedy) from None


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "nothing" if value is None else f"{value!r:.40}"
