"""What a sentence asks for, where no language model was needed to know. Pure data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from localvoice.think.history import Turn
from localvoice.think.messages import Json

UNDO = "undo"
"""A tool of the runner's own, which the model is not shown: takes back what the calls of `calls`, a list of their ids,
did in earlier turns."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call of a tool, by its name."""

    name: str
    arguments: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """`calls` are made together, in order; `say` is said where there are none, or where what was called went well and
    has no words of its own. "" says nothing.

    confirmed: the user has said yes to these calls; nothing is asked before they are made.
    """

    calls: tuple[Wanted, ...] = ()
    say: str = ""
    confirmed: bool = False


Understand = Callable[[str, Sequence[Turn]], Understood | None]
"""(what the user says, the turns before) -> what it asks for; None leaves it to the model. Pure, and quick: it is asked
at every guess at what the user says."""


def nothing(text: str, turns: Sequence[Turn]) -> Understood | None:
    """Understands no command at all."""
    return None
