"""Which microphone and which speaker, among those that PortAudio sees, and at which rate."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from localvoice.errors import NoDevice
from localvoice.sound import EAR_HZ

EXACT, BEGINNING, WORD, PART = range(4)
"""How well a name fits, best first."""
SLASH = re.compile(r"(?:^|(?<=\s))/(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of `localvoice devices`."""

    index: int
    """PortAudio's number; it may be another one once a device is plugged in or out."""
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

    `wanted` is a device's number or a part of its name, in any case, width and composition of its letters; `microphone
    / speaker` names two. A device that is only one of both goes with the system's default for the other. Raises
    NoDevice if there is none, and if several fit equally well.
    """
    mics, speakers = [d for d in found if d.inputs], [d for d in found if d.outputs]
    names = _names(mics, speakers, wanted)
    mic = _pick(mics, names[0], "microphone", "is_default_input")
    return mic, _pick(speakers, names[1], "speaker", "is_default_output")


def choose_speaker(found: list[Device], wanted: str | None) -> Device:
    """The speaker of `choose`, for those who need no microphone. Raises NoDevice."""
    mics, speakers = [d for d in found if d.inputs], [d for d in found if d.outputs]
    return _pick(speakers, _names(mics, speakers, wanted)[1], "speaker", "is_default_output")


def rates(mic: Device, speaker: Device, wanted_hz: int | None) -> list[int]:
    """The rates to try, best first: the ears' own, then the device's."""
    if wanted_hz:
        return [wanted_hz]
    return list(dict.fromkeys(rate for rate in (EAR_HZ, speaker.rate_hz, mic.rate_hz, 48_000, 44_100) if rate))


def _names(mics: list[Device], speakers: list[Device], wanted: str | None) -> tuple[str, str]:
    """What the microphone and the speaker are to be called; "" stands for the default."""
    name = (wanted or "").strip()
    # A headset has both; a loudspeaker alone goes with the default microphone. A name may itself contain the slash.
    mic, speaker = _named(mics, name), _named(speakers, name)
    exact = [d for d in (*mic, *speaker) if _rank(d, name) == EXACT]
    if exact:
        # Of "Speakers" and its "Monitor of Speakers" only the first was meant.
        mic, speaker = [d for d in mic if d in exact], [d for d in speaker if d in exact]
    if not name or mic or speaker:
        return name if mic else "", name if speaker else ""
    pairs = [(name[: slash.start()].strip(), name[slash.end() :].strip()) for slash in SLASH.finditer(name)]
    there = ((m, s) for m, s in pairs if (not m or _named(mics, m)) and (not s or _named(speakers, s)))
    return next(there, pairs[0] if pairs else (name, name))


def _pick(usable: list[Device], name: str, kind: str, default: str) -> Device:
    if not usable:
        raise NoDevice(f"There is no {kind}.", "Plug one in, or run `localvoice demo`, which needs no sound card.")
    if not name:
        return next((d for d in usable if getattr(d, default)), usable[0])
    matching = _named(usable, name)
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise NoDevice(
            f"{name!r} may be any of these {kind}s: {_listed(matching)}.",
            "Give the number of one, or more of its name; `microphone / speaker` names two.",
        )
    if _is_number(name) and (inside := [d for d in usable if _plain(name) in _plain(d.name)]):
        raise NoDevice(
            f"No {kind} has the number {name}, though {name} is a part of a name: {_listed(inside)}.",
            "A number alone is a device's number in `localvoice devices`; give that, or more of the name.",
        )
    having = f"the number {name}" if _is_number(name) else f"{name!r} in its name"
    raise NoDevice(f"No {kind} has {having}; there is: {_listed(usable)}.", "`localvoice devices` lists them.")


def _named(usable: list[Device], name: str) -> list[Device]:
    """Those that `name` fits best: one by its number, or all whose names it fits equally well."""
    ranked = [(rank, d) for d in usable if (rank := _rank(d, name)) is not None]
    best = min((rank for rank, _ in ranked), default=None)
    return [d for rank, d in ranked if rank == best]


def _rank(device: Device, name: str) -> int | None:
    """How well `name` fits: EXACT, also for its number, to PART; None if it does not."""
    part, whole = _plain(name), _plain(device.name)
    if _is_number(name):
        return EXACT if (part.lstrip("0") or "0") == str(device.index) else None
    if not part or part not in whole:
        return None
    if part == whole:
        return EXACT
    if whole.startswith(part):
        return BEGINNING
    return WORD if re.search(rf"(?<!\w){re.escape(part)}(?!\w)", whole) else PART


def _is_number(name: str) -> bool:
    return re.fullmatch("[0-9]+", _plain(name)) is not None


def _plain(text: str) -> str:
    """`text` as names are compared: one form for each letter whatever its case, width and composition, one space for
    any white space, and none of the marks that are not seen."""
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join(folded.split())


def _listed(devices: Sequence[Device]) -> str:
    return ", ".join(f"{d.index} {d.name}" for d in devices)
