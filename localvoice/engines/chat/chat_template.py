"""Turning messages into the text that a chat model was trained on, by the template in its own file
(jinja).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

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


class ChatTemplate:
    """`source` is jinja as Hugging Face's tokenizers use it. Raises ModelBroken when it is not valid."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self._fault: type[Exception] = jinja2.TemplateError
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise
        # Some templates print the date; a prompt that changes with the day could not be kept from one run
        # to the next.
        environment.globals["strftime_now"] = lambda form: ""
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateError as error:
            raise ModelBroken(
                f"The model's chat template is faulty: {error}.", "Use another file of this model."
            ) from error
        self._always = {"bos_token": bos, "eos_token": eos, "enable_thinking": False}

    def render(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = (), *, answer: bool
    ) -> str:
        """The prompt; with `answer` it ends where the assistant begins to speak. Raises ModelBroken."""
        try:
            return self._template.render(
                messages=list(messages),
                tools=list(tools) or None,
                add_generation_prompt=answer,
                **self._always,
            )
        except (self._fault, TypeError, ValueError) as error:
            raise ModelBroken(
                f"The model's chat template refused the conversation: {error}.",
                "Use another file of this model.",
            ) from error


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _raise(message: str) -> str:
    import jinja2

    raise jinja2.TemplateError(message)
