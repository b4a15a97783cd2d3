"""Days and times of day that were said apart: "tomorrow morning at seven" is tomorrow, and seven in the morning."""

from localvoice.think.commands import quantities
from localvoice.think.messages import Json

PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}


def in_order(arguments: dict[str, Json]) -> dict[str, Json]:
    """`day` without the part of the day, which goes to `at` if that leaves it open."""
    day = arguments.get("day")
    if not isinstance(day, str):
        return arguments
    words = day.removeprefix("on ").split()
    half = PARTS.get(words[-1], "")
    if half:
        words = [word for word in words[:-1] if word != "this"]
    out = {key: value for key, value in arguments.items() if key != "day"}
    if words:
        out["day"] = " ".join(words)
    at = out.get("at")
    if half and isinstance(at, str):
        read = quantities.clock_time(at)
        if read is not None and read.half is None and 1 <= read.hour <= 12:
            out["at"] = f"{at} {half}"
    elif half and "at" not in out:
        return arguments
    return out
