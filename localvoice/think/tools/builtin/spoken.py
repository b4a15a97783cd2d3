"""Results that the user hears as they stand."""

from collections.abc import Callable

from localvoice.think.tools.spec import Done
from localvoice.think.tools.words import as_sentence


def spoken(text: str, undo: Callable[[], object] | None = None, say: str = "") -> Done:
    """`text` for the model, and for the user `say`, or the same as a sentence."""
    return Done(text, undo, as_sentence(say or text))
