"""CTranslate2 itself, for what faster-whisper does not hand through. The only file that imports it."""

from typing import Any


def cuda_cards() -> tuple[int, str]:
    """(cards that it counts, why none can be counted or ""). One that is counted may be of no use all the same."""
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count()), ""
    except RuntimeError as error:  # the driver is too old for it
        return 0, (str(error).splitlines() or ["no reason given"])[0]


def decoder(path: str) -> Any:
    """The Whisper model in the folder `path` on the processor, by one thread. Raises RuntimeError, ValueError."""
    import ctranslate2

    return ctranslate2.models.Whisper(path, device="cpu", compute_type="int8", inter_threads=1, intra_threads=1)


def whisper_spec() -> Any:
    """Its description of a Whisper model, to be filled with weights."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    return WhisperSpec
