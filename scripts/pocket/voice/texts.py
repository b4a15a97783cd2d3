"""The sentences that the pocket voice learns from.

Half are replies of the world (timers, lists, devices, weather, coffee, small talk) with every number spelled out,
as speak/speakable.py hands them to a voice; half are free combinations of a broad vocabulary, so that every English
phoneme and most pairs of phonemes occur. None of them is a sentence of held_out.txt, which holds what users say.
"""

import random
from collections.abc import Callable
from pathlib import Path

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = ("January February March April May June July August September October November December").split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ROOMS = (
    "kitchen,bedroom,living room,bathroom,hallway,office,garage,basement,dining room,nursery,attic,guest room,"
    "garden,balcony,study"
).split(",")
DEVICES = (
    "light,lamp,fan,heater,television,radio,coffee machine,dishwasher,washing machine,oven,kettle,"
    "air conditioner,speaker,ceiling light,desk lamp,toaster,humidifier,blinds"
).split(",")
FOODS = (
    "milk,eggs,bread,butter,cheese,apples,bananas,onions,tomatoes,rice,pasta,sugar,flour,chicken,yogurt,orange juice,"
    "toothpaste,soap,paper towels,olive oil,garlic,potatoes,carrots,lettuce,cucumbers,honey,oatmeal,cereal,peanut "
    "butter,salt,pepper,chocolate,cookies,tea,coffee beans,fish,shrimp,beef,mushrooms,grapes,strawberries,lemons,"
    "batteries,dish soap,shampoo,napkins,jam,spinach,avocados,ginger,beans,crackers,ice cream,vinegar,celery"
).split(",")
NAMES = "pasta,egg,pizza,laundry,tea,bread,cookie,rice,nap,workout,chicken,homework,shower,cake,break".split(",")
WEATHER = (
    "sunny,cloudy,rainy,windy,foggy,snowy,stormy,clear,mostly sunny,partly cloudy,light rain,heavy rain,"
    "thunderstorms,drizzle,freezing rain,hail,warm and humid,cold and dry,a little breezy"
).split(",")
SIZES = "small,medium,large,eight ounce,twelve ounce,sixteen ounce,twenty ounce".split(",")
ROASTS = "light roast,medium roast,dark roast".split(",")
SHOTS = "single shot,double shot,triple shot".split(",")
DRINKS = (
    "coffee,latte,iced latte,cappuccino,espresso,mocha,iced mocha,americano,drip coffee,house coffee,iced coffee,"
    "macchiato,cold brew,flat white"
).split(",")
MILKS = "milk,soy milk,almond milk,oat milk,skim milk,whole milk,cream,coconut milk,half and half".split(",")
SWEETS = "sugar,brown sugar,honey,sweetener,syrup,vanilla,caramel,cinnamon".split(",")
AMOUNTS = "a bit of,a little,a little bit of,some,a lot of,extra,no".split(",")
UNITS = (
    "miles,kilometers,meters,feet,inches,centimeters,pounds,kilograms,ounces,grams,cups,milliliters,liters,gallons,"
    "degrees celsius,degrees fahrenheit,tablespoons,teaspoons,yards,minutes,hours"
).split(",")

SMALL_TALK = """
Hello, how can I help you?|Hi there, what can I do for you?|Good morning, I hope you slept well.|Good evening, welcome back.
You're welcome.|You're very welcome, any time.|Happy to help.|No problem at all.|My pleasure.|Goodbye, see you soon.
Good night, sleep tight.|See you tomorrow.|I'm doing fine, thank you for asking.|I'm just a small voice assistant.
I'm sorry, I don't know that.|I don't know, that is outside of my world.|I'm afraid I can't help with that.
Sorry, I didn't catch that.|Could you say that again, please?|I can't do that, no lights are connected.
I can't check, no weather station is connected.|No coffee counter is connected, so I can't place an order.
I can set timers, keep your shopping list, and switch the lights.|I can tell you the time, do sums, and order coffee.
My name is localvoice, and I live on this computer.|I run on this machine, nothing leaves your house.
Everything you say stays here.|Of course, just a moment.|One moment, please.|Let me check.|Let me have a look.
Okay.|Sure.|All right.|Done.|Yes.|No.|Got it.|Right away.|Certainly.|Of course.|Sure thing.|Great choice.|Absolutely.
Never mind, then.|Okay, I'll stop.|That sounds lovely.|I hope you feel better soon.|Take a short break and drink some water.
Why did the coffee go to the police? It got mugged.|What do you call a sleeping bull? A bulldozer.
Why don't eggs tell jokes? They would crack up.|I like quiet mornings and clear questions.|Is there anything else?
Anything else for you?|Would you like anything else?|What would you like to drink?|Which room do you mean?
Which size would you like?|For how many minutes?|What should I call the timer?|Do you want milk or sugar with that?
Would you like it hot or iced?|Shall I place the order?|Do you mean today or tomorrow?|Shall I turn it off as well?
Your shopping list is empty.|There is no timer running.|There's nothing on the list yet.|I've cleared the list.
All timers are cancelled.|The order is cancelled.|I've cancelled your order.|Your coffee is on its way.|Enjoy your coffee.
Time is up.|Your timer is done.|The weather station doesn't answer.|That took too long, please try again later.
It should be dry, so you won't need an umbrella.|Take an umbrella, it looks like rain.|Dress warmly, it will be cold.
""".replace("\n", "|").split("|")

NOUNS = """
church judge bird measure treasure garage beige vision voice toy boy choice noise cow house mouth towel shower flower
power hour fire tire choir chair bear air square ear beer deer year cure tour door floor store orange horse car park garden
heart arm star girl nurse earth word work purple shirt thirty book foot wood bush sugar cushion moon spoon fruit juice
shoe view music cube queue computer human huge humor beauty cup button bottle little kettle middle puzzle apple table
people garlic onion million opinion yard yellow unit youth thing ring song singer finger anger uncle bank thank length
strength month math path bath tooth teeth breath thumb theater weather feather mother brother father leather clothes
vase vine valve wave glove sleeve cave zoo zebra nose rose breeze prize quiz box fox exam example jacket giant magic
bridge edge page orange village watch match kitchen picture future nature lecture ship fish dish sheep bishop station
ocean motion nation pressure machine glacier plant glass flag cloud clock climb black blue bread brick branch dress drum
dream frog friend fruit grass green ground plane plate price project scale school skirt sky sleep slide smile smoke snail
snow space spring splash sport spray square squirrel stamp street string swim swing train tree truck twin twelve twist
hat hand hall hill hotel ham habit market magnet lemon lamp lake level logic lunch pencil paper pocket pepper bag bell
boat bottom baby battle cat coat coin cotton dog desk doctor dollar duck game gate goat gift goose job jump kid king
net neck night number noodle rabbit rain river road room sand seat soup summer sun tail ten tiger tooth town van
village vote wall water wind window wolf woman women worm wheel whale zipper island iron idea area radio piano video
museum theory poem lion science quiet diet giant client oil soil coin joint point ointment employer lawyer mayor player
layer coward owl couch mouse mountain fountain council accountant apartment engineer pioneer career appearance experience
""".split()
VERBS = """
sees likes holds pulls pushes watches touches catches judges measures enjoys joins avoids allows loses chooses uses
views cures hears fears shares wears fires admires explores ignores adores starts marks turns learns earns works
writes reads finds hides buys tries makes takes breaks knows shows throws grows thinks brings sings hangs thanks
breathes bathes clothes loves saves gives moves proves leaves washes finishes pushes teaches reaches matches changes
manages arranges damages asks guesses dresses fixes mixes boxes whispers wants waits needs finds sends builds
jumps helps sleeps keeps drops stops grabs rubs robs begs hugs digs picks looks cooks talks walks paints counts
points visits offers answers covers discovers remembers considers follows borrows swallows argues rescues values
reviews interviews brushes crushes splashes stretches scratches squeezes freezes sneezes pleases sells tells fills pulls
""".split()
ADJECTIVES = """
red blue green yellow orange purple brown black white gray small large huge tiny thin thick smooth rough wet dry warm
cold cool hot young old new early late easy hard loud quiet happy sad angry hungry thirsty sleepy busy lazy crazy fair
rare square clear near dear sore poor pure sure sour loyal royal annoying joyful peaceful powerful careful beautiful
usual casual unusual visual strange large fresh rich cheap whole open frozen golden wooden broken hidden certain common
human foreign modern northern southern western eastern other another single double simple gentle humble noble careless
fearless thirteenth healthy wealthy worthy northern further rather clever proper super bitter better former
exact extra excellent expensive quick quiet quaint queer awkward backward curious furious serious glorious various obvious
""".split()
ADVERBS = (
    "slowly quickly quietly loudly gently often always never rarely usually today tomorrow yesterday again together "
    "outside inside upstairs downstairs nearby somewhere everywhere twice once already later soon early away"
).split()
PREPOSITIONS = (
    "in on under over behind beside near with without above below between around through across toward against "
    "after before until beyond among along"
).split()
PEOPLE = (
    "she,he,it,Joyce,George,Ruth,Edith,Howard,Joy,Claire,Arthur,Eugene,Vivian,Zoe,Ian,Hugh,Beth,Shirley,Charles,Hugo,"
    "Yvonne,my uncle,your mother,our teacher,the judge,their boy,his nurse,her father,the engineer,each child,nobody,"
    "everyone,the young woman,the old man,this girl,that cook"
).split(",")


def below_hundred(n: int) -> str:
    """0..99 in words."""
    if n < 20:
        return ONES[n]
    return TENS[n // 10 - 2] + ("" if n % 10 == 0 else " " + ONES[n % 10])


def in_words(n: int) -> str:
    """0..9999 in words."""
    if n < 100:
        return below_hundred(n)
    if n < 1000:
        head, rest = ONES[n // 100] + " hundred", n % 100
    else:
        head, rest = ONES[n // 1000] + " thousand", n % 1000
    return head + ("" if rest == 0 else " " + in_words(rest))


class Phrases:
    """Draws parts of sentences from one random source."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def pick(self, options: list[str]) -> str:
        return self.rng.choice(options)

    def number(self) -> str:
        top = self.rng.choice([12, 20, 60, 100, 100, 1000, 10000])
        return in_words(self.rng.randrange(top))

    def decimal(self) -> str:
        whole = in_words(self.rng.randrange(200))
        return f"{whole} point {' '.join(self.rng.choices(ONES[:10], k=self.rng.choice([1, 2])))}"

    def time(self) -> str:
        hour, minute = self.rng.randrange(24), self.rng.randrange(60)
        if minute == 0:
            return f"{ONES[hour % 12 or 12]} o'clock"
        tail = f"oh {ONES[minute]}" if minute < 10 else below_hundred(minute)
        return f"{below_hundred(hour)} {tail}"

    def ordinal(self) -> str:
        day = self.rng.randrange(1, 32)
        if day <= 20:
            return ORDINALS[day - 1]
        return "thirtieth" if day == 30 else f"{below_hundred(day // 10 * 10)} {ORDINALS[day % 10 - 1]}"

    def span(self) -> str:
        n = self.rng.choice([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 55, 59, 90])
        unit = self.pick(["second", "minute", "minute", "hour"])
        return f"{in_words(n)} {unit}{'' if n == 1 else 's'}"

    def items(self) -> str:
        chosen = self.rng.sample(FOODS, self.rng.choice([1, 2, 2, 3, 4]))
        return chosen[0] if len(chosen) == 1 else ", ".join(chosen[:-1]) + " and " + chosen[-1]

    def order(self) -> str:
        parts = [self.pick(o) for o in (SIZES, ROASTS, SHOTS) if self.rng.random() < 0.6]
        parts.append(self.pick(DRINKS))
        if self.rng.random() < 0.6:
            parts.append(f"with {self.pick(AMOUNTS)} {self.pick(MILKS)}")
            if self.rng.random() < 0.5:
                parts.append(f"and {self.pick(AMOUNTS)} {self.pick(SWEETS)}")
        return " ".join(parts)


def replies(p: Phrases) -> list[Callable[[], str]]:
    """Every kind of reply, as a function that draws one."""
    lead = ["Okay, ", "All right, ", "Sure, ", "Done, ", "", "", ""]
    return [
        lambda: f"It's {p.time()}.",
        lambda: f"It is {p.time()} {p.pick(['in the morning', 'in the afternoon', 'in the evening', 'at night'])}.",
        lambda: f"Today is {p.pick(DAYS)}, {p.pick(MONTHS)} {p.ordinal()}.",
        lambda: f"It's {p.pick(DAYS)}, the {p.ordinal()} of {p.pick(MONTHS)}.",
        lambda: f"{p.pick(lead)}timer set for {p.span()}.",
        lambda: f"Your {p.pick(NAMES)} timer is set for {p.span()}.",
        lambda: f"{p.pick(lead)}I've set the {p.pick(NAMES)} timer, it rings in {p.span()}.",
        lambda: f"There are {p.span()} and {p.span()} left on the {p.pick(NAMES)} timer.",
        lambda: f"I cancelled the {p.span().rstrip('s')} timer.",
        lambda: f"Your {p.pick(NAMES)} timer is done.",
        lambda: f"{p.number()} {p.pick(['plus', 'minus', 'times', 'divided by'])} {p.number()} is {p.number()}.",
        lambda: f"That's {p.pick([p.number(), p.decimal()])}.",
        lambda: f"{p.number()} percent of {p.number()} is {p.decimal()}.",
        lambda: f"{p.number()} {p.pick(UNITS)} is {p.pick([p.number(), p.decimal()])} {p.pick(UNITS)}.",
        lambda: f"That makes about {p.decimal()} {p.pick(UNITS)}.",
        lambda: f"{p.pick(lead)}I added {p.items()} to your list.",
        lambda: f"{p.pick(lead)}{p.items()} is off the list.",
        lambda: f"You have {p.items()} on your shopping list.",
        lambda: f"On the list, there's {p.items()}.",
        lambda: f"The volume is at {p.number()} percent.",
        lambda: f"{p.pick(lead)}the {p.pick(ROOMS)} {p.pick(DEVICES)} is {p.pick(['on', 'off'])}.",
        lambda: f"I've turned {p.pick(['on', 'off'])} the {p.pick(DEVICES)} in the {p.pick(ROOMS)}.",
        lambda: f"The {p.pick(ROOMS)} light is at {p.number()} percent.",
        lambda: f"{p.pick(lead)}I dimmed the {p.pick(ROOMS)} to {p.number()} percent.",
        lambda: f"{p.pick(['Today', 'Tomorrow', *DAYS])} will be {p.pick(WEATHER)}, with {p.number()} degrees.",
        lambda: f"Expect {p.pick(WEATHER)} on {p.pick(DAYS)}, around {p.number()} degrees.",
        lambda: f"It's {p.pick(WEATHER)} and {p.number()} degrees outside.",
        lambda: f"{p.pick(lead)}one {p.order()}, coming right up.",
        lambda: f"I ordered a {p.order()}.",
        lambda: f"So that's a {p.order()}, is that right?",
        lambda: f"I changed it to a {p.order()}.",
        lambda: f"Would you like your {p.pick(DRINKS)} with {p.pick(MILKS)}, or {p.pick(SWEETS)}?",
        lambda: p.pick(SMALL_TALK),
        lambda: p.pick(SMALL_TALK),
        lambda: p.pick(SMALL_TALK),
    ]


def rich(p: Phrases) -> list[Callable[[], str]]:
    """Sentences of no particular sense that meet many pairs of phonemes."""
    n, v, a = (lambda: p.pick(NOUNS)), (lambda: p.pick(VERBS)), (lambda: p.pick(ADJECTIVES))
    who, where, when = (lambda: p.pick(PEOPLE)), (lambda: p.pick(PREPOSITIONS)), (lambda: p.pick(ADVERBS))
    return [
        lambda: f"{who()} {v()} the {a()} {n()} {where()} the {n()}.",
        lambda: f"the {a()} {n()} {v()} {who().replace('she', 'her')} {when()}.",
        lambda: f"{who()} {v()} a {a()} {a()} {n()}, and {who()} {v()} their {n()}.",
        lambda: f"is the {n()} {where()} your {a()} {n()}?",
        lambda: f"why does {who()} think the {n()} is {a()}?",
        lambda: f"{when()} {who()} {v()} {n()}, {n()} and {n()}.",
        lambda: f"would you put the {n()} {where()} this {n()}, or {where()} that {a()} {n()}?",
        lambda: f"{n()} {n()} {n()} {a()}.",
        lambda: f"{a()} {n()}.",
        lambda: f"{n()}.",
    ]


def held_out() -> set[str]:
    """The sentences that nothing may be trained on."""
    return set((Path(__file__).parent / "held_out.txt").read_text().split("\n"))


def sentences(count: int, seed: int) -> list[str]:
    """`count` different sentences; even places are replies, odd places are phonetically rich."""
    rng = random.Random(seed)
    p = Phrases(rng)
    kinds = (replies(p), rich(p))
    forbidden = held_out()
    seen: set[str] = set()
    out: list[str] = []
    while len(out) < count:
        text = rng.choice(kinds[len(out) % 2])()
        if rng.random() < 0.08:
            text = text.rstrip(".?") + rng.choice(["", ",", "!"])
        text = text[:1].upper() + text[1:] if rng.random() < 0.8 else text
        if text.strip() and text not in seen and text.lower().rstrip(".?!,") not in forbidden:
            seen.add(text)
            out.append(text)
    return out


if __name__ == "__main__":
    for line in sentences(40, 1):
        print(line)
