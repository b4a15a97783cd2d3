"""How many words of a transcript are wrong, as people count them: case, punctuation and digits do not matter."""

import re
from collections.abc import Iterable

from localvoice.speak.numbers import numbers_to_words


def words_of(text: str) -> list[str]:
    """`text` in small letters without punctuation, its numbers as words."""
    return re.findall(r"[a-z']+", numbers_to_words(text).lower().replace("-", " ").replace("percent", "per cent"))


def errors(reference: list[str], found: list[str]) -> int:
    """Words to replace, insert or leave out to make one of the other (Levenshtein distance)."""
    row = list(range(len(found) + 1))
    for i, word in enumerate(reference, start=1):
        corner, row[0] = row[0], i
        for j, other in enumerate(found, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Wrong words of all (reference, transcript) pairs over the words of the references."""
    wrong = total = 0
    for reference, found in pairs:
        wrong += errors(words_of(reference), words_of(found))
        total += len(words_of(reference))
    return wrong / total
