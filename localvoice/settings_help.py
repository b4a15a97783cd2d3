"""What each setting means: the one source of `localvoice config --explain` and of docs/settings.md.

The explanations are the texts below the fields in config.py. To write the page again:

    python -m localvoice.settings_help > docs/settings.md
"""

import ast
import inspect
import json
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from localvoice import config
from localvoice.strict_toml import Between, FieldSpec


@dataclass(frozen=True, slots=True)
class SettingHelp:
    """One setting, for people."""

    name: str
    """Dotted, such as "turn.end_of_turn_ms"."""
    explanation: str
    values: str
    """What may be set, in words, such as "a whole number from 100 to 5000"."""
    default: Any


def all_settings() -> tuple[SettingHelp, ...]:
    """Every setting, in the order of config.py."""
    texts = _texts()
    return tuple(
        SettingHelp(name, texts[name], _values(config.spec_of(name)), default)
        for name, default in config.flatten(config.Settings()).items()
    )


def toml(value: Any) -> str:
    """A value as the settings file has it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def page() -> str:
    """docs/settings.md."""
    parts = [_HEAD]
    for section, kind in config.SECTIONS.items():
        parts.append(f"\n## [{section}]\n\n{kind.__doc__}\n\n")
        for one in all_settings():
            if one.name.startswith(f"{section}."):
                key = one.name.partition(".")[2]
                parts.append(f"* **`{key}`** = `{toml(one.default)}` ({one.values}). {one.explanation}\n")
    return "".join(parts)


_HEAD = """# Settings

<!-- Made from localvoice/config.py. To write it again: python -m localvoice.settings_help > docs/settings.md -->

The settings file is `localvoice.toml`; `localvoice config` says where it is looked for, and shows what is in force.
It need not exist, and holds only what is to differ from the defaults:

```toml
[turn]
end_of_turn_ms = 450

[chat]
model = "./my-model.gguf"
```

`localvoice config set turn.end_of_turn_ms 450` writes such a line, and `localvoice config unset turn.end_of_turn_ms`
takes it out again; all other lines and comments stay. A relative path starts at the folder of the settings file. One
that is given to `localvoice config set` starts at the current folder, and is written in full. The name of a model is
one of `localvoice models list`; whatever has a slash or ~ in it, begins with a dot, or ends in `.gguf`, `.onnx` or
`.bin` is a path. A setting that is unknown, misspelt or out of range is an error that names the file and the line.

Below, each setting stands with its default.
"""


def _texts() -> Mapping[str, str]:
    """The text below each field, by the dotted name of the setting."""
    found = {}
    tree = ast.parse(inspect.getsource(config))
    bodies = {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}
    for section, kind in config.SECTIONS.items():
        body = bodies[kind.__name__]
        for item, text in pairwise(body):
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and isinstance(text, ast.Expr):
                found[f"{section}.{item.target.id}"] = inspect.cleandoc(ast.literal_eval(text.value)).replace("\n", " ")
    return found


def _values(spec: FieldSpec) -> str:
    if path := spec.note(config.FromFile):
        return path.what
    if typing.get_origin(spec.hint) is Literal:
        *first, last = typing.get_args(spec.hint)
        return f"{', '.join(first)} or {last}"
    if typing.get_origin(spec.hint) is tuple:
        return "a list of texts"
    between = spec.note(Between)
    within = f" from {between.low:g} to {between.high:g}" if between else ""
    return {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[spec.hint] + within


if __name__ == "__main__":
    sys.stdout.write(page())
