"""Typed functions become schemas."""

from typing import Annotated, Literal

import pytest

from localvoice.errors import SettingsError
from localvoice.think.tools.registry import Registry, plugin
from localvoice.think.tools.spec import Between, Done, from_function, tool, tools_of


class Kettle:
    @tool(slow=True, changes_world=True)
    def boil(
        self,
        cups: Annotated[int, Between(1, 6)],
        kind: Literal["green", "black"],
        names: list[str],
        warm: bool = False,
        level: Literal["up", "down"] | Annotated[int, Between(0, 100)] | None = None,
    ) -> Done:
        """Boil water
        for tea.

        cups: how many
        kind: what sort of tea
        """
        return Done(f"{cups} {kind}")

    @tool()
    def is_hot(self) -> str:
        """Whether it is hot."""
        return "yes"

    def not_a_tool(self) -> str:
        return ""


def test_the_schema_says_all_that_the_annotations_say() -> None:
    boil, is_hot = tools_of(Kettle())
    assert boil.schema == {
        "type": "function",
        "function": {
            "name": "boil",
            "description": "Boil water for tea.",
            "parameters": {
                "type": "object",
                "properties": {
                    "cups": {"type": "integer", "minimum": 1, "maximum": 6, "description": "how many"},
                    "kind": {"type": "string", "enum": ["green", "black"], "description": "what sort of tea"},
                    "names": {"type": "array", "items": {"type": "string"}},
                    "warm": {"type": "boolean"},
                    "level": {
                        "anyOf": [
                            {"type": "string", "enum": ["up", "down"]},
                            {"type": "integer", "minimum": 0, "maximum": 100},
                        ]
                    },
                },
                "required": ["cups", "kind", "names"],
            },
        },
    }
    assert (boil.slow, boil.changes_world) == (True, True)
    assert (is_hot.slow, is_hot.changes_world) == (False, False)
    assert is_hot.parameters == {"type": "object", "properties": {}, "required": []}


def test_a_tool_without_annotations_is_refused_with_a_sentence() -> None:
    def careless(what) -> str:  # type: ignore[no-untyped-def]
        return str(what)

    with pytest.raises(TypeError, match="what of the tool careless has no type annotation"):
        from_function(careless)


def test_a_placeholder_gives_way_and_two_real_ones_do_not() -> None:
    def lamp() -> str:
        """A lamp."""
        return "real"

    placeholder = from_function(tool(placeholder=True)(lambda: "none"))
    stand_in = type(placeholder)("lamp", "", placeholder.parameters, placeholder.function, placeholder=True)
    real = from_function(lamp)
    for order in ([stand_in, real], [real, stand_in]):
        assert Registry(order).get("lamp") is real
    with pytest.raises(SettingsError, match="two tools called lamp"):
        Registry([real, real])


def test_plugins_are_found_by_short_name_module_and_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    names = {item.name for item in plugin("simulated-house")}
    assert names == {
        "set_device",
        "set_brightness",
        "get_weather",
        "order_coffee",
        "change_order",
        "cancel_order",
    }
    assert {item.name for item in plugin("localvoice.think.tools.house.simulated")} == names
    file = tmp_path / "my_house.py"
    file.write_text(
        "from localvoice.think.tools.spec import from_function\n"
        "def open_door(which: str) -> str:\n    '''Open a door.'''\n    return f'{which} is open'\n"
        "def tools():\n    return [from_function(open_door)]\n"
    )
    (door,) = plugin(str(file))
    assert door.function(which="gate") == "gate is open"


def test_a_plugin_may_have_dataclasses(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "with_state.py"
    file.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Door:\n    is_open: bool = False\n"
        "def tools():\n    return []\n"
    )
    assert plugin(str(file)) == []


def test_what_may_be_left_out_is_none_then() -> None:
    def get_news(topic: str | None) -> str:
        return f"news of {topic}"

    tool = from_function(get_news)
    assert tool.parameters["required"] == []
    assert tool.function() == "news of None"
    assert tool.function(topic="sport") == "news of sport"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tools = 3\n", "is not a plug-in"),
        ("def tools():\n    return [3]\n", "something else than tools"),
        ("def tools(:\n", "cannot be loaded"),
        ("import nothing_of_that_name\n", "cannot be loaded"),
        ("\nnobody_knows\n", "NameError.*line 2"),
        ("import sys\nsys.exit(0)\n", "cannot be loaded"),
        ("def tools():\n    return nobody_knows\n", "is faulty: NameError.*line 2"),
    ],
)
def test_a_faulty_plugin_is_named(tmp_path, text: str, complaint: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "faulty.py"
    file.write_text(text)
    with pytest.raises(SettingsError, match=complaint) as caught:
        plugin(str(file))
    assert "faulty.py" in str(caught.value)
    with pytest.raises(SettingsError, match="cannot be loaded"):
        plugin(str(tmp_path / "missing.py"))
