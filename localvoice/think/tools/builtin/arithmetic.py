"""Arithmetic."""

import ast
import math
import operator
import re
from collections.abc import Callable

from localvoice.think.tools.builtin import spoken_sums
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import is_rounded, number

LONGEST_CHARACTERS = 200
LARGEST = 1e15
"""Beyond this a float no longer holds every whole number."""
EXACT_DECIMALS = 6
"""A result that has no more than these is said in full."""

NO_ROOT = "a negative number has no such root"

_SIGNS = str.maketrans({"\u00d7": "*", "\u00f7": "/", "\u2212": "-", "\u2013": "-", "^": "**"})
_NUMBER = r"\d+(?:\.\d+)?"
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_MONEY = {"dollars": "$", "pounds": "£", "euros": "€"}
"""An amount that is not whole is written with its sign, and then read with its cents."""
_COINS = {"dollars": "cents", "pounds": "pence", "euros": "cents"}
_ONE = {"pence": "penny"}
_ROOTS: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "cbrt": math.cbrt}


class Arithmetic:
    @tool()
    def calculate(self, expression: str) -> Done:
        """Work out a sum."""
        result, unit = _worked_out(expression)
        about = "about " if is_rounded(result, 2 if unit else EXACT_DECIMALS) else ""
        amount = _amount(result, unit)
        return spoken(amount, say=f"that's {about}{amount}")


def value(expression: str) -> float:
    """The value of an arithmetic expression. Raises ToolFailed, with a sentence, if it has none."""
    return _worked_out(expression)[0]


def _amount(result: float, unit: str) -> str:
    text = number(result, 2 if unit else EXACT_DECIMALS)
    if unit in _MONEY and "." in text and abs(result) >= 1:
        # "-$3.50" would not be read as an amount.
        return f"{'minus ' if result < 0 else ''}{_MONEY[unit]}{abs(result):.2f}"
    if unit in _COINS and "." in text and abs(result) >= 0.005:
        text, unit = number(float(text) * 100, 0), _COINS[unit]
    return f"{text} {_ONE.get(unit, unit.removesuffix('s')) if text == '1' else unit}".strip()


def _worked_out(expression: str) -> tuple[float, str]:
    """The value, and what it counts. Raises ToolFailed."""
    if len(expression) > LONGEST_CHARACTERS:
        raise ToolFailed("the sum is too long")
    try:
        read = spoken_sums.read(_plain(expression))
        result = _evaluate(ast.parse(_with_percents(read.signs), mode="eval").body)
    except ZeroDivisionError:
        raise ToolFailed("a number can't be divided by zero") from None
    except spoken_sums.NoSum as fault:
        raise ToolFailed(str(fault)) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ToolFailed("that is not a sum") from None
    except OverflowError:
        raise ToolFailed("the number is too large") from None
    if not abs(result) <= LARGEST:
        raise ToolFailed("the number is too large")
    return result, read.unit


def _plain(expression: str) -> str:
    text = expression.lower().translate(_SIGNS)
    if re.search(r"[_'\"\[\]]|\b0[bo]|\d[ej]", text.replace("'s", "")):
        raise spoken_sums.NoSum("that is not a sum")
    text = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "*", text)
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def _with_percents(signs: str) -> str:
    """Percentages, "of" and roots as Python has them."""
    text = re.sub(r"\*\s+\*", "**", signs)
    text = re.sub(rf"({_NUMBER})\s*%\s*of\s+", r"\1 / 100 * ", text)
    text = re.sub(rf"({_NUMBER})\s*%\s*off\s+(.+)", r"(\2) * (1 - \1 / 100)", text)
    text = re.sub(rf"(.*)([+-])\s*({_NUMBER})\s*%\s*$", _more_or_less, text)
    text = re.sub(rf"({_NUMBER})\s*%", r"(\1 / 100)", text)
    text = re.sub(rf"({_NUMBER})\s*off\s+(.+)", r"(\2) - \1", text)
    text = re.sub(rf"(sqrt|cbrt|√)\s*(-?\s*{_NUMBER})", r"\1(\2)", text.replace("√", "sqrt"))
    text = re.sub(r"(?<=\d)\s+of\s+", " * ", text)
    return text.strip()


def _more_or_less(found: re.Match[str]) -> str:
    """`a + b + 10%` is ten percent more than `a + b`, as every calculator has it."""
    before, sign, percent = found[1].strip(), found[2], found[3]
    if not before or before[-1] in "+-*/(" or before.count("(") != before.count(")"):
        return found[0]
    return f"({before}) * (1 {sign} {percent} / 100)"


def _evaluate(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as constant) if not isinstance(constant, bool):
            return float(constant)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluate(operand)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _ROOTS:
            radicand = _evaluate(argument)
            if name == "sqrt" and radicand < 0:
                raise spoken_sums.NoSum(NO_ROOT)
            return _ROOTS[name](radicand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            result = _BINARY[type(op)](_evaluate(left), _evaluate(right))
            if isinstance(result, complex):
                raise spoken_sums.NoSum(NO_ROOT)
            return result
        case _:
            raise ValueError
