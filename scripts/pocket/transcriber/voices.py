"""espeak-ng (through its library) and flite (through its command), both as int16 at 16 kHz."""

import ctypes
import ctypes.util
import io
import random
import subprocess
import wave

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE_HZ = 16_000
ACCENTS = [
    "en-us",
    "en-us",
    "en-us",
    "en",
    "en",
    "en-gb-scotland",
    "en-gb-x-gbclan",
    "en-gb-x-rp",
    "en-gb-x-gbcwmd",
    "en-029",
    "en-us-nyc",
]
# Variants that sound like a person; whispering, croaking and comic ones are left out.
VARIANTS = [
    "",
    "adam",
    "Alex",
    "Alicia",
    "Andrea",
    "Andy",
    "Annie",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "caleb",
    "david",
    "Denis",
    "Diogo",
    "ed",
    "edward2",
    "Gene",
    "Gene2",
    "gustave",
    "announcer",
    "Henrique",
    "Hugo",
    "iven",
    "iven2",
    "john",
    "kaukovalta",
    "Lee",
    "marcelo",
    "Marco",
    "Mario",
    "max",
    "Michael",
    "michel",
    "miguel",
    "Nguyen",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "steph",
    "steph2",
    "steph3",
    "zac",
    "anika",
    "f1",
    "f2",
    "f3",
    "f5",
    "grandma",
    "grandpa",
    "klatt",
    "klatt2",
    "klatt3",
    "klatt4",
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m7",
    "m8",
    "norbert",
    "sandro",
    "shelby",
    "travis",
    "victor",
]
FLITE = ["rms", "awb", "kal16", "kal"]


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
EVENT_WORD, EVENT_END = 1, 6
PARAMETER_RATE, PARAMETER_PITCH, PARAMETER_RANGE = 1, 3, 4


class Espeak:
    """One libespeak-ng instance; the library keeps global state, so one per process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        self._rate_hz = self._library.espeak_Initialize(2, 0, None, 0)
        if self._rate_hz <= 0:
            raise RuntimeError("libespeak-ng did not start: install espeak-ng and its data.")
        self._blocks: list[NDArray[np.int16]] = []
        self._words: list[tuple[int, int]] = []
        self._callback = CALLBACK(self._on_audio)
        self._library.espeak_SetSynthCallback(self._callback)

    def _on_audio(self, samples, count, events) -> int:  # type: ignore[no-untyped-def]
        if samples and count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while events[at].type != 0:
            if events[at].type == EVENT_WORD:
                self._words.append((events[at].text_position - 1, events[at].audio_position))
            at += 1
        return 0

    def say(
        self, text: str, voice: str, words_per_minute: int, pitch: int, pitch_range: int
    ) -> tuple[NDArray[np.int16], list[tuple[int, int]]]:
        """Audio at 16 kHz and, per word, (character position, start in ms)."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}.")
        for parameter, value in (
            (PARAMETER_RATE, words_per_minute),
            (PARAMETER_PITCH, pitch),
            (PARAMETER_RANGE, pitch_range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks, self._words = [], []
        raw = text.encode()
        self._library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, 1, None, None)
        audio = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return to_16_khz(audio, self._rate_hz), self._words


def to_16_khz(audio: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    if rate_hz == RATE_HZ or not len(audio):
        return audio
    divisor = np.gcd(rate_hz, RATE_HZ)
    out = resample_poly(audio.astype(np.float32), RATE_HZ // divisor, rate_hz // divisor)
    return np.clip(out, -32768, 32767).astype(np.int16)


def flite(text: str, voice: str, stretch: float = 1.0, pitch_hz: float | None = None) -> NDArray[np.int16]:
    """flite's voice at 16 kHz; stretch 1.2 speaks 20% slower."""
    command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}"]
    if pitch_hz is not None:
        command += ["--setf", f"int_f0_target_mean={pitch_hz:.0f}"]
    data = subprocess.run([*command, "-t", text, "-o", "/dev/stdout"], capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(data)) as file:
        rate_hz = file.getframerate()
        # flite writes to a pipe with a length that it never corrects: take what is there.
        header = data.index(b"data") + 8
    return to_16_khz(np.frombuffer(data[header : header + (len(data) - header) // 2 * 2], np.int16), rate_hz)


def any_espeak(rng: random.Random) -> str:
    """A training voice: accent and variant."""
    variant = rng.choice(VARIANTS)
    return rng.choice(ACCENTS) + (f"+{variant}" if variant else "")


def any_flite(rng: random.Random, text: str, voice: str) -> NDArray[np.int16]:
    """The voice slower or faster, lower or higher, and through a vocal tract up to a fifth longer or a third shorter.

    flite's voices here are all men's: played faster than they were said, with the tempo and pitch put right
    beforehand, they have the resonances of a shorter throat. That is done to half of them.
    """
    shorter = rng.choice([1.0, rng.uniform(0.85, 1.0), rng.uniform(1.0, 1.33), rng.uniform(1.08, 1.25)])
    pitch_hz = rng.uniform(80, 170) if shorter < 1.1 else rng.uniform(130, 240)
    audio = flite(text, voice, rng.uniform(0.8, 1.35) * shorter, pitch_hz / shorter)
    return audio if shorter == 1.0 else to_16_khz(audio, round(RATE_HZ * shorter / 80) * 80)
