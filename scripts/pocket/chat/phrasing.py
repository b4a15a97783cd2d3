"""The assistant's sentence for a tool's result: picks a phrasing and fills it with what the tool said."""

import re
from functools import cache
from random import Random
from typing import Any

from house import NOUN_SKIES, SNOW, SUN, WET, and_list
from replies import REPLIES
from small_talk import REPLIES as TALK_REPLIES
from world import Call, choices

SIGNS = {"*": "times", "/": "divided by", "+": "plus", "-": "minus"}


@cache
def _lines(key: str) -> tuple[str, ...]:
    table = REPLIES if key in REPLIES else TALK_REPLIES
    return tuple(table[key].strip().splitlines())


def cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def phrase(key: str, rng: Random, **slots: str) -> str:
    """One reply of a kind; `{Name}` is `{name}` with a capital."""
    text = rng.choice(sorted(choices(rng.choice(_lines(key)))))
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value).replace("{" + name[0].upper() + name[1:] + "}", cap(value))
    assert "{" not in text, (key, text)
    text = cap(text)
    return text if text[-1] in ".?!" else text + "."


def an(text: str) -> str:
    return "an" if text[0] in "aeiou8" else "a"


def when(call: Call) -> str:
    day = call["arguments"].get("day", "")
    if not day:
        return ""
    return f" {day}" if day in ("today", "tomorrow") else f" on {day.title()}"


def sum_words(expression: str) -> str:
    if found := re.fullmatch(r"(\d+) / 100 \* (\d+)", expression):
        return f"{found[1]} percent of {found[2]}"
    return " ".join(SIGNS.get(part, part) for part in expression.split())


def _weather(intent: str, asked: str, call: Call, result: str, rng: Random) -> str:
    found = re.fullmatch(r"(.+), (-?\d+ degrees?)", result)
    if not found:
        return cap(result) + "."
    sky, temp = found[1], found[2]
    degrees = int(temp.split()[0])
    slots = {"sky": sky, "temp": temp, "when": when(call)}
    wet = any(w in sky for w in WET)
    if intent == "weather_rain":
        topic = "umbrella" if "umbrella" in asked else "weather"
        return phrase(f"{topic}_{'yes' if wet else 'no'}", rng, **slots)
    if intent in ("weather_snow", "weather_sun"):
        hit = any(w in sky for w in (SNOW if intent == "weather_snow" else SUN))
        key = "weather_yes" if hit else "weather_no"
        return phrase(key if sky in NOUN_SKIES else f"{key}_adjective", rng, **slots)
    if intent == "weather_temp":
        if "jacket" in asked or "coat" in asked:
            return phrase("jacket_yes" if degrees < 16 else "jacket_no", rng, **slots)
        cold = re.search(r"(is it|will it be) (cold|chilly)", asked)
        if cold or re.search(r"(is it|will it be) warm", asked):
            return phrase("temp_yes" if (degrees < 12 if cold else degrees >= 18) else "temp_no", rng, **slots)
        return phrase("temp", rng, **slots)
    noun = sky in NOUN_SKIES
    return phrase("weather" if noun else "weather_adjective", rng, **slots)


def _date(asked: str, result: str, rng: Random) -> str:
    weekday, month = result.split(", ")[0], result.split(", ")[1].split()[0]
    slots = {"result": result, "weekday": weekday, "month": month}
    if found := re.search(r"is it (\w+day) today", asked.lower()):
        return phrase("date_yes" if found[1] == weekday.lower() else "date_no", rng, **slots)
    return phrase("month" if "month" in asked else "date", rng, **slots)


def reply(intent: str, asked: str, call: Call, result: str, rng: Random) -> str:
    """The sentence after one tool call. `intent` and `asked` (the user's words) choose among its forms."""
    if result.startswith("error: "):
        return phrase("error", rng, why=result.removeprefix("error: "))
    name, arguments = call["name"], call["arguments"]
    match name:
        case "get_time":
            return phrase("time", rng, result=result)
        case "get_date":
            return _date(asked, result, rng)
        case "set_timer":
            duration = result.partition(" set for ")[2]
            kind = "timer_changed" if intent == "timer_change" else "timer_named" if "name" in arguments else "timer"
            return phrase(kind, rng, dur=duration, name=arguments.get("name", ""))
        case "cancel_timer":
            if result.startswith("cancelled "):
                return phrase("timer_cancel", rng, result=result, timer=result.removeprefix("cancelled "))
            return phrase("no_timer", rng) if "running" in result else phrase("list_missing", rng, result=result)
        case "check_timers":
            if "left" not in result:
                return phrase("no_timer", rng)
            yes = "Yes, " if re.match(r"(is|are|do i have) ", asked.lower()) else ""
            return yes + result + "." if yes else phrase("timer_check", rng, result=result)
        case "calculate":
            return phrase("calc", rng, result=result, sum=sum_words(arguments["expression"]))
        case "convert_units":
            source = f"{arguments['amount']} {arguments['from_unit']}"
            return phrase("convert", rng, result=result, source=source)
        case "add_to_list" | "remove_from_list" | "read_list":
            return _list(intent, name, arguments, result, rng)
        case "set_volume":
            return phrase("volume", rng, level=result.removeprefix("volume is "))
        case "set_device":
            thing, _, state = result.rpartition(" is ")
            return phrase("device", rng, thing=thing, state=state)
        case "set_brightness":
            thing, _, level = result.partition(" at ")
            return phrase("brightness", rng, thing=thing, level=level)
        case "get_weather":
            return _weather(intent, asked.lower(), call, result, rng)
        case "order_coffee" | "change_order":
            order = result.partition(": ")[2]
            return phrase("order" if name == "order_coffee" else "change", rng, order=order, an=an(order))
        case "cancel_order":
            return phrase("order_cancel", rng)
    raise KeyError(name)


def _list(intent: str, name: str, arguments: dict[str, Any], result: str, rng: Random) -> str:
    if name == "read_list":
        if result == "the list is empty":
            return phrase("list_empty", rng)
        return phrase("list_read", rng, items=and_list(result.split(", ")))
    if not result.startswith(("added ", "removed ")):
        return phrase("list_missing", rng, result=result)
    items = result.split(" ", 1)[1]
    plural = " and " in items or items.endswith("s")
    kind = {"add_to_list": "list_add", "remove_from_list": "list_remove"}[name]
    if intent in ("list_add_more", "list_add_correct"):
        kind = "list_corrected" if intent == "list_add_correct" else rng.choice(["list_add", "list_add_more"])
    return phrase(kind, rng, items=items, **{"is": "are" if plural else "is"})


def statement(call: Call, result: str) -> str:
    """A result as a clause: "the kitchen light is on"."""
    if result.startswith("error: "):
        return result.removeprefix("error: ")
    match call["name"]:
        case "set_timer":
            name = call["arguments"].get("name", "")
            return f"the {name + ' ' if name else ''}timer is set for {result.partition(' set for ')[2]}"
        case "set_device":
            return f"the {result}"
        case "set_brightness":
            return f"the {result.replace(' at ', ' is at ')}"
        case "set_volume":
            return f"the {result}"
        case "add_to_list":
            items = result.removeprefix("added ")
            return f"{items} {'are' if ' and ' in items or items.endswith('s') else 'is'} on the list"
    return result


def reply_two(calls: list[Call], results: list[str], rng: Random) -> str:
    first, second = (statement(c, r) for c, r in zip(calls, results, strict=True))
    bad = [r.startswith("error: ") for r in results]
    if all(bad) and first == second:
        return phrase("error", rng, why=first)
    joint = ", but " if bad[0] != bad[1] else ", and "
    opening = (
        rng.choice(["", "", "Okay, ", "Sure, ", "Done, ", "Alright, "]) if not bad[0] else rng.choice(["Sorry, ", ""])
    )
    return cap(f"{opening}{first}{joint}{second}.")
