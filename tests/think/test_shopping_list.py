"""The shopping list, called as the model and as commands call it."""

import threading
from pathlib import Path

import pytest

from localvoice.think.tools.builtin.items import bare, find, related, same
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.spec import Done, ToolFailed


def undo(done: Done) -> None:
    assert done.undo is not None
    done.undo()


def test_the_list_survives_a_restart(tmp_path: Path) -> None:
    first = ShoppingList(tmp_path / "data")
    assert first.read_list().say == "Your list is empty."
    assert first.add_to_list(["Milk", "eggs"]).say == "Added milk and eggs."
    again = first.add_to_list(["some bread", "milk"])
    assert again.text == "added bread, milk is on the list already"
    assert again.say == "Added bread. Milk is on the list already."
    second = ShoppingList(tmp_path / "data")
    assert second.read_list().text == "milk, eggs, bread"
    assert second.read_list().say == "Your list has milk, eggs and bread."
    removed = second.remove_from_list(["egg", "tea"])
    assert removed.text == "removed eggs, tea is not on the list"
    assert second.remove_from_list(["tea", "jam"]).say == "Tea and jam are not on the list."
    assert first.read_list().text == "milk, bread"
    undo(removed)
    assert first.read_list().text == "milk, bread, eggs"


def test_a_long_list_is_read_as_it_is(tmp_path: Path) -> None:
    items = ["oat milk", "rye bread", "eggs", "salt", "green tea", "cling film", "rice", "dill"]
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list(items)
    assert shopping.read_list().say == f"Your list has {', '.join(items[:-1])} and dill."


def test_two_programs_use_one_list(tmp_path: Path) -> None:
    def fill(name: str) -> None:
        shopping = ShoppingList(tmp_path)
        for kind in range(20):
            shopping.add_to_list([f"{name} {kind}"])

    programs = [threading.Thread(target=fill, args=(name,)) for name in ("tea", "jam", "rice")]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert len(ShoppingList(tmp_path).read_list().text.split(", ")) == 60


@pytest.mark.parametrize(
    ("listed", "added", "say"),
    [
        ("eggs", "egg", "Eggs are on the list already."),
        ("egg", "eggs", "Egg is on the list already."),
        ("tomatoes", "tomato", "Tomatoes are on the list already."),
        ("berry", "berries", "Berry is on the list already."),
        ("loaves of bread", "loaf of bread", "Loaves of bread are on the list already."),
        ("glass", "glasses", "Glass is on the list already."),
        ("cheese", "Cheese", "Cheese is on the list already."),
        ("a couple of lemons", "a couple of lemons", "A couple of lemons are on the list already."),
        ("milk", "oat milk", "Added oat milk."),
        ("oat milk", "milk", "Added milk."),
        ("eggs", "a dozen eggs", "Added a dozen eggs."),
    ],
)
def test_one_thing_stands_on_the_list_once(tmp_path: Path, listed: str, added: str, say: str) -> None:
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list([listed])
    assert shopping.add_to_list([added]).say == say


def test_plurals_and_what_is_named_twice(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    assert shopping.add_to_list(["apples", "apple", "tomatoes"]).text == "added apples and tomatoes"
    assert shopping.remove_from_list(["apple", "apples", "tomato"]).text == "removed apples and tomatoes"


def test_so_many_of_a_thing_are_found_by_its_name(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list(["a dozen eggs", "oat milk", "two bottles of milk"])
    assert shopping.is_on_list(["eggs"]).say == "Yes, a dozen eggs are on your list."
    assert shopping.remove_from_list(["egg"]).text == "removed a dozen eggs"
    assert shopping.remove_from_list(["milk"]).text == "removed two bottles of milk"
    assert shopping.remove_from_list(["milk"]).text == "milk is not on the list"


def test_whether_something_is_on_the_list(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    assert shopping.is_on_list(["milk"]).say == "No, milk is not on your list."
    shopping.add_to_list(["eggs", "oat milk"])
    assert shopping.is_on_list(["egg"]).say == "Yes, eggs are on your list."
    assert shopping.is_on_list(["egg", "tea"]).say == "Eggs are on your list, but tea is not on your list."
    assert shopping.is_on_list(["milk"]).say == "No, milk is not on your list, but oat milk is on it."
    assert shopping.read_list().text == "eggs, oat milk"


@pytest.mark.parametrize("how", ["clear_list", "everything", "all"])
def test_the_list_is_cleared_and_comes_back(tmp_path: Path, how: str) -> None:
    shopping = ShoppingList(tmp_path)

    def clear() -> Done:
        return shopping.clear_list() if how == "clear_list" else shopping.remove_from_list([how])

    assert clear().say == "Your list is empty already."
    shopping.add_to_list(["milk", "eggs"])
    gone = clear()
    assert gone.say == "I took 2 items off, your list is empty now."
    assert shopping.read_list().text == "the list is empty"
    undo(gone)
    assert shopping.read_list().text == "milk, eggs"


def test_what_was_there_already_was_not_added_and_cannot_be_taken_back(tmp_path: Path) -> None:
    kept = ShoppingList(tmp_path)
    kept.add_to_list(["milk"])
    assert kept.add_to_list(["milk"]).undo is None
    assert kept.remove_from_list(["tea"]).undo is None


def test_undoing_an_addition_leaves_what_was_there_before(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list(["milk"])
    undo(shopping.add_to_list(["milk", "eggs"]))
    assert shopping.read_list().text == "milk"


@pytest.mark.parametrize("items", [[], [""], ["the"], [" ", "."]])
def test_nothing_is_no_item(tmp_path: Path, items: list[str]) -> None:
    for call in (ShoppingList.add_to_list, ShoppingList.remove_from_list, ShoppingList.is_on_list):
        with pytest.raises(ToolFailed, match="nothing was named"):
            call(ShoppingList(tmp_path), items)


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        ("The Milk", "milk"),
        ("some bread.", "bread"),
        ("an apple", "apple"),
        ("a dozen eggs", "a dozen eggs"),
        ("a couple of lemons", "a couple of lemons"),
        ("my shampoo", "shampoo"),
        ("2 eggs", "2 eggs"),
        ("ant traps", "ant traps"),
    ],
)
def test_how_items_are_kept(item: str, kept: str) -> None:
    assert bare(item) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("egg", "eggs"), ("berry", "berries"), ("peach", "peaches"), ("box", "boxes"), ("knife", "knives"),
        ("potato", "potatoes"), ("bag of crisps", "bags of crisp"), ("glass", "glasses"), ("cheese", "cheeses"),
        ("cookie", "cookies"), ("pie", "pies"), ("quiche", "quiches"), ("bus", "buses"), ("size", "sizes"),
    ],
)  # fmt: skip
def test_what_is_the_same_thing(one: str, other: str) -> None:
    assert same(one) == same(other)


def test_what_is_not_the_same_thing() -> None:
    for one, other in (("milk", "oat milk"), ("hummus", "hummu"), ("pea", "peach"), ("pea", "pear")):
        assert same(one) != same(other)
    assert find("egg", ["milk", "12 eggs"]) == "12 eggs" and find("milk", ["oat milk"]) == ""
    assert related("milk", ["oat milk", "milkshake", "soy milk"]) == ["oat milk", "soy milk"]


@pytest.mark.parametrize("content", [b'["milk", ', b"\xff\xfe\x00", b"{}", b"[1]", b"[" * 100_000])
def test_a_damaged_list_is_set_aside_not_lost(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "shopping-list.json"
    for number_ in (1, 2):
        file.write_bytes(content)
        shopping = ShoppingList(tmp_path)
        with pytest.raises(ToolFailed, match="the list can't be read any more, I have set the file aside"):
            shopping.add_to_list(["tea"])
        assert shopping.read_list().text == "the list is empty"
        shopping.add_to_list(["milk"])
        assert (tmp_path / f"shopping-list.damaged-{number_}.json").read_bytes() == content
    assert ShoppingList(tmp_path).read_list().text == "milk"


def test_a_list_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(ToolFailed, match="the list can't be"):
        ShoppingList(blocker).add_to_list(["milk"])


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        ("a loaf of bread", "a loaf of bread"), ("a dozen eggs", "a dozen eggs"), ("a few apples", "a few apples"),
        ("an apple", "apple"), ("the milk", "milk"), ("some milk", "milk"), ("12 eggs", "12 eggs"),
    ],
)  # fmt: skip
def test_an_article_stays_where_it_says_how_much(tmp_path: Path, item: str, kept: str) -> None:
    shopping = ShoppingList(tmp_path)
    assert shopping.add_to_list([item]).say == f"Added {kept}."
    assert shopping.remove_from_list([kept.split()[-1]]).say == f"Removed {kept}."
