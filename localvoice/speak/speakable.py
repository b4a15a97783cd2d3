"""Written text becomes text that a voice can read: no markdown, no emoji, numbers as words. Pure.

Every expression is linear in the length of the text (no repetition inside a repetition), and what comes out
is never longer than MAX_SPOKEN_CHARS, so no reply can keep the voice busy.
"""

import re
import unicodedata

from localvoice.speak.numbers import numbers_to_words

MAX_CHARS = 300
"""Of what is written; cut to at a word's end. Cut a longer text into clauses first (speak/clauses.py)."""
MAX_SPOKEN_CHARS = 8 * MAX_CHARS
"""Of what is spoken: "1,680,992" has nine characters, its words have sixty-three."""
_MAX_INPUT_CHARS = 20_000

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_HTML_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"*_]", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9_.+-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})")
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|-{3,}[ \t]*$)", re.MULTILINE)
_LIST_NUMBER = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]+", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|[ \t:|-]*$", re.MULTILINE)
_SNAKE = re.compile(r"(?<=\w)_(?=\w)")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_MARK = re.compile(r" +([,.;:!?])")
_DOUBLE_MARK = re.compile(r"([,;:])(?: ?[,;:])+")
_LINE_END = re.compile(r"(?<=[\w)\]%'\"*_`])[ \t]*\n\s*")
_LONE_DASH = re.compile(r"^-+(?!\d)[ ,]*|[ ,]*-+$")

_CHARACTERS = str.maketrans(
    {
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "—": ", ", "‑": "-", "−": "-", "…": "... ", "\u00a0": " ", "\u202f": " ",
        "•": ", ", "·": ", ", "→": " to ", "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⁄": "/",
    }
)  # fmt: skip
_WORDS_FOR_SYMBOLS = {"&": "and", "@": "at", "§": "section", "±": "plus or minus", "≈": "about"}
_ABBREVIATIONS = {
    "dr.": "Doctor", "mr.": "Mister", "mrs.": "Missus", "ms.": "Miz", "prof.": "Professor",
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
    "approx.": "approximately",
}  # fmt: skip
_ABBREVIATION = re.compile(r"(?<![\w.])(?:dr|mr|mrs|ms|prof|e\.g|i\.e|etc|vs|approx)\.", re.IGNORECASE)


def speakable(text: str) -> str:
    """`text` as it is to be read out, at most MAX_SPOKEN_CHARS long; "" when nothing in it can be said."""
    text = unicodedata.normalize("NFC", text[:_MAX_INPUT_CHARS])
    text = _without_markdown(text.translate(_CHARACTERS))
    text = _ABBREVIATION.sub(lambda m: _ABBREVIATIONS[m[0].lower()], text)
    text = _shortened(_tidy(text), MAX_CHARS)
    text = numbers_to_words(text)
    text = _shortened(_tidy(_without_symbols(text)), MAX_SPOKEN_CHARS)
    return text if any(character.isalnum() for character in text) else ""


def breaths(spoken: str) -> list[str]:
    """What `speakable` gave, cut after commas and else between words into parts of at most MAX_CHARS."""
    parts = []
    while len(spoken) > MAX_CHARS:
        head = spoken[: spoken.rfind(", ", 0, MAX_CHARS) + 1] or _shortened(spoken, MAX_CHARS)
        parts.append(head)
        spoken = spoken[len(head) :].lstrip()
    return [*parts, spoken]


def _without_markdown(text: str) -> str:
    text = _FENCE.sub(" ", text)
    text = _TABLE_RULE.sub(" ", text)
    text = _LINE_MARK.sub("", text)
    text = _LIST_NUMBER.sub(r"\1, ", text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _URL.sub("a link", text)
    text = _EMAIL.sub(lambda m: f"{m[1]} at {m[2].replace('.', ' dot ')}", text)
    text = _HTML_TAG.sub(" ", text)
    text = _LINE_END.sub(", ", text)
    text = _SNAKE.sub(" ", text)
    # Doubled square brackets would reach the voice as raw phonemes.
    return text.replace("[", " ").replace("]", " ").replace("|", ", ")


def _without_symbols(text: str) -> str:
    """Only letters, marks that belong to letters, digits and the punctuation that a voice listens to."""
    kept = []
    for character in text:
        if character in _WORDS_FOR_SYMBOLS:
            kept.append(f" {_WORDS_FOR_SYMBOLS[character]} ")
        elif character.isalnum() or character in " ,.;:!?'-":
            kept.append(character)
        elif unicodedata.category(character) == "Mn" and not "\ufe00" <= character <= "\ufe0f":
            kept.append(character)
        elif unicodedata.category(character) not in ("Cf", "Mn", "Me"):
            kept.append(" ")
    return "".join(kept)


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", text)
    text = _DOUBLE_MARK.sub(r"\1", text)
    return _LONE_DASH.sub("", text.strip(" ,;:"))


def _shortened(text: str, chars: int) -> str:
    if len(text) <= chars:
        return text
    head = text[: chars + 1].rpartition(" ")[0]
    return head if len(head) > chars // 2 else text[:chars]
