"""One conversation with a language model: prompt, reply, tool calls, and a history of what was really heard.

Everything belongs to one thread, the one that thinks; only `LlamaEngine.abort` may be called from others.
What is in the model's cache follows from what is wanted there, so a turn that was taken back or cut costs
nothing but its own tokens.
"""

import codecs
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from localvoice.config import ChatSettings
from localvoice.engines.chat.chat_format import HERMES, begins_in_thought
from localvoice.engines.chat.llama import Aborted
from localvoice.errors import SettingsError
from localvoice.think.commands.understood import Understand, Understood, Wanted, nothing
from localvoice.think.history import Turn, as_dicts, messages
from localvoice.think.messages import Ending, PromptUse, TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.repetition import goes_round
from localvoice.think.tools.spec import Schema
from localvoice.think.tools.stream import CallReader, by_name

SYSTEM = "You are localvoice, a helpful voice assistant. Answer in one or two short spoken sentences."
GAVE_UP = "I couldn't finish that."
KEPT_SHARE, FULL_SHARE = 0.6, 0.85
"""Shares of the space for the prompt: what a shortened history keeps, and at which fill it is shortened."""
FEWEST_FREE_TOKENS = 64


class Engine(Protocol):
    """What a conversation needs of a language model; `LlamaEngine` is one."""

    context_tokens: int
    special_texts: tuple[str, ...]
    tokens: list[int]
    prefilled_total: int

    def render(self, messages: Sequence[Any], tools: Sequence[Any] = ..., *, answer: bool) -> str: ...
    def tokenise(self, text: str) -> list[int]: ...
    def piece(self, token: int) -> bytes: ...
    def is_end(self, token: int) -> bool: ...
    def is_control(self, token: int) -> bool: ...
    def keep(self, tokens: Sequence[int], stop: Callable[[], bool] = ...) -> int: ...
    def sample(self, temperature: float = ..., banned: Sequence[int] = ...) -> int: ...
    def add(self, token: int, stop: Callable[[], bool] = ...) -> None: ...


_DEFAULTS = ChatSettings()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reply may cost. `tool_rounds`: how often the model may call before it has to answer."""

    reply_tokens: int = _DEFAULTS.reply_tokens
    reply_s: float = _DEFAULTS.reply_s
    tool_rounds: int = 4
    calls_per_round: int = 6
    temperature: float = _DEFAULTS.temperature


def _never() -> bool:
    return False


class Conversation:
    """`tools` are schemas for the chat template; `commands` understands what needs no model.

    Raises SettingsError when prompt and tools leave no space.
    """

    def __init__(
        self,
        engine: Engine,
        tools: Sequence[Schema] = (),
        system: str = SYSTEM,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        commands: Understand = nothing,
    ) -> None:
        self._commands = commands
        self._engine = engine
        self._tools = list(tools)
        self._system = system
        self._limits = limits or Limits()
        self._clock = clock
        self._turns: list[Turn] = []
        self._calls_made = 0
        self._asked: tuple[ToolCall, ...] = ()
        self.use = PromptUse()
        size = engine.context_tokens
        self._reply_tokens = min(self._limits.reply_tokens, size // 3)
        self._budget = size - self._reply_tokens
        base = len(self._tokens([], answer=True))
        self._free = self._budget - base
        if self._free < FEWEST_FREE_TOKENS:
            raise SettingsError(
                f"The system prompt and the tools fill {base} of the chat model's {size} tokens.",
                "Shorten chat.system, use fewer plug-ins, or raise chat.context_tokens if the model was made for more.",
            )
        self._format = getattr(engine, "format", HERMES)
        opener = self._format.calls.opener if self._format.calls else ""
        call = engine.tokenise(opener) if opener else []
        self._call_token = call[-1:] if len(call) == 1 else []

    # --- what the user says ---------------------------------------------------------------------------------

    def warm(self, stop: Callable[[], bool] = _never) -> int:
        """Read what the next prompt begins with into the cache; returns the tokens read. For when nothing
        else is to do.

        A history that has grown near the limit is shortened here rather than while the user waits.
        """
        self._turns = [turn for turn in self._turns if turn.committed]
        if len(self._tokens(self._turns, answer=True)) > self._budget * FULL_SHARE:
            self._shorten(())
        return self._read(self._stable(self._turns, ""), stop)

    def prefill(self, user_text: str, stop: Callable[[], bool] = _never) -> int:
        """Read what cannot change by the user's going on into the cache; returns the tokens read."""
        committed = [turn for turn in self._turns if turn.committed]
        return self._read(self._stable(committed, self._clean(user_text, self._free // 2)), stop)

    @property
    def most_user_tokens(self) -> int:
        """Of what a user says in one turn; the rest of a longer text is left out."""
        return self._free // 2

    def tokens_of(self, text: str) -> int:
        """How many tokens `text` has for the model."""
        return len(self._engine.tokenise(text))

    def reply(
        self, user_text: str, stop: Callable[[], bool] = _never, *, turn: int = 0
    ) -> Iterator[TextDelta | ToolCalls]:
        """The answer to a turn, piece by piece, as a draft until `commit(turn)`.

        Drafts of other turns are forgotten. After ToolCalls, `answer_tools` goes on. `stop()` is asked
        between tokens and, when the engine's abort is called, within them; the iterator then simply ends.
        `use` tells what it cost.
        """
        return self._round(self._begin(user_text, turn), stop)

    def answer_tools(
        self, results: Sequence[ToolResult], stop: Callable[[], bool] = _never
    ) -> Iterator[TextDelta | ToolCalls]:
        """Go on after ToolCalls, with a result for each call, in any order."""
        self._take_results(results)
        return self._round(self._turns[-1], stop)

    # --- without the model ----------------------------------------------------------------------------------

    def understand(self, user_text: str) -> Understood | None:
        """What is asked for, where it takes no model to know."""
        return self._commands(user_text, [turn for turn in self._turns if turn.committed])

    def command(self, user_text: str, wanted: Sequence[Wanted], *, turn: int = 0) -> ToolCalls:
        """Begin a turn that was understood, as a draft until `commit(turn)`; `close` ends it."""
        self._begin(user_text, turn)
        first = self._calls_made + 1
        self._calls_made += len(wanted)
        self._asked = tuple(
            ToolCall(f"call_{number}", each.name, each.arguments) for number, each in enumerate(wanted, first)
        )
        return ToolCalls(self._asked)

    def close(self, results: Sequence[ToolResult], text: str) -> None:
        """End the turn after its calls with `text`, which no model wrote."""
        self._take_results(results)
        if text:
            self._turns[-1].say(text)

    def _begin(self, user_text: str, turn: int) -> Turn:
        # A turn of the same number that went on replaces its draft; it is still the newest.
        self._turns = [old for old in self._turns if old.committed and old.number != turn]
        current = Turn(turn, self._clean(user_text, self._free // 2))
        self._turns.append(current)
        self.use = PromptUse()
        self._asked = ()
        return current

    def _take_results(self, results: Sequence[ToolResult]) -> None:
        asked, self._asked = self._asked, ()
        self._turns[-1].note_tools(asked, self._cleaned(results))

    # --- what becomes of it ---------------------------------------------------------------------------------

    def commit(self, turn: int) -> None:
        """The turn is over for good as far as is known: it becomes part of the history."""
        for known in self._turns:
            if known.number == turn:
                known.committed = True

    def unanswered(self, turn: int, user_text: str) -> None:
        """The turn is over and will not be answered: the user spoke on before the reply was begun."""
        if all(known.number != turn for known in self._turns):
            self._turns.append(Turn(turn, self._clean(user_text, self._free // 2), committed=True))

    def heard(self, turn: int, text: str) -> None:
        """The user heard this much of the reply; the rest was never said."""
        for known in self._turns:
            if known.number == turn:
                known.cut_to(text)

    def take_back(self, turn: int) -> None:
        """The turn was none: neither it nor its reply happened."""
        self._turns = [known for known in self._turns if known.number != turn]

    def note_tools(self, turn: int, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> None:
        """Tools came back after the reply was abandoned: what they did is remembered all the same."""
        for known in self._turns:
            if known.number == turn:
                known.note_tools(calls, self._cleaned(results))

    @property
    def turns(self) -> Sequence[Turn]:
        """The history, oldest first; the last one may be a draft."""
        return tuple(self._turns)

    # --- one round of the model -----------------------------------------------------------------------------

    def _round(self, current: Turn, stop: Callable[[], bool]) -> Iterator[TextDelta | ToolCalls]:
        """Words as they are written, then the calls, if any."""
        self.use.rounds += 1
        calls_allowed = self.use.rounds <= self._limits.tool_rounds
        calls: list[ToolCall] = []
        said = False
        try:
            for item in self._write(stop, calls_allowed):
                if isinstance(item, ToolCall):
                    calls.append(item)
                elif calls:
                    break  # Words after a call would be about a result that is not there yet.
                else:
                    said = True
                    current.say(item.text)
                    yield item
        except Aborted:
            self.use.ended = "stopped"
            return
        if calls and calls_allowed:
            self._calls_made += len(calls)
            self._asked = tuple(calls[: self._limits.calls_per_round])
            self.use.ended = "tools"
            yield ToolCalls(self._asked)
        elif not said:
            current.say(GAVE_UP)
            yield TextDelta(GAVE_UP)

    def _write(self, stop: Callable[[], bool], calls_allowed: bool) -> Iterator[TextDelta | ToolCall]:
        """Read the prompt and let the model write. Raises Aborted."""
        engine, use, began_s = self._engine, self.use, self._clock()
        prompt = self._fitting_prompt()
        use.prompt_tokens = len(prompt)
        read = engine.keep(prompt, stop)
        use.prefilled_tokens += read
        use.reused_tokens += len(prompt) - read
        use.prefill_ms += (self._clock() - began_s) * 1000
        in_thought = begins_in_thought(self._prompt_text, self._format)
        reader = CallReader(
            self._format, first_id=self._calls_made + 1, in_thought=in_thought, tools=by_name(self._tools) or None
        )
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        banned = () if calls_allowed else self._call_token
        written: list[int] = []
        # A prompt that takes long to read must not cost the answer; who does not want to wait can stop it.
        deadline_s = self._clock() + self._limits.reply_s
        ended: Ending | None = None
        while ended is None:
            token = engine.sample(self._limits.temperature, banned)
            if not use.first_token_ms:
                use.first_token_ms = (self._clock() - began_s) * 1000
            text = engine.piece(token)
            mark = text.decode("utf-8", "replace")
            foreign = engine.is_control(token) and not self._format.is_mark(mark)
            if (foreign or engine.is_end(token)) and not reader.awaits(mark):
                ended = "complete"
                break
            written.append(token)
            use.generated_tokens += 1
            yield from reader.feed(decoder.decode(text))
            if stop():
                raise Aborted
            ended = "complete" if reader.ended else self._fault(written, deadline_s)
            if ended is None:
                engine.add(token, stop)
        use.ended = ended
        yield from reader.finish(cut=ended != "complete")

    def _fault(self, written: Sequence[int], deadline_s: float) -> Ending | None:
        """Why the model has to end here, if it has to."""
        if len(written) >= self._reply_tokens:
            return "token cap"
        if self._clock() >= deadline_s:
            return "time cap"
        return "repeating" if goes_round(written) else None

    # --- the prompt -----------------------------------------------------------------------------------------

    def _tokens(self, turns: Sequence[Turn], *, answer: bool) -> list[int]:
        chat = as_dicts(messages(turns, self._system))
        self._prompt_text = self._engine.render(chat, self._tools, answer=answer)
        return self._engine.tokenise(self._prompt_text)

    def _fitting_prompt(self) -> list[int]:
        """The prompt up to where the assistant begins to speak, shortened until it leaves space for the reply."""
        tokens = self._tokens(self._turns, answer=True)
        if len(tokens) > self._budget:
            tokens = self._shorten(self._turns[-1:])
        current = self._turns[-1]
        while len(tokens) > self._budget and (current.steps or len(current.user) > 1):
            if current.steps:
                del current.steps[: 1 + len(current.steps[0].calls)]
            else:
                current.user = current.user[: len(current.user) // 2]
            tokens = self._tokens(self._turns, answer=True)
        return tokens

    def _shorten(self, keep: Sequence[Turn]) -> list[int]:
        """Forget the oldest turns, whole, down to well below the limit: each time the beginning of the history changes,
        all that follows has to be read again, so it should not change with every turn."""
        tokens = self._tokens(self._turns, answer=True)
        while len(tokens) > self._budget * KEPT_SHARE and len(self._turns) > len(keep):
            del self._turns[0]
            tokens = self._tokens(self._turns, answer=True)
        return tokens

    def _stable(self, turns: Sequence[Turn], user_text: str) -> list[int]:
        """The tokens that the prompt begins with whatever the user says after `user_text`."""
        one, other = (
            self._tokens([*turns, Turn(-1, f"{user_text} {word}".strip())], answer=False) for word in ("a", "to")
        )
        common = 0
        for left, right in zip(one, other, strict=False):
            if left != right:
                break
            common += 1
        return one[:common]

    def _read(self, tokens: list[int], stop: Callable[[], bool]) -> int:
        """Have `tokens` at the front of the cache; returns how many had to be read. An abort is no fault."""
        if not tokens or len(tokens) > self._budget or self._engine.tokens[: len(tokens)] == tokens:
            return 0
        before = self._engine.prefilled_total
        with contextlib.suppress(Aborted):
            self._engine.keep(tokens, stop)
        return self._engine.prefilled_total - before

    def _clean(self, text: str, most_tokens: int) -> str:
        """Without the model's own markers, which would let a text speak in another's name, and not too long."""
        text = " ".join(text.split())
        while found := next((mark for mark in self._engine.special_texts if mark in text), None):
            text = text.replace(found, "")
        if len(text) > most_tokens:
            tokens = self._engine.tokenise(text)
            if len(tokens) > most_tokens:
                text = b"".join(map(self._engine.piece, tokens[:most_tokens])).decode("utf-8", "ignore")
        return text.strip()

    def _cleaned(self, results: Sequence[ToolResult]) -> list[ToolResult]:
        most_tokens = max(16, self._free // (4 * max(1, len(results))))
        return [replace(result, text=self._clean(result.text, most_tokens)) for result in results]
