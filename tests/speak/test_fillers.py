from localvoice.speak.fillers import all_fillers, filler
from localvoice.speak.speakable import speakable


def test_two_waits_in_a_row_sound_different() -> None:
    for tool in ("get_weather", "order_coffee", "a tool of your own"):
        assert filler(tool, 1) != filler(tool, 2)


def test_every_filler_is_short_and_can_be_prepared() -> None:
    prepared = all_fillers()
    for tool in ("get_weather", "order_coffee", "change_order", "anything"):
        assert all(filler(tool, turn) in prepared for turn in range(6))
    assert all(speakable(text) == text and len(text.split()) <= 6 for text in prepared)
