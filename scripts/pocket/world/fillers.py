"""What a template's slots can hold: how it is spoken, how it is written, and what it means to a tool."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Piece:
    """One filled slot. `values` are tool arguments (or facts that a reply needs)."""

    spoken: str
    written: str = ""
    values: dict[str, object] = field(default_factory=dict)

    @property
    def on_paper(self) -> str:
        return self.written or self.spoken


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def number_words(n: int, rng: Random | None = None) -> str:
    """English words of 0..9999; with `rng` the small choices ("a hundred", "and") vary."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (f" {ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        head = "a hundred" if n < 200 and rng and rng.random() < 0.4 else f"{ONES[n // 100]} hundred"
        joint = " and " if rng and rng.random() < 0.4 else " "
        return head + (joint + number_words(n % 100) if n % 100 else "")
    rest = f" {number_words(n % 1000, rng)}" if n % 1000 else ""
    return f"{number_words(n // 1000)} thousand{rest}"


ROOMS = (
    "kitchen|bedroom|living room|bathroom|hallway|office|garage|dining room|basement|garden|nursery|guest room|"
    "attic|laundry room"
).split("|")
DEVICES = (
    "light|light|light|lamp|fan|heater|television|radio|coffee machine|kettle|dishwasher|washing machine|"
    "air conditioner|humidifier|toaster|oven"
).split("|")
SPOKEN_AS = {"television": ["television", "tv"], "light": ["light", "lights"], "lamp": ["lamp", "lamp", "lamps"]}
ITEMS = (
    "milk|eggs|bread|butter|cheese|apples|bananas|oranges|rice|pasta|tomatoes|potatoes|onions|carrots|chicken|fish|"
    "yogurt|coffee|tea|sugar|flour|salt|pepper|olive oil|toilet paper|soap|shampoo|toothpaste|batteries|light bulbs|"
    "candles|cat food|dog food|orange juice|cereal|honey|peanut butter|jam|chocolate|cookies|garlic|lemons|spinach|"
    "mushrooms|cucumbers|ice cream|napkins|paper towels|strawberries|grapes|beans|lentils|tuna|salmon|ham|mustard|"
    "ketchup|vinegar|water|almond milk"
).split("|")
TIMER_NAMES = (
    "pasta|egg|pizza|tea|laundry|bread|rice|cake|workout|nap|chicken|oven|potato|cookie|meeting|homework|soup|fish|"
    "break|meditation"
).split("|")
DAYS = "today|tomorrow|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday".split("|")
UNIT_PAIRS = (
    "miles kilometers|kilometers miles|feet meters|meters feet|inches centimeters|centimeters inches|"
    "pounds kilograms|kilograms pounds|ounces grams|grams ounces|cups milliliters|milliliters cups|"
    "gallons liters|liters gallons|fahrenheit celsius|celsius fahrenheit|yards meters|tablespoons milliliters|"
    "pints liters|hours minutes|weeks days"
).split("|")
SINGULAR = {"feet": "foot", "inches": "inch", "fahrenheit": "fahrenheit", "celsius": "celsius"}

PLACES = (
    "france|spain|italy|germany|japan|china|india|brazil|canada|mexico|egypt|australia|norway|sweden|poland|turkey|"
    "greece|russia|london|paris|berlin|madrid|tokyo|new york|chicago|california|texas|africa|england|ireland"
).split("|")
PEOPLE = (
    "the president|the king|the prime minister|einstein|shakespeare|mozart|beethoven|napoleon|cleopatra|newton|"
    "the pope|picasso|the mayor|darwin|my neighbor|the queen|columbus|lincoln"
).split("|")
GAMES = (
    "the election|the game|the world cup|the super bowl|the match last night|the race|the championship|the finals|"
    "the lottery|the war"
).split("|")
THINGS = (
    "gravity|electricity|the moon|the sun|a black hole|democracy|inflation|photosynthesis|a volcano|a dinosaur|"
    "quantum physics|the stock market|an earthquake|the internet|a rainbow|the ocean|a computer|an airplane|bitcoin|"
    "cancer|the economy|evolution|the speed of light|a verb|an atom|history|philosophy|algebra|chess|football"
).split("|")
BIG_THINGS = (
    "mount everest|the eiffel tower|the moon|a whale|the pacific ocean|a giraffe|the nile|the sun|jupiter".split("|")
)
WORKS = "hamlet|the mona lisa|the bible|harry potter|moby dick|romeo and juliet|star wars|titanic|the odyssey".split(
    "|"
)
MUSIC = "some music|jazz|the beatles|a song|some rock|classical music|my playlist|a podcast|an audiobook".split("|")
RELATIVES = "my mother|my brother|john|anna|my boss|my wife|my husband|the doctor|my sister|grandma".split("|")

DRINKS = "mocha|cappuccino|coffee|iced mocha|house coffee|iced coffee|americano|drip coffee|latte|espresso".split("|")
ROASTS = "dark roast|light roast|medium roast".split("|")
SIZES = "small|medium|large|eight ounce|twelve ounce|sixteen ounce|twenty ounce".split("|")
SHOTS = "single shot|double shot|triple shot".split("|")
AMOUNTS = ("", "", "some ", "a bit of ", "a little bit of ", "lots of ", "a lot of ")
SUGARS = ["sugar", "brown sugar", "sweetener"]
MILKS = ["milk", "whole milk", "skim milk", "soy milk", "almond milk", "cream"]


def _number(rng: Random) -> int:
    kind = rng.random()
    if kind < 0.5:
        return rng.randint(1, 20)
    if kind < 0.85:
        return rng.randint(1, 100)
    return rng.randint(100, 999) if rng.random() < 0.7 else rng.choice([1000, 1500, 2000, 5000, 100, 200, 250, 500])


def _num_piece(n: int, key: str, rng: Random) -> Piece:
    return Piece(number_words(n, rng), str(n), {key: n})


def duration(rng: Random) -> Piece:
    special = [
        ("half an hour", 30, "minutes"),
        ("an hour", 1, "hours"),
        ("a minute", 1, "minutes"),
        ("a quarter of an hour", 15, "minutes"),
        ("an hour and a half", 90, "minutes"),
        ("a minute and a half", 90, "seconds"),
        ("half a minute", 30, "seconds"),
    ]
    if rng.random() < 0.14:
        spoken, amount, unit = rng.choice(special)
        return Piece(spoken, "", {"amount": amount, "unit": unit})
    unit = rng.choices(["seconds", "minutes", "hours"], [2, 8, 2])[0]
    if unit == "seconds":
        amount = rng.choice([5, 10, 15, 20, 25, 30, 40, 45, 50, 60, 90, 100, 120, rng.randint(2, 59)])
    elif unit == "minutes":
        amount = rng.choice([rng.randint(1, 20), rng.randint(1, 59), 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 90])
    else:
        amount = rng.randint(1, 12)
    name = unit[:-1] if amount == 1 else unit
    return Piece(f"{number_words(amount)} {name}", f"{amount} {name}", {"amount": amount, "unit": unit})


def adjective_duration(rng: Random) -> Piece:
    """ "ten minute" as in "a ten minute timer"."""
    unit = rng.choice(["second", "minute", "minute", "minute", "hour"])
    amount = rng.randint(1, 12) if unit == "hour" else rng.choice([rng.randint(1, 30), 5, 10, 15, 20, 30, 45, 60, 90])
    return Piece(f"{number_words(amount)} {unit}", f"{amount} {unit}", {"amount": amount, "unit": unit + "s"})


def percent(rng: Random) -> Piece:
    n = rng.choice([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, rng.randint(1, 99)])
    return Piece(f"{number_words(n)} percent", f"{n}%" if rng.random() < 0.6 else f"{n} percent", {"percent": n})


def plain_percent(rng: Random) -> Piece:
    n = rng.choice([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 65, 70, 75, 80, 85, 90, 100, rng.randint(1, 99)])
    return Piece(number_words(n), str(n), {"percent": n})


def device(rng: Random) -> Piece:
    name = rng.choice(DEVICES)
    return Piece(rng.choice(SPOKEN_AS.get(name, [name])), "", {"device": name})


def items(rng: Random) -> Piece:
    chosen = rng.sample(ITEMS, rng.choices([1, 2, 3], [6, 3, 1.5])[0])
    spoken = chosen[0] if len(chosen) == 1 else f"{' '.join(chosen[:-1])} and {chosen[-1]}"
    paper = chosen[0] if len(chosen) == 1 else f"{', '.join(chosen[:-1])} and {chosen[-1]}"
    if len(chosen) == 3 and rng.random() < 0.5:
        spoken = " and ".join(chosen)
    return Piece(spoken, paper, {"items": chosen})


def units(rng: Random) -> Piece:
    """Only the pair of units and the amount; the words are made by `amount_from`, `to`."""
    from_unit, to_unit = rng.choice(UNIT_PAIRS).split()
    amount = rng.choice(
        [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 350, rng.randint(2, 99)]
    )
    if "fahrenheit" in (from_unit, to_unit):
        amount = rng.choice([20, 30, 32, 50, 60, 68, 75, 90, 100, 180, 200, 350, 400, rng.randint(20, 99)])
    return Piece("", "", {"amount": amount, "from_unit": from_unit, "to_unit": to_unit})


def some_of(thing: str, key: str, rng: Random) -> Piece:
    text = rng.choice(AMOUNTS) + thing
    return Piece(text, "", {key: text})


def _pick(options: list[str], key: str) -> Callable[[Random], Piece]:
    def pick(rng: Random) -> Piece:
        text = rng.choice(options)
        return Piece(text, "", {key: text})

    return pick


def _named(options: list[str], key: str) -> Callable[[Random], Piece]:
    """Proper nouns get no tool argument; the key lets a reply mention them."""

    def pick(rng: Random) -> Piece:
        text = rng.choice(options)
        return Piece(
            text, text if text.startswith(("the ", "my ", "a ", "an ", "some ")) else text.title(), {key: text}
        )

    return pick


def day(rng: Random) -> Piece:
    name = rng.choice(DAYS)
    spoken = name if name in ("today", "tomorrow") else f"on {name}"
    return Piece(spoken, spoken if name in ("today", "tomorrow") else f"on {name.title()}", {"day": name})


def day_name(rng: Random) -> Piece:
    name = rng.choice(DAYS)
    return Piece(name, name if name in ("today", "tomorrow") else name.title(), {"day": name})


FILLERS: dict[str, Callable[[Random], Piece]] = {
    "dur": duration,
    "adjdur": adjective_duration,
    "percent": percent,
    "level": plain_percent,
    "room": _pick(ROOMS, "room"),
    "device": device,
    "items": items,
    "tname": _pick(TIMER_NAMES, "name"),
    "day": day,
    "dayname": day_name,
    "a": lambda r: _num_piece(_number(r), "a", r),
    "b": lambda r: _num_piece(_number(r), "b", r),
    "c": lambda r: _num_piece(r.randint(1, 20), "c", r),
    "pct": lambda r: _num_piece(r.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, r.randint(1, 99)]), "pct", r),
    "dec": lambda r: (lambda w, d: Piece(f"{number_words(w)} point {ONES[d]}", f"{w}.{d}", {"a": f"{w}.{d}"}))(
        r.randint(0, 30), r.randint(1, 9)
    ),
    "drink": _pick(DRINKS, "drink"),
    "roast": _pick(ROASTS, "roast"),
    "size": _pick(SIZES, "size"),
    "shots": _pick(SHOTS, "shots"),
    "milk": lambda r: some_of(r.choice(MILKS), "milk", r),
    "sugar": lambda r: some_of(r.choice(SUGARS), "sugar", r),
    "place": _named(PLACES, "topic"),
    "person": _named(PEOPLE, "topic"),
    "game": _named(GAMES, "topic"),
    "thing": _named(THINGS, "topic"),
    "big": _named(BIG_THINGS, "topic"),
    "work": _named(WORKS, "topic"),
    "music": _named(MUSIC, "topic"),
    "relative": _named(RELATIVES, "topic"),
}
