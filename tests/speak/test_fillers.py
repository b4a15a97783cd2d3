from localvoice.speak.fillers import GENERAL, all_fillers, filler
from localvoice.speak.speakable import speakable
from localvoice.think.tools.plugins import plugin

OWN = [tool.while_waiting for tool in plugin("simulated-house")]


def test_two_waits_in_a_row_sound_different() -> None:
    for own in (*OWN, ()):
        assert filler(1, own) != filler(2, own)


def test_a_tool_with_sentences_of_its_own_says_no_others() -> None:
    assert {filler(turn, ("Let me look outside.",)) for turn in range(6)} == {"Let me look outside."}
    assert {filler(turn) for turn in range(6)} == set(GENERAL)


def test_every_filler_is_short_and_can_be_prepared() -> None:
    prepared = all_fillers(OWN)
    assert sum(map(bool, OWN)) == 3
    for own in (*OWN, ()):
        assert all(filler(turn, own) in prepared for turn in range(6))
    assert all(speakable(text) == text and len(text.split()) <= 6 for text in prepared)
