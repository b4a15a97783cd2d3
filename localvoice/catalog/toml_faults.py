"""What is wrong with a catalog file, collected with the lines; tomllib keeps no positions."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from localvoice.catalog.safe_names import nearest

Report = Callable[[str, str], None]
"""Takes the key and the words, whole sentences."""
_WORDS = {str: "a string in quotes", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


def typed(table: dict[str, Any], keys: dict[str, type], who: str, report: Report) -> dict[str, Any]:
    """The keys of `table` that are known and of the right type; everything else is reported."""
    good = {}
    for key, value in table.items():
        if key not in keys:
            report(key, f"{who} has no key {key}.{hint(key, keys)}")
        elif type(value) is not keys[key]:
            report(key, f"{key} of {who} must be {_WORDS[keys[key]]}, not {value!r}.")
        elif isinstance(value, int) and value < 0:
            report(key, f"{key} of {who} must not be below zero.")
        else:
            good[key] = value
    return good


def hint(word: str, known: Iterable[str], long: bool = False) -> str:
    """What was probably meant, or all there is; a `long` list is not printed."""
    close = nearest(word, known)
    return f" Did you mean {close}?" if close else "" if long else f" There is: {', '.join(known)}."


class Faults:
    """The faults of one TOML text, in the order in which they are found."""

    def __init__(self, text: str, file: str) -> None:
        """`file` is only for the messages."""
        self.found: list[str] = []
        self._lines = text.splitlines()
        self._file = file

    def add(self, section: str | None, number: int, key: str, words: str) -> None:
        """`words`, whole sentences, about `key` in the table `number` (from 0) of `section`, or of the whole file."""
        self.found.append(f"{self._file}:{self._line(section, number, key)}: {words}")

    def of(self, section: str, number: int) -> Report:
        """`add` for one table: it takes the key and the words."""
        return lambda key, words: self.add(section, number, key, words)

    def _line(self, section: str | None, number: int, key: str) -> int:
        seen, start = -1, 1
        for position, line in enumerate(self._lines, start=1):
            header = re.match(r"\s*\[+\s*\"?([\w-]+)", line)
            if section is None:
                if (header and header.group(1) == key) or re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", line):
                    return position
            elif header and line.lstrip().startswith("[[") and header.group(1) == section:
                seen += 1
                start = position if seen == number else start
            elif seen == number and re.match(rf"\s*(\[{section}\.)?\"?{re.escape(key)}\"?\s*[\]=]", line):
                return position
        return start
