"""The words that numbers, durations and times of day are made of: what a language has to name. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Half = Literal["am", "pm"]
Phrase = tuple[str, ...]
"""Words one after the other."""


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """All in lower case, without the points of abbreviations; hyphens count as spaces."""

    small: Mapping[str, int]
    """Numbers below twenty."""
    tens: Mapping[str, int]
    hundred: str
    scales: Mapping[str, int]
    """What multiplies the number before it: thousand, million, dozen."""
    articles: frozenset[str]
    """An article before a unit or a scale is one of it."""
    joints: frozenset[str]
    """ "and", between the parts of a number or of a duration."""
    of: frozenset[str]
    """Between a number and what it counts: "a couple of", "a quarter of"."""
    point: frozenset[str]
    minus: frozenset[str]
    zero: frozenset[str]
    """What a zero is called among the digits after a point, or before the minutes of a time."""
    fractions: Mapping[str, float]
    """A half and a quarter, in the singular and the plural, and so on."""
    percent: tuple[Phrase, ...]
    shares: Mapping[str, int]
    """Words for a percentage: full."""
    units_s: Mapping[str, float]
    """Units of time, with every ending and abbreviation, in seconds."""
    time_fillers: frozenset[str]
    """Words of a duration that change nothing: "ten minutes' time", "another two minutes"."""
    before_times: frozenset[str]
    """Words before a time of day that change nothing: "at"."""
    past: frozenset[str]
    to: frozenset[str]
    o_clock: tuple[Phrase, ...]
    hours_word: frozenset[str]
    """ "eighteen hundred hours"."""
    named_times: Mapping[str, tuple[int, Half]]
    halves: Mapping[Phrase, Half]
    """What tells morning from evening."""
    night: frozenset[Phrase]
    """The same, where the small hours belong to the morning: "two at night", "ten at night"."""
