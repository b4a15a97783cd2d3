"""PortAudio through sounddevice: the only file that imports it. Opens one duplex stream around the C edge.

Which host API is used: WASAPI on Windows (the default there, MME, is slower by a tenth of a second),
CoreAudio on macOS, ALSA elsewhere, behind which PulseAudio or PipeWire stand as devices of their own.
"""

import atexit
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from localvoice.engines.sound import alsa, com, messages
from localvoice.engines.sound.choose_device import Device, choose, rates
from localvoice.engines.sound.edge import Edge, filtered_stderr
from localvoice.errors import AudioError, DeviceRefused

HOST_APIS = {"win32": ("Windows WASAPI",), "darwin": ("Core Audio",)}
OTHER_HOST_APIS = ("ALSA", "JACK Audio Connection Kit", "OSS")
SOUND_SERVERS = ("default", "pulse", "pipewire")
"""What PulseAudio and PipeWire are called behind ALSA."""
BLOCK_MS = 10
LATENCY_S = {"win32": (0.03, 0.03), "darwin": (0.02, 0.02)}
"""Asked for, (microphone, speaker)."""
PATIENT_S = 0.3
"""Asked for where nobody waits for an answer: no busy machine makes that stutter."""
STALLED_S = 2.0
FIRST_BLOCK_S = 6.0
"""A sound server may have to wake up first."""


def devices() -> list[Device]:
    """Everything that PortAudio sees now, of the host API that would be used. Raises AudioError without
    PortAudio."""
    sounddevice = _load()
    apis = list(sounddevice.query_hostapis())
    chosen = _host_apis(apis)
    default_in, default_out = _defaults(apis, chosen)
    found = []
    for index, entry in enumerate(sounddevice.query_devices()):
        if entry["hostapi"] not in chosen:
            continue
        found.append(
            Device(
                index,
                str(entry["name"]),
                str(apis[entry["hostapi"]]["name"]),
                int(entry["max_input_channels"]),
                int(entry["max_output_channels"]),
                round(entry["default_samplerate"]),
                index == default_in,
                index == default_out,
                _latency_ms(entry, "input"),
                _latency_ms(entry, "output"),
            )
        )
    return found


def _latency_ms(entry: dict[str, Any], way: str) -> float:
    latency_s = entry.get(f"default_low_{way}_latency", -1.0) if entry[f"max_{way}_channels"] else -1.0
    return round(1000 * latency_s, 1) if latency_s >= 0 else -1.0


STARTS = 3
"""PortAudio's ALSA part ends a stream for good when the sound server underruns in its first blocks."""
COMES_TO_LIFE_S = 0.5
CLOSE_S = LEAVE_S = 1.0


class PortAudioCard:
    """A Card on the machine's sound device.

    `device`: part of a name, None for the system's default. `rate_hz`: None tries 16 kHz and takes the
    device's own rate otherwise; a rate that is given is the only one tried.

    The device is opened by the constructor, so that everything built around the card knows its rate, and
    sounds from `start` to `stop`. Raises NoDevice, DeviceRefused, or AudioError where PortAudio is missing.
    """

    notice = ""

    def __init__(self, device: str | None = None, rate_hz: int | None = None) -> None:
        self._sounddevice = _load()
        mic, speaker = choose(devices(), device)
        self.name = speaker.name if mic.index == speaker.index else f"{mic.name} / {speaker.name}"
        self.tried_hz: tuple[int, ...] = ()
        """Every rate that the device was asked for, the last one being that which it took."""
        self._stream: Any = None
        self._progress = (0, 0.0)
        self._heard_until_s: float | None = None
        self._opening = threading.Lock()
        self._stopped = False
        self.edge, self._stream = self._open_best(mic, speaker, rate_hz)
        self.rate_hz = self.edge.rate_hz
        self.output_latency_ms = 1000 * float(self._stream.latency[1])

    @property
    def input_latency_ms(self) -> float:
        """What the system says of the newest block; before the first one, and where it says nothing, two blocks."""
        return 1000 * self.edge.counters.late_frames / self.rate_hz or 2.0 * BLOCK_MS

    def start(self) -> None:
        """Let the stream run. Raises DeviceRefused when the device will not."""
        with self._opening:
            self._start()

    def restart(self) -> None:
        """Close the stream and open it again; the time between counts as lost. Raises DeviceRefused."""
        with self._opening:
            if self._stopped:
                return
            if self._stream is not None:
                self._close()
            com.enter()
            self._stream = self._new_stream()
            self._start()

    def _start(self) -> None:
        if self._stream is None:
            raise DeviceRefused(f"{self.name} was closed already.", "Restart localvoice.")
        refused: AudioError = DeviceRefused(
            f"{self.name} stops as soon as it is started.",
            "Close other programs that use it, or choose another one with --device (`localvoice devices` lists them).",
        )
        for _ in range(STARTS):
            self._count_lost()
            try:
                with explained(self.name, self.rate_hz):
                    self._stream.start()
                self._progress = (self.edge.counters.blocks, time.monotonic())
                if self._comes_to_life():
                    return
            except DeviceRefused as error:
                refused = error
            self._close()
            self._stream = self._new_stream()
        raise refused

    def _count_lost(self) -> None:
        """Count what was said since the newest sample that came: the sample counter is the clock."""
        if self._heard_until_s is not None:
            now_s = time.monotonic()
            self.edge.reopen(round((now_s - self._heard_until_s) * self.rate_hz))
            self._heard_until_s = now_s

    def _look_for_blocks(self) -> tuple[int, float]:
        """(blocks that ever came, when somebody last saw a new one)."""
        counters, now_s = self.edge.counters, time.monotonic()
        if counters.blocks != self._progress[0]:
            self._progress = (counters.blocks, now_s)
            self._heard_until_s = now_s - counters.late_frames / self.rate_hz
        return self._progress

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        close(stream)

    def _comes_to_life(self) -> bool:
        """Whether blocks come, or may still come; a stream that died at once is not active any more."""
        before = self.edge.counters.blocks
        end_s = time.monotonic() + COMES_TO_LIFE_S
        while self._stream.active and time.monotonic() < end_s:
            if self._look_for_blocks()[0] > before + 1:
                return True
            time.sleep(0.005)
        return bool(self._stream.active)

    def stop(self) -> None:
        """Close the device and leave it as it was before; the edge keeps its counters. Safe to call twice."""
        self._stopped = True
        if not self._opening.acquire(timeout=LEAVE_S):
            _leave_behind()
            return
        try:
            if self._stream is not None:
                self._close()
        finally:
            self._opening.release()

    @property
    def healthy(self) -> bool:
        """Whether the stream runs and blocks still come; an unplugged device may only fall silent."""
        stream = self._stream
        if stream is None or not stream.active:
            return False
        blocks, seen_s = self._look_for_blocks()
        return time.monotonic() - seen_s < (STALLED_S if blocks else FIRST_BLOCK_S)

    def _open_best(self, mic: Device, speaker: Device, rate_hz: int | None) -> tuple[Edge, Any]:
        # Mono first; if a device insists on its own channels, the edge mixes. A sound server makes mono of any
        # microphone, and silence if its channels are each other's opposite: of a server the edge takes both.
        own_inputs, own_outputs = min(2, mic.inputs), min(2, speaker.outputs)
        first_inputs = own_inputs if mic.name in SOUND_SERVERS else 1
        inputs_outputs = [(first_inputs, 1), (1, 1), (1, own_outputs), (own_inputs, own_outputs)]
        layouts = list(dict.fromkeys(inputs_outputs))
        first: AudioError | None = None
        for rate in rates(mic, speaker, rate_hz):
            self.tried_hz += (rate,)
            for inputs, outputs in layouts:
                try:
                    return self._open(mic, speaker, rate, inputs, outputs)
                except DeviceRefused as error:
                    first = first or error
        assert first is not None
        if len(self.tried_hz) > 1:
            others = ", ".join(map(str, self.tried_hz[1:]))
            raise DeviceRefused(f"{first.message} Nor does it at {others} Hz.", first.remedy)
        raise first

    def _open(self, mic: Device, speaker: Device, rate_hz: int, inputs: int, outputs: int) -> tuple[Edge, Any]:
        edge = Edge(rate_hz, inputs=inputs, outputs=outputs)
        callback, state = edge.callback()
        alsa.handle_errors(edge.silent_handler)
        messages.filter_with(filtered_stderr)

        def new_stream() -> Any:
            with explained(self.name, rate_hz):
                return self._sounddevice._StreamBase(
                    kind="duplex",
                    samplerate=rate_hz,
                    device=(mic.index, speaker.index),
                    dtype="float32",
                    callback=callback,
                    userdata=state,
                    **stream_options(rate_hz, inputs, outputs),
                )

        try:
            stream = new_stream()
        except DeviceRefused:
            edge.close()
            raise
        self._new_stream = new_stream
        return edge, stream


def _load() -> Any:
    try:
        with messages.hushed():
            import sounddevice
    except OSError:
        raise AudioError(
            "PortAudio is not on this machine.",
            "Install it: `sudo apt install libportaudio2` on Debian and Ubuntu, `brew install portaudio` on macOS.",
        ) from None
    except ImportError:
        raise AudioError("sounddevice is not installed.", "Install it with `pip install sounddevice`.") from None
    except Exception as error:  # noqa: BLE001  PortAudioError, which cannot be imported at this moment
        raise AudioError(
            f"PortAudio does not start ({error}).",
            "Look for a mistake in ~/.asoundrc or /etc/asound.conf, or restart the sound server.",
        ) from None
    alsa.set_periods(sounddevice._libname)
    return sounddevice


def _host_apis(apis: list[dict[str, Any]]) -> set[int]:
    wanted = HOST_APIS.get(sys.platform, OTHER_HOST_APIS)
    chosen = {i for name in wanted for i, api in enumerate(apis) if api["name"] == name and api["devices"]}
    return chosen or set(range(len(apis)))


def _defaults(apis: list[dict[str, Any]], chosen: set[int]) -> tuple[int, int]:
    ins = [apis[i]["default_input_device"] for i in sorted(chosen)]
    outs = [apis[i]["default_output_device"] for i in sorted(chosen)]
    return next((i for i in ins if i >= 0), -1), next((i for i in outs if i >= 0), -1)


def stream_options(rate_hz: int, inputs: int = 1, outputs: int = 1) -> dict[str, Any]:
    """What every stream of ours is opened with."""
    return {
        "blocksize": rate_hz * BLOCK_MS // 1000,
        "channels": (inputs, outputs),
        "latency": LATENCY_S.get(sys.platform, alsa.LATENCY_S),
        "extra_settings": _conversion(),
        "clip_off": True,
        "dither_off": True,
    }


def output_stream(
    speaker: Device, rate_hz: int, channels: int, fill: Callable[[Any], bool], ended: Callable[[], None]
) -> Any:
    """A stream of a speaker alone, opened and not yet started. Raises DeviceRefused.

    `fill(block)` is called in a thread of PortAudio's for every block (float32, shape (frames, channels)) and returns
    whether more is to come; `ended` when the stream has stopped, for whatever reason.
    """
    sounddevice = _load()
    messages.filter_with(filtered_stderr)

    def callback(block: Any, _frames: int, _time: Any, _status: Any) -> None:
        if not fill(block):
            raise sounddevice.CallbackStop

    with explained(speaker.name, rate_hz):
        return sounddevice.OutputStream(
            samplerate=rate_hz,
            device=speaker.index,
            channels=channels,
            dtype="float32",
            latency=PATIENT_S,
            prime_output_buffers_using_stream_callback=True,
            extra_settings=_conversion(),
            callback=callback,
            finished_callback=ended,
        )


def close(stream: Any) -> None:
    """Leave the device, in mid-sound if need be; within CLOSE_S, whatever the sound server does."""

    def abort() -> None:
        com.enter()
        # abort, not stop: stop waits until everything queued has been played
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    closing = threading.Thread(target=abort, name="close-sound", daemon=True)
    with messages.hushed():
        closing.start()
        closing.join(CLOSE_S)
    if closing.is_alive():
        _leave_behind()


def _leave_behind() -> None:
    # A sound server that was killed takes locks with it. PortAudio would wait for the stream at the exit, too.
    atexit.unregister(_load()._exit_handler)


def _conversion() -> Any:
    # WASAPI's shared mode runs at one rate only, unless Windows is asked to convert.
    return _load().WasapiSettings(auto_convert=True) if sys.platform == "win32" else None


@contextmanager
def explained(name: str, rate_hz: int) -> Iterator[None]:
    """PortAudio's errors as ours, DeviceRefused, and nothing of them on the screen."""
    sounddevice = _load()
    try:
        with messages.hushed():
            yield
    except (sounddevice.PortAudioError, ValueError) as error:
        reason = str(error.args[0] if error.args else error).split("[PaErrorCode")[0].strip().rstrip(".:")
        reason = re.sub(r"^Error \w+ \w+: ", "", reason)
        raise DeviceRefused(
            f"{name} does not open at {rate_hz} Hz ({reason}).",
            "Another program may hold it, it cannot do this, or the sound server does not run: close other programs, "
            "leave audio.rate_hz out of the settings, start the sound server, or choose another device with --device "
            "(`localvoice devices` lists them).",
        ) from None
