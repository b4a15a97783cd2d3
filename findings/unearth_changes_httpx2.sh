#!/usr/bin/env bash
# Importing unearth 0.19.0 changes httpx2 for the whole process: URL.is_absolute_url is replaced.
#
# Expected: a library that uses an HTTP client leaves that client's classes as they are.
# Seen:     before the import httpx2.URL("https://example.org").is_absolute_url is True, after it it is the text "https",
#           for every other user of httpx2 in the process too. Still true or false in a condition, no longer with `is True`.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check unearth==0.19.0 httpx2==2.16.2
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import httpx2

address = httpx2.URL("https://example.org/simple/")
before = address.is_absolute_url
import unearth

after = address.is_absolute_url
print(f"unearth {version('unearth')}, httpx2 {version('httpx2')}: before {before!r}, after {after!r}")
assert before is True
assert after == "https", "the import leaves httpx2 alone now"
print("as seen before")
PYTHON
