"""Choosing the next token from a model's scores."""

import numpy as np

from localvoice.sound import Samples


def choose(
    logits: Samples,
    temperature: float,
    random: np.random.Generator,
    top_k: int = 40,
    top_p: float = 0.95,
) -> int:
    """The next token from scores of shape (vocabulary,): the best at temperature 0, else drawn among the
    best.

    top_k: draw among at most this many. top_p: leave out the unlikely ones beyond this share (Holtzman et
    al. 2020).
    """
    if temperature <= 0:
        return int(np.argmax(logits))
    top_k = min(top_k, len(logits))
    best = np.argpartition(logits, -top_k)[-top_k:]
    best = best[np.argsort(logits[best])[::-1]]
    scores = (logits[best] - logits[best[0]]).astype(np.float64) / temperature
    shares = np.exp(scores)
    shares /= shares.sum()
    inside = np.cumsum(shares) - shares < top_p
    shares = np.where(inside, shares, 0.0)
    return int(random.choice(best, p=shares / shares.sum()))
