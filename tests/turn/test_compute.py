"""A wish for a card that is not there reaches the person, and everything runs all the same."""

import pytest

from localvoice import events as ev
from localvoice.audio.acoustics import Room
from localvoice.audio.room import RoomCard
from localvoice.cli.app import run
from localvoice.config import ChatSettings, Settings, TranscriberSettings
from localvoice.demo.visitor import SPEECH
from localvoice.turn.build import assemble, load_engines

WISHES = Settings(transcriber=TranscriberSettings(compute="cuda"), chat=ChatSettings(compute="vulkan"))
TOML = '[transcriber]\ncompute = "cuda"\n[chat]\ncompute = "vulkan"\n'


@pytest.fixture(autouse=True)
def no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    monkeypatch.setattr("localvoice.engines.chat.llama_library.Library.devices", lambda self: ())


def test_a_conversation_begins_with_a_notice_for_each() -> None:
    posted: list[ev.Event] = []
    engines = load_engines(WISHES, lambda event: None)
    assemble(RoomCard(Room()), engines, WISHES, posted.append)
    transcriber, chat = (event.text for event in posted if isinstance(event, ev.Notice) and "compute" in event.text)
    assert transcriber.startswith("transcriber.compute is cuda") and chat.startswith("chat.compute is vulkan")
    assert load_engines(Settings(), lambda event: None).notices == ()


def test_single_commands_say_it_beside_their_answer(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "localvoice.toml"
    file.write_text(TOML)
    assert run(["ask", "what's twelve times seven", "--config", str(file)]) == 0
    said = capsys.readouterr()
    assert "84" in said.out and "chat.compute" not in said.out and "chat.compute is vulkan" in said.err
    assert run(["transcribe", str(next(SPEECH.glob("*.flac"))), "--config", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() and "transcriber.compute is cuda" in said.err
