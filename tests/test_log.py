"""The log holds types, counts and durations, and never what was said."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice import events as ev
from localvoice import log
from localvoice.errors import SettingsError

SECRET = "marmalade"
SAID = [
    ev.Announcement(SECRET),
    ev.PartialTranscript(1, f"buy {SECRET}", SECRET),
    ev.FinalTranscript(1, 1, f"buy {SECRET}", 300),
    ev.ClauseReady(1, 1, f"I bought {SECRET}."),
    ev.ClauseStarted(1, 100, f"I bought {SECRET}.", False),
    ev.ReplyEnded(1, 200, f"I bought {SECRET}."),
    ev.ReplyCut(1, 200, SECRET),
    ev.ToolFinished(1, f"buy_{SECRET}", False, 2.0),
]


@pytest.mark.parametrize("event", SAID, ids=lambda event: event.type)
def test_no_word_of_anybody_is_in_it(event: ev.Event) -> None:
    line = log.describe(event)
    assert SECRET not in line and line.startswith(event.type)


def test_words_are_counted() -> None:
    assert log.describe(ev.FinalTranscript(1, 2, "buy some milk", 300)) == (
        "final_transcript turn=1 revision=2 text_words=3 patience_ms=300"
    )
    assert log.describe(ev.ToolFinished(1, "set_timer", True, 2.0)).startswith("tool_finished turn=1 name=set_timer")


@given(st.one_of([st.from_type(kind) for kind in ev.Event.__args__]))
def test_every_event_is_one_line(event: ev.Event) -> None:
    line = log.describe(event)
    assert event.type in line
    if not isinstance(event, ev.Notice | ev.DeviceGone | ev.WorkerFailed | ev.FinalTranscript | ev.ToolFinished):
        assert line.isprintable()


def test_a_file_is_appended_to_and_a_bad_one_is_a_sentence(tmp_path: Path) -> None:
    before = list(log.LOGGER.handlers)
    level = log.LOGGER.level
    try:
        file = tmp_path / "talk.log"
        log.to_file(file)
        log.event(ev.FinalTranscript(1, 1, f"buy {SECRET}", 300))
        log.event(ev.WorkerFailed("think", "ValueError in think/answer.py, answer, line 7", 1))
        [first, second] = file.read_text().splitlines()
        assert "INFO [MainThread] final_transcript turn=1" in first and SECRET not in first
        assert "ERROR [MainThread] worker_failed" in second and "think/answer.py" in second
        with pytest.raises(SettingsError, match="cannot be written"):
            log.to_file(tmp_path / "nowhere" / "talk.log")
    finally:
        for handler in set(log.LOGGER.handlers) - set(before):
            log.LOGGER.removeHandler(handler)
            handler.close()
        log.LOGGER.setLevel(level)


def test_by_default_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert any(isinstance(handler, logging.NullHandler) for handler in log.LOGGER.handlers)
    log.event(ev.WorkerFailed("think", "ValueError"))
    assert capfd.readouterr() == ("", "")
