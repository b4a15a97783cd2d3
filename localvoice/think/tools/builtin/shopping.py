"""A shopping list that survives a restart."""

from pathlib import Path

from localvoice import folders
from localvoice.think.tools.builtin.everything import means_all, one_of_all
from localvoice.think.tools.builtin.items import bare, find, is_plural, related, same
from localvoice.think.tools.builtin.json_file import JsonFile
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import counted, joined

MOST_ITEMS = 200


class ShoppingList:
    """Kept in shopping-list.json of `folder`, or of the platform's folder for this user's data."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = JsonFile((folder or folders.data()) / "shopping-list.json", "the list")

    @tool(changes_world=True)
    def add_to_list(self, items: list[str]) -> Done:
        """Put things on the shopping list."""
        wanted = _clean(items)
        with self._file.lock():
            listed = self._read()
            known = {same(item): item for item in listed}
            new = [item for item in wanted if same(item) not in known]
            if len(listed) + len(new) > MOST_ITEMS:
                raise ToolFailed("the list is full")
            if new:
                self._file.write(listed + new)
        old = [known[same(item)] for item in wanted if same(item) in known]
        parts = [f"added {joined(new)}"] if new else []
        if old:
            parts.append(f"{_are(old)} on the list already")
        return spoken(", ".join(parts), (lambda: self._without(new)) if new else None, ". ".join(map(_capital, parts)))

    @tool(changes_world=True)
    def remove_from_list(self, items: list[str]) -> Done:
        """Take things off the list."""
        wanted = _clean(items)
        if len(wanted) == 1 and means_all(wanted[0]) and not one_of_all(wanted[0]):
            return self.clear_list()
        with self._file.lock():
            before = self._read()
            gone = list(dict.fromkeys(found for item in wanted if (found := find(item, before))))
            if gone:
                self._file.write([item for item in before if item not in gone])
        missing = [item for item in wanted if not find(item, before)]
        parts = [f"removed {joined(gone)}"] if gone else []
        if missing:
            parts.append(f"{_are(missing)} not on the list")
        return spoken(", ".join(parts), (lambda: self._with(gone)) if gone else None, ". ".join(map(_capital, parts)))

    @tool()
    def read_list(self) -> Done:
        """Read out the list."""
        with self._file.lock():
            listed = self._read()
        if not listed:
            return spoken("the list is empty", say="Your list is empty")
        return spoken(", ".join(listed), say=f"Your list has {joined(listed)}")

    @tool()
    def is_on_list(self, items: list[str]) -> Done:
        """Whether things are on the list."""
        wanted = _clean(items)
        with self._file.lock():
            listed = self._read()
        there = list(dict.fromkeys(found for item in wanted if (found := find(item, listed))))
        missing = [item for item in wanted if not find(item, listed)]
        near = [name for item in missing for name in related(item, listed)]
        clauses = [f"{_are(there)} on your list"] if there else []
        clauses += [f"{_are(missing)} not on your list"] if missing else []
        clauses += [f"{_are(near)} on it"] if near else []
        text = ", but ".join(clauses)
        if there and missing:
            return spoken(text)
        return spoken(text, say=f"{'Yes' if there else 'No'}, {text}")

    @tool(changes_world=True)
    def clear_list(self) -> Done:
        """Empty the list."""
        with self._file.lock():
            gone = self._read()
            if gone:
                self._file.write([])
        if not gone:
            return spoken("the list is empty already", say="Your list is empty already")
        text = f"removed all {len(gone)} items" if len(gone) > 1 else f"removed {gone[0]}"
        return spoken(
            text, lambda: self._with(gone), f"I took {counted(len(gone), 'items')} off, your list is empty now"
        )

    def _without(self, items: list[str]) -> None:
        with self._file.lock():
            self._file.write([item for item in self._read() if item not in items])

    def _with(self, items: list[str]) -> None:
        with self._file.lock():
            listed = self._read()
            self._file.write(listed + [item for item in items if item not in listed])

    def _read(self) -> list[str]:
        return self._file.read(_items) or []


def _items(data: object) -> list[str] | None:
    return data if isinstance(data, list) and all(isinstance(item, str) for item in data) else None


def _clean(items: list[str]) -> list[str]:
    """As they are kept, each once. Raises ToolFailed if nothing is left."""
    found: dict[str, str] = {}
    for item in map(bare, items):
        if item:
            found.setdefault(same(item), item)
    if not found:
        raise ToolFailed("nothing was named")
    return list(found.values())


def _are(items: list[str]) -> str:
    """ "milk is", "eggs are", "milk and tea are"."""
    plural = len(items) > 1 or is_plural(items[0])
    return f"{joined(items)} {'are' if plural else 'is'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
