"""Small pieces of English that tools' results are made of."""

from collections.abc import Sequence


def joined(items: Sequence[str]) -> str:
    """ "milk", "milk and eggs", "milk, eggs and bread"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def as_sentence(text: str) -> str:
    """ "the list is full" as "The list is full."."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "।", "。")) else ".")


def counted(amount: int, unit: str) -> str:
    """ "1 minute", "5 minutes"; `unit` in the plural."""
    return f"{amount} {unit[:-1] if amount == 1 else unit}"


def duration(seconds: float) -> str:
    """ "3 minutes 20 seconds"; of an hour and more the seconds are left out."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "hours"), (minutes, "minutes"), (0 if hours else rest, "seconds")]
    return " ".join(counted(amount, unit) for amount, unit in parts if amount) or "0 seconds"


def number(value: float) -> str:
    """Two decimals at most for everyday sizes, three significant digits for smaller ones: "8.05", "84",
    "0.00254".
    """
    if abs(value) >= 0.1 or value == 0:
        text = f"{value:.2f}"
    else:
        text = f"{value:.{min(12, 2 - _exponent(value))}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _exponent(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])
