"""Chat templates built from their shapes: tests/data/templates/shapes.toml says what each published one gives.

A shape has these fields; one that is `like` another has its fields too:

system, user, assistant   what stands before and after such a message. system may be "first user" (the template puts the
                          text there itself) or "refused"
answer                    what a prompt for an answer ends with; `thinking`: the same unless `switch` switches it off
switch                    the variable, or a word in the system text, that does; `off` is the value that means no
tools                     before and after each tool; `place` says where they stand, `tools_around` what is around them
call                      before the name, between name and arguments, after them; {id} is the call's
calls                     around all calls of a message; `between` stands between two
argument                  before a key, between key and value, after the value; without it arguments are JSON
strings                   what stands around a value that is text; `joint` between two arguments
result, results           around one tool's result, and around all that follow on each other
thought                   around the thought of a message
refuses                   "no user", "no tools", "uneven", "two calls", "long ids", "objects" (arguments as such)
before_words, behind_words   around words that stand beside a call
drops                     "words" beside a call, "second call"
writes, writes_two        what the model writes for set_timer(amount=5, unit="minutes"), and for both calls of the walk
"""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Shape = dict[str, Any]
FILE = Path(__file__).parent.parent / "data" / "templates" / "shapes.toml"


@cache
def shapes() -> dict[str, Shape]:
    """Every published template's shape by its name; names in small letters only are families and left out."""
    tables: dict[str, Shape] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    whole = {name: _whole(name, tables) for name in tables}
    return {name: shape for name, shape in whole.items() if "family" not in tables[name]}


def _whole(name: str, tables: dict[str, Shape]) -> Shape:
    own = tables[name]
    return {**(_whole(own["like"], tables) if "like" in own else {}), **own}


def build(shape: Shape) -> str:
    """The jinja of a shape."""
    return "".join(
        [
            _refusals(shape),
            "{{- bos_token -}}" if shape.get("bos", True) else "",
            _switch(shape),
            _head(shape),
            "{%- set called = namespace(name='') -%}",
            "{%- for message in rest -%}",
            "{%- set last_user = loop.last and message.role == 'user' -%}",
            "{%- if message.role == 'user' -%}",
            _user(shape),
            "{%- elif message.role == 'assistant' -%}",
            _assistant(shape),
            _results(shape),
            "{%- endif -%}{%- endfor -%}",
            "{%- if add_generation_prompt -%}",
            _answer(shape),
            "{%- endif -%}",
        ]
    )


def _says(text: str) -> str:
    """Jinja that writes `text`; {id} and {name} are the call's."""
    literal = json.dumps(text, ensure_ascii=False)
    for field in ("id", "name"):
        literal = literal.replace(f"{{{field}}}", f'" ~ {field} ~ "')
    return f"{{{{- {literal} -}}}}" if text else ""


def _refuses(what: str) -> str:
    return f"{{{{- raise_exception('{what}') -}}}}"


def _refusals(shape: Shape) -> str:
    out = ""
    refused = shape.get("refuses", [])
    if "no tools" in refused:
        out += "{%- for tool in tools -%}{%- endfor -%}"
    if "no user" in refused:
        out += "{%- if not messages | selectattr('role', 'equalto', 'user') | list -%}" + _refuses("nobody asks")
        out += "{%- endif -%}"
    if shape.get("system") == "refused":
        out += "{%- if messages[0].role == 'system' -%}" + _refuses("no system text here") + "{%- endif -%}"
    if "uneven" in refused:
        out += "{%- set count = namespace(n=0) -%}{%- for message in messages -%}"
        out += "{%- if message.role == 'user' or (message.role == 'assistant' and not message.tool_calls) -%}"
        out += "{%- if (message.role == 'user') != (count.n % 2 == 0) -%}" + _refuses("not in turns")
        out += "{%- endif -%}{%- set count.n = count.n + 1 -%}"
        out += "{%- elif message.role == 'tool' and not tools -%}" + _refuses("no tools here")
        out += "{%- endif -%}{%- endfor -%}"
    return out


def _switch(shape: Shape) -> str:
    """Sets `thinks`."""
    switch, off = shape.get("switch", ""), json.dumps(shape.get("off", False))
    if not switch:
        return "{%- set thinks = true -%}"
    if switch.startswith("/"):
        return f"{{%- set thinks = not (messages[0].role == 'system' and '{switch}' in messages[0].content) -%}}"
    return f"{{%- set thinks = {switch} is not defined or {switch} != {off} -%}}"


def _head(shape: Shape) -> str:
    system, place = shape.get("system", ["", ""]), shape.get("place", "system")
    tools = _tools(shape) if "tools" in shape else ""
    out = "{%- if messages and messages[0].role == 'system' -%}{%- set text = messages[0].content -%}"
    out += "{%- set rest = messages[1:] -%}{%- else -%}{%- set text = '' -%}{%- set rest = messages -%}{%- endif -%}"
    if place == "before":
        out += tools
    if isinstance(system, list):
        shown = "text or tools" if tools and place == "system" else "text"
        out += f"{{%- if {shown} -%}}{_says(system[0])}{{{{- text -}}}}"
        out += (tools if place == "system" else "") + _says(system[1]) + "{%- endif -%}"
    return out + (tools if place == "after" else "")


def _tools(shape: Shape) -> str:
    around, each = shape.get("tools_around", ["", ""]), shape["tools"]
    out = "{%- if tools -%}" + _says(around[0]) + "{%- for tool in tools -%}"
    out += _says(each[0]) + "{{- tool | tojson -}}" + _says(each[1]) + "{%- endfor -%}" + _says(around[1])
    return out + "{%- endif -%}"


def _user(shape: Shape) -> str:
    out = ""
    if "tools" in shape and shape.get("place") == "last user":
        out += "{%- if last_user -%}" + _tools(shape) + "{%- endif -%}"
    out += _says(shape["user"][0])
    if "tools" in shape and shape.get("place") == "first user":
        out += "{%- if loop.first -%}" + _tools(shape) + "{%- endif -%}"
    if shape.get("system") == "first user":
        out += "{%- if loop.first and text -%}{{- text ~ '\\n\\n' -}}{%- endif -%}"
    return out + "{{- message.content -}}" + _says(shape["user"][1])


def _assistant(shape: Shape) -> str:
    before, after = shape["assistant"]
    content = "{{- message.content -}}"
    if shape.get("generation"):
        content = "{%- generation -%}" + content + "{%- endgeneration -%}"
    thought = shape.get("thought")
    shown = ""
    if thought:
        shown = "{%- if message.reasoning_content -%}" + _says(thought[0]) + "{{- message.reasoning_content -}}"
        shown += _says(thought[1]) + "{%- endif -%}"
    if "call" not in shape:
        return _says(before) + shown + content + _says(after)
    words = _says(shape.get("before_words", "")) + content + _says(shape.get("behind_words", ""))
    words = "" if "words" in shape.get("drops", []) else "{%- if message.content -%}" + words + "{%- endif -%}"
    calls_before, calls_after = shape.get("assistant_calls", [before, after])
    out = "{%- if message.tool_calls -%}" + _says(calls_before) + shown + words + _calls(shape) + _says(calls_after)
    return out + "{%- else -%}" + _says(before) + shown + content + _says(after) + "{%- endif -%}"


def _calls(shape: Shape) -> str:
    refused, around = shape.get("refuses", []), shape.get("calls", ["", ""])
    out = ""
    if "two calls" in refused:
        out += "{%- if message.tool_calls | length > 1 -%}" + _refuses("one call at a time") + "{%- endif -%}"
    shown = "message.tool_calls[:1]" if "second call" in shape.get("drops", []) else "message.tool_calls"
    out += _says(around[0]) + f"{{%- for call in {shown} -%}}"
    out += "{%- set called.name = call.function.name -%}{%- set name = called.name -%}"
    out += "{%- set given = call.function.arguments -%}{%- set id = call.id -%}"
    if shape.get("numbers_calls"):
        out += "{%- set id = loop.index0 | string -%}"
    if "long ids" in refused:
        out += "{%- if id | length != 9 -%}" + _refuses("an id has nine characters") + "{%- endif -%}"
    if "objects" in refused:
        out += "{%- set given = '' + given -%}"
    first, middle, last = shape["call"]
    name = "" if shape.get("names_by_id") else "{{- name -}}"
    out += _says(first) + name + _says(middle) + _arguments(shape) + _says(last)
    if between := shape.get("between", ""):
        out += "{%- if not loop.last -%}" + _says(between) + "{%- endif -%}"
    return out + "{%- endfor -%}" + _says(around[1])


def _arguments(shape: Shape) -> str:
    if "argument" not in shape:
        return "{{- given if given is string else given | tojson -}}"
    before, between, after = shape["argument"]
    quote = json.dumps(shape.get("strings", ""), ensure_ascii=False)
    value = f"{{{{- ({quote} ~ value ~ {quote}) if value is string else value | tojson -}}}}"
    joint = "{%- if not loop.last -%}" + _says(shape["joint"]) + "{%- endif -%}" if "joint" in shape else ""
    out = "{%- for key, value in given.items() -%}" + _says(before) + "{{- key -}}" + _says(between) + value
    return out + _says(after) + joint + "{%- endfor -%}"


def _results(shape: Shape) -> str:
    if "result" not in shape:
        return ""
    role, around = shape.get("result_role", "tool"), shape.get("results", ["", ""])
    out = f"{{%- elif message.role == '{role}' -%}}"
    whose = "called.name" if "second call" in shape.get("drops", []) else "message.name"
    out += f"{{%- set name = {whose} -%}}{{%- set id = message.tool_call_id -%}}"
    out += f"{{%- if loop.first or loop.previtem.role != '{role}' -%}}" + _says(around[0]) + "{%- endif -%}"
    out += _says(shape["result"][0]) + "{{- message.content -}}" + _says(shape["result"][1])
    return out + f"{{%- if loop.last or loop.nextitem.role != '{role}' -%}}" + _says(around[1]) + "{%- endif -%}"


def _answer(shape: Shape) -> str:
    answer = shape.get("answer", "")
    out = "{%- if thinks -%}" + _says(shape.get("thinking", answer)) + "{%- else -%}" + _says(answer) + "{%- endif -%}"
    if shape.get("answer_continues"):
        # After a tool's result the assistant's message is still open.
        out = "{%- if rest[-1].role != 'tool' -%}" + out + "{%- endif -%}"
    return out
