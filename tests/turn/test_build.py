"""What is loaded is ready to answer."""

from pathlib import Path

from localvoice.config import Settings, ToolSettings
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
