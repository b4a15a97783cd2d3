"""Which commands there are, and how they come into a conversation."""

from importlib import resources

import pytest

from localvoice.think.commands import sentence_file
from localvoice.think.commands.template import Graph
from localvoice.think.commands.understander import in_background, understander
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import from_function
from tests.think.commands.final_tools import everything, get_time, set_timer


def test_only_tools_that_there_are_count() -> None:
    understand = understander(Registry([from_function(get_time)]), "en")
    assert understand("What time is it?", ()) == Understood((Wanted("get_time"),))
    for text in (
        "Set a timer for five minutes.",
        "Turn on the light.",
        "What time is it and set a timer for one hour.",
    ):
        assert understand(text, ()) is None


def test_a_tool_of_that_name_that_takes_other_arguments_is_not_called_with_ours() -> None:
    def set_timer(seconds: int) -> None:
        """Start a timer."""

    understand = understander(Registry([from_function(set_timer)]), "en")
    assert understand("Set a timer for five minutes.", ()) is None


def test_a_tool_that_needs_more_than_our_sentences_give_is_not_called() -> None:
    def set_timer(duration: str, colour: str) -> None:
        """Start a timer."""

    understand = understander(Registry([from_function(set_timer)]), "en")
    assert understand("Set a timer for five minutes.", ()) is None


def test_the_background_gives_the_same() -> None:
    with in_background(Registry([from_function(set_timer)]), "en") as commands:
        understand = commands()
    assert understand("timer for one hour", ()) == Understood((Wanted("set_timer", {"duration": "one hour"}),))


CODES = sorted({file.stem.partition("_")[0] for file in sentence_file.FOLDER.glob("*.toml")})


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_file_can_be_read_and_names_tools_that_come_along(code: str) -> None:
    language = sentence_file.read(code)
    known = everything()
    graph = Graph(language.rules)
    for command in language.commands:
        tool = known.get(command.tool) if command.tool else None
        assert tool is not None or not command.tool, command.tool
        for template in command.templates:
            graph.add(template, 0)
            arguments = {slot.argument for slot in graph.slots_of(template)} | set(command.arguments)
            if tool is not None:
                assert arguments <= set(tool.parameters["properties"]), template
                assert set(tool.parameters["required"]) <= arguments | {"what"}, template


def test_the_sentences_are_part_of_the_package() -> None:
    assert (resources.files("localvoice.think.commands") / "sentences" / "en.toml").is_file()
