#!/usr/bin/env bash
# hibari-tts 0.2.1 reads one digit behind the point of an amount of money as cents: "$7.5" is spoken as
# "seven dollars and five cents".
#
# Expected: the same as for "$7.50", seven dollars and fifty cents (or "seven point five dollars").
# Seen:     the phonemes of "$7.5" are those of "$7.05". Whoever hands it text with amounts should write both digits,
#           or words, before.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  hibari-tts==0.2.1 numpy==2.4.6 onnxruntime==1.31.1
"$folder/venv/bin/python" - <<'PYTHON'
import hibari

reader = hibari.Hibari()
half, fifty, five = (reader.phonemize(f"It costs ${amount}.")[0] for amount in ("7.5", "7.50", "7.05"))
print(f"hibari-tts {hibari.__version__}")
print(f"$7.5   {half}\n$7.50  {fifty}\n$7.05  {five}")
assert half != fifty, "tenths of a dollar are read as tenths now"
assert half == five, "tenths of a dollar are read in another way now"
print("as seen before: $7.5 is read as $7.05")
PYTHON
