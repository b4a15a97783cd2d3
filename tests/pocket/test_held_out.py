"""What is held out is in no training text: every line is held against every template that a bundled model learned."""

import re
import sys
from functools import cache
from pathlib import Path
from random import Random

import pytest

from localvoice.demo.conversation import LINES, Line
from tests import conversations as second

POCKET = Path(__file__).parents[2] / "scripts" / "pocket"
DRAWS = 300
"""Fillings of one slot; no slot has more words than these show."""
SLOT = re.compile(r"\{(\w+)(?::(?:a|an))?\}")


@pytest.fixture(scope="module", autouse=True)
def scripts():
    paths = [str(POCKET), str(POCKET / "chat")]
    sys.path[:0] = paths
    yield
    for path in paths:
        sys.path.remove(path)


@cache
def slot_words(name: str) -> frozenset[str]:
    """The words that can fill a slot; empty for those that take any word."""
    from world.fillers import FILLERS
    from world.grammar import _unit_pieces, units

    rng = Random(name)
    if name in ("amount", "from", "to"):
        said = [_unit_pieces(units(rng).values, rng)[name].spoken for _ in range(DRAWS)]
    elif name in FILLERS:
        said = [FILLERS[name](rng).spoken for _ in range(DRAWS)]
    else:
        return frozenset()
    return frozenset(word for text in said for word in text.split())


def pattern(template: str) -> re.Pattern[str]:
    """What a template without choices can say, any number of words in a slot."""
    text, *rest = SLOT.split(template)
    expression = re.escape(text)
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        words = "|".join(sorted(map(re.escape, slot_words(name)))) or r"[\w']+"
        expression += f"(?:an? )?(?:{words})(?: (?:{words}))*" + re.escape(text)
    return re.compile(expression)


def training_templates() -> list[str]:
    """Of the world's train split and of the chat model's further phrasings, choices resolved."""
    import more_phrasings
    import small_talk
    from world import FOLLOW_UPS, OUTSIDE, TALK, TOOLS, choices, templates

    lines = [
        template.text
        for table in (TOOLS, FOLLOW_UPS, TALK, OUTSIDE)
        for intent in table
        for template in templates(intent)
        if not template.held_out
    ]
    more = "\n".join(block.strip() for block in more_phrasings.MORE.values())
    lines += [line.partition(" :: ")[0] for line in more.splitlines()]
    asked = (more_phrasings.STATEMENTS, small_talk.OUTSIDE_FACTS, small_talk.OUTSIDE_ACTIONS)
    lines += [line for block in asked for line in (block.split("\n") if isinstance(block, str) else block)]
    return [text for line in lines if line for text in choices(line)]


def matching(says: str, patterns: list[re.Pattern[str]]) -> list[str]:
    return [one.pattern for one in patterns if one.fullmatch(says)]


@pytest.fixture(scope="module")
def learned() -> list[re.Pattern[str]]:
    found = [pattern(text) for text in training_templates()]
    assert len(found) > 1500
    return found


def lines_said(held_out: bool) -> list[Line]:
    return [line for line in (*LINES, *second.LINES) if line.held_out is held_out]


def test_half_of_the_demo_and_all_of_the_second_conversation_are_held_out() -> None:
    assert len([line for line in LINES if line.held_out]) >= len(LINES) / 2
    assert all(line.held_out for line in second.LINES)


def test_no_training_template_says_a_held_out_line(learned: list[re.Pattern[str]]) -> None:
    assert {line.says: matching(line.says, learned) for line in lines_said(True) if matching(line.says, learned)} == {}


def test_the_comparison_finds_what_was_learned(learned: list[re.Pattern[str]]) -> None:
    """Proves that the test above can fail."""
    orders = re.compile(r"coffee|latte|mocha|espresso|cappuccino|americano")  # spoken by a grammar of their own
    known = [line.says for line in lines_said(False) if not orders.search(line.says)]
    found = [says for says in known if matching(says, learned)]
    assert len(known) >= 4 and len(found) >= 0.7 * len(known), set(known) - set(found)


def test_no_everyday_sentence_of_the_transcriber_is_of_a_held_out_template() -> None:
    from transcriber.phrases import PHRASES
    from world import FOLLOW_UPS, OUTSIDE, TALK, TOOLS, choices, held_out, templates

    tables = (TOOLS, FOLLOW_UPS, TALK, OUTSIDE)
    held = [one for table in tables for intent in table for one in templates(intent) if one.held_out]
    patterns = [pattern(text) for template in held for text in choices(template.text)]
    assert len(patterns) > 200
    said = {row["text"] for row in held_out()}
    assert {line: matching(line, patterns) for line in PHRASES if line in said or matching(line, patterns)} == {}


def test_no_held_out_order_can_come_from_the_training_orders() -> None:
    from transcriber import texts
    from world import orders

    held = [line.says for line in lines_said(True) if re.search(r"coffee|latte|mocha", line.says)]
    assert held
    rng = Random(5)
    said = {orders.order(False, rng, correction=bool(at % 2))[0] for at in range(20_000)}
    said |= {texts.order(rng) for _ in range(20_000)}
    openings = {" ".join(text.split()[:4]) for text in said}
    assert not [text for text in held if text in said or " ".join(text.split()[:4]) in openings]
