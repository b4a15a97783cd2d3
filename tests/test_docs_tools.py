"""Everything that docs/tools.md says: its snippets are plug-ins, and its tables are true."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from localvoice import tools
from localvoice.config import Settings, ToolSettings
from localvoice.think.tools.builtin.all import of_settings
from localvoice.think.tools.plugins import plugin
from localvoice.think.tools.results import as_text
from localvoice.think.tools.spec import from_function

PAGE = (Path(__file__).parents[1] / "docs" / "tools.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TYPES = next(snippet for snippet in SNIPPETS if "class Room" in snippet)


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without the code marks."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def code(cell: str) -> str:
    found = re.match(r"`([^`]*)`", cell)
    assert found is not None, cell
    return found[1]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the page defines, to read its tables with."""
    found: dict[str, Any] = {"__name__": "page"}
    exec(compile(TYPES, "docs/tools.md", "exec", dont_inherit=True), found)
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(SNIPPETS) >= 7


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: re.findall(r"def (\w+)\(", text)[0])
def test_a_snippet_is_a_plugin(snippet: str, tmp_path: Path) -> None:
    file = tmp_path / "my_house.py"
    file.write_text(snippet, "utf-8")
    written = re.findall(r"@tool.*\n\s*(?:async )?def (\w+)", snippet)
    assert [item.name for item in plugin(str(file))] == written != []


def test_the_first_one_is_five_lines() -> None:
    assert len([line for line in SNIPPETS[0].splitlines() if line.strip()]) == 5


def test_the_page_names_what_comes_along(tmp_path: Path) -> None:
    found = of_settings(Settings(tools=ToolSettings(data_folder=str(tmp_path))))[0]
    named = {name: row[1] for row in table("What comes along") for name in re.findall(r"`(\w+)`", row[0])}
    assert set(named) == {item.name for item in found if not item.placeholder}
    for item in found:
        if not item.placeholder:
            assert set(re.findall(r"`(\w+)`", named[item.name])) >= set(item.parameters["properties"]), item.name


def test_the_page_names_what_there_is_to_import() -> None:
    assert sorted(code(row[0]) for row in table("What is imported")) == tools.__all__ == sorted(tools.__all__)
    for name in tools.__all__:
        assert getattr(tools, name).__doc__
        assert re.search(rf"^{name}\b", tools.__doc__ or "", re.MULTILINE), name


@pytest.mark.parametrize("row", table("What a tool takes"), ids=lambda row: code(row[0]))
def test_annotations_are_shown_as_the_page_says(row: list[str], names: dict[str, Any]) -> None:
    def take(it):  # type: ignore[no-untyped-def]
        """Take it."""

    take.__annotations__ = {"it": eval(code(row[0]), names)}
    parameters = from_function(take).parameters
    assert parameters["properties"]["it"] == json.loads(code(row[1]))
    assert ("it" in parameters["required"]) != row[1].endswith("not required")


@pytest.mark.parametrize("row", table("What a tool returns"), ids=lambda row: code(row[0]))
def test_results_read_as_the_page_says(row: list[str], names: dict[str, Any]) -> None:
    assert as_text(eval(code(row[0]), names)) == code(row[1])
