"""The phoneme alphabet of the pocket voice: the `phoneme_id_map` of its JSON file.

Ids follow the order below. Piper puts `^` first, `$` last and `_` (0) after every phoneme; the voice drops the `_`.
"""

PAD, BEGIN, END = "_", "^", "$"
ALPHABET = [
    PAD, BEGIN, END, " ", "!", "'", "(", ")", ",", "-", ".", ":", ";", "?", '"', "—", "…",
    *"abcdefhijklmnopqrstuvwxyz",
    *"æçðøħŋœɐɑɒɓɔɕɖɗɘəɚɛɜɝɞɟɡɣɤɥɨɪɫɬɭɯɱɲɹɻɾʁʂʃʉʊʋʌʎʏʐʒʔʝʲˈˌːˑ˞βθχᵻ",
    "\u0303", "\u0329", "\u032f", "\u032a", "\u0327", "\u030a", "\u031d", "g",
]  # fmt: skip
ID_MAP: dict[str, list[int]] = {symbol: [index] for index, symbol in enumerate(ALPHABET)}
SYMBOLS = len(ALPHABET)


def tokens(phonemes: list[str]) -> list[int]:
    """Ids of a clause with its begin and end marks and without padding; unknown phonemes are left out."""
    inner = [ID_MAP[p][0] for p in phonemes if p in ID_MAP]
    return [ID_MAP[BEGIN][0], *inner, ID_MAP[END][0]]
