"""Shows a conversation on the screen while it happens: words as they are heard, clauses as they are said, receipts."""

from localvoice import events as ev
from localvoice.cli.screen import Screen
from localvoice.sound import EAR_HZ
from localvoice.turn.latency import summary
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import Mode, State

_MARKS = {
    Mode.LISTENING: "listening",
    Mode.HEARING: "you",
    Mode.SETTLING: "you",
    Mode.THINKING: "thinking",
    Mode.SPEAKING: "speaking",
    Mode.YIELDING: "speaking, softly",
}


class Narrator:
    """Called in the turn thread with every event; writes to the screen alone."""

    def __init__(self, screen: Screen, ledger: Ledger, user: str = "you", receipts: bool = True) -> None:
        """`receipts`: print after every answer where its milliseconds went."""
        self._screen = screen
        self._ledger = ledger
        self._receipts = receipts
        self.user = user
        """How the user is called on screen."""
        self._partial = ""
        self._clauses: list[str] = []
        self._tools: list[str] = []
        self._turn = 0
        self._shown = -1
        self._unheard = 0
        self._why = ""
        self._gaps = 0
        self._lost_samples = 0

    def event(self, event: ev.Event, state: State) -> None:
        """Show what is new."""
        if isinstance(event, ev.FinalTranscript) and event.unheard:
            self._why = event.unheard
        if state.unheard > self._unheard:
            self._unheard = state.unheard
            self._screen.line(f"  Heard a voice but understood nothing: {self._why}.", fg="yellow")
        if state.turn != self._turn:
            self._flush(cut=bool(self._clauses))
            self._turn = state.turn
            self._partial = ""
            self._tools = []
        match event:
            case ev.PartialTranscript(turn, text, _) if turn == state.turn:
                self._partial = text
            case ev.FinalTranscript(turn, _, text) if turn == state.turn:
                self._partial = text
            case ev.ClauseStarted(turn, _, text, filler) if turn == state.turn:
                self._clauses.append(f"({text})" if filler else text)
            case ev.ToolFinished(turn, name, ok, ms) if turn == state.turn:
                outcome = "" if ok else ", failed"
                self._tools.append(f"    [{name} {ms:.0f} ms{outcome}]")
            case ev.ReplyEnded():
                self._flush(cut=False)
                self._receipt(event.turn)
            case ev.WorkerFailed(worker=worker, error=error):
                self._screen.line(f"  A bug in localvoice ({worker}: {error}); going on.", fg="red")
            case ev.Notice(text):
                self._screen.line(text, fg="yellow")
            case ev.AudioGap(_, samples):
                self._gap(samples)
        if state.mode is Mode.THINKING and self._shown != state.turn and self._partial:
            self._shown = state.turn
            self._screen.line(f"{self.user}: {self._partial}", bold=True)
        if self._shown == state.turn:
            # A tool that changes nothing may have been asked before the turn was over; the words come first.
            for line in self._tools:
                self._screen.line(line, fg="cyan")
            self._tools = []
        self._screen.status(self._status(state))

    def _status(self, state: State) -> str:
        if state.muted:
            return "[muted]"
        words = " ".join(self._clauses) if self._clauses else self._partial
        return f"[{_MARKS[state.mode]}] {words if state.mode is not Mode.LISTENING else ''}".rstrip()

    def _flush(self, cut: bool) -> None:
        """The reply is over, or was interrupted: put it above."""
        if self._clauses:
            self._screen.line(f"  localvoice: {' '.join(self._clauses)}{' — (interrupted)' if cut else ''}")
            if cut:
                self._receipt(self._turn)
        self._clauses = []

    def _gap(self, samples: int) -> None:
        self._gaps += 1
        self._lost_samples += samples
        if self._gaps == 1:
            self._screen.line(
                "  The sound card could not keep up for a moment; close other programs if that goes on.", fg="yellow"
            )

    def _receipt(self, turn: int) -> None:
        record = self._ledger.turns.get(turn)
        found = record.answer if record else None
        if self._receipts and found is not None:
            self._screen.line(f"    {found.line()}", dim=True)

    def close(self) -> None:
        """The end: how fast it was."""
        self._flush(cut=False)
        self._screen.close()
        if self._gaps > 1:
            lost_ms = self._lost_samples * 1000 // EAR_HZ
            self._screen.line(f"The sound card could not keep up {self._gaps} times and lost {lost_ms} ms of sound.")
        self._screen.line(summary(self._ledger.times()))
