"""The strict reader of TOML: what it takes, what it says of what it does not take, and in which line."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.errors import CatalogError
from localvoice.strict_toml import AtLeast, Between, Check, Subject, Tables, read, tree_of
from localvoice.toml_faults import Faults, lines_of


def loud(text: str) -> str | None:
    return None if text.isupper() else "is not loud"


@dataclass(frozen=True, slots=True)
class Leg:
    name: Annotated[str, Check(loud)]
    length_mm: Annotated[int, AtLeast(0)] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    wood: Literal["", "oak", "ash"]
    height_cm: Annotated[float, Between(1, 200)] = 70.0
    folds: bool = False
    owners: tuple[Annotated[str, Check(loud)], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    legs: Annotated[tuple[Leg, ...], Tables("leg", short="name")] = ()


def taken(text: str, every_key: bool = False) -> tuple[Table | None, list[str]]:
    faults = Faults("t.toml", text)
    table = read(Table, tree_of(text, "t.toml", CatalogError), Subject("the table"), faults, (), every_key)
    return table, str(faults).splitlines()


def test_a_table_becomes_its_dataclass() -> None:
    text = 'wood = "oak"\nheight_cm = 72\nowners = ["ANNA"]\nnotes = { a = "b" }\n'
    text += 'legs = ["A", { name = "B", length_mm = 3 }]'
    table, faults = taken(text)
    assert faults == []
    assert table == Table("oak", 72.0, False, ("ANNA",), (("a", "b"),), (Leg("A"), Leg("B", 3)))
    assert table is not None and type(table.height_cm) is float


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("heigth_cm = 3", "the table has no key heigth_cm. Did you mean height_cm?"),
        ("zzz = 3", "the table has no key zzz. There is: wood, height_cm, folds, owners, notes, legs."),
        ("height_cm = 0", "height_cm of the table must be between 1 and 200, not 0.0."),
        ("height_cm = nan", "height_cm of the table must be between 1 and 200, not nan."),
        ("height_cm = true", "height_cm of the table must be a number, not True."),
        (f"height_cm = 1{400 * '0'}", "height_cm of the table is too large."),
        ('folds = "yes"', "folds of the table must be true or false, not 'yes'."),
        ("owners = [1]", "owners of the table must be a list of strings, not [1]."),
        ('owners = ["ANNA", "b"]', "owners of the table has 'b', which is not loud."),
        ("notes = { a = 1 }", "notes of the table must be a table of strings, not {'a': 1}."),
        ("legs = 4", "legs of the table must be a list, not 4."),
        ("legs = [4]", "a leg of the table must be a table, not 4."),
        ('legs = ["a"]', "name 'a' of a leg of the table is not loud."),
        ("legs = [{}]", "a leg of the table lacks name."),
        ('legs = [{ name = "A", length_mm = -1 }]', "length_mm of a leg of the table must not be below 0."),
    ],
)
def test_each_fault_in_words(line: str, fault: str) -> None:
    assert taken(f'wood = "ash"\n\n{line}\n') == (None, [f"t.toml:3: {fault}"])


def test_a_choice_names_the_nearest_and_a_missing_key_is_missed() -> None:
    assert taken('wood = "aak"')[1] == [
        "t.toml:1: wood of the table must be one of oak, ash, not 'aak'. Did you mean oak?"
    ]
    assert taken("wood = []")[1] == ["t.toml:1: wood of the table must be one of oak, ash, not []."]
    assert taken("")[1] == ["t.toml:1: the table lacks wood."]
    assert len(taken('wood = "oak"', every_key=True)[1]) == 5


def test_all_faults_are_named_at_once_each_with_its_line() -> None:
    _, faults = taken('folds = 1\nheight_cm = 0\n[[legs]]\nname = "A"\n[[legs]]\nname = "b"\nlenght_mm = 1\n')
    assert [fault.split()[0] for fault in faults] == ["t.toml:1:", "t.toml:2:", "t.toml:6:", "t.toml:7:", "t.toml:1:"]


def test_lines_of_tables_lists_dotted_keys_and_quoted_ones() -> None:
    text = (
        'a.b = 1\n"c" = """\n[not]\nd = 1\n"""\n[x]\ny = 1\n[[m]]\nname = 1\n[m.s]\n"k.l" = 1\n[[m]]\n  name = [\n'
        "  { z = 1 },\n]\n[ p . 'q' ]\nr = '''one'''\ns = 1\n"
    )
    assert lines_of(text) == {
        ("a",): 1, ("a", "b"): 1, ("c",): 2, ("x",): 6, ("x", "y"): 7, ("m",): 8, ("m", 0): 8, ("m", 0, "name"): 9,
        ("m", 0, "s"): 10, ("m", 0, "s", "k.l"): 11, ("m", 1): 12, ("m", 1, "name"): 13, ("p",): 16, ("p", "q"): 16,
        ("p", "q", "r"): 17, ("p", "q", "s"): 18,
    }  # fmt: skip


@given(st.text(st.sampled_from("ab.=[]\"'{}#\n 1"), max_size=60))
def test_lines_of_any_text(text: str) -> None:
    assert all(1 <= line <= len(text.splitlines()) for line in lines_of(text).values())
