"""Coffee orders: openings and shapes of the ordered thing; whole openings and whole shapes are held out."""

from random import Random

from .fillers import DRINKS, MILKS, ROASTS, SHOTS, SIZES, SUGARS, some_of

# "~" marks what only the held-out split uses. "@" is the ordered thing ("a large latte with milk").
OPENINGS = """
get me @
can i get @
can i have @
i want @
i'd like @
brew @
may i have @
make me @
give me @
could i have @
could i get @
i would like @
i'll have @
please make me @
can you make me @
could you brew @
i need @
@ please
can i please get @
please get me @
i want to order @
hi can i have @
@
i think i'll have @
one moment i'd like @
we need @
could you make @ for me
hello i'd like to order @
may i get @ please
~i'll take @
~let me have @
~would you make me @
~i'd love @
~can you get me @ please
~order @
~could i please have @
""".strip().splitlines()

# M: size, roast and shots that come before the drink; D: the drink; W: "with milk and sugar"; S R N: one of them.
SHAPES = """
M D W
M D W
M D W
M D W
M D
D W
a N D W in a S cup
a D W and make it S
a S D R W
a D S R W
~a D W R
~a S R D with X and also Y
~a D N and S W
""".strip().splitlines()

CORRECTIONS = """
M D no make it M D W
M D no M D W
M D sorry M D W
M D wait no M D W
M D W actually make that M D W
M D no sorry make that M D W
M D or no make it M D W
M D i mean M D W
~M D hold on make that M D W
~M D wait make it M D W instead
~M D no not that M D W
""".strip().splitlines()


def article(phrase: str) -> str:
    return ("an " if phrase[0] in "aeiou" or phrase.startswith(("eight", "eleven")) else "a ") + phrase


def _slots(rng: Random) -> dict[str, str]:
    slots = {"drink": rng.choice(DRINKS)}
    for key, options, chance in (("size", SIZES, 0.5), ("roast", ROASTS, 0.45), ("shots", SHOTS, 0.5)):
        if rng.random() < chance:
            slots[key] = rng.choice(options)
    if rng.random() < 0.42:
        slots["milk"] = some_of(rng.choice(MILKS), "milk", rng).spoken
    if rng.random() < 0.5:
        slots["sugar"] = some_of(rng.choice(SUGARS), "sugar", rng).spoken
    return slots


def _with(slots: dict[str, str], rng: Random) -> str:
    extras = [slots[k] for k in ("milk", "sugar") if k in slots]
    rng.shuffle(extras)
    return f"with {' and '.join(extras)}" if extras else ""


def _render(shape: str, slots: dict[str, str], rng: Random) -> tuple[str, dict[str, str]]:
    """The words of one ordered thing and the slots that it really names."""
    full = dict(slots)
    for letter, key, options in (("S", "size", SIZES), ("R", "roast", ROASTS), ("N", "shots", SHOTS)):
        if letter in shape.split() and key not in full:
            full[key] = rng.choice(options)
    if "X" in shape.split():
        full["milk"] = full.get("milk") or some_of(rng.choice(MILKS), "milk", rng).spoken
        full["sugar"] = full.get("sugar") or some_of(rng.choice(SUGARS), "sugar", rng).spoken
    letters = shape.split()
    used = {"drink": full["drink"]}
    words: list[str] = []
    for at, letter in enumerate(letters):
        if letter == "M":
            mods = [k for k in ("size", "roast", "shots") if k in full]
            rng.shuffle(mods)
            used.update({k: full[k] for k in mods})
            words.append(article(" ".join([*(full[k] for k in mods), full["drink"]])))
        elif letter == "D":
            if letters[at - 1] != "M" or at == 0:
                words.append(full["drink"] if at else article(full["drink"]))
        elif letter == "W":
            used.update({k: full[k] for k in ("milk", "sugar") if k in full})
            words.append(_with(full, rng))
        elif letter in "SRN":
            key = {"S": "size", "R": "roast", "N": "shots"}[letter]
            used[key] = full[key]
            words.append(full[key])
        elif letter in "XY":
            key = {"X": "milk", "Y": "sugar"}[letter]
            used[key] = full[key]
            words.append(full[key])
        elif letter == "a":
            follow = letters[at + 1]
            key = {"S": "size", "R": "roast", "N": "shots", "D": "drink"}.get(follow)
            words.append("an" if key and article(full[key]).startswith("an ") else "a")
        else:
            words.append(letter)
    return " ".join(w for w in words if w), used


def _choose(options: list[str], held_out: bool, rng: Random) -> str:
    return rng.choice([o for o in options if o.startswith("~") == held_out]).lstrip("~")


def order(held_out: bool, rng: Random, correction: bool = False) -> tuple[str, dict[str, str]]:
    """(utterance, arguments of order_coffee). A held-out one has a held-out opening, or a held-out shape, or both."""
    held = rng.choice([(True, False), (True, False), (False, True), (True, True)]) if held_out else (False, False)
    if correction:
        opening = _choose(OPENINGS, False, rng)
        shape = _choose(CORRECTIONS, held_out, rng)
        slots = _slots(rng)
        first = dict(slots)
        changed = rng.choice(["size", "roast", "drink", "shots"])
        options = {"size": SIZES, "roast": ROASTS, "drink": DRINKS, "shots": SHOTS}[changed]
        first[changed], slots[changed] = rng.sample(options, 2)
        if rng.random() < 0.4:
            first = {k: first[k] for k in {"drink", changed}}
        joint = shape.split("M D")
        before, _ = _render("M D W" if joint[1].startswith(" W") else "M D", first, rng)
        after, used = _render("M D W", slots, rng)
        bridge = joint[1].removeprefix(" W").strip()
        tail = joint[2].replace("W", "").strip()
        thing = " ".join(part for part in (before, bridge, after, tail) if part)
        return opening.replace("@", thing), used
    thing, used = _render(_choose(SHAPES, held[1], rng), _slots(rng), rng)
    return _choose(OPENINGS, held[0], rng).replace("@", thing), used
