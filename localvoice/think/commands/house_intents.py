"""The sentences of home-assistant-intents, in its 65 languages, as calls of our tools.

Its intents are Home Assistant's; `_MEANINGS` says what each is here. Names of devices and rooms are not known to us, so
any few words may stand for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import hassil
import home_assistant_intents
from hassil.expression import Group, ListReference
from hassil.intents import RangeSlotList, WildcardSlotList
from hassil.recognize import RecognizeResult, is_match

from localvoice.think.commands.kinds import items
from localvoice.think.commands.sentence_file import Language
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.messages import Json
from localvoice.think.tools.registry import Registry

MOST_FREE_WORDS = 4
"""In a name of a timer, a device or a room."""
MOST_ITEM_WORDS = 20
_OTHER_CODES = {"zh": "zh-CN", "no": "nb", "nn": "nb", "iw": "he"}
_PLACES = {name: WildcardSlotList(name) for name in ("name", "area")}
_LISTS: dict[str, Any] = {f"timer_{unit}s": {"range": {"from": 1, "to": 100}} for unit in ("hour", "minute", "second")}
"""For our own sentences in a language in which the package has none of that kind."""
_DOMAINS = ("light", "fan", "switch")

Slots = Mapping[str, Json]
Arguments = dict[str, Json]


def _duration(slots: Slots, prefix: str = "", unit: str = "s") -> Json:
    """ "2 minutes 30 seconds"; None without any of them."""
    given = [(slots.get(f"{prefix}{name}s"), name) for name in ("hour", "minute", "second")]
    parts = [f"{_plain(amount)} {name}{'' if amount == 1 else unit}" for amount, name in given if amount is not None]
    return " ".join(parts) or None


def _plain(number: Json) -> Json:
    return int(number) if isinstance(number, float) and number == int(number) else number


def _named(slots: Slots) -> Arguments:
    """The timer that is meant."""
    name = slots.get("name") or _duration(slots, "start_", "")
    return {"name": name} if name else {}


def _timer(slots: Slots) -> Arguments:
    return {"duration": _duration(slots), **_named(slots)}


def _place(slots: Slots) -> Arguments:
    return {"room": slots["area"]} if slots.get("area") else {}


def _device(state: str) -> Callable[[Slots], Arguments]:
    def arguments(slots: Slots) -> Arguments:
        return {"device": slots.get("domain") or "light", "state": state, **_place(slots)}

    return arguments


def _brightness(slots: Slots) -> Arguments:
    return {"percent": _plain(slots["brightness"]), **_place(slots)}


def _volume_step(slots: Slots) -> Arguments:
    step = slots["volume_step"]
    up = step == "up" if isinstance(step, str) else isinstance(step, (int, float)) and step > 0
    return {"level": "up" if up else "down"}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """`slots` are those that we know what to do with; sentences with others are left out."""

    tool: str
    arguments: Callable[[Slots], Arguments] = lambda slots: {}
    slots: frozenset[str] = frozenset()


_TIME = frozenset({"hours", "minutes", "seconds"})
_WHICH = frozenset({"name", "start_hours", "start_minutes", "start_seconds"})
_WHERE = frozenset({"area", "domain"})
_MEANINGS = {
    "HassGetCurrentTime": _Meaning("get_time"),
    "HassGetCurrentDate": _Meaning("get_date"),
    "HassStartTimer": _Meaning("set_timer", _timer, _TIME | {"name"}),
    "HassCancelTimer": _Meaning("cancel_timer", _named, _WHICH),
    "HassCancelAllTimers": _Meaning("cancel_timer", lambda slots: {"all": True}),
    "HassPauseTimer": _Meaning("pause_timer", _named, _WHICH),
    "HassUnpauseTimer": _Meaning("resume_timer", _named, _WHICH),
    "HassIncreaseTimer": _Meaning("add_to_timer", _timer, _TIME | _WHICH),
    "HassTimerStatus": _Meaning("check_timers", _named, _WHICH),
    "HassShoppingListAddItem": _Meaning("add_to_list", lambda slots: {"items": slots["item"]}, frozenset({"item"})),
    "HassShoppingListCompleteItem": _Meaning(
        "remove_from_list", lambda slots: {"items": slots["item"]}, frozenset({"item"})
    ),
    "HassSetVolume": _Meaning(
        "set_volume", lambda slots: {"level": _plain(slots["volume_level"])}, frozenset({"volume_level"})
    ),
    "HassSetVolumeRelative": _Meaning("set_volume", _volume_step, frozenset({"volume_step"})),
    "HassGetWeather": _Meaning("get_weather"),
    "HassTurnOn": _Meaning("set_device", _device("on"), _WHERE),
    "HassTurnOff": _Meaning("set_device", _device("off"), _WHERE),
    "HassLightSet": _Meaning("set_brightness", _brightness, _WHERE | {"brightness"}),
    "HassNevermind": _Meaning(""),
}


def code_of(language: str) -> str | None:
    """The package's code for a language, such as "pt-BR"; None if it has no sentences for it."""
    known = {code.lower(): code for code in home_assistant_intents.get_languages()}
    base = language.partition("-")[0]
    for code in (language, base, _OTHER_CODES.get(base, "")):
        if code.lower() in known:
            return known[code.lower()]
    return None


class HouseIntents:
    """Those sentences of one language that ask for something that a tool of `registry` does."""

    def __init__(self, registry: Registry, language: str, own: Language) -> None:
        self._own = own
        self._registry = registry
        code = code_of(language)
        data = home_assistant_intents.get_intents(code) if code else None
        self._intents = hassil.Intents.from_dict(_ours(data, registry, own)) if data else None
        if self._intents is not None:
            self._warm()

    def find(self, text: str) -> Understood | None:
        """What `text` asks for."""
        if self._intents is None:
            return None
        text = " ".join(self._own.spellings.get(word, word) for word in text.split())
        found = hassil.recognize_all(text, self._intents, slot_lists=dict(_PLACES))
        for result in sorted(found, key=_looseness):
            if (understood := self._understood(result)) is not None:
                return understood
        return None

    def _understood(self, result: RecognizeResult) -> Understood | None:
        meaning = _MEANINGS[result.intent.name]
        slots: dict[str, Json] = {}
        for name, entity in result.entities.items():
            value = entity.text.strip() if entity.is_wildcard else entity.value
            most = MOST_ITEM_WORDS if name == "item" else MOST_FREE_WORDS
            if entity.is_wildcard and len(value.split()) > most:
                return None
            if entity.is_wildcard and name != "item" and not self._own.words.never.isdisjoint(value.split()):
                return None
            slots[name] = items(value, self._own.words) if name == "item" else value
        if None in slots.values():
            return None
        if not meaning.tool:
            return Understood(say="OK.")
        arguments: Arguments = {name: value for name, value in meaning.arguments(slots).items() if value is not None}
        tool = self._registry.get(meaning.tool)
        assert tool is not None
        fits = set(tool.parameters["required"]) <= set(arguments) <= set(tool.parameters["properties"])
        return Understood((Wanted(tool.name, arguments),)) if fits else None

    def _warm(self) -> None:
        """hassil writes out the numbers of a language when it first meets a range, and looks at all templates when it
        is first asked: half a second for some languages."""
        assert self._intents is not None
        for name, values in self._intents.slot_lists.items():
            if isinstance(values, RangeSlotList):
                sentence = hassil.Sentence(expression=hassil.Sequence(items=[ListReference(list_name=name)]))
                is_match("x", sentence, {name: values}, language=self._intents.language)
        hassil.recognize_best("x", self._intents, slot_lists=dict(_PLACES))


def _looseness(result: RecognizeResult) -> tuple[int, int, str]:
    free = [entity.text for entity in result.entities_list if entity.is_wildcard]
    return sum(len(text.split()) for text in free), -result.text_chunks_matched, result.intent.name


def _ours(data: dict[str, Any], registry: Registry, own: Language) -> dict[str, Any]:
    """`data` with only what we have a tool and a meaning for."""
    rules = {name: hassil.parse_sentence(text) for name, text in data.get("expansion_rules", {}).items()}
    stricter = {command.tool for command in own.commands}
    lists = data.get("lists", {})
    free = {name for name, values in lists.items() if values.get("wildcard")} | {"name", "area"}
    intents: dict[str, Any] = {}
    for name, meaning in _MEANINGS.items():
        if meaning.tool and registry.get(meaning.tool) is None:
            continue
        known = [*data["intents"].get(name, {"data": []})["data"], {"sentences": own.house.get(name, ())}]
        unwanted = free if meaning.tool in stricter else set()
        blocks = [_block(block, meaning, rules, unwanted) for block in known if _concerns_us(block)]
        if blocks := [block for block in blocks if block["sentences"]]:
            intents[name] = {"data": blocks}
    return {
        "language": data["language"],
        "settings": data.get("settings", {}),
        "skip_words": data.get("skip_words", []),
        "intents": intents,
        "lists": _LISTS | lists,
        "expansion_rules": data.get("expansion_rules", {}),
    }


def _concerns_us(block: dict[str, Any]) -> bool:
    domains = block.get("requires_context", {}).get("domain") or block.get("slots", {}).get("domain") or "light"
    return bool(set(_DOMAINS) & set([domains] if isinstance(domains, str) else domains))


def _block(block: dict[str, Any], meaning: _Meaning, rules: Mapping[str, Any], unwanted: set[str]) -> dict[str, Any]:
    """What Home Assistant knows of rooms and devices we do not: what a sentence requires of them is left out."""
    local = {name: hassil.parse_sentence(text) for name, text in block.get("expansion_rules", {}).items()}
    kept = [text for text in block["sentences"] if _is_ours(text, {**rules, **local}, meaning, unwanted)]
    out = {key: value for key, value in block.items() if key in ("slots", "expansion_rules", "lists")}
    return {**out, "sentences": kept}


def _is_ours(template: str, rules: dict[str, Any], meaning: _Meaning, unwanted: set[str]) -> bool:
    """Whether we know all its slots and some word has to be said; without one any few words would fit."""
    sentence = hassil.parse_sentence(template)
    assert isinstance(sentence.expression, Group)
    slots = list(sentence.expression.list_references(rules))
    return (
        {each.slot_name for each in slots} <= meaning.slots
        and unwanted.isdisjoint(each.list_name for each in slots)
        and bool(sentence.get_required_clauses(rules))
    )
