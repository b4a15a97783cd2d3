"""docs/exit-codes.md says what errors.py and the doctor do, in the words of `localvoice --help`."""

import re
from pathlib import Path

from localvoice import errors
from localvoice.cli import INTERRUPTED
from localvoice.cli.app import app
from localvoice.doctor.check import NOT_READY

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"
BY_SIGNALS = {143}


def rows() -> dict[int, str]:
    found = re.findall(r"^\| (\d+) \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len({code for code, _ in found}) == len(found)
    return {int(code): meaning.strip() for code, meaning in found}


def codes(error: type[errors.LocalvoiceError]) -> set[int]:
    return {error.exit_code}.union(*map(codes, error.__subclasses__()))


def test_every_code_has_its_row_and_no_row_is_made_up() -> None:
    assert set(rows()) == codes(errors.LocalvoiceError) | {0, NOT_READY, INTERRUPTED} | BY_SIGNALS


def test_help_says_the_same_in_short_and_where_there_is_more() -> None:
    told = app.info.epilog or ""
    listed = told.split(": ", 1)[1].split(". ")[0]
    short = {int(code): meaning for code, meaning in (part.split(" ", 1) for part in re.split(r", (?=\d)", listed))}
    assert short == {code: meaning for code, meaning in rows().items() if code not in BY_SIGNALS}
    assert "docs/exit-codes.md" in told
