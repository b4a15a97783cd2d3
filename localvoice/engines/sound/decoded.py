"""What a decoder gives, whichever library it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from localvoice.errors import BadWav
from localvoice.sound import Samples


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sound file that is being decoded."""

    rate_hz: int
    channels: int
    promised_s: float | None
    """The length that the file itself states; None if it states none."""
    blocks: Iterator[Samples]
    """The sound in order: float32 of shape (n, channels), any n."""


class NotThisFormat(BadWav):
    """A decoder does not know the format; another may."""
