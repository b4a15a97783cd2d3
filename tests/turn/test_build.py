"""What is loaded is ready to answer."""

from localvoice.config import Settings
from localvoice.turn.build import load_engines


def test_the_prompt_is_read_before_the_conversation_starts() -> None:
    engines = load_engines(Settings(), lambda event: None)
    assert engines.conversation.warm() == 0, "nothing was left to read"


def test_a_stop_cuts_the_reading_short() -> None:
    engines = load_engines(Settings(), lambda event: None, stop=lambda: True)
    assert engines.conversation.warm() > 0
