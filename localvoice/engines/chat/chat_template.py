"""Turning messages into the text that a chat model was trained on, by the template in its own file
(jinja).
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from localvoice.engines.chat.habits import Habits, find_out, fit
from localvoice.errors import ModelBroken

CHATML = """\
{%- if messages and messages[0].role == 'system' %}{% set system = messages[0].content %}{% endif -%}
<|im_start|>system
{{ system | default('You are a helpful assistant.') }}
{%- if tools %}


# Tools

You may call one or more functions. Their signatures are within <tools></tools>:
<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>

For each call, return a json object with name and arguments within <tool_call></tool_call>:
<tool_call>
{"name": "function name", "arguments": {}}
</tool_call>
{%- endif %}<|im_end|>
{% for message in messages if message.role != 'system' -%}
<|im_start|>{{ message.role }}
{{ message.content }}
{%- for call in message.tool_calls or [] %}
{{- '\\n' if message.content or not loop.first }}<tool_call>
{{ {'name': call.function.name, 'arguments': call.function.arguments} | tojson }}
</tool_call>
{%- endfor %}<|im_end|>
{% endfor -%}
{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
"""For a model whose file has no template: ChatML, as most models of today were trained on."""


class _Given(list[Any]):
    """A list from outside: a template may read it, and append only to lists of its own."""


class ChatTemplate:
    """`source` is jinja as Hugging Face's tokenizers use it. Raises ModelBroken when it is not valid."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        import jinja2

        from localvoice.engines.chat.template_environment import make_environment

        self.source = source
        self._fault: type[Exception] = jinja2.TemplateError
        environment = make_environment()
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise
        # Some templates print the date; a prompt that changes with the day could not be kept from one run
        # to the next.
        environment.globals["strftime_now"] = lambda form: ""
        environment.globals["datetime"] = ""
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateError as error:
            raise ModelBroken(
                f"The model's chat template is faulty: {error}.", "Use another file of this model."
            ) from error
        self._always = {"bos_token": bos, "eos_token": eos}

    @cached_property
    def habits(self) -> Habits:
        """What it wants a conversation to look like."""
        return find_out(self.attempt, self.source)

    def render(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = (), *, answer: bool
    ) -> str:
        """The prompt; with `answer` it ends where the assistant begins to speak.

        The messages may be as the conversation has them; they are changed to what this template takes. One without a
        user's message gets an empty one if the template refuses it so. Raises ModelBroken.
        """
        habits = self.habits
        fitted = fit(messages, habits)
        shown = list(tools) if tools and habits.shows_tools else habits.without_tools
        try:
            return self._render(fitted, shown, answer, habits.switches)
        except self._refusals as error:
            if all(message["role"] == "system" for message in messages):
                text = self.attempt(fit([*messages, {"role": "user", "content": ""}], habits), shown, answer)
                if text is not None:
                    return text
            raise ModelBroken(
                f"The model's chat template refused the conversation: {error}.",
                "Use another file of this model.",
            ) from error

    def attempt(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None = None,
        answer: bool = False,
        switches: Mapping[str, Any] | None = None,
    ) -> str | None:
        """The text of exactly these messages, or None where the template refuses them."""
        try:
            return self._render(messages, tools, answer, switches or {})
        except self._refusals:
            return None

    @property
    def _refusals(self) -> tuple[type[Exception], ...]:
        return (self._fault, TypeError, ValueError, LookupError, AttributeError, RecursionError)

    def _render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None,
        answer: bool,
        switches: Mapping[str, Any],
    ) -> str:
        # A copy of the tools, for a template may change the lists in them; Firefunction wants them as text.
        text = json.dumps(tools, ensure_ascii=False) if tools else ""
        shown = json.loads(text) if tools else tools
        given: dict[str, Any] = {"messages": _Given(messages), "tools": shown, "functions": text}
        if tools:
            given["xml_tools"] = shown  # as SmolLM3 calls them
        return self._template.render(**given, add_generation_prompt=answer, **self._always, **switches)


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, default=list)


def _raise(message: str) -> str:
    import jinja2

    raise jinja2.TemplateError(message)
