"""Nobody else's part of the conversation is ever said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.think.leaks import RoleGuard


def guarded(text: str, sizes: list[int]) -> tuple[str, bool]:
    guard, out, at = RoleGuard(), "", 0
    for size in [*sizes, len(text)]:
        out += guard.feed(text[at : at + size])
        at += size
    return out + guard.finish(), guard.ended


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is five.\nUser: and the date?", "It is five."),
        ("It is five. User: and the date?", "It is five."),
        ("It is five.\nAssistant: It is five.", "It is five."),
        ("It is five.\n**Human:** why", "It is five."),
        ("It is five.\n\n### User: why", "It is five.\n"),
        ("Assistant: It is five.", "It is five."),
        ("User: what time is it?\nAssistant: five", ""),
        ("It is five.\nhuman : what", "It is five."),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_reply_ends_where_another_one_speaks(text: str, said: str, size: int) -> None:
    sizes = [size] * (len(text) // size)
    assert guarded(text, sizes)[0] == said


@pytest.mark.parametrize(
    "text",
    [
        "The user: a person. Users like it.",
        "Use it. Us too. U",
        "I asked. Usually it works.\nAssistants help.",
        "The human body: a wonder.",
        "Systems are fine. System",
        "Here: a list.\n* milk\n* eggs",
    ],
)
@given(sizes=st.lists(st.integers(1, 5), max_size=60))
def test_what_only_looks_like_it_is_said_whole(text: str, sizes: list[int]) -> None:
    assert guarded(text, sizes) == (text, False)


@given(st.text(alphabet="ab\n.:UserHuman ", max_size=60), st.lists(st.integers(1, 4), max_size=60))
def test_it_does_not_matter_in_which_pieces_a_text_comes(text: str, sizes: list[int]) -> None:
    assert guarded(text, sizes) == guarded(text, [])
