"""Thoughts, ends, caps and repeated calls, on a model that says what it is told to."""

from collections.abc import Iterable

import pytest

from localvoice.engines.chat.chat_format import CallFormat, ChatFormat
from localvoice.engines.chat.chat_template import CHATML
from localvoice.engines.chat.plain_chat import PLAIN, PLAIN_CHAT
from localvoice.engines.chat.sampling_settings import GREEDY, START, Sampling
from localvoice.think.conversation import GAVE_UP, Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.spec import from_function
from localvoice.think.writing import BEGINNING, Limits, call_token
from tests.think.scripted import ScriptedEngine

END = "<|im_end|>"
TIME = '<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>'
THINKS = CHATML.removesuffix("{% endif %}") + "<think>\n{% endif %}"
ONLY_WITH_USER = (
    "{% if not messages | selectattr('role', 'equalto', 'user') | list %}{{ raise_exception('no user') }}{% endif %}"
)


def said(pieces: Iterable[TextDelta | ToolCalls]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))


def results(asked: ToolCalls, text: str, say: str = "") -> list[ToolResult]:
    return [ToolResult(call, text, not text.startswith("error:"), 1.0, say) for call in asked.calls]


def calls(pieces: Iterable[TextDelta | ToolCalls]) -> ToolCalls:
    (asked,) = [piece for piece in pieces if isinstance(piece, ToolCalls)]
    return asked


# --- a chat always has a user ------------------------------------------------------------------------------


def test_no_chat_is_rendered_in_which_nobody_has_spoken() -> None:
    engine = ScriptedEngine([f"This is a reply of some length.{END}"], 700, template=ONLY_WITH_USER + CHATML)
    talk = Conversation(engine, limits=Limits(reply_tokens=60))
    for turn in range(12):
        talk.warm()
        talk.prefill("this is")
        said(talk.reply("this is a question of a long conversation " * 8, turn=turn))
        talk.commit(turn)
    talk.take_back(11)
    talk.warm()


# --- thoughts ------------------------------------------------------------------------------------------------


def test_a_thought_is_not_said_and_ends_at_its_limit() -> None:
    engine = ScriptedEngine([f"<think>abcdefghij</think>\nIt is five.{END}"])
    talk = Conversation(engine, limits=Limits(thought_tokens=100))
    assert said(talk.reply("time", turn=1)) == "It is five."
    engine.script = [f"<think>Hm. It is five.{END}"]
    short = Conversation(engine, limits=Limits(thought_tokens=3))
    assert said(short.reply("time", turn=1)) == "It is five."
    assert "".join(engine.piece(token).decode() for token in engine.tokens).endswith("Hm.</think>\n\n It is five.")


def test_a_model_that_ends_inside_a_thought_has_to_answer_all_the_same() -> None:
    engine = ScriptedEngine([f"<think>Hm.{END}"])
    talk = Conversation(engine, limits=Limits(thought_tokens=50))
    assert said(talk.reply("time", turn=1)) == GAVE_UP
    assert "".join(engine.piece(token).decode() for token in engine.tokens).endswith("Hm.</think>\n\n")


def test_a_prompt_that_opens_a_thought_is_known_to_be_inside_one() -> None:
    engine = ScriptedEngine([f"The user asks for the time.</think>It is five.{END}"], template=THINKS)
    talk = Conversation(engine, limits=Limits(thought_tokens=100))
    assert said(talk.reply("time", turn=1)) == "It is five."
    engine = ScriptedEngine([f"It is five.{END}"], template=THINKS)
    talk = Conversation(engine, limits=Limits(thought_tokens=0))
    assert said(talk.reply("time", turn=1)) == "It is five."
    text = "".join(engine.piece(token).decode() for token in engine.tokens)
    assert "<think>\n</think>\n\nIt is" in text


def test_a_thought_that_is_a_message_of_its_own_is_closed_without_an_empty_line() -> None:
    marks = ("<|analysis|>", "<|over|>")
    script = [f"<|analysis|>It is five.{END}"]
    engine = ScriptedEngine(script, marks=marks, format=ChatFormat(thought=marks))
    talk = Conversation(engine, limits=Limits(thought_tokens=0))
    list(talk.reply("time", turn=1))
    assert "<|analysis|><|over|>It" in "".join(engine.piece(token).decode() for token in engine.tokens)


def test_a_thought_costs_the_answer_neither_tokens_nor_time() -> None:
    seconds = iter(range(10_000))
    engine = ScriptedEngine([f"<think>{'abcdefghijklmnopqrstuvwxyz' * 3}</think>It is five.{END}"])
    limits = Limits(reply_tokens=20, reply_s=60, thought_tokens=90)
    talk = Conversation(engine, limits=limits, clock=lambda: next(seconds))
    assert said(talk.reply("time", turn=1)) == "It is five." and talk.use.ended == "complete"


# --- marks -----------------------------------------------------------------------------------------------------


def test_thoughts_that_are_begun_again_and_again_do_not_outgrow_the_space_for_a_reply() -> None:
    engine = ScriptedEngine([f"Hi<think>{'a' * 20}<think>{'b' * 100}"])
    talk = Conversation(engine, limits=Limits(reply_tokens=20, thought_tokens=20))
    assert said(talk.reply("think", turn=1)) == "Hi"
    assert talk.use.generated_tokens == 40 and talk.use.ended == "token cap"


def test_a_control_token_that_is_no_end_is_neither_said_nor_does_it_end_anything() -> None:
    engine = ScriptedEngine([f"<|pad|>It is<|pad|> five.{END}"], marks=("<|pad|>",))
    assert said(Conversation(engine).reply("time", turn=1)) == "It is five."


def test_the_marks_of_a_call_are_read_even_if_they_are_control_tokens() -> None:
    marks = ("<|call|>", "<|done|>")
    format = ChatFormat(CallFormat(*marks))
    engine = ScriptedEngine([f"{marks[0]}{END}"], marks=marks, format=format, prefix=[2])
    assert call_token(engine) == [4], "what the vocabulary puts in front is no part of the mark"
    assert call_token(ScriptedEngine([END], format=ChatFormat(CallFormat("[", "]")))) == [200 - 9], "one token"
    assert call_token(ScriptedEngine([END], format=ChatFormat(CallFormat("call:", "")))) == [], "words begin so too"


def test_somebody_elses_turn_ends_the_reply_and_an_end_of_the_template_too() -> None:
    engine = ScriptedEngine(["It is five.<|im_start|>user\nand the date?"])
    assert said(Conversation(engine).reply("time", turn=1)) == "It is five."
    engine = ScriptedEngine(["It is five.[STOP]What else?"], format=ChatFormat(ends=("[STOP]",)))
    talk = Conversation(engine)
    assert said(talk.reply("time", turn=1)) == "It is five." and talk.use.ended == "complete"


def test_a_base_model_talks_in_plain_lines() -> None:
    engine = ScriptedEngine(
        [" It is five.\nUser: and the date?\nAssistant: Monday."], format=PLAIN_CHAT, template=PLAIN
    )
    talk = Conversation(engine, tools=[{"type": "function", "function": {"name": "get_time", "parameters": {}}}])
    assert said(talk.reply("what time is it", turn=1)) == "It is five."
    talk.commit(1)
    said(talk.reply("thanks", turn=2))
    assert engine.prompts[-1].endswith("User: what time is it\nAssistant: It is five.\nUser: thanks\nAssistant:")


# --- caps --------------------------------------------------------------------------------------------------------

LONG = "This is a sentence. " * 2 + "Here is one more, and then it goes on and on without any end of it at all "


def test_a_cap_ends_a_reply_with_a_sentence() -> None:
    talk = Conversation(ScriptedEngine([f"{LONG[:60]}. {LONG}"]), limits=Limits(reply_tokens=75))
    assert said(talk.reply("go", turn=1)) == LONG[:60] + "."
    assert talk.use.ended == "token cap"
    assert talk.turns[-1].reply == LONG[:60] + "."


def test_a_sentence_that_does_not_end_is_cut_at_a_pause() -> None:
    talk = Conversation(ScriptedEngine([LONG]), limits=Limits(reply_tokens=60))
    assert said(talk.reply("go", turn=1)) == "This is a sentence. This is a sentence. Here is one more"


def test_a_reply_that_is_whole_when_the_cap_comes_near_is_over() -> None:
    talk = Conversation(ScriptedEngine(["One two three four five. Six " + "x" * 50]), limits=Limits(reply_tokens=30))
    assert said(talk.reply("go", turn=1)) == "One two three four five."


# --- calls -------------------------------------------------------------------------------------------------------


def test_the_very_same_call_is_not_made_twice_in_a_turn() -> None:
    engine = ScriptedEngine([f"{TIME}{END}", f"{TIME}{END}", f"It is five.{END}", f"{TIME}{END}"])
    talk = Conversation(engine)
    pieces = talk.answer_tools(results(calls(talk.reply("time", turn=1)), "17:00"))
    assert said(pieces) == "It is five."
    assert engine.prompts[-1].count("17:00") == 2, "it was told again"
    talk.commit(1)
    assert calls(talk.reply("and now?", turn=2)), "another turn may ask again"


def test_who_asks_a_third_time_gets_no_more_calls_and_the_result_is_said() -> None:
    engine = ScriptedEngine([f"{TIME}{END}"])
    talk = Conversation(engine)
    assert said(talk.answer_tools(results(calls(talk.reply("time", turn=1)), "seventeen hours"))) == "Seventeen hours."
    assert len(engine.prompts) == 4
    talk = Conversation(engine)
    again = talk.answer_tools(results(calls(talk.reply("time", turn=1)), "17:00", say="It is five in the afternoon."))
    assert said(again) == "It is five in the afternoon."
    talk = Conversation(engine)
    assert said(talk.answer_tools(results(calls(talk.reply("time", turn=1)), "error: no clock"))) == GAVE_UP


def test_what_failed_is_not_kept_quiet_where_the_model_finds_no_words() -> None:
    two = f"{TIME}\n{TIME.replace('get_time', 'get_date')}"
    talk = Conversation(ScriptedEngine([f"{two}{END}", END]))
    time, date = calls(talk.reply("time and date", turn=1)).calls
    came = [ToolResult(time, "five o'clock", True, 1.0), ToolResult(date, "error: no calendar", False, 1.0)]
    assert said(talk.answer_tools(came)) == f"Five o'clock. {GAVE_UP}"


def test_other_arguments_are_another_call() -> None:
    other = TIME.replace("{}", '{"place": "Oslo"}')
    talk = Conversation(ScriptedEngine([f"{TIME}{END}", f"{TIME}\n{other}{END}", f"Done.{END}"]))
    asked = calls(talk.answer_tools(results(calls(talk.reply("time", turn=1)), "17:00")))
    assert [call.arguments for call in asked.calls] == [{"place": "Oslo"}], "the known one is left out"


def test_without_tools_in_the_template_only_what_was_said_is_shown() -> None:
    engine = ScriptedEngine([f"You're welcome.{END}"], format=ChatFormat(calls=None))
    talk = Conversation(engine)
    call = ToolCall("call_1", "get_time", {})
    said(talk.reply("time", turn=1))
    talk.note_tools(1, [call], [ToolResult(call, "17:00", True, 1.0)])
    talk.heard(1, "It is five.")
    talk.commit(1)
    said(talk.reply("thanks", turn=2))
    prompt = engine.prompts[-1]
    assert "tool" not in prompt and "17:00" not in prompt
    assert f"assistant\nIt is five.{END}" in prompt


def test_a_result_that_a_model_cannot_be_shown_is_said_as_it_is() -> None:
    engine = ScriptedEngine([f"{TIME}{END}"], format=ChatFormat(calls=None))
    talk = Conversation(engine)
    assert said(talk.answer_tools(results(calls(talk.reply("time", turn=1)), "five o'clock"))) == "Five o'clock."


# --- how words are chosen ------------------------------------------------------------------------------------------


class Watching(ScriptedEngine):
    """Remembers how it was asked for each token."""

    def sample(self, how=GREEDY, banned=(), avoid=()):  # type: ignore[no-untyped-def]
        self.asked = [*getattr(self, "asked", []), (how, list(avoid))]
        return super().sample(how, banned, avoid)


def test_words_are_sampled_and_calls_and_what_tools_found_are_not() -> None:
    warm = Sampling(0.7, dry=0.8)
    engine = Watching([f"Hm. {TIME}{END}", f"Five.{END}", f"Bye.{END}"])
    talk = Conversation(engine, limits=Limits(sampling=warm))
    asked = calls(talk.reply("time", turn=1))
    hows = [how for how, _ in engine.asked]
    assert hows[:5] == [warm] * 5 and hows[6:-4] == [GREEDY] * len(hows[6:-4]), "from the mark on"
    engine.asked = []
    said(talk.answer_tools(results(asked, "17:00")))
    assert {how for how, _ in engine.asked} == {GREEDY}
    talk.commit(1)
    engine.asked = []
    said(talk.reply("thanks", turn=2))
    how, avoid = engine.asked[1]
    begin = [START] * BEGINNING
    assert how == warm and avoid == [*begin, *engine.tokenise("Hm. Five."), *begin, *engine.tokenise("B")]


def get_time() -> str:
    """The time."""
    return "17:00"


@pytest.mark.parametrize("fence", ["", "```json\n"])
def test_a_call_without_marks_is_not_kept_from_repeating_itself(fence: str) -> None:
    warm = Sampling(0.7, dry=0.8)
    engine = Watching([f'{fence}{{"name": "get_time", "arguments": {{}}}}{END}'])
    talk = Conversation(engine, [from_function(get_time).schema], limits=Limits(sampling=warm))
    assert [call.name for call in calls(talk.reply("time", turn=1)).calls] == ["get_time"]
    begun = len(fence) or 1
    hows = [how for how, _ in engine.asked]
    assert hows[begun:-1] == [GREEDY] * len(hows[begun:-1])


def test_an_answer_may_say_what_was_thought() -> None:
    engine = Watching([f"<think>It is five.</think>It is five.{END}"])
    talk = Conversation(engine, limits=Limits(sampling=Sampling(0.7, dry=0.8), thought_tokens=50))
    assert said(talk.reply("time", turn=1)) == "It is five."
    begin = [START] * BEGINNING
    assert engine.asked[-1][1] == [*begin, *engine.tokenise("<think>It is five.")]


@pytest.mark.parametrize("text", ["Assistant: It is five.", "It is five.\nUser: and the date?"])
def test_names_of_roles_are_not_said(text: str) -> None:
    assert said(Conversation(ScriptedEngine([text + END])).reply("time", turn=1)) == "It is five."
