"""Dialogues for training: utterances of the world, tool calls, results of a simulated house, and varied replies."""

import json
import re
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import more_phrasings
import small_talk
from house import FAMILIES, House, order_text
from noise import loose_paper, misheard
from phrasing import cap, phrase, reply, reply_two
from world import TALK, TOOLS, Ask, Call, held_out, say, templates
from world.fillers import DAYS, FILLERS, ITEMS, ROOMS, Piece, number_words
from world.grammar import choices, fill_template, on_paper, parse

SYSTEM = "You are localvoice, a helpful voice assistant. Answer in one or two short spoken sentences."
TABOO = frozenset(row["text"] for row in held_out())
ORDER_CHANGES = (
    "order_size",
    "order_shots",
    "order_roast",
    "order_milk",
    "order_sugar",
    "order_drink",
    "order_two",
    "order_size",
)


# Where words must be copied exactly the model needs more examples.
COPYING = {"list_add": 4.0, "list_remove": 2.2, "convert": 2.5, "calc": 2.5, "calc_chain": 5.0, "calc_percent": 1.6,
           "timer_named": 1.8, "device": 1.3, "brightness": 1.3}  # fmt: skip
# What people put before a command without changing it.
CARRIERS = (
    "just",
    "quick",
    "now",
    "okay now",
    "so",
    "next",
    "first",
    "right",
    "one more thing",
    "would you mind and",
    "be so kind and",
    "when you get a chance",
    "do me a favor and",
    "i want you to",
    "i'd like you to",
    "i need you to",
    "you should",
    "time to",
    "let's",
    "why don't you",
    "you may",
    "feel free to",
    "it's late",
    "before i forget",
    "real quick",
    "hey can you",
    "also",
)
COMMANDS = (
    "turn ",
    "switch ",
    "set ",
    "add ",
    "put ",
    "remove ",
    "delete ",
    "cancel ",
    "start ",
    "make ",
    "dim ",
    "brighten ",
    "raise ",
    "lower ",
    "convert ",
    "calculate ",
    "compute ",
    "read ",
    "tell ",
    "give ",
    "stop ",
    "shut ",
    "take ",
    "write ",
)
MORE_SHARE = 0.4  # of the first utterances, where there are more phrasings than the world's


@dataclass
class Message:
    role: str
    content: str
    learn: bool = False  # only what the assistant should say itself is learned


def call_text(calls: list[Call]) -> str:
    """Tool calls as the model writes them: argument names sorted, as Jinja's tojson sorts them."""
    blocks = []
    for call in calls:
        arguments = json.dumps(call["arguments"], sort_keys=True)
        blocks.append(f'<tool_call>\n{{"name": "{call["name"]}", "arguments": {arguments}}}\n</tool_call>')
    return "\n".join(blocks)


def pseudo_word(rng: Random) -> str:
    """A word that no list contains, so that the model learns to copy letters instead of knowing words."""
    onset, vowel, coda = (
        "b c d f g h j k l m n p r s t v w z br cl dr fl gr pl st tr sh th".split(),
        "a e i o u ee oo ai".split(),
        ("n r l s t m k nd st ck".split() + [""] * 6),
    )
    return "".join(rng.choice(onset) + rng.choice(vowel) + rng.choice(coda) for _ in range(rng.choice([1, 2, 2, 3])))


def _new_name(rng: Random) -> str:
    return rng.choice(small_talk.NOUNS) if rng.random() < 0.5 else pseudo_word(rng)


@dataclass
class Dialogue:
    """A growing conversation. Every method appends messages."""

    rng: Random
    split_held_out: bool = False  # whether follow-ups come from held-out templates
    clean: bool = False  # no recognition errors, no interruptions
    messages: list[Message] = field(default_factory=list)
    last_call: Call | None = None
    last_result: str = ""
    last_intent: str = ""
    last_asked: str = ""
    rest: str = ""  # what an interruption cut off

    def __post_init__(self) -> None:
        self.house = House(self.rng, connected=self.rng.random() > 0.12)
        if self.rng.random() > 0.05:
            self.messages.append(Message("system", SYSTEM))

    # -- messages ------------------------------------------------------------------------------------------------

    def hear(self, ask: Ask) -> str:
        """The user's words, in one of the spellings that a transcriber may give."""
        text, dice = ask.text, self.rng.random()
        if dice < 0.22:
            text = loose_paper(ask.written, self.rng)
        elif dice < 0.33 and not self.clean:
            text = misheard(text, self.rng)
        if self.messages and self.messages[-1].role == "user":  # nothing was answered: both turns become one
            text = f"{self.messages.pop().content} {text}"
        self.messages.append(Message("user", text))
        return text

    def tell(self, text: str) -> None:
        self.messages.append(Message("assistant", text, learn=True))

    def use(self, calls: list[Call]) -> list[str]:
        self.messages.append(Message("assistant", call_text(calls), learn=True))
        results = [self.house.call(c["name"], c["arguments"]) for c in calls]
        self.messages += [Message("tool", result) for result in results]
        return results

    def cut(self) -> None:
        """The user interrupts: the history keeps only what was heard, and nothing is learned from it."""
        said = self.messages.pop()
        words = said.content.split()
        kept = self.rng.randint(0, len(words) - 1)
        if kept:
            self.messages.append(Message("assistant", " ".join(words[:kept]), learn=False))
        heard = " ".join(words[:kept])
        start = max(heard.rfind(mark) for mark in (". ", "? ", "! ")) + 2 if re.search(r"[.?!] ", heard) else 0
        self.rest = said.content[start:]  # from the sentence that was cut, so that it can be taken up again

    # -- exchanges -----------------------------------------------------------------------------------------------

    def ask(self, ask: Ask, calls: list[Call] | None = None) -> None:
        """The user says something that needs tools; the assistant uses them and answers."""
        calls = list(ask.calls) if calls is None else calls
        self.hear(ask)
        asked = ask.text
        results = self.use(calls)
        if ask.intent in ("timer_change", "list_add_correct"):
            failed = [r for r in results if r.startswith("error: ")]
            result = failed[0] if failed else results[-1]
            self.tell(reply(ask.intent, asked, calls[-1], result, self.rng))
        elif len(calls) == 2:
            self.tell(reply_two(calls, results, self.rng))
        else:
            intent = self.last_intent if ask.intent == "weather_again" else ask.intent
            if ask.intent == "weather_again":
                asked = self.last_asked
            self.tell(reply(intent, asked, calls[-1], results[-1], self.rng))
            self.last_asked = asked
            self.last_intent = intent
        self.last_call, self.last_result = calls[-1], results[-1]
        if len(calls) == 2 and ask.intent == "two":
            self.last_call = None

    def chat(self, intent: str) -> None:
        """Small talk."""
        rng = self.rng
        spoken = [m for m in self.messages if m.role == "assistant" and m.content and "<tool_call>" not in m.content]
        ends_cut = bool(self.messages) and self.messages[-1].role == "assistant" and not self.messages[-1].learn
        self.hear(self._first(intent))
        if intent == "repeat":
            self.tell(self._repeat(spoken[-1].content) if spoken else phrase("repeat_nothing", rng))
        elif intent == "go_on":
            if ends_cut and len(self.rest.split()) > 4:
                self.tell(
                    rng.choice(["", "Sure. ", "Okay. "]) + cap(self.rest.removeprefix("Sure, ").removeprefix("Okay, "))
                )
            else:
                self.tell(phrase("go_on_nothing", rng))
        else:
            self.tell(phrase(intent, rng))
        self.last_call = None

    def _repeat(self, said: str) -> str:
        return self.rng.choice(["I said: ", "", "Sure. ", "Of course. ", "I said: "]) + said

    def outside(self) -> None:
        rng = self.rng
        intent = rng.choices(["outside_fact", "outside_action"], [3, 2])[0]
        topic = ""
        if rng.random() < 0.5:
            ask = say(intent, self.split_held_out, rng)
            topic = str(ask.slots.get("topic", ""))
        else:
            lines = small_talk.OUTSIDE_FACTS if intent == "outside_fact" else small_talk.OUTSIDE_ACTIONS
            ask = self._fill(rng.choice(lines), intent)
        self.hear(ask)
        if intent == "outside_fact":
            about = bool(topic) and rng.random() < 0.2 and topic.title() in ask.written
            self.tell(phrase("outside_topic", rng, topic=topic.title()) if about else phrase("outside_fact", rng))
        else:
            special = {
                "outside_music": r"^(can you )?(play|put on|i want to hear)\b",
                "outside_alarm": r"alarm",
                "outside_call": r"^(can you )?(call|text|send|write an email)\b",
            }
            kinds = [k for k, pattern in special.items() if re.search(pattern, ask.text)]
            self.tell(phrase(kinds[0] if kinds and rng.random() < 0.4 else "outside_action", rng))
        self.last_call = None

    def _fill(self, line: str, intent: str) -> Ask:
        rng = self.rng
        own = {
            "noun": lambda: rng.choice(small_talk.NOUNS),
            "verb": lambda: rng.choice(small_talk.VERBS),
            "clock": lambda: rng.choice(small_talk.CLOCKS),
            "items": lambda: rng.choice(ITEMS),
            "word": lambda: (
                pseudo_word(rng)
                if rng.random() < 0.6
                else FILLERS[rng.choice(["place", "relative", "work"])](rng).spoken
            ),
        }
        text = re.sub(r"\{(\w+)\}", lambda f: own[f[1]]() if f[1] in own else FILLERS[f[1]](rng).spoken, line)
        text = re.sub(r"\ba ([aeio])", r"an \1", text)
        return Ask(intent, text, on_paper(text))

    def fragment(self) -> None:
        """A cut-off utterance: the assistant asks for the rest, and sometimes gets it."""
        intent = self.rng.choices(list(small_talk.FRAGMENTS), [4, 3, 3, 2, 5])[0]
        text = self.rng.choice(small_talk.FRAGMENTS[intent].split("|"))
        self.hear(Ask(intent, text, cap(text)))
        self.tell(phrase(intent, self.rng))
        if intent == "timer_ask" and self.rng.random() < 0.6:
            self.give_duration()
        self.last_call = None

    def give_duration(self) -> None:
        piece = FILLERS["dur"](self.rng)
        shape = self.rng.choice(["{}", "{}", "for {}", "{} please", "make it {}", "let's say {}"])
        ask = Ask("timer", shape.format(piece.spoken), on_paper(shape.format(piece.on_paper)))
        self.ask(ask, [{"name": "set_timer", "arguments": dict(piece.values)}])

    def segment(self) -> None:
        """One self-contained exchange with its follow-ups."""
        rng = self.rng
        kind = rng.choices(
            [
                "tool",
                "order",
                "order_corrected",
                "two",
                "talk",
                "outside",
                "fragment",
                "order_start",
                "timer_ask",
                "story",
                "statement",
            ],
            [58, 8, 6, 6, 18, 11, 2, 1.5, 1.5, 1.5, 3],
        )[0]
        if kind == "talk":
            names = [n for n in TALK if n not in ("order_start", "timer_ask", "story", "explain")]
            self.chat(rng.choices(names, [len(templates(n)) ** 0.5 for n in names])[0])
        elif kind == "story":
            self.chat(rng.choice(["story", "explain"]))
        elif kind == "outside":
            self.outside()
        elif kind == "fragment":
            self.fragment()
        elif kind == "statement":
            self.statement()
        elif kind == "order_start":
            self.chat("order_start")
            if rng.random() < 0.8:
                self.ask(self._fresh("order"))
        elif kind == "timer_ask":
            self.chat("timer_ask")
            if rng.random() < 0.85:
                self.give_duration()
        else:
            if kind == "tool":
                names = list(TOOLS)
                kind = rng.choices(names, [len(templates(n)) ** 0.6 * COPYING.get(n, 1.0) for n in names])[0]
            self.ask(self._fresh(kind))
        self._maybe_cut()
        chance = 0.55
        while rng.random() < chance and self.last_call and self.follow_up():
            self._maybe_cut()
            chance = 0.45

    def _maybe_cut(self) -> None:
        long = len(self.messages[-1].content.split()) > 20
        if not self.clean and self.rng.random() < (0.4 if long else 0.07):
            self.cut()
            if long and self.rng.random() < 0.5:
                self.chat("go_on")
            elif self.rng.random() < 0.5:
                self.chat(self.rng.choice(["stop", "wait", "never_mind", "thanks"]))

    def _fresh(self, intent: str) -> Ask:
        """A first utterance; now and then with names that no list contains."""
        rng, given = self.rng, {}
        if rng.random() < 0.25:
            if intent.startswith("list_"):
                things = [_new_name(rng) for _ in range(rng.choice([1, 1, 2]))]
                given["items"] = Piece(" and ".join(things), "", {"items": things})
            elif intent.startswith("timer"):
                name = _new_name(rng)
                given["tname"] = Piece(name, "", {"name": name})
            elif intent in ("device", "brightness"):
                if rng.random() < 0.5:
                    name = _new_name(rng) + rng.choice([" room", "", " corner"])
                    given["room"] = Piece(name, "", {"room": name})
                else:
                    name = _new_name(rng)
                    given["device"] = Piece(name, "", {"device": name})
        return self._first(intent, given)

    def _first(self, intent: str, given: dict[str, Piece] | None = None) -> Ask:
        """An utterance of a train template, of the world's or of the further ones, that is not in the held-out list."""
        while True:
            if intent in more_phrasings.MORE and self.rng.random() < MORE_SHARE:
                lines = more_phrasings.MORE[intent].strip().splitlines()
                ask = fill_template(intent, parse(self.rng.choice(lines)), self.rng, given)
            else:
                ask = say(intent, False, self.rng, given)
            if ask.text.startswith(COMMANDS) and self.rng.random() < 0.12:
                carrier = self.rng.choice(CARRIERS)
                written = f"{cap(carrier)} {ask.written[0].lower()}{ask.written[1:]}"
                ask = replace(ask, text=f"{carrier} {ask.text}", written=written)
            if ask.text not in TABOO:
                return ask

    def statement(self) -> None:
        """The user just says something."""
        rng = self.rng
        line = rng.choice(sorted(choices(rng.choice(more_phrasings.STATEMENTS))))
        line = line.replace("{relative2}", rng.choice(more_phrasings.RELATIVES))
        line = line.replace("{thing2}", rng.choice(more_phrasings.THINGS))
        self.hear(self._fill(line, "statement"))
        self.tell(rng.choice(more_phrasings.STATEMENT_REPLIES))
        self.last_call = None

    # -- follow-ups ----------------------------------------------------------------------------------------------

    def follow_up(self, only: str = "") -> bool:
        """One utterance that refers to the last tool call; False where nothing can refer to it."""
        found = self._follow_up_calls(only)
        if not found:
            return False
        ask, calls = found
        self.ask(ask, calls)
        return True

    def _say(self, intent: str, **given: Piece) -> Ask:
        return say(intent, self.split_held_out, self.rng, given)

    def options(self) -> list[str]:
        """Kinds of follow-up that fit the last call and its result."""
        if not self.last_call or self.last_result.startswith("error"):
            return []
        arguments = self.last_call["arguments"]
        match self.last_call["name"]:
            case "get_weather":
                return ["weather_again"]
            case "set_timer":
                return ["timer_change", "timer_another", "timer_it_cancel", "timer_it_check"]
            case "set_device":
                back = ["device_off"] * 2 if arguments["state"] == "on" else ["device_on"] * 2
                return ["device_other_room", "device_other", *back]
            case "set_brightness":
                return ["brightness_other", "brightness_room"]
            case "calculate":
                return ["calc_more"] if re.fullmatch(r"-?[\d.]+", self.last_result) else []
            case "convert_units":
                return ["convert_other", "convert_other", "convert_to"]
            case "add_to_list":
                return ["list_add_more", "list_add_correct", "list_add_correct", "list_it_remove"]
            case "set_volume":
                return ["volume_more"] if isinstance(arguments["level"], str) else []
            case "order_coffee" | "change_order":
                return [*ORDER_CHANGES, "order_it_cancel"]
        return []

    def _follow_up_calls(self, only: str) -> tuple[Ask, list[Call]] | None:
        options = [o for o in self.options() if not only or o == only]
        if not options or not self.last_call:
            return None
        rng, last, intent = self.rng, self.last_call["arguments"], self.rng.choice(options)
        named = {"name": last["name"]} if "name" in last else {}
        if intent == "device_other_room" or intent == "brightness_room":
            room = rng.choice([r for r in ROOMS if r != last.get("room")])
            ask = self._say(intent, room=Piece(room, "", {"room": room}))
        elif intent == "weather_again":
            day = rng.choice([d for d in DAYS if d != last.get("day")])
            spoken = day if day in ("today", "tomorrow") else f"on {day}"
            paper = spoken if day in ("today", "tomorrow") else f"on {day.title()}"
            ask = self._say(
                intent,
                day=Piece(spoken, paper, {"day": day}),
                dayname=Piece(day, paper.removeprefix("on "), {"day": day}),
            )
        elif intent.startswith("convert"):
            return self._convert(intent, last)
        else:
            ask = self._say(intent)
        s = ask.slots

        def one(name: str, /, **arguments: Any) -> list[Call]:
            return [{"name": name, "arguments": arguments}]

        match intent:
            case "weather_again":
                calls = one("get_weather", day=s["day"])
            case "timer_change":
                calls = one("cancel_timer", **named) + one("set_timer", amount=s["amount"], unit=s["unit"], **named)
            case "timer_another":
                calls = one("set_timer", amount=s["amount"], unit=s["unit"])
            case "timer_it_cancel":
                calls = one("cancel_timer", **named)
            case "timer_it_check":
                calls = one("check_timers")
            case "device_other_room":
                calls = one("set_device", **{**last, "room": s["room"]})
            case "device_other":
                calls = one("set_device", **{**last, "device": s["device"]})
            case "device_off" | "device_on":
                calls = one("set_device", **{**last, "state": intent.removeprefix("device_")})
            case "brightness_other":
                calls = one("set_brightness", **{**last, "percent": s["percent"]})
            case "brightness_room":
                calls = one("set_brightness", percent=s["percent"], room=s["room"])
            case "calc_more":
                calls = one("calculate", expression=f"{self.last_result} {s['op']} {s['c']}")
            case "list_add_more":
                calls = one("add_to_list", items=s["items"])
            case "list_add_correct":
                calls = one("remove_from_list", items=last["items"]) + one("add_to_list", items=s["items"])
            case "list_it_remove":
                calls = one("remove_from_list", items=last["items"])
            case "volume_more":
                calls = one("set_volume", level=last["level"])
            case "order_it_cancel":
                calls = one("cancel_order")
            case _:
                keys = ("drink", "milk", "roast", "shots", "size", "sugar")
                calls = one("change_order", **{k: s[k] for k in keys if k in s})
        return ask, calls

    def _convert(self, intent: str, last: dict[str, Any]) -> tuple[Ask, list[Call]] | None:
        rng, target = self.rng, last["to_unit"]
        amount = last["amount"]
        if intent == "convert_other":
            amount = rng.choice([2, 3, 5, 10, 12, 20, 50, 100, rng.randint(2, 99)])
        else:
            family = next((f for f in FAMILIES if target in f), ())
            others = [u for u in family if u not in (target, last["from_unit"])]
            if not others:
                return None
            target = rng.choice(others)
        given = {
            "amount": Piece(number_words(amount), str(amount), {"amount": amount}),
            "from": Piece(last["from_unit"], "", {"from_unit": last["from_unit"]}),
            "to": Piece(target, "", {"to_unit": target}),
        }
        arguments = {"amount": amount, "from_unit": last["from_unit"], "to_unit": target}
        return self._say(intent, **given), [{"name": "convert_units", "arguments": arguments}]

    def recall_order(self) -> None:
        """The user comes back to an order after other things were said."""
        if self.house.order is None or not self.house.connected:
            return
        intent = self.rng.choice([*ORDER_CHANGES, "order_cancel"])
        if intent == "order_cancel":
            self.ask(self._fresh("order_cancel"))
            return
        self.last_call = {"name": "order_coffee", "arguments": self.house.order}
        self.last_result = f"order placed: {order_text(self.house.order)}"
        self.follow_up(intent)


def dialogue(rng: Random, most_segments: int = 12) -> list[Message]:
    """One conversation of 1 to `most_segments` topics."""
    talk = Dialogue(rng)
    for _ in range(min(most_segments, rng.choices([1, 2, 3, 4, 5, 6, 8, 12], [18, 22, 20, 14, 10, 7, 6, 3])[0])):
        talk.segment()
        if talk.house.order and rng.random() < 0.08:
            talk.recall_order()
    return talk.messages


def render(messages: list[Message]) -> list[tuple[str, bool]]:
    """Pieces of the prompt as the chat template writes them, each with whether it is to be learned."""
    pieces: list[tuple[str, bool]] = []
    for m in messages:
        pieces.append((f"<|im_start|>{m.role}\n", False))
        pieces.append((f"{m.content}<|im_end|>", m.learn))
        pieces.append(("\n", False))
    return pieces
