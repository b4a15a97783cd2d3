"""The receipt of a turn: where its milliseconds went, all counted from the user's last voiced sample."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from localvoice.events import EAR_HZ
from localvoice.turn.reply import Stages

STAGES = ("words", "first token", "tools", "first clause", "voice", "committed", "audible")
"""In the order in which they usually happen; several run while the end-of-turn wait is on."""


@dataclass(frozen=True, slots=True)
class Receipt:
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


def receipt(
    turn: int, last_voiced_at: int, stages: Stages, audible_at: int | None, filler_at: int | None = None
) -> Receipt:
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

    return Receipt(
        turn,
        {name: ms(at) for name, at in moments.items() if at is not None},
        None if filler_at is None else ms(filler_at),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def summary(values: Sequence[float]) -> str:
    """p50 and p95 of the voice-to-voice times of a conversation."""
    if not values:
        return "no turn was answered"
    p95 = percentile(values, 95)
    return f"voice to voice p50 {statistics.median(values):.0f} ms, p95 {p95:.0f} ms over {len(values)} turns"
