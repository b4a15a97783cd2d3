"""Makes the training and scoring speech: int16 samples in one file per part, one JSON line per utterance.

    python scripts/pocket/transcriber/synthesise.py --to DIR --part espeak --count 12000
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import held_out
import world
from transcriber import texts, voices


def sentence(rng: random.Random, words: list[str], world_sentences: Iterator[str]) -> str:
    kind = rng.random()
    if kind < 0.06:
        return texts.order(rng)
    if kind < 0.10:
        return rng.choice(texts.SHORT)
    if kind < 0.16:
        return texts.figures(rng)
    if kind < 0.34:
        return texts.salad(rng, words)
    if kind < 0.48:
        return texts.splice(rng, next(world_sentences), next(world_sentences))
    text = next(world_sentences)
    return texts.fragment(rng, text) if rng.random() < 0.1 else text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--part", choices=["espeak", "flite"], required=True)
    parser.add_argument("--voices", nargs="*", default=voices.FLITE)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", required=True)
    options = parser.parse_args()
    assert not set(options.voices) & set(held_out.FLITE_VOICES)
    assert not set(voices.VARIANTS) & set(held_out.ESPEAK_VARIANTS)
    rng = random.Random(options.seed)
    words = sorted({*texts.vocabulary(), *world.vocabulary()})
    lines = iter(world.sentences("train", 2 * options.count, options.seed))
    espeak = voices.Espeak() if options.part == "espeak" else None
    options.to.mkdir(parents=True, exist_ok=True)
    offset = 0
    with open(options.to / f"{options.name}.i16", "wb") as audio_file, \
            open(options.to / f"{options.name}.jsonl", "w") as index_file:
        for _ in range(options.count):
            text = sentence(rng, words, lines)
            starts: list[tuple[int, int]] = []
            if espeak is not None:
                voice = voices.any_espeak(rng)
                audio, starts = espeak.say(text, voice, int(rng.triangular(110, 240, 165)), rng.randint(15, 85),
                                           rng.randint(20, 90))
            else:
                voice = rng.choice(options.voices)
                audio = voices.any_flite(rng, text, voice)
            loud = np.flatnonzero(np.abs(audio) > 200)
            if not len(loud):
                continue
            first, last = max(0, int(loud[0]) - 160), min(len(audio), int(loud[-1]) + 320)
            audio = audio[first:last]
            starts = [(at, ms - first // 16) for at, ms in starts]
            audio_file.write(audio.tobytes())
            index_file.write(json.dumps({"offset": offset, "samples": len(audio), "text": text, "voice": voice,
                                         "words": starts}) + "\n")
            offset += len(audio)


if __name__ == "__main__":
    main()
