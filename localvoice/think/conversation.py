"""One conversation with a language model: prompt, reply, tool calls, and a history of what was really heard.

Everything belongs to one thread, the one that thinks; only `LlamaEngine.abort` may be called from others.
What is in the model's cache follows from what is wanted there, so a turn that was taken back or cut costs
nothing but its own tokens.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from localvoice.engines.chat.llama import Aborted
from localvoice.errors import SettingsError
from localvoice.think.commands.understood import Understand, Understood, Wanted, nothing
from localvoice.think.history import Turn, as_dicts, messages
from localvoice.think.messages import PromptUse, TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.spec import Schema
from localvoice.think.tools.stream import by_name
from localvoice.think.tools.unsaid import without_unsaid
from localvoice.think.tools.words import as_sentence
from localvoice.think.writing import Engine, Limits, Wish, Writer, unmarked

SYSTEM = "You are localvoice, a helpful voice assistant. Answer in one or two short spoken sentences."
"""What the bundled model was trained with."""
SPOKEN = (
    "You are a helpful voice assistant. Answer in one or two short sentences, as people speak: no lists, no markdown."
)
"""For all others."""
GAVE_UP = "I couldn't finish that."
KNOWN = "You called this before; it said: {text}\nAnswer the user with it."
"""Instead of doing the very same again."""
KEPT_SHARE, FULL_SHARE = 0.6, 0.85
"""Shares of the space for the prompt: what a shortened history keeps, and at which fill it is shortened."""
MOST_TURNS = 100
"""Of the history; the older half of it is forgotten at once. Commands alone would never fill the model's space."""
FEWEST_FREE_TOKENS = 64
BEFORE_TURNS = 12
"""So many earlier replies the model is kept from repeating."""
SAID_TURNS = 3
"""How far back the words of a call's arguments may have been said."""
SOMETHING = "a"
"""What a user says in a chat that is only counted: some templates refuse one in which nobody has spoken."""


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
        self._parameters = by_name(tools)
        self._system = system
        self._limits = limits or Limits()
        self._turns: list[Turn] = []
        self._calls_made = 0
        self._asked: tuple[ToolCall, ...] = ()
        self._known: dict[str, ToolResult] = {}
        self._repeats = 0
        self.use = PromptUse()
        self._can_call = engine.format.calls is not None
        size = engine.context_tokens
        most = replace(
            self._limits,
            reply_tokens=min(self._limits.reply_tokens, size // 3),
            thought_tokens=min(self._limits.thought_tokens, size // 4),
        )
        self._writer = Writer(engine, most, tools, clock)
        self._budget = size - self._writer.most_tokens
        base = len(self._tokens([], answer=True))
        self._free = self._budget - base
        if self._free < FEWEST_FREE_TOKENS:
            raise SettingsError(
                f"The system prompt and the tools fill {base} of the chat model's {size} tokens.",
                "Shorten chat.system, use fewer plug-ins, or raise chat.context_tokens if the model was made for more.",
            )

    # --- what the user says ---------------------------------------------------------------------------------

    def warm(self, stop: Callable[[], bool] = _never) -> int:
        """Read what the next prompt begins with into the cache; returns the tokens read. For when nothing
        else is to do.

        A history that has grown near the limit is shortened here rather than while the user waits.
        """
        self._turns = _newest([turn for turn in self._turns if turn.committed])
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

    def again(self, note: str, said: str, stop: Callable[[], bool] = _never) -> Iterator[TextDelta | ToolCalls]:
        """Another try at the round that has just ended or was left: of the reply only `said` stands.

        `note` is shown to the model behind what the user said, and forgotten.
        """
        current = self._turns[-1]
        current.cut_to(said)
        current.note = note
        try:
            yield from self._round(current, stop)
        finally:
            current.note = ""

    @property
    def callable_names(self) -> tuple[str, ...]:
        """The tools that the model can call; none where its template shows none, or it must not call."""
        may_call = self._can_call and self._limits.tool_rounds > 0
        return tuple(schema["function"]["name"] for schema in self._tools) if may_call else ()

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
        self._turns[-1].silent = not text and not self._asked
        self._take_results(results)
        if text:
            self._turns[-1].say(text)

    def ask(self, calls: Sequence[ToolCall], question: str) -> None:
        """End the turn with a question; `calls` are not made, they wait for its answer in the next turn."""
        self._asked = ()
        self._turns[-1].ask(calls, question)

    def _begin(self, user_text: str, turn: int) -> Turn:
        # A turn of the same number that went on replaces its draft; it is still the newest.
        self._turns = _newest([old for old in self._turns if old.committed and old.number != turn])
        current = Turn(turn, self._clean(user_text, self._free // 2))
        self._turns.append(current)
        self.use = PromptUse()
        self._asked = ()
        self._known = {}
        self._repeats = 0
        return current

    def _take_results(self, results: Sequence[ToolResult]) -> None:
        asked, self._asked = self._asked, ()
        self._known |= {_what(result.call): result for result in results}
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
        if self._known and not self._can_call:
            # Its template has no place for a result; the model would never see it.
            yield self._without_words(current)
            return
        calls_allowed = self.use.rounds <= self._limits.tool_rounds and self._repeats < 2
        calls: list[ToolCall] = []
        said = False
        prompt = self._fitting_prompt()
        wish = Wish(prompt, self._calls_made + 1, calls_allowed, None if self._known else self._said_before(current))
        try:
            for item in self._writer.write(wish, self.use, stop):
                if isinstance(item, ToolCall):
                    calls.append(self._as_said(item))
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
            yield from self._call(current, calls, stop)
        elif not said:
            yield self._without_words(current)

    def _as_said(self, call: ToolCall) -> ToolCall:
        """Without what the model filled in by itself."""
        parameters = self._parameters.get(call.name)
        said = " ".join(turn.user for turn in self._turns[-SAID_TURNS:])
        return call if parameters is None else without_unsaid(call, parameters, said)

    def _call(self, current: Turn, calls: list[ToolCall], stop: Callable[[], bool]) -> Iterator[TextDelta | ToolCalls]:
        """Ask for what was not done in this turn yet; small models ask for the same again and again."""
        self._calls_made += len(calls)
        fresh = [call for call in calls if _what(call) not in self._known]
        if fresh:
            self._asked = tuple(fresh[: self._limits.calls_per_round])
            self.use.ended = "tools"
            yield ToolCalls(self._asked)
            return
        self._repeats += 1
        if self._repeats == 1:
            known = self._known[_what(calls[0])]
            again = replace(known, call=calls[0], text=KNOWN.format(text=known.text))
            current.note_tools(calls[:1], self._cleaned([again]))
        yield from self._round(current, stop)

    def _without_words(self, current: Turn) -> TextDelta:
        """What is said where the model finds no words: what the tools found out, if they did."""
        found = [result.say or as_sentence(result.text) for result in self._known.values() if result.ok]
        readable = [text for text in found if not text.startswith(("{", "["))]
        is_all = readable and len(readable) == len(self._known)
        text = " ".join(readable if is_all else [*readable, GAVE_UP])
        current.say(text)
        return TextDelta(text)

    def _said_before(self, current: Turn) -> list[list[int]]:
        """The tokens of each reply before this one, the newest last; none for a model that is not kept from repeating
        them."""
        if not self._limits.sampling.dry:
            return []
        replies = [turn.reply for turn in self._turns if turn is not current]
        return [unmarked(self._engine, text) for text in replies[-BEFORE_TURNS:] if text]

    # --- the prompt -----------------------------------------------------------------------------------------

    def _tokens(self, turns: Sequence[Turn], *, answer: bool) -> list[int]:
        shown = [turn for turn in turns if not turn.silent] or [Turn(-1, SOMETHING)]
        chat = as_dicts(messages(shown, self._system, with_tools=self._can_call))
        return self._engine.tokenise(self._engine.render(chat, self._tools if self._can_call else (), answer=answer))

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


def _newest(turns: list[Turn]) -> list[Turn]:
    return turns if len(turns) < MOST_TURNS else turns[-MOST_TURNS // 2 :]


def _what(call: ToolCall) -> str:
    """The same for calls that ask for the same."""
    return json.dumps([call.name, call.arguments], sort_keys=True)
