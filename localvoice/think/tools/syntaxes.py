"""Reading the calls of a round in whatever syntax a model writes them. Pure.

The marks around them are gone already; what the text looks like tells which syntax it is, so a model that falls back
into the one of another model is understood too.
"""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.arguments import Schema
from localvoice.think.tools.call import LONGEST_CALL_CHARACTERS, from_value, loads, parse

Known = Mapping[str, Schema]
"""The tools' parameters by name."""
Found = tuple[str, Any]
"""A name, and its arguments: a dict if all is well."""

_TAG = re.compile(r"<[|｜]?(?:DSML[|｜])?(?:function|invoke)(?:=|\s+name=)[\"']?([^\"'>\s]+)[\"']?[^>]*>")
_PARAMETER = re.compile(
    r"<[|｜]?(?:DSML[|｜])?(?:parameter|param)(?:=|\s+name=)[\"']?([^\"'>\s]+)[\"']?[^>]*>"
    r"(.*?)(?=</?[|｜]?(?:DSML[|｜])?(?:parameter|param|function|invoke)\b|$)",
    re.DOTALL,
)
_PAIR = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)(?:</arg_value>|(?=<arg_key>)|$)", re.DOTALL)
_MARK = re.compile(r"<[^<>\n]*>|\[/?[A-Z][A-Z_]*\]|>>>")
_BRACES = re.compile(r"^(?:call:)?([\w.-]+)\s*(\{.*\})\s*$", re.DOTALL)
_QUOTE = '<|"|>'
_BRACES_TOKEN = re.compile(
    rf"{re.escape(_QUOTE)}(.*?){re.escape(_QUOTE)}|(\"(?:[^\"\\]|\\.)*\")|([{{}}\[\],:])|([^{{}}\[\],:]+)", re.DOTALL
)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def read(body: str, first_id: int, known: Known) -> list[ToolCall]:
    """All calls in `body`, at least one: what cannot be read is one with a `problem`."""
    text = body.strip()
    if len(text) > LONGEST_CALL_CHARACTERS:
        return [ToolCall(f"call_{first_id}", "", problem="the call was too long")]
    for reader in (_tagged, _pairs, _python, _braces, _named, _alone):
        if found := reader(text, known):
            return [_call(each, f"call_{first_id + number}") for number, each in enumerate(found)]
    values = objects(text)
    if not values:
        return [parse(text, f"call_{first_id}")]
    return [from_value(value, f"call_{first_id + number}") for number, value in enumerate(values)]


def objects(text: str) -> list[Any]:
    """JSON values: one, a list's, or several one after the other. [] where there are none."""
    value = loads(text)
    if isinstance(value, list):
        return value
    if value is not None and not isinstance(value, dict):
        return []
    if value is not None:
        return [value]
    out: list[Any] = []
    at = 0
    while (start := text.find("{", at)) >= 0 and not text[at:start].strip(" \n\t,;["):
        at = end_of_brackets(text, start)
        if at < 0:
            return []
        out.append(loads(text[start:at]))
    return out if all(isinstance(each, dict) for each in out) else []


def end_of_brackets(text: str, start: int = 0) -> int:
    """Behind the bracket that closes the one at `start`; -1 where it is not there yet."""
    depth, quote, escaped = 0, "", False
    for at in range(start, len(text)):
        character = text[at]
        if quote:
            if character == quote and not escaped:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character == '"' or (character == "'" and text[:at].rstrip()[-1:] in tuple("([{,:=")):
            quote, escaped = character, False
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth <= 0:
                return at + 1
    return -1


def _call(found: Found, id: str) -> ToolCall:
    name, arguments = found
    if not isinstance(arguments, dict):
        return ToolCall(id, name, problem=f"the arguments of {name} were not valid JSON")
    return ToolCall(id, name, arguments)


def _typed(text: str, name: str, key: str, known: Known) -> Json:
    """A value that came as bare text: text where the tool wants text, else what it says as JSON."""
    text = text.strip()
    schema = known.get(name, {}).get("properties", {}).get(key, {})
    if schema.get("type") == "string":
        return text
    if text in _WORDS:
        return _WORDS[text]
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _tagged(text: str, known: Known) -> list[Found]:
    starts = list(_TAG.finditer(text))
    out: list[Found] = []
    for tag, following in zip(starts, [*starts[1:], None], strict=False):
        body = text[tag.end() : following.start() if following else len(text)]
        name = tag[1]
        if body.lstrip().startswith("{"):
            end = end_of_brackets(body, body.index("{"))
            out.append((name, loads(body[:end] if end >= 0 else body)))
        else:
            out.append((name, {key: _typed(value, name, key, known) for key, value in _PARAMETER.findall(body)}))
    return out


def _pairs(text: str, known: Known) -> list[Found]:
    head, found, _ = text.partition("<arg_key>")
    name = head.strip()
    if not found or not _NAME.fullmatch(name):
        return []
    return [(name, {key.strip(): _typed(value, name, key.strip(), known) for key, value in _PAIR.findall(text)})]


def _python(text: str, known: Known) -> list[Found]:
    if not re.match(r"\[?\s*[A-Za-z_][\w.]*\(", text):
        return []
    try:
        lines = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    out: list[Found] = []
    for line in lines:
        value = line.value if isinstance(line, ast.Expr) else None
        for node in value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]:
            found = _python_call(node, known)
            if found is None:
                return []
            out.append(found)
    return out


def _python_call(node: ast.AST | None, known: Known) -> Found | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
        return None
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
    order = list(known.get(name, {}).get("properties", {}))
    if len(node.args) > len(order) or any(keyword.arg is None for keyword in node.keywords):
        return None
    given = [*zip(order, node.args, strict=False), *((word.arg or "", word.value) for word in node.keywords)]
    try:
        return name, {key: _literal(value) for key, value in given}
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _literal(node: ast.expr) -> Json:
    """A value; JSON's own words count too. Raises ValueError."""
    if isinstance(node, ast.Name) and node.id in _WORDS:
        return _WORDS[node.id]
    value: Json = ast.literal_eval(node)
    json.dumps(value, allow_nan=False)
    return value


def _braces(text: str, known: Known) -> list[Found]:
    """Gemma 4's: keys without quotes, texts between quotes of its own."""
    match = _BRACES.match(text)
    if not match or (_QUOTE not in text and not text.startswith("call:")):
        return []
    out: list[str] = []
    tokens = list(_BRACES_TOKEN.finditer(match[2]))
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        own, quoted, bracket, bare = token.groups()
        if own is not None:
            out.append(json.dumps(own))
        elif bare is None:
            out.append(quoted or bracket)
        elif bare.strip():
            is_key = following is not None and following[3] == ":"
            plain = bare.strip() if not is_key and _is_json(bare) else json.dumps(bare.strip())
            out.append(plain)
    return [(match[1], loads("".join(out)))]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _named(text: str, known: Known) -> list[Found]:
    """A name, something, and its arguments as JSON; the same again for each further call."""
    out: list[Found] = []
    at = 0
    while (start := text.find("{", at)) >= 0:
        name = _name_in(text[at:start], known)
        if not name:
            return out
        end = end_of_brackets(text, start)
        out.append((name, loads(text[start:end] if end >= 0 else text[start:])))
        at = end if end >= 0 else len(text)
    return out


def _name_in(head: str, known: Known) -> str:
    """The tool's name among marks, an id and words such as "function" and "json"."""
    pieces = [piece for part in _MARK.split(head) for piece in _NAME.findall(re.sub(r"```\w*", " ", part))]
    names: list[str] = [piece.removeprefix("functions.").rstrip(".-") for piece in pieces]
    for name in names:
        if name in known:
            return name
    words = [name for name in names if name not in ("function", "functions", "commentary", "json", "constrain")]
    marked = [name for name in words if not re.fullmatch(r"call_?\w*\d\w*", name)]
    return (marked or words or [""])[0]


def _alone(text: str, known: Known) -> list[Found]:
    """A name without any arguments."""
    name = _MARK.split(text)[0].strip().removeprefix("functions.")
    return [(name, {})] if name in known else []
