"""Which things of a list are the same thing."""

from collections.abc import Sequence

from localvoice.think.commands.quantities import number

_ARTICLES = ("some ", "the ", "a ", "an ", "my ")
_ENDINGS = (
    ("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("zes", "z"), ("toes", "to"),
    ("loaves", "loaf"), ("leaves", "leaf"), ("knives", "knife"), ("halves", "half"), ("ss", "ss"), ("us", "us"),
    ("s", ""),
)  # fmt: skip
"""Of the plural, and of the singular; the first that fits. "hummus" and "glass" are no plurals."""


def bare(item: str) -> str:
    """Lower case, without an article; "a dozen eggs" keeps its number."""
    words = " ".join(item.lower().split()).strip(" .,;!?")
    for article in _ARTICLES:
        if words.startswith(article):
            rest = words.removeprefix(article)
            return words if _without_amount(words) != _without_amount(rest) or number(rest.split()[0]) else rest
    return words


def same(item: str) -> str:
    """Equal for "egg" and "eggs", different for "milk" and "oat milk"."""
    return " ".join(map(_singular, item.split()))


def find(item: str, listed: Sequence[str]) -> str:
    """The entry that `item` means: itself in either number, or so many of it ("2 eggs" for "eggs"); "" for none."""
    for form in (same, lambda each: same(_without_amount(each))):
        for name in listed:
            if form(name) == form(item):
                return name
    return ""


def related(item: str, listed: Sequence[str]) -> list[str]:
    """Entries that are a kind of it: "oat milk" of "milk"."""
    return [name for name in listed if same(name).endswith(f" {same(item)}")]


def _singular(word: str) -> str:
    for plural, singular in _ENDINGS:
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + singular
    return word


def _without_amount(item: str) -> str:
    words = item.split()
    count = next((count for count in range(len(words) - 1, 0, -1) if number(" ".join(words[:count])) is not None), 0)
    return " ".join(words[count:])
