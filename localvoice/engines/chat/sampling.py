"""Choosing the next token from a model's scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from localvoice.engines.chat.sampling_settings import Sampling
from localvoice.sound import Samples

DRY_BASE, DRY_FREE_TOKENS = 1.75, 2
"""As the method was published (DRY, by p-e-w, 2024): a token that would continue a repeat of n tokens, n at least
DRY_FREE_TOKENS, loses Sampling.dry * DRY_BASE ** (n - DRY_FREE_TOKENS)."""
DRY_LONGEST = 24
"""Longer repeats count as this long: the loss is beyond all scores by then."""
DRY_SEEN_TOKENS = 800


def choose(logits: Samples, how: Sampling, random: np.random.Generator) -> int:
    """The next token from scores of shape (vocabulary,)."""
    if how.temperature <= 0:
        return int(np.argmax(logits))
    count = min(how.top_k or len(logits), len(logits))
    best = np.argpartition(logits, -count)[-count:]
    best = best[np.argsort(logits[best])[::-1]]
    scores = (logits[best] - logits[best[0]]).astype(np.float64) / how.temperature
    shares = np.exp(scores)
    shares /= shares.sum()
    inside = (np.cumsum(shares) - shares < how.top_p) & (shares >= how.min_p * shares[0])
    inside[0] = True
    shares = np.where(inside, shares, 0.0)
    return int(random.choice(best, p=shares / shares.sum()))


def repeats(seen: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(tokens that would continue a passage of `seen` which its end repeats, what each loses in units of Sampling.dry).

    A negative number in `seen` stands for a token at which a passage ends, each another number, or for START. Only the
    last DRY_SEEN_TOKENS count.
    """
    before = np.asarray(seen[-DRY_SEEN_TOKENS:], dtype=np.int64)
    none = np.empty(0, np.int64), np.empty(0)
    if len(before) < DRY_FREE_TOKENS + 1 or before[-1] < 0:
        return none
    # Of each earlier place that holds the last token: how many tokens up to it are the same as at the end.
    ends = np.flatnonzero(before[:-1] == before[-1])
    lengths = np.zeros(len(ends), np.int64)
    alive = np.ones(len(ends), bool)
    for back in range(min(DRY_LONGEST, len(before) - 1)):
        alive &= (ends >= back) & (before[ends - back] == before[-1 - back])
        if not alive.any():
            break
        lengths += alive
    following, counted = before[ends + 1], lengths >= DRY_FREE_TOKENS
    counted &= following >= 0
    if not counted.any():
        return none
    tokens = np.unique(following[counted])
    longest = np.array([lengths[counted & (following == token)].max() for token in tokens])
    return tokens, DRY_BASE ** (longest - DRY_FREE_TOKENS)
