"""Converting everyday units."""

import re

from localvoice.think.commands.number_words import number_of, tokens
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.builtin.unit_names import OTHER_NAMES, SINGULAR, SIZES, SPOKEN_PLURALS, TEMPERATURES
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import is_rounded, number

EXACT_DECIMALS = 3
ABSOLUTE_ZERO = -273.15
"""In degrees Celsius."""
ON_AVERAGE = ("months", "years", "decades")
"""Of these no two are equally long."""
LONGEST_NAME_WORDS = 3


class Units:
    @tool()
    def convert_units(self, amount: str, from_unit: str, to_unit: str) -> Done:
        """Convert an amount to another unit."""
        # The unit of an amount that has its own is not asked for again.
        whole = number_of(tokens(amount)) is None and _known(tokens(amount)[-1] if tokens(amount) else "")
        parts, target = measures(amount if whole else f"{amount} {from_unit}"), unit_name(to_unit)
        result = sum(convert(count, unit, target) for count, unit in parts)
        text = f"{number(result, EXACT_DECIMALS)} {target}"
        text = text.replace(target, f"degrees {target}") if target in ("celsius", "fahrenheit") else text
        loose = (target in ON_AVERAGE) != (parts[0][1] in ON_AVERAGE)
        about = "about " if loose or is_rounded(result, EXACT_DECIMALS) else ""
        before = " ".join(_spoken(count, unit) for count, unit in parts)
        return spoken(text, say=f"{before} is {about}{_spoken(result, target)}")


def measures(text: str) -> list[tuple[float, str]]:
    """ "5 feet 10 inches" as [(5, "feet"), (10, "inches")]. Raises ToolFailed."""
    text = re.sub(r"(\d)\s*(?:''|\"|″)", r"\1 inches ", re.sub(r"(\d)\s*(?:'(?!')|′)", r"\1 feet ", text.lower()))
    words = tokens(re.sub(r"(?<=[a-z])\s*/\s*(?=[a-z])", " per ", text))
    found: list[tuple[float, str]] = []
    said: list[str] = []
    while words:
        length = next((n for n in range(min(LONGEST_NAME_WORDS, len(words)), 0, -1) if _known(" ".join(words[:n]))), 0)
        # "a" and "half" are no units, nor is a number.
        if not length or (not said and found):
            said.append(words[0])
            words = words[1:]
            continue
        found.append((_amount(said, first=not found), _known(" ".join(words[:length]))))
        said, words = [], words[length:]
    if not found:
        unit = " ".join(word for word in said if number_of([word]) is None) or "nothing"
        raise ToolFailed(f"the unit {unit} is unknown")
    if said:
        raise ToolFailed(f"I don't understand {' '.join(said)}")
    if len(found) > 1 and found[0][1] in TEMPERATURES:
        raise ToolFailed("one temperature at a time, please")
    return found


def _amount(said: list[str], *, first: bool) -> float:
    said = [word for word in said if word not in ("degree", "degrees")]
    if not first and said[:1] == ["and"]:
        said = said[1:]
    if said[-1:] in (["of"], ["a"], ["an"]) and len(said) > 1:
        said = said[:-2] if said[-2] == "of" else said[:-1]
    value = 1.0 if said in (["a"], ["an"], []) else number_of(said)
    if value is None:
        raise ToolFailed(f"I don't understand the amount {' '.join(said)}")
    return value


def unit_name(unit: str) -> str:
    """The plural name of a unit. Raises ToolFailed for an unknown one."""
    words = " ".join(tokens(re.sub(r"(?<=[a-z])\s*/\s*(?=[a-z])", " per ", unit.lower())))
    if name := _known(words):
        return name
    raise ToolFailed(f"the unit {unit} is unknown")


def _known(words: str) -> str:
    """The plural name of a unit, "" if there is none."""
    words = words.replace("metre", "meter").replace("litre", "liter").removeprefix("degrees ").removeprefix("degree ")
    for name in (words, f"{words}s", words.replace(" ", "s ", 1), OTHER_NAMES.get(words, "")):
        if name in TEMPERATURES or any(name in sizes for sizes in SIZES.values()):
            return name
    return ""


def convert(amount: float, source: str, target: str) -> float:
    """The amount in the other unit. Raises ToolFailed if the units are of different kinds."""
    if source in TEMPERATURES and target in TEMPERATURES:
        celsius = {"celsius": amount, "fahrenheit": (amount - 32) * 5 / 9, "kelvin": amount - 273.15}[source]
        if celsius < ABSOLUTE_ZERO - 1e-9:
            raise ToolFailed("nothing is as cold as that")
        return {"celsius": celsius, "fahrenheit": celsius * 9 / 5 + 32, "kelvin": celsius + 273.15}[target]
    for sizes in SIZES.values():
        if source in sizes and target in sizes:
            return amount * sizes[source] / sizes[target]
    # "eight ounces in milliliters" means the ounces of a drink.
    if "ounces" in (source, target) and (source in SIZES["volume"] or target in SIZES["volume"]):
        fluid = {"ounces": "fluid ounces"}
        return convert(amount, fluid.get(source, source), fluid.get(target, target))
    raise ToolFailed(f"{source} and {target} don't fit together")


def _spoken(amount: float, unit: str) -> str:
    text = number(amount, EXACT_DECIMALS)
    if unit in ("celsius", "fahrenheit"):
        return f"{text} {'degree' if text == '1' else 'degrees'} {unit.capitalize()}"
    return f"{text} {singular(unit) if text == '1' else SPOKEN_PLURALS.get(unit, unit)}"


def singular(unit: str) -> str:
    """ "foot" of "feet", "meter per second" of "meters per second"."""
    first, _, rest = unit.partition(" ")
    if rest and not rest.startswith("per"):
        return f"{first} {singular(rest)}"
    return f"{SINGULAR.get(first, first.removesuffix('s'))} {rest}".strip()
