"""Sums and units, as they are written and as they are spoken."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from localvoice.think.tools.builtin.arithmetic import Arithmetic, value
from localvoice.think.tools.builtin.unit_names import OTHER_NAMES, SIZES, TEMPERATURES
from localvoice.think.tools.builtin.units import Units, convert, singular, unit_name
from localvoice.think.tools.spec import ToolFailed


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("12 * 7", "84"),
        ("15 / 100 * 80", "12"),
        ("10 / 3", "3.33"),
        ("1/8", "0.125"),
        ("2.675 * 1", "2.675"),
        ("0.995", "0.995"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-5 + 2", "-3"),
        ("12 x 7 =", "84"),
        ("10x7", "70"),
        ("12 × 7", "84"),
        ("1,000 + 1", "1001"),
        ("15% of 80", "12"),
        ("80 * 15%", "12"),
        ("200 + 10%", "220"),
        ("8 - 20 percent", "6.4"),
        ("100 + 100 - 10%", "180"),
        ("(1 + 1) * (3 + 50%)", "7"),
        ("5 * -20%", "-1"),
        ("0 * -5", "0"),
        ("0.3 - 0.1 * 3", "0"),
        ("2 ^ 10", "1024"),
        ("007 + 1", "8"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 400", "0.0025"),
        ("0.5 * 0", "0"),
    ],
)
def test_sums(expression: str, answer: str) -> None:
    assert Arithmetic().calculate(expression).text == answer


@pytest.mark.parametrize(
    ("expression", "say"),
    [
        ("seven times eight", "56"), ("7 times 8", "56"), ("one divided by eight", "0.125"), ("five squared", "25"),
        ("square root of sixteen", "4"), ("the square root of 16 plus 9", "13"), ("sqrt(16)", "4"), ("√16", "4"),
        ("cube root of 27", "3"), ("two to the power of ten", "1024"), ("2**10", "1024"), ("three cubed", "27"),
        ("20% off fifty dollars", "40 dollars"), ("twenty percent off $50", "40 dollars"), ("$5 + $3", "8 dollars"),
        ("15% of 80", "12"), ("fifteen percent of eighty", "12"), ("15 percent of 80 euros", "12 euros"),
        ("$4 + $8.50", "$12.50"), ("$10 / $5", "2"), ("one dollar times one", "1 dollar"), ("$10 / 3", "about $3.33"),
        ("50 cents plus 25 cents", "75 cents"), ("half of fifty", "25"), ("a third of ninety", "30"),
        ("three and a half times two", "7"), ("a hundred and five plus two", "107"), ("minus five plus two", "-3"),
        ("add 5 and 7", "12"), ("add three and a half and two", "5.5"), ("add 10 percent to 50", "55"),
        ("take 20% off 50", "40"), ("half of 7 plus 1", "4.5"),
        ("5 off 20", "15"), ("add ten and ninety nine and twenty", "129"), ("subtract 5 from 10", "5"),
        ("divide 100 by eight", "12.5"), ("multiply 3 by 4", "12"), ("double 8", "16"), ("the sum of 2 and 3", "5"),
        ("100 plus 10 percent", "110"), ("ten minus twenty percent", "8"), ("8 x 7", "56"), ("twelve over four", "3"),
        ("$0.50 + $0.25", "75 cents"), ("£1 - £0.99", "1 penny"), ("€1 / 3", "about 33 cents"),
        ("$1.50 - $5", "minus $3.50"),
        ("1 dollar minus one cent", "99 cents"), ("5 dollars plus 50 cents", "$5.50"),
        ("50 cents times 4 plus 1 dollar", "3 dollars"),
        ("3 dollars 50 cents plus 2 dollars", "$5.50"), ("three dollars and fifty cents times two", "7 dollars"),
        ("2 dollars times 50 cents", "1 dollar"), ("cube root of minus 8", "-2"),
        ("add 3 dollars and 20 cents", "$3.20"),
        ("2 dollars minus 5 dollars", "-3 dollars"), ("10 divided by 3", "about 3.33"),
        ("1 / 3", "about 0.33"), ("seventeen?", "17"), ("12 * 7 =", "84"),
    ],
)  # fmt: skip
def test_sums_as_they_are_spoken(expression: str, say: str) -> None:
    assert Arithmetic().calculate(expression).say == f"That's {say}."


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("1 / 0", "can't be divided by zero"),
        ("9 ^ 9 ^ 9 ^ 9", "too large"),
        ("10 ^ 16", "too large"),
        ("(-1) ^ 0.5", "a negative number has no such root"),
        ("", "not a sum"),
        ("two plus", "not a sum"),
        ("two plus milk", "not a sum"),
        ("what", "not a sum"),
        ("one divided by zero", "can't be divided by zero"),
        ("square root of minus one", "a negative number has no such root"),
        ("$5 + €3", "dollars and euros don't fit together"),
        ("$5 + $5 + €3", "dollars and euros don't fit together"),
        ("3 pounds and 2 cents", "don't fit together"),
        ("__import__('os').getcwd()", "not a sum"),
        ("'a' * 100", "not a sum"),
        ("True + 1", "not a sum"),
        ("1 if 1 else 2", "not a sum"),
        ("1" * 300, "too long"),
        ("[1][0]", "not a sum"),
        ("1j * 1", "not a sum"),
        ("1_000 + 1", "not a sum"),
        ("0b10", "not a sum"),
        ("(10 ^ 308 * 10) - (10 ^ 308 * 10)", "too large"),
    ],
)
def test_what_is_not_a_sum(expression: str, complaint: str) -> None:
    with pytest.raises(ToolFailed, match=complaint):
        value(expression)


@pytest.mark.parametrize(
    ("amount", "source", "target", "say"),
    [
        ("5", "miles", "kilometers", "5 miles is about 8.05 kilometers"),
        ("1", "mile", "km", "1 mile is about 1.61 kilometers"),
        ("2", "cups", "milliliters", "2 cups is about 473.18 milliliters"),
        ("half", "a cup", "ml", "0.5 cups is about 118.29 milliliters"),
        ("1/8", "cup", "ml", "0.125 cups is about 29.57 milliliters"),
        ("10", "pounds", "kilograms", "10 pounds is about 4.54 kilograms"),
        ("100", "degrees fahrenheit", "celsius", "100 degrees Fahrenheit is about 37.78 degrees Celsius"),
        ("0", "Celsius", "Fahrenheit", "0 degrees Celsius is 32 degrees Fahrenheit"),
        ("-40", "°F", "°C", "-40 degrees Fahrenheit is -40 degrees Celsius"),
        ("6", "foot", "metres", "6 feet is about 1.83 meters"),
        ("8", "ounces", "milliliters", "8 ounces is about 236.59 milliliters"),
        ("8", "fl oz", "ml", "8 fluid ounces is about 236.59 milliliters"),
        ("8", "ounces", "grams", "8 ounces is about 226.8 grams"),
        ("2", "hours", "minutes", "2 hours is 120 minutes"),
        ("60", "minutes", "hours", "60 minutes is 1 hour"),
        ("12", "inches", "feet", "12 inches is 1 foot"),
        ("1", "millimeters", "miles", "1 millimeter is about 0.000000621 miles"),
        ("5 feet 10", "inches", "centimeters", "5 feet 10 inches is 177.8 centimeters"),
        ("5 feet 10 inches", "feet", "cm", "5 feet 10 inches is 177.8 centimeters"),
        ("5'10\"", "", "cm", "5 feet 10 inches is 177.8 centimeters"),
        ("2 pounds and 3 ounces", "", "kg", "2 pounds 3 ounces is about 0.99 kilograms"),
        ("three and a half", "feet", "inches", "3.5 feet is 42 inches"),
        ("1", "tonne", "kg", "1 tonne is 1000 kilograms"),
        ("1", "metric ton", "kilos", "1 tonne is 1000 kilograms"),
        ("1", "ton", "pounds", "1 ton is 2000 pounds"),
        ("1", "US ton", "pounds", "1 ton is 2000 pounds"),
        ("1", "acre", "square meters", "1 acre is about 4046.86 square meters"),
        ("2", "hectares", "acres", "2 hectares is about 4.94 acres"),
        ("8", "GB", "MB", "8 gigabytes is 8000 megabytes"),
        ("10", "m/s", "km/h", "10 meters per second is 36 kilometers per hour"),
        ("100", "km/h", "mph", "100 kilometers per hour is about 62.14 miles per hour"),
        ("1", "imperial gallon", "liters", "1 imperial gallon is about 4.55 liters"),
        ("70", "kg", "stone", "70 kilograms is about 11.02 stone"),
        ("14", "pounds", "stone", "14 pounds is 1 stone"),
        ("1", "year", "hours", "1 year is about 8765.82 hours"),
        ("2", "years", "months", "2 years is 24 months"),
        ("-273.15", "celsius", "kelvin", "-273.15 degrees Celsius is 0 kelvin"),
    ],
)
def test_units(amount: str, source: str, target: str, say: str) -> None:
    done = Units().convert_units(amount, source, target)
    assert done.say == f"{say}."
    assert done.text.split()[0] in say.split()


@pytest.mark.parametrize(
    ("amount", "source", "target", "complaint"),
    [
        ("1", "miles", "cups", "miles and cups don't fit together"),
        ("1", "parsecs", "miles", "the unit parsecs is unknown"),
        ("1", "miles", "parsecs", "the unit parsecs is unknown"),
        ("some", "miles", "km", "the amount some"),
        ("5 feet ten milk", "inches", "cm", "the amount ten milk"),
        ("1", "", "km", "the unit nothing is unknown"),
        ("minus 500", "celsius", "fahrenheit", "nothing is as cold as that"),
        ("-1", "kelvin", "celsius", "nothing is as cold as that"),
    ],
)
def test_units_that_do_not_fit_or_are_not_known(amount: str, source: str, target: str, complaint: str) -> None:
    with pytest.raises(ToolFailed, match=complaint):
        Units().convert_units(amount, source, target)


OPERATIONS = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
    "multiplied by": operator.mul,
    "divided by": operator.truediv,
}


@given(st.integers(0, 9999), st.sampled_from(sorted(OPERATIONS)), st.integers(1, 9999))
def test_a_sum_in_words_is_the_sum(one: int, operation: str, other: int) -> None:
    expected = OPERATIONS[operation](one, other)
    assert value(f"{num2words(one)} {operation} {num2words(other)}") == pytest.approx(expected)
    assert value(f"{one} {operation} {other}?") == pytest.approx(expected)


@given(st.integers(1, 100), st.integers(0, 9999))
def test_a_percentage_in_words(percent: int, whole: int) -> None:
    for text in (f"{num2words(percent)} percent of {num2words(whole)}", f"{percent}% of {whole}"):
        assert value(text) == pytest.approx(percent * whole / 100)
    assert value(f"{percent}% off {whole}") == pytest.approx(whole - percent * whole / 100)


@given(st.text(max_size=60))
def test_any_text_is_a_sum_or_refused(text: str) -> None:
    try:
        value(text)
    except ToolFailed as refusal:
        assert str(refusal)


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_any_measure_is_converted_or_refused(amount: str, source: str, target: str) -> None:
    try:
        Units().convert_units(amount, source, target)
    except ToolFailed as refusal:
        assert str(refusal)


PAIRS = [(one, other) for sizes in SIZES.values() for one in sizes for other in sizes]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_every_name_of_a_unit_is_known(name: str) -> None:
    assert unit_name(name) == OTHER_NAMES[name]
    assert OTHER_NAMES[name] in TEMPERATURES or any(OTHER_NAMES[name] in sizes for sizes in SIZES.values())


@given(st.floats(-1e6, 1e6), st.sampled_from(PAIRS))
def test_there_and_back(amount: float, units: tuple[str, str]) -> None:
    one, other = units
    assert unit_name(one) == one and unit_name(singular(one)) == one
    assert convert(convert(amount, one, other), other, one) == pytest.approx(amount)
