"""`@tool(sentences=[…])`: what a template of a plug-in may be, and how its slots become arguments."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from hassil.expression import Alternative, Expression, Group, ListReference, Permutation, RuleReference, TextChunk

from localvoice.think.commands import quantities
from localvoice.think.commands.kinds import Kind, Read, Words, items
from localvoice.think.commands.template import BadTemplate, parsed, slots_of
from localvoice.think.messages import Json
from localvoice.think.tools.arguments import BadArguments, Schema, fit
from localvoice.think.tools.spec import Tool

KINDS = ("duration", "time", "number", "percent", "name", "day", "items")
"""What may stand before the colon of `{kind:argument}`."""
WEAK = frozenset(
    "a an the my your our this that is are was do does did i you we it to of in on at for and or please can could would"
    " will me what how now".split()
)
"""Words that say nothing of what is wanted."""
MOST_FREE_WORDS = 8
MOST_IN_ANY_ORDER = 4
"""Parts of one `(a;b)`: four have 24 orders, ten have three million."""


def check(template: str, parameters: Schema) -> None:
    """Raises BadTemplate, with the end of a sentence that begins with the template."""
    expression = parsed(template)
    if (most := _most_in_any_order(expression)) > MOST_IN_ANY_ORDER:
        raise BadTemplate(f"has {most} parts in any order; there can be {MOST_IN_ANY_ORDER}")
    for slot in slots_of(template):
        if slot.kind != slot.argument and slot.kind not in KINDS:
            raise BadTemplate(f"has a slot of the kind {slot.kind}; there are {', '.join(KINDS)}")
        if slot.argument not in parameters["properties"]:
            raise BadTemplate(f"names an argument {slot.argument} that the tool does not take")
        if slot.kind == slot.argument and not _readable(parameters["properties"][slot.argument]):
            raise BadTemplate(f"names the argument {slot.argument}, which cannot be read from words")
    sure = _sure(expression)
    missing = [name for name in parameters["required"] if name not in sure.arguments]
    if missing:
        raise BadTemplate(f"may leave out {', '.join(missing)}, which the tool needs")
    if not sure.says:
        raise BadTemplate("could mean anything: no word that says what is wanted has to be in it")
    if side_by_side := _side_by_side(expression, parameters):
        raise BadTemplate(f"has nothing between {side_by_side}, so nobody can tell where one ends")


def kinds(tool: Tool, known: Mapping[str, Kind], words: Words) -> dict[str, Kind]:
    """The kinds of the slots in the sentences of `tool`, by names as `Graph.add` makes them of its name.

    A text argument that is called as a kind is, is of that kind.
    """
    out: dict[str, Kind] = {}
    for slot in itertools.chain.from_iterable(map(slots_of, tool.sentences)):
        schema: Schema = tool.parameters["properties"][slot.argument]
        plain_text = schema.get("type") == "string" and "enum" not in schema and "format" not in schema
        if slot.kind != slot.argument or (plain_text and slot.kind in KINDS):
            kind = known[slot.kind]
        else:
            kind = Kind(_reader(schema, words), True, MOST_FREE_WORDS)
        out[f"{tool.name}.{slot.kind}:{slot.argument}"] = kind
    return out


def _readable(schema: Schema) -> bool:
    if "anyOf" in schema:
        return any(map(_readable, schema["anyOf"]))
    if "enum" in schema:
        return True
    if schema["type"] == "array":
        return "prefixItems" not in schema and schema["items"].get("type") == "string"
    if schema["type"] == "string":
        return schema.get("format", "") in ("", "time")
    return schema["type"] in ("integer", "number")


def _reader(schema: Schema, words: Words) -> Read:
    def read(text: str, written: str) -> Json:
        value = _value(schema, text, written, words)
        try:
            fitting: Json = fit(value, schema, "it") if value is not None else None
        except BadArguments:
            return None
        return fitting

    return read


def _value(schema: Schema, text: str, written: str, words: Words) -> Json:
    if "anyOf" in schema:
        return next(
            (value for each in schema["anyOf"] if (value := _reader(each, words)(text, written)) is not None), None
        )
    if "enum" in schema:
        return text
    if schema["type"] == "array":
        return items(written, words)
    if schema["type"] == "string":
        if schema.get("format") == "time":
            at = quantities.clock_time(text)
            return at.times()[0].isoformat("minutes") if at else None
        return written
    number: float | None = quantities.number(text)
    if number is None and (schema.get("minimum"), schema.get("maximum")) == (0, 100):
        number = quantities.percent(text)
    return number


@dataclass(frozen=True, slots=True)
class _Sure:
    """What is in every sentence that a part of a template can make: which arguments, and whether a word that says what
    is wanted."""

    arguments: frozenset[str] = frozenset()
    says: bool = False


def _sure(expression: Expression) -> _Sure:
    if isinstance(expression, TextChunk):
        return _Sure(
            says=any(word not in WEAK and any(map(str.isalnum, word)) for word in expression.text.casefold().split())
        )
    if isinstance(expression, ListReference):
        return _Sure(frozenset({expression.slot_name}))
    if isinstance(expression, RuleReference):
        raise BadTemplate(f"names a rule <{expression.rule_name}>; there are none")
    assert isinstance(expression, Group)
    parts = [_sure(item) for item in expression.items]
    if isinstance(expression, Alternative):
        common = frozenset.intersection(*(part.arguments for part in parts)) if parts else frozenset()
        return _Sure(common, bool(parts) and all(part.says for part in parts))
    return _Sure(frozenset().union(*(part.arguments for part in parts)), any(part.says for part in parts))


def _most_in_any_order(expression: Expression) -> int:
    if not isinstance(expression, Group):
        return 0
    here = len(expression.items) if isinstance(expression, Permutation) else 0
    return max([here, *map(_most_in_any_order, expression.items)])


def _side_by_side(expression: Expression, parameters: Schema) -> str:
    """Two free slots with nothing but space between them, as "{a} {b}"; "" if there are none."""
    if not isinstance(expression, Group):
        return ""
    last = ""
    for item in expression.items:
        if isinstance(item, TextChunk) and not item.text.strip():
            continue
        free = ""
        if isinstance(item, ListReference) and item.list_name == item.slot_name:
            schema = parameters["properties"].get(item.slot_name, {})
            text = schema.get("type") == "string" and "enum" not in schema and item.slot_name not in KINDS
            free = f"{{{item.slot_name}}}" if text else ""
        if last and free and not isinstance(expression, Alternative):
            return f"{last} and {free}"
        last = free
        if found := _side_by_side(item, parameters):
            return found
    return ""
