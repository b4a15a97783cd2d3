"""Everyday units and what they are called. Pure data.

The international yard and pound (1959); the US customary volumes, the ton and the knot as NIST Special Publication 811
(2008), appendix B, gives them; the acre of international feet. Kilo and mega are thousands, also of bytes.
"""

SIZES: dict[str, dict[str, float]] = {
    "length": {
        "micrometers": 1e-6, "millimeters": 0.001, "centimeters": 0.01, "decimeters": 0.1, "meters": 1,
        "kilometers": 1000, "inches": 0.0254, "feet": 0.3048, "yards": 0.9144, "miles": 1609.344,
        "nautical miles": 1852,
    },
    "weight": {
        "milligrams": 0.001, "grams": 1, "kilograms": 1000, "tonnes": 1e6, "tons": 907_184.74,
        "long tons": 1_016_046.9088, "ounces": 28.349523125, "pounds": 453.59237, "stones": 6350.29318,
    },
    "volume": {
        "milliliters": 1, "centiliters": 10, "deciliters": 100, "liters": 1000, "cubic centimeters": 1,
        "cubic meters": 1e6, "cubic feet": 28_316.846592, "cubic inches": 16.387064,
        "teaspoons": 4.92892159375, "tablespoons": 14.78676478125, "fluid ounces": 29.5735295625,
        "cups": 236.5882365, "pints": 473.176473, "quarts": 946.352946, "gallons": 3785.411784,
        "imperial pints": 568.26125, "imperial gallons": 4546.09,
    },
    "area": {
        "square millimeters": 1e-6, "square centimeters": 1e-4, "square meters": 1, "square kilometers": 1e6,
        "hectares": 10_000, "acres": 4046.8564224, "square inches": 0.00064516, "square feet": 0.09290304,
        "square yards": 0.83612736, "square miles": 2_589_988.110336,
    },
    "time": {
        "milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800,
        "months": 31556952 / 12, "years": 31556952, "decades": 315569520,
    },
    "speed": {
        "meters per second": 1, "kilometers per hour": 1 / 3.6, "miles per hour": 0.44704,
        "feet per second": 0.3048, "knots": 1852 / 3600,
    },
    "data": {
        "bits": 1 / 8, "bytes": 1, "kilobytes": 1e3, "megabytes": 1e6, "gigabytes": 1e9, "terabytes": 1e12,
        "megabits": 1e6 / 8, "gigabits": 1e9 / 8, "kibibytes": 1024, "mebibytes": 1024**2, "gibibytes": 1024**3,
    },
}  # fmt: skip
"""Size of each unit in its kind's base unit, by its plural."""

TEMPERATURES = ("celsius", "fahrenheit", "kelvin")

SINGULAR = {"feet": "foot", "inches": "inch"}

SPOKEN_PLURALS = {"stones": "stone"}

OTHER_NAMES = {
    "foot": "feet", "inch": "inches", "stone": "stones", "celsius": "celsius", "centigrade": "celsius",
    "fahrenheit": "fahrenheit", "kelvin": "kelvin",
    "mm": "millimeters", "cm": "centimeters", "m": "meters", "km": "kilometers", "kms": "kilometers", "in": "inches",
    "ft": "feet", "yd": "yards", "yds": "yards", "mi": "miles", "mg": "milligrams", "g": "grams", "kg": "kilograms",
    "kgs": "kilograms", "kilos": "kilograms", "kilo": "kilograms", "oz": "ounces", "lb": "pounds", "lbs": "pounds",
    "t": "tonnes", "metric ton": "tonnes", "metric tons": "tonnes", "us ton": "tons", "us tons": "tons",
    "short ton": "tons", "short tons": "tons", "uk ton": "long tons", "uk tons": "long tons",
    "imperial ton": "long tons", "imperial tons": "long tons",
    "ml": "milliliters", "cl": "centiliters", "dl": "deciliters", "l": "liters", "cc": "cubic centimeters",
    "tsp": "teaspoons", "tsps": "teaspoons", "tbsp": "tablespoons", "tbsps": "tablespoons", "fl oz": "fluid ounces",
    "us fluid ounces": "fluid ounces", "us gallons": "gallons", "us pints": "pints", "us cups": "cups",
    "uk pints": "imperial pints", "british pints": "imperial pints", "uk gallons": "imperial gallons",
    "uk gallon": "imperial gallons", "uk pint": "imperial pints",
    "cubic foot": "cubic feet", "cubic inch": "cubic inches", "ha": "hectares",
    "square foot": "square feet", "square inch": "square inches", "sq ft": "square feet", "sq m": "square meters",
    "sq km": "square kilometers", "sq mi": "square miles", "sq in": "square inches", "sqm": "square meters",
    "m²": "square meters", "m 2": "square meters", "km²": "square kilometers", "ft²": "square feet",
    "cm²": "square centimeters",
    "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours", "hrs": "hours",
    "h": "hours", "s": "seconds", "ms": "milliseconds",
    "c": "celsius", "f": "fahrenheit", "k": "kelvin", "°c": "celsius", "°f": "fahrenheit", "° c": "celsius",
    "° f": "fahrenheit", "mph": "miles per hour", "km per h": "kilometers per hour", "kmh": "kilometers per hour",
    "km per hour": "kilometers per hour", "kph": "kilometers per hour", "kilometers an hour": "kilometers per hour",
    "miles an hour": "miles per hour", "m per s": "meters per second", "ft per s": "feet per second",
    "foot per second": "feet per second", "kt": "knots", "kn": "knots",
    "b": "bytes", "kb": "kilobytes", "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes", "gig": "gigabytes",
    "gigs": "gigabytes", "meg": "megabytes", "megs": "megabytes", "mbit": "megabits", "gbit": "gigabits",
    "kib": "kibibytes", "mib": "mebibytes", "gib": "gibibytes",
}  # fmt: skip
