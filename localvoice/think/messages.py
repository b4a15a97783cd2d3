"""What the language model says and is told: the words that pass between conversation and tools."""

from dataclasses import asdict, dataclass, field
from typing import Literal

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model wrote. `problem` is a sentence when it could not be read; it is then not run."""

    id: str
    name: str
    arguments: dict[str, Json] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call. `text` is for the model; it begins with "error:" exactly when `ok` is false.

    `say` is for the user, whole sentences that are spoken as they stand; "" leaves the words to the model.
    """

    call: ToolCall
    text: str
    ok: bool
    took_ms: float
    say: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the reply, in order; together they are the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCalls:
    """The model stopped to call these, in parallel; it goes on when it has their results."""

    calls: tuple[ToolCall, ...]


Ending = Literal["complete", "tools", "stopped", "token cap", "time cap", "repeating"]


@dataclass(slots=True)
class PromptUse:
    """What one reply cost; tokens are counted over all its rounds, `reused` are those already in the KV cache."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    prefilled_tokens: int = 0
    generated_tokens: int = 0
    rounds: int = 0
    prefill_ms: float = 0.0
    first_token_ms: float = 0.0
    ended: Ending = "complete"

    def line(self) -> str:
        """For the log."""
        return " ".join(
            f"{name}={value:.0f}" if isinstance(value, float) else f"{name}={value}"
            for name, value in asdict(self).items()
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat. `calls` only for the assistant; `name` only for a tool's result."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    calls: tuple[ToolCall, ...] = ()
    name: str = ""
