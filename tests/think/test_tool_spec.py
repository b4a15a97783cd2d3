"""Typed functions become schemas."""

from typing import Annotated, Literal

import pytest

from localvoice.errors import SettingsError
from localvoice.think.tools import confirm
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Between, Done, Tool, from_function, tool, tools_of


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
                    "warm": {"type": "boolean", "default": False},
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
        """Do something."""
        return str(what)

    with pytest.raises(SettingsError, match=r"what of the tool careless has no type annotation \(test_tool_spec"):
        from_function(careless)


def test_a_placeholder_gives_way_and_two_real_ones_do_not() -> None:
    def lamp() -> str:
        """A lamp."""
        return "real"

    stand_in = Tool("lamp", "", {"properties": {}, "required": []}, lambda: "none", placeholder=True)
    real = from_function(lamp)
    for order in ([stand_in, real], [real, stand_in]):
        assert Registry(order).get("lamp") is real
    with pytest.raises(SettingsError, match=r"two tools called lamp \(test_tool_spec.py, line \d+\) and"):
        Registry([real, real])


def test_what_may_be_left_out_is_none_then() -> None:
    def get_news(topic: str | None) -> str:
        """The news."""
        return f"news of {topic}"

    tool = from_function(get_news)
    assert tool.parameters["required"] == []
    assert tool.function() == "news of None"
    assert tool.function(topic="sport") == "news of sport"


def test_the_decorator_needs_no_brackets_and_its_marks_are_kept() -> None:
    @tool
    def plain() -> str:
        """Do it."""
        return "done"

    class Owner:
        @tool(slow=True, while_waiting="Just a second.")
        @staticmethod
        def static() -> str:
            """Do it."""
            return "done"

    assert plain() == "done" and not from_function(plain).slow
    (static,) = tools_of(Owner())
    assert (static.slow, static.while_waiting) == (True, ("Just a second.",))


def test_where_a_tool_is_defined_is_known() -> None:
    (boil, _) = tools_of(Kettle())
    assert boil.place is not None and boil.place.file == __file__
    assert boil.place.line == Kettle.boil.__code__.co_firstlineno + 1, "the def, not its decorator"


@pytest.mark.parametrize("sentences", ["", "...", ("One moment.", ""), [3]])
def test_a_wait_needs_words(sentences: object) -> None:
    with pytest.raises(SettingsError, match=r"in which nothing can be said \(test_tool_spec.py, line"):
        tool(while_waiting=sentences)  # type: ignore[call-overload]


def test_only_functions_are_marked() -> None:
    with pytest.raises(SettingsError, match=r"@tool marks a type \(test_tool_spec.py, line"):
        tool(Kettle)


def open_door(which: str, quietly: bool = False) -> str:
    """Open a door."""
    return which


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Shall I open the {door} door?", "names door, which is no parameter"),
        ("Shall I open it {quietly}?", "names quietly, which a call may leave out"),
        ("Shall I open the {which!r} door?", "is not just a name"),
        ("Shall I open the {which.upper} door?", "is not just a name"),
        ("Shall I open the {} door?", "is not just a name"),
        ("Shall I open the {which door?", "braces that do not match"),
        ("{which}?", "says nothing"),
    ],
)
def test_a_question_that_cannot_be_asked_is_found_when_it_registers(question: str, why: str) -> None:
    with pytest.raises(SettingsError, match=rf"The confirm of the tool open_door .*{why}.* \(test_tool_spec.py, line"):
        from_function(tool(confirm=question)(open_door))


@pytest.mark.parametrize("question", [True, None, ["Shall I?"]])
def test_a_question_is_a_text(question: object) -> None:
    with pytest.raises(SettingsError, match=r"@tool has a confirm that is no text \(test_tool_spec.py, line"):
        tool(confirm=question)  # type: ignore[call-overload]


def test_what_is_asked_about_first_waits_for_the_end_of_the_turn_as_what_changes_the_world_does() -> None:
    asked = from_function(tool(confirm="Shall I open the {which} door?")(open_door))
    assert asked.confirm and asked.changes_world
    assert confirm.question(asked.confirm, {"which": ["front", "back"]}) == "Shall I open the front and back door?"
