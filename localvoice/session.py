"""The front door: settings in, a running assistant out.

    with Session() as talk:
        talk.on(lambda event, state: print(event.to_dict()))
        talk.wait()

`localvoice talk`, the demo and the tests go through it, and so does whoever builds something of their own.
"""

import gc
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from localvoice import config, log
from localvoice.audio.card import Card
from localvoice.audio.recorder import Recorder
from localvoice.config import Settings
from localvoice.events import Announcement, Event, MuteToggled, Notice, TalkKey
from localvoice.faults import where
from localvoice.turn.assistant import Assistant, Observer
from localvoice.turn.build import Engines, assemble, load_in_background, notices, open_card
from localvoice.turn.inbox import Inbox
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import State

SWITCH_INTERVAL_S = 0.0005
"""How long a thread that computes in Python may keep the interpreter from the others. The ears ask for it several times
per block of 10 ms; at Python's own 5 ms, two busy threads in a tool make them fall behind the microphone for good."""
LOOK_S = 0.5
"""How often a wait without an end looks whether it was interrupted."""


class Session:
    """One conversation, live. Making one does nothing and cannot fail; `open`, `load` and `start` do the work, in this
    order, each does those before it if need be, and `with` does them all. `close` is safe at any time.

    `settings`: a tree of them, a settings file, or None for the user's own file. `card`: another sound card than the
    one that `device` and the settings name, such as a simulated one. `record`: keep a stereo WAV of the conversation.

    While it runs, the process has a thread switch interval of SWITCH_INTERVAL_S. One session at a time: engines and
    interval belong to the process.
    """

    def __init__(
        self,
        settings: Settings | Path | None = None,
        *,
        device: str | None = None,
        card: Card | None = None,
        record: bool = False,
        debug: bool = False,
    ) -> None:
        self._wanted = settings
        self._device = device
        self._card = card
        self._record = record
        self._debug = debug
        self._inbox = Inbox()
        self.ledger = Ledger()
        """What happened in each turn, with its times. For observers, in their thread, or after the end."""
        self._observers: list[Observer] = [lambda event, state: log.event(event)]
        self._settings: Settings | None = None
        self._recorder: Recorder | None = None
        self._kept: Path | None = None
        self._engines: Engines | None = None
        self._assistant: Assistant | None = None
        self._switch_interval_s: float | None = None
        self._closed = False

    def on(self, observer: Observer) -> Observer:
        """Call `observer(event, state)` for everything that happens; before `start`. It can decorate a function.

        All observers are called in one thread, the one that decides the turns: who takes long delays the conversation.
        What an observer raises is logged and told to the observers once, and the conversation goes on. A notice of
        what went wrong at the very end comes from the thread that closes the session.
        """
        if self._assistant is not None:
            raise RuntimeError("An observer is added before the session starts.")
        self._observers.append(observer)
        return observer

    # --- the way up -----------------------------------------------------------------------------------------

    def open(self) -> Self:
        """Read the settings, open the sound card and the recording. Raises SettingsError, AudioError."""
        if self._settings is not None:
            return self
        wanted = self._wanted
        settings = wanted if isinstance(wanted, Settings) else config.load(wanted).settings
        # The device and the recording first: if one is refused there is no point in loading models.
        if self._card is None:
            self._card = open_card(settings, self._device)
        if self._record or settings.audio.record:
            self._recorder = Recorder(settings.audio.record_folder, lambda sentence: self.post(Notice(sentence)))
        self._settings = settings
        for sentence in notices(settings):
            self.post(Notice(sentence))
        log.LOGGER.info("opened card=%r rate_hz=%d", self._card.name, self._card.rate_hz)
        return self

    def load(self) -> Self:
        """Open the models, seconds of work; Ctrl-C is heard meanwhile. Raises ModelError, CatalogError as well."""
        self.open()
        if self._engines is None:
            assert self._settings is not None and self._card is not None
            began_s = time.perf_counter()
            self._engines = load_in_background(self._settings, self.post, self._card.rate_hz)
            log.LOGGER.info("loaded ms=%d", (time.perf_counter() - began_s) * 1000)
        return self

    def start(self) -> Self:
        """Begin to listen."""
        if self._assistant is not None:
            return self
        if self._closed:
            raise RuntimeError("The session has been closed; make another one.")
        self.load()
        assert self._settings is not None and self._card is not None and self._engines is not None
        parts = assemble(self._card, self._engines, self._settings, self.post)
        tap = None if self._recorder is None else self._recorder.feed
        assistant = Assistant(parts, self._settings, self._inbox, self.ledger, self._observers, tap, self._debug)
        self._switch_interval_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        # What is loaded stays. Looking through all of it for garbage would stop every thread for 100 ms now and then.
        gc.collect()
        gc.freeze()
        try:
            assistant.start()
        except BaseException:
            assistant.stop()
            raise
        self._assistant = assistant
        return self

    def close(self) -> None:
        """End it: decisions first, then sound, then the work, then the recording. Safe to call twice."""
        self._closed = True
        ended = True
        if self._assistant is not None:
            ended = self._assistant.stop()
        elif self._card is not None:
            self._card.stop()
        engines, self._engines = self._engines, None
        if engines is not None:
            engines.runner.close()
            # A thread that is still inside the model must not lose it.
            if ended:
                engines.close()
        if self._switch_interval_s is not None:
            sys.setswitchinterval(self._switch_interval_s)
            gc.unfreeze()
            self._switch_interval_s = None
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            self._kept = recorder.path if recorder.close() else None
            self._tell_rest()

    def _tell_rest(self) -> None:
        """What went wrong with the recording at its end; the thread that reads the inbox is gone by now."""
        for event in self._inbox.rest():
            if isinstance(event, Notice):
                for observer in self._observers:
                    try:
                        observer(event, self.state)
                    except Exception as error:  # noqa: BLE001  as in the turn thread
                        log.LOGGER.error("fault of an observer at %s: %s", event.type, where(error))

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- while it runs --------------------------------------------------------------------------------------

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until the conversation cannot go on, which raises DeviceLost, or False after `timeout_s`.

        Ctrl-C ends it as KeyboardInterrupt.
        """
        assistant = self._running()
        end_s = None if timeout_s is None else time.monotonic() + timeout_s
        # A wait without a limit would not be interrupted on Windows.
        while not assistant.ended.wait(LOOK_S if end_s is None else max(0.0, min(LOOK_S, end_s - time.monotonic()))):
            if end_s is not None and time.monotonic() >= end_s:
                return False
        if assistant.lost is not None:
            raise assistant.lost
        return True

    def say(self, text: str) -> None:
        """Say `text` unasked, as soon as nobody talks. Timers ring in the same way."""
        self.post(Announcement(text))

    def mute(self) -> None:
        """Stop listening to the microphone, or listen again."""
        self.post(MuteToggled(self._now()))

    def talk_key(self, pressed: bool) -> None:
        """Press or let go of push-to-talk."""
        self.post(TalkKey(self._now(), pressed))

    def post(self, event: Event) -> None:
        """Tell the conversation something; from any thread, never blocks."""
        self._inbox.post(event)

    def pending(self) -> str:
        """What `close` would end, as a clause ("a timer has 4 minutes left"), or "". From any thread."""
        return "" if self._engines is None else self._engines.runner.pending()

    # --- what there is to know --------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """Those in force, once it is open."""
        if self._settings is None:
            raise RuntimeError("The session is not open yet.")
        return self._settings

    @property
    def started(self) -> bool:
        """Whether it has begun to listen."""
        return self._assistant is not None

    @property
    def state(self) -> State:
        """Where the conversation stands; it is replaced and never changed, so any thread may look."""
        return State() if self._assistant is None else self._assistant.state

    @property
    def recording(self) -> Path | None:
        """Where the conversation is being kept, or, after `close`, was kept; None if it is not."""
        return self._kept if self._recorder is None else self._recorder.path

    def _now(self) -> int:
        """The sample that the stream has reached; what is pressed before it runs is decided at its beginning."""
        return 0 if self._assistant is None else self._assistant.clock.now()

    def _running(self) -> Assistant:
        if self._assistant is None:
            raise RuntimeError("The session has not been started.")
        return self._assistant
