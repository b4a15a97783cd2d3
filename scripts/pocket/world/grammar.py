"""From a template to an utterance: its words as spoken, as written, and the tool calls that it asks for."""

import re
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from . import orders
from .fillers import FILLERS, SINGULAR, Piece, number_words, units
from .templates_talk import OUTSIDE, TALK
from .templates_tools import FOLLOW_UPS, TOOLS

Call = dict[str, Any]  # {"name": str, "arguments": {...}}


@dataclass(frozen=True)
class Ask:
    """One utterance of the user."""

    intent: str
    text: str  # as the transcriber writes it: lower case, numbers in words, no punctuation
    written: str  # as people write it: "Set a timer for 5 minutes."
    calls: tuple[Call, ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    text: str
    implied: dict[str, Any]
    held_out: bool


@cache
def templates(intent: str) -> tuple[Template, ...]:
    for table in (TOOLS, FOLLOW_UPS, TALK, OUTSIDE):
        if intent in table:
            return tuple(parse(line) for line in table[intent].strip().splitlines())
    raise KeyError(f"no intent named {intent!r}")


def parse(line: str) -> Template:
    text, _, implied = line.partition(" :: ")
    pairs = (pair.split("=", 1) for pair in implied.split(",")) if implied else ()
    values = {key: int(value) if value.isdigit() else value for key, value in pairs}
    return Template(text.removeprefix("~"), values, text.startswith("~"))


_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)(?::(a|an))?\}")


def choices(text: str) -> set[str]:
    """Every way to resolve a template's choices; slots stay."""
    found = _CHOICE.search(text)
    if not found:
        return {" ".join(text.split())}
    whole: set[str] = set()
    for option in found[1].split("|"):
        whole |= choices(text[: found.start()] + option + text[found.end() :])
    return whole


def _choose(text: str, rng: Random) -> str:
    while found := _CHOICE.search(text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    return " ".join(text.split())


def _articles(text: str) -> str:
    def fix(found: re.Match[str]) -> str:
        word = found[2].lower()
        vowel = (word[0] in "aeiou" or word == "hour" or word[0] == "8" or word in ("11", "18")) and word != "one"
        return ("an " if vowel else "a ") + found[2]

    return re.sub(r"\b(an?) (\w+)", fix, text)


def _unit_pieces(pair: dict[str, Any], rng: Random) -> dict[str, Piece]:
    amount, source, target = pair["amount"], pair["from_unit"], pair["to_unit"]
    name = SINGULAR.get(source, source[:-1]) if amount == 1 else source
    if source in ("fahrenheit", "celsius") and rng.random() < 0.5:
        name = f"degrees {source}"
    return {
        "amount": Piece(number_words(amount, rng), str(amount), {"amount": amount}),
        "from": Piece(name, "", {"from_unit": source}),
        "to": Piece(target, "", {"to_unit": target}),
    }


def say(intent: str, held_out: bool, rng: Random, given: dict[str, Piece] | None = None) -> Ask:
    """One utterance of an intent from a template of the wanted split; `given` fixes slots."""
    if intent in ("order", "order_corrected"):
        text, arguments = orders.order(held_out, rng, correction=intent == "order_corrected")
        call = {"name": "order_coffee", "arguments": arguments}
        return Ask(intent, text, on_paper(text), (call,), dict(arguments))
    if intent == "two":
        return _two(held_out, rng)
    template = rng.choice([t for t in templates(intent) if t.held_out == held_out])
    return fill_template(intent, template, rng, given)


def fill_template(intent: str, template: Template, rng: Random, given: dict[str, Piece] | None = None) -> Ask:
    """One utterance of a template."""
    pieces = dict(given or {})
    if intent.startswith("convert") and "amount" not in pieces:
        pieces = {**_unit_pieces(units(rng).values, rng), **pieces}
    text = _choose(template.text, rng)
    slots: dict[str, Any] = dict(template.implied)

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        piece = pieces.setdefault(name, FILLERS[name](rng) if name in FILLERS else Piece(name))
        slots.update(piece.values)
        return (f"{found[2]} " if found[2] else "") + piece.spoken

    spoken = _articles(_SLOT.sub(fill, text))
    paper = _articles(_SLOT.sub(lambda f: (f"{f[2]} " if f[2] else "") + pieces[f[1]].on_paper, text))
    if intent.startswith("convert"):
        slots.update({k: v for p in pieces.values() for k, v in p.values.items()})
    return Ask(intent, spoken, on_paper(paper), calls_of(intent, slots), slots)


def _two(held_out: bool, rng: Random) -> Ask:
    """Two commands in one breath."""
    pool = ["device", "timer", "timer_named", "list_add", "volume", "brightness", "device"]
    first, second = rng.sample(pool, 2)
    one, other = say(first, held_out, rng), say(second, held_out and rng.random() < 0.5, rng)
    joint = rng.choice([" and ", " and ", " and then ", " and also "])
    text = f"{one.text}{joint}{other.text}"
    tail = other.written
    paper = one.written.rstrip(".?!") + joint + (tail if tail.startswith("I ") else tail[0].lower() + tail[1:])
    return Ask("two", text, paper, one.calls + other.calls, {"parts": (one, other)})


_QUESTION = re.compile(
    r"^(and |hey |okay |so )?(what|who|how|when|where|why|which|is|are|do|does|did|will|can|could|would|may|should|should i)\b"
)


def on_paper(text: str) -> str:
    """Capitals and a final mark, as a large transcriber writes."""
    text = re.sub(r"\bi\b", "I", text)
    for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"):
        text = re.sub(rf"\b{name}\b", name.title(), text)
    mark = "?" if _QUESTION.match(text.lower()) else "."
    return text[0].upper() + text[1:] + mark


def _keep(slots: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: slots[key] for key in keys if key in slots}


def expression(slots: dict[str, Any]) -> str:
    """The operands in the notation of the calculator."""
    a, op = slots["a"], slots.get("op", "")
    if "pct" in slots:
        return f"{slots['pct']} / 100 * {a}"
    if slots.get("half"):
        return f"{a} / 2"
    if op.endswith("c"):
        return f"{a} {op[0]} {slots['c']}"
    if op == "-r":
        return f"{slots['b']} - {a}"
    if len(op) == 2:
        return f"{a} {op[0]} {slots['b']} {op[1]} {slots['c']}"
    return f"{a} {op} {slots['b']}"


def calls_of(intent: str, slots: dict[str, Any]) -> tuple[Call, ...]:
    """The tool calls of a first utterance; follow-ups need what came before and get theirs from the dialogue."""
    match intent:
        case "time":
            return _one("get_time", {})
        case "date":
            return _one("get_date", {})
        case "timer" | "timer_named":
            return _one("set_timer", _keep(slots, "amount", "unit", "name"))
        case "timer_cancel":
            return _one("cancel_timer", _keep(slots, "name"))
        case "timer_check":
            return _one("check_timers", {})
        case "calc" | "calc_chain" | "calc_percent":
            return _one("calculate", {"expression": expression(slots)})
        case "convert":
            return _one("convert_units", _keep(slots, "amount", "from_unit", "to_unit"))
        case "list_add":
            return _one("add_to_list", _keep(slots, "items"))
        case "list_remove":
            return _one("remove_from_list", _keep(slots, "items"))
        case "list_read":
            return _one("read_list", {})
        case "volume":
            return _one("set_volume", {"level": slots["percent"]})
        case "volume_step":
            return _one("set_volume", {"level": slots["level"]})
        case "device":
            return _one("set_device", _keep(slots, "device", "state", "room"))
        case "brightness":
            return _one("set_brightness", _keep(slots, "percent", "room"))
        case "order_cancel":
            return _one("cancel_order", {})
    if intent.startswith("weather") and intent in TOOLS:
        return _one("get_weather", _keep(slots, "day"))
    return ()


def _one(name: str, arguments: dict[str, Any]) -> tuple[Call, ...]:
    return ({"name": name, "arguments": arguments},)
