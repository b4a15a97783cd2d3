"""What a template's text gives away where rendering it does not show it. Pure data.

A table of last resort: each line is a mark that stands in the template, and what models that know the mark write.
"""

from localvoice.engines.chat.chat_format import CallFormat

CALLS: tuple[tuple[str, CallFormat], ...] = (
    ("<|tool_call_start|>", CallFormat("<|tool_call_start|>", "<|tool_call_end|>", "python")),
    ("<|tool_list_start|>", CallFormat("<|tool_call_start|>", "<|tool_call_end|>", "python")),
    # LFM2.5 lists its tools in the system message, with no mark of its own; it writes calls as LFM2 does.
    ("List of tools: [", CallFormat("<|tool_call_start|>", "<|tool_call_end|>", "python")),
    ("<|tool_call|>", CallFormat("<|tool_call|>", "")),
    ("available_tools<|end_of_role|>", CallFormat("<|tool_call|>", "")),
    ("[TOOL_CALLS]", CallFormat("[TOOL_CALLS]", "")),
)
"""Where tools are shown, but a call is not rendered."""
ALSO: tuple[tuple[str, str], ...] = (("Environment: ipython", "<|python_tag|>"),)
"""(a mark in the template, what opens a call beside what the template renders)"""
THOUGHTS: tuple[tuple[str, str, str], ...] = (
    ("[THINK]", "[THINK]", "[/THINK]"),
    ("<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel>thought", "<|channel>thought", "<channel|>"),
    ("<seed:think>", "<seed:think>", "</seed:think>"),
    ("[BEGIN FINAL RESPONSE]", "Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"),
    ("<|inner_prefix|>", "<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|think|>", "<|think|>", "<|end|>"),
)
"""(a mark in the template, what opens a thought, what closes it)"""
SILENT: tuple[tuple[str, str], ...] = (("[END FINAL RESPONSE]", "[END FINAL RESPONSE]"),)
HARMONY = "<|channel|>analysis<|message|>"
"""gpt-oss writes in channels; a header of one is more than a mark, and which follows which is the model's choice."""
HARMONY_CALLS = CallFormat(
    opener="to=functions.",
    closer="<|call|>",
    syntax="named json",
    after_name="<|channel|>commentary json<|message|>",
    others=(
        "<|channel|>commentary to=functions.",
        "<|channel|>analysis to=functions.",
        "<|channel|>final to=functions.",
    ),
)
HARMONY_SILENT = (
    "<|start|>assistant",
    "<|channel|>final<|message|>",
    "<|channel|>commentary<|message|>",
    "<|channel|>final <|constrain|>json<|message|>",
    "<|constrain|>",
    "<|end|>",
)
HARMONY_ENDS = ("<|return|>", "<|start|>user")
