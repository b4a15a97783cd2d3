"""Durations for espeak-ng's phonemes out of flite's phones.

Both programs read the same sentence aloud but spell it with different phonemes. A dynamic-programming alignment
pairs them, so that every character of Piper's phoneme string gets the time that flite gave to the sound it stands for.
"""

from dataclasses import dataclass

CLUSTERS = ("aɪ", "aʊ", "ɔɪ", "eɪ", "oʊ", "tʃ", "dʒ")
PAUSES = frozenset(" ,.;:!?-—")
MODIFIERS = frozenset("ˈˌːˑ̩̃ʲ˞'\"")

SOUNDS: dict[str, tuple[str, ...]] = {
    "aɪ": ("ay",), "aʊ": ("aw",), "ɔɪ": ("oy",), "eɪ": ("ey",), "oʊ": ("ow", "ao"), "tʃ": ("ch",), "dʒ": ("jh",),
    "a": ("ae", "aa"), "æ": ("ae",), "ɑ": ("aa", "ao", "ah"), "ɔ": ("ao", "aa"), "ɒ": ("aa", "ao"), "o": ("ow", "ao"),
    "ɐ": ("ax", "ah", "ey", "ae"), "ʌ": ("ah", "ax"), "ə": ("ax", "ah", "ih", "ae", "ow", "er"), "ɚ": ("er",),
    "ɛ": ("eh", "ey"), "e": ("ey", "eh"), "ɜ": ("er",), "ɝ": ("er",), "ɪ": ("ih", "iy", "ax"), "i": ("iy", "ih"),
    "ᵻ": ("ih", "ax", "iy"), "ʊ": ("uh", "uw"), "u": ("uw", "uh"),
    "b": ("b",), "d": ("d",), "f": ("f",), "ɡ": ("g",), "h": ("hh",), "j": ("y",), "k": ("k",), "l": ("l",),
    "m": ("m",), "n": ("n",), "ŋ": ("ng", "n"), "p": ("p",), "ɹ": ("r",), "r": ("r",), "s": ("s",), "t": ("t",),
    "ɾ": ("t", "d"), "ʔ": ("t",), "v": ("v",), "w": ("w",), "z": ("z",), "ð": ("dh",), "θ": ("th",), "ʃ": ("sh",),
    "ʒ": ("zh",),
}  # fmt: skip
VOWELS = frozenset("aa ae ah ao aw ax ay eh er ey ih iy ow oy uh uw".split())
VOWEL_UNITS = frozenset(u for u, phones in SOUNDS.items() if phones[0] in VOWELS)
TWO_PHONES: dict[str, tuple[tuple[str, str], ...]] = {
    "ɚ": (("ax", "r"), ("ih", "r"), ("uh", "r"), ("eh", "r"), ("y", "er")),
    "ɜ": (("er", "r"), ("ax", "r"), ("ah", "r")),
    "n": (("ax", "n"), ("ih", "n")),
    "l": (("ax", "l"), ("ah", "l")),
    "m": (("ax", "m"),),
    "aɪ": (("ay", "ax"),),
    "aʊ": (("aw", "ax"),),
}
ONE_PHONE: dict[tuple[str, str], tuple[str, ...]] = {
    ("ə", "ɹ"): ("er",), ("ʊ", "ɹ"): ("er", "r", "ao"), ("ɜ", "ɹ"): ("er",), ("ə", "l"): ("l",), ("ə", "n"): ("n",),
    ("ɛ", "ɹ"): ("er",), ("ɑ", "ɹ"): ("aa",), ("ɔ", "ɹ"): ("ao",), ("ɪ", "ɹ"): ("er", "iy"),
}  # fmt: skip
NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Unit:
    """One sound or pause of the phoneme string: its text and the index of its first character."""

    text: str
    index: int


def units(phonemes: list[str]) -> list[Unit]:
    """The sounds and pauses of a phoneme string; stress and length marks are left out."""
    out: list[Unit] = []
    i = 0
    while i < len(phonemes):
        pair = "".join(phonemes[i : i + 2])
        if pair in CLUSTERS:
            out.append(Unit(pair, i))
            i += 2
            continue
        if phonemes[i] not in MODIFIERS:
            out.append(Unit(phonemes[i], i))
        i += 1
    return out


def _pair_cost(unit: str, phone: str) -> float:
    if unit in PAUSES:
        return (0.3 if unit == " " else 0.0) if phone == "pau" else NEVER
    if phone == "pau":
        return NEVER
    known = SOUNDS.get(unit, ())
    if phone in known:
        return 0.05 * known.index(phone)
    unit_is_vowel, phone_is_vowel = unit in VOWEL_UNITS, phone in VOWELS
    if unit_is_vowel != phone_is_vowel:
        return 2.5
    return 0.6 if unit_is_vowel else 1.0


def _drop_cost(unit: str) -> float:
    if unit in PAUSES:
        return 0.0 if unit == " " else 0.05
    return 0.7 if unit in "əɪɐᵻtɾdhɹ" else 1.1


def durations(phonemes: list[str], phones: list[tuple[str, float]]) -> tuple[list[float], float]:
    """Seconds for every character of `phonemes`, and the mean cost per sound (above 0.15: don't trust it).

    `phones`: flite's phones between the leading and the trailing silence, each with its duration in seconds.
    """
    seq = units(phonemes)
    rows, cols = len(seq), len(phones)
    cost = [[NEVER] * (cols + 1) for _ in range(rows + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (cols + 1) for _ in range(rows + 1)]
    cost[0][0] = 0.0
    for i in range(rows + 1):
        for j in range(cols + 1):
            options: list[tuple[float, tuple[int, int]]] = []
            if i and j:
                options.append((cost[i - 1][j - 1] + _pair_cost(seq[i - 1].text, phones[j - 1][0]), (1, 1)))
            if i:
                options.append((cost[i - 1][j] + _drop_cost(seq[i - 1].text), (1, 0)))
            if j and i:
                options.append((cost[i][j - 1] + 1.1, (0, 1)))
            if i and j > 1 and (phones[j - 2][0], phones[j - 1][0]) in TWO_PHONES.get(seq[i - 1].text, ()):
                options.append((cost[i - 1][j - 2] + 0.1, (1, 2)))
            if i > 1 and j and phones[j - 1][0] in ONE_PHONE.get((seq[i - 2].text, seq[i - 1].text), ()):
                options.append((cost[i - 2][j - 1] + 0.1, (2, 1)))
            for total, move in options:
                if total < cost[i][j]:
                    cost[i][j], step[i][j] = total, move
    out = [0.0] * len(phonemes)
    i, j = rows, cols
    while i or j:
        di, dj = step[i][j]
        if (di, dj) == (0, 0):
            return out, NEVER
        seconds = sum(phones[k][1] for k in range(j - dj, j))
        for k in range(max(di, 1)):
            out[seq[i - 1 - k].index] += seconds / max(di, 1)
        i, j = i - di, j - dj
    sounds = sum(u.text not in PAUSES for u in seq)
    return out, cost[rows][cols] / max(sounds, 1)
