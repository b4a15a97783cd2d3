"""Through a whole conversation with one chat template: what goes wrong on the way, as sentences.

The model is a script that writes each reply and each call in the template's own style, taken from what the template
itself renders for it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from localvoice.engines.chat.chat_format import ChatFormat
from localvoice.engines.chat.chat_template import ChatTemplate
from localvoice.engines.chat.learn_format import MARK, learn
from localvoice.engines.chat.llama import Aborted
from localvoice.errors import LocalvoiceError
from localvoice.think.commands.understood import Wanted
from localvoice.think.conversation import Conversation, Limits
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult

BOS, EOS = "<s>", "</s>"
SYSTEM = "You are a kind house."
TIMER = {"amount": 5, "unit": "minutes"}
LIST = {"items": "oat milk", "loud": True}
CALLS = (("set_timer", TIMER), ("add_to_list", LIST))


def _tool(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    about = {key: {**value, "description": f"The {key}."} for key, value in properties.items()}
    parameters = {"type": "object", "properties": about, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": f"Does {name}.", "parameters": parameters}}


TOOLS = [
    _tool("set_timer", {"amount": {"type": "integer"}, "unit": {"type": "string"}}),
    _tool("add_to_list", {"items": {"type": "string"}, "loud": {"type": "boolean"}}),
]


class TemplateEngine:
    """One token a character, and one a mark; with `control` the marks are control tokens, else plain text."""

    def __init__(self, source: str, control: bool, context_tokens: int) -> None:
        self.template = ChatTemplate(source, BOS, EOS)
        self.format: ChatFormat = learn(self.template)
        self.context_tokens = context_tokens
        self.script: list[str] = []
        self.prompts: list[str] = []
        self.tokens: list[int] = []
        self.prefilled_total = 0
        self._control = control
        marks = {BOS, EOS, *MARK.findall(source), *self.format.call_marks}
        marks |= {mark for text in (*self.format.silent, *sum(self.format.thoughts, ())) for mark in MARK.findall(text)}
        self.special_texts = tuple(sorted(filter(MARK.fullmatch, marks), key=len, reverse=True))
        self._numbers = {mark: number for number, mark in enumerate(self.special_texts)}
        self._pattern = re.compile("|".join(map(re.escape, self.special_texts)) + "|(?s:.)")
        self._reply: list[int] = []
        self._at = 0
        first = self.format.ends[0]
        self.end = first if MARK.fullmatch(first) else EOS

    def render(self, messages: Sequence[Any], tools: Sequence[Any] = (), *, answer: bool) -> str:
        text = self.template.render(messages, tools, answer=answer)
        if answer:
            self.prompts.append(text)
        return text

    def tokenise(self, text: str) -> list[int]:
        numbers = self._numbers
        return [numbers[piece] if piece in numbers else 1000 + ord(piece) for piece in self._pattern.findall(text)]

    def piece(self, token: int) -> bytes:
        return (self.special_texts[token] if token < 1000 else chr(token - 1000)).encode()

    def is_end(self, token: int) -> bool:
        return self.piece(token).decode() in ((self.end, EOS) if self._control else (EOS,))

    def is_control(self, token: int) -> bool:
        return self._control and token < 1000

    def keep(self, tokens: Sequence[int], stop: Callable[[], bool] = lambda: False) -> int:
        if len(tokens) > self.context_tokens:
            raise ValueError("the cache overflows")
        if stop():
            raise Aborted
        self.tokens = list(tokens)
        written = self.script.pop(0) if self.script else "Well."
        # As text, the end of the turn is not the end of the model: it would talk on for the other side.
        self._reply = self.tokenise(written + self.end if self._control else written + f"{self.end}And so on.{EOS}")
        self._at = 0
        return len(tokens)

    def sample(self, how: object = None, banned: Sequence[int] = (), avoid: Sequence[int] = ()) -> int:
        return self._reply[self._at]

    def add(self, token: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.tokens.append(token)
        self._at += 1
        if self._at == len(self._reply):
            raise ValueError("the reply did not end at its end")


class Walk:
    """One conversation through all steps. `faults` are sentences; none means that the template passes."""

    def __init__(
        self,
        source: str,
        *,
        control: bool,
        writes: Callable[[str, Sequence[int]], str] | None = None,
        context_tokens: int = 16_000,
    ) -> None:
        self.engine = TemplateEngine(source, control, context_tokens)
        limits = Limits(reply_tokens=context_tokens // 4, thought_tokens=400, reply_s=60.0)
        self.talk = Conversation(self.engine, TOOLS, SYSTEM, limits)
        self.faults: list[str] = []
        self._writes = writes or self._as_rendered
        self._turn = 0

    def go(self) -> list[str]:
        for step in (
            self.greeting,
            self.thought,
            self.tool,
            self.two_calls,
            self.interruption,
            self.unanswered,
            self.overflow,
        ):
            try:
                step()
            except (LocalvoiceError, ValueError, TypeError, LookupError) as error:
                self.faults.append(f"{step.__name__}: {type(error).__name__}: {error}")
        return self.faults

    # --- the steps ------------------------------------------------------------------------------------------

    def greeting(self) -> None:
        self._exchange("Good morning to you.", "Hello, how nice.", "You are a kind house.")
        self._exchange("And the second thing?", "The second one.", "You are a kind house.", "Good morning", "how nice")

    def thought(self) -> None:
        """One that the model has though the prompt does not ask for it."""
        form = self.engine.format
        if form.opens_thought or form.lead:
            return
        opener, closer = form.thought
        begins = [text for text in form.silent if "assistant" in text][:1]
        begins += [text for text in form.silent if "final" in text or "content" in text][:1] if begins else []
        said, calls = self._reply(
            "Think about it.", f"{opener}\nWell, let me see.\n{closer}{''.join(begins)}\n\nThought of."
        )
        self._check((said, calls) == ("Thought of.", []), f"thought: said {said!r}, called {calls}")
        self.talk.commit(self._turn)

    def tool(self) -> None:
        if self.engine.format.calls is None:
            self._check("set_timer" not in self.engine.prompts[-1], "tool: the prompt names a tool after all")
            return
        self._check("set_timer" in self.engine.prompts[-1], "tool: the prompt does not name the tool")
        self._calls("Set a timer please.", (0,), "")
        # Where a call begins with what ends a turn, the model cannot write words before it.
        if self.engine.template.habits.words == "with":
            if not self.engine.format.calls.opener.startswith(self.engine.format.ends[0]):
                self._calls("Set one more please.", (0,), "Sure, now.")

    def two_calls(self) -> None:
        """The model writes two where it can; and where commands made two, they are in its history all the same."""
        calls = self.engine.format.calls
        if calls is not None and not calls.one_only:
            self._calls("Set a timer and add milk.", (0, 1), "")
        self._turn += 1
        asked = self.talk.command("Both of them again.", [Wanted(*call) for call in CALLS], turn=self._turn)
        self.talk.close([self._result(call, f"thing {n} done") for n, call in enumerate(asked.calls)], "Both done.")
        self.talk.commit(self._turn)
        shown = ("thing 0 done", "thing 1 done") if calls is not None else ()
        self._exchange("What was that?", "It was both.", "Both of them again", *shown, "Both done.")

    def interruption(self) -> None:
        self._exchange("Tell me a story.", "Once there was a fox in a wood.", "Tell me")
        self.talk.heard(self._turn, "Once there was")
        self._exchange("Stop that now.", "All right.", "Once there was")
        self._check("fox" not in self.engine.prompts[-1], "interruption: what was not heard is in the prompt")
        if self.engine.format.calls is not None:
            # Cut between a tool's result and the reply to it.
            self._turn += 1
            asked = self.talk.command("The list again.", [Wanted(*CALLS[1])], turn=self._turn)
            self.talk.note_tools(self._turn, asked.calls, [self._result(asked.calls[0], "list noted")])
            self.talk.commit(self._turn)
            self._exchange("Never mind.", "Fine.", "list noted", "Never mind.")

    def unanswered(self) -> None:
        self._turn += 1
        self.talk.unanswered(self._turn, "I wanted to say")
        self._exchange("that it is raining.", "So it is.", "I wanted to say", "that it is raining.")

    def overflow(self) -> None:
        kept = len(self.talk.turns)
        for number in range(6):
            words = f"Number {number}: {'and on we go ' * ((self.talk.most_user_tokens - 40) // 13)}"
            self._exchange(words, f"Reply {number}.", f"Number {number}:", "You are a kind house.")
            self.talk.warm()
        self._check(len(self.talk.turns) < kept + 6, "overflow: nothing was forgotten")

    # --- their parts ----------------------------------------------------------------------------------------

    def _exchange(self, words: str, reply: str, *shown: str) -> None:
        said, calls = self._reply(words, self._thinking() + reply)
        step = words[:20]
        self._check(said == reply, f"{step!r}: said {said!r}")
        self._check(not calls, f"{step!r}: called {calls}")
        prompt = self.engine.prompts[-1]
        for text in (words.strip(), *shown):
            self._check(text.strip() in prompt, f"{step!r}: {text!r} is not in the prompt")
        self.talk.commit(self._turn)

    def _calls(self, words: str, which: Sequence[int], before: str) -> None:
        call = self._writes("", which)
        if self.engine.format.opens_thought and self.engine.format.thought[1] not in call:
            call = self._thinking() + call
        written = self._behind(before, call)
        for number in which:
            self._check(CALLS[number][0] in written, f"{words!r}: the template does not render {CALLS[number][0]}")
        said, calls = self._reply(words, written)
        self._check(said.strip() == before, f"{words!r}: said {said!r}")
        got = [(call.name, call.arguments, call.problem) for call in calls]
        wanted = [(*CALLS[number], "") for number in which]
        if got != wanted:
            self.faults.append(f"{words!r}: called {got} from {written!r}")
            return
        self.engine.script = [self._thinking() + "It is done."]
        results = [self._result(call, f"result {number} here") for number, call in enumerate(calls)]
        answer = self.talk.answer_tools(results)
        said = "".join(item.text for item in answer if isinstance(item, TextDelta))
        self._check(said == "It is done.", f"{words!r}: after the result said {said!r}")
        for number in range(len(calls)):
            self._check(f"result {number} here" in self.engine.prompts[-1], f"{words!r}: result {number} is not shown")
        self.talk.commit(self._turn)

    def _behind(self, before: str, call: str) -> str:
        """`call` as it is written after words."""
        form = self.engine.format
        if not before:
            return call
        if any("commentary" in text for text in form.silent):
            return f"<|channel|>commentary<|message|>{before}<|end|><|start|>assistant {call}"
        thought, closer, rest = call.partition(form.thought[1]) if form.opens_thought else ("", "", call)
        return f"{thought}{closer}{self._thinking() if form.lead else ''}{before}{form.lead}\n{rest}"

    def _reply(self, words: str, written: str) -> tuple[str, list[ToolCall]]:
        self._turn += 1
        self.engine.script = [written]
        items = list(self.talk.reply(words, turn=self._turn))
        said = "".join(item.text for item in items if isinstance(item, TextDelta))
        return said, [call for item in items if isinstance(item, ToolCalls) for call in item.calls]

    def _thinking(self) -> str:
        """Where the prompt opens a thought: one, so that words can follow."""
        form = self.engine.format
        silent = next((text for text in form.silent if text.startswith(form.lead) and form.lead), "")
        if silent:
            return silent.removeprefix(form.lead)
        return f"Let me see.\n{form.thought[1]}\n\n" if form.opens_thought else ""

    def _as_rendered(self, before: str, which: Sequence[int]) -> str:
        """What the template has the model write for these calls."""
        template = self.engine.template
        calls = [
            {"id": f"call_{n}", "type": "function", "function": {"name": CALLS[n][0], "arguments": CALLS[n][1]}}
            for n in which
        ]
        asked = [{"role": "user", "content": "Zuser"}]
        told = [*asked, {"role": "assistant", "content": before, "tool_calls": calls}]
        # Some render a call only once its results stand behind it.
        results = [
            {"role": "tool", "content": f"Zresult{n}", "name": CALLS[n][0], "tool_call_id": f"call_{n}"} for n in which
        ]
        prompt = template.render(asked, TOOLS, answer=True).rpartition("Zuser")[2]
        alone = template.render(told, TOOLS, answer=False).rpartition("Zuser")[2]
        both = template.render([*told, *results], TOOLS, answer=False).rpartition("Zuser")[2].partition("Zresult")[0]
        text = alone if all(CALLS[n][0] in alone for n in which) else both
        return _after_common(text, prompt).strip().removesuffix(self.engine.end)

    def _result(self, call: ToolCall, text: str) -> ToolResult:
        return ToolResult(call, text, True, 1.0)

    def _check(self, good: bool, fault: str) -> None:
        if not good:
            self.faults.append(fault)


def _after_common(text: str, prompt: str) -> str:
    """`text` without what it has in common with the beginning of `prompt`; marks are whole."""
    mark = re.compile(f"({MARK.pattern})")
    at = 0
    for ours, theirs in zip(mark.split(text), mark.split(prompt), strict=False):
        common = next((at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), len(theirs))
        if ours != theirs:
            last = [piece for piece in mark.split(prompt) if piece.strip()][-1]
            if mark.fullmatch(theirs) and mark.fullmatch(ours) and last in text[at:]:
                return text[at:].partition(last)[2]
            return text[at + (0 if mark.fullmatch(ours) else common) :]
        at += len(ours)
    return text[at:]
