"""What is read off a template. That it is enough to talk is tests/think/test_chat_templates.py's business."""

import pytest

from localvoice.engines.chat.chat_format import HERMES, ChatFormat, begins_in_thought
from localvoice.engines.chat.chat_template import CHATML, ChatTemplate
from localvoice.engines.chat.learn_format import learn
from tests.think.template_shapes import build, shapes


def learnt(name: str) -> ChatFormat:
    return learn(ChatTemplate(build(shapes()[name]), "<s>", "</s>"))


def test_the_default_template_is_the_default_format() -> None:
    form = learn(ChatTemplate(CHATML))
    assert form.calls is not None and HERMES.calls is not None
    assert (form.calls.opener, form.calls.closer, form.calls.syntax) == ("<tool_call>", "</tool_call>", "json")
    assert form.ends == ("<|im_end|>", "<|im_start|>", *HERMES.ends)
    assert (form.thought, form.silent, form.lead) == (HERMES.thought, (), "")


@pytest.mark.parametrize(
    ("name", "opener", "closer", "syntax"),
    [
        ("Qwen3-Coder", "<tool_call>", "</tool_call>", "tagged"),
        ("MiniMax-M2", "<minimax:tool_call>", "</minimax:tool_call>", "tagged"),
        ("deepseek-ai-DeepSeek-V3.2", "<｜DSML｜function_calls>", "</｜DSML｜function_calls>", "tagged"),
        ("GLM-4.6", "<tool_call>", "</tool_call>", "pairs"),
        ("LFM2.5-8B-A1B", "<|tool_call_start|>", "<|tool_call_end|>", "python"),
        ("LFM2.5-Instruct", "<|tool_call_start|>", "<|tool_call_end|>", "python"),
        ("Kimi-K2-Instruct", "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>", "named json"),
        ("mistralai-Mistral-Nemo-Instruct-2407", "[TOOL_CALLS]", "", "json"),
        ("Mistral-Small-3.2-24B-Instruct-2506", "[TOOL_CALLS]", "", "named json"),
        ("google-gemma-4-31B-it", "<|tool_call>", "<tool_call|>", "braces"),
        ("meta-llama-Llama-3.2-3B-Instruct", "", "", "json"),
        ("upstage-Solar-Open-100B", "<|tool_calls|>", "<|calls|>", "named json"),
        ("meetkai-functionary-medium-v3.1", "<function=", "</function>", "named json"),
        ("meetkai-functionary-medium-v3.2", ">>>", "", "named json"),
        ("fireworks-ai-llama-3-firefunction-v2", "functools", "", "json"),
        ("CohereForAI-c4ai-command-r-plus-tool_use", "Action:", "", "json"),
        ("ibm-granite-granite-3.3-2B-Instruct", "<|tool_call|>", "", "json"),
        ("Apertus-8B-Instruct", "<|tools_prefix|>", "<|tools_suffix|>", "json"),
        ("GigaChat3-10B-A1.8B", "<|message_sep|>\n\nfunction call<|role_sep|>", "", "json"),
        ("openai-gpt-oss-120b", "to=functions.", "<|call|>", "named json"),
    ],
)
def test_marks_and_syntax_of_calls(name: str, opener: str, closer: str, syntax: str) -> None:
    calls = learnt(name).calls
    assert calls is not None
    assert (calls.opener, calls.closer, calls.syntax) == (opener, closer, syntax)


def test_a_template_that_shows_no_tools_has_no_calls() -> None:
    for name in ("HuggingFaceTB-SmolLM3-3B", "microsoft-Phi-3.5-mini-instruct", "google-gemma-2-2b-it", "zephyr"):
        assert learnt(name).calls is None
    assert learnt("deepseek-ai-DeepSeek-R1-Distill-Llama-8B").calls is None


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("meta-llama-Llama-3.3-70B-Instruct", True),
        ("GigaChat3-10B-A1.8B", True),
        ("openai-gpt-oss-120b", True),
        ("Qwen-Qwen3-0.6B", False),
        ("mistralai-Mistral-Nemo-Instruct-2407", False),
    ],
)
def test_one_call_at_a_time(name: str, one: bool) -> None:
    calls = learnt(name).calls
    assert calls is not None and calls.one_only == one


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("meta-llama-Llama-3.2-3B-Instruct", ("name", "parameters")),
        ("Cohere2MoE", ("tool_name", "parameters")),
        ("Apertus-8B-Instruct", ("", "")),
        ("Qwen-Qwen2.5-7B-Instruct", ("name", "arguments")),
    ],
)
def test_keys(name: str, keys: tuple[str, str]) -> None:
    calls = learnt(name).calls
    assert calls is not None and (calls.name_key, calls.arguments_key) == keys


@pytest.mark.parametrize(
    ("name", "thought", "opens"),
    [
        ("MiniMax-M2", ("<think>", "</think>"), True),
        ("Qwen3.5-4B", ("<think>", "</think>"), False),
        ("deepseek-ai-DeepSeek-R1-Distill-Llama-8B", ("<think>", "</think>"), True),
        ("NVIDIA-Nemotron-Nano-v2", ("<think>", "</think>"), False),
        ("mistralai-Ministral-3-14B-Reasoning-2512", ("[THINK]", "[/THINK]"), False),
        ("Cohere2MoE", ("<|START_THINKING|>", "<|END_THINKING|>"), False),
        ("google-gemma-4-31B-it", ("<|channel>thought", "<channel|>"), False),
        ("ByteDance-Seed-OSS", ("<seed:think>", "</seed:think>"), False),
        ("Apriel-1.6-15b-Thinker-fixed", ("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"), True),
        ("openai-gpt-oss-120b", ("<|channel|>analysis<|message|>", "<|end|>"), False),
        ("upstage-Solar-Open-100B", ("<|think|>", "<|end|>"), False),
    ],
)
def test_thoughts(name: str, thought: tuple[str, str], opens: bool) -> None:
    form = learnt(name)
    assert (form.thought, form.opens_thought) == (thought, opens)


def test_a_prompt_that_ends_in_a_thought() -> None:
    for prompt, inside in (("…<think>\n", True), ("…<think>\n\n</think>\n", False), ("<think> said a user", False)):
        assert begins_in_thought(prompt, HERMES) == inside


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("vicuna", ("</s>", "\nUSER:")),
        ("solar-instruct", ("\n### User:",)),
        ("Qwen-Qwen3-0.6B", ("<|im_end|>", "<|im_start|>")),
        ("google-gemma-2-2b-it", ("<end_of_turn>", "<start_of_turn>")),
        ("Reka-Edge", ("<sep>", "\nhuman:")),
        ("MiniMax-M2", ("[e~[",)),
    ],
)
def test_ends(name: str, ends: tuple[str, ...]) -> None:
    assert learnt(name).ends == (*ends, *HERMES.ends)


@pytest.mark.parametrize(
    ("name", "marks", "others"),
    [
        ("Qwen-Qwen3-0.6B", ("<tool_call>", "</think>"), ("<|im_end|>", "<|im_start|>", "<|vision_start|>")),
        (
            "openai-gpt-oss-120b",
            ("<|channel|>", "<|message|>", "<|end|>", "<|constrain|>", "<|call|>"),
            ("<|return|>",),
        ),
        ("GLM-4.6", ("<arg_key>", "</arg_value>", "<tool_call>"), ("<|user|>", "<|observation|>")),
        ("Cohere2MoE", ("<|START_TEXT|>", "<|START_ACTION|>", "<|END_THINKING|>"), ("<|END_OF_TURN_TOKEN|>",)),
        ("google-gemma-4-31B-it", ('<|"|>', "<tool_call|>", "<channel|>"), ("<turn|>", "<|tool_response>")),
        ("Kimi-K2-Instruct", ("<|tool_call_begin|>", "<|tool_call_argument_begin|>"), ("<|im_end|>", "<|im_user|>")),
    ],
)
def test_which_control_tokens_are_read_and_which_end_the_reply(
    name: str, marks: tuple[str, ...], others: tuple[str, ...]
) -> None:
    form = learnt(name)
    assert [mark for mark in marks if not form.is_mark(mark)] == []
    assert [mark for mark in others if form.is_mark(mark)] == []


@pytest.mark.parametrize("source", ["{{ raise_exception('never') }}", "", "{{ messages[0].content + 3 }}", "nothing"])
def test_a_template_that_shows_nothing_teaches_nothing(source: str) -> None:
    form = learn(ChatTemplate(source))
    assert form.calls is None
    assert (form.thought, form.ends) == (HERMES.thought, HERMES.ends)
