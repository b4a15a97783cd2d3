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
    A reply without "<|im_end|>" is repeated for ever. `marks`: further control tokens. `prefix`: what the vocabulary
    puts in front of every text.
    """

    def __init__(
        self,
        script: Sequence[str],
        context_tokens: int = 1000,
        format: ChatFormat = HERMES,
        template: str = CHATML,
        marks: Sequence[str] = (),
        prefix: Sequence[int] = (),
    ) -> None:
        self.format = format
        self.marks = (*MARKERS, *marks)
        self.prefix = list(prefix)
        self.script = list(script)
        self.context_tokens = context_tokens
        self.special_texts = self.marks
        self.tokens: list[int] = []
        self.prefilled_total = 0
        self.prompts: list[str] = []
        self._template = ChatTemplate(template)
        asked = [{"role": "user", "content": "a"}]
        self._opening = self.render(asked, answer=True).removeprefix(self.render(asked, answer=False))
        self._reply: list[int] = []
        self._at = 0
        self._chosen = -1

    def render(self, messages: Sequence[Any], tools: Sequence[Any] = (), *, answer: bool) -> str:
        return self._template.render(messages, tools, answer=answer)

    def tokenise(self, text: str) -> list[int]:
        parts = re.split(f"({'|'.join(map(re.escape, self.marks))})", text)
        out: list[int] = self.prefix.copy()
        for part in parts:
            if part in self.marks:
                out.append(self.marks.index(part))
            elif part:
                out += [100 + ord(character) for character in part]
        return out

    def piece(self, token: int) -> bytes:
        return (self.marks[token] if token < len(self.marks) else chr(token - 100)).encode()

    def is_end(self, token: int) -> bool:
        return token == END

    def is_control(self, token: int) -> bool:
        return token < len(self.marks)

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
        if text.endswith(self._opening):
            self.prompts.append(text)
            self._reply = self.tokenise(self.script.pop(0) if len(self.script) > 1 else self.script[0])
            self._at = 0
        return len(tokens) - common

    def sample(self, how: Sampling = GREEDY, banned: Sequence[int] = (), avoid: Sequence[int] = ()) -> int:
        token = self._reply[self._at % len(self._reply)]
        self._chosen = END if token in banned else token
        return self._chosen

    def add(self, token: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.tokens.append(token)
        if len(self.tokens) > self.context_tokens:
            raise ValueError("the cache overflows")
        # What is put in its mouth does not count.
        self._at += token == self._chosen
        self._chosen = -1
