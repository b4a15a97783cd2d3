"""Numbers, durations and times of day as they are spoken and as transcribers write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from localvoice.think.commands.quantities import clock_time, duration_s, number, percent


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("five", 5), ("Five.", 5), ("twenty five", 25), ("twenty-five", 25), ("2026", 2026), ("1,000", 1000),
        ("a hundred and five", 105), ("twelve hundred", 1200), ("two million three hundred", 2_000_300),
        ("three lakh", 300_000), ("1.5 million", 1.5e6), ("a million and a half", 1.5e6), ("2 thousand 500", 2500),
        ("three and a half", 3.5), ("3.5", 3.5), ("3½", 3.5), ("3 1/2", 3.5), ("3 and a half", 3.5), ("half", 0.5),
        ("two thirds", 2 / 3), ("1/8", 0.125), ("one eighth", 0.125), ("three quarters", 0.75), ("one and 1/4", 1.25),
        ("a dozen", 12), ("half a dozen", 6), ("two dozen", 24), ("a dozen and a half", 18), ("a couple of", 2),
        ("minus five", -5), ("-5", -5), ("−5", -5), ("point five", 0.5), ("three point oh five", 3.05),
        ("three point one four", 3.14), ("three point fourteen", 3.14), ("zero", 0), ("a hundred and a half", 100.5),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", ".", "a", "the", "and", "of", "five five", "five minutes", "one and", "one point", "one two three", "five of",
     "twenty twenty", "hundred thousand and", "four million five million", "seven a.m.", "7:30", "1/0", "9" * 300],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_in_words_is_read_back(value: int) -> None:
    assert number(num2words(value)) == value
    assert number(f"{value:,}") == value


@given(st.integers(0, 10**8))
def test_a_decimal_number_in_words_is_read_back(value: int) -> None:
    assert number(num2words(value / 100)) == value / 100


@given(st.integers(0, 10**6), st.sampled_from([("a half", 0.5), ("a quarter", 0.25), ("three quarters", 0.75)]))
def test_a_number_and_a_fraction(value: int, fraction: tuple[str, float]) -> None:
    # "a thousand and a half" is fifteen hundred.
    if value == 0 or value % 1000:
        assert number(f"{num2words(value)} and {fraction[0]}") == value + fraction[1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 minutes", 300), ("five minutes.", 300), ("hour", 3600), ("min", 60), ("90 secs", 90), ("90s", 90),
        ("an hour", 3600), ("a minute", 60), ("twenty five minute", 1500), ("five-minute", 300), ("10-minute", 600),
        ("an hour and a half", 5400), ("hour and a half", 5400), ("one and a half hours", 5400), ("1.5 hours", 5400),
        ("1½ hours", 5400), ("1 1/2 hours", 5400), ("a minute and a half", 90), ("one and a half minutes", 90),
        ("three and a half minutes", 210), ("3.5 minutes", 210), ("two and a half hours", 9000),
        ("two hours and a quarter", 8100), ("an hour and three quarters", 6300), ("two and three quarter hours", 9900),
        ("half an hour", 1800), ("half hour", 1800), ("a half hour", 1800), ("½ hour", 1800), ("half a minute", 30),
        ("a quarter of an hour", 900), ("quarter of an hour", 900), ("quarter hour", 900),
        ("three quarters of an hour", 2700), ("3/4 of an hour", 2700), ("a couple of minutes", 120),
        ("a couple minutes", 120), ("a dozen minutes", 720), ("2 minutes and 30 seconds", 150),
        ("two minutes, thirty seconds", 150), ("2m30s", 150), ("1h 30m", 5400), ("an hour and five minutes", 3900),
        ("one hour one minute and one second", 3661), ("5 min 30", 330), ("an hour thirty", 5400),
        ("two hours and a half and 3 seconds", 9003), ("an hour and a half minute", 3630), ("ten minutes' time", 600),
        ("an hour’s time", 3600), ("three days", 259_200), ("a week and two days", 777_600), ("0 minutes", 0),
        ("another minute", 60), ("another two minutes", 120), ("two more minutes", 120), ("1 hour 30.", 5400),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert duration_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    ["", "five", "soup", "5 minutes and 10 minutes", "30 seconds and 2 minutes", "five an hour", "minus five minutes",
     "pasta 5 minutes", "5 minutes pasta", "an", "of an hour", "half past six", "5 seconds 30", "an hour seventy"],
)  # fmt: skip
def test_what_is_no_single_duration(text: str) -> None:
    assert duration_s(text) is None


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.booleans(), st.sampled_from([" ", ", ", " and "]))
def test_a_duration_in_words_is_read_back(hours: int, minutes: int, seconds: int, words: bool, joint: str) -> None:
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    said = [
        f"{num2words(amount) if words else amount} {unit}{'' if amount == 1 else 's'}"
        for amount, unit in parts
        if amount
    ]
    expected = hours * 3600 + minutes * 60 + seconds if said else None
    assert duration_s(joint.join(said)) == expected


@given(st.integers(1, 99), st.sampled_from([("minutes", 60), ("hours", 3600)]))
def test_a_half_more_is_half_a_unit_more(amount: int, unit: tuple[str, int]) -> None:
    name, size_s = unit
    for text in (f"{num2words(amount)} and a half {name}", f"{amount} {name} and a half", f"{amount}.5 {name}"):
        assert duration_s(text) == (amount + 0.5) * size_s


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("730", "07:30 19:30"), ("7:30", "07:30 19:30"), ("7.30", "07:30 19:30"), ("7 30", "07:30 19:30"),
        ("seven thirty", "07:30 19:30"), ("half past seven", "07:30 19:30"),
        ("half-cast seven", "07:30 19:30"), ("7.30am.", "07:30"), ("half seven", "07:30 19:30"),
        ("thirty minutes past seven", "07:30 19:30"), ("Seven thirty five.", "07:35 19:35"), ("735.", "07:35 19:35"),
        ("quarter to nine", "08:45 20:45"), ("a quarter past nine", "09:15 21:15"), ("quarter of nine", "08:45 20:45"),
        ("ten to six", "05:50 17:50"), ("twenty-five past 6", "06:25 18:25"), ("ten minutes to one", "00:50 12:50"),
        ("seven oh five", "07:05 19:05"), ("7 o 5", "07:05 19:05"), ("seven", "07:00 19:00"), ("at 7", "07:00 19:00"),
        ("8 o'clock", "08:00 20:00"), ("six o clock", "06:00 18:00"), ("twelve thirty", "00:30 12:30"),
        ("12", "00:00 12:00"), ("0:30", "00:30"), ("1830", "18:30"), ("18:30", "18:30"), ("eighteen thirty", "18:30"),
        ("eighteen hundred", "18:00"), ("eighteen hundred hours", "18:00"), ("08:00", "08:00"), ("0800", "08:00"),
        ("7 am", "07:00"), ("7am", "07:00"), ("7 a.m.", "07:00"), ("7 A. M.", "07:00"), ("7 p.m.", "19:00"),
        ("seven thirty pm", "19:30"), ("730 p.m.", "19:30"), ("12 am", "00:00"), ("12 pm", "12:00"),
        ("12:15 am", "00:15"), ("noon", "12:00"), ("12 noon", "12:00"), ("midday", "12:00"), ("midnight", "00:00"),
        ("ten to noon", "11:50"), ("ten to midnight", "23:50"), ("five past midnight", "00:05"),
        ("six in the morning", "06:00"), ("quarter past six in the morning", "06:15"), ("six this evening", "18:00"),
        ("three in the afternoon", "15:00"), ("seven o'clock tonight", "19:00"), ("ten at night", "22:00"),
        ("two at night", "02:00"), ("7 am in the morning", "07:00"), ("19:30 pm", "19:30"),
    ],
)  # fmt: skip
def test_times_of_day(text: str, times: str) -> None:
    read = clock_time(text)
    assert read is not None
    assert [f"{each:%H:%M}" for each in read.times()] == times.split()


@pytest.mark.parametrize(
    "text",
    ["", "soup", "half past", "o'clock", "am", "25:00", "7:75", "775", "13 am", "7 am pm", "five minutes", "99",
     "to six", "seven hundred and five", "seventy to six", "7:3", "1/2 past six", "7 oh 15"],
)  # fmt: skip
def test_what_is_no_time_of_day(text: str) -> None:
    assert clock_time(text) is None


@given(st.times())
def test_every_minute_of_the_day_is_read_back(moment: time) -> None:
    moment = time(moment.hour, moment.minute)
    hour, minute, half = moment.hour % 12 or 12, moment.minute, "am" if moment.hour < 12 else "p.m."
    minutes = num2words(minute) if minute >= 10 else f"oh {num2words(minute)}"
    spoken = f"{num2words(hour)} {minutes}" if minute else f"{num2words(hour)} o'clock"
    for text in (f"{hour}:{minute:02}", f"{hour}{minute:02}", spoken):
        read, certain = clock_time(text), clock_time(f"{text} {half}")
        assert read is not None and moment in read.times() and len(read.times()) == 2
        assert certain is not None and certain.times() == (moment,)
    if moment.hour:
        full = clock_time(f"{moment:%H:%M}")
        assert full is not None and moment in full.times()


@given(st.integers(1, 12), st.integers(1, 29))
def test_minutes_before_an_hour_are_minutes_after_the_one_before(hour: int, minutes: int) -> None:
    before = clock_time(f"{num2words(minutes)} to {num2words(hour)}")
    assert before == clock_time(f"{hour - 1 or 12}:{60 - minutes}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20%", 20), ("20 %", 20), ("twenty percent", 20), ("Twenty per cent.", 20), ("half", 50), ("a quarter", 25),
        ("three quarters", 75), ("50", 50), ("fifty", 50), ("max", 100), ("12.5%", 12), ("150%", 150), ("0%", 0),
        ("0.5", None), ("%", None), ("cat", None), ("-5%", None), ("two halves", 100), ("three halves", None),
        ("five and a half", None),
    ],
)  # fmt: skip
def test_percentages(text: str, value: int | None) -> None:
    assert percent(text) == value


@given(st.text())
def test_any_text_is_read_or_not_without_an_error(text: str) -> None:
    for read in (number, duration_s, clock_time, percent):
        read(text)


WORDS = (
    "a an and half quarter of to past five twenty hundred dozen thousand 7 7:30 1/2 point minutes hour pm at night -3"
)


@given(st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_any_order_of_such_words_is_read_or_not_without_an_error(text: str) -> None:
    for read in (number, duration_s, clock_time, percent):
        read(text)
