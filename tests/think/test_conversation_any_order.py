"""Whatever happens in whatever order, the prompt stays whole and inside the context."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from localvoice.think.conversation import Conversation, Limits
from localvoice.think.messages import ToolCalls, ToolResult
from tests.think.scripted import ScriptedEngine

TIME = '<tool_call>{"name": "get_time", "arguments": {}}</tool_call>'
END = "<|im_end|>"
REPLIES = (
    f"It's fine.{END}",
    f"Let me see. {TIME}{END}",
    f"{TIME}{TIME}{END}",
    f"<tool_call>{{{END}",
    END,
    "la",
    f"Two words{END}",
)
NUMBER = st.integers(0, 6)

STEP = st.one_of(
    st.tuples(st.just("reply"), NUMBER, st.integers(0, 40)),
    st.tuples(st.just("commit"), NUMBER, st.just(0)),
    st.tuples(st.just("heard"), NUMBER, st.integers(0, 3)),
    st.tuples(st.just("take back"), NUMBER, st.just(0)),
    st.tuples(st.just("tools came"), NUMBER, st.just(0)),
    st.tuples(st.just("prefill"), NUMBER, st.just(0)),
    st.tuples(st.just("warm"), NUMBER, st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(REPLIES), min_size=1, max_size=12), st.lists(STEP, max_size=40))
def test_any_order(script: list[str], steps: list[tuple[str, int, int]]) -> None:
    engine = ScriptedEngine(script, context_tokens=420)
    talk = Conversation(engine, limits=Limits(reply_tokens=40))
    for step, turn, count in steps:
        if step == "reply":
            _reply(talk, turn, count)
        elif step == "commit":
            talk.commit(turn)
        elif step == "heard":
            said = next((known.reply for known in talk.turns if known.number == turn), "")
            talk.heard(turn, " ".join(said.split()[:count]))
        elif step == "take back":
            talk.take_back(turn)
            assert all(known.number != turn for known in talk.turns)
        elif step == "tools came":
            talk.note_tools(turn, (), ())
        elif step == "prefill":
            talk.prefill(f"words of turn {turn}")
        else:
            talk.warm()
            assert all(known.committed for known in talk.turns)
    for prompt in engine.prompts:
        _whole(prompt)
        assert len(engine.tokenise(prompt)) + 40 <= engine.context_tokens


def _reply(talk: Conversation, turn: int, pieces: int) -> None:
    """Listen to so many pieces of a reply, answering its calls, then leave."""
    going = talk.reply(f"what is said in turn {turn}", turn=turn)
    for _ in range(pieces):
        piece = next(going, None)
        if piece is None:
            return
        if isinstance(piece, ToolCalls):
            going = talk.answer_tools([ToolResult(call, "14:05", True, 1.0) for call in piece.calls])
    going.close()  # type: ignore[attr-defined]


def _whole(prompt: str) -> None:
    """Every message opened is closed, the system speaks once and first, results follow calls."""
    roles = re.findall(r"<\|im_start\|>(\w+)\n", prompt)
    assert roles[0] == "system" and roles.count("system") == 1 and roles[-1] == "assistant"
    assert prompt.count("<|im_end|>") == len(roles) - 1
    for before, after in itertools.pairwise(roles):
        assert (before, after) not in {("user", "user"), ("user", "tool"), ("system", "tool"), ("system", "assistant")}
    assert prompt.count("<tool_call>") == roles.count("tool")
