"""What the training voices say: user sentences, coffee orders, short answers, word salad, splices and fragments.

Word salad (random words of the vocabulary in random order), spliced sentences and loose figures keep the decoder from
leaning on the templates: a held-out template must not be a language-model problem.
"""

import random

SIZES = ["small", "medium", "large", "eight ounce", "twelve ounce", "sixteen ounce", "twenty ounce"]
ROASTS = ["light roast", "medium roast", "dark roast"]
SHOTS = ["single shot", "double shot", "triple shot"]
DRINKS = [
    "coffee",
    "iced coffee",
    "drip coffee",
    "house coffee",
    "iced mocha",
    "mocha",
    "espresso",
    "americano",
    "cappuccino",
    "latte",
]
AMOUNTS = ["", "", "", "a bit of", "a little bit of", "some", "lots of", "a lot of"]
SUGARS = ["sugar", "brown sugar", "sweetener"]
MILKS = ["milk", "soy milk", "skim milk", "whole milk", "almond milk", "cream"]
OPENINGS = [
    "can i have a",
    "can i get a",
    "may i have a",
    "get me a",
    "make me a",
    "i want a",
    "i'd like a",
    "brew a",
    "give me a",
    "i'll have a",
    "could i get a",
    "i would like a",
    "please make a",
    "a",
]

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen".split()
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
DAYS = "today tomorrow monday tuesday wednesday thursday friday saturday sunday tonight".split()
ITEMS = [
    *(
        "milk eggs bread butter cheese apples bananas oranges tomatoes potatoes onions garlic carrots chicken fish beef "
        "rice pasta flour sugar salt pepper oil vinegar coffee tea juice water yogurt cereal honey jam chocolate "
        "cookies soap shampoo toothpaste batteries candles napkins detergent lettuce cucumbers mushrooms spinach "
        "broccoli beans lemons limes grapes strawberries ham bacon sausages salmon tuna ketchup mustard mayonnaise "
        "noodles soup beer wine cream nuts oats peas corn avocados peaches pears"
    ).split(),
    "toilet paper",
    "paper towels",
    "olive oil",
    "orange juice",
    "dish soap",
    "ice cream",
    "cat food",
    "dog food",
    "peanut butter",
    "light bulbs",
    "trash bags",
    "brown sugar",
    "almond milk",
    "soy milk",
]
DEVICES = [
    "light",
    "lights",
    "lamp",
    "fan",
    "heater",
    "television",
    "tv",
    "radio",
    "coffee machine",
    "dishwasher",
    "washing machine",
    "air conditioner",
    "heating",
    "speaker",
    "oven",
    "kettle",
    "vacuum",
    "music",
    "blinds",
]
ROOMS = [
    "kitchen",
    "bedroom",
    "living room",
    "bathroom",
    "hallway",
    "office",
    "garage",
    "garden",
    "dining room",
    "basement",
    "attic",
    "nursery",
    "study",
    "porch",
    "balcony",
]
UNITS = (
    "miles kilometers meters feet inches centimeters yards pounds kilograms grams ounces cups milliliters liters "
    "gallons pints quarts tablespoons teaspoons celsius fahrenheit degrees tons stones hours minutes seconds "
    "days weeks mile kilometer meter foot inch pound kilogram gram ounce cup liter gallon".split()
)
NAMES = [
    "pasta",
    "egg",
    "tea",
    "laundry",
    "pizza",
    "oven",
    "cake",
    "bread",
    "rice",
    "nap",
    "workout",
    "chicken",
    "homework",
    "meeting",
    "cookie",
    "potato",
    "soup",
    "coffee",
    "break",
    "dinner",
]
SHORT = """stop|yes|no|yeah|okay|thanks|thank you|please|never mind|cancel|cancel that|cancel it|be quiet|wait|hold on
|go on|continue|repeat that|say that again|what|pardon|sorry|sure|of course|hello|hi|hey|hey there|good morning
|good evening|good night|goodbye|bye|see you later|stop it|stop talking|that's enough|louder|quieter|turn it up
|turn it down|no make it a large|no make it a small|make it a medium|make it a double|and tomorrow|and on friday
|what about sunday|the kitchen|the first one|the second one|both|all of them|none|nothing else|that's all|that's it
|i don't know|maybe|maybe later|not now|yes please|no thanks|no thank you|how are you|who are you|what can you do
|what's your name|tell me a joke|help|what time is it|what day is it|i'm fine|great|good|perfect|nice|right|wrong
|that's wrong|that's right|exactly|another one|one more|again|more|less|up|down|on|off|start|pause|resume|quit|exit
|really|wow|actually no|oh|well|um|how much|how many|how long|when|where|why|who|which one""".replace("\n", "").split(
    "|"
)
EXTRA = """about above after again all almost also always another answer any around ask away back bad because before
begin behind below best better between big birthday book bottle bring broken brother build busy buy call called can't
capital car change check child children city clean clear clock close closed cloudy cold color come complete cook cool
could couldn't country cut dark daughter day dear degrees delete did didn't different do does doesn't dog doing done
don't door each early easy eat either empty end enough entry evening ever every everything exactly family far fast
father favorite feel few fill final find finish finished first floor follow food football for forecast forget forgot
forward found four free fresh friend from front full fun funny game gave get getting girl give go going gone good got
grandma great green guess had half hand happen happy hard has hasn't hat have haven't he head hear heard heat heavy help
her here he'd he'll he's high him his hit home hope hot hour house how hundred hungry i'd i'll i'm i've if important in
inside into is isn't it it's its job joke just keep key kids kind kitchen know last late later laugh learn leave left
less let let's life like line list little live long look lose lost loud love low lower lunch machine made make man many
mean meet message middle might minute minus mind moment money month moon morning most mother move much multiply multiplied
music must my myself name near need never new news next night noise noon not nothing now number of off often oh old on
once one only open or order other our out outside over own park party pay people percent phone pick picture pizza place
plan play plus point possible present president price problem put question quick quiet quite rain raining read ready
real red remember remind remove rest right ring river room round run said same save say school second see send set she
she's shop shopping should show shut sing sister sit sleep slow smaller snow snowing so some someone something song son
soon sorry sound speak spell sport square start state stay step still stop store storm story strong such summer sun
sunny sure sweet switch table take talk tell temperature than that that's the their them then there there's these they
they're thing think third this those thousand three time timer times tired to together told too took top total town
train travel tree true try turn turned two umbrella under until up us use user very wait wake walk want wants warm was
wash wasn't watch water way we we'll we're weather week weekend well went were what what's when where where's which
while white who who's whole why will wind windy window winter wish with without woman won't word work working world
worry would wouldn't write year yesterday yet you you'd you'll you're you've your divided by subtract add equals sum
difference hundred thousand million half quarter volume brightness bright dim dimmer reset tip size""".split()


def number(rng: random.Random, top: int = 100) -> str:
    """A number from zero to top in words, small ones more often."""
    value = rng.randint(0, rng.choice([12, 20, top, top]))
    return spell(value)


def spell(value: int) -> str:
    """English words of 0 <= value < 1,000,000 without "and"."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10 - 2] + (f" {ONES[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{ONES[value // 100]} hundred" + (f" {spell(value % 100)}" if value % 100 else "")
    return f"{spell(value // 1000)} thousand" + (f" {spell(value % 1000)}" if value % 1000 else "")


def extra(rng: random.Random, kinds: list[str]) -> str:
    return f"{rng.choice(AMOUNTS)} {rng.choice(kinds)}".strip()


def order(rng: random.Random) -> str:
    """A coffee order the way the recorded people say them, every part optional."""
    parts = []
    wanted = rng.choices([0, 1, 2, 3], [1, 4, 4, 2])[0]
    for kinds in rng.sample([SIZES, ROASTS, SHOTS], wanted):
        parts.append(rng.choice(kinds))
    parts.append(rng.choice(DRINKS))
    text = f"{rng.choice(OPENINGS)} {' '.join(parts)}"
    extras = rng.choice([[], [SUGARS], [MILKS], [SUGARS, MILKS], [MILKS, SUGARS]])
    if extras:
        text += " with " + " and ".join(extra(rng, kinds) for kinds in extras)
    words = text.split()
    for at in range(len(words) - 1):
        vowel = words[at + 1][0] in "aei" and words[at + 1] != "a"
        if words[at] == "a" and vowel and rng.random() < 0.8:
            words[at] = "an"
    return " ".join(words)


def household(rng: random.Random) -> str:
    """A command or question of the household, from plain patterns."""
    pick = rng.choice
    n, unit = number(rng), pick(["seconds", "minutes", "minutes", "hours"])
    patterns = [
        f"{pick(['set', 'start', 'put on', 'give me', 'please set', 'can you set'])} a timer for {n} {unit}",
        f"{pick(['set', 'start'])} a {n} {unit[:-1]} timer{pick(['', ' for the ' + pick(NAMES)])}",
        f"{pick(['set', 'start'])} a {pick(NAMES)} timer for {n} {unit}",
        f"{pick(['cancel', 'stop', 'delete'])} the {pick(['', pick(NAMES) + ' '])}timer",
        f"how {pick(['long', 'much time'])} is left on {pick(['the', 'my'])} {pick(['', pick(NAMES) + ' '])}timer",
        f"{pick(['add', 'put'])} {pick(ITEMS)}{pick(['', ' and ' + pick(ITEMS), ' ' + pick(ITEMS) + ' and ' + pick(ITEMS)])}"
        f" {pick(['to', 'on'])} {pick(['the', 'my'])} {pick(['', 'shopping '])}list",
        f"{pick(['remove', 'take', 'delete'])} {pick(ITEMS)} {pick(['from', 'off'])} the list",
        f"{pick(['what is', 'what' + chr(39) + 's'])} on {pick(['the', 'my'])} {pick(['shopping ', ''])}list",
        f"read me {pick(['the', 'my'])} shopping list",
        f"turn {pick(['on', 'off'])} the {pick(['', pick(ROOMS) + ' '])}{pick(DEVICES)}",
        f"{pick(['turn', 'switch'])} the {pick(DEVICES)} in the {pick(ROOMS)} {pick(['on', 'off'])}",
        f"{pick(['dim', 'set'])} the {pick(ROOMS)} {pick(['light', 'lights'])} to {n} percent",
        f"what{chr(39)}s the weather {pick(['like ', ''])}{pick(['on ', ''])}{pick(DAYS)}",
        f"will it {pick(['rain', 'snow', 'be sunny', 'be cold', 'be warm', 'be windy'])} {pick(DAYS)}",
        f"do i need {pick(['an umbrella', 'a coat', 'a jacket', 'sunglasses'])} {pick(DAYS)}",
        f"{pick(['what is', 'what' + chr(39) + 's', 'calculate', 'how much is'])} {number(rng, 999)} "
        f"{pick(['plus', 'minus', 'times', 'divided by', 'multiplied by'])} {number(rng, 200)}",
        f"what{chr(39)}s {n} percent of {number(rng, 999)}",
        f"{pick(['convert', 'how much is', 'what is'])} {n} {pick(UNITS)} {pick(['to', 'in'])} {pick(UNITS)}",
        f"how many {pick(UNITS)} are {pick(['there ', ''])}in {pick(['a', n])} {pick(UNITS)}",
        f"{pick(['set', 'turn'])} the volume {pick(['to', 'up to', 'down to'])} {n}{pick(['', ' percent'])}",
        f"{pick(['turn it', 'turn the volume', 'make it'])} {pick(['up', 'down', 'louder', 'quieter'])}",
        f"what {pick(['time', 'day', 'date', 'month', 'year'])} is it{pick(['', ' now', ' today'])}",
        f"{pick(['tell me', 'do you know', 'can you tell me'])} {pick(['the time', 'the date', 'a joke', 'a story'])}",
        f"{pick(['change', 'make'])} {pick(['it', 'that', 'my order'])} {pick(['to ', ''])}a {pick(SIZES)} {pick(DRINKS)}",
        f"{pick(['no', 'actually', 'sorry', 'wait'])} make {pick(['it', 'that'])} {pick(['a ', ''])}"
        f"{pick(SIZES + SHOTS + ROASTS)}",
        f"{pick(['with', 'without', 'and add', 'hold the'])} {extra(rng, MILKS + SUGARS)}",
        f"{pick(['cancel', 'change', 'repeat'])} my {pick(['order', 'coffee', 'last order'])}",
        pick(SHORT),
    ]
    return pick(patterns)


def vocabulary() -> list[str]:
    """Every word that the patterns here can say, sorted."""
    words: set[str] = set(ONES + TENS + DAYS + UNITS + NAMES + EXTRA)
    for phrase in (
        ITEMS + DEVICES + ROOMS + SHORT + SIZES + ROASTS + SHOTS + DRINKS + SUGARS + MILKS + OPENINGS + AMOUNTS
    ):
        words.update(phrase.split())
    rng = random.Random(7)
    for _ in range(4000):
        words.update(household(rng).split())
    return sorted(words)


def salad(rng: random.Random, words: list[str]) -> str:
    """Three to nine words of the vocabulary in any order."""
    return " ".join(rng.choices(words, k=rng.randint(2, 8)))


def figures(rng: random.Random) -> str:
    """Numbers, signs and units in any order: in a sum nothing but the sound tells which number was said."""
    signs = ["plus", "minus", "times", "divided by", "multiplied by", "and", "percent of", "from", "to"]
    parts = [spell(rng.choice([rng.randint(0, 20), rng.randint(0, 100), rng.randint(0, 1000), rng.randint(0, 99_999)]))]
    for _ in range(rng.randint(0, 2)):
        parts += [rng.choice(signs), spell(rng.randint(0, rng.choice([12, 100, 1000])))]
    if rng.random() < 0.4:
        parts.append(rng.choice(UNITS))
    return " ".join(parts)


def splice(rng: random.Random, one: str, other: str) -> str:
    """The beginning of one sentence and the end of another: wordings that no template has."""
    first, second = one.split(), other.split()
    return " ".join(first[: rng.randint(1, min(6, len(first)))] + second[-rng.randint(1, min(6, len(second))) :])


def fragment(rng: random.Random, text: str) -> str:
    """A run of words from inside a sentence, as a partial transcript or a joined turn meets them."""
    words = text.split()
    first = rng.randint(0, max(0, len(words) - 2)) if rng.random() < 0.6 else 0
    last = rng.randint(first + 1, len(words))
    return " ".join(words[first:last])
