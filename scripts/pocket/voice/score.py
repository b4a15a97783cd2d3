"""Measures the pocket voice on the held-out sentences.

    python scripts/pocket/voice/score.py [--voice models/pocket/voice/pocket-voice.onnx]
Needs piper-tts, pocketsphinx, faster-whisper (for the bundled transcriber), soundfile, soxr, espeak-ng and flite.
"""

import argparse
import time
from pathlib import Path

import localvoice  # isort: skip  # noqa: F401  first: it switches off ONNX Runtime's reports (docs/adr/0014)
import numpy as np
from piper import PiperVoice, SynthesisConfig
from recognise import Listener, Samples, compared, espeak, flite, grammar, sphinx, transcriber, words

HERE = Path(__file__).parent
POCKET = HERE.parents[2] / "models" / "pocket"
RATE = 16000


def say(voice: PiperVoice, text: str, length: float = 1.0, noise: float | None = None) -> Samples:
    """All clauses of a text, one after the other, as they come out of the voice."""
    config = SynthesisConfig(length_scale=length, noise_scale=noise, normalize_audio=False)
    return np.concatenate([chunk.audio_float_array for chunk in voice.synthesize(text, config)])


def rates(listener: Listener, sentences: list[str], speech: list[Samples], show: bool = False) -> tuple[float, float]:
    """Per word said: wrong ones (insertions too), and those that were got."""
    wrong = got = total = 0
    for text, samples in zip(sentences, speech, strict=True):
        heard = listener(samples)
        errors, right = compared(words(text), words(heard))
        wrong, got, total = wrong + errors, got + right, total + len(words(text))
        if show and errors:
            print(f"    said {text!r}\n   heard {heard!r}")
    return wrong / total, got / total


def level_db(samples: Samples) -> float:
    """Loudness of the loud half of the 20 ms frames, dB below full scale."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    power = np.sort((frames**2).mean(axis=1))
    return float(10 * np.log10(power[len(power) // 2 :].mean() + 1e-12))


def silence_ms(samples: Samples) -> tuple[float, float]:
    """Before the first and after the last sample above -40 dB."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return float(loud[0]) / RATE * 1000, float(len(samples) - 1 - loud[-1]) / RATE * 1000


def hiss_db(samples: Samples) -> float:
    """Power above 4 kHz."""
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    return float(10 * np.log10(spectrum[len(spectrum) // 2 :].mean() + 1e-12))


def signal_report(voice: PiperVoice, sentences: list[str]) -> None:
    """Level, peaks, steps, silences, the scales, speed, repeatability."""
    speech = [say(voice, s) for s in sentences]
    levels = np.array([level_db(s) for s in speech])
    print(f"level {levels.mean():.1f} dB, standard deviation {levels.std():.2f} dB, "
          f"range {levels.min():.1f} to {levels.max():.1f}")  # fmt: skip
    print(f"highest peak {max(np.abs(s).max() for s in speech):.3f}, "
          f"largest step between samples {max(np.abs(np.diff(s)).max() for s in speech):.3f}, "
          f"first sample {max(abs(s[0]) for s in speech):.4f}, last {max(abs(s[-1]) for s in speech):.4f}")  # fmt: skip
    silences = np.array([silence_ms(s) for s in speech])
    print(f"silence before: up to {silences[:, 0].max():.0f} ms, after: up to {silences[:, 1].max():.0f} ms")
    for scale in (0.5, 0.8, 1.5, 2.0):
        ratio = np.mean([len(say(voice, s, scale)) / len(t) for s, t in zip(sentences, speech, strict=True)])
        print(f"length scale {scale}: {ratio:.3f} times as long")
    for noise in (0.0, 1.5):
        change = [hiss_db(say(voice, s, noise=noise)) - hiss_db(t) for s, t in zip(sentences, speech, strict=True)]
        print(f"noise scale {noise}: power above 4 kHz {np.mean(change):+.1f} dB")
    print(
        f"same samples twice: {all(np.array_equal(say(voice, s), t) for s, t in zip(sentences, speech, strict=True))}"
    )
    seconds = sum(len(s) for s in speech) / RATE
    begin = time.process_time()
    for s in sentences:
        say(voice, s)
    factor = (time.process_time() - begin) / seconds
    print(f"{seconds / len(speech):.2f} s a sentence, real-time factor (processor time, one thread) {factor:.3f}")


def one_thread(voice: PiperVoice, model: Path) -> None:
    """Puts a single-threaded session into the voice, so that real-time factors compare."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    voice.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", type=Path, default=POCKET / "voice" / "pocket-voice.onnx")
    parser.add_argument("--transcriber", type=Path, default=POCKET / "transcriber")
    parser.add_argument("--show", action="store_true", help="print what was misheard")
    options = parser.parse_args()
    sentences = (HERE / "held_out.txt").read_text().split("\n")
    sentences = [s for s in sentences if s]
    voice = PiperVoice.load(options.voice)
    one_thread(voice, options.voice)
    signal_report(voice, sentences)
    speech = {"pocket voice": [say(voice, s) for s in sentences], "espeak-ng": [espeak(s) for s in sentences],
              "flite slt": [flite(s) for s in sentences]}  # fmt: skip
    listeners = {
        "pocketsphinx, grammar": sphinx(grammar(sentences)),
    }
    if (options.transcriber / "model.bin").exists():
        listeners["pocket transcriber"] = transcriber(options.transcriber)
    for name, listener in listeners.items():
        for who, samples in speech.items():
            wrong, got = rates(listener, sentences, samples, options.show and who == "pocket voice")
            print(f"{name}, {who}: word error rate {wrong:.1%}, words got {got:.1%}")


if __name__ == "__main__":
    main()
