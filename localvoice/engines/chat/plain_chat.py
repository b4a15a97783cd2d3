"""A conversation as plain lines, for a model that was trained on text alone and knows no chat template."""

from localvoice.engines.chat.chat_format import ChatFormat

PLAIN = """\
{%- for message in messages %}
{%- if message.role == 'system' %}
{{- message.content }}
{{ '\\n' }}
{%- elif message.role in ('user', 'assistant') %}
{{- 'User: ' if message.role == 'user' else 'Assistant: ' }}{{ message.content }}
{{ '' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}Assistant:{% endif %}"""
"""The prompt ends without a space: words begin with theirs."""

PLAIN_CHAT = ChatFormat(calls=None, ends=("\nUser:", "\nAssistant:", "\n\n"), is_base=True)
"""Such a model goes on with a next question, or with another text behind an empty line."""
