"""Chat templates: the default one, and what those in real models' files need."""

import copy

import pytest

from localvoice.engines.chat.chat_format import begins_in_thought
from localvoice.engines.chat.chat_template import CHATML, ChatTemplate
from localvoice.engines.chat.learn_format import learn
from localvoice.errors import ModelBroken
from tests.think.template_shapes import build, shapes
from tests.think.template_walk import TOOLS

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


PLAIN = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"


def test_blocks_for_training_are_their_content() -> None:
    inside = "{{ m.content }}{% if m.content %}!{% endif %}"
    source = "{% for m in messages %}{% generation %}" + inside + "{% endgeneration %}{% endfor %}"
    assert ChatTemplate(source).render([{"role": "user", "content": "hi"}], answer=True) == "hi!"


def test_lists_of_its_own_a_template_may_change_but_none_of_ours() -> None:
    source = (
        "{% set seen = [] %}{% for m in messages %}{% set _ = seen.append(m.content) %}{% endfor %}{{ seen.pop() }}"
    )
    assert ChatTemplate(source).render([{"role": "user", "content": "hi"}], answer=True) == "hi"
    tool = {"type": "function", "function": {"name": "t", "parameters": {"required": ["a"]}}}
    source = "{{ tools[0].function.name }}{% set _ = tools[0].function.parameters.required.append('b') %}" + PLAIN
    assert ChatTemplate(source).attempt(CHAT, [tool]) is not None
    assert tool["function"] == {"name": "t", "parameters": {"required": ["a"]}}


def test_values_that_json_does_not_know_are_lists() -> None:
    source = "{{ messages | map(attribute='content') | tojson }}"
    assert ChatTemplate(source).render([{"role": "user", "content": "hi"}], answer=True) == '["hi"]'


@pytest.mark.parametrize(
    "refusal",
    [
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}",
        "{% set messages = messages | rejectattr('role', 'equalto', 'system') | list %}",
    ],
)
def test_system_text_that_is_refused_or_dropped_goes_into_the_first_users_message(refusal: str) -> None:
    template = ChatTemplate(refusal + PLAIN)
    chat = [{"role": "system", "content": "Be kind."}, *({"role": "user", "content": text} for text in ("a",))]
    assert template.render(chat, answer=True) == "[user]Be kind.\n\na"
    assert "Be kind." in template.render(chat[:1], answer=True)


def test_a_chat_without_a_users_message_gets_an_empty_one_only_where_it_is_refused() -> None:
    asks = "{% if messages | map(attribute='role') | list == ['system'] %}{{ raise_exception('who asks?') }}{% endif %}"
    system = [{"role": "system", "content": "Be kind."}]
    assert ChatTemplate(PLAIN).render(system, answer=True) == "[system]Be kind."
    assert ChatTemplate(asks + PLAIN).render(system, answer=True) == "[system]Be kind.[user]"


def test_a_template_without_tools_gets_the_words_alone() -> None:
    later = [*CHAT, {"role": "user", "content": "and?"}]
    assert ChatTemplate(PLAIN).render(later, answer=True) == "[system]Help.[user]set a timer[assistant]Done.[user]and?"
    assert ChatTemplate(PLAIN).render(CHAT[:4], answer=True) == "[system]Help.[user]set a timer"


def test_a_template_that_shows_no_tools_but_calls_has_them_in_its_history() -> None:
    source = (
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ m.tool_calls | tojson if m.tool_calls }}{% endfor %}"
    )
    text = ChatTemplate(source).render(CHAT, answer=True)
    assert '"name": "set_timer"' in text and "[tool]timer set" in text


def test_the_messages_themselves_stay_as_they_are() -> None:
    for name in ("mistralai-Mistral-Nemo-Instruct-2407", "meetkai-functionary-medium-v3.2", "google-gemma-2-2b-it"):
        before = copy.deepcopy(CHAT)
        ChatTemplate(build(shapes()[name]), "<s>", "</s>").render(CHAT, TOOLS, answer=True)
        assert before == CHAT


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("mistralai-Mistral-Nemo-Instruct-2407", '"id": "000000001"'),
        ("Kimi-K2-by-id", "functions.set_timer:0<"),
        ("unsloth-Apriel-1.5", '"id": "call_1"'),
    ],
)
def test_a_call_has_the_id_that_the_template_wants(name: str, shown: str) -> None:
    assert shown in ChatTemplate(build(shapes()[name]), "<s>", "</s>").render(CHAT, TOOLS, answer=True)


def test_two_calls_become_two_rounds_where_one_is_allowed() -> None:
    other = {**CALL, "id": "call_2", "function": {"name": "get_time", "arguments": {}}}
    results = [{**CHAT[3], "content": text, "tool_call_id": call["id"]} for text, call in (("A", CALL), ("B", other))]
    chat = [*CHAT[:2], {**CHAT[2], "content": "Sure.", "tool_calls": [CALL, other]}, *results]
    text = ChatTemplate(build(shapes()["meta-llama-Llama-3.2-3B-Instruct"])).render(chat, TOOLS, answer=True)
    order = ["Sure.", '"name": "set_timer"', '"A"', '"name": "get_time"', '"B"']
    behind = text.rpartition("set a timer")[2]
    assert [behind.count(part) for part in order] == [1] * 5
    assert sorted(order, key=behind.index) == order


def test_thinking_is_switched_off_where_a_template_offers_it() -> None:
    for name, shape in shapes().items():
        template = ChatTemplate(build(shape), "<s>", "</s>")
        form = learn(template)
        opens = begins_in_thought(template.render(CHAT[:2], answer=True), form)
        assert opens == form.opens_thought
        if "switch" in shape:
            assert not opens, name


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
