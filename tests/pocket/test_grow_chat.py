"""A widened chat model gives the same replies as the bundled one."""

import sys
from pathlib import Path

import pytest

from localvoice.engines.chat.llama import LlamaEngine

POCKET = Path(__file__).parents[2] / "scripts" / "pocket"
BUNDLED = Path(__file__).parents[2] / "models" / "pocket" / "chat" / "pocket-chat.gguf"
SENTENCES = (
    "what time is it",
    "set a timer for five minutes",
    "set a pasta timer for eight minutes",
    "cancel the timer",
    "what's twelve times seven",
    "what's fifteen percent of eighty",
    "how many kilometers are five miles",
    "add milk and eggs to the list",
    "what's on my shopping list",
    "turn on the kitchen light",
    "dim the bedroom lights to thirty percent",
    "what's the weather like tomorrow",
    "do i need an umbrella",
    "can i get a large light roast latte with soy milk",
    "a small mocha no make it a medium mocha",
    "hello",
    "tell me a joke",
    "who won the election",
    "turn up the volume",
    "thank you",
)
LONGEST_REPLY = 80


@pytest.fixture(scope="module")
def grow():  # type: ignore[no-untyped-def]
    sys.path.insert(0, str(POCKET))
    try:
        import grow_chat

        yield grow_chat
    finally:
        sys.path.remove(str(POCKET))


def reply(engine: LlamaEngine, text: str) -> str:
    system = "You are localvoice, a helpful voice assistant. Answer in one or two short spoken sentences."
    chat = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    engine.keep(engine.tokenise(engine.render(chat, answer=True)))
    tokens: list[int] = []
    while len(tokens) < LONGEST_REPLY and not (tokens and engine.is_end(tokens[-1])):
        tokens.append(engine.sample())
        engine.add(tokens[-1])
    assert len(tokens) > 1
    return engine.detokenise(tokens)


def test_twice_as_wide_with_more_layers_and_tokens_replies_the_same(grow, tmp_path):  # type: ignore[no-untyped-def]
    wide = tmp_path / "wide.gguf"
    grow.grow_chat(BUNDLED, wide, times=2, layers=6, vocabulary=2000)
    small_engine = LlamaEngine(BUNDLED, 512, 1)
    wide_engine = LlamaEngine(wide, 512, 1, trusted=True)
    try:
        assert wide_engine.vocabulary_size == 2000
        assert wide.stat().st_size > 5 * BUNDLED.stat().st_size
        differing = [text for text in SENTENCES if reply(small_engine, text) != reply(wide_engine, text)]
        assert differing == []
    finally:
        small_engine.close()
        wide_engine.close()


def test_a_model_cannot_shrink(grow, tmp_path):  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="can only grow"):
        grow.grow_chat(BUNDLED, tmp_path / "small.gguf", times=2, layers=2)
