"""From what was measured: how long an answer will take, and which profile suits this machine. Pure functions."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localvoice.catalog.entry import Entry, Kind, Profile
from localvoice.catalog.listing import Catalog
from localvoice.config import TurnSettings
from localvoice.doctor.machine_speed import MachineSpeed
from localvoice.model_kinds import KINDS

PROGRAM_MB = 300
"""The program without its models."""
SYSTEM_MB = 2000
"""What a desktop and its browser keep for themselves at least."""
LEAST_TOKENS_PER_S = 8.0
"""Twice as fast as it is spoken."""
LONGEST_WORK_MS = 1200.0
READ_SHARE = 0.6
"""Part of the memory's speed that llama.cpp reaches while it writes."""
BYTES_PER_WEIGHT = 0.6
"""Of a GGUF file of 4 to 5 bits."""
INT8_GAIN = 2.0
"""Eight-bit kernels against float32: measured, 0.3 TFLOP/s in Whisper's encoder on two cores."""
ENCODER_FLOPS_PER_BYTE = 500.0
"""Of a Whisper model.bin in float16: half of its weights, twice for each of 500 positions, which are 10 s."""
TURN_TOKENS, CLAUSE_TOKENS = 40, 10
VOICE_MS = {"piper": 150.0, "hibari": 20.0}
"""A clause, by the voice's engine; of Piper's voices a medium one."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Voice to voice, in ms."""

    expected_ms: float
    """The larger of the end-of-turn wait and the work begun at the first pause, and the sound card's buffers."""
    unprepared_ms: float
    """Wait, work and buffers one after another: where nothing could be prepared in the pause."""
    parts_ms: Mapping[str, float]


def latency(turn: TurnSettings, figures: Mapping[str, Mapping[str, Any]], buffers_ms: float) -> Latency:
    """From the figures of the three chosen models (doctor/model_speed.py) and both buffers of the sound card."""
    work = {
        "transcriber": float(figures["transcriber"]["final_ms"]),
        "first token": float(figures["chat"]["first_token_ms"]),
        "first clause": float(figures["chat"]["first_clause_ms"]),
        "voice": float(figures["voice"]["clause_ms"]),
    }
    work_ms = sum(work.values())
    return Latency(
        max(turn.end_of_turn_ms, turn.eager_ms + work_ms) + buffers_ms,
        turn.end_of_turn_ms + work_ms + buffers_ms,
        {"end-of-turn wait": float(turn.end_of_turn_ms), "pause": float(turn.eager_ms), **work, "buffers": buffers_ms},
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """How a profile would do here; times and speeds are estimates until its models are here."""

    name: str
    memory_mb: int
    download_bytes: int
    """Of the models that are not here, as far as sizes are known."""
    write_tokens_per_s: float
    work_ms: float
    """From the pause to the first sound."""
    obstacles: tuple[str, ...]
    """Why it does not suit, half a sentence each."""


def fit(
    profile: Profile,
    catalog: Catalog,
    memory_mb: int,
    disk_bytes: int,
    speed: MachineSpeed,
    here: Container[str] = (),
) -> Fit:
    """`memory_mb` and `disk_bytes` are what this machine has, all of the one and free of the other; 0: unknown.

    `here`: the names of models that need not be fetched any more.
    """
    entries = catalog.expand([profile.name])
    opened = [next((e for e in entries if e.kind == kind), None) for kind in KINDS]
    need_mb = PROGRAM_MB + sum(entry.memory_mb for entry in opened if entry)
    download = sum(_size(entry) for entry in entries if entry.name not in here)
    ears, chat = (_size(entry) if entry else 0 for entry in opened[:2])
    voice_ms = VOICE_MS.get(opened[2].engine, VOICE_MS["piper"]) if opened[2] else 0.0
    tokens_per_s = READ_SHARE * speed.read_bytes_per_s / chat if chat else 0.0
    flops = INT8_GAIN * speed.flops
    transcribe_s = ENCODER_FLOPS_PER_BYTE * ears / flops
    read_s = TURN_TOKENS * 2 * chat / BYTES_PER_WEIGHT / flops
    write_s = CLAUSE_TOKENS / tokens_per_s if tokens_per_s else 0.0
    work_ms = 1000 * (transcribe_s + read_s + write_s) + voice_ms
    obstacles = []
    if memory_mb and need_mb + SYSTEM_MB > memory_mb:
        with_system_gb = (need_mb + SYSTEM_MB) / 1000
        obstacles.append(f"it needs {with_system_gb:.1f} GB of memory with the system, of {memory_mb / 1000:.1f}")
    if disk_bytes and download > disk_bytes:
        obstacles.append(f"it needs {download / 1e9:.1f} GB of disk, and {disk_bytes / 1e9:.1f} are free")
    if chat and tokens_per_s < LEAST_TOKENS_PER_S:
        obstacles.append(f"it would write about {tokens_per_s:.0f} tokens a second")
    if work_ms > LONGEST_WORK_MS:
        obstacles.append(f"an answer would take about {work_ms / 1000:.1f} s of work")
    return Fit(profile.name, need_mb, download, tokens_per_s, work_ms, tuple(obstacles))


def recommend(
    catalog: Catalog,
    language: str,
    memory_mb: int,
    disk_bytes: int,
    speed: MachineSpeed,
    here: Container[str] = (),
) -> tuple[Fit | None, Sequence[Fit]]:
    """(the largest profile for `language` that suits, or the smallest where none does; all of them, largest first).

    The numbers and `here` are those of `fit`.
    """
    profiles = [p for p in catalog.profiles.values() if dict(p.settings).get("transcriber.language") == language]
    fits = [fit(profile, catalog, memory_mb, disk_bytes, speed, here) for profile in profiles]
    # Of two with the same ears and chat model the one whose voice is quicker goes first.
    understanding_mb = {p.name: _understanding_mb(p, catalog) for p in profiles}
    fits.sort(key=lambda one: (-understanding_mb[one.name], one.work_ms))
    return next((one for one in fits if not one.obstacles), fits[-1] if fits else None), fits


def _understanding_mb(profile: Profile, catalog: Catalog) -> int:
    """Memory of what hears and thinks: the larger, the better it understands."""
    found: dict[Kind, int] = {}
    for entry in catalog.expand([profile.name]):
        found.setdefault(entry.kind, entry.memory_mb)
    return found.get("transcriber", 0) + found.get("chat", 0)


def threads(cores: int) -> int:
    """For the engines: all cores but one, which hears and speaks; two of two, since they take turns mostly."""
    return max(1, min(8, cores if cores <= 2 else cores - 1))


def _size(entry: Entry) -> int:
    return sum(file.size_bytes or 0 for file in entry.files)
