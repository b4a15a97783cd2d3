"""Where a bug showed."""

import pytest

from localvoice import faults, sound


def raised(work) -> Exception:
    with pytest.raises((TypeError, KeyError, AttributeError)) as caught:
        work()
    return caught.value


def test_the_file_the_function_and_the_line_and_none_of_the_text() -> None:
    told = faults.where(raised(lambda: sound.power_db("secret")))
    kind, place = told.split(" in ")
    assert kind == "TypeError"
    file, function, line = place.split(", ")
    assert (file, function) == ("sound.py", "power_db")
    assert line.startswith("line ") and line[5:].isdigit()
    assert "secret" not in told


def test_a_place_below_a_folder_has_its_folder_in_front() -> None:
    from localvoice.speak import clauses

    told = faults.where(raised(lambda: clauses.split(None)))
    assert " in speak/clauses.py, feed, line " in told


def test_what_never_was_in_the_package_names_the_file_alone() -> None:
    told = faults.where(raised(lambda: {}["secret"]))
    assert told.startswith("KeyError in test_faults.py, <lambda>, line ")


def test_an_error_that_was_not_raised() -> None:
    assert faults.where(ValueError("secret")) == "ValueError"
