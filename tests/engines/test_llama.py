"""The real llama.cpp on the bundled chat model: the cache, aborting, and files that are not right."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localvoice import bundled
from localvoice.engines.chat.gguf import read_head
from localvoice.engines.chat.llama import BATCH_TOKENS, Aborted, LlamaEngine
from localvoice.engines.chat.sampling import choose
from localvoice.engines.chat.sampling_settings import Sampling
from localvoice.errors import ModelBroken, ModelError, ModelMissing, ModelWrongKind
from tests.engines.libraries import INSTALLED, chosen

MODEL = bundled.folder() / "pocket" / "chat" / "pocket-chat.gguf"


@pytest.fixture(scope="module", params=INSTALLED, autouse=True)
def library(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """Everything here holds with either llama.cpp."""
    with chosen(request.param):
        yield


@pytest.fixture(scope="module")
def engine(library: None):  # type: ignore[no-untyped-def]
    engine = LlamaEngine(MODEL)
    yield engine
    engine.close()


def prompt(engine: LlamaEngine, *user: str) -> list[int]:
    chat = [{"role": "system", "content": "You help."}]
    for text in user:
        chat += [{"role": "user", "content": text}, {"role": "assistant", "content": "Yes."}]
    return engine.tokenise(engine.render(chat[:-1], answer=True))


def long_prompt(engine: LlamaEngine) -> list[int]:
    words = engine.tokenise("turn on the kitchen light and set a timer for five minutes please ")
    return (words * (engine.context_tokens // len(words) + 1))[: engine.context_tokens]


def test_tokens_and_text_are_the_same_thing(engine: LlamaEngine) -> None:
    text = engine.render([{"role": "user", "content": "Grüße, 14:05 \N{SNOWMAN} <b>"}], answer=True)
    assert text.endswith("<|im_start|>assistant\n")
    assert engine.detokenise(engine.tokenise(text)) == text
    (end,) = engine.tokenise("<|im_end|>")
    assert engine.is_end(end) and engine.is_control(end)
    assert {"<|im_start|>", "<|im_end|>"} <= set(engine.special_texts)


def test_only_what_differs_is_read(engine: LlamaEngine) -> None:
    first = prompt(engine, "what time is it")
    second = prompt(engine, "what time is it", "and the date")
    engine.keep(first)
    before = engine.prefilled_total
    common = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    assert engine.keep(second) == len(second) - common
    assert engine.keep(second) == 0
    assert engine.prefilled_total - before == len(second) - common
    assert engine.tokens == second


def test_a_cache_that_was_cut_back_gives_the_same_answer_as_a_fresh_one(engine: LlamaEngine) -> None:
    first, second = prompt(engine, "what time is it"), prompt(engine, "what day is it")
    engine.keep(second)
    fresh = engine.logits().copy()
    engine.keep(first)
    for _ in range(5):
        engine.add(engine.sample())
    engine.keep(second)
    assert np.argmax(engine.logits()) == np.argmax(fresh)
    assert np.abs(engine.logits() - fresh).max() < 0.05 * np.ptp(fresh)


def test_the_scores_are_there_again_when_the_cache_already_holds_all(engine: LlamaEngine) -> None:
    tokens = prompt(engine, "what time is it")
    engine.keep(tokens)
    best = engine.sample()
    engine.add(best)
    assert engine.keep(tokens) == 1
    assert engine.sample() == best


def test_too_many_tokens_are_refused_before_the_library_sees_them(engine: LlamaEngine) -> None:
    with pytest.raises(ValueError, match="tokens for a cache of"):
        engine.keep([1] * (engine.context_tokens + 1))
    with pytest.raises(ValueError, match="0 tokens"):
        engine.keep([])


def test_an_abort_ends_a_prefill_inside_a_batch_and_the_cache_stays_good(engine: LlamaEngine) -> None:
    """All the work is one batch: an abort that waited for its end would leave it in the cache."""
    tokens = long_prompt(engine)[: BATCH_TOKENS + 1]
    engine.keep(tokens[:1])
    started = time.perf_counter()
    assert engine.keep(tokens) == BATCH_TOKENS
    whole_ms = (time.perf_counter() - started) * 1000
    for share in (0.05, 0.15, 0.3):
        engine.keep(tokens[:1])
        asked = threading.Event()

        def abort(asked: threading.Event = asked) -> None:
            asked.set()
            engine.abort()

        alarm = threading.Timer(whole_ms * share / 1000, abort)
        alarm.start()
        with pytest.raises(Aborted):
            engine.keep(tokens, asked.is_set)
        alarm.join()
        assert engine.tokens == tokens[:1]
    short = prompt(engine, "what time is it")
    engine.keep(short)
    after = engine.sample()
    other = LlamaEngine(MODEL)
    other.keep(short)
    assert after == other.sample()
    other.close()


def test_an_abort_that_comes_too_late_does_not_hit_the_next_work(engine: LlamaEngine) -> None:
    tokens = prompt(engine, "what time is it")
    engine.keep(tokens[:2])
    engine.abort()
    assert engine.keep(tokens) == len(tokens) - 2
    assert engine.tokens == tokens


def test_nor_that_of_a_model_which_cannot_take_back_what_it_read(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recurrent models are such: what an abort hits is gone, and the reply with it."""
    tokens = prompt(engine, "what time is it")
    engine.keep(tokens[:2])
    monkeypatch.setattr(engine._lib, "llama_memory_seq_rm", lambda *_: False)
    engine.abort()
    assert engine.keep(tokens) == len(tokens) - 2


def test_choosing_the_next_token() -> None:
    random = np.random.default_rng(0)
    scores = np.array([0.0, 3.0, 1.0, -9.0], dtype=np.float32)
    assert choose(scores, Sampling(), random) == 1
    drawn = [choose(scores, Sampling(1.0), random) for _ in range(300)]
    assert drawn.count(1) > drawn.count(2) > 0 and 3 not in drawn
    assert {choose(scores, Sampling(5.0, top_k=2), random) for _ in range(100)} == {1, 2}
    assert {choose(scores, Sampling(1.0, top_p=0.5), random) for _ in range(100)} == {1}


def test_banned_tokens_are_never_chosen(engine: LlamaEngine) -> None:
    engine.keep(prompt(engine, "what time is it"))
    best = engine.sample()
    assert engine.sample(banned=[best]) != best


KEY = b"architecture\x08\0\0\0"
LLAMA, CLIP = KEY + b"\x05" + bytes(7) + b"llama", KEY + b"\x04" + bytes(7) + b"clip"


@pytest.fixture
def no_memory_of_probes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty", lambda data: b"", ModelBroken),
        ("half", lambda data: data[: len(data) // 2], ModelBroken),
        ("one byte short", lambda data: data[:-1], ModelBroken),
        ("only a head", lambda data: data[:100], ModelBroken),
        ("a sound file", lambda data: b"RIFF" + data[4:], ModelWrongKind),
        ("a picture model", lambda data: data.replace(LLAMA, CLIP) + b"\0", ModelWrongKind),
        ("a future version", lambda data: data[:4] + b"\x63" + data[5:], ModelWrongKind),
        ("an unknown architecture", lambda data: data.replace(b"llama", b"lambo", 1), ModelBroken),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_memory_of_probes")
def test_a_file_that_is_not_right_is_named_with_a_remedy(tmp_path: Path, name: str, content, error) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / f"{name}.gguf"
    file.write_bytes(content(MODEL.read_bytes()))
    with pytest.raises(error) as caught:
        LlamaEngine(file)
    assert str(file) in caught.value.message and caught.value.remedy.endswith(".")
    assert caught.value.exit_code == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="There is no chat model"):
        LlamaEngine(tmp_path / "none.gguf")
    with pytest.raises(ModelWrongKind, match="is a folder"):
        LlamaEngine(tmp_path)


@pytest.mark.usefixtures("no_memory_of_probes")
def test_a_good_file_from_elsewhere_is_tried_once_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "elsewhere.gguf"
    file.write_bytes(MODEL.read_bytes())
    LlamaEngine(file).close()
    monkeypatch.setattr("subprocess.run", lambda *a, **k: pytest.fail("tried again"))
    LlamaEngine(file).close()


def test_the_head_tells_what_the_program_needs() -> None:
    head = read_head(MODEL)
    assert head.architecture == "llama"
    assert head.context_tokens >= 1024
    assert "<|im_start|>" in head.chat_template


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(4, 6000), st.integers(0, 255)), min_size=1, max_size=30))
def test_no_damage_to_the_head_gets_past_as_anything_but_a_model_error(
    tmp_path: Path, damage: list[tuple[int, int]]
) -> None:
    data = bytearray(MODEL.read_bytes()[:200_000])
    for at, value in damage:
        data[at] = value
    file = tmp_path / "damaged.gguf"
    file.write_bytes(data)
    with pytest.raises(ModelError):
        read_head(file)


def changed(folder: Path, *changes: tuple[bytes, bytes]) -> Path:
    """A copy of the bundled model in which texts are others of the same length."""
    content = MODEL.read_bytes()
    for old, new in changes:
        assert old in content and len(old) == len(new)
        content = content.replace(old, new)
    file = folder / "changed.gguf"
    file.write_bytes(content)
    return file


WITHOUT_TEMPLATE = (b"tokenizer.chat_template", b"tokenizer.chat_templatX")


def test_a_file_without_a_template_that_knows_chatml_gets_chatml(tmp_path: Path) -> None:
    engine = LlamaEngine(changed(tmp_path, WITHOUT_TEMPLATE), trusted=True)
    assert engine.render([{"role": "user", "content": "hi"}], answer=True).endswith("<|im_start|>assistant\n")
    assert not engine.format.is_base and engine.format.calls
    engine.close()


def test_a_file_without_a_template_that_knows_no_chatml_is_a_base_model(tmp_path: Path) -> None:
    engine = LlamaEngine(changed(tmp_path, WITHOUT_TEMPLATE, (b"<|im_end|>", b"<|im_enX|>")), trusted=True)
    assert engine.render([{"role": "user", "content": "hi"}], answer=True) == "User: hi\nAssistant:"
    assert engine.format.is_base and engine.format.calls is None
    engine.close()


def test_asking_again_after_a_ban_or_a_repeat_finds_the_scores_unchanged(engine: LlamaEngine) -> None:
    engine.keep(prompt(engine, "what time is it"))
    before = engine.logits().copy()
    best = int(np.argmax(before))
    other = engine.sample(Sampling(dry=50.0), (), [5, 6, best, 7, 5, 6])
    assert other != best
    engine.sample(banned=[best])
    assert (engine.logits() == before).all() and engine.sample() == best


def test_the_head_says_what_the_weights_are_in() -> None:
    head = read_head(MODEL)
    assert head.main_type in head.weights and sum(head.weights.values()) > 0.9 * (MODEL.stat().st_size - 400_000)
