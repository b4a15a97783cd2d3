"""What the rest of the program knows of a sound card, real or simulated."""

from typing import Protocol

from localvoice.engines.sound.edge import Ack, Counters
from localvoice.sound import Samples


class EdgeLike(Protocol):
    """The rings between the program and the stream; engines/sound/edge.py says what each part does."""

    rate_hz: int

    def push(self, samples: Samples) -> int: ...
    @property
    def queued(self) -> int: ...
    @property
    def free(self) -> int: ...
    @property
    def played(self) -> int: ...
    @property
    def frame(self) -> int: ...
    def pull(self, max_frames: int) -> tuple[int, Samples, Samples]: ...
    def ramp(self, gain_db: float, ramp_ms: float) -> int: ...
    def drop(self, fade_ms: float = 8) -> int: ...
    def acks(self) -> list[Ack]: ...
    def expect_more(self, expected: bool) -> None: ...
    @property
    def counters(self) -> Counters: ...
    def close(self) -> None: ...


class Card(Protocol):
    """One always-running duplex stream."""

    name: str
    rate_hz: int
    notice: str
    """What a person should know about how this card runs, as a sentence; mostly empty."""

    @property
    def edge(self) -> EdgeLike: ...
    @property
    def healthy(self) -> bool:
        """False once the stream has stopped by itself or brings no blocks any more."""

    @property
    def input_latency_ms(self) -> float: ...
    @property
    def output_latency_ms(self) -> float: ...
    def start(self) -> None:
        """Open the stream; errors as AudioError with a remedy."""

    def restart(self) -> None:
        """Close the stream and open it again; the time between counts as lost. Errors as of `start`."""

    def stop(self) -> None:
        """Close the stream; the device is as it was before. Safe to call twice."""


def open_card(device: str | None = None, rate_hz: int | None = None) -> Card:
    """The machine's sound card: on the compiled edge, or on rtmixer if there was no compiler; not yet started.

    `device`: part of a name, None for the system's default. `rate_hz`: None for the best. Raises AudioError.
    """
    from localvoice.engines.sound.edge import is_compiled

    if is_compiled():
        from localvoice.engines.sound.portaudio import PortAudioCard

        return PortAudioCard(device, rate_hz)
    from localvoice.engines.sound.rtmixer import RtMixerCard

    return RtMixerCard(device, rate_hz)
