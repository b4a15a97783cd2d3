"""Seventeen kinds of sounds that are no words, three of each: noise, machines, music, a house, coughs and sneezes.

Made on the spot, four seconds each, float32 at 16 kHz, with their RMS level at LEVEL_DB while they sound.
"""

from collections.abc import Callable

import numpy as np

from localvoice.sound import Samples

EAR_HZ = 16_000
SECONDS = 4.0
LEVEL_DB = -25.0
ROOM_DB = -68.0
"""The microphone's own noise under each."""


def coloured(rng: np.random.Generator, seconds: float, slope: float) -> Samples:
    """Noise whose power falls with frequency ** slope: 0 white, 1 pink, 2 brown."""
    count = int(seconds * EAR_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20 * seconds) ** (-slope / 2)
    return np.fft.irfft(spectrum, count).astype(np.float32)


def formed(sound: Samples, formants_hz: tuple[float, ...], width_hz: float = 150.0) -> Samples:
    """`sound` as it comes out of a mouth that resonates at these frequencies."""
    hz = np.fft.rfftfreq(len(sound), 1 / EAR_HZ)
    gain = sum(1 / (1 + ((hz - formant) / width_hz) ** 2) for formant in formants_hz) + 0.03
    return np.fft.irfft(np.fft.rfft(sound) * gain, len(sound)).astype(np.float32)


def pulses(rng: np.random.Generator, seconds: float, from_hz: float, to_hz: float, jitter: float) -> Samples:
    """Glottal pulses that glide from one pitch to another."""
    out = np.zeros(int(seconds * EAR_HZ), np.float32)
    at = 0.0
    while at < len(out):
        out[int(at)] = 1.0
        hz = from_hz + (to_hz - from_hz) * at / len(out)
        at += EAR_HZ / hz * max(0.3, 1 + jitter * rng.standard_normal())
    return out


def decaying(sound: Samples, attack_s: float, decay_s: float) -> Samples:
    t = np.arange(len(sound), dtype=np.float32) / EAR_HZ
    return (sound * np.minimum(1, t / attack_s) * np.exp(-t / decay_s)).astype(np.float32)


def cough(rng: np.random.Generator, voiced: float) -> Samples:
    """A burst, a rush of air, and (`voiced` of 1) the cords closing."""
    formants = tuple(np.array([700.0, 1500.0, 2700.0]) * rng.uniform(0.85, 1.15))
    burst = decaying(coloured(rng, 0.3, 0.3), 0.003, 0.05)
    rush = 0.35 * decaying(coloured(rng, 0.3, 0.5), 0.03, 0.12)
    end = decaying(pulses(rng, 0.18, rng.uniform(220, 330), rng.uniform(140, 200), 0.12), 0.02, 0.08)
    whole = np.zeros(int(0.5 * EAR_HZ), np.float32)
    whole[: len(burst)] += (burst + rush) / (np.abs(burst).max() + 1e-9)
    whole[int(0.2 * EAR_HZ) : int(0.2 * EAR_HZ) + len(end)] += voiced * end
    return formed(whole, formants)


def placed(parts: list[tuple[float, Samples]]) -> Samples:
    out = np.zeros(int(SECONDS * EAR_HZ), np.float32)
    for at_s, part in parts:
        start = int(at_s * EAR_HZ)
        room = out[start : start + len(part)]
        room += part[: len(room)]
    return out


def coughs(rng: np.random.Generator, voiced: float) -> Samples:
    at, parts = 0.5, []
    for _ in range(int(rng.integers(2, 6))):
        parts.append((at, cough(rng, voiced) * np.float32(rng.uniform(0.5, 1))))
        at += rng.uniform(0.35, 0.6)
    return placed(parts)


def sneeze(rng: np.random.Generator) -> Samples:
    breath = formed(pulses(rng, 0.35, 160, 240, 0.05), (650, 1100, 2500)) * 0.5
    burst = decaying(coloured(rng, 0.6, -0.3), 0.01, 0.15)
    return placed([(0.6, breath), (1.0, burst / np.abs(burst).max())])


def throat(rng: np.random.Generator) -> Samples:
    rough = formed(pulses(rng, 0.45, rng.uniform(70, 110), 60, 0.35), (500, 1300, 2400), 250)
    part = decaying(rough + 0.02 * coloured(rng, 0.45, 1), 0.05, 0.25)
    return placed([(0.6, part), (1.3, part)])


def tones(rng: np.random.Generator, beat_s: float, decay_s: float, notes: int, partials: int) -> Samples:
    """Chords and melodies."""
    scale_hz = rng.uniform(110, 260) * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12, 16]) / 12)
    parts = []
    for at_s in np.arange(0, SECONDS, beat_s):
        t = np.arange(int(min(3 * beat_s, 2.0) * EAR_HZ), dtype=np.float32) / EAR_HZ
        for hz in rng.choice(scale_hz, notes):
            wobble = 2 * np.pi * hz * t + 0.2 * np.sin(2 * np.pi * 5 * t)
            tone = sum(np.sin(k * wobble) / k**1.3 for k in range(1, partials)) * np.exp(-t / decay_s)
            parts.append((float(at_s), tone.astype(np.float32)))
    return placed(parts)


def hits(rng: np.random.Generator, every_s: float, decay_s: float, slope: float, tone_hz: float = 0.0) -> Samples:
    """Drums, knocks, keys, plates: bursts, with a ring of `tone_hz` where it is not 0."""
    parts, at_s = [], 0.3
    while at_s < SECONDS - 0.3:
        sound = coloured(rng, 0.5, slope)
        sound /= np.abs(sound).max()
        if tone_hz:
            t = np.arange(len(sound)) / EAR_HZ
            hz = tone_hz * rng.uniform(0.8, 1.25)
            sound = sum(np.sin(2 * np.pi * hz * k * t) for k in (1, 2.76, 5.4)) / 3 + 0.1 * sound
        parts.append((at_s, decaying(np.asarray(sound, np.float32), 0.001, decay_s) * np.float32(rng.uniform(0.4, 1))))
        at_s += every_s * rng.uniform(0.7, 1.3)
    return placed(parts)


def glide(rng: np.random.Generator, low_hz: float, high_hz: float, rate_hz: float) -> Samples:
    """A whistle or a siren."""
    t = np.arange(int(SECONDS * EAR_HZ)) / EAR_HZ
    hz = low_hz + (high_hz - low_hz) * (0.5 + 0.5 * np.sin(2 * np.pi * rate_hz * t + rng.uniform(0, 6)))
    return (np.sin(2 * np.pi * np.cumsum(hz) / EAR_HZ) + 0.02 * rng.standard_normal(len(t))).astype(np.float32)


def hum(rng: np.random.Generator, hz: float) -> Samples:
    t = np.arange(int(SECONDS * EAR_HZ)) / EAR_HZ
    tone = sum(np.sin(2 * np.pi * hz * k * t + rng.uniform(0, 6)) / k for k in range(1, 9))
    return (tone + 0.1 * rng.standard_normal(len(t))).astype(np.float32)


def fan(rng: np.random.Generator, blades_hz: float) -> Samples:
    t = np.arange(int(SECONDS * EAR_HZ)) / EAR_HZ
    return (coloured(rng, SECONDS, 1.5) * (1 + 0.5 * np.sin(2 * np.pi * blades_hz * t))).astype(np.float32)


KINDS: dict[str, Callable[[np.random.Generator], Samples]] = {
    "white noise": lambda rng: coloured(rng, SECONDS, 0),
    "pink noise": lambda rng: coloured(rng, SECONDS, 1),
    "brown noise": lambda rng: coloured(rng, SECONDS, 2),
    "mains hum": lambda rng: hum(rng, float(rng.choice([50, 60, 100]))),
    "fan": lambda rng: fan(rng, rng.uniform(10, 30)),
    "plucked music": lambda rng: tones(rng, rng.uniform(0.2, 0.4), 0.3, 2, 7),
    "organ": lambda rng: tones(rng, rng.uniform(0.6, 1.0), 5.0, 3, 5),
    "flute": lambda rng: tones(rng, rng.uniform(0.3, 0.5), 2.0, 1, 3),
    "drums": lambda rng: hits(rng, 0.25, 0.08, 1.0),
    "whistling": lambda rng: glide(rng, 900, 1900, rng.uniform(0.5, 2)),
    "siren": lambda rng: glide(rng, 500, 1400, rng.uniform(0.3, 3)),
    "typing": lambda rng: hits(rng, 0.15, 0.01, 0.0),
    "knocking": lambda rng: hits(rng, 0.3, 0.03, 1.5, 180),
    "plates": lambda rng: hits(rng, 0.5, 0.15, 0.0, 2300),
    "dry coughs": lambda rng: coughs(rng, 0.0),
    "coughs": lambda rng: coughs(rng, 0.8),
    "sneeze or throat": lambda rng: sneeze(rng) if rng.random() < 0.5 else throat(rng),
}
OF_EACH = 3


def make(name: str, number: int) -> Samples:
    """The `number`th sound of that kind, at LEVEL_DB, in a quiet room."""
    rng = np.random.default_rng([*name.encode(), number])
    sound = KINDS[name](rng)
    loud = np.abs(sound) > 0.05 * np.abs(sound).max()
    sound = sound * np.float32(10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(sound[loud] ** 2)))
    return np.clip(sound + room(rng, len(sound)), -1, 1).astype(np.float32)


def room(rng: np.random.Generator, count: int) -> Samples:
    """Nothing but the microphone's noise."""
    return (rng.standard_normal(count) * 10 ** (ROOM_DB / 20)).astype(np.float32)


def every() -> list[tuple[str, Samples]]:
    """All 51, each by its name."""
    return [(f"{name} {number}", make(name, number)) for name in KINDS for number in range(OF_EACH)]
