"""One stretch of writing by the model: from a prompt to words and calls, and when it has to end."""

import codecs
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from localvoice.config import ChatSettings
from localvoice.engines.chat.chat_format import CallFormat, ChatFormat, begins_in_thought
from localvoice.engines.chat.llama import Aborted
from localvoice.engines.chat.sampling_settings import GREEDY, START, Sampling
from localvoice.think.leaks import RoleGuard
from localvoice.think.messages import Ending, PromptUse, TextDelta, ToolCall
from localvoice.think.repetition import goes_round
from localvoice.think.sentence_end import first_end, last_pause
from localvoice.think.tools.spec import Schema
from localvoice.think.tools.stream import CallReader, by_name

LAST_SHARE = 0.75
"""From this share of what a reply may cost on, it ends with the next sentence."""
BREAK = "\n"
"""Where a passage ends for the repetition guard. DRY's colons, stars and quotation marks protect the form of structured
text; calls are not guarded here anyway, and behind a colon a small model says the same as ever."""
BEGINNING = 3
"""How many tokens alike the beginning of a reply counts as: small models begin all theirs with the same words, and then
go on as they did before."""
TAIL_TOKENS = 64
"""Of a prompt: enough to see whether it opens a thought."""


class Engine(Protocol):
    """What a conversation needs of a language model; `LlamaEngine` is one."""

    context_tokens: int
    special_texts: tuple[str, ...]
    tokens: list[int]
    prefilled_total: int
    format: ChatFormat

    def render(self, messages: Sequence[Any], tools: Sequence[Any] = ..., *, answer: bool) -> str: ...
    def tokenise(self, text: str) -> list[int]: ...
    def piece(self, token: int) -> bytes: ...
    def is_end(self, token: int) -> bool: ...
    def is_control(self, token: int) -> bool: ...
    def keep(self, tokens: Sequence[int], stop: Callable[[], bool] = ...) -> int: ...
    def sample(self, how: Sampling = ..., banned: Sequence[int] = ..., avoid: Sequence[int] = ...) -> int: ...
    def add(self, token: int, stop: Callable[[], bool] = ...) -> None: ...


_DEFAULTS = ChatSettings()
TOOL_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reply may cost, and how its words are chosen. `tool_rounds`: how often the model may call before it has
    to answer; 0 for a model that must not call at all."""

    reply_tokens: int = _DEFAULTS.reply_tokens
    reply_s: float = _DEFAULTS.reply_s
    thought_tokens: int = _DEFAULTS.thought_tokens
    tool_rounds: int = TOOL_ROUNDS
    calls_per_round: int = 6
    sampling: Sampling = GREEDY


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written. `before`: the tokens of each earlier reply, which is not to be said word for word again;
    None where the words follow from a tool's result, which is to be said as it is."""

    prompt: Sequence[int]
    first_id: int = 1
    calls_allowed: bool = True
    before: Sequence[Sequence[int]] | None = ()


State = Literal["words", "thought", "call"]


def unmarked(engine: Engine, text: str) -> list[int]:
    """The tokens of a piece of a prompt, without what the vocabulary puts in front of every text."""
    return engine.tokenise(text)[len(engine.tokenise("")) :]


def call_token(engine: Engine) -> list[int]:
    """The token that opens a call, which is banned where no more calls are allowed; empty where words could begin with
    it too."""
    calls = engine.format.calls
    tokens = unmarked(engine, calls.opener) if calls and calls.opener else []
    return tokens[:1] if tokens and (len(tokens) == 1 or engine.is_control(tokens[0])) else []


@dataclass(slots=True)
class _Written:
    """What has come so far."""

    reader: CallReader
    guard: RoleGuard = field(default_factory=RoleGuard)
    raw: str = ""
    tokens: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    """`tokens` without thoughts, behind those of earlier replies, as the repetition guard takes them
    (engines/chat/sampling.py)."""
    thought: int = 0
    was_closed: bool = False
    """Whether a thought was ended for the model; it is done once."""
    words: int = 0
    """Tokens that were no thought."""
    began_s: float = 0.0
    said: str = ""
    emitted: int = 0
    """How many characters of `said` have been handed on."""

    def state(self, calls: CallFormat | None) -> State:
        if self.reader.in_thought:
            return "thought"
        if self.reader.holds_call:
            return "call"
        if not calls or not calls.opener or calls.opener not in self.raw:
            return "words"
        behind = self.raw[self.raw.rfind(calls.opener) :]
        return "words" if calls.closer and calls.closer in behind else "call"


class Writer:
    """Lets the model write. `tools` are the schemas that a call may name."""

    def __init__(
        self, engine: Engine, limits: Limits, tools: Sequence[Schema] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._limits, self._clock = engine, limits, clock
        self._known = by_name(tools) or None
        self._call_token = call_token(engine)
        self._breaks: dict[int, bool] = {}
        closer = engine.format.thought[1]
        # Behind a tag comes an empty line; where the mark ends a whole message, the next one begins at once.
        self._closing = f"{closer}\n\n" if "/" in closer else closer
        self._closing_tokens = unmarked(engine, self._closing) if closer else []

    @property
    def most_tokens(self) -> int:
        """That a reply may have, thoughts and all."""
        return self._limits.reply_tokens + self._limits.thought_tokens + len(self._closing_tokens)

    def write(self, wish: Wish, use: PromptUse, stop: Callable[[], bool]) -> Iterator[TextDelta | ToolCall]:
        """Read the prompt and let the model write; `use` is told what it cost. Raises Aborted."""
        engine, format, began_s = self._engine, self._engine.format, self._clock()
        use.prompt_tokens = len(wish.prompt)
        read = engine.keep(wish.prompt, stop)
        use.prefilled_tokens += read
        use.reused_tokens += len(wish.prompt) - read
        use.prefill_ms += (self._clock() - began_s) * 1000
        between_turns = {token for token in set(wish.prompt) if engine.is_control(token)}
        tail = b"".join(map(engine.piece, wish.prompt[-TAIL_TOKENS:])).decode("utf-8", "replace")
        reader = CallReader(format, wish.first_id, begins_in_thought(tail, format), self._known)
        # A prompt that takes long to read must not cost the answer; who does not want to wait can stop it.
        done = _Written(reader, began_s=self._clock())
        for reply in wish.before or ():
            self._note(done.seen, reply)
        done.seen += [START] * BEGINNING
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        ended: Ending | None = None
        while ended is None:
            state = done.state(format.calls)
            may_close = state == "thought" and bool(self._closing_tokens) and not done.was_closed
            if may_close and done.thought >= self._limits.thought_tokens:
                yield from self._said(reader.feed(self._close_thought(done, stop)), done, "")
                continue
            token = self._choose(state, done, wish)
            if not use.first_token_ms:
                use.first_token_ms = (self._clock() - began_s) * 1000
            if self._is_end(token, token in between_turns, done):
                if may_close:
                    yield from self._said(reader.feed(self._close_thought(done, stop)), done, "")
                    continue
                ended = "complete"
                break
            done.tokens.append(token)
            if state != "thought":
                # An answer may say what was thought.
                self._note(done.seen, [token], first=False)
            done.thought += state == "thought"
            done.words += state != "thought"
            use.generated_tokens += 1
            text = "" if self._is_dropped(token) else decoder.decode(engine.piece(token))
            done.raw += text
            ended = self._fault(done, state)
            nearly = "" if state == "call" else self._nearly(done)
            yield from self._said(reader.feed(text), done, nearly)
            if stop():
                raise Aborted
            if reader.ended or done.guard.ended:
                ended = "complete"
            elif nearly and first_end(done.said, max(0, done.emitted - 1)) >= 0:
                ended = nearly
            if ended is None:
                engine.add(token, stop)
        use.ended = ended
        yield from self._rest(done, ended)

    def _choose(self, state: State, done: _Written, wish: Wish) -> int:
        """The next token. Calls are written as the model thinks best; so is what a tool has found out."""
        banned = () if wish.calls_allowed else self._call_token
        if state == "call" or wish.before is None:
            return self._engine.sample(GREEDY, banned)
        return self._engine.sample(self._limits.sampling, banned, done.seen)

    def _note(self, seen: list[int], tokens: Sequence[int], first: bool = True) -> None:
        """Add `tokens` to what the repetition guard sees; each that ends a passage becomes a number of its own."""
        seen.extend([START] * BEGINNING if first else [])
        for token in tokens:
            if token not in self._breaks:
                text = self._text(token)
                self._breaks[token] = self._engine.is_control(token) or BREAK in text
            seen.append(START - 1 - len(seen) if self._breaks[token] else token)

    def _close_thought(self, done: _Written, stop: Callable[[], bool]) -> str:
        for token in self._closing_tokens:
            self._engine.add(token, stop)
        done.raw += self._closing
        done.was_closed = True
        done.began_s = self._clock()
        return self._closing

    def _is_dropped(self, token: int) -> bool:
        """Whether it is a mark that means nothing here: it is neither said nor read."""
        return self._engine.is_control(token) and not self._engine.format.is_mark(self._text(token))

    def _is_end(self, token: int, stands_between_turns: bool, done: _Written) -> bool:
        """Whether it ends the reply: an end by the vocabulary or the template, or a mark with which somebody's turn
        begins when there has been something to hear."""
        text = self._text(token)
        is_foreign = self._is_dropped(token)
        if self._engine.is_end(token) or (is_foreign and text in self._engine.format.ends):
            return not done.reader.awaits(text)
        return stands_between_turns and is_foreign and bool(done.raw.strip())

    def _text(self, token: int) -> str:
        return self._engine.piece(token).decode("utf-8", "replace")

    def _said(
        self, items: Sequence[TextDelta | ToolCall], done: _Written, nearly: str
    ) -> Iterator[TextDelta | ToolCall]:
        """What may be handed on. When the reply is `nearly` over, a sentence is held back until it is whole."""
        for item in items:
            if isinstance(item, ToolCall):
                yield from self._emit(done, len(done.said))
                yield item
                continue
            done.said += done.guard.feed(item.text)
            end = len(done.said)
            if nearly:
                end = max(done.emitted, first_end(done.said, max(0, done.emitted - 1)))
            yield from self._emit(done, end)

    def _emit(self, done: _Written, end: int) -> Iterator[TextDelta]:
        text, done.emitted = done.said[done.emitted : end], max(end, done.emitted)
        if text:
            yield TextDelta(text)

    def _rest(self, done: _Written, ended: Ending) -> Iterator[TextDelta | ToolCall]:
        items = done.reader.finish(cut=ended != "complete")
        calls = [item for item in items if isinstance(item, ToolCall)]
        for item in items:
            done.said += done.guard.feed(item.text) if isinstance(item, TextDelta) else ""
        done.said += done.guard.finish()
        end = len(done.said)
        if ended in ("token cap", "time cap"):
            # What is said already ends a sentence, or this cuts one where a voice can stop.
            is_whole = first_end(done.said[: done.emitted] + " ", max(0, done.emitted - 1)) >= 0
            end = done.emitted if is_whole else done.emitted + last_pause(done.said[done.emitted :])
        yield from self._emit(done, end)
        yield from calls

    def _nearly(self, done: _Written) -> Literal["", "token cap", "time cap"]:
        """Whether the reply is to end with its next sentence, and why."""
        if done.words >= self._limits.reply_tokens * LAST_SHARE:
            return "token cap"
        return "time cap" if self._clock() >= done.began_s + self._limits.reply_s * LAST_SHARE else ""

    def _fault(self, done: _Written, state: State) -> Ending | None:
        """Why the model has to end here, if it has to."""
        if len(done.tokens) >= self._limits.thought_tokens + self._limits.reply_tokens:
            return "token cap"
        if state == "thought":
            # A thought has a limit of its own, and the answer its own time.
            done.began_s = self._clock()
            return None
        if done.words >= self._limits.reply_tokens:
            return "token cap"
        if self._clock() >= done.began_s + self._limits.reply_s:
            return "time cap"
        return "repeating" if goes_round(done.tokens) else None
