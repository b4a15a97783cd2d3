"""Questions in writing through the public calls, with the bundled chat model."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localvoice.config import ChatSettings, Settings, ToolSettings
from localvoice.errors import CannotSpeak, LocalvoiceError
from localvoice.one_shot.ask import MOST_CHARS, Chat, ask
from localvoice.think.messages import ToolResult
from tests import slow_weather


def test_one_question() -> None:
    assert "84" in ask("what is twelve times seven")


def test_a_chat_tells_its_tools_its_model_and_what_is_pending() -> None:
    tools: list[ToolResult] = []
    with Chat(tool_finished=tools.append) as chat:
        assert chat.pending() == "" and chat.model == "pocket"
        "".join(chat.ask("set a timer for five minutes"))
        assert [(result.call.name, result.ok) for result in tools] == [("set_timer", True)]
        assert chat.pending() in ("a timer has 5 minutes left", "a timer has 4 minutes 59 seconds left")
    assert chat.pending() == ""


DUE = [{"kind": "alarm", "due": "2020-01-01T07:00:00", "what": "work"}]


@pytest.fixture
def with_an_alarm_due(tmp_path: Path) -> Settings:
    (tmp_path / "alarms.json").write_text(json.dumps(DUE))
    return Settings(tools=ToolSettings(data_folder=str(tmp_path)))


def test_an_alarm_that_nobody_would_hear_is_left_to_others(with_an_alarm_due: Settings, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    ask("what time is it", with_an_alarm_due)
    with (
        Chat(with_an_alarm_due) as chat,
        Chat(with_an_alarm_due, announce=lambda sentence: None, alarms_ring=False) as passing,
    ):
        # Setting one makes the thread look, if there is one.
        "".join(chat.ask("wake me at 7 tomorrow")), "".join(passing.ask("wake me at 8 tomorrow"))
        assert "alarms" not in {thread.name for thread in set(threading.enumerate()) - before}
    assert json.loads((tmp_path / "alarms.json").read_text())[0] == DUE[0]


def test_an_alarm_is_told_to_who_listens(with_an_alarm_due: Settings) -> None:
    told, heard = threading.Event(), list[str]()

    def announce(sentence: str) -> None:
        heard.append(sentence)
        told.set()

    with Chat(with_an_alarm_due, announce=announce).load():
        assert told.wait(20)
    assert len(heard) == 1 and heard[0].startswith("You missed your work alarm at ")


def test_an_answer_that_is_stopped_is_remembered_as_far_as_it_came() -> None:
    with Chat() as chat:
        pieces = chat.ask("tell me a story")
        begun = next(pieces)
        chat.stop()
        rest = "".join(pieces)
        assert chat._conversation is not None
        (turn,) = chat._conversation.turns
        assert turn.committed and turn.reply == (begun + rest).strip()
        assert "84" in "".join(chat.ask("what is twelve times seven")), "the stop was meant for one answer"


def test_a_stop_does_not_wait_for_a_tool(tmp_path: Path, monkeypatch) -> None:
    asked = tmp_path / "asked"
    monkeypatch.setenv(slow_weather.ASKED, str(asked))
    settings = Settings(tools=ToolSettings(plugins=("tests.slow_weather",), deadline_s=50))
    with Chat(settings) as chat:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(lambda: "".join(chat.ask("what is the weather like tomorrow")))
            end_s = time.monotonic() + 20
            while not asked.exists():
                assert time.monotonic() < end_s
                time.sleep(0.01)
            chat.stop()
            # The station takes a minute.
            assert "sunny" not in answer.result(20)
        assert "84" in "".join(chat.ask("what is twelve times seven"))


STATION = """
import time
from pathlib import Path
from localvoice.tools import tool

@tool
def get_weather(day: str = "today") -> str:
    "The weather forecast."
    here = Path(__file__).parent
    (here / "asked").touch()
    while not (here / "go").exists():
        time.sleep(0.01)
    return "sunny"
"""


def test_what_a_tool_did_after_the_stop_is_known_at_the_next_question(tmp_path: Path) -> None:
    plugin = tmp_path / "station.py"
    plugin.write_text(STATION)
    with Chat(Settings(tools=ToolSettings(plugins=(str(plugin),), deadline_s=50))) as chat:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(lambda: "".join(chat.ask("what is the weather like tomorrow")))
            end_s = time.monotonic() + 20
            while not (tmp_path / "asked").exists():
                assert time.monotonic() < end_s
                time.sleep(0.01)
            chat.stop()
            answer.result(20)
        (_, _, batch) = chat._stopped_calls[0]
        (tmp_path / "go").touch()
        assert batch.wait(20)
        "".join(chat.ask("what is twelve times seven"))
        assert chat._conversation is not None and not chat._stopped_calls
        assert [step.content for step in chat._conversation.turns[0].steps if step.role == "tool"] == ["sunny"]


@pytest.mark.parametrize("text", ["word " * 2000, "a" * (MOST_CHARS + 1)])
def test_a_question_that_would_be_cut_is_refused(text: str) -> None:
    with pytest.raises(LocalvoiceError, match="too long"):
        ask(text)


def test_a_longer_context_takes_a_longer_question() -> None:
    with Chat(Settings(chat=ChatSettings(context_tokens=1000))) as short, Chat() as long:
        short.load(), long.load()
        assert short._conversation is not None and long._conversation is not None
        assert short._conversation.most_user_tokens < long._conversation.most_user_tokens


@pytest.mark.parametrize("text", ["", "?!", "🙂"])
def test_no_question(text: str) -> None:
    with pytest.raises(CannotSpeak):
        ask(text)
