"""`localvoice tools`: what there is, and one call as the model would make it."""

import json
from pathlib import Path

import pytest

from localvoice import log
from localvoice.cli.app import run

from .program import localvoice, refused

PLUGIN = """\
import sys
import time
from enum import Enum
from typing import Annotated

from localvoice.tools import Between, Done, ToolFailed, tool


class Colour(Enum):
    WARM = "warm white"
    RED = "red"


@tool(changes_world=True)
def paint(rooms: list[str], colour: Colour, percent: Annotated[int, Between(0, 100)] = 50) -> Done:
    '''Paint rooms.

    rooms: by their names
    '''
    return Done(f"{rooms} {colour.name} {percent}", sys.exit)


@tool(slow=True, while_waiting="Let me listen.")
async def listen(secret: str) -> str:
    '''Listen.'''
    raise ValueError(secret)


@tool
def refuse() -> None:
    '''Refuse.'''
    raise ToolFailed("the \x1b[5mdoor is locked")


@tool
def shine(colour: str) -> str:
    '''Shine.'''
    return f"\x1b[31m{colour}"


@tool
def leave() -> None:
    '''Leave.'''
    sys.exit(0)


@tool
def hang() -> None:
    '''Hang.'''
    time.sleep(30)
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "my_house.py").write_text(PLUGIN)
    file = tmp_path / "localvoice.toml"
    file.write_text('[tools]\nplugins = ["my_house.py"]\ndeadline_s = 0.2\ndata_folder = "data"\n')
    return str(file)


def called(config: str, *words: str) -> int:
    return run(["tools", "call", *words, "--config", config])


def test_the_list_says_what_there_is(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tools", "list", "--config", config]) == 0
    blocks = {block.split()[0]: block for block in capsys.readouterr().out.split("\n\n")}
    assert blocks["paint"].splitlines() == [
        "paint  [changes the world]",
        "  Paint rooms.",
        "    rooms    a list of text: by their names",
        "    colour   warm white | red",
        "    percent  a whole number from 0 to 100, 50 if left out",
        f"  ({Path(config).with_name('my_house.py')}, line 15)",
    ]
    assert blocks["listen"].splitlines()[0] == "listen  [slow]"
    assert blocks["get_weather"].splitlines()[0] == "get_weather  [placeholder: connected by a plug-in]"
    assert "(localvoice/think/tools/builtin/time_date.py, line" in blocks["get_time"]


def test_the_list_is_a_document(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tools", "list", "--json", "--config", config]) == 0
    found = {tool["name"]: tool for tool in json.loads(capsys.readouterr().out)["tools"]}
    assert found["listen"]["slow"] and found["listen"]["while_waiting"] == ["Let me listen."]
    assert found["paint"]["changes_world"] and found["paint"]["parameters"]["required"] == ["rooms", "colour"]
    assert found["paint"]["file"] == str(Path(config).with_name("my_house.py")) and found["paint"]["line"] == 15
    assert found["cancel_order"]["placeholder"]


def test_the_list_says_what_is_asked_first_what_is_understood_and_what_models_are_not_shown(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(config).with_name("my_house.py").open("a") as plugin:
        plugin.write(
            '@tool(confirm="Shall I open the {which} door?", sentences=["open the {which} door"], unlisted=["far"])\n'
            "def open_door(which: str, far: int = 90) -> str:\n    'Open a door.'\n    return which\n"
        )
    assert run(["tools", "list", "--config", config]) == 0
    (block,) = (each for each in capsys.readouterr().out.split("\n\n") if each.startswith("open_door"))
    assert block.splitlines()[:-1] == [
        "open_door  [changes the world]",
        "  Open a door.",
        "    which  text",
        "    far    a whole number, 90 if left out, not shown to models",
        "  asks first: Shall I open the {which} door?",
        "  understands: open the {which} door",
    ]
    assert run(["tools", "list", "--json", "--config", config]) == 0
    (found,) = (each for each in json.loads(capsys.readouterr().out)["tools"] if each["name"] == "open_door")
    assert (found["confirm"], found["sentences"], found["unlisted"]) == (
        "Shall I open the {which} door?", ["open the {which} door"], ["far"],
    )  # fmt: skip


def test_a_faulty_plugin_is_an_error_in_the_document_too(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(config).with_name("my_house.py").write_text("\nnobody_knows\n")
    assert run(["tools", "list", "--json", "--config", config]) == 2
    assert "(my_house.py, line 2)" in json.loads(capsys.readouterr().out)["error"]["message"]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["paint", "rooms=hall", "colour=Red"], "['hall'] RED 50"),
        (["paint", "rooms=hall", "rooms=attic", "colour=warm white", "percent=7"], "['hall', 'attic'] WARM 7"),
        (["paint", 'rooms=["hall", "attic"]', "rooms=den", "colour=red"], "['hall', 'attic', 'den'] RED 50"),
        (["paint", "--json", '{"rooms": ["hall"], "colour": "red"}'], "['hall'] RED 50"),
        (["calculate", "expression=6*7"], "42"),
        (["shine", "colour=red\x1b]0;"], "[31mred]0;"),
        (["add_to_list", "items=milk", "items=eggs"], "added milk and eggs"),
    ],
)
def test_a_call_prints_what_the_model_is_told(
    config: str, capsys: pytest.CaptureFixture[str], words: list[str], printed: str
) -> None:
    assert called(config, *words) == 0
    assert capsys.readouterr().out == f"{printed}\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["pain", "rooms=hall"], 2, "There is no tool called pain. Did you mean paint?"),
        (["paint", "rooms=hall"], 2, "paint needs colour.\n  paint takes: rooms (a list of text), colour (warm white"),
        (["paint", "rooms=hall", "colour=red", "percent=101"], 2, "percent must be between 0 and 100."),
        (["paint", "hall"], 2, "hall is not an argument."),
        (["paint", "--json", "[1]"], 2, "What --json was given is not a JSON object."),
        (["paint", "rooms=hall", "--json", "{}"], 2, "The arguments are given twice."),
        (["refuse"], 1, "refuse: the [5mdoor is locked."),
        (["get_weather"], 1, "get_weather: no weather station is connected.\n  A plug-in connects it"),
        (["hang"], 1, "hang: it took too long.\n  tools.deadline_s is 0.2 seconds."),
        (["leave"], 1, "The tool leave failed: SystemExit in my_house.py, line 44."),
        (["listen", "secret=x"], 1, "The tool listen failed: ValueError in my_house.py, line 26. It said: x"),
    ],
)
def test_what_fails_is_a_sentence_and_a_code(
    config: str, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert called(config, *words) == code
    written = capsys.readouterr()
    assert written.out == "" and written.err.startswith("localvoice: ") and told in written.err
    assert "Traceback" not in written.err and len(written.err.splitlines()) == 2


def test_debug_shows_where_a_tool_failed(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(config, "listen", "secret=x", "--debug") == 1
    assert "raise ValueError(secret)" in capsys.readouterr().err


def test_tracebacks_belong_to_the_command_with_debug_alone(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, shown in ((["--debug"], True), ([], False)):
        run(["tools", "list", "--config", config, *words])
        capsys.readouterr()
        log.show(ValueError("what was said"))
        assert ("what was said" in capsys.readouterr().err) == shown


def test_a_timer_that_will_not_ring_is_said(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(config, "set_timer", "amount=5", "unit=minutes") == 0
    assert "A timer ends with the program" in capsys.readouterr().err
    assert called(config, "set_reminder", "what=call mum", "after=an hour") == 0
    assert "while `localvoice talk`" in capsys.readouterr().err


def test_the_program_ends_though_a_tool_does_not(config: str, tmp_path: Path) -> None:
    refused(localvoice("tools", "call", "hang", "--config", config, home=tmp_path, timeout_s=20), 1, "too long")
