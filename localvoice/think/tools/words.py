"""Small pieces of English that tools' results are made of."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


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
    return " ".join(_parts(seconds, to_the_second=seconds < 3600))


def spoken_duration(seconds: float, *, to_the_second: bool = False) -> str:
    """As `duration`, in one phrase: "3 minutes and 20 seconds"; on demand with all its seconds."""
    return joined(_parts(seconds, to_the_second=to_the_second or seconds < 3600))


def _parts(seconds: float, *, to_the_second: bool) -> list[str]:
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "hours"), (minutes, "minutes"), (rest if to_the_second else 0, "seconds")]
    return [counted(amount, unit) for amount, unit in parts if amount] or ["0 seconds"]


def number(value: float, exact_decimals: int = 2) -> str:
    """Without rounding if `exact_decimals` are enough for that; otherwise two decimals for everyday sizes, three
    significant digits for smaller ones: "8.05", "84", "0.00254". A half is rounded up, as at school.
    """
    return _written(_rounded(value, exact_decimals))


def is_rounded(value: float, exact_decimals: int = 2) -> bool:
    """Whether `number` says another number than the value is, as far as a float tells."""
    return float(_rounded(value, exact_decimals)) != float(f"{value:.12g}")


def _rounded(value: float, exact_decimals: int) -> Decimal:
    # Twelve digits of the fifteen that a float has: 0.1 + 0.2 is 0.3.
    exact = Decimal(f"{value:.12g}")
    if exact == exact.quantize(Decimal(1).scaleb(-exact_decimals)):
        return exact
    decimals = 2 if abs(exact) >= Decimal("0.1") else min(12, 2 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _written(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
