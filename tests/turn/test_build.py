"""What is loaded is ready to answer."""

from pathlib import Path

import pytest

from localvoice import bundled
from localvoice.config import ChatSettings, Settings, ToolSettings, VoiceSettings
from localvoice.engines.chat.llama import LlamaEngine
from localvoice.engines.chat.sampling_settings import GREEDY, USUAL, Sampling
from localvoice.errors import ModelMissing
from localvoice.turn.build import chat_notices, load_chat, load_engines, sampling

ASTRONOMER = """
from localvoice.tools import tool

@tool(slow=True, while_waiting=["请稍等。", "Looking up."])
def look_at_stars() -> str:
    "Look at the stars."
    return "clear"

@tool(slow=True, while_waiting="请稍等。")
def look_at_moon() -> str:
    "Look at the moon."
    return "full"
"""


def test_the_prompt_is_read_before_the_conversation_starts() -> None:
    engines = load_engines(Settings(), lambda event: None)
    assert engines.conversation.warm() == 0, "nothing was left to read"


def test_a_stop_cuts_the_reading_short() -> None:
    engines = load_engines(Settings(), lambda event: None, stop=lambda: True)
    assert engines.conversation.warm() > 0


def test_waiting_words_that_the_voice_cannot_say_are_left_out(tmp_path: Path) -> None:
    plugin = tmp_path / "stars.py"
    plugin.write_text(ASTRONOMER, encoding="utf-8")
    engines = load_engines(Settings(tools=ToolSettings(plugins=(str(plugin),))), lambda event: None, stop=lambda: True)
    said = {tool.name: tool.while_waiting for tool in engines.runner.tools}
    assert (said["look_at_stars"], said["look_at_moon"]) == (("Looking up.",), ())
    assert engines.notices == tuple(
        f"The waiting words of the tool {name} cannot be spoken by this voice."
        for name in ("look_at_stars", "look_at_moon")
    )


def test_a_voice_that_is_missing_leaves_no_chat_model_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[LlamaEngine] = []
    close = LlamaEngine.close

    def closing(engine: LlamaEngine) -> None:
        freed.append(engine)
        close(engine)

    monkeypatch.setattr(LlamaEngine, "close", closing)
    settings = Settings(voice=VoiceSettings(model=str(tmp_path / "none.onnx")))
    with pytest.raises(ModelMissing):
        load_engines(settings, lambda event: None)
    assert len(freed) == 1


def how(model: str, of_file: Sampling | None = None, temperature: float = -1.0) -> Sampling:
    return sampling(Settings(chat=ChatSettings(model=model, temperature=temperature)), of_file)


def test_words_are_chosen_as_the_publisher_recommends() -> None:
    said = Sampling(0.6)
    assert how("") == GREEDY, "the bundled model was made to say the same thing in the same words"
    assert how("qwen2.5-1.5b-instruct", said) == Sampling(0.7, 20, 0.8, dry=0.8), "the catalog goes before the file"
    assert how("/models/some.gguf", said) == said
    assert how("/models/some.gguf") == USUAL
    assert how("qwen2.5-1.5b-instruct", temperature=0.0) == Sampling(0.0, 20, 0.8, dry=0.8), "a person's own wish"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], ""),
        ([(b"tool_calls", b"tool_callX")], "cannot call tools"),
        ([(b"tokenizer.chat_template", b"tokenizer.chat_templatX"), (b"<|im_end|>", b"<|im_enX|>")], "is a base model"),
    ],
)
def test_what_a_chat_model_cannot_do_is_said(tmp_path: Path, changes: list[tuple[bytes, bytes]], said: str) -> None:
    content = (bundled.folder() / "pocket" / "chat" / "pocket-chat.gguf").read_bytes()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    file = tmp_path / "some.gguf"
    file.write_bytes(content)
    engine = load_chat(Settings(chat=ChatSettings(model=str(file))))
    found = chat_notices(engine)
    engine.close()
    assert len(found) == (1 if said else 0) and all(said in sentence for sentence in found)
