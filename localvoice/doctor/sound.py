"""Sound: devices, the level of the microphone, and the way from the loudspeaker back to it."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from textwrap import shorten
from typing import Any

import numpy as np

from localvoice.audio.card import Card
from localvoice.audio.echo_path import EchoPath
from localvoice.audio.round_trip import listen, measure_card
from localvoice.doctor.check import Check
from localvoice.engines.sound.choose_device import Device
from localvoice.engines.sound.portaudio import devices as find_devices
from localvoice.errors import AudioError
from localvoice.sound import SILENCE_DB, Samples, power_db

LISTEN_S = 2.0
LONGEST_LIST = 240
BLOCK_S = 0.05
NOISY_DB = -40.0
"""A noise floor above this is close below a voice at arm's length, which is at -35 to -25 dB."""
CLIPPED = 0.99
LOUD_ECHO_DB = 6.0
PLUG_IN = "Plug in a microphone and a speaker, or a headset; `localvoice demo` needs neither."
MUTED = (
    "Switch it on, let this program use it in the system's privacy settings, or choose another with --device "
    "(`localvoice devices`). If it has a noise gate and hears no speaker, say something while the doctor listens."
)


@dataclass(frozen=True, slots=True)
class Level:
    """Of a microphone while nobody is asked to talk, in dB of full scale."""

    mean_db: float
    floor_db: float
    """A tenth of the time it is quieter than this."""
    peak_db: float
    is_dead: bool
    """Nothing but zeros came: it is off, or gated."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What was found; delays are None where they could not be measured."""

    checks: list[Check] = field(default_factory=list)
    buffers_ms: float | None = None
    """Input and output buffers of the card together, as the sound system states them."""
    echo: EchoPath | None = None


def examine(open_card: Callable[[], Card], play: bool, rest: Callable[[float], None] = time.sleep) -> Sound:
    """Open the card, listen for two seconds, and with `play` send the chirp. Every AudioError becomes a check."""
    checks: list[Check] = []
    try:
        card = open_card()
    except AudioError as error:
        return Sound([Check("sound", "fail", error.message, error.remedy or PLUG_IN)])
    try:
        card.start()
        checks.append(_card(card))
        level = measure_level(listen(card, LISTEN_S, rest).mic, card.rate_hz)
        checks.append(judge_level(level))
        path = None
        if play:
            path, heard = measure_card(card, rest)
            is_gated = level.is_dead and bool(heard.mic.any())
            checks[-1] = judge_level(level, is_gated)
            if is_gated or not level.is_dead:
                # Of a microphone that hears nothing at all the missing echo says nothing.
                checks.append(judge_echo(path, heard.whole))
            path = path if heard.whole and path.heard else None
    except AudioError as error:
        checks.append(Check("sound stream", "fail", error.message, error.remedy))
        return Sound(checks)
    finally:
        card.stop()
    return Sound(checks, card.input_latency_ms + card.output_latency_ms, path)


def devices(find: Callable[[], list[Device]] = find_devices) -> list[Check]:
    """What there is to choose from, with the rate and latencies that each states; nothing where there is none."""
    try:
        found = find()
    except AudioError:
        return []  # `examine` says so.
    figures = {"devices": [asdict(device) for device in found]}
    sentence = "; ".join(dict.fromkeys(map(_listed, found)))
    return (
        [Check("devices", "ok", f"{shorten(sentence, LONGEST_LIST, placeholder=' ...')}.", "", figures)]
        if found
        else []
    )


def _listed(device: Device) -> str:
    ways = (("in", device.input_latency_ms), ("out", device.output_latency_ms))
    latencies = [f"{ms:.0f} ms {way}" for way, ms in ways if ms >= 0]
    return " ".join([f"{device.name} {device.inputs} in {device.outputs} out {device.rate_hz} Hz", *latencies])


def measure_level(mic: Samples, rate_hz: int) -> Level:
    """Levels of `mic`, float32 mono in [-1, 1], half a second or more; a constant offset does not count."""
    if not mic.any():
        return Level(SILENCE_DB, SILENCE_DB, SILENCE_DB, True)
    block = round(BLOCK_S * rate_hz)
    sound = mic.astype(np.float64) - float(np.median(mic))
    power = (sound[: len(sound) // block * block].reshape(-1, block) ** 2).mean(axis=1)
    floor = float(np.quantile(power, 0.1))
    return Level(power_db(float(power.mean())), power_db(floor), power_db(float(np.abs(mic).max()) ** 2), False)


def judge_level(level: Level, is_gated: bool = False) -> Check:
    """Whether this microphone can be talked to; `is_gated`: it has delivered sound at another time."""
    measured = {"mean_db": level.mean_db, "noise_floor_db": level.floor_db, "peak_db": level.peak_db}
    figures: dict[str, Any] = {key: round(value, 1) for key, value in measured.items()}
    figures["is_gated"] = is_gated
    if is_gated:
        sentence = "It delivers only zeros while nothing sounds, and hears the chirp: its noise gate, or the driver's."
        return Check("microphone", "ok", sentence, "", figures)
    if level.is_dead:
        return Check("microphone", "fail", "The microphone delivers only zeros.", MUTED, figures)
    sentence = f"Noise floor {level.floor_db:.0f} dB, mean {level.mean_db:.0f} dB, peak {level.peak_db:.0f} dB."
    if level.peak_db >= power_db(CLIPPED**2):
        return Check("microphone", "warn", f"{sentence} It clips.", "Turn down its level in the system.", figures)
    if level.floor_db > NOISY_DB:
        remedy = "Move it nearer to you and away from fans, or turn down its level; a headset helps most."
        return Check("microphone", "warn", f"{sentence} That is noisy.", remedy, figures)
    return Check("microphone", "ok", sentence, "", figures)


def judge_echo(path: EchoPath, whole: bool) -> Check:
    """What the chirp has shown; `whole` false: the sound system lost something meanwhile."""
    whole = whole and path.agreed
    figures: dict[str, Any] = {"whole": whole, "heard": path.heard, "confidence": None}
    if np.isfinite(path.confidence):
        figures["confidence"] = round(path.confidence, 1)
    if not whole:
        return Check(
            "echo", "warn", "The sound system lost samples while the chirp was played, so its delay is not known.",
            "Close other programs and run `localvoice doctor` again.", figures,
        )  # fmt: skip
    if not path.heard:
        return Check(
            "echo", "warn", "Of the chirp nothing came back to the microphone.",
            "With headphones that is as it should be, and echo.engine = \"off\" saves work; "
            "otherwise turn the speaker up.", figures,
        )  # fmt: skip
    figures |= {"delay_ms": round(path.delay_ms, 2), "echo_db": round(path.echo_db, 2)}
    sentence = f"Speaker to microphone: {path.delay_ms:.0f} ms round trip, echo {path.echo_db:+.0f} dB."
    if path.echo_db > LOUD_ECHO_DB:
        remedy = "Turn the microphone's level down or move it away from the speaker: it is hard to be heard over it."
        return Check("echo", "warn", sentence, remedy, figures)
    return Check("echo", "ok", sentence, "", figures)


def _card(card: Card) -> Check:
    tried_hz = [*getattr(card, "tried_hz", (card.rate_hz,))]  # a simulated one has one rate
    figures = {
        "device": card.name,
        "rate_hz": card.rate_hz,
        "tried_hz": tried_hz,
        "input_latency_ms": round(card.input_latency_ms, 1),
        "output_latency_ms": round(card.output_latency_ms, 1),
    }
    refused = " and ".join(str(rate_hz) for rate_hz in tried_hz if rate_hz != card.rate_hz)
    rate = f"{card.rate_hz} Hz" + (f" (not {refused} Hz, which was tried first)" if refused else "")
    sentence = f"{card.name}: {rate}, {card.input_latency_ms:.0f} ms in, {card.output_latency_ms:.0f} ms out."
    if card.notice:
        return Check("sound", "warn", f"{sentence} {card.notice}", "", figures)
    return Check("sound", "ok", sentence, "", figures)
