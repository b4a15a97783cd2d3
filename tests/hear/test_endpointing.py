"""End of turn: examples, and properties over any sequence of frames."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from localvoice.events import (
    EndOfTurn,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    SpeechSuspected,
    SuspicionGone,
)
from localvoice.hear.endpointing import LAG_SAMPLES, Endpointing, EndpointingSettings, Onset, SpeechEvent
from localvoice.hear.voice_activity import FRAME_SAMPLES

VOICE, HUSH = 0.95, 0.02
FRAME_MS = 32


def run(
    probabilities: list[float],
    assistant: bool | list[bool] = False,
    settings: EndpointingSettings | None = None,
    patience: dict[int, int] | None = None,
) -> list[tuple[int, SpeechEvent]]:
    """Every event with the number of the frame that caused it; `patience`: wait to set after the frame so
    numbered."""
    machine = Endpointing(settings)
    found: list[tuple[int, SpeechEvent]] = []
    for number, probability in enumerate(probabilities):
        speaking = assistant[number] if isinstance(assistant, list) else assistant
        found += [(number, event) for event in machine.feed((number + 1) * FRAME_SAMPLES, probability, speaking)]
        if patience and number in patience:
            paused_at = next((event.at for _, event in reversed(found) if isinstance(event, SpeechPaused)), 0)
            machine.set_patience(patience[number], paused_at)
    return found


def kinds(found: list[tuple[int, SpeechEvent]]) -> list[type]:
    return [type(event) for _, event in found]


def test_one_turn_with_its_times() -> None:
    found = run([HUSH] * 5 + [VOICE] * 20 + [HUSH] * 20)
    start, end = 5 * FRAME_SAMPLES, 25 * FRAME_SAMPLES - LAG_SAMPLES
    assert found == [
        (5, SpeechSuspected(start)),
        (6, SpeechStarted(start)),
        (26, SpeechPaused(end, 640)),
        (32, EndOfTurn(end, 33 * FRAME_SAMPLES)),
    ]
    assert (33 * FRAME_SAMPLES - end) / 16 == 288, "300 ms, to the nearest frame"


def test_a_pause_waits_for_its_words_but_not_for_ever() -> None:
    speech = [VOICE] * 20
    held = EndpointingSettings(hold_ms=640)
    ((ended, _),) = [one for one in run(speech + [HUSH] * 60, settings=held) if isinstance(one[1], EndOfTurn)]
    assert ended == 27 + 20, "640 ms are 20 frames"
    for number, patience_ms, expected in ((30, 300, 31), (21, 300, 27), (30, 640, 38), (21, None, 27)):
        found = run(speech + [HUSH] * 60, settings=held, patience={number: patience_ms})
        assert [at for at, event in found if isinstance(event, EndOfTurn)] == [expected]


def test_patience_for_a_pause_that_is_over_counts_for_no_other() -> None:
    machine = Endpointing()
    events: list[SpeechEvent] = []
    for number, probability in enumerate([VOICE] * 10 + [HUSH] * 5 + [VOICE] * 10 + [HUSH] * 20):
        events += machine.feed((number + 1) * FRAME_SAMPLES, probability, False)
        pauses = [event for event in events if isinstance(event, SpeechPaused)]
        if len(pauses) == 2:
            machine.set_patience(2000, pauses[0].at)
    assert isinstance(events[-1], EndOfTurn)


def test_a_short_pause_is_one_turn() -> None:
    found = run([VOICE] * 10 + [HUSH] * 5 + [VOICE] * 10 + [HUSH] * 12)
    assert kinds(found) == [
        SpeechSuspected,
        SpeechStarted,
        SpeechPaused,
        SpeechResumed,
        SpeechPaused,
        EndOfTurn,
    ]
    assert found[3] == (16, SpeechResumed(15 * FRAME_SAMPLES))


def test_patience_makes_the_wait_of_this_pause_longer_and_no_other() -> None:
    pause_of_800_ms = [HUSH] * 25
    words = [VOICE] * 10
    hasty = run(words + pause_of_800_ms + words + [HUSH] * 12)
    patient = run(words + pause_of_800_ms + words + [HUSH] * 12, patience={14: 1000})
    assert kinds(hasty).count(EndOfTurn) == 2
    assert kinds(patient).count(EndOfTurn) == 1
    number, end = patient[-1]
    assert isinstance(end, EndOfTurn) and end.decided_at - end.at == 9 * FRAME_SAMPLES
    assert number == 52


def test_patience_outside_a_pause_does_nothing() -> None:
    assert run([VOICE] * 10 + [HUSH] * 12, patience={4: 1000}) == run([VOICE] * 10 + [HUSH] * 12)


def test_a_click_is_only_a_suspicion() -> None:
    assert kinds(run([HUSH] * 3 + [VOICE] + [HUSH] * 8)) == [SpeechSuspected, SuspicionGone]


def test_a_click_in_the_pause_does_not_resume_but_holds_the_end_back() -> None:
    plain = run([VOICE] * 10 + [HUSH] * 20)
    clicked = run([VOICE] * 10 + [HUSH] * 7 + [VOICE] + [HUSH] * 12)
    assert SpeechResumed not in kinds(clicked)
    assert clicked[-1][1].at == plain[-1][1].at  # type: ignore[union-attr]
    assert clicked[-1][0] == plain[-1][0] + 1


def test_the_assistant_speaking_asks_for_more_frames_and_bears_gaps() -> None:
    settings = EndpointingSettings(barge_in=Onset(threshold=0.6, frames=3, gap_frames=2))
    found = run([HUSH] * 4 + [VOICE] * 10, assistant=True, settings=settings)
    assert found == [(4, SpeechSuspected(4 * FRAME_SAMPLES)), (6, SpeechStarted(4 * FRAME_SAMPLES))]
    assert run([0.55] * 12, assistant=True, settings=settings) == []
    torn = [VOICE, HUSH, HUSH, VOICE, HUSH, VOICE]
    assert kinds(run(torn, assistant=True, settings=settings)) == [SpeechSuspected, SpeechStarted]
    assert kinds(run([VOICE, HUSH, HUSH, HUSH], assistant=True, settings=settings)) == [
        SpeechSuspected,
        SuspicionGone,
    ]


def test_weak_syllables_do_not_tear_a_word() -> None:
    assert SpeechPaused not in kinds(run([VOICE] * 5 + [0.2] + [VOICE] * 5))
    settings = EndpointingSettings(release=0.35)
    assert SpeechPaused not in kinds(run([VOICE] * 5 + [0.4] * 10 + [VOICE] * 5, settings=settings))


def test_a_television_is_cut_off() -> None:
    found = run([VOICE] * 1000, settings=EndpointingSettings(longest_turn_s=30))
    assert kinds(found)[:4] == [SpeechSuspected, SpeechStarted, SpeechPaused, EndOfTurn]
    end = found[3][1]
    assert isinstance(end, EndOfTurn) and 30.0 <= end.decided_at / 16000 < 30.1


frames = st.lists(
    st.tuples(st.one_of(st.sampled_from([0.0, 0.3, 0.4, 0.55, 0.7, 1.0]), st.floats(0, 1)), st.booleans()),
    max_size=400,
)
FOLLOWERS: dict[type | None, set[type]] = {
    None: {SpeechSuspected},
    SpeechSuspected: {SuspicionGone, SpeechStarted},
    SuspicionGone: {SpeechSuspected},
    SpeechStarted: {SpeechPaused},
    SpeechPaused: {SpeechResumed, EndOfTurn},
    SpeechResumed: {SpeechPaused},
    EndOfTurn: {SpeechSuspected},
}


@given(frames, st.dictionaries(st.integers(0, 400), st.integers(0, 2000), max_size=5))
def test_the_events_always_tell_a_story(given_frames: list[tuple[float, bool]], patience: dict[int, int]) -> None:
    found = run([p for p, _ in given_frames], [a for _, a in given_frames], patience=patience)
    before: type | None = None
    for number, event in found:
        assert type(event) in FOLLOWERS[before], f"{type(event).__name__} after {before}"
        assert 0 <= event.at <= (number + 1) * FRAME_SAMPLES
        assert event.at % FRAME_SAMPLES == 0
        before = type(event)


@given(frames)
def test_times_do_not_run_backwards(given_frames: list[tuple[float, bool]]) -> None:
    found = run([p for p, _ in given_frames], [a for _, a in given_frames])
    turns = [event for _, event in found if not isinstance(event, SpeechSuspected | SuspicionGone)]
    assert all(a.at <= b.at for a, b in pairwise(turns))


@given(frames, st.integers(64, 2000))
def test_no_turn_ends_before_its_wait(given_frames: list[tuple[float, bool]], wait_ms: int) -> None:
    settings = EndpointingSettings(end_of_turn_ms=wait_ms, longest_turn_s=3600)
    for _, event in run([p for p, _ in given_frames], [a for _, a in given_frames], settings):
        if isinstance(event, EndOfTurn):
            assert event.decided_at - event.at >= wait_ms * 16 - FRAME_SAMPLES // 2


@given(frames)
def test_silence_always_brings_it_back_to_quiet(given_frames: list[tuple[float, bool]]) -> None:
    found = run([p for p, _ in given_frames] + [0.0] * 15, [a for _, a in given_frames] + [False] * 15)
    assert not found or isinstance(found[-1][1], SuspicionGone | EndOfTurn)
