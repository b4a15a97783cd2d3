"""Where the milliseconds of a turn went, all counted from the user's last voiced sample."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from localvoice.sound import EAR_HZ
from localvoice.turn.reply import Stages

STAGES = ("words", "first token", "tools", "first clause", "voice", "committed", "audible")
"""In the order in which they usually happen; several run while the end-of-turn wait is on."""


@dataclass(frozen=True, slots=True)
class TurnLatency:
    """Cumulative times in ms after the last voiced sample; a stage that did not happen is missing."""

    turn: int
    stages_ms: dict[str, float]
    filler_ms: float | None = None
    """When a filler was first heard, if one was."""

    @property
    def voice_to_voice_ms(self) -> float | None:
        """From the last voiced sample to the first sample of the answer in the speaker's stream."""
        return self.stages_ms.get("audible")

    def line(self) -> str:
        """One line for the screen."""
        parts = [f"{name} {self.stages_ms[name]:.0f}" for name in STAGES if name in self.stages_ms]
        head = f"{self.voice_to_voice_ms:.0f} ms" if self.voice_to_voice_ms is not None else "no answer"
        return f"{head}  ({' · '.join(parts)})"


def latency(
    turn: int, last_voiced_at: int, stages: Stages, audible_at: int | None, filler_at: int | None = None
) -> TurnLatency:
    """From sample indices to milliseconds."""
    moments = {
        "words": stages.words_ready,
        "first token": stages.first_token,
        "tools": stages.tools_answered,
        "first clause": stages.first_clause,
        "voice": stages.first_sound_ready,
        "committed": stages.committed,
        "audible": audible_at,
    }

    def ms(at: int) -> float:
        return round((at - last_voiced_at) * 1000 / EAR_HZ, 1)

    return TurnLatency(
        turn,
        {name: ms(at) for name, at in moments.items() if at is not None},
        None if filler_at is None else ms(filler_at),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


@dataclass(slots=True)
class Times:
    """Voice-to-voice times of a conversation's answered turns, ms, and how many were not understood."""

    prompt: list[float] = field(default_factory=list)
    bridged: list[float] = field(default_factory=list)
    """Of turns in which a tool was so slow that a filler was said before the answer."""
    unheard: int = 0
    """Turns in which a person was heard and nothing was understood."""

    def add(self, found: TurnLatency | None) -> None:
        """Nothing where the turn was not answered."""
        if found is not None and found.voice_to_voice_ms is not None:
            (self.prompt if found.filler_ms is None else self.bridged).append(found.voice_to_voice_ms)


def summary(times: Times) -> str:
    """p50 and p95 of a conversation; apart from it what slow tools took, and how many turns were not understood."""
    parts = []
    if not times.prompt and not times.bridged:
        parts.append("no turn was answered")
    if times.prompt:
        p50, p95 = statistics.median(times.prompt), percentile(times.prompt, 95)
        parts.append(f"voice to voice p50 {p50:.0f} ms, p95 {p95:.0f} ms over {_turns(len(times.prompt))}")
    if times.bridged:
        longest = max(times.bridged)
        parts.append(f"{_turns(len(times.bridged))} waited for a slow tool, {longest:.0f} ms at most")
    if times.unheard:
        parts.append(f"{_turns(times.unheard)} heard but not understood")
    return "; ".join(parts)


def _turns(count: int) -> str:
    return f"{count} turn{'' if count == 1 else 's'}"
