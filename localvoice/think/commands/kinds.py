"""What may stand in the slots of a sentence template, by the name of its kind."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from localvoice.think.commands import quantities
from localvoice.think.commands.calendar_days import day
from localvoice.think.commands.goods import Goods
from localvoice.think.commands.said import Said, said
from localvoice.think.commands.template import Graph, Rules
from localvoice.think.messages import Json

Read = Callable[[str, str], Json]
"""(words as they are compared, as they were written) -> their value; None if they are not of that kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`free` takes words of all kinds, so that another reading of the same words is better."""

    read: Read
    free: bool = False
    most_words: int = 12


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a language that readers need.

    and_words: between the last two of several things.
    never: stand in no name of a thing; never_first and never_last not at its ends.
    never_ends: end nothing that one is reminded of.
    never_goods: stand in no name of what is bought, where nobody said "list".
    operators, before_numbers, after_numbers: of sums; the longer first.
    orders: sums as orders, regular expressions with two groups.
    more: between an amount and what is counted, as in "two more minutes".
    cooked: dishes, and what else is done after a while; beside goods.
    compound: units that a smaller one may follow, as in "5 feet 10 inches".
    feet_inches: a height whose second unit is not said, "6 foot 2": regular expressions with two groups.
    """

    and_words: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    never_first: frozenset[str] = frozenset()
    never_last: frozenset[str] = frozenset()
    never_ends: frozenset[str] = frozenset()
    never_goods: frozenset[str] = frozenset()
    operators: tuple[str, ...] = ()
    before_numbers: tuple[str, ...] = ()
    after_numbers: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    more: frozenset[str] = frozenset()
    compound: tuple[str, ...] = ()
    feet_inches: tuple[str, ...] = ()
    cooked: frozenset[str] = frozenset()
    goods: Goods = field(default_factory=Goods)


WAKING_HOURS = range(4, 12)
_SOME_DAY = date(2024, 1, 1)
"""Whether a text names a day does not depend on what day it is; of a leap year, so that all dates are days."""


def quantities_by_kind() -> dict[str, Kind]:
    """What needs no word list."""
    return {
        "time": Kind(lambda text, written: text if quantities.clock_time(text) else None, most_words=6),
        "waking": Kind(_waking, most_words=6),
        "day": Kind(lambda text, written: text if day(text, _SOME_DAY) else None, most_words=6),
        "number": Kind(lambda text, written: quantities.number(text), most_words=8),
        "percent": Kind(_percent, most_words=6),
        "share": Kind(lambda text, written: _percent(text, written) if _is_share(text) else None, most_words=6),
        "digits": Kind(lambda text, written: int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None, most_words=1),
    }


def of_words(words: Words) -> dict[str, Kind]:
    """The kinds that take words freely."""

    def name(most_words: int) -> Kind:
        def read(text: str, written: str) -> Json:
            if _is_quantity(text):
                return None
            return words.goods.meant(text) if not re.search(r"\d", text) and _is_name(text, words) else None

        return Kind(read, free=True, most_words=most_words)

    def which(text: str, written: str) -> Json:
        return text if _is_name(text, words) else None

    def what(text: str, written: str) -> Json:
        parts = text.split()
        return written if parts[-1] not in words.never_ends else None

    def goods(text: str, written: str) -> Json:
        found = items(written, words)
        plain = words.never_goods.isdisjoint(text.split()) and not re.search(r"\d", text)
        return found if plain and isinstance(found, list) and not any(map(_is_quantity, found)) else None

    def known(text: str, written: str) -> Json:
        # What only sounds like it is not enough where no list was named: "I need more time".
        found = items(written, plain)
        return found if isinstance(found, list) and all(words.goods.known(str(item)) for item in found) else None

    plain = replace(words, goods=replace(words.goods, heard={}))

    def cooked(text: str, written: str) -> Json:
        return text if text in words.cooked or (_is_name(text, words) and words.goods.known(text)) else None

    def amount(text: str, written: str) -> Json:
        parts = re.split(rf" (?:{'|'.join(words.compound)}) (?:and )?", text) if words.compound else [text]
        return text if all(quantities.number(part) is not None for part in parts) else None

    def feet_inches(text: str, written: str) -> Json:
        for pattern in words.feet_inches:
            found = re.fullmatch(pattern, text)
            if found and all(quantities.number(part) is not None for part in found.groups()):
                return f"{found[1]} feet {found[2]}"
        return None

    def more(text: str, written: str) -> Json:
        plain = [part for part in text.split() if part not in words.more]
        return " ".join(plain) if len(plain) < len(text.split()) and quantities.duration_s(" ".join(plain)) else None

    def duration(text: str, written: str) -> Json:
        return text if words.more.isdisjoint(text.split()) and quantities.duration_s(text) else None

    return {
        "duration": Kind(duration),
        "more": Kind(more, most_words=8),
        "amount": Kind(amount, most_words=8),
        "feet_inches": Kind(feet_inches, most_words=6),
        "name": name(4),
        "thing": name(3),
        "which": Kind(which, free=True, most_words=4),
        "what": Kind(what, free=True, most_words=25),
        "items": Kind(lambda text, written: items(written, words), free=True, most_words=30),
        "cooked": Kind(cooked, most_words=3),
        "known": Kind(known, most_words=16),
        "goods": Kind(goods, free=True, most_words=8),
        "sum": Kind(lambda text, written: written if is_sum(text, words) else None, free=True, most_words=25),
    }


def of_phrases(phrases: Mapping[str, tuple[str, ...]], rules: Rules) -> dict[str, Kind]:
    """A kind for each list of templates: its value is what was said."""
    out: dict[str, Kind] = {}
    for kind, templates in phrases.items():
        graph = Graph(rules)
        for template in templates:
            graph.add(template, 0)
        out[kind] = Kind(_reader(graph), most_words=6)
    return out


def _reader(graph: Graph) -> Read:
    return lambda text, written: text if graph.readings(said(text), _nothing) else None


def _nothing(kind: str, said: Said, first: int, end: int) -> bool:
    return False


def _waking(text: str, written: str) -> Json:
    """A time of day; one that a clock shows twice a day is in the morning for whoever is to be woken."""
    at = quantities.clock_time(text)
    if at is None:
        return None
    twice = at.half is None and len(at.times()) == 2
    return f"{text} am" if twice and at.hour in WAKING_HOURS else text


def _percent(text: str, written: str) -> Json:
    value: float | None = quantities.percent(text)
    if value is None:
        value = quantities.number(text)
    return int(value) if value is not None and value == int(value) and 0 <= value <= 100 else None


def _is_share(text: str) -> bool:
    """Whether it is a percentage by its own words: "half", "40 percent", not "4"."""
    return quantities.percent(text) is not None and quantities.number(text) != quantities.percent(text)


def _is_name(text: str, words: Words) -> bool:
    parts = text.split()
    if parts[0] in words.never_first or parts[-1] in words.never_last:
        return False
    return words.never.isdisjoint(parts) and not any(article in parts for article in words.articles)


def _is_quantity(text: Json) -> bool:
    return isinstance(text, str) and bool(quantities.number(text) is not None or quantities.duration_s(text))


MOST_ITEMS, MOST_ITEM_WORDS = 12, 5


def items(written: str, words: Words) -> Json:
    """ "milk, eggs and a loaf of bread" as a list; None if one of them cannot be a thing on a list."""
    joiners = "|".join(map(re.escape, sorted(words.and_words, key=len, reverse=True)))
    pattern = rf"\s*,\s*(?:(?:{joiners})\s+)?|\s+(?:{joiners})\s+" if joiners else r"\s*[,،、]\s*"
    found = [part for piece in re.split(pattern, written, flags=re.IGNORECASE) if (part := said(piece).text)]
    out: list[Json] = []
    goods = words.goods
    for item in [each for part in found for each in goods.split(part, alone=len(found) == 1)]:
        bare = goods.meant(item).split()
        while len(bare) > 1 and bare[0] in words.articles and not words.goods.begins_with_amount(bare):
            bare = bare[1:]
        inner = [word for word in bare if word not in words.articles]
        if len(inner) > MOST_ITEM_WORDS or not inner or not _is_name(" ".join(inner), words):
            return None
        out.append(" ".join(bare))
    return out if 0 < len(out) <= MOST_ITEMS else None


def is_sum(text: str, words: Words) -> bool:
    """Numbers with something between them that makes a sum of them, and nothing else."""
    for order in words.orders:
        if (found := re.fullmatch(order, text)) and all(
            quantities.number(_plain(part)) is not None for part in found.groups()
        ):
            return True
    plain = re.sub(r"(?<=[\d)])\s*([-+*/x×÷^])\s*(?=[\d($])", r" \1 ", text.replace("%", " percent "))
    between, before, after = map(_one_of, (words.operators, words.before_numbers, words.after_numbers))
    whole = re.sub(rf"^(?:{before})+", " ", f" {' '.join(plain.split())} ")
    # "20 percent of minus 50"
    whole = re.sub(rf"({between})(?:{before})+", r"\1", whole)
    parts = re.split(between, whole)
    bare = [re.sub(rf"^(?:{before})+|(?:{after})+\s*$", " ", f" {part} ") for part in parts]
    if len(parts) == 1 and quantities.number(_plain(text)) is not None:
        return False
    return all(quantities.number(_plain(part)) is not None for part in bare)


def _one_of(phrases: tuple[str, ...]) -> str:
    """A pattern for any of the phrases, between spaces, of which the last is left for what follows; for nothing at all
    if there are none."""
    return rf"\s(?:{'|'.join(map(re.escape, phrases))})(?=\s)" if phrases else r"(?!)"


def _plain(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.sub(r"\s*(?:%|percent|dollars?|euros?|pounds?|bucks|cents?)$", "", text.strip()).strip(" $€£%")
