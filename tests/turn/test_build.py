"""What is loaded is ready to answer."""

from pathlib import Path

import pytest

from localvoice.config import Settings, ToolSettings, VoiceSettings
from localvoice.engines.chat.llama import LlamaEngine
from localvoice.errors import ModelMissing
from localvoice.turn.build import load_engines

ASTRONOMER = """
from localvoice.tools import tool

@tool(slow=True, while_waiting=["请稍等。", "Looking up."])
def look_at_stars() -> str:
    "Look at the stars."
    return "clear"

@tool(slow=True, while_waiting="请稍等。")
def look_at_moon() -> str:
    "Look at the moon."
    return "full"
"""


def test_the_prompt_is_read_before_the_conversation_starts() -> None:
    engines = load_engines(Settings(), lambda event: None)
    assert engines.conversation.warm() == 0, "nothing was left to read"


def test_a_stop_cuts_the_reading_short() -> None:
    engines = load_engines(Settings(), lambda event: None, stop=lambda: True)
    assert engines.conversation.warm() > 0


def test_waiting_words_that_the_voice_cannot_say_are_left_out(tmp_path: Path) -> None:
    plugin = tmp_path / "stars.py"
    plugin.write_text(ASTRONOMER, encoding="utf-8")
    engines = load_engines(Settings(tools=ToolSettings(plugins=(str(plugin),))), lambda event: None, stop=lambda: True)
    said = {tool.name: tool.while_waiting for tool in engines.runner.tools}
    assert (said["look_at_stars"], said["look_at_moon"]) == (("Looking up.",), ())
    assert engines.notices == tuple(
        f"The waiting words of the tool {name} cannot be spoken by this voice."
        for name in ("look_at_stars", "look_at_moon")
    )


def test_a_voice_that_is_missing_leaves_no_chat_model_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[LlamaEngine] = []
    close = LlamaEngine.close

    def closing(engine: LlamaEngine) -> None:
        freed.append(engine)
        close(engine)

    monkeypatch.setattr(LlamaEngine, "close", closing)
    settings = Settings(voice=VoiceSettings(model=str(tmp_path / "none.onnx")))
    with pytest.raises(ModelMissing):
        load_engines(settings, lambda event: None)
    assert len(freed) == 1
