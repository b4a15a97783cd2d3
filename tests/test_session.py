"""The front door, on the bundled models and a simulated card."""

import gc
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice import Session, Settings
from localvoice import events as ev
from localvoice.audio import wav
from localvoice.audio.acoustics import Room
from localvoice.audio.room import RoomCard
from localvoice.demo.visitor import SPEECH
from localvoice.errors import DeviceLost, DeviceRefused, ModelMissing, SettingsError
from localvoice.session import SWITCH_INTERVAL_S
from localvoice.turn.machine import State

WAIT_S = 20
DEAF = Room(echo_db=-120.0)


class Watch:
    """Keeps what an observer is told, and in which threads."""

    def __init__(self) -> None:
        self.seen: list[tuple[ev.Event, State]] = []
        self.threads: set[str] = set()
        self._news = threading.Condition()

    def __call__(self, event: ev.Event, state: State) -> None:
        with self._news:
            self.seen.append((event, state))
            self.threads.add(threading.current_thread().name)
            self._news.notify_all()

    def wait(self, wanted: Callable[[ev.Event], bool]) -> ev.Event:
        with self._news:
            assert self._news.wait_for(lambda: any(wanted(event) for event, _ in self.seen), WAIT_S), [
                event.type for event, _ in self.seen
            ]
            return next(event for event, _ in self.seen if wanted(event))


def test_making_one_does_nothing_and_cannot_fail(tmp_path: Path) -> None:
    session = Session(tmp_path / "nowhere.toml", device="no such device")
    assert session.state == State() and session.recording is None and not session.started
    session.close()
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        session.open()
    session.close()


def test_a_question_is_answered_and_the_observer_is_told_in_one_thread(tmp_path: Path) -> None:
    before_s = sys.getswitchinterval()
    settings = Settings()
    settings = replace(settings, audio=replace(settings.audio, record=True, record_folder=str(tmp_path)))
    watch, card = Watch(), RoomCard(DEAF)
    session = Session(settings, card=card)
    session.on(watch)
    with session:
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL_S)
        # The sentences of the commands alone are 200,000 objects, a tenth of a second for the garbage collector.
        assert gc.get_freeze_count() > 200_000
        assert session.recording is not None
        with pytest.raises(RuntimeError, match="before the session starts"):
            session.on(watch)
        sound, _ = wav.read(SPEECH / "02_time.flac")
        card.say(sound, 8000)
        ended = watch.wait(lambda event: isinstance(event, ev.ReplyEnded) and event.spoken)
    assert sys.getswitchinterval() == pytest.approx(before_s)
    assert gc.get_freeze_count() == 0
    assert watch.threads == {"turn"}
    assert isinstance(ended, ev.ReplyEnded) and ended.heard == " ".join(session.ledger.turns[1].reply)
    clauses = [event.text for event, _ in watch.seen if isinstance(event, ev.ClauseReady)]
    assert clauses == session.ledger.turns[1].reply
    pocket = [event.text for event, _ in watch.seen if isinstance(event, ev.Notice)]
    assert any("pocket models" in text for text in pocket)
    assert session.recording is not None and wav.read(session.recording)[1].seconds > 1


def test_what_is_said_unasked_is_said_and_an_observer_that_raises_is_told_about_once() -> None:
    watch = Watch()
    session = Session(Settings(), card=RoomCard(DEAF))

    @session.on
    def broken(event: ev.Event, state: State) -> None:
        raise OSError("the screen is gone")

    session.on(watch)
    with session:
        session.say("Tea is ready.")
        ended = watch.wait(lambda event: isinstance(event, ev.ReplyEnded))
        assert isinstance(ended, ev.ReplyEnded) and ended.heard == "Tea is ready."
        session.mute()
        watch.wait(lambda event: isinstance(event, ev.MuteToggled))
        assert session.state.muted
    faults = [event for event, _ in watch.seen if isinstance(event, ev.WorkerFailed)]
    assert [fault.worker for fault in faults] == ["observer"] and "screen" not in faults[0].error


def test_a_tool_that_wants_another_volume_gets_it() -> None:
    watch = Watch()
    session = Session(Settings(), card=RoomCard(DEAF))
    session.on(watch)
    with session:
        assert session._engines is not None and session._assistant is not None
        session.post(ev.VolumeWanted(40))
        session.say("Quietly.")
        watch.wait(lambda event: isinstance(event, ev.ReplyEnded))
        assert session._assistant._parts.playback._volume_db == pytest.approx(-15.9, abs=0.1)


def test_a_lost_device_ends_the_wait_with_its_error() -> None:
    with Session(Settings(), card=RoomCard(DEAF)) as session:
        assert session.wait(0.05) is False
        session.post(ev.DeviceGone("The card is gone.", "Plug it in."))
        with pytest.raises(DeviceLost, match="The card is gone") as caught:
            session.wait(WAIT_S)
    assert caught.value.remedy == "Plug it in."


def test_a_model_that_is_missing_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = Settings()
    settings = replace(
        settings,
        chat=replace(settings.chat, model=str(tmp_path / "none.gguf")),
        audio=replace(settings.audio, record=True, record_folder=str(tmp_path)),
    )
    threads = threading.active_count()
    with pytest.raises(ModelMissing), Session(settings, card=RoomCard(DEAF)):
        pass
    assert threading.active_count() == threads
    assert not list(tmp_path.glob("*.wav"))


def test_a_recording_that_cannot_be_finished_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    settings = replace(settings, audio=replace(settings.audio, record=True, record_folder=str(tmp_path)))
    watch = Watch()
    session = Session(settings, card=RoomCard(DEAF))
    session.on(watch)
    session.open()
    recorder = session._recorder
    assert recorder is not None
    monkeypatch.setattr(recorder, "close", lambda: recorder._warn("The end is missing.") or False)
    session.close()
    assert "The end is missing." in [event.text for event, _ in watch.seen if isinstance(event, ev.Notice)]
    recorder._writer.close()


class Refusing(RoomCard):
    """Opens, and will not start."""

    stopped = 0

    def start(self) -> None:
        raise DeviceRefused("The card is busy.", "Close the other program.")

    def stop(self) -> None:
        self.stopped += 1
        super().stop()


def test_a_card_that_does_not_start_is_let_go_and_the_session_is_over() -> None:
    card = Refusing(DEAF)
    threads = threading.active_count()
    session = Session(Settings(), card=card)
    with pytest.raises(DeviceRefused), session:
        pass
    assert card.stopped and threading.active_count() == threads
    with pytest.raises(RuntimeError, match="has been closed"):
        session.start()


def test_a_card_is_let_go_if_the_models_do_not_load(tmp_path: Path) -> None:
    card = Refusing(DEAF)
    settings = Settings()
    settings = replace(settings, chat=replace(settings.chat, model=str(tmp_path / "none.gguf")))
    with pytest.raises(ModelMissing), Session(settings, card=card):
        pass
    assert card.stopped == 1


def test_an_observer_may_end_the_session_and_who_waits_is_told() -> None:
    session = Session(Settings(), card=RoomCard(DEAF))

    @session.on
    def end(event: ev.Event, state: State) -> None:
        if isinstance(event, ev.MuteToggled):
            session.close()

    session.start()
    session.mute()
    assert session.wait(WAIT_S) is True
    session.close()


def test_the_chat_model_is_freed_with_the_session() -> None:
    session = Session(Settings(), card=RoomCard(DEAF))
    with session:
        assert session._engines is not None
        engine = session._engines.conversation._engine
    assert engine._context is None  # type: ignore[attr-defined]


def test_a_fault_in_the_turn_thread_is_apologised_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands after it were lost, so the turn cannot go on as if nothing had happened."""
    watch = Watch()
    session = Session(Settings(), card=RoomCard(DEAF))
    session.on(watch)
    with session:
        assistant = session._assistant
        assert assistant is not None
        begin, failed = assistant._begin, []

        def once(*args: object, **options: object) -> None:
            if not failed:
                failed.append(True)
                raise ValueError("broken")
            begin(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(assistant, "_begin", once)
        session.say("Tea is ready.")
        fault = watch.wait(lambda event: isinstance(event, ev.WorkerFailed))
        assert isinstance(fault, ev.WorkerFailed) and fault.worker == "turn" and "test_session.py" not in fault.error
        # An announcement that failed is not apologised for; the next one is said.
        session.say("The cake as well.")
        ended = watch.wait(lambda event: isinstance(event, ev.ReplyEnded))
        assert isinstance(ended, ev.ReplyEnded) and ended.heard == "The cake as well."
