"""A language model that says what it is told to: for faults that a real one shows too rarely to wait for."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from localvoice.engines.chat.chat_format import HERMES, ChatFormat
from localvoice.engines.chat.chat_template import CHATML, ChatTemplate
from localvoice.engines.chat.llama import Aborted
from localvoice.engines.chat.sampling_settings import GREEDY, Sampling

MARKERS = ("<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>")
END = 1


class ScriptedEngine:
    """One token a character, markers one token each.

    `script` is a list of replies; each prompt read for an answer takes the next one, the last one again and again.
    A reply without "<|im_end|>" is repeated for ever.
    """

    def __init__(self, script: Sequence[str], context_tokens: int = 1000, format: ChatFormat = HERMES) -> None:
        self.format = format
        self.script = list(script)
        self.context_tokens = context_tokens
        self.special_texts = MARKERS
        self.tokens: list[int] = []
        self.prefilled_total = 0
        self.prompts: list[str] = []
        self._template = ChatTemplate(CHATML)
        self._reply: list[int] = []
        self._at = 0

    def render(self, messages: Sequence[Any], tools: Sequence[Any] = (), *, answer: bool) -> str:
        return self._template.render(messages, tools, answer=answer)

    def tokenise(self, text: str) -> list[int]:
        parts = re.split(f"({'|'.join(map(re.escape, MARKERS))})", text)
        out: list[int] = []
        for part in parts:
            if part in MARKERS:
                out.append(MARKERS.index(part))
            elif part:
                out += [100 + ord(character) for character in part]
        return out

    def piece(self, token: int) -> bytes:
        return (MARKERS[token] if token < len(MARKERS) else chr(token - 100)).encode()

    def is_end(self, token: int) -> bool:
        return token == END

    def is_control(self, token: int) -> bool:
        return token < len(MARKERS)

    def keep(self, tokens: Sequence[int], stop: Callable[[], bool] = lambda: False) -> int:
        if len(tokens) > self.context_tokens:
            raise ValueError("the cache overflows")
        if stop():
            raise Aborted
        common = 0
        for ours, wanted in zip(self.tokens, tokens, strict=False):
            if ours != wanted:
                break
            common += 1
        self.tokens = list(tokens)
        self.prefilled_total += len(tokens) - common
        text = "".join(self.piece(token).decode() for token in tokens)
        if text.endswith("<|im_start|>assistant\n"):
            self.prompts.append(text)
            self._reply = self.tokenise(self.script.pop(0) if len(self.script) > 1 else self.script[0])
            self._at = 0
        return len(tokens) - common

    def sample(self, how: Sampling = GREEDY, banned: Sequence[int] = (), avoid: Sequence[int] = ()) -> int:
        token = self._reply[self._at % len(self._reply)]
        return END if token in banned else token

    def add(self, token: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.tokens.append(token)
        if len(self.tokens) > self.context_tokens:
            raise ValueError("the cache overflows")
        self._at += 1
