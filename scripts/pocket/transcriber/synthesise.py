"""Makes the training and scoring speech: int16 samples in one file per part, one JSON line per utterance.

    python scripts/pocket/transcriber/synthesise.py --to DIR --part espeak --count 12000 --name a
    python scripts/pocket/transcriber/synthesise.py --to DIR --part vocoded --of flite --count 5000 --name c

The part "vocoded" says again, in other voices, what the part named by --of says (needs pyworld).
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import held_out
import world
from transcriber import phrases, texts, voices


def sentence(rng: random.Random, words: list[str], world_sentences: Iterator[str]) -> str:
    kind = rng.random()
    if rng.random() < 0.1:
        return phrases.phrase(rng)
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


Utterance = tuple[str, str, NDArray[np.int16], list[tuple[int, int]]]
"""Text, voice, audio at 16 kHz, and per word (position in the text, start in ms) where that is known."""


def said(options: argparse.Namespace, rng: random.Random) -> Iterator[Utterance]:
    """options.count utterances of the part."""
    if options.part == "vocoded":
        yield from said_again(options, rng)
        return
    words = sorted({*texts.vocabulary(), *world.vocabulary()})
    lines = iter(world.sentences("train", 2 * options.count, options.seed))
    espeak = voices.Espeak() if options.part == "espeak" else None
    for _ in range(options.count):
        text = phrases.phrase(rng) if options.phrases else sentence(rng, words, lines)
        if espeak is not None:
            voice = voices.any_espeak(rng)
            audio, starts = espeak.say(
                text, voice, int(rng.triangular(110, 240, 165)), rng.randint(15, 85), rng.randint(20, 90)
            )
            yield text, voice, audio, starts
        else:
            voice = rng.choice(options.voices or voices.FLITE)
            yield text, voice, voices.any_flite(rng, text, voice), []


def said_again(options: argparse.Namespace, rng: random.Random) -> Iterator[Utterance]:
    from transcriber.vocoded import vocoded

    audio = np.memmap(options.to / f"{options.of}.i16", np.int16, "r")
    rows = [json.loads(line) for line in (options.to / f"{options.of}.jsonl").read_text().splitlines()]
    rows = [row for row in rows if not options.voices or row["voice"] in options.voices]
    for row in rng.sample(rows, min(options.count, len(rows))):
        part = np.array(audio[row["offset"] : row["offset"] + row["samples"]])
        yield row["text"], row["voice"], vocoded(rng, part), [tuple(word) for word in row["words"]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--part", choices=["espeak", "flite", "vocoded"], required=True)
    parser.add_argument("--of", help="the part that is vocoded")
    parser.add_argument("--phrases", action="store_true", help="only what phrases.py says")
    parser.add_argument("--voices", nargs="*", default=[], help="only these voices of flite, or of the part --of")
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", required=True)
    options = parser.parse_args()
    assert not set(options.voices) & set(held_out.FLITE_VOICES)
    assert not set(voices.VARIANTS) & set(held_out.ESPEAK_VARIANTS)
    options.to.mkdir(parents=True, exist_ok=True)
    offset = 0
    with (
        open(options.to / f"{options.name}.i16", "wb") as audio_file,
        open(options.to / f"{options.name}.jsonl", "w") as index_file,
    ):
        for text, voice, audio, starts in said(options, random.Random(options.seed)):
            loud = np.flatnonzero(np.abs(audio) > 200)
            if not len(loud):
                continue
            first, last = max(0, int(loud[0]) - 160), min(len(audio), int(loud[-1]) + 320)
            audio = audio[first:last]
            starts = [(at, ms - first // 16) for at, ms in starts]
            audio_file.write(audio.tobytes())
            index_file.write(
                json.dumps({"offset": offset, "samples": len(audio), "text": text, "voice": voice, "words": starts})
                + "\n"
            )
            offset += len(audio)


if __name__ == "__main__":
    main()
