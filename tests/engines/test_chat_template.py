"""Chat templates: the default one, and what those in real models' files need."""

import pytest

from localvoice.engines.chat.chat_template import CHATML, ChatTemplate
from localvoice.errors import ModelBroken

CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "set_timer", "arguments": {"amount": 5, "unit": "minutes"}},
}
CHAT = [
    {"role": "system", "content": "Help."},
    {"role": "user", "content": "set a timer"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "content": "timer set", "name": "set_timer", "tool_call_id": "call_1"},
    {"role": "assistant", "content": "Done."},
]


def test_the_default_is_chatml_with_hermes_calls() -> None:
    text = ChatTemplate(CHATML).render(CHAT, answer=True)
    assert text == (
        "<|im_start|>system\nHelp.<|im_end|>\n"
        "<|im_start|>user\nset a timer<|im_end|>\n"
        "<|im_start|>assistant\n<tool_call>\n"
        '{"name": "set_timer", "arguments": {"amount": 5, "unit": "minutes"}}\n</tool_call><|im_end|>\n'
        "<|im_start|>tool\ntimer set<|im_end|>\n"
        "<|im_start|>assistant\nDone.<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_the_default_shows_tools_and_parallel_calls_with_words_before_them() -> None:
    chat = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Sure.", "tool_calls": [CALL, CALL]}]
    tool = {"type": "function", "function": {"name": "set_timer", "description": "Grüße <b>"}}
    text = ChatTemplate(CHATML).render(chat, [tool], answer=False)
    assert '{"type": "function", "function": {"name": "set_timer", "description": "Grüße <b>"}}' in text
    assert "assistant\nSure.\n<tool_call>" in text
    assert "</tool_call>\n<tool_call>" in text
    assert text.endswith("</tool_call><|im_end|>\n")


def test_what_templates_in_the_field_use() -> None:
    source = (
        "{{- bos_token }}{% set ns = namespace(n=0) %}{% for m in messages %}{% if m.role == 'system' %}{% continue %}"
        "{% endif %}{% set ns.n = ns.n + 1 %}{{ m['content'].split('</think>')[-1] | trim }}{% endfor %}{{ ns.n }}"
        "{% if not enable_thinking %}quick{% endif %}{{ strftime_now('%d') }}{{ tools | tojson(indent=2) }}"
    )
    chat = [{"role": "system", "content": "x"}, {"role": "user", "content": "<think></think> a "}]
    assert ChatTemplate(source, bos="<s>").render(chat, answer=True) == "<s>a1quicknull"


@pytest.mark.parametrize("source", ["{% if %}", "{{ unclosed", "{% endfor %}"])
def test_a_faulty_template_is_a_broken_model(source: str) -> None:
    with pytest.raises(ModelBroken, match="chat template is faulty"):
        ChatTemplate(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ raise_exception('roles must alternate') }}",
        "{{ messages[0].content + 3 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_that_refuses_or_misbehaves_is_a_broken_model(source: str) -> None:
    with pytest.raises(ModelBroken, match="chat template refused"):
        ChatTemplate(source).render(CHAT, answer=True)
