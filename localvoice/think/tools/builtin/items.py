"""Which things of a list are the same thing."""

from collections.abc import Callable, Sequence

from localvoice.think.commands.quantities import number

_ARTICLES = ("some", "the", "my", "a", "an")
_AMOUNTS = (["a", "few"], ["a", "little"], ["a", "couple"], ["a", "lot"])
_NO_PLURAL = ("ss", "us", "is")
_CHANGED = (("ies", "y"), ("ie", "y"), ("oaves", "oaf"), ("eaves", "eaf"), ("nives", "nife"), ("alves", "alf"))
_WITH_E = ("che", "she", "se", "xe", "ze", "oe")
"""Here the plural may have an e that the singular has not: peaches; and it may not: quiches."""


def bare(item: str) -> str:
    """Lower case, without an article; "a dozen eggs" and "a loaf of bread" keep it, as a part of how much it is."""
    words = item.lower().strip(" .,;!?").split()
    if words and words[0] in _ARTICLES and not _begins_with_amount(words):
        words = words[1:]
    return " ".join(words)


def same(item: str) -> str:
    """Equal for "egg" and "eggs", different for "milk" and "oat milk"."""
    return " ".join(map(_stem, item.split()))


def find(item: str, listed: Sequence[str]) -> str:
    """The entry that `item` means: itself in either number, or so many or so much of it ("2 eggs" for "eggs", "a bottle
    of milk" for "milk"); "" for none.
    """
    forms: tuple[Callable[[str], str], ...] = (
        same,
        lambda each: same(_counted(each)),
        lambda each: same(_content(each)),
    )
    return next((name for form in forms for name in listed if form(name) == form(item)), "")


def related(item: str, listed: Sequence[str]) -> list[str]:
    """Entries that are a kind of it: "oat milk" of "milk"."""
    return [name for name in listed if same(name).endswith(f" {same(item)}")]


def is_plural(item: str) -> bool:
    head = _counted(item).partition(" of ")[0]
    return head.endswith("s") and not head.endswith(_NO_PLURAL)


def _stem(word: str) -> str:
    for ending, other in _CHANGED:
        if word.endswith(ending) and len(word) > 4:
            return word.removesuffix(ending) + other
    if word.endswith("s") and not word.endswith(_NO_PLURAL):
        word = word[:-1]
    return word[:-1] if word.endswith(_WITH_E) else word


def _begins_with_amount(words: list[str]) -> bool:
    a_measure = words[0] in ("a", "an") and words[2:3] == ["of"]
    return a_measure or words[:2] in _AMOUNTS or number(" ".join(words[:2])) is not None


def _counted(item: str) -> str:
    """Without the number before it."""
    words = item.split()
    if words[:2] in _AMOUNTS:
        return " ".join(words[2:])
    count = next((count for count in range(len(words) - 1, 0, -1) if number(" ".join(words[:count])) is not None), 0)
    return " ".join(words[count:])


def _content(item: str) -> str:
    return item.rpartition(" of ")[2]
