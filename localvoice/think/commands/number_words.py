"""Numbers in words, in digits, and in the mixture of both that transcribers write."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from localvoice.think.commands.english_quantities import ENGLISH
from localvoice.think.commands.quantity_words import QuantityWords

LONGEST_CHARACTERS = 200
"""Nobody says a number or a time that is longer."""

_SIGNS: Mapping[str, str] = {
    "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "⅛": " 1/8", "⁄": "/", "−": "-", "’": "'",
}  # fmt: skip


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in lower case, without punctuation; "%", ":" within a time, and the "/" and "."
    within a number stay. What is longer than LONGEST_CHARACTERS has none.
    """
    if len(text) > LONGEST_CHARACTERS:
        return []
    text = text.lower()
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d)\s*/\s*(?=\d)", "/", text)
    # "-5" is below zero; "twenty-five" and "5-minute" are two words each.
    text = re.sub(r"(?<=\w)-", " ", text)
    # "a.m." is an abbreviation, "7." the end of a sentence.
    text = re.sub(r"(?<=[a-z])\.|\.(?!\d)", "", text)
    return re.findall(r"-?\d*\.?\d+(?:[:/]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|%|[^\s,;!?'\"]", text)


def number(text: str, words: QuantityWords = ENGLISH) -> float | None:
    """The number that the whole text is: "three and a half", "3.5", "a hundred and five"; None if it is none."""
    return number_of(tokens(text), words)


def number_of(found: Sequence[str], words: QuantityWords = ENGLISH) -> float | None:
    """As `number`, of a text in `tokens`."""
    rest = list(found)
    sign = 1
    if rest and rest[0] in words.minus:
        sign, rest = -1, rest[1:]
    if rest and rest[-1] in words.of and len(rest) > 1 and rest[-2] in words.scales:
        rest = rest[:-1]
    value = _Reader(rest, words).whole() if rest else None
    return None if value is None else sign * float(value)


class _Reader:
    """Reads a number from the left; every method returns what it read, or None and then it has read nothing."""

    def __init__(self, found: Sequence[str], words: QuantityWords) -> None:
        self._tokens = found
        self._words = words
        self._at = 0

    def whole(self) -> Fraction | None:
        value = self._fraction()
        if value is None:
            value = self._counted()
        if value is not None and not self._ended():
            value = self._scaled(value)
        return value if self._ended() else None

    def _counted(self) -> Fraction | None:
        """ "five", "three point one four", "two and a half"."""
        read = self._cardinal()
        if read is None:
            return None
        value, size = read
        if self._take(self._words.point):
            digits = self._digits()
            return None if digits is None else value + digits
        here = self._at
        self._take(self._words.joints)
        part = self._fraction()
        if part is None:
            self._at = here
            return value
        # "a million and a half" is half a million more, "a hundred and a half" is half of one more.
        return value + part * (size if self._tokens[self._at - 1] in self._words.fractions else 1)

    def _fraction(self) -> Fraction | None:
        """ "half", "a half", "three quarters", "1/2"."""
        start = self._at
        if (token := self._peek()) is not None and re.fullmatch(r"\d+/0*[1-9]\d*", token):
            self._at += 1
            return Fraction(token)
        times = 1
        if not self._take(self._words.articles):
            small = self._words.small.get(self._peek() or "")
            if small is None and (self._peek() or "").isdecimal():
                small = int(self._peek() or "0")
            if small is not None:
                times = small
                self._at += 1
        part = self._words.fractions.get(self._peek() or "")
        if part is None:
            self._at = start
            return None
        self._at += 1
        return times * Fraction(part).limit_denominator(100)

    def _scaled(self, value: Fraction) -> Fraction | None:
        """ "(half) a dozen", "(two and a half) million"."""
        if self._tokens[self._at - 1] in self._words.fractions:
            self._take(self._words.of)
            self._take(self._words.articles)
        size = self._words.scales.get(self._peek() or "")
        if size is None:
            return None
        self._at += 1
        return value * size

    def _cardinal(self) -> tuple[Fraction, int] | None:
        """A number without a fraction, and the size of its last scale: 1 unless it ends with one."""
        total, last, size = Fraction(0), None, 1
        while (group := self._group(first=last is None)) is not None:
            scale = self._words.scales.get(self._peek() or "", 1)
            if last is not None and (scale >= last or group * scale >= last):
                return None
            total += group * scale
            last = size = scale
            if scale == 1:
                break
            self._at += 1
            # "a thousand and five", but in "a million and a half" the rest is no number of its own.
            here = self._at
            joined = self._take(self._words.joints)
            if joined and (self._fraction() is not None or self._ended()):
                self._at = here
                break
            self._at = here + joined
        if last is None and (token := self._peek()) is not None and token in self._words.point:
            return Fraction(0), 1
        return None if last is None else (total, size)

    def _group(self, *, first: bool) -> Fraction | None:
        """What stands before a scale: "a", "two hundred and five", "1.5"; it is below a thousand in words."""
        start = self._at
        if self._take(self._words.articles):
            follows = self._peek()
            if follows in self._words.scales:
                return Fraction(1)
            if follows != self._words.hundred:
                self._at = start
                return None
            value: Fraction | None = Fraction(1)
        elif first and self._peek() in self._words.scales:
            return Fraction(1)
        else:
            value = self._below_hundred()
        if value is None:
            return None
        if self._peek() == self._words.hundred:
            self._at += 1
            value *= 100
            here = self._at
            joined = self._take(self._words.joints)
            # "a hundred and a half", "two hundred and three quarters"
            if self._fraction() is not None:
                self._at = here
                return value
            self._at = here + joined
            rest = self._below_hundred()
            if rest is None or not 0 < rest < 100:
                self._at = here
                return value
            value += rest
        return value

    def _below_hundred(self) -> Fraction | None:
        token = self._peek()
        if token is None:
            return None
        if re.fullmatch(r"-?\d*\.?\d+", token):
            self._at += 1
            return Fraction(token)
        if (small := self._words.small.get(token)) is not None:
            self._at += 1
            return Fraction(small)
        if (ten := self._words.tens.get(token)) is not None:
            self._at += 1
            unit = self._words.small.get(self._peek() or "", 0)
            # "twenty five", but "twenty" of "twenty three quarters" would be a riddle.
            if 0 < unit < 10:
                self._at += 1
                return Fraction(ten + unit)
            return Fraction(ten)
        return None

    def _digits(self) -> Fraction | None:
        """What follows a point: "one four", "fourteen", "14"."""
        text = ""
        while (token := self._peek()) is not None:
            if token in self._words.zero:
                text += "0"
            elif token.isdecimal():
                text += token
            elif (read := self._below_hundred()) is not None:
                text += str(int(read))
                continue
            else:
                break
            self._at += 1
        return Fraction(int(text), 10 ** len(text)) if text else None

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, words: frozenset[str]) -> bool:
        taken = self._peek() in words
        self._at += taken
        return taken

    def _ended(self) -> bool:
        return self._at == len(self._tokens)
