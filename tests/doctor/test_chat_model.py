"""What the doctor says of a chat model's template and of what its weights are in."""

import json

import pytest

from localvoice import child
from localvoice.doctor import chat_model, speed
from localvoice.doctor.speed import Model
from localvoice.engines.chat.chat_format import ChatFormat
from localvoice.engines.chat.chat_template import CHATML
from localvoice.engines.chat.plain_chat import PLAIN, PLAIN_CHAT
from localvoice.errors import ModelBroken
from tests.think.scripted import ScriptedEngine


class Named(ScriptedEngine):
    name, main_type = "Some Model", "Q4_K"


def test_a_usual_model_says_how_it_calls() -> None:
    found = chat_model.examine(Named(["x"]))  # type: ignore[arg-type]
    assert found == {"calls": "<tool_call> json", "opens_thought": False, "lacks": "", "is_base": False, "slow": ""}
    assert chat_model.sentences(found) == " Its calls are written as <tool_call> json."


def test_thoughts_are_said() -> None:
    thinking = Named(["x"], template=CHATML.removesuffix("{% endif %}") + "<think>{% endif %}")
    found = chat_model.examine(thinking)  # type: ignore[arg-type]
    assert "thinks before it answers" in chat_model.sentences(found)


def test_a_model_without_tools_and_a_base_model_are_said() -> None:
    found = chat_model.examine(Named(["x"], format=ChatFormat(calls=None)))  # type: ignore[arg-type]
    assert "Some Model cannot call tools" in chat_model.sentences(found) and found["calls"] == ""
    found = chat_model.examine(Named(["x"], format=PLAIN_CHAT, template=PLAIN))  # type: ignore[arg-type]
    assert "Some Model is a base model" in chat_model.sentences(found) and found["is_base"]


def test_what_reads_slowly_is_said() -> None:
    engine = Named(["x"])
    engine.main_type = "Q4_1"
    assert "2.8 times slower" in chat_model.sentences(chat_model.examine(engine))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["assistant"])
def test_a_template_that_refuses_is_a_fault(role: str) -> None:
    refusal = f"{{% for m in messages %}}{{% if m.role == '{role}' %}}{{{{ raise_exception('no {role}') }}}}"
    engine = Named(["x"], template=refusal + "{% endif %}{% endfor %}" + CHATML)
    with pytest.raises(ModelBroken, match=f"refused the conversation: no {role}") as caught:
        chat_model.examine(engine)  # type: ignore[arg-type]
    assert caught.value.remedy


def test_a_chosen_base_model_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {"read_tokens_per_s": 90.0, "write_tokens_per_s": 30.0, "first_token_ms": 9.0, "real_time_factor": 0.1}
    said = json.dumps(figures | {"is_base": True, "lacks": "It is a base model."})
    monkeypatch.setattr(child, "run", lambda *arguments: child.Ended(said, "", ""))
    check, _ = speed.measure(Model("chat", "some.gguf", True), "-")
    assert check.state == "warn" and "It is a base model." in check.sentence and check.remedy
    assert speed.measure(Model("chat", "some.gguf", False), "-")[0].state == "ok"
