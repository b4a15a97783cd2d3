"""What the assistant says, from clauses to the play ring, and the ledger of what of it was really heard.

Positions count the samples that were ever pushed to the edge; the edge's acknowledgements say at which
frame of the stream which position was played, and which positions were thrown away.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import log10

import numpy as np

from localvoice.audio.card import EdgeLike
from localvoice.sound import Samples

CUT_FADE_MS = 8.0
NEARLY_EMPTY_MS = 40.0
"""With less than this queued, the held-back end of a clause is played as it is: the next clause is late."""
ECHO_TAIL_MS = 200.0
"""For this long after the last sample the room may still answer."""
SILENT_DB = float("-inf")
KEPT_PLAYOUTS = 16


@dataclass(frozen=True, slots=True)
class PlayoutBegan:
    """The first sample of the turn's reply went out at `at_frame`."""

    turn: int
    at_frame: int


@dataclass(frozen=True, slots=True)
class ClauseBegan:
    """The first sample of a clause went out at `at_frame`."""

    turn: int
    at_frame: int
    text: str
    filler: bool


@dataclass(frozen=True, slots=True)
class PlayoutEnded:
    """Everything of the reply had gone out at `at_frame`."""

    turn: int
    at_frame: int


@dataclass(frozen=True, slots=True)
class CutDone:
    """The reply was cut; silence since `at_frame`."""

    turn: int
    at_frame: int


PlaybackEvent = PlayoutBegan | ClauseBegan | PlayoutEnded | CutDone


@dataclass(frozen=True, slots=True)
class Played:
    """The words whose sound was played (fillers left out), and how many samples were played in all."""

    text: str
    samples: int


@dataclass(slots=True)
class _Clause:
    start: int
    frames: int
    text: str
    filler: bool
    announced: bool = False


@dataclass(slots=True)
class _Playout:
    turn: int
    start: int
    clauses: list[_Clause] = field(default_factory=list)
    end: int | None = None
    cut_id: int = 0
    cut_at: int | None = None
    started: bool = False
    done: bool = False


class Playback:
    """The only writer of `edge`'s play ring. Any thread may call it; nothing here waits for sound."""

    def __init__(self, edge: EdgeLike, fade_ms: float = 20.0) -> None:
        self._edge = edge
        self._rate_hz = edge.rate_hz
        self._fade = round(fade_ms * edge.rate_hz / 1000)
        self._lock = threading.RLock()
        self._held = np.zeros(0, np.float32)
        self._joining = False
        self._pushed = 0
        self._playouts: list[_Playout] = []
        self._open: _Playout | None = None
        self._runs: list[tuple[int, int]] = [(0, 0)]  # (position, frame) at which uninterrupted playing began
        self._dropped = 0
        self._volume_db = 0.0
        self._duck_db = 0.0
        self._audible_until = 0

    # --- a reply ------------------------------------------------------------------------------------------

    def begin(self, turn: int, wanted: Callable[[], bool] = lambda: True) -> bool:
        """From now on pushed clauses belong to the reply of `turn`; it follows whatever is still queued.

        Nothing changes, and False comes back, if it is not `wanted` any more. That is asked here because `cut`
        cannot come between the answer and the beginning.
        """
        with self._lock:
            if not wanted():
                return False
            self._flush()
            self._open = _Playout(turn, self._pushed + len(self._held))
            self._playouts = [*self._playouts[-KEPT_PLAYOUTS:], self._open]
            return True

    def push(self, samples: Samples, text: str, filler: bool = False) -> int:
        """Queue a clause (float32 at the edge's rate, [-1, 1]); returns how many samples were taken.

        What was not taken is pushed again later with an empty text, which continues the clause. Clauses are
        joined by an equal-power cross-fade, for which the end of each is held back until the next comes.
        After `cut`, or before `begin`, sound belongs nowhere: everything is taken and nothing is played.
        """
        with self._lock:
            playout = self._open
            if playout is None:
                return len(samples)
            if text:
                playout.clauses.append(_Clause(self._pushed, len(samples), text, filler))
                self._joining = True
            ready = np.asarray(samples, np.float32)
            if self._joining and len(self._held) > len(ready):
                self._flush()
            overlap = len(self._held) if self._joining else 0
            if overlap > min(self._edge.free, len(ready)):
                return 0  # the ring is full to the brim
            if overlap:
                ready = _cross_fade(self._held, ready)
            self._held = ready[:0]
            self._joining = False
            keep = max(0, len(ready) - self._fade)
            taken = self._push(ready[:keep])
            # Silence after words that bridge a wait is no fault: what they wait for takes its time.
            self._edge.expect_more(not filler)
            if taken < keep:
                return taken
            self._held = ready[keep:].copy()
            return len(ready)

    def end(self) -> None:
        """The reply is complete."""
        with self._lock:
            self._flush()
            if self._open is not None:
                self._open.end = self._pushed + len(self._held)
                self._open = None
            self._edge.expect_more(False)

    def cut(self) -> bool:
        """Fade out and forget everything queued; `poll` reports CutDone for each reply that was cut.

        False when no reply was playing or waiting to be played, so that nothing will be reported.
        """
        with self._lock:
            self._held = self._held[:0]
            self._open = None
            self._edge.expect_more(False)
            number = self._edge.drop(CUT_FADE_MS)
            self._duck_db = 0.0
            self._edge.ramp(self._volume_db, 0.0)
            waiting = [playout for playout in self._playouts if not playout.done and not playout.cut_id]
            for playout in waiting:
                playout.cut_id = number
            return bool(waiting)

    # --- volume -------------------------------------------------------------------------------------------

    def duck(self, db: float, ms: float = 40.0) -> None:
        """Play on, quieter by `db`."""
        with self._lock:
            self._duck_db = db
            self._edge.ramp(self._volume_db + db, ms)

    def restore(self, ms: float = 60.0) -> None:
        """Back to the full volume."""
        with self._lock:
            self._duck_db = 0.0
            self._edge.ramp(self._volume_db, ms)

    def set_volume(self, percent: int) -> None:
        """0 is silence, 100 the sound as it is; loudness is heard roughly in steps of the square of the factor."""
        with self._lock:
            self._volume_db = 40.0 * log10(percent / 100) if percent > 0 else SILENT_DB
            self._edge.ramp(self._volume_db + self._duck_db, 30.0)

    # --- what happened ------------------------------------------------------------------------------------

    @property
    def audible(self) -> bool:
        """Whether the assistant is heard now, or its echo may still be."""
        with self._lock:
            if self._edge.queued or len(self._held):
                return True
            return self._edge.frame < self._audible_until

    def poll(self) -> list[PlaybackEvent]:
        """Everything that happened since the last call, in order. Call it every few milliseconds."""
        with self._lock:
            if len(self._held) and self._edge.queued < NEARLY_EMPTY_MS * self._rate_hz / 1000:
                self._flush()
            happened: list[PlaybackEvent] = []
            played = self._edge.played  # before the acks: they then cover everything up to here
            for ack in self._edge.acks():
                position = ack.played_at + self._dropped
                if ack.kind in ("dry", "drop"):
                    happened += self._advance(position)
                    self._audible_until = ack.at_frame + round(ECHO_TAIL_MS * self._rate_hz / 1000)
                if ack.kind == "started":
                    self._runs.append((position, ack.at_frame))
                elif ack.kind == "drop":
                    happened += self._finish_cut(ack.id, position, ack.at_frame)
                    self._dropped += ack.dropped_frames
                played = max(played, ack.played_at)
            happened += self._advance(played + self._dropped)
            return happened

    def heard(self, turn: int) -> Played:
        """What was played of the latest reply to `turn`, up to now or to its end."""
        with self._lock:
            playout = next((p for p in reversed(self._playouts) if p.turn == turn), None)
            if playout is None:
                return Played("", 0)
            end = playout.cut_at if playout.cut_at is not None else playout.end
            now = self._edge.played + self._dropped
            until = now if end is None else min(now, end)
            words = [_words_until(c, until) for c in playout.clauses if not c.filler]
            return Played(" ".join(w for w in words if w), max(0, until - playout.start))

    # --- positions and frames -----------------------------------------------------------------------------

    def _frame_of(self, position: int) -> int:
        start, frame = next(run for run in reversed(self._runs) if run[0] <= position)
        return frame + position - start

    def _advance(self, position: int) -> list[PlaybackEvent]:
        """Report what begins or ends before `position`, all of which has been played."""
        happened: list[PlaybackEvent] = []
        for playout in self._playouts:
            if playout.done:
                continue
            for clause in playout.clauses:
                if clause.announced or position <= clause.start:
                    continue
                at_frame = self._frame_of(clause.start)
                if not playout.started:
                    playout.started = True
                    happened.append(PlayoutBegan(playout.turn, at_frame))
                clause.announced = True
                happened.append(ClauseBegan(playout.turn, at_frame, clause.text, clause.filler))
            if playout.end is not None and position >= playout.end and not playout.cut_id:
                playout.done = True
                empty = playout.end == playout.start
                last = self._edge.frame if empty else self._frame_of(playout.end - 1) + 1
                happened.append(PlayoutEnded(playout.turn, last))
        self._forget_before(position)
        return happened

    def _finish_cut(self, number: int, position: int, at_frame: int) -> list[PlaybackEvent]:
        cut = [playout for playout in self._playouts if playout.cut_id == number and not playout.done]
        for playout in cut:
            playout.done = True
            playout.cut_at = position if playout.end is None else min(position, playout.end)
        return [CutDone(playout.turn, at_frame) for playout in cut]

    def _forget_before(self, position: int) -> None:
        """Keep only the run that is needed for what can still be asked about."""
        oldest = min([position, *(p.start for p in self._playouts if not p.done)])
        while len(self._runs) > 1 and self._runs[1][0] <= oldest:
            del self._runs[0]

    def _flush(self) -> None:
        """Play the held-back end of the last clause."""
        if len(self._held):
            self._held = self._held[self._push(self._held) :]

    def _push(self, samples: Samples) -> int:
        taken = self._edge.push(samples)
        self._pushed += taken
        return taken


def _cross_fade(end: Samples, begin: Samples) -> Samples:
    """`begin` with `end` fading out over its first samples; equal power, because the two sounds are unrelated."""
    angle = (np.arange(len(end)) + 0.5) / len(end) * (np.pi / 2)
    mixed = begin.copy()
    mixed[: len(end)] = begin[: len(end)] * np.sin(angle) + end * np.cos(angle)
    return mixed


def _words_until(clause: _Clause, position: int) -> str:
    """The words of the clause that were spoken to their end before `position`, their length standing for time."""
    words = clause.text.split()
    played = (position - clause.start) / max(1, clause.frames)
    ends = np.cumsum([len(word) + 1 for word in words])
    return " ".join(word for word, end in zip(words, ends, strict=True) if end / ends[-1] <= played + 1e-9)
