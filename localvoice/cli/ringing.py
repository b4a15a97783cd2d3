"""What a command that ends at once says of what is still to ring."""

_LATER = {
    "set_timer": "A timer ends with the program; `localvoice ask -i` and `localvoice talk` let it ring.",
    "set_alarm": "It rings while `localvoice talk` or `localvoice ask -i` runs.",
    "set_reminder": "It comes while `localvoice talk` or `localvoice ask -i` runs.",
}


def note_on(tool: str) -> str:
    """A remark in brackets on a tool that was just called; "" for those that ring nothing."""
    return f"({_LATER[tool]})" if tool in _LATER else ""
