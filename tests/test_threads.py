"""The table of threads in docs/architecture.md is true: it names every thread that a conversation has, and no other."""

import ast
import fnmatch
import re
import threading
from pathlib import Path

from localvoice import Session, Settings
from localvoice import events as ev
from localvoice.audio.acoustics import Room
from localvoice.audio.room import RoomCard
from localvoice.turn.machine import State

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
CONVERSATION = ("audio", "cli/keys.py", "hear", "speak", "think", "turn", "session.py", "engines/sound/rtmixer.py")
"""Where threads of a conversation are made; the catalog and the doctor have others."""


def in_the_table() -> set[str]:
    """The names of the first column, with * for what varies."""
    rows = PAGE.read_text().partition("## Threads")[2].partition("\n\n|")[2].partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[0 if row[0] != "|" else 1])}


def in_the_code() -> set[str]:
    """Names given to threads, alarms, pools and workers in the source."""
    found = set()
    for part in CONVERSATION:
        path = ROOT / "localvoice" / part
        for file in [path] if path.suffix else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    found |= _named(node)
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "alarm.name":
                    found.add(_pattern(node.value))
    return found


def _named(call: ast.Call) -> set[str]:
    what = ast.unparse(call.func)
    if what.endswith("Thread"):
        return {_pattern(keyword.value) for keyword in call.keywords if keyword.arg == "name"} - {"*"}
    if what == "Waker":
        return {_pattern(call.args[0])}
    if what == "ThreadPoolExecutor":
        return {_pattern(call.args[1])}
    if what == "super().__init__" and len(call.args) > 1 and isinstance(call.args[0], ast.Constant):
        return {str(call.args[0].value)}
    return set()


def _pattern(name: ast.expr) -> str:
    if isinstance(name, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in name.values)
    return str(name.value) if isinstance(name, ast.Constant) else "*"


def test_the_table_has_every_thread_of_the_code() -> None:
    assert in_the_code() == in_the_table()


def test_nothing_else_runs_in_a_conversation() -> None:
    before = set(threading.enumerate())
    told, seen = threading.Event(), set()
    session = Session(Settings(), card=RoomCard(Room(echo_db=-120.0)))

    @session.on
    def look(event: ev.Event, state: State) -> None:
        seen.update(thread.name for thread in set(threading.enumerate()) - before)
        if isinstance(event, ev.ReplyEnded):
            told.set()

    with session:
        session.say("Here I am.")
        assert told.wait(20)
    assert {"ears", "turn", "transcribe", "think", "speak"} <= seen
    names = in_the_table()
    assert not [name for name in seen if not any(fnmatch.fnmatch(re.sub(r"_\d+$", "", name), n) for n in names)]
