"""Speech to learn from: flite's `slt` voice speaks texts.py, WORLD measures it, align.py times it.

Needs flite (Debian), piper-tts, soundfile and pyworld (which asks for setuptools below 81). Writes shards of 200 sentences, so it may be cut off and rerun:
    python scripts/pocket/voice/prepare.py --out DIR --count 3000
A shard holds `tokens` [characters] int16, `durations` [characters] float32 in frames of 5 ms, `features` [frames, 64]
float16 (56 log envelope bands, 6 aperiodicities, log f0, voiced), `token_ends` and `frame_ends` per sentence.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import align

import localvoice  # isort: skip  # noqa: F401  first: it switches off ONNX Runtime's reports (docs/adr/0014)
import numpy as np
import pyworld
import soundfile
import symbols
import texts
from numpy.typing import NDArray
from piper.phonemize_espeak import EspeakPhonemizer
from vocoder import APERIODICITY_BANDS, BANDS, SAMPLE_RATE, band_matrix

FRAME_S = 0.005
LEAD_FRAMES = 2
TAIL_FRAMES = 9
SHARD = 200


def speak(text: str, wav: Path) -> list[tuple[str, float]]:
    """flite's phones with their end times in seconds; the speech goes to `wav`."""
    command = ["flite", "-voice", "slt", "-psdur", "-t", text, "-o", str(wav)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pairs = [word.rsplit(":", 1) for word in printed.split()]
    return [(phone, float(end)) for phone, end in pairs]


def analyse(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """[frames, 64] of one recording at 16 kHz, a frame every 5 ms."""
    f0, times = pyworld.dio(samples, SAMPLE_RATE, f0_floor=80.0, f0_ceil=320.0, frame_period=5.0)
    f0 = pyworld.stonemask(samples, f0, times, SAMPLE_RATE)
    envelope = pyworld.cheaptrick(samples, f0, times, SAMPLE_RATE)
    aperiodicity = pyworld.d4c(samples, f0, times, SAMPLE_RATE)
    bins = envelope.shape[1]
    bands = 0.5 * np.log(envelope + 1e-12) @ band_matrix(bins, BANDS)
    ap = aperiodicity @ band_matrix(bins, APERIODICITY_BANDS)
    voiced = f0 > 0
    at = np.arange(len(f0))
    log_f0 = np.interp(at, at[voiced], np.log(f0[voiced])) if voiced.any() else np.full(len(f0), np.log(165.0))
    return np.concatenate([bands, ap, log_f0[:, None], voiced[:, None]], axis=1).astype(np.float32)


def example(
    text: str, phonemes: list[str], wav: Path
) -> tuple[list[int], NDArray[np.float32], NDArray[np.float32]] | None:
    """Tokens, durations in frames and features of one sentence; None where the two pronunciations differ."""
    phones = speak(text, wav)
    starts = [0.0, *[end for _, end in phones[:-1]]]
    if len(phones) < 3 or phones[0][0] != "pau" or phones[-1][0] != "pau":
        return None
    inner = [(phone, end - start) for (phone, end), start in zip(phones, starts, strict=True)][1:-1]
    seconds, cost = align.durations(phonemes, inner)
    if cost > 0.15:
        return None
    samples, rate = soundfile.read(wav)
    assert rate == SAMPLE_RATE
    features = analyse(samples)
    begin = round(starts[1] / FRAME_S) - LEAD_FRAMES
    end = round(phones[-2][1] / FRAME_S) + TAIL_FRAMES
    if begin < 0 or end > len(features):
        return None
    frames = np.array([LEAD_FRAMES, *[s / FRAME_S for s in seconds], TAIL_FRAMES], dtype=np.float32)
    frames[-1] += (end - begin) - frames.sum()
    return symbols.tokens(phonemes), frames, features[begin:end]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    phonemizer = EspeakPhonemizer()
    wanted = texts.sentences(options.count, options.seed)
    for first in range(0, len(wanted), SHARD):
        target = options.out / f"shard_{options.seed}_{first:06d}.npz"
        if target.exists():
            continue
        kept: list[tuple[list[int], NDArray[np.float32], NDArray[np.float32]]] = []
        with tempfile.TemporaryDirectory() as folder:
            for text in wanted[first : first + SHARD]:
                parts = text.replace("? ", "?|").replace(". ", ".|").split("|")
                for part in parts:
                    clauses = phonemizer.phonemize("en-us", part)
                    made = example(part, clauses[0], Path(folder) / "a.wav") if len(clauses) == 1 else None
                    if made is not None:
                        kept.append(made)
        partial = target.with_suffix(".tmp.npz")
        np.savez(
            partial,
            tokens=np.concatenate([np.array(t, dtype=np.int16) for t, _, _ in kept]),
            durations=np.concatenate([d for _, d, _ in kept]),
            features=np.concatenate([f for _, _, f in kept]).astype(np.float16),
            token_ends=np.cumsum([len(t) for t, _, _ in kept]),
            frame_ends=np.cumsum([len(f) for _, _, f in kept]),
        )
        partial.rename(target)
        seconds = sum(len(f) for _, _, f in kept) * FRAME_S
        print(f"{target.name}: {len(kept)} of {SHARD} sentences, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
