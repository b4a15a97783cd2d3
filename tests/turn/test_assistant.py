"""The threads together, in a simulated room, with real ears and made-up engines: faults and interruptions on demand."""

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from localvoice import events as ev
from localvoice.audio import wav
from localvoice.audio.acoustics import Room
from localvoice.audio.echo import EchoCanceller
from localvoice.audio.playback import Playback
from localvoice.audio.room import RoomCard
from localvoice.config import Settings, TranscriberSettings
from localvoice.demo.visitor import SPEECH
from localvoice.engines.detector.silero import Silero
from localvoice.errors import CannotSpeak
from localvoice.hear.endpointing import EndpointingSettings
from localvoice.hear.hallucination_gate import Reason
from localvoice.hear.listener import Listener
from localvoice.hear.ring import SpeechRing
from localvoice.hear.streaming import Hypothesis
from localvoice.sound import EAR_HZ
from localvoice.speak.voice import Spoken
from localvoice.think.messages import PromptUse, TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import ToolRunner
from localvoice.think.tools.spec import Done, from_function, tool
from localvoice.turn.assistant import Assistant, Parts
from localvoice.turn.build import WORDS_MS
from localvoice.turn.inbox import Inbox
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import APOLOGY, UNHEARD, Mode, State
from localvoice.turn.speaking import UNSPEAKABLE
from localvoice.turn.thinking import SLOW_PRELOADS, Preload

WAIT_S = 15


class Words:
    """A transcriber that knows what is said: one text per stretch of sound, longer ones for longer stretches."""

    def __init__(self, say: Callable[[int, int], str], rejected: Reason | None = None) -> None:
        self._say = say
        self._rejected = rejected
        self.finals: list[tuple[int, int]] = []
        self.heard_to = 1 << 62

    def partial(self, turn: int, from_at: int, to_at: int) -> Hypothesis | None:
        return None

    def final(self, from_at: int, to_at: int) -> Hypothesis:
        self.finals.append((from_at, to_at))
        text = self._say(from_at, to_at)
        return Hypothesis(text, text, None if text else self._rejected)


class Chat:
    """A language model that answers by rote; records what becomes of its replies."""

    def __init__(self, answer: Callable[[str], Sequence[str | tuple[ToolCall, ...]]]) -> None:
        self._answer = answer
        self._rest: Iterator[str | tuple[ToolCall, ...]] = iter(())
        self.log: list[tuple[object, ...]] = []
        self.use = PromptUse()

    def reply(self, text: str, stop: Callable[[], bool], *, turn: int) -> Iterator[TextDelta | ToolCalls]:
        self.log.append(("reply", turn, text))
        self._rest = iter(self._answer(text))
        return self._pieces(stop)

    def answer_tools(self, results: Sequence[ToolResult], stop: Callable[[], bool]) -> Iterator[TextDelta | ToolCalls]:
        self.log.append(("tools", *(result.text for result in results)))
        return self._pieces(stop)

    def _pieces(self, stop: Callable[[], bool]) -> Iterator[TextDelta | ToolCalls]:
        for piece in self._rest:
            if stop():
                return
            if isinstance(piece, tuple):
                yield ToolCalls(piece)
                return
            yield TextDelta(piece)

    def understand(self, text: str) -> None:
        """No command."""

    callable_names: tuple[str, ...] = ()
    turns: tuple[object, ...] = ()

    def close(self, results: Sequence[ToolResult], text: str) -> None:
        self.log.append(("closed", text))

    def prefill(self, text: str, stop: Callable[[], bool]) -> int:
        return 0

    def warm(self, stop: Callable[[], bool]) -> None:
        pass

    def commit(self, turn: int) -> None:
        self.log.append(("commit", turn))

    def heard(self, turn: int, text: str) -> None:
        self.log.append(("heard", turn, text))

    def take_back(self, turn: int) -> None:
        self.log.append(("take back", turn))

    def note_tools(self, turn: int, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> None:
        self.log.append(("noted", turn, *(result.text for result in results)))


class Murmur:
    """A voice that says the same whatever its text, 60 ms to the character; real speech, as its echo is."""

    def __init__(self) -> None:
        sound, _ = wav.read(SPEECH / "11_list.flac")
        self._sound = np.tile(sound, 8)

    def clause(self, text: str, stop: threading.Event | None = None) -> Spoken:
        return Spoken(self._sound[: len(text) * EAR_HZ * 60 // 1000], text)


class Speechless(Murmur):
    """Has a sound for letters only."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __call__(self, text: str, stop: threading.Event | None = None) -> Spoken:
        self.asked.append(text)
        if not text[0].isalpha():
            raise CannotSpeak("no", "never")
        return self.clause(text, stop)


class Stage:
    """A room with an assistant in it, and what happened there."""

    def __init__(self, words: Words, chat: Chat, tools: Registry | None = None, language: str = "en") -> None:
        self.card = RoomCard(Room(echo_db=-30.0))
        self.chat, self.words = chat, words
        self.ledger = Ledger()
        self.happened: list[tuple[ev.Event, State]] = []
        self._news = threading.Condition()
        settings = Settings(transcriber=TranscriberSettings(language=language))
        ring = SpeechRing()
        listener = Listener(EchoCanceller("both"), Silero(), EndpointingSettings(hold_ms=WORDS_MS), ring)
        parts = Parts(
            self.card,
            Playback(self.card.edge),
            listener,
            words,  # type: ignore[arg-type]
            chat,  # type: ignore[arg-type]
            lambda: None,
            ToolRunner(tools or Registry()),
            Murmur(),  # type: ignore[arg-type]
        )
        self.inbox = Inbox()
        self.assistant = Assistant(parts, settings, self.inbox, self.ledger, [self._event])

    def _event(self, event: ev.Event, state: State) -> None:
        with self._news:
            self.happened.append((event, state))
            self._news.notify_all()

    def wait(self, wanted: Callable[[ev.Event, State], bool]) -> ev.Event:
        """The first event, past or to come, that is `wanted`."""
        with self._news:
            found: list[ev.Event] = []

            def look() -> bool:
                found[:] = [event for event, state in self.happened if wanted(event, state)]
                return bool(found)

            assert self._news.wait_for(look, WAIT_S), [type(event).__name__ for event, _ in self.happened]
            return found[0]

    def say(self, name: str, at: int | None = None) -> tuple[int, int]:
        """Let the user speak a recording; the samples it lies between."""
        sound, _ = wav.read(SPEECH / f"{name}.flac")
        start = self.card.say(sound, at)
        return start, start + len(sound)


@pytest.fixture
def stage() -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(words: Words, chat: Chat, tools: Registry | None = None, language: str = "en") -> Stage:
        stages.append(Stage(words, chat, tools, language))
        stages[-1].assistant.start()
        return stages[-1]

    yield make
    for made in stages:
        made.assistant.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in ("ears", "turn", "think", "speak")]


def says(text: str) -> Words:
    return Words(lambda from_at, to_at: text)


def answers(*pieces: str | tuple[ToolCall, ...]) -> Chat:
    return Chat(lambda text: pieces)


def test_a_turn_is_answered_and_remembered(stage: Callable[..., Stage]) -> None:
    it = stage(says("what time is it"), answers("It is ", "five to twelve now."))
    _, end = it.say("02_time", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    record = it.ledger.turns[1]
    assert record.reply == ["It is five to twelve now."]
    assert record.answer_at is not None
    assert 250 < (record.answer_at - end) * 1000 / EAR_HZ < 700
    it.assistant.stop()
    assert ("commit", 1) in it.chat.log
    assert ("heard", 1, "It is five to twelve now.") in it.chat.log


@pytest.mark.parametrize(("language", "waits"), [("en", True), ("de", False)])
def test_only_english_words_are_known_to_be_unfinished(stage: Callable[..., Stage], language: str, waits: bool) -> None:
    it = stage(says("mach das licht an"), answers("Gerne."), language=language)
    it.say("02_time", 8000)
    final = it.wait(lambda event, state: isinstance(event, ev.FinalTranscript))
    assert isinstance(final, ev.FinalTranscript) and (final.patience_ms > 300) == waits


def test_noise_without_words_gets_no_answer(stage: Callable[..., Stage]) -> None:
    it = stage(says(""), answers("What?"))
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.EndOfTurn))
    assert it.assistant.state.mode is Mode.LISTENING
    assert it.chat.log == []


def test_a_person_who_was_not_understood_hears_so_and_it_is_forgotten(stage: Callable[..., Stage]) -> None:
    it = stage(Words(lambda from_at, to_at: "", Reason.UNSURE), answers("What?"))
    it.say("02_time", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and state.mode is Mode.LISTENING)
    it.assistant.stop()
    assert it.ledger.turns[2].reply == [UNHEARD[0]]
    assert it.ledger.unheard == 1 and it.ledger.turns[1].unheard == Reason.UNSURE.value
    assert not [entry for entry in it.chat.log if entry[0] in ("reply", "commit")]


def test_a_cough_gets_no_answer(stage: Callable[..., Stage]) -> None:
    it = stage(Words(lambda from_at, to_at: "", Reason.UNSURE), answers("What?"))
    sound, _ = wav.read(SPEECH / "02_time.flac")
    it.card.say(sound[: EAR_HZ * 4 // 10], 8000)
    it.wait(lambda event, state: isinstance(event, ev.EndOfTurn))
    assert it.assistant.state.mode is Mode.LISTENING
    assert it.ledger.unheard == 0


def test_an_interruption_silences_and_only_what_was_heard_is_remembered(stage: Callable[..., Stage]) -> None:
    story = [f"This is sentence number {n} of a long story. " for n in range(12)]
    it = stage(says("tell me a story"), Chat(lambda text: story))
    it.say("12_story", 8000)
    started = it.wait(lambda event, state: isinstance(event, ev.PlayoutStarted))
    assert isinstance(started, ev.PlayoutStarted)
    over_at = started.at + 3 * EAR_HZ
    it.say("13_date", over_at)
    it.wait(lambda event, state: isinstance(event, ev.PlayoutStarted) and event.turn == 2)
    it.assistant.stop()
    assert it.ledger.turns[1].barged_in
    heard = next(entry for entry in it.chat.log if entry[:2] == ("heard", 1))
    assert 3 < len(str(heard[2]).split()) < 40, heard
    assert ("take back", 1) not in it.chat.log


def test_after_a_sound_without_words_the_answer_goes_on_where_it_was_cut(stage: Callable[..., Stage]) -> None:
    story = [f"This is sentence number {n} of a long story. " for n in range(3)]
    coughed_at = [1 << 62]
    it = stage(
        Words(lambda from_at, to_at: "tell me a story" if from_at < coughed_at[0] else ""), Chat(lambda text: story)
    )
    it.say("12_story", 8000)
    started = it.wait(lambda event, state: isinstance(event, ev.PlayoutStarted))
    assert isinstance(started, ev.PlayoutStarted)
    coughed_at[0] = started.at + 3 * EAR_HZ
    it.say("13_date", coughed_at[0] + 1600)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 3)
    it.assistant.stop()
    whole = "".join(story).strip()
    cut, rest = it.ledger.turns[1].heard_of_reply, it.ledger.turns[3].heard_of_reply
    assert 3 < len(cut.split()) < 25
    # The sentence that was cut is said again from its beginning.
    assert whole.endswith(rest) and rest.startswith("This is") and len(cut) + len(rest) >= len(whole) - 1
    assert [entry for entry in it.chat.log if entry[0] == "heard"][-1] == ("heard", 1, whole)


def test_what_is_said_before_a_tool_is_called_is_said_before_it_is_back(stage: Callable[..., Stage]) -> None:
    back = threading.Event()

    @tool()
    def look_out() -> str:
        """Look out of the window."""
        assert back.wait(WAIT_S)
        return "sun"

    it = stage(
        says("how is the weather"), answers("Let me look out.", (ToolCall("1", "look_out"),), "It is sunny today."),
        Registry([from_function(look_out)]),
    )  # fmt: skip
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ClauseStarted))
    back.set()
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert it.ledger.turns[1].reply == ["Let me look out.", "It is sunny today."]
    assert not it.ledger.turns[1].fillers


def test_a_reply_that_cannot_be_spoken_is_not_silence(stage: Callable[..., Stage]) -> None:
    it = stage(says("hello"), answers("🙂"))
    it.assistant._parts.voice.clause = clause = Speechless()  # type: ignore[method-assign, assignment]
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert it.ledger.turns[1].reply == [UNSPEAKABLE] and clause.asked == ["🙂", UNSPEAKABLE]


def test_a_pause_in_mid_sentence_ends_up_in_one_turn(stage: Callable[..., Stage]) -> None:
    # The first piece sounds finished to this transcriber, so the assistant begins to answer it.
    def words(from_at: int, to_at: int) -> str:
        if from_at < 2 * EAR_HZ:
            return "hello"
        return "a timer" if to_at - from_at < 2 * EAR_HZ else "a timer five minutes"

    it = stage(Words(words), Chat(lambda text: [f"You said {text}, and I heard it very well."]))
    it.say("01_hello", 8000)
    # The first reply teaches the echo canceller the room.
    first = it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert isinstance(first, ev.ReplyEnded)
    it.say("03_timer", first.at + EAR_HZ)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and state.turn == 3)
    it.assistant.stop()
    assert it.ledger.turns[2].joined
    assert it.ledger.turns[3].heard == "a timer five minutes"
    assert it.ledger.turns[3].from_at == it.ledger.turns[2].from_at
    assert ("take back", 2) in it.chat.log


def test_a_tool_that_changes_the_world_waits_for_the_end_of_the_turn(stage: Callable[..., Stage]) -> None:
    rung: list[int] = []
    it_clock: list[Callable[[], int]] = []

    @tool(changes_world=True)
    def ring_bell() -> Done:
        """Ring the bell."""
        rung.append(it_clock[0]())
        return Done("rung")

    it = stage(
        says("ring the bell"), answers((ToolCall("1", "ring_bell"),), "Done."), Registry([from_function(ring_bell)])
    )
    it_clock.append(it.assistant.clock.now)
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    over = it.wait(lambda event, state: isinstance(event, ev.EndOfTurn))
    assert isinstance(over, ev.EndOfTurn)
    assert len(rung) == 1
    assert rung[0] >= over.decided_at - EAR_HZ // 50
    assert ("tools", "rung") in it.chat.log


def test_a_fault_in_a_thread_is_said_and_the_next_turn_works(stage: Callable[..., Stage]) -> None:
    replies = iter([None, "All is well again."])

    def answer(text: str) -> list[str]:
        reply = next(replies)
        if reply is None:
            raise RuntimeError(text)
        return [reply]

    it = stage(says("hello"), Chat(answer))
    it.say("01_hello", 8000)
    failed = it.wait(lambda event, state: isinstance(event, ev.WorkerFailed))
    assert isinstance(failed, ev.WorkerFailed)
    assert "hello" not in failed.error
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2)
    assert it.ledger.turns[2].reply == [APOLOGY]
    it.say("01_hello")
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 3)
    assert it.ledger.turns[3].reply == ["All is well again."]


def test_a_fault_in_the_middle_of_a_reply_is_apologised_for(stage: Callable[..., Stage]) -> None:
    def answer(text: str) -> Iterator[str]:
        yield "All of this is said before the fault, and it takes a while to say. "
        raise RuntimeError(text)

    it = stage(says("hello"), Chat(answer))  # type: ignore[arg-type]
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2)
    assert it.ledger.turns[2].reply == [APOLOGY]
    assert it.assistant.state.mode is Mode.LISTENING


def test_a_clause_that_is_ready_does_not_begin_after_the_cut(stage: Callable[..., Stage]) -> None:
    """The reply is cut between the voice's last look at the commit and its beginning to play."""
    it = stage(says("hello"), answers("The answer."))
    playback = it.assistant._parts.playback
    begin, cut_meanwhile = playback.begin, threading.Event()

    def late(turn: int, wanted: Callable[[], bool]) -> bool:
        if turn == 1:
            it.inbox.post(ev.TalkKey(it.assistant.clock.now(), True))
            assert cut_meanwhile.wait(WAIT_S)
        return begin(turn, wanted)

    def cut() -> bool:
        try:
            return type(playback).cut(playback)
        finally:
            cut_meanwhile.set()

    playback.begin = late  # type: ignore[method-assign, assignment]
    playback.cut = cut  # type: ignore[method-assign]
    it.say("01_hello", 8000)
    assert cut_meanwhile.wait(WAIT_S)
    it.wait(lambda event, state: state.mode is Mode.HEARING and state.key_held)
    it.inbox.post(ev.TalkKey(it.assistant.clock.now(), False))
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2)
    assert it.ledger.turns[1].reply == []


def test_a_machine_that_was_slow_for_a_moment_reads_ahead_again(stage: Callable[..., Stage]) -> None:
    it = stage(says("hello"), answers("Hello."))
    thinking, clock = it.assistant._thinking, it.assistant.clock
    read: list[str] = []

    def prefill(text: str, stop: Callable[[], bool]) -> int:
        read.append(text)
        if len(read) <= SLOW_PRELOADS:
            clock.reached(clock.now() + EAR_HZ)
        return 0

    it.chat.prefill = prefill  # type: ignore[method-assign]
    it.assistant.stop()
    for turn in range(1, 4):
        it.assistant._state = State(turn=turn)
        for word in ("a", "b", "c", "d"):
            thinking.handle(Preload(turn, f"{turn}{word}"))
    assert read == ["1a", "1b", "1c", "2a", "2b", "2c", "2d", "3a", "3b", "3c", "3d"]
    assert len([event for event in it.inbox.rest() if isinstance(event, ev.Notice)]) == 1


def test_a_slow_machine_thinks_only_when_the_turn_is_over(stage: Callable[..., Stage]) -> None:
    it = stage(says("hello"), answers("Hello."))
    it.assistant._thinking._slow_preloads = SLOW_PRELOADS
    it.say("01_hello", 8000)
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    over = it.wait(lambda event, state: isinstance(event, ev.EndOfTurn))
    assert isinstance(over, ev.EndOfTurn)
    reply = it.assistant._reply
    assert reply is not None and reply.stages.first_token is not None
    assert reply.stages.first_token >= over.decided_at


def test_an_announcement_is_said_unasked(stage: Callable[..., Stage]) -> None:
    it = stage(says("hello"), answers("Hello."))
    it.inbox.post(ev.Announcement("Your timer is done."))
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert it.ledger.turns[1].reply == ["Your timer is done."]


def test_muted_means_deaf(stage: Callable[..., Stage]) -> None:
    it = stage(says("hello"), answers("Hello."))
    it.inbox.post(ev.MuteToggled(it.assistant.clock.now()))
    it.wait(lambda event, state: isinstance(event, ev.MuteToggled))
    _, end = it.say("01_hello", it.card.frame + 1600)
    it.inbox.post(ev.Announcement("While this is said somebody speaks, and is not heard."))
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert it.card.frame > end
    assert not [event for event, _ in it.happened if isinstance(event, ev.SpeechStarted)]
