"""Arithmetic."""

import ast
import operator
import re
from collections.abc import Callable

from localvoice.think.tools.spec import ToolFailed, tool
from localvoice.think.tools.words import number

LONGEST_CHARACTERS = 200
LARGEST = 1e15
"""Beyond this a float no longer holds every whole number."""

_SIGNS = str.maketrans({"\u00d7": "*", "\u00f7": "/", "\u2212": "-", "^": "**"})
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


class Arithmetic:
    @tool()
    def calculate(self, expression: str) -> str:
        """Work out a sum.

        expression: numbers with + - * / and brackets, such as "12 * 7"; a percentage as "15 / 100 * 80"
        """
        return number(value(expression))


def value(expression: str) -> float:
    """The value of an arithmetic expression. Raises ToolFailed, with a sentence, if it has none."""
    if len(expression) > LONGEST_CHARACTERS:
        raise ToolFailed("the sum is too long")
    text = expression.lower().rstrip("=? ").translate(_SIGNS)
    if re.search(r"_|0[bo]", text):
        raise ToolFailed("that is not a sum")
    text = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "*", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s*of\s+", r"\1 / 100 * ", text)
    text = re.sub(r"(.*)([+-])\s*(\d+(?:\.\d+)?)\s*(?:%|percent)\s*$", _more_or_less, text)
    text = re.sub(r"(\d+(?:\.\d+)?)\s*(?:%|percent)", r"(\1 / 100)", text)
    text = re.sub(r"(?<![\d.])0+(?=\d)", "", text)
    try:
        tree = ast.parse(text.strip(), mode="eval")
        result = _evaluate(tree.body)
    except ZeroDivisionError:
        raise ToolFailed("a number can't be divided by zero") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ToolFailed("that is not a sum") from None
    except OverflowError:
        raise ToolFailed("the number is too large") from None
    if not abs(result) <= LARGEST:
        raise ToolFailed("the number is too large")
    return result


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
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            result = _BINARY[type(op)](_evaluate(left), _evaluate(right))
            if isinstance(result, complex):
                raise ValueError
            return result
        case _:
            raise ValueError
