"""Windows' Component Object Model: PortAudio's WASAPI part wants it in every thread that opens or closes a stream, and
enters it itself only in the thread that loaded PortAudio (PortAudio issue 250)."""

import ctypes
import sys

APARTMENT_THREADED = 2
"""COINIT_APARTMENTTHREADED, as PortAudio itself asks for."""


def enter() -> None:
    """For the calling thread; a second time does nothing."""
    if sys.platform == "win32":
        ctypes.windll.ole32.CoInitializeEx(None, APARTMENT_THREADED)
