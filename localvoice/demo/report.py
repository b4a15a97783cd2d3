"""Puts together what the conversation left: the WAV, the timeline, and one document about every turn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localvoice.audio import wav
from localvoice.demo.measure import voice_to_voice_ms
from localvoice.demo.timeline import draw
from localvoice.demo.visitor import Spoken
from localvoice.engines.sound.edge import Counters
from localvoice.sound import EAR_HZ, Samples
from localvoice.turn.latency import Times, percentile, summary
from localvoice.turn.ledger import Ledger, TurnRecord


def report(
    recording: Samples,
    spoken: Sequence[Spoken],
    ledger: Ledger,
    folder: Path,
    output_latency_ms: float,
    counters: Counters,
    about: dict[str, Any],
) -> dict[str, Any]:
    """Write the WAV and the timeline into `folder`; the document, ready for JSON.

    `recording`: (samples, 2) float32 at 16 kHz, user left, assistant right, as in the air of the room. `about`: what
    the document says of models and engines.
    """
    user, assistant = recording[:, 0], recording[:, 1]
    wav_path = folder / "conversation.wav"
    wav.write(wav_path, recording, EAR_HZ)
    turns = [_turn(line, ledger, user, assistant, output_latency_ms) for line in spoken]
    times = times_of(turns)
    answered_lines = {id(found) for line in spoken for found in [_record_of(line, ledger)] if found}
    unheard = {number + 1 for number, record in ledger.turns.items() if record.unheard}
    unasked = [
        record
        for number, record in ledger.turns.items()
        if record.answered and not record.joined and id(record) not in answered_lines and number not in unheard
    ]
    timeline_path = folder / "timeline.png"
    draw(timeline_path, user, assistant, ledger, f"localvoice demo: {summary(times)}")
    return {
        "turns": turns,
        "voice_to_voice_ms": {
            "p50": percentile(times.prompt, 50) if times.prompt else None,
            "p95": percentile(times.prompt, 95) if times.prompt else None,
            "slow_tool_max": max(times.bridged, default=None),
        },
        "unasked_replies": len(unasked),
        "unheard": ledger.unheard,
        "stream": {
            name: getattr(counters, name) for name in ("frames", "starved_frames", "capture_lost_frames", "gaps")
        },
        **about,
        "wav": str(wav_path),
        "timeline": str(timeline_path),
    }


def times_of(turns: Sequence[dict[str, Any]]) -> Times:
    """What was measured on the recording, of the answered ones among the document's turns."""
    answered = [turn for turn in turns if turn["voice_to_voice_ms"] is not None]
    return Times(
        prompt=[turn["voice_to_voice_ms"] for turn in answered if turn["filler_ms"] is None],
        bridged=[turn["voice_to_voice_ms"] for turn in answered if turn["filler_ms"] is not None],
    )


def _turn(line: Spoken, ledger: Ledger, user: Samples, assistant: Samples, output_latency_ms: float) -> dict[str, Any]:
    record = _record_of(line, ledger)
    found = record.latency() if record else None
    milliseconds = None
    if record is not None and record.answer_at is not None:
        answer_at = record.answer_at + round(output_latency_ms * EAR_HZ / 1000)
        milliseconds = voice_to_voice_ms(user, assistant, (line.from_at, line.to_at), answer_at)
    return {
        "name": line.line.name,
        "voice": line.line.voice,
        "said": line.line.says.replace("… ", ""),
        "heard": record.heard if record else "",
        "unheard": "" if record else _why_unheard(line, ledger),
        "reply": " ".join(record.reply) if record else "",
        "filler": " ".join(record.fillers) if record else "",
        "tools": list(record.tools) if record else [],
        "expected_tools": list(line.line.tools),
        "barged_in": bool(record and record.barged_in),
        "voice_to_voice_ms": milliseconds,
        "filler_ms": found.filler_ms if found else None,
        "stages_ms": found.stages_ms if found else {},
    }


def _record_of(line: Spoken, ledger: Ledger) -> TurnRecord | None:
    """The turn that the line became: the last one that began while it was spoken. Pieces that were joined keep the
    beginning of the first, so the turn that took them all is the latest of them."""
    found = [record for record in _records(line, ledger) if record.heard]
    return found[-1] if found else None


def _why_unheard(line: Spoken, ledger: Ledger) -> str:
    """Why nothing of the line was understood, although it was taken for a person's; else ""."""
    return next((record.unheard for record in _records(line, ledger) if record.unheard), "")


def _records(line: Spoken, ledger: Ledger) -> list[TurnRecord]:
    """The turns that began while the line was spoken."""
    slack = EAR_HZ // 2
    return [record for record in ledger.turns.values() if line.from_at - slack <= record.from_at <= line.to_at]
