"""What tools return, as the model reads it."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePosixPath

import pytest

from localvoice.think.tools.results import Unsayable, as_text


class Colour(enum.Enum):
    WARM_WHITE = 1
    RED = "red"


@dataclass
class Weather:
    sky: str
    wind_speed: float


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "done"),
        ("", "done"),
        ("rain", "rain"),
        (True, "yes"),
        (False, "no"),
        (21, "21"),
        (21.456, "21.46"),
        (0.00123, "0.00123"),
        (float("inf"), "inf"),
        (["milk"], "milk"),
        (["milk", "eggs", "bread"], "milk, eggs and bread"),
        ((1, 2.5), "1 and 2.5"),
        ([], "nothing"),
        ({}, "nothing"),
        ({"sky": "clear", "wind_speed": 3.0}, "sky: clear, wind speed: 3"),
        (Weather("clear", 3.14159), "sky: clear, wind speed: 3.14"),
        ([Weather("clear", 3), Weather("rain", 5)], "sky: clear, wind speed: 3; sky: rain, wind speed: 5"),
        ({"days": ["Monday", "Friday"]}, "days: Monday and Friday"),
        (Colour.WARM_WHITE, "warm white"),
        (Colour.RED, "red"),
        (date(2026, 5, 31), "2026-05-31"),
        (time(7, 30), "07:30"),
        (datetime(2026, 5, 31, 19, 30, 5), "2026-05-31 19:30"),
        (PurePosixPath("list.txt"), "list.txt"),
    ],
)
def test_values_read_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("value", [object(), b"bytes", Weather, [object()], (each for each in "ab")])
def test_what_has_no_text_is_not_shown_by_its_address(value: object) -> None:
    with pytest.raises(Unsayable):
        as_text(value)
