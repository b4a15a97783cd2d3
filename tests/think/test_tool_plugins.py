"""Loading plug-ins: whatever is wrong with one is a sentence that names its file and line."""

import sys
from pathlib import Path

import pytest

from localvoice.errors import SettingsError
from localvoice.think.tools.builtin.all import of_settings
from localvoice.think.tools.plugins import installed, plugin

HEAD = "from localvoice.tools import Between, Done, ToolFailed, tool\n"


def written(folder: Path, text: str, name: str = "my_house.py") -> str:
    file = folder / name
    file.write_text(text)
    return str(file)


def test_plugins_are_found_by_short_name_and_module() -> None:
    names = {item.name for item in plugin("simulated-house")}
    assert names == {
        "set_device", "set_brightness", "get_weather", "order_coffee", "change_order", "cancel_order",
    }  # fmt: skip
    assert {item.name for item in plugin("localvoice.think.tools.house.simulated")} == names


def test_five_lines_are_a_plugin(tmp_path: Path) -> None:
    (door,) = plugin(
        written(
            tmp_path,
            "from localvoice.tools import tool\n@tool\ndef open_door(which: str) -> str:\n"
            "    '''Open a door.'''\n    return f'{which} is open'\n",
        )
    )
    assert door.function(which="gate") == "gate is open"
    assert door.place is not None and str(door.place) == "my_house.py, line 3"


@pytest.mark.parametrize(
    "returned", ["[knock, House()]", "(knock, House().ring)", "House()", "[Tool('ring', '', {}, knock)]", "[knock]"]
)
def test_tools_may_return_objects_functions_and_tools(tmp_path: Path, returned: str) -> None:
    file = written(
        tmp_path,
        HEAD + "from localvoice.think.tools.spec import Tool\n"
        "@tool\ndef knock() -> str:\n    '''Knock.'''\n    return 'knocked'\n"
        "class House:\n    @tool\n    def ring(self) -> str:\n        '''Ring.'''\n        return 'rung'\n"
        f"def tools():\n    return {returned}\n",
    )
    assert [item.name for item in plugin(file)] == ["knock", "ring"][: 1 if returned == "[knock]" else 2]


def test_a_plugin_may_import_the_module_called_tools(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "from localvoice import tools\n@tools.tool\ndef knock() -> str:\n    '''Knock.'''\n    return 'knocked'\n",
    )
    assert [item.name for item in plugin(file)] == ["knock"]


def test_a_plugin_may_have_dataclasses(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "from __future__ import annotations\nfrom dataclasses import dataclass\n" + HEAD + "@dataclass\nclass Door:\n"
        "    room: str\n@tool\ndef open_door(door: Door) -> str:\n    '''Open a door.'''\n    return door.room\n",
    )
    (door,) = plugin(file)
    assert door.function(door={"room": "hall"}) == "hall"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not a plug-in: it has no tools"),
        ("tools = 3\n", "is not a plug-in"),
        ("def tools():\n    return [3]\n", r"returned a int, which has no tools \(faulty.py, line 1\)"),
        ("class A: pass\ndef tools():\n    return A\n", r"returned the class A itself.*line 2"),
        ("x = 1\ndef tools(:\n", r"cannot be loaded: .*\(faulty.py, line 2\)"),
        ("\nimport nothing_of_that_name\n", r"No module named 'nothing_of_that_name' \(faulty.py, line 2\)"),
        ("\nnobody_knows\n", r"NameError: .*\(faulty.py, line 2\)"),
        ("import json\n\njson.loads('')\n", r"JSONDecodeError: .*\(faulty.py, line 3\)"),
        ("import sys\nsys.exit(0)\n", r"cannot be loaded: SystemExit: 0 \(faulty.py, line 2\)"),
        ("def tools():\n    return nobody_knows\n", r"is faulty: NameError.*\(faulty.py, line 2\)"),
        ("@tool\ndef f() -> str:\n    return ''\n", r"The tool f does not say what it does \(faulty.py, line 3\)"),
        ("@tool\ndef f(a):\n    'F.'\n", r"a of the tool f has no type annotation \(faulty.py, line 3\)"),
        ("@tool\ndef f(*a: int):\n    'F.'\n", r"The tool f takes \*, \*\* or positional-only.*line 3"),
        ("@tool\ndef f(a: set[str]):\n    'F.'\n", r"a of the tool f has the type set\[str\].*line 3"),
        ("@tool\ndef f(a: 'Door'):\n    'F.'\n", r"annotations of the tool f cannot be read: name 'Door'.*line 3"),
        ("@tool\ndef f(a: int = 'x'):\n    'F.'\n", r"a of the tool f has the default 'x'.*line 3"),
        ("@tool(while_waiting=' ')\ndef f():\n    'F.'\n", r"nothing can be said \(faulty.py, line 2\)"),
        ("@tool\nclass F: pass\n", r"@tool marks a type \(faulty.py, line \d"),
        (
            "@tool\ndef f() -> str:\n    'F.'\n@tool()\nasync def f() -> str:\n    'G.'\n",
            r"two tools called f in faulty.py, lines 3 and 6",
        ),
    ],
)
def test_a_faulty_plugin_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    head = HEAD if "@tool" in text else ""
    with pytest.raises(SettingsError, match=complaint) as caught:
        plugin(written(tmp_path, head + text, "faulty.py"))
    assert "faulty.py" in caught.value.message
    assert "\n" not in caught.value.message and caught.value.message.endswith(".") and caught.value.remedy


@pytest.mark.parametrize("name", ["missing.py", "no_such_module_anywhere", "localvoice.nothing"])
def test_a_plugin_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be loaded") as caught:
        plugin(str(tmp_path / name) if name.endswith(".py") else name)
    assert ", line" not in caught.value.message, "a line of Python's own importer helps with nothing"


@pytest.mark.parametrize("entry", ["door_package", "door_package:tools"])
def test_an_installed_package_brings_its_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    (tmp_path / "door_package.py").write_text(
        HEAD + "def knock() -> str:\n    '''Knock.'''\n    return 'knocked'\ndef tools():\n    return [knock]\n"
    )
    about = tmp_path / "door_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: door-package\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[localvoice.tools]\ndoor = {entry}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [item.name for item in installed()] == ["knock"]
    monkeypatch.delitem(sys.modules, "door_package")
    (tmp_path / "door_package.py").write_text("import sys\n\nsys.exit(1)  # a package with a fault\n")
    with pytest.raises(SettingsError, match=r"plug-in door cannot.*SystemExit: 1 \(door_package.py, line 3\)"):
        installed()


def test_two_plugins_with_a_tool_of_one_name(tmp_path: Path) -> None:
    from localvoice.config import Settings, ToolSettings

    text = HEAD + "@tool\ndef {}() -> str:\n    'It.'\n"
    one, other = (written(tmp_path, text.format("knock"), name) for name in ("one.py", "other.py"))
    clock = written(tmp_path, text.format("get_time"), "clock.py")
    with pytest.raises(SettingsError, match=r"two tools called knock \(one.py, line 3\) and \(other.py, line 3\)\."):
        of_settings(Settings(tools=ToolSettings(plugins=(one, other), data_folder=str(tmp_path))))
    with pytest.raises(SettingsError, match=r"called get_time \(time_date.py, line \d+\) and \(clock.py, line 3\)\."):
        of_settings(Settings(tools=ToolSettings(plugins=(clock,), data_folder=str(tmp_path))))
