"""Unfinished words wait longer, finished ones do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.hear.completeness import LONGEST_MS, patience_ms

UNFINISHED = """
set a timer for
set a timer for twenty
set a timer for twenty five
set a pasta timer for eight
add milk and
add milk to
turn on the
turn the
turn on
what's the
what's the weather in
convert five miles to
convert five
how many
can i get a
can i have a large
a light roast double
can you get me a big red
find me some cold
i'd like
i'd like a large latte with
a medium latte with a bit of
what is twelve times
what is fifteen percent of
um
so um
Set a timer for...
Add milk,
""".strip().splitlines()

FINISHED = """
stop
yes
no make it a large
make it a large
large
a large
what time is it
what's the time
what day is it
turn on the kitchen light
turn the light on
turn off the light
turn it up
turn the volume down
set a timer for five minutes
set a timer for twenty five minutes
Set a timer for 5 minutes.
what is twelve times seven
set the volume to forty
what's the weather like
what's the weather like tomorrow
and tomorrow
cancel it
cancel my order
cancel that
add milk and eggs to the shopping list
can i get a large light roast latte with soy milk
a small decaf cappuccino please
a latte with soy
change that to a large
i am cold
turn on a light
set bedroom lights to blue
fan on medium
turn the lamp red
how many kilometers are five miles
how much is left on the timer
tell me a joke
remove the bread
thank you
""".strip().splitlines()


@pytest.mark.parametrize("text", UNFINISHED)
def test_unfinished(text: str) -> None:
    assert patience_ms(text, 300) == 1000


@pytest.mark.parametrize("text", FINISHED)
def test_finished(text: str) -> None:
    assert patience_ms(text, 300) == 300


def test_nothing_and_other_languages_keep_the_base() -> None:
    assert patience_ms("", 300) == 300
    assert patience_ms("wie viel uhr ist es", 420) == 420


@given(st.text(), st.integers(0, 5000))
def test_never_below_the_base_nor_far_above(text: str, base_ms: int) -> None:
    assert base_ms <= patience_ms(text, base_ms) <= max(base_ms, LONGEST_MS)
