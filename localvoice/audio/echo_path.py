"""What becomes of a sound between loudspeaker and microphone: how late and how loud it comes back. Pure functions.

An exponential sweep is played twice; each time, what the microphone heard is divided by what was played (A. Farina,
"Simultaneous measurement of impulse response and distortion with a swept-sine technique", AES 2000: a loudspeaker's
distortion then lands before the echo, not on it). What both passes agree on counts; the level of the noise, heard
before the echo begins, is taken off that of the echo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from localvoice.sound import Samples, power_db

Response = NDArray[np.float64]

LOWEST_HZ, HIGHEST_HZ = 150.0, 7000.0
"""Where small loudspeakers, and both ends of a 16 kHz stream, still work."""
SWEEP_S = 0.8
LONGEST_MS = 500.0
"""No later echo is looked for: the echo canceller could not follow it either."""
TAIL_S = 0.5
"""A room that has gone on for this long holds nothing worth counting."""
QUIET_S = 0.3
AMPLITUDE = 0.25
FIRST_OF_MAX = 0.5
"""A reflection may be a little stronger than the direct sound; the first peak of at least this part counts."""
BEFORE_MS = 12.0
SURE = 9.0
"""Peak over noise; the largest of the 8,000 places of pure noise stays below 6, speech in the room below 8."""
AGREE_MS = 1.0


@dataclass(frozen=True, slots=True)
class EchoPath:
    """`heard` false: nothing that could be told from noise came back, and delay and level are 0 and -inf."""

    heard: bool
    delay_ms: float
    """From a sample of what was played to its first echo."""
    echo_db: float
    """Power of all of the echo, reverberation included, relative to what was played."""
    confidence: float
    """How far the weaker of both passes stands out of the noise; from 9 on it counts."""
    agreed: bool
    """False if both passes are sure and found different delays: something was lost between them."""


def chirp(rate_hz: int) -> Samples:
    """What has to be played, float32 mono: silence, sweep, silence, sweep, silence; about 4 s."""
    sweep = _sweep(rate_hz)
    gap = np.zeros(_gap(rate_hz), np.float32)
    return np.concatenate([np.zeros(round(QUIET_S * rate_hz), np.float32), sweep, gap, sweep, gap])


def measure(played: Samples, mic: Samples, rate_hz: int) -> EchoPath:
    """The way from `played` to `mic`: float32 mono of one length and aligned, with all of `chirp` inside.

    What went out beside the sweeps does not matter. Raises ValueError if the sweeps were not played whole.
    """
    length, step = len(_sweep(rate_hz)), len(_sweep(rate_hz)) + _gap(rate_hz)
    start = _start(played, rate_hz)
    if start < 0 or start + 2 * step > len(mic):
        raise ValueError("the sweeps are not in what was played, or not whole")
    before = min(start, round(QUIET_S * rate_hz))
    passes = []
    for first in (start, start + step):
        heard = mic[first - before : first + step]
        passes.append(_response(played[first : first + length], heard, before, rate_hz))
    delays, confidences = zip(*(_peak(response, before, rate_hz) for response in passes), strict=True)
    confidence = float(min(confidences))
    agreed = confidence < SURE or abs(delays[0] - delays[1]) <= AGREE_MS * rate_hz / 1000
    if confidence < SURE or not agreed:
        return EchoPath(False, 0.0, -np.inf, confidence, agreed)
    delay = round(sum(delays) / 2)
    echo_db = _level_db(passes, before + delay, rate_hz)
    return EchoPath(bool(np.isfinite(echo_db)), 1000 * delay / rate_hz, echo_db, confidence, agreed)


def _highest_hz(rate_hz: int) -> float:
    return min(HIGHEST_HZ, 0.44 * rate_hz)


def _gap(rate_hz: int) -> int:
    return round((LONGEST_MS / 1000 + TAIL_S) * rate_hz)


def _sweep(rate_hz: int) -> Samples:
    # Begins below and ends above the band that is looked at, so that the fades lie outside it.
    low, high = 0.7 * LOWEST_HZ, min(1.07 * _highest_hz(rate_hz), 0.48 * rate_hz)
    count = round(SWEEP_S * rate_hz)
    time_s = np.arange(count) / rate_hz
    stretch = np.log(high / low)
    phase = 2 * np.pi * low * SWEEP_S / stretch * (np.exp(time_s / SWEEP_S * stretch) - 1)
    fade_in, fade_out = round(0.03 * rate_hz), round(0.008 * rate_hz)
    window = np.ones(count)
    window[:fade_in] = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade_in) / fade_in)
    window[-fade_out:] = 0.5 + 0.5 * np.cos(np.pi * np.arange(fade_out) / fade_out)
    sweep: Samples = (AMPLITUDE * window * np.sin(phase)).astype(np.float32)
    return sweep


def _start(played: Samples, rate_hz: int) -> int:
    """The sample at which the first sweep begins in what was played, or -1. A volume does not matter."""
    sweep = _sweep(rate_hz)
    if len(played) < len(sweep):
        return -1
    size = _power_of_two(len(played) + len(sweep))
    match = np.fft.irfft(np.fft.rfft(played, size) * np.conj(np.fft.rfft(sweep, size)), size)[: len(played)]
    best = float(match.max())
    if best <= 0.0:
        return -1
    first = int(np.argmax(match >= 0.9 * best))
    near = slice(first, first + round(AGREE_MS * rate_hz / 1000) + 1)
    start = first + int(np.argmax(match[near]))
    part = played[start : start + len(sweep)].astype(np.float64)
    alike = match[start] / max(float(np.linalg.norm(part) * np.linalg.norm(sweep)), 1e-12)
    return start if alike > 0.95 else -1


def _response(played: Samples, heard: Samples, before: int, rate_hz: int) -> Response:
    """Impulse response inside the band, float64; index `before` stands for no delay at all."""
    size = _power_of_two(len(heard) + len(played))
    source = np.fft.rfft(played.astype(np.float64), size)
    hz = np.fft.rfftfreq(size, 1 / rate_hz)
    power = np.abs(source) ** 2
    inside = (hz >= LOWEST_HZ) & (hz <= _highest_hz(rate_hz))
    divided = np.fft.rfft(heard.astype(np.float64), size) * np.conj(source) / np.maximum(power, 1e-6 * power.max())
    weight = np.where(inside, 1.0, 0.0)
    # So that a flat way through the room has a response of energy 1 whatever the band.
    weight *= np.sqrt(size / max(1.0, 2.0 * float(inside.sum())))
    response: Response = np.fft.irfft(divided * weight, size)[: before + _gap(rate_hz)]
    return response


def _peak(response: Response, before: int, rate_hz: int) -> tuple[int, float]:
    """(delay of the first echo in samples, how far its peak stands out)."""
    size = np.abs(response)
    # The median looks away from the echo itself, which is in few places.
    noise = float(np.median(size)) / 0.6745
    wanted = size[before : before + round(LONGEST_MS * rate_hz / 1000)]
    peak = int(np.argmax(wanted))
    if noise <= 0.0:
        return peak, float("inf") if wanted[peak] > 0.0 else 0.0
    begin = max(0, peak - round(BEFORE_MS * rate_hz / 1000))
    first = begin + int(np.argmax(wanted[begin : peak + 1] >= FIRST_OF_MAX * wanted[peak]))
    near = slice(first, min(peak, first + round(0.0005 * rate_hz)) + 1)
    return first + int(np.argmax(wanted[near])), float(wanted[peak]) / noise


def _level_db(passes: list[Response], start: int, rate_hz: int) -> float:
    """Energy of the echo that begins at `start`, less that of the noise, which is what comes before it.

    Both passes by themselves: with two clocks in the way they are not the same to a sample, and what they have in
    common is less than what came back.
    """
    begin, end = max(0, start - round(0.004 * rate_hz)), start + round(TAIL_S * rate_hz)
    noise = float(np.mean([np.dot(one[:begin], one[:begin]) for one in passes])) / max(1, begin)
    heard = float(np.mean([np.dot(one[begin:end], one[begin:end]) for one in passes]))
    energy = heard - noise * (min(end, len(passes[0])) - begin)
    return power_db(energy) if energy > 0.0 else -np.inf


def _power_of_two(count: int) -> int:
    return 1 << (count - 1).bit_length()
