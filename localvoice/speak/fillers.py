"""What the assistant says while a slow tool works. Pure."""

_FOR_TOOL = {
    "get_weather": ("Let me check the weather.", "Let me look outside."),
    "order_coffee": ("One moment, please.", "Let me place that."),
    "change_order": ("One moment, please.", "Let me change that."),
}
_GENERAL = ("Let me check.", "One moment.", "Let me see.")


def filler(tool: str, turn: int) -> str:
    """A short sentence for a wait on `tool`; `turn` varies it, so that two waits in a row sound different."""
    choices = _FOR_TOOL.get(tool, _GENERAL)
    return choices[turn % len(choices)]


def all_fillers() -> list[str]:
    """Every filler there is, for synthesising them ahead of time."""
    return sorted({text for choices in (*_FOR_TOOL.values(), _GENERAL) for text in choices})
