"""How a model is talked to, by what its file says: the template, and how the model writes with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localvoice.engines.chat.chat_format import HERMES, ChatFormat
from localvoice.engines.chat.chat_template import CHATML, ChatTemplate
from localvoice.engines.chat.learn_format import learn
from localvoice.engines.chat.plain_chat import PLAIN, PLAIN_CHAT
from localvoice.errors import ModelBroken


def chat_of(source: str, bos: str, eos: str, is_one_token: Callable[[str], bool]) -> tuple[ChatTemplate, ChatFormat]:
    """The file's own template `source`; without one, ChatML where its marks are tokens of the vocabulary.

    A model whose vocabulary does not know them has never seen them: it would write them as text. It is talked to in
    plain lines. Raises ModelBroken: the template is not valid.
    """
    if source:
        template = ChatTemplate(source, bos, eos)
        format = learn(template)
        if format.calls is None and _prints_calls(template):
            # As of the bundled model, which knows its tools by heart.
            format = replace(format, calls=HERMES.calls)
        return template, format
    if is_one_token("<|im_start|>") and is_one_token("<|im_end|>"):
        return ChatTemplate(CHATML, bos, eos), HERMES
    return ChatTemplate(PLAIN, bos, eos), PLAIN_CHAT


def _prints_calls(template: ChatTemplate) -> bool:
    call = {"id": "call000001", "type": "function", "function": {"name": "some_tool", "arguments": {}}}
    chat: list[dict[str, Any]] = [
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "", "tool_calls": [call]},
    ]
    try:
        text = template.render(chat, answer=False)
    except ModelBroken:
        return False
    assert HERMES.calls
    return "some_tool" in text and HERMES.calls.opener in text
