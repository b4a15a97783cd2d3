#!/usr/bin/env bash
# num2words 0.5.14 loses the minus of numbers between -1 and 0: -0.5 is written as "zero point five".
#
# Expected: "minus zero point five", as -1.5 is "minus one point five" and as its Italian has it for -0.5.
# Seen:     the sign is taken from the whole part, and that of -0.5 is a zero without one. English, German, French,
#           Spanish, Portuguese and Russian share it. Whoever speaks temperatures or changes should write the sign apart.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check num2words==0.5.14
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from num2words import num2words

print(f"num2words {version('num2words')}")
lost = []
for language in ("en", "de", "fr", "es", "pt", "ru", "it"):
    small, without = num2words(-0.5, lang=language), num2words(0.5, lang=language)
    print(f"{language}  -0.5 {small!r}, 0.5 {without!r}, -1.5 {num2words(-1.5, lang=language)!r}")
    if small == without:
        lost.append(language)
assert lost == ["en", "de", "fr", "es", "pt", "ru"], f"the minus is lost in {lost} now"
print("as seen before: the minus of -0.5 is lost in six languages, and kept in Italian")
PYTHON
