"""Scores the bundled transcriber: templates, voices, people, echo residue, and inventing words on nothing.

    LOCALVOICE_SPEECH=FOLDER python scripts/pocket/transcriber/score.py [--model DIR] [--only people voices ...]

Everything scored is held out: sentences from the world's held-out templates, voices and people from held_out.py.
"""

import argparse
import os
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import held_out
import world
from transcriber import batches, sounds, voices

BUNDLED = Path(__file__).resolve().parents[3] / "models" / "pocket" / "transcriber"
RATE_HZ = 16_000
NO_SPEECH = 0.6  # transcribe()'s own default


class Ear:
    """The two ways the transcriber is used: short contexts, and transcribe() as it is."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        identity = self.model.hf_tokenizer.token_to_id
        self.prompt = [identity("<|startoftranscript|>"), identity("<|notimestamps|>")]
        self.eot = identity("<|endoftext|>")

    def short(self, audio: NDArray[np.float32]) -> str:
        """A context no longer than the audio (and at least 1 s), five beams, without timestamps: as localvoice does."""
        audio = np.pad(audio, (0, max(0, RATE_HZ - len(audio))))
        features = self.model.feature_extractor(audio)
        memory = self.model.encode(features[:, : min(3000, features.shape[1] // 2 * 2)])
        result = self.model.model.generate(
            memory, [self.prompt], beam_size=5, max_length=100, suppress_blank=False, return_no_speech_prob=True
        )[0]
        if result.no_speech_prob > NO_SPEECH:
            return ""
        ids = [token for token in result.sequences_ids[0] if token < self.eot]
        return self.model.hf_tokenizer.decode(ids).strip()

    def whole(self, audio: NDArray[np.float32]) -> str:
        """WhisperModel.transcribe with its defaults: 30 s, timestamps, five beams."""
        segments, _ = self.model.transcribe(audio)
        return " ".join(segment.text.strip() for segment in segments)


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]+", " ", text.lower()).split()


def errors(said: list[str], heard: list[str]) -> int:
    """Substitutions, deletions and insertions (Levenshtein distance over words)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]


@dataclass
class Tally:
    words: int = 0
    wrong: int = 0
    sentences: int = 0
    exact: int = 0

    def add(self, said: str, heard: str) -> None:
        truth, guess = plain(said), plain(heard)
        self.words, self.wrong = self.words + len(truth), self.wrong + errors(truth, guess)
        self.sentences, self.exact = self.sentences + 1, self.exact + (truth == guess)

    def line(self, name: str) -> str:
        return (
            f"| {name} | {self.sentences} | {100 * self.wrong / max(1, self.words):.1f}% | "
            f"{100 * self.exact / max(1, self.sentences):.0f}% |"
        )


def padded(samples: NDArray[np.int16], rng: np.random.Generator) -> NDArray[np.float32]:
    """The utterance at a usual level between 0.2 s and 0.4 s of a quiet room."""
    audio = samples.astype(np.float32)
    audio *= 0.4 / (np.abs(audio).max() + 1e-6)
    audio = np.pad(audio, (3200, 6400))
    return audio + rng.standard_normal(len(audio)).astype(np.float32) * 5e-4


def texts(count: int, seed: int = 5) -> list[str]:
    rows = [row["text"] for row in world.held_out()]
    return random.Random(seed).sample(rows, min(count, len(rows)))


def show(name: str, tally: Tally) -> None:
    print(tally.line(name), flush=True)


def score_templates(ear: Ear, count: int, way: str = "short") -> None:
    rng, noise, espeak, tally = random.Random(3), np.random.default_rng(3), voices.Espeak(), Tally()
    for text in texts(count):
        audio, _ = espeak.say(text, voices.any_espeak(rng), rng.randint(140, 190), rng.randint(35, 65), 50)
        tally.add(text, getattr(ear, way)(padded(audio, noise)))
    show("held-out templates, training voices" + (", transcribe()" if way == "whole" else ""), tally)


def score_voices(ear: Ear, count: int) -> None:
    noise, espeak = np.random.default_rng(4), voices.Espeak()
    for voice in held_out.ESPEAK_SCORED:
        tally = Tally()
        for text in texts(count):
            tally.add(text, ear.short(padded(espeak.say(text, voice, 165, 50, 50)[0], noise)))
        show(f"held-out voice espeak-ng {voice}", tally)
    for voice in held_out.FLITE_VOICES:
        tally = Tally()
        for text in texts(count):
            tally.add(text, ear.short(padded(voices.flite(text, voice), noise)))
        show(f"held-out voice flite {voice}", tally)


def score_people(ear: Ear, folder: Path, groups: str, cache: Path | None) -> None:
    """Orders of people never trained on: trimmed to the speech, whole, and through transcribe()."""
    recordings = batches.recordings(folder, groups, cache)
    ways = {"trimmed": ear.short, "whole recording": ear.short, "transcribe()": ear.whole}
    for name, way in ways.items():
        tally, orders, slots, slots_right = Tally(), 0, 0, 0
        for recording in recordings:
            audio = recording.audio.astype(np.float32) / 32768
            if name == "trimmed":
                audio = audio[max(0, recording.first - 2400) : recording.last + 4800]
            heard = way(audio)
            tally.add(recording.text, heard)
            right = [f" {slot} " in f" {' '.join(plain(heard))} " for slot in recording.slots.values()]
            orders += all(right)
            slots, slots_right = slots + len(right), slots_right + sum(right)
        show(f"people ({groups}), {name}", tally)
        print(
            f"  every part right in {100 * orders / len(recordings):.0f}% of the orders, "
            f"{100 * slots_right / slots:.0f}% of the parts",
            flush=True,
        )


def score_echo(ear: Ear, count: int) -> None:
    """What an echo canceller leaves of another voice, 25 dB down, before and after the words but not under them."""
    rng, noise, espeak = random.Random(6), np.random.default_rng(6), voices.Espeak()
    clean, echoed = Tally(), Tally()
    for text in texts(count, 7):
        audio = padded(espeak.say(text, voices.any_espeak(rng), 165, 50, 50)[0], noise)
        other = espeak.say("the kitchen light is on and your timer is set for ten minutes", "en-us+f2", 165, 50, 50)[0]
        residue = other.astype(np.float32) / np.abs(other).max() * 0.4 * 10 ** (-25 / 20)
        before, after = np.zeros(16_000, np.float32), np.zeros(8_000, np.float32)
        clean.add(text, ear.short(np.concatenate([before, audio, after])))
        before, after = residue[: len(before)].copy(), residue[-len(after) :].copy()
        echoed.add(text, ear.short(np.concatenate([before, audio, after])))
    show("the same without echo", clean)
    show("echo residue around the words", echoed)


def score_nothing(ear: Ear, minutes: float) -> None:
    """Invented words: silence, noise at several levels, and synthetic music, in contexts of 2 to 8 s."""
    rng = np.random.default_rng(8)

    def silence(n: int) -> NDArray[np.float32]:
        return (rng.standard_normal(n) * rng.choice([0, 1e-5, 3e-4])).astype(np.float32)

    def noise(n: int) -> NDArray[np.float32]:
        return sounds.coloured(rng, n, rng.choice([0, 0.5, 1, 1.5, 2])) * np.float32(10 ** rng.uniform(-3, -0.9))

    def tune(n: int) -> NDArray[np.float32]:
        return sounds.music(rng, n) * np.float32(10 ** rng.uniform(-2.5, -0.8))

    for kind, make in (("silence", silence), ("noise", noise), ("music", tune)):
        counts = []
        for way in (ear.short, ear.whole):
            left_s, words = minutes * 60, []
            while left_s > 0:
                seconds = float(rng.uniform(2, 8)) if way == ear.short else 30.0
                words += plain(way(make(int(seconds * RATE_HZ))))
                left_s -= seconds
            counts.append(len(words))
        print(
            f"| {minutes:.0f} min of {kind} | invented words: {counts[0]} in short contexts, "
            f"{counts[1]} through transcribe() |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--only", nargs="*", default=["templates", "voices", "people", "echo", "nothing"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--groups", choices=["test", "dev"], default="test")
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    ear = Ear(options.model)
    print("| held out | sentences | word error rate | exactly right |\n| --- | --- | --- | --- |")
    if "templates" in options.only:
        score_templates(ear, options.count * 3)
        score_templates(ear, options.count, "whole")
    if "voices" in options.only:
        score_voices(ear, options.count)
    if "people" in options.only:
        if "LOCALVOICE_SPEECH" in os.environ:
            score_people(ear, Path(os.environ["LOCALVOICE_SPEECH"]), options.groups, options.cache)
        else:
            print("| people | skipped: LOCALVOICE_SPEECH is not set |")
    if "echo" in options.only:
        score_echo(ear, options.count)
    if "nothing" in options.only:
        score_nothing(ear, options.minutes)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
