"""Converting everyday units."""

from localvoice.think.tools.spec import ToolFailed, tool
from localvoice.think.tools.words import number

# Size of each unit in its kind's base unit. International yard and pound (1959) and the US customary
# volumes as NIST Special Publication 811 (2008), appendix B, gives them.
_SIZES: dict[str, dict[str, float]] = {
    "length": {
        "millimeters": 0.001, "centimeters": 0.01, "meters": 1, "kilometers": 1000,
        "inches": 0.0254, "feet": 0.3048, "yards": 0.9144, "miles": 1609.344,
    },
    "weight": {
        "milligrams": 0.001, "grams": 1, "kilograms": 1000, "tons": 1e6,
        "ounces": 28.349523125, "pounds": 453.59237, "stones": 6350.29318,
    },
    "volume": {
        "milliliters": 1, "centiliters": 10, "deciliters": 100, "liters": 1000,
        "teaspoons": 4.92892159375, "tablespoons": 14.78676478125, "fluid ounces": 29.5735295625,
        "cups": 236.5882365, "pints": 473.176473, "quarts": 946.352946, "gallons": 3785.411784,
    },
    "time": {
        "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800,
        "months": 31556952 / 12, "years": 31556952,
    },
    "speed": {"meters per second": 1, "kilometers per hour": 1 / 3.6, "miles per hour": 0.44704},
}  # fmt: skip
_OTHER_NAMES = {
    "foot": "feet", "inch": "inches", "stone": "stones", "celsius": "celsius", "centigrade": "celsius",
    "fahrenheit": "fahrenheit", "kelvin": "kelvin",
    "mm": "millimeters", "cm": "centimeters", "m": "meters", "km": "kilometers", "in": "inches", "ft": "feet",
    "yd": "yards", "mi": "miles", "mg": "milligrams", "g": "grams", "kg": "kilograms", "kilos": "kilograms",
    "kilo": "kilograms", "oz": "ounces", "lb": "pounds", "lbs": "pounds", "ml": "milliliters", "l": "liters",
    "tsp": "teaspoons", "tbsp": "tablespoons",
    "c": "celsius", "f": "fahrenheit", "k": "kelvin", "°c": "celsius",
    "°f": "fahrenheit", "mph": "miles per hour", "km/h": "kilometers per hour", "kph": "kilometers per hour",
}  # fmt: skip
_TEMPERATURES = ("celsius", "fahrenheit", "kelvin")


class Units:
    @tool()
    def convert_units(self, amount: float, from_unit: str, to_unit: str) -> str:
        """Convert an amount from one unit to another.

        from_unit: in the plural, such as "miles" or "fahrenheit"
        to_unit: in the plural, such as "kilometers" or "celsius"
        """
        source, target = unit_name(from_unit), unit_name(to_unit)
        text = number(convert(amount, source, target))
        return f"{text} degrees {target}" if target in ("celsius", "fahrenheit") else f"{text} {target}"


def unit_name(unit: str) -> str:
    """The plural name of a unit. Raises ToolFailed for an unknown one."""
    words = " ".join(unit.lower().replace("metre", "meter").replace("litre", "liter").split())
    words = words.removeprefix("degrees ").removeprefix("degree ").rstrip(".")
    for name in (words, f"{words}s", words.replace(" ", "s ", 1), _OTHER_NAMES.get(words, "")):
        if name in _TEMPERATURES or any(name in sizes for sizes in _SIZES.values()):
            return name
    raise ToolFailed(f"the unit {unit} is unknown")


def convert(amount: float, source: str, target: str) -> float:
    """The amount in the other unit. Raises ToolFailed if the units are of different kinds."""
    if source in _TEMPERATURES and target in _TEMPERATURES:
        celsius = {"celsius": amount, "fahrenheit": (amount - 32) * 5 / 9, "kelvin": amount - 273.15}[source]
        return {"celsius": celsius, "fahrenheit": celsius * 9 / 5 + 32, "kelvin": celsius + 273.15}[target]
    for sizes in _SIZES.values():
        if source in sizes and target in sizes:
            return amount * sizes[source] / sizes[target]
    # "eight ounces in milliliters" means the ounces of a drink.
    if "ounces" in (source, target) and (source in _SIZES["volume"] or target in _SIZES["volume"]):
        fluid = {"ounces": "fluid ounces"}
        return convert(amount, fluid.get(source, source), fluid.get(target, target))
    raise ToolFailed(f"{source} and {target} don't fit together")
