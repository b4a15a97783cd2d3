"""Noticing that a model goes round in circles."""

from collections.abc import Sequence

LONGEST_PERIOD = 64
COPIES = 3
FEWEST_TOKENS = 18
"""Of all copies together: people do say a short word three times."""


def goes_round(tokens: Sequence[int]) -> bool:
    """Whether the tokens end in at least three copies of the same passage."""
    end = len(tokens)
    for period in range(1, min(LONGEST_PERIOD, end // COPIES) + 1):
        copies = max(COPIES, -(-FEWEST_TOKENS // period))
        if period * copies > end or tokens[end - 1] != tokens[end - 1 - period]:
            continue
        if all(tokens[at] == tokens[at - period] for at in range(end - 1, end - period * (copies - 1) - 1, -1)):
            return True
    return False
