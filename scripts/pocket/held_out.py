"""What no bundled model may ever be trained or tuned on. Fixed before the first training run.

The held-out sentence templates live with the sentences themselves (scripts/pocket/world).
"""

# espeak-ng voice variants (the part after "+"), held out in every accent.
ESPEAK_VARIANTS = ("f4", "m6", "linda", "edward", "Jacky")

# Where held-out variants are scored: accent and variant together name the voice.
ESPEAK_SCORED = ("en-us+f4", "en+m6", "en-us+linda", "en+edward", "en-029+Jacky")

# flite voices.
FLITE_VOICES = ("slt",)

# Real people: `voice_group` of orders/transcripts.tsv. The test groups are never trained on nor tuned to;
# the development groups are not trained on while settings are being chosen.
PEOPLE_TEST_GROUPS = (17, 28, 4, 18, 2)
PEOPLE_DEV_GROUPS = (23, 13, 50)
