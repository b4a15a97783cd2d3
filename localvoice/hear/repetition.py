"""A sentence that the transcriber wrote twice, cut to one.

On a context shorter than it was trained for, a Whisper sometimes starts over when it is done and writes the sentence
again, word for word; nothing in its scores shows it (docs/adr/0025).
"""

import re

LEAST_WORDS = 3
"""People do say "no no no", "two two" and "thank you thank you"."""
_ENDS = re.compile(r"[.?!…]$")
_NUMBER = re.compile(
    r"\d[\d.,:]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|oh|zero|double|triple|hundred|thousand|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
)


def once(text: str) -> str:
    """`text` without its repetition, if it is one whole sentence and then nothing but the same again.

    The sentence has at least three different words, not all of them numbers, and ends like one; case and punctuation
    make no difference, and the last repetition may be broken off.
    """
    words = text.split()
    bare = [re.sub(r"[^\w']+", "", word).lower() for word in words]
    for period in range(LEAST_WORDS, len(words) // 2 + 1):
        if _ENDS.search(words[period - 1]) and _repeats(bare, period) and _is_sentence(bare[:period]):
            return " ".join(words[:period])
    return text


def _repeats(words: list[str], period: int) -> bool:
    *whole, last = range(period, len(words))
    same = all(words[index] == words[index - period] for index in whole)
    # If the transcriber's limit ended it, the last word may be half of one.
    broken_off = len(words) % period != 0 and words[last - period].startswith(words[last])
    return same and (broken_off or words[last] == words[last - period])


def _is_sentence(words: list[str]) -> bool:
    return len(set(words)) >= LEAST_WORDS and not all(_NUMBER.fullmatch(word) for word in words)
