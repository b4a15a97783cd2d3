"""Choosing among scores, and what keeps a model from saying the same again."""

import numpy as np
import pytest

from localvoice.engines.chat.sampling import DRY_BASE, DRY_LONGEST, choose, repeats
from localvoice.engines.chat.sampling_settings import DRY, START, Sampling, of_file


def losses(*seen: int) -> dict[int, float]:
    tokens, lost = repeats(seen)
    return dict(zip(tokens.tolist(), lost.tolist(), strict=True))


def test_going_on_as_before_becomes_unlikelier_with_each_token_that_was_the_same() -> None:
    assert losses(1, 2, 3, 4, 1) == {}
    assert losses(1, 2, 3, 4, 1, 2) == {3: 1.0}
    assert losses(1, 2, 3, 4, 1, 2, 3) == pytest.approx({4: DRY_BASE})


def test_the_longest_repeat_counts_for_each_way_to_go_on() -> None:
    assert losses(1, 2, 3, 7, 9, 2, 3, 8, 1, 2, 3) == pytest.approx({7: DRY_BASE, 8: 1.0})


def test_a_repeat_does_not_reach_across_the_end_of_a_passage_nor_forbid_it() -> None:
    assert losses(1, 2, -10, 3, 4, 5, 1, 2, -11, 3, 4) == {5: 1.0}
    assert losses(1, 2, -10, 1, 2) == {}, "the end itself is never forbidden"
    assert losses(1, 2, -10) == {}


def test_two_replies_do_not_begin_alike() -> None:
    assert losses(START, 5, 6, 7, START, 5) == {6: 1.0}


def test_only_the_last_tokens_count_and_no_loss_is_infinite() -> None:
    assert losses(1, 2, 3, *range(100, 1000), 1, 2) == {}
    (loss,) = losses(*[1] * 300).values()
    assert np.isfinite(loss) and loss == DRY_BASE ** (DRY_LONGEST - 2)


def test_what_is_unlikely_beside_the_best_is_never_drawn() -> None:
    scores = np.log(np.array([0.6, 0.3, 0.07, 0.03], np.float32))
    random = np.random.default_rng(3)
    assert {choose(scores, Sampling(1.0, min_p=0.2), random) for _ in range(200)} == {0, 1}
    assert {choose(scores, Sampling(1.0, top_k=0, top_p=1.0), random) for _ in range(500)} == {0, 1, 2, 3}
    assert {choose(scores, Sampling(1.0, top_p=0.0), random) for _ in range(20)} == {0}


def test_the_same_seed_draws_the_same() -> None:
    scores = np.zeros(50, np.float32)
    first, second = ([choose(scores, Sampling(1.0), np.random.default_rng(7)) for _ in range(5)] for _ in range(2))
    assert first == second


def test_a_file_may_bring_its_publishers_recommendation() -> None:
    values = {"general.sampling.temp": 0.7, "general.sampling.top_k": 20, "general.sampling.top_p": 0.8}
    assert of_file(values) == Sampling(0.7, 20, 0.8, dry=DRY)
    assert of_file({"general.sampling.temp": 5.0}) is None, "beyond reason"
    assert of_file({"general.sampling.top_k": 20}) is None and of_file({}) is None
