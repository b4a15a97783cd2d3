"""Opening a transcriber on a graphics card, and on the processor if the card does not do it.

CTranslate2 counts cards and loads a model onto one without its libraries being there: only the first audio that is
encoded shows whether cuBLAS is. So one second is encoded before the model counts as open.
"""

from collections.abc import Callable
from typing import Any

CARD_TYPE, CPU_TYPE = "float16", "int8"
"""Each the fastest where it is: on an H200 float16 was 1.6 times as fast as int8_float16."""
TRY_FRAMES = 1000
NO_CARD = "transcriber.compute is cuda, but CTranslate2 sees no GPU. The transcriber runs on the CPU."


def opened(
    compute: str,
    open_on: Callable[[str, str], Any],
    encode: Callable[[Any], object],
    cards: Callable[[], int],
    probe: Callable[[], str],
) -> tuple[Any, str, str]:
    """(the model, "cuda" or "cpu", a sentence if that is not what was wished for or "").

    `open_on(device, type)` opens the model, `encode` lets it encode something, `cards` counts, `probe` says why a
    process of its own could not do both on the card, or "". What `open_on` raises for the processor is raised.
    """
    notice = ""
    if compute != "cpu" and not cards():
        notice = NO_CARD if compute == "cuda" else ""
    elif compute != "cpu":
        why = probe()
        try:
            if not why:
                model = open_on("cuda", CARD_TYPE)
                encode(model)
                return model, "cuda", ""
        except (RuntimeError, ValueError, OSError, MemoryError) as error:
            why = (str(error).splitlines() or [type(error).__name__])[0]
        notice = f"The transcriber runs on the CPU, because it does not work on the GPU: {why}"
    return open_on("cpu", CPU_TYPE), "cpu", notice
