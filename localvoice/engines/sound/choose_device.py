"""Which microphone and which speaker, among those that PortAudio sees, and at which rate."""

import re
from dataclasses import dataclass

from localvoice.errors import NoDevice
from localvoice.sound import EAR_HZ


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of `localvoice devices`."""

    index: int
    name: str
    host_api: str
    inputs: int
    outputs: int
    rate_hz: int
    is_default_input: bool
    is_default_output: bool
    input_latency_ms: float = -1.0
    """The shortest that it says it can be used with; below 0 where it has no microphone or says nothing."""
    output_latency_ms: float = -1.0


def choose(found: list[Device], wanted: str | None) -> tuple[Device, Device]:
    """(microphone, speaker) among `found`: what is called `wanted`, and the system's default for the rest.

    `wanted` is a part of the name in any case; `microphone / speaker` names two. Raises NoDevice.
    """
    mics, speakers = [d for d in found if d.inputs], [d for d in found if d.outputs]
    names = _names(mics, speakers, wanted)
    mic = _pick(mics, names[0], "microphone", "is_default_input")
    return mic, _pick(speakers, names[-1], "speaker", "is_default_output")


def choose_speaker(found: list[Device], wanted: str | None) -> Device:
    """The speaker of `choose`, for those who need no microphone. Raises NoDevice."""
    mics, speakers = [d for d in found if d.inputs], [d for d in found if d.outputs]
    return _pick(speakers, _names(mics, speakers, wanted)[-1], "speaker", "is_default_output")


def _names(mics: list[Device], speakers: list[Device], wanted: str | None) -> list[str]:
    """What the microphone (first) and the speaker (last) are to be called; "" stands for the default."""
    names = [part.strip() for part in re.split(r"\s+/\s+", wanted)] if wanted else [""]
    if len(names) == 1 and names[0]:
        # A headset has both; a loudspeaker alone goes with the default microphone.
        both = [_named(mics, names[0]), _named(speakers, names[0])]
        if any(both):
            return [names[0] if both[0] else "", names[0] if both[1] else ""]
    return names


def rates(mic: Device, speaker: Device, wanted_hz: int | None) -> list[int]:
    """The rates to try, best first: the ears' own, then the device's."""
    if wanted_hz:
        return [wanted_hz]
    return list(dict.fromkeys(rate for rate in (EAR_HZ, speaker.rate_hz, mic.rate_hz, 48_000, 44_100) if rate))


def _pick(usable: list[Device], name: str, kind: str, default: str) -> Device:
    if not usable:
        raise NoDevice(f"There is no {kind}.", "Plug one in, or run `localvoice demo`, which needs no sound card.")
    if not name:
        return next((d for d in usable if getattr(d, default)), usable[0])
    matching = _named(usable, name)
    if not matching:
        known = ", ".join(dict.fromkeys(d.name for d in usable))
        raise NoDevice(f"No {kind} has {name!r} in its name; there is: {known}.", "`localvoice devices` lists them.")
    return matching[0]


def _named(usable: list[Device], name: str) -> list[Device]:
    """Those with `name` in their name, the one of exactly that name first."""
    matching = [d for d in usable if name.casefold() in d.name.casefold()]
    return sorted(matching, key=lambda d: d.name.casefold() != name.casefold())
