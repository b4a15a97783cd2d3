"""How the next token is chosen from a model's scores. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from localvoice.strict_toml import Between


@dataclass(frozen=True, slots=True)
class Sampling:
    """The best token at temperature 0, else one drawn among the best.

    top_k: draw among at most this many; 0 sets no limit. top_p: leave out the unlikely ones beyond this share (Holtzman
    et al. 2020). min_p: leave out what is less likely than this share of the best (Nguyen et al. 2024). dry: how
    strongly it is kept from saying again what it has said, 0 not at all (DRY, by p-e-w, 2024).
    """

    temperature: Annotated[float, Between(0, 2)] = 0.0
    top_k: Annotated[int, Between(0, 1000)] = 40
    top_p: Annotated[float, Between(0, 1)] = 0.95
    min_p: Annotated[float, Between(0, 1)] = 0.0
    dry: Annotated[float, Between(0, 5)] = 0.0


START = -1
"""Stands in front of each reply for the repetition guard: how replies begin is a passage too."""
GREEDY = Sampling()
DRY = 0.8
"""The strength that its author uses."""
USUAL = Sampling(temperature=0.3, min_p=0.05, dry=DRY)
"""For a model of which nobody knows what its publisher recommends."""


def of_file(values: Mapping[str, Any]) -> Sampling | None:
    """What the file itself recommends (GGUF's keys general.sampling.*, which converters copy from the publisher's
    generation_config since the end of 2025); None where it says nothing of a temperature."""
    known = {"temp": "temperature", "top_k": "top_k", "top_p": "top_p", "min_p": "min_p"}
    found = {name: values.get(f"general.sampling.{key}") for key, name in known.items()}
    temperature = _number(found["temperature"], 2.0)
    if temperature is None:
        return None
    top_k, top_p, min_p = (_number(found[name], most) for name, most in (("top_k", 1000), ("top_p", 1), ("min_p", 1)))
    return Sampling(
        temperature,
        GREEDY.top_k if top_k is None else int(top_k),
        GREEDY.top_p if top_p is None else top_p,
        GREEDY.min_p if min_p is None else min_p,
        DRY,
    )


def _number(value: Any, most: float) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0 <= value <= most else None
