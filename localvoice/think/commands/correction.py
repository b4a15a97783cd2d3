"""Which argument of a call a correction is about, and its new value: "twelve" for "5 minutes" is "12 minutes". Pure."""

import re
from dataclasses import dataclass

from localvoice.think.commands.follow_up_words import FollowUpWords
from localvoice.think.commands.quantities import clock_time, duration_s, number, percent
from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.arguments import Schema


@dataclass(frozen=True, slots=True)
class Argument:
    """`spoken` is how the new value is said."""

    name: str
    value: Json
    spoken: str


def corrected(
    call: ToolCall, parameters: Schema, new: str, old: str, words: FollowUpWords, freely: bool
) -> Argument | None:
    """The argument of `call` that `new` is for; None if it fits none, or what it replaces is not clear.

    `old` is what it is not, or "". `freely`: a text may stand for any text.
    """
    if not new:
        return None
    properties: dict[str, Schema] = parameters["properties"]
    if old:
        held = next((name for name, value in call.arguments.items() if _is(value, old)), "")
        return _fitted(held, properties[held], call.arguments[held], new, old) if held in properties else None
    for name, value in call.arguments.items():
        if name in properties and (
            found := _measured(name, properties[name], value, new) or _other_half(name, value, new, words)
        ):
            return found
    for name, kind in words.by_name.items():
        if name in properties and (found := _named(name, kind, call, new, words)):
            return found
    if not freely:
        return None
    texts = [name for name, value in call.arguments.items() if name in properties and _is_text(properties[name], value)]
    return _fitted(texts[0], properties[texts[0]], call.arguments[texts[0]], new, "") if len(texts) == 1 else None


def _measured(name: str, schema: Schema, value: Json, new: str) -> Argument | None:
    """`new` where it is of the same measure as `value`: a duration, a time of day, a number, one of few words."""
    choice = next((each for each in schema.get("enum", ()) if str(each).lower() == new), None)
    if choice is not None:
        return Argument(name, choice, new)
    if schema.get("type") in ("integer", "number") or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        amount = percent(new) if number(new) is None else number(new)
        unit = " percent" if "percent" in name or percent(new) != number(new) else ""
        return None if amount is None else Argument(name, _whole(amount), f"{amount:g}{unit}")
    if not isinstance(value, str):
        return None
    if duration_s(value) is not None:
        return _duration(name, value, new)
    if percent(value) is not None and (share := percent(new)) is not None:
        return Argument(name, str(share), f"{share} percent")
    if clock_time(value) is not None and (time := clock_time(new)) is not None:
        half = clock_time(value).half if time.half is None else None  # type: ignore[union-attr]
        text = f"{new} {half}" if half else new
        return Argument(name, text, text)
    return None


def _other_half(name: str, value: Json, new: str, words: FollowUpWords) -> Argument | None:
    """The same time in the half of the day that `new` is."""
    time = clock_time(value) if isinstance(value, str) else None
    if time is None or clock_time(new) is not None:
        return None
    texts = [form.format(time=f"{time.hour}:{time.minute:02}", half=new) for form in words.halves]
    text = next((text for text in texts if clock_time(text) is not None), None)
    return Argument(name, text, text) if text is not None else None


def _duration(name: str, value: str, new: str) -> Argument | None:
    if duration_s(new) is not None:
        return Argument(name, new, new)
    amount = number(new)
    units = {word.removesuffix("s") for word in value.split() if duration_s(f"2 {word}") is not None}
    # Of "an hour and 5 minutes" nobody knows which number is meant; "a minute and a half" counts minutes.
    if amount is None or len(units) != 1:
        return None
    unit = units.pop() + ("" if amount == 1 else "s")
    return Argument(name, f"{amount:g} {unit}", f"{amount:g} {unit}")


def _named(name: str, kind: str, call: ToolCall, new: str, words: FollowUpWords) -> Argument | None:
    """`new` where its own words say which argument it is for."""
    if kind == "day" and new in words.days:
        return Argument(name, new, new)
    if kind == "room":
        for device in filter(None, map(str, call.arguments.values())):
            new = re.sub(rf" {re.escape(device)}s?$", "", new)
        if new in words.rooms or new.endswith(words.room_ending):
            return Argument(name, new, f"the {new}")
    # A reminder for tomorrow has no time yet; one in ten minutes needs none.
    if kind == "time" and ("day" in call.arguments or name in call.arguments) and clock_time(new) is not None:
        return Argument(name, new, new)
    rest, _, last = new.rpartition(" ")
    # Of "make that a large one" no timer gets its name.
    if kind == "name" and rest and last in words.generic and (name in call.arguments or not call.arguments):
        return Argument(name, rest, new)
    return None


def _fitted(name: str, schema: Schema, value: Json, new: str, old: str) -> Argument | None:
    """`new` in place of `value`, or of the one of its items that is `old`."""
    if isinstance(value, list):
        items = list(value)
        places = [at for at, item in enumerate(items) if not old or _is(item, old)]
        if len(places) != 1:
            return None
        items[places[0]] = new
        return Argument(name, items, new)
    if found := _measured(name, schema, value, new):
        return found
    return Argument(name, new, new) if _is_text(schema, value) else None


def _is_text(schema: Schema, value: Json) -> bool:
    if schema.get("type") == "array":
        return isinstance(value, list)
    text = str(value)
    measured = any(read(text) is not None for read in (duration_s, clock_time, number, percent))
    return schema.get("type") == "string" and "enum" not in schema and not measured


def _is(value: Json, old: str) -> bool:
    """Whether `old` is what a person calls `value`."""
    if isinstance(value, list):
        return any(_is(item, old) for item in value)
    text = str(value).lower()
    if text == old or text.removesuffix("s") == old.removesuffix("s"):
        return True
    measures = [(duration_s(text), duration_s(old)), (clock_time(text), clock_time(old)), (percent(text), percent(old))]
    # "not ten" of "10 minutes", "not seven" of "7 am".
    if number(old) is not None:
        measures += [(number(text.rpartition(" ")[0]), number(old))]
    return any(mine is not None and mine == theirs for mine, theirs in measures)


def _whole(amount: float) -> Json:
    return int(amount) if amount == int(amount) else amount
