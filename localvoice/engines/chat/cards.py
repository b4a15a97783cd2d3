"""Graphics cards as llama.cpp sees them, and which one a setting means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

CPU, GPU, INTEGRATED = 0, 1, 2
"""ggml's numbers for kinds of devices; higher ones only help the processor."""
KINDS = {"CUDA": "cuda", "MTL": "metal", "METAL": "metal", "VULKAN": "vulkan"}
"""ggml's names of its backends, in capitals, and what the setting chat.compute calls them."""
BATCH_TOKENS = 64
"""A card is asked to stop between two batches only, so their size bounds how fast it does."""


@dataclass(frozen=True, slots=True)
class Device:
    """One that llama.cpp can compute on."""

    name: str
    """Such as CUDA0."""
    about: str
    """What the driver calls it."""
    kind: str
    """cuda, metal, vulkan, or the backend's own name in small letters."""
    type: int
    """CPU, GPU, INTEGRATED or higher."""
    handle: int = 0
    """The library's pointer."""


def choose(compute: str, devices: Sequence[Device], library: str) -> tuple[Device | None, str]:
    """(the card for a model, None for the processor; a sentence if that is not what was wished for, or "").

    `auto` takes the first card of its own, and no graphics unit that shares the processor's memory and its heat.
    """
    if compute == "cpu":
        return None, ""
    cards = [device for device in devices if device.type in (GPU, INTEGRATED)]
    if compute == "auto":
        return next((card for card in cards if card.type == GPU), None), ""
    fitting = sorted((card for card in cards if card.kind == compute), key=lambda card: card.type)
    if fitting:
        return fitting[0], ""
    others = f"it sees {', '.join(card.name for card in cards)}" if cards else "it sees no GPU"
    return None, f"chat.compute is {compute}, but {library} has none: {others}. The chat model runs on the CPU."


def fell_back(card: Device, why: str) -> str:
    """The sentence for a card that was there and did not do it; `why` is what was said about it."""
    return f"The chat model runs on the CPU, because it does not work on {card.name} ({card.about}): {why}"
