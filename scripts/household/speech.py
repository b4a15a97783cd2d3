"""Speaks the household requests with synthetic voices and lets Whisper write them down, as a conversation would.

    python scripts/household/speech.py --model whisper-base             each request by one voice, the voices in turn
    python scripts/household/speech.py --model whisper-base --all       each request by each voice
    python scripts/household/speech.py --report whisper-base            word error, and which words were misheard

Recordings (16 kHz, 200 ms of silence on either side) and transcripts are kept outside the repository; what is there is
not made again. Needs the Debian packages espeak-ng and flite for the voices of those names.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]
from demo_speech import speak  # noqa: E402

from household import corpus, heard  # noqa: E402
from household.heard import VOICES  # noqa: E402
from localvoice.audio.resample import resample  # noqa: E402
from localvoice.config import Settings, TranscriberSettings, changed  # noqa: E402
from localvoice.hear.ring import SpeechRing  # noqa: E402
from localvoice.hear.streaming import StreamingTranscriber  # noqa: E402
from localvoice.sound import EAR_HZ, Samples  # noqa: E402
from localvoice.turn import build  # noqa: E402
from tests.words import error_rate, words_of  # noqa: E402

SILENCE_SAMPLES = EAR_HZ // 5
LEVEL_RMS = 0.06
"""-24 dBFS while somebody speaks: an ordinary microphone at arm's length."""

Utterance = tuple[str, str]
"""What is said, and the voice."""


def main() -> None:
    options = _options()
    if options.report:
        _report(options.cache, options.report)
        return
    todo = _utterances(corpus_texts(options.not_commands), options.voices, options.every, options.all)
    write_down(options.cache, options.model, options.threads, todo)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="whisper-base", help='a transcriber of the catalog, or "pocket"')
    parser.add_argument("--voices", nargs="+", default=VOICES, help=f"of {', '.join(VOICES)}, or others like them")
    parser.add_argument("--all", action="store_true", help="each request by each voice")
    parser.add_argument("--every", type=int, default=1, help="one in so many of what would be spoken")
    parser.add_argument("--not-commands", action="store_true", help="small talk and questions instead of requests")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=heard.cache())
    parser.add_argument("--report", metavar="MODEL", help="say what is wrong in the transcripts of this Whisper")
    return parser.parse_args()


def corpus_texts(not_commands: bool = False) -> Sequence[str]:
    return corpus.not_commands() if not_commands else [request.says for request in corpus.requests()]


def _utterances(texts: Sequence[str], voices: Sequence[str], every: int, all_of_them: bool) -> list[Utterance]:
    if all_of_them:
        found = [(says, voice) for says in texts for voice in voices]
    else:
        found = list(heard.in_turn(texts, voices).items())
    return found[::every]


def write_down(folder: Path, model: str, threads: int, todo: Sequence[Utterance]) -> None:
    """Let `model` write what of `todo` is not yet written."""
    written = heard.read(folder, model)
    missing = [one for one in todo if one not in written]
    listen = listener(model, threads) if missing else None
    for number, (says, voice) in enumerate(missing, 1):
        assert listen is not None
        heard.append(folder, model, says, voice, listen(recording(folder, says, voice)))
        if number % 50 == 0:
            print(f"{number} of {len(missing)}", flush=True)


def listener(model: str, threads: int, words: tuple[str, ...] = ()) -> Callable[[Samples], str]:
    """The transcriber `model` with the settings of a conversation: a recording -> the words of its one turn."""
    changes = {"transcriber.model": "" if model == "pocket" else model, "transcriber.threads": threads}
    if words:
        changes["transcriber.words"] = words
    whisper = build.load_whisper(changed(Settings(transcriber=TranscriberSettings()), changes))

    def listen(samples: Samples) -> str:
        ring = SpeechRing()
        ring.append(samples)
        to_at = len(samples) - SILENCE_SAMPLES
        return StreamingTranscriber(whisper, ring).final(SILENCE_SAMPLES, to_at).text

    return listen


def recording(folder: Path, says: str, voice: str) -> Samples:
    """`says` in `voice`, with silence around it."""
    name = sha256(says.encode()).hexdigest()[:16]
    file = folder / voice.replace(":", "-") / f"{name}.flac"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(file, _around(_spoken(for_reading(says), voice)), EAR_HZ, subtype="PCM_16")
    samples: Samples = soundfile.read(file, dtype="float32")[0]
    return samples


def for_reading(says: str) -> str:
    """As a voice reads it: "a m" as letters, and a beginning and an end."""
    text = re.sub(r"\b([ap]) m\b", lambda found: f"{found[1].upper()}M", says)
    return text[:1].upper() + text[1:] + "."


def _spoken(text: str, voice: str) -> Samples:
    kind, _, name = voice.partition(":")
    if name:
        return speak(text, voice if kind == "flite" else name).astype(np.float32)
    made = _engine(voice)
    return _without_silence(resample(made.synthesise(text), made.rate_hz, EAR_HZ))


@cache
def _engine(voice: str):  # type: ignore[no-untyped-def]
    from localvoice.engines.open import open_voice

    named = {"heart": "", "pocket": str(ROOT / "models" / "pocket" / "voice" / "pocket-voice.onnx")}
    model = build.model_of(changed(Settings(), {"voice.model": named.get(voice, voice)}), "voice")
    return open_voice(model.path, model.engine)


def _without_silence(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def _around(samples: Samples) -> Samples:
    voiced = np.abs(samples) > 0.02 * np.abs(samples).max()
    level = LEVEL_RMS / np.sqrt(np.mean(samples[voiced] ** 2))
    silence = np.zeros(SILENCE_SAMPLES, np.float32)
    return np.concatenate([silence, np.clip(samples * level, -1, 1), silence]).astype(np.float32)


def _report(folder: Path, model: str) -> None:
    """Of the development wordings alone: what is held out is not looked at."""
    held_out = {request.says for request in corpus.requests() if request.held_out}
    rows = heard.read(folder, model)
    by_voice: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (says, voice), written in rows.items():
        by_voice[voice].append((says, written))
    for voice, pairs in sorted(by_voice.items()):
        same = sum(_comparable(says) == _comparable(written) for says, written in pairs)
        print(f"{voice:20} {len(pairs):4} utterances, {_rate(pairs):5.1f}% of words wrong, {same} wholly right")
    every = [pair for pairs in by_voice.values() for pair in pairs]
    print(f"{'all':20} {len(every):4} utterances, {_rate(every):5.1f}% of words wrong")
    misheard = Counter(
        change for pairs in by_voice.values() for says, written in pairs if says not in held_out
        for change in changes(says, written)
    )  # fmt: skip
    for (wanted, found), times in misheard.most_common(60):
        print(f"{times:4}  {wanted or '-'} -> {found or '-'}")


def changes(says: str, written: str) -> Iterator[tuple[str, str]]:
    """What was written for what, where they differ."""
    wanted, found = _comparable(says), _comparable(written)
    for kind, i, j, k, m in SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if kind != "equal":
            yield " ".join(wanted[i:j]), " ".join(found[k:m])


def _comparable(text: str) -> list[str]:
    return words_of(for_reading(text) if text.islower() else text)


def _rate(pairs: Sequence[tuple[str, str]]) -> float:
    return 100 * error_rate([(" ".join(_comparable(says)), written) for says, written in pairs])


if __name__ == "__main__":
    main()
