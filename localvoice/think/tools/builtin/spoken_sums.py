"""A sum as it is spoken, as one in signs: "twenty percent off fifty dollars" is "20%off50", in dollars."""

import re
from dataclasses import dataclass

from localvoice.think.commands.number_words import number_of, tokens

_OPERATORS: tuple[tuple[str, str], ...] = (
    ("to the power of", "**"), ("raised to the power of", "**"), ("raised to", "**"), ("to the power", "**"),
    ("squared", "**2"), ("cubed", "**3"),
    ("the square root of", "sqrt"), ("square root of", "sqrt"), ("square root", "sqrt"), ("root of", "sqrt"),
    ("sqrt", "sqrt"), ("the cube root of", "cbrt"), ("cube root of", "cbrt"),
    ("multiplied by", "*"), ("times", "*"), ("x", "*"), ("divided by", "/"), ("over", "/"),
    ("plus", "+"), ("added to", "+"), ("minus", "-"), ("negative", "-"), ("less", "-"),
    ("percent", "%"), ("per cent", "%"), ("off", "off"), ("off of", "off"), ("of", "of"),
    ("open bracket", "("), ("close bracket", ")"),
)  # fmt: skip
_PHRASES = {tuple(words.split()): sign for words, sign in _OPERATORS}
_LONGEST = max(map(len, _PHRASES))
_SIGNS = "+-*/()^%√×÷"

_CURRENCIES = {
    "$": "dollars", "dollar": "dollars", "dollars": "dollars", "bucks": "dollars", "£": "pounds", "pound": "pounds",
    "pounds": "pounds", "€": "euros", "euro": "euros", "euros": "euros", "₹": "rupees", "rupee": "rupees",
    "rupees": "rupees", "cent": "cents", "cents": "cents",
}  # fmt: skip
_ORDERS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"(?:add|put) (.+ percent|.+%) (?:to|on) (.+)", "({1}) + {0}"),
        (r"take (.+ percent|.+%) (?:off|from) (.+)", "{0} off {1}"),
        (r"(?:the )?difference (?:of|between) (.+) and (.+)", "({0}) - ({1})"),
        (r"(?:subtract|take) (.+) from (.+)", "({1}) - ({0})"),
        (r"(?:the )?product of (.+) and (.+)", "({0}) * ({1})"),
        (r"multiply (.+) (?:by|and|with) (.+)", "({0}) * ({1})"),
        (r"(?:the )?quotient of (.+) and (.+)", "({0}) / ({1})"),
        (r"divide (.+) by (.+)", "({0}) / ({1})"),
        (r"(?:double|twice) (.+)", "2 * ({0})"),
        (r"triple (.+)", "3 * ({0})"),
    )
)
"""What is said as an order, or as a noun."""
_ADDED = re.compile(r"(?:(?:the )?sum of|add(?: together| up)?) (.+?)(?: together| up)?")


@dataclass(frozen=True, slots=True)
class Sum:
    """`signs` is the sum in numbers, + - * / ** % ( ), sqrt and cbrt; `unit` is the money that all of it counts."""

    signs: str
    unit: str = ""


class NoSum(ValueError):
    """What was said is no sum; the message is a clause."""


def read(text: str) -> Sum:
    """The sum in words, in signs, or in a mixture of both. Raises NoSum."""
    # The hyphen of "twenty-one" is no minus.
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", " ".join(text.lower().strip(" =?.!").split()))
    plain = _as_operation(plain)
    # Money stands before or after its number; the sum is one of numbers.
    plain = re.sub(r"([$£€₹])", r" \1 ", plain)
    words = [word for part in re.split(rf"([{re.escape(_SIGNS)}])", plain) for word in _words(part)]
    money = [_CURRENCIES[word] for word in words if word in _CURRENCIES]
    with_cents = {"cents"} < set(money) <= {"cents", "dollars", "euros"}
    if with_cents:
        money = [unit for unit in money if unit != "cents"]
    if len(set(money)) > 1:
        first, other = list(dict.fromkeys(money))[:2]
        raise NoSum(f"{first} and {other} don't fit together")
    signs = _in_signs(words if with_cents else [word for word in words if word not in _CURRENCIES])
    # Dollars through dollars are a number.
    ratio = any(word == "/" for word in words) and len(money) > 1
    return Sum(signs, money[0] if money and not ratio else "")


def _as_operation(plain: str) -> str:
    """ "subtract 5 from 10" as "(10) - (5)"; what is no order stays as it is."""
    for pattern, form in _ORDERS:
        if found := pattern.fullmatch(plain):
            return form.format(*found.groups())
    if found := _ADDED.fullmatch(plain):
        # "A hundred and five" is the sum of its parts as well.
        return " + ".join(re.split(r",? and |, | to ", found[1]))
    return plain


def _words(part: str) -> list[str]:
    return [part] if part in _SIGNS and part else [each for each in tokens(part) if each != "?"] if part.strip() else []


def _in_signs(words: list[str]) -> str:
    """Where money stands among `words`, cents are a part of it: "3 dollars 50 cents" is "( 3 + 50 / 100 )"."""
    out: list[str] = []
    said: list[str] = []
    amount_at = -1
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST, 0, -1) if tuple(words[at : at + n]) in _PHRASES), 0)
        sign = _PHRASES[tuple(words[at : at + length])] if length else words[at] if words[at] in _SIGNS else ""
        if sign == "of" and words[at - 1 : at] == ["couple"]:
            sign = ""
        if unit := _CURRENCIES.get(words[at]):
            count = _number(said)
            whole = out[amount_at:] if 0 <= amount_at < len(out) and unit == "cents" else []
            if unit == "cents":
                out[len(out) - len(whole) :] = ["(", *whole, *(["+"] if whole else []), *count, "/ 100 )"]
            elif count:
                amount_at = len(out)
                out += count
            said = []
        elif not sign:
            said.append(words[at])
        else:
            out += [*_number(said), sign]
            said, amount_at = [], -1
        at += max(1, length)
    return " ".join([*out, *_number(said)])


def _number(said: list[str]) -> list[str]:
    while said and said[0] in ("the", "and", "what's", "equals"):
        said = said[1:]
    while said and said[-1] in ("equals", "the"):
        said = said[:-1]
    if not said:
        return []
    value = number_of(said)
    if value is None:
        raise NoSum("that is not a sum")
    return [repr(int(value)) if value == int(value) else repr(value)]
