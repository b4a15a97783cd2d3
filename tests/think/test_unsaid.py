"""What a model fills in by itself is not done."""

from typing import Any

import pytest

from localvoice.think.messages import ToolCall
from localvoice.think.tools.unsaid import without_unsaid

PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "drink": {"type": "string"},
        "milk": {"type": "string"},
        "sugar": {"type": "string"},
        "at": {"type": "string"},
        "size": {"type": "string", "enum": ["small", "large"]},
        "shots": {"type": "integer"},
    },
    "required": ["drink"],
}


@pytest.mark.parametrize(
    ("said", "arguments", "kept"),
    [
        ("a small cappuccino please", {"drink": "latte", "milk": "soy milk", "sugar": "a bit"}, {"drink", "sugar"}),
        ("one latte", {"drink": "latte", "milk": "soy milk", "sugar": "none"}, {"drink"}),
        ("a latte with soy milk", {"drink": "latte", "milk": "Soy-milk"}, {"drink", "milk"}),
        ("a big latte at seven", {"drink": "latte", "size": "large", "at": "7:00 AM", "shots": 2}, None),
        ("ein Kaffee mit Hafermilch", {"drink": "Kaffee", "milk": "Hafer"}, {"drink", "milk"}),
        ("a latte", {"drink": "latte", "milk": "", "unknown": "thing"}, {"drink", "milk", "unknown"}),
    ],
)
def test_optional_text_of_which_no_word_was_said_is_left_out(
    said: str, arguments: dict[str, Any], kept: set[str] | None
) -> None:
    call = without_unsaid(ToolCall("call_1", "order", arguments), PARAMETERS, said)
    assert call.arguments.keys() == (arguments.keys() if kept is None else kept)
