"""Every published chat template we know of, through a whole conversation.

The templates here are built from their shapes. The published files themselves can be tried too: put them in a folder
and name it in LOCALVOICE_TEMPLATES.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from localvoice.engines.chat.chat_template import ChatTemplate
from localvoice.engines.chat.learn_format import learn
from tests.think.template_shapes import build, shapes
from tests.think.template_walk import BOS, EOS, Walk

PUBLISHED = sorted(Path(os.environ.get("LOCALVOICE_TEMPLATES", os.devnull)).glob("**/*.jinja"))
NOT_JINJA = ("MiroThinker.jinja", "MiroThinker-v1.jinja")
"""They assign to fields of messages, which jinja does not allow; see docs/models.md."""


def test_there_is_a_shape_for_nearly_every_published_template() -> None:
    assert len(shapes()) >= 75


@pytest.mark.parametrize("control", [True, False], ids=["tokens", "text"])
@pytest.mark.parametrize("name", shapes())
def test_a_conversation_goes_through(name: str, control: bool) -> None:
    shape = shapes()[name]

    def writes(before: str, which: Sequence[int]) -> str:
        return str(shape["writes" if which == (0,) else "writes_two"])

    walk = Walk(build(shape), control=control, writes=writes if "writes" in shape else None, context_tokens=5_000)
    assert walk.go() == []


@pytest.mark.skipif(not PUBLISHED, reason="LOCALVOICE_TEMPLATES names no folder of templates")
@pytest.mark.parametrize("control", [True, False], ids=["tokens", "text"])
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_template_goes_through(path: Path, control: bool) -> None:
    if path.name in NOT_JINJA:
        pytest.skip("no jinja can render it")
    assert Walk(path.read_text(encoding="utf-8"), control=control).go() == []


def test_learning_is_cheap() -> None:
    """Once at load; the slowest of all templates of ours, on a machine that is busy with other tests too."""
    slowest = 0.0
    for shape in shapes().values():
        template = ChatTemplate(build(shape), BOS, EOS)
        began_s = time.process_time()
        learn(template)
        slowest = max(slowest, time.process_time() - began_s)
    assert slowest < 0.1
