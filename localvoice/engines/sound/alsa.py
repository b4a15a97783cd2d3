"""Linux's sound system behind PortAudio: how its buffers are asked for, and what it calls instead of writing errors."""

import ctypes
import sys

LINUX = sys.platform.startswith("linux")
LATENCY_S = (0.2, 0.05)
"""(microphone, speaker). The plug-ins for PulseAudio and PipeWire stutter with a much shorter speaker. The microphone's
is the space in its buffer and costs nothing; with less, PortAudio finds it nearly full and spins
(audio/stream_watchdog.py)."""
PERIODS = 20
"""Parts of the microphone's buffer, so that each is a block of 10 ms: sound arrives when its part is full."""


def set_periods(portaudio: str) -> None:
    """Tell the PortAudio library of that name; sounddevice does not pass this setting of its ALSA part on
    (pa_linux_alsa.h)."""
    if LINUX:
        ask = getattr(ctypes.CDLL(portaudio), "PaAlsa_SetNumPeriods", None)
        if ask is not None:
            ask(PERIODS)


def handle_errors(handler: int) -> None:
    """`handler`: address of the C function that ALSA is to call instead of writing its errors on the screen."""
    if LINUX:
        try:
            ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(ctypes.c_void_p(handler))
        except (OSError, AttributeError):
            return  # PortAudio does without ALSA here
