"""The sound edge from Python: the rings and the C callback of engines/sound/edge_c/, see edge.h there.

One thread may push, ramp and drop while another pulls and reads the acks; each side is safe against
further threads through a lock that the callback never sees.
"""

import threading
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, NoReturn

import numpy as np

from localvoice.errors import AudioError
from localvoice.sound import Samples, amplitude_of

AckKind = Literal["ramp", "drop", "started", "dry"]
LIBRARY = "localvoice.engines.sound.edge_library"
_KINDS: dict[int, AckKind] = {1: "ramp", 2: "drop", 3: "started", 4: "dry"}


@dataclass(frozen=True, slots=True)
class Ack:
    """What the callback did, and at which frame of the stream it took effect.

    `ramp` and `drop` answer the command `id`: from `at_frame` on the volume moves, or everything that was
    queued at the time of the command is gone (`dropped_frames` of it unheard). `started` and `dry` (id 0)
    say that the first sample after silence went out, or that nothing more was queued. `played_at`: frames
    played before `at_frame`.
    """

    id: int
    kind: AckKind
    at_frame: int
    played_at: int
    dropped_frames: int


@dataclass(frozen=True, slots=True)
class Counters:
    """What went on since the beginning; frames are at the stream's own rate."""

    blocks: int
    frames: int
    """Frame counter of the stream, lost frames included."""
    played_frames: int
    dropped_frames: int
    starved_frames: int
    """Silence played although more audio was promised: our fault."""
    starved_events: int
    capture_lost_frames: int
    """Microphone and reference lost because they were pulled too late: our fault."""
    input_overflows: int
    """The system lost microphone input on its way to the callback."""
    output_underflows: int
    """The system had to play something of its own because the callback came too late."""
    gaps: int
    """Times at which microphone and reference were aligned again."""
    zero_frames: int
    """The microphone has delivered nothing but zeros for so many frames."""
    late_frames: int
    """Age of the newest block of the microphone when it came; 0 where the system does not say."""


def is_compiled() -> bool:
    """Whether the library was compiled for this machine, and loads."""
    try:
        import_module(LIBRARY)
    except ImportError:
        return False
    return True


def filtered_stderr() -> int | None:
    """Address of the library's FILE that keeps sound libraries' lines off the screen; None if there is none."""
    try:
        compiled: Any = import_module(LIBRARY)
    except ImportError:
        return None
    return int(compiled.ffi.cast("uintptr_t", compiled.lib.edge_filtered_stderr())) or None


class Edge:
    """Rings between the program and the callback of one mono duplex stream.

    `rate_hz`: rate of the stream. `play_s`, `capture_s`: least capacities of the rings. A play ring that
    is full takes no more (`push` says how much it took); a capture ring that is full loses the newest
    blocks, counts them and shows them as a jump of `first_frame`. `inputs`, `outputs`: channels of the
    stream; inputs are averaged unless they cancel each other, outputs get the same sample.

    Raises AudioError where the library is missing.
    """

    def __init__(
        self, rate_hz: int, play_s: float = 20.0, capture_s: float = 4.0, inputs: int = 1, outputs: int = 1
    ) -> None:
        try:
            compiled: Any = import_module(LIBRARY)
        except ImportError:
            raise AudioError(
                "The sound edge was not compiled on this machine.",
                "Install a C compiler and install localvoice again; until then it runs on rtmixer.",
            ) from None
        self._ffi = compiled.ffi
        self._lib = compiled.lib
        self.rate_hz = rate_hz
        capacities = (_power_of_two(play_s * rate_hz), _power_of_two(capture_s * rate_hz))
        self._edge = self._lib.edge_new(float(rate_hz), *capacities, inputs, outputs)
        if self._edge == self._ffi.NULL:
            raise MemoryError("no memory for the sound rings")
        self._capacity_frames = capacities[0]
        self._outputs = outputs
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._last_id = 0
        self._final: Counters | None = None

    # --- playing ------------------------------------------------------------------------------------------

    def push(self, samples: Samples) -> int:
        """Queue float32 mono samples in [-1, 1]; returns how many fitted. Never waits."""
        data = np.ascontiguousarray(samples, np.float32)
        with self._writing:
            pointer = self._ffi.from_buffer("float[]", data)
            return int(self._lib.edge_push(self._open(), pointer, len(data)))

    @property
    def queued(self) -> int:
        """Frames that were pushed and not yet played or dropped."""
        return int(self._lib.edge_queued(self._open()))

    @property
    def free(self) -> int:
        """Frames that `push` would take now."""
        return self._capacity_frames - self.queued

    @property
    def played(self) -> int:
        """Frames taken from the play ring and played since the beginning."""
        return self.counters.played_frames

    @property
    def frame(self) -> int:
        """The stream's frame counter now."""
        return self.counters.frames

    def ramp(self, gain_db: float, ramp_ms: float) -> int:
        """Move the volume to `gain_db` (-inf: silence) within `ramp_ms`; returns the id that its Ack will
        carry.

        Raises AudioError when 256 commands wait already, which means that the stream does not run.
        """
        gain = amplitude_of(gain_db)
        with self._writing:
            return self._send(self._lib.edge_ramp, gain, round(ramp_ms * self.rate_hz / 1000))

    def drop(self, fade_ms: float = 8) -> int:
        """Fade to zero and throw away everything that is queued now; what is pushed after this call is kept.

        Returns the id that its Ack will carry. Raises AudioError as `ramp` does.
        """
        with self._writing:
            return self._send(self._lib.edge_drop, round(fade_ms * self.rate_hz / 1000))

    def expect_more(self, expected: bool) -> None:
        """Promise more audio: while promised, an empty play ring counts as starved."""
        self._lib.edge_expect_more(self._open(), int(expected))

    # --- recording ----------------------------------------------------------------------------------------

    def pull(self, max_frames: int) -> tuple[int, Samples, Samples]:
        """Take up to `max_frames` of microphone and reference: (first_frame, mic, played).

        mic[i] and played[i] belong to the same frame of the stream: played[i] is what went to the speaker
        in the very frame in which mic[i] came in. `first_frame` is the stream's frame counter at index 0;
        where frames were lost it is larger than the end of the last pull, by the number of frames lost (1
        where nobody knows how many).
        """
        mic = np.empty(max_frames, np.float32)
        played = np.empty(max_frames, np.float32)
        with self._reading:
            first = self._ffi.new("uint64_t *")
            pointers = (self._ffi.from_buffer("float[]", mic), self._ffi.from_buffer("float[]", played))
            count = int(self._lib.edge_pull(self._open(), *pointers, max_frames, first))
            return int(first[0]), mic[:count], played[:count]

    def acks(self) -> list[Ack]:
        """Everything that the callback has done since the last call, in order."""
        found = []
        with self._reading:
            ack = self._ffi.new("edge_ack *")
            while self._lib.edge_next_ack(self._open(), ack):
                fields = (int(ack.at_frame), int(ack.played_at), int(ack.dropped_frames))
                found.append(Ack(int(ack.id), _KINDS[int(ack.kind)], *fields))
        return found

    @property
    def counters(self) -> Counters:
        """The counters now; after `close` what they were then."""
        if self._final is not None:
            return self._final
        now = self._ffi.new("edge_counters *")
        self._lib.edge_count(self._edge, now)
        return Counters(*(int(getattr(now, name)) for name in Counters.__slots__))

    # --- the real-time side -------------------------------------------------------------------------------

    def process(self, mic: Samples) -> Samples:
        """Do the callback's work on one mono block: for a simulated card, from one thread. Returns what
        is played."""
        block = np.ascontiguousarray(mic, np.float32)
        played = np.empty(len(block), np.float32)
        pointers = (self._ffi.from_buffer("float[]", block), self._ffi.from_buffer("float[]", played))
        self._lib.edge_process(self._open(), *pointers, len(block))
        return played

    def process_channels(self, mic: Samples) -> Samples:
        """As `process`, for a stream of several channels: `mic` of shape (n, inputs); what is played, (n, outputs)."""
        block = np.ascontiguousarray(mic, np.float32)
        played = np.empty((len(block), self._outputs), np.float32)
        pointers = (self._ffi.from_buffer("float[]", block), self._ffi.from_buffer("float[]", played))
        self._lib.edge_callback(*pointers, len(block), self._ffi.NULL, 0, self._open())
        return played

    def lose(self, frames: int) -> None:
        """`frames` of the stream are lost before the next block: for a simulated card, between two blocks."""
        self._lib.edge_note_gap(self._open(), frames)

    def reopen(self, frames: int) -> None:
        """The next block begins a new stream, `frames` after the end of the one before. Only while no callback runs."""
        self._lib.edge_reopen(self._open(), frames)

    def callback(self) -> tuple[Any, Any]:
        """(PaStreamCallback pointer, its user data), valid until `close`. They are cdata of the
        library's own ffi."""
        address = self._ffi.cast("void *", self._ffi.addressof(self._lib, "edge_callback"))
        return address, self._ffi.cast("void *", self._open())

    @property
    def silent_handler(self) -> int:
        """Address of an error handler for ALSA (snd_lib_error_handler_t) that says nothing."""
        return int(self._ffi.cast("uintptr_t", self._ffi.addressof(self._lib, "edge_silent")))

    def close(self) -> None:
        """Free the rings. Only after the stream has been closed: the callback must not run any more."""
        with self._writing, self._reading:
            if self._final is None:
                self._final = self.counters
                self._lib.edge_free(self._edge)

    def _send(self, function: Any, *arguments: Any) -> int:
        self._last_id += 1
        if not function(self._open(), self._last_id, *arguments):
            raise AudioError("The sound stream takes no commands any more.", "Restart localvoice.")
        return self._last_id

    def _open(self) -> Any:
        return self._edge if self._final is None else self._closed()

    @staticmethod
    def _closed() -> NoReturn:
        raise AudioError("The sound edge is closed.", "Restart localvoice.")


def _power_of_two(frames: float) -> int:
    """The least power of two that is not less than `frames`: positions wrap by masking."""
    return 1 << max(1, int(np.ceil(frames)) - 1).bit_length()
