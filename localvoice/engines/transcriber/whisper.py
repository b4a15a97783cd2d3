"""Whisper through faster-whisper and CTranslate2, encoding only as much audio as there is.

`WhisperModel.transcribe` pads everything to 30 s. The encoder takes any length up to that, and its cost
grows with the square: 13 ms for 5 s of the tiny shape, 168 ms for 30 s. The context is filled up with the
spectrogram of silence, not with zeros, which would look like noise to the model.
"""

import math
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from localvoice.config import TranscriberSettings
from localvoice.engines import json_file
from localvoice.engines.probe import insist, survives
from localvoice.engines.transcriber import card, ct2, ct2_file
from localvoice.engines.transcriber.contexts import FRAME_STEP, LONGEST_FRAMES, PRIMED, STOCK, WHOLE, trained_for
from localvoice.engines.transcriber.log_mel import HOP_SAMPLES, log_mel
from localvoice.engines.transcriber.own_words import OwnWords
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind
from localvoice.sound import EAR_HZ, Samples

ONE_THREAD_BYTES = 16_000_000
"""A model this small loses more by waiting for a second thread than it gains: with 2 MB, 8 ms of work alone,
14 ms in two threads, and three times the wall clock if the second core is busy."""
TWICE_BYTES = 600_000_000
"""A model up to this size is opened twice, to encode by all threads and to write by one. A token is so little work that
waiting for other threads takes longer: with five beams and two threads tiny.en writes an order in 116 ms instead of 34,
base in 198 instead of 78, the shape of small in 442 instead of 280 (docs/adr/0027)."""
LOOP_COMPRESSION = 2.4
"""Text that zips better is a loop (Radford et al. 2022, section 4.5)."""
_DEFAULTS = TranscriberSettings()
_MODEL = "model.bin"
_ALL_JSON = ("config.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt", "preprocessor_config.json")
_MOST_WORDS = 1 << 24
_TOKENS_PER_S = 12
"""No language needs more; a decoder that wants more is in a loop."""
_REMEDY = "Give the folder of a CTranslate2 Whisper model, or leave transcriber.model out for the bundled one."


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model thinks of its words."""

    average_log_probability: float
    """Of its tokens and the end of text, natural logarithm; 0 is certainty, and stands for no tokens."""
    no_speech_probability: float
    compression_ratio: float
    """Length of the text over its length when zipped; text in a loop zips well."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words, and how they came about."""

    text: str
    scores: Scores
    tokens: int
    frames: int
    """Spectrogram frames (10 ms) that were encoded."""
    cut: bool
    """The token limit ended it."""
    thorough: bool
    """Nothing wider could be encoded: to try again brings nothing."""


class Whisper:
    """One loaded model. Calls may come from one thread at a time; they let other threads run meanwhile."""

    def __init__(
        self,
        path: Path,
        threads: int = _DEFAULTS.threads,
        language: str = _DEFAULTS.language,
        short_context: bool = _DEFAULTS.short_context,
        trusted: bool | None = None,
        beams: int = _DEFAULTS.beams,
        compute: str = _DEFAULTS.compute,
        words: Sequence[str] = _DEFAULTS.words,
    ) -> None:
        """`path`: folder with model.bin, config.json, tokenizer.json and a vocabulary.

        `short_context` false always encodes 30 s. When it is true, a model whose preprocessor_config.json
        says `"least_frames": n` is encoded from n frames on, any other as contexts.STOCK says.
        `trusted`: do without the probe; None trusts the bundled models. `beams`: guesses followed at once.
        `compute`: cpu, auto or cuda; `device` says what it became, `notice` why it is not what was asked for.
        `words`: names that are likely to be said; finals are then written in a context wide enough for them. A model
        that was trained for short contexts does without.

        Raises ModelMissing, ModelBroken, ModelWrongKind.
        """
        check_files(path)
        model, *beside = [path / name for name in (_MODEL, *_ALL_JSON)]
        whose = f"The transcriber in {path} cannot be used"
        insist(model, __name__, whose, _REMEDY, *beside, opens=path, trusted=trusted)
        import faster_whisper
        from faster_whisper.tokenizer import Tokenizer

        useful = 1 if (path / "model.bin").stat().st_size < ONE_THREAD_BYTES else threads
        try:
            self._model: Any
            self._model, self.device, self.notice = card.opened(
                compute,
                lambda device, kind: faster_whisper.WhisperModel(
                    str(path), device=device, compute_type=kind, cpu_threads=useful, local_files_only=True
                ),
                lambda opened: opened.encode(
                    log_mel(np.zeros(EAR_HZ, np.float32), card.TRY_FRAMES, opened.feature_extractor.mel_filters)
                ),
                lambda: ct2.cuda_cards()[0],
                # A library that a card needs and does not find may end the process.
                lambda: "" if trusted else survives(model, _TRY.format(__name__, str(path)), *beside, limited=False),
            )
            twice = self.device == "cpu" and useful > 1 and model.stat().st_size <= TWICE_BYTES
            self._decoder: Any = ct2.decoder(str(path)) if twice else self._model.model
        except (RuntimeError, ValueError, OSError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelBroken(f"The transcriber in {path} does not open ({reason}).", _REMEDY) from None
        if language not in self._model.supported_languages:
            raise ModelWrongKind(
                f"The transcriber in {path} does not know the language {language!r}.",
                f"It knows: {', '.join(sorted(self._model.supported_languages)[:20])}.",
            )
        multilingual = self._model.model.is_multilingual
        self.tokenizer: Any = Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)
        self._beams = beams
        self._prompt = [*self.tokenizer.sot_sequence, self.tokenizer.no_timestamps]
        self._mels = int(self._model.model.n_mels)
        marked = _marked_least_frames(path)
        self._stock = marked is None
        self.contexts = WHOLE if not short_context else STOCK if marked is None else trained_for(marked)
        self._own_words = OwnWords(words if self._stock else (), self.tokenizer)
        if self._own_words.prompt and short_context:
            self.contexts = PRIMED
        if left_out := self._own_words.left_out:
            self.notice = f"{self.notice} Not all of transcriber.words fit: the last {left_out} are left out.".strip()

    @property
    def longest_samples(self) -> int:
        """The most that one call of `transcribe` hears."""
        return LONGEST_FRAMES * HOP_SAMPLES

    def context_frames(self, samples: int, quick: bool = False, thorough: bool = False) -> int:
        """How many frames `transcribe` encodes for that many samples."""
        frames = self.contexts.frames(samples, quick, thorough)
        # CTranslate2 takes encoder output for a spectrogram when it has as many steps as the model has mel
        # bands.
        return frames + FRAME_STEP if frames == 2 * self._mels else frames

    def transcribe(
        self,
        samples: Samples,
        max_tokens: int | None = None,
        frames: int | None = None,
        quick: bool = False,
        thorough: bool = False,
    ) -> Transcript:
        """Words in `samples`: float32 mono at 16 kHz in [-1, 1]; what goes beyond 30 s is not heard.

        `frames`: context to encode instead of the automatic one. `quick`: follow only the likeliest guess.
        `thorough`: in the widest context that helps this model. Without timestamps.
        """
        heard = samples[: self.longest_samples]
        context = frames if frames is not None else self.context_frames(len(heard), quick, thorough)
        limit = max_tokens if max_tokens is not None else 8 + _TOKENS_PER_S * len(heard) // EAR_HZ
        encoded = self._model.encode(log_mel(heard, context, self._model.feature_extractor.mel_filters))
        found = self._write(encoded, limit, self._prompt, quick)
        text = self._text(found)
        scores = _scores(found, text)
        # Quick guesses have too little context for own words, and a second try does without what may have led the first
        # one astray.
        if self._own_words.prompt and not quick and not thorough:
            told = self._write(encoded, limit, [*self._own_words.prompt, *self._prompt], quick)
            told_text = self._text(told)
            if self._own_words.better(text, told_text):
                found, text = told, told_text
                scores = replace(scores, compression_ratio=compression_ratio(text))
        tokens = sum(token < self.tokenizer.eot for token in found.sequences_ids[0])
        cut = tokens >= limit
        # A model that was trained for short contexts gains nothing by a wide one, unless it is to get out of a loop: of
        # coughs that it could make nothing of it then makes orders.
        looped = cut or scores.compression_ratio > LOOP_COMPRESSION
        return Transcript(
            text=text,
            scores=scores,
            tokens=tokens,
            frames=context,
            cut=cut,
            thorough=context >= self.context_frames(len(heard), thorough=True) or not (self._stock or looped),
        )

    def _write(self, encoded: Any, limit: int, prompt: list[int], quick: bool) -> Any:
        """CTranslate2's result for what was encoded: no more than `limit` tokens behind `prompt`."""
        return self._decoder.generate(
            encoded,
            [prompt],
            beam_size=1 if quick else self._beams,
            # CTranslate2 generates no more than half of max_length, and no more than what the prompt leaves
            # of it.
            max_length=min(self._model.max_length, max(2 * limit, limit + len(prompt))),
            return_scores=True,
            return_no_speech_prob=True,
            # Silence has no words: the end of text may come first. Stock Whisper sometimes ends too early
            # then.
            suppress_blank=self._stock,
        )[0]

    def _text(self, found: Any) -> str:
        tokens = [token for token in found.sequences_ids[0] if token < self.tokenizer.eot]
        return str(self.tokenizer.decode(tokens)).strip()


def _scores(found: Any, text: str) -> Scores:
    length = len(found.sequences_ids[0])
    # The score leaves out the end of text in its divisor but not in its sum.
    probability = found.scores[0] * length / (length + 1) if length else 0.0
    return Scores(probability, float(found.no_speech_prob), compression_ratio(text))


def compression_ratio(text: str) -> float:
    """Bytes over zipped bytes, as Whisper's own decoder measures loops; 1 for empty text."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 1.0


def check_files(path: Path) -> None:
    """Check the files in the folder `path` before a library does; a C++ library's error messages do not help a user.

    Raises ModelMissing, ModelBroken, ModelWrongKind.
    """
    if not path.is_dir():
        problem = "a file, not a folder" if path.exists() else "not there"
        raise ModelMissing(f"The transcriber {path} is {problem}.", _REMEDY)
    missing = [name for name in ("model.bin", "tokenizer.json", "config.json") if not (path / name).is_file()]
    if not any((path / name).is_file() for name in ("vocabulary.json", "vocabulary.txt")):
        missing.append("vocabulary.json")
    if missing:
        raise ModelMissing(f"The transcriber in {path} lacks {', '.join(missing)}.", _REMEDY)
    _check_tokenizer(path / "tokenizer.json")
    json_file.read_object(path / "config.json")
    words = path / "vocabulary.json"
    if words.is_file():
        found = json_file.read(words)
        if not isinstance(found, list) or not found or not all(isinstance(word, str) for word in found):
            raise ModelBroken(f"{words} is damaged: it should be a list of words.", "Fetch the model again.")
    ct2_file.read_head(path / _MODEL, "WhisperSpec", _REMEDY)


def _check_tokenizer(file: Path) -> None:
    """The parts that faster-whisper looks for; the library behind it ends with exceptions of its own."""
    tree = json_file.read_object(file)
    model = tree.get("model")
    words = model.get("vocab") if isinstance(model, dict) else None
    if not words or not isinstance(words, dict | list):
        raise ModelBroken(f"{file} is damaged: its vocabulary is missing.", "Fetch the model again.")
    numbers = words.values() if isinstance(words, dict) else ()
    if not all(type(number) is int and 0 <= number < _MOST_WORDS for number in numbers):
        raise ModelBroken(f"{file} is damaged: some words have no token number.", "Fetch the model again.")
    added = tree.get("added_tokens", [])
    if not isinstance(added, list) or not all(isinstance(a, dict) and {"id", "content"} <= set(a) for a in added):
        raise ModelBroken(f"{file} is damaged: its added_tokens are not valid.", "Fetch the model again.")
    if not any(token["content"] == "<|startoftranscript|>" for token in added):
        raise ModelWrongKind(f"{file} is not the tokenizer of a Whisper model.", _REMEDY)


_TRY = "from {} import _try; _try({!r}, 'cuda')"


def _try(path: str, compute: str = "cpu") -> None:
    """In the process of the probe: open the model and listen to a second of noise."""
    noise = np.random.default_rng(1).standard_normal(EAR_HZ).astype(np.float32)
    try:
        whisper = Whisper(Path(path), threads=1, trusted=True, compute=compute)
        if whisper.notice:
            sys.exit(whisper.notice.split(": ", 1)[-1])
        found = whisper.transcribe(0.01 * noise, max_tokens=4)
    except (ModelBroken, ModelWrongKind) as error:
        sys.exit(error.message)
    if not math.isfinite(found.scores.average_log_probability + found.scores.no_speech_probability):
        sys.exit("its weights are damaged: it computes values that are not finite numbers.")


def _marked_least_frames(path: Path) -> int | None:
    file = path / "preprocessor_config.json"
    if not file.is_file():
        return None
    least = json_file.read_object(file).get("least_frames")
    return least if isinstance(least, int) and 0 < least <= LONGEST_FRAMES else None
