"""What is left out because it was said a moment ago: "and eggs too", "what about Sunday", "turn it off again". Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from localvoice.think.commands.correction import corrected
from localvoice.think.commands.follow_up_words import FollowUpWords
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.registry import Registry


def the_same_of(said: str, calls: Sequence[ToolCall], registry: Registry, words: FollowUpWords) -> Understood | None:
    """One of `calls` once more, with what is new: "what about Sunday"."""
    for pattern in words.again:
        match = re.fullmatch(pattern, said)
        new = re.sub(words.one_of_them, "", match["new"]) if match else ""
        new = re.sub(rf"^(?:{words.before}\b ?)+", "", new).strip(" ,")
        for call in calls if new else ():
            tool = registry.get(call.name)
            if tool is None:
                continue
            if found := corrected(call, tool.parameters, new, "", words, freely=False):
                return Understood((Wanted(call.name, {**call.arguments, found.name: found.value}),))
            if match and match.re.groupindex.get("joined") and (items := _items(new, call, words)):
                return Understood((Wanted(call.name, items),))
    return None


def _items(new: str, call: ToolCall, words: FollowUpWords) -> dict[str, Json]:
    """`new` as the items of a call whose only argument is a list."""
    if len(call.arguments) != 1 or not isinstance(next(iter(call.arguments.values())), list):
        return {}
    items: list[Json] = [words.goods.meant(item) for item in re.split(words.joints, new) if item]
    plain = all(len(str(item).split()) <= words.most_item_words for item in items)
    return {next(iter(call.arguments)): items} if plain and not re.match(words.no_items, new) else {}


def with_its_name(
    said: str, calls: Sequence[ToolCall], understand: Callable[[str], Understood | None], words: FollowUpWords
) -> Understood | None:
    """`said` with what "it" stands for put in its place, as far as that is a command: "turn the kitchen light off"."""
    bare = re.sub(words.behind_again, "", re.sub(words.before_again, "", said))
    for call in calls:
        for text in _named(bare, call, words):
            if understood := understand(text):
                return understood
    return None


def _named(said: str, call: ToolCall, words: FollowUpWords) -> Iterator[str]:
    for pattern, template in words.stands_for.get(call.name, ()):
        name = re.sub(r"\{(\w+)\}", lambda match: _text(call.arguments.get(match[1]), words), template)
        text, count = re.subn(rf"\b(?:{pattern})\b", lambda _: name, said, count=1)  # noqa: B023  it is called at once
        if count:
            yield " ".join(text.split())


def _text(value: Json, words: FollowUpWords) -> str:
    if isinstance(value, list):
        return words.joint.join(map(str, value))
    return "" if value is None else str(value)
