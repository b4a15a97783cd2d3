"""The words in a recording: a file, a pipe, or samples."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from localvoice.config import Settings
from localvoice.sound import EAR_HZ, Samples

if TYPE_CHECKING:
    from localvoice.audio.sound_reader import WavInfo
    from localvoice.engines.transcriber.whisper import Whisper
    from localvoice.hear.recordings import Stretch

MOST_CHANNELS = 64
"""More is the length of a sound whose axes are the other way round."""
TOGETHER_S = 3.0
"""Speech that is left out is one stretch across pauses up to this."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What was said from `from_s` to `to_s`, in seconds from the beginning of the recording."""

    from_s: float
    to_s: float
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A voice speaks from `from_s` to `to_s`, and what the transcriber made of it cannot be trusted."""

    from_s: float
    to_s: float
    why: str
    """As half a sentence."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound that was read. Three hours take 346 MB."""

    samples: NDArray[Any]
    """float16 or float32, mono, 16 kHz, shape (n,)."""
    info: "WavInfo"


def read(path: str | os.PathLike[str]) -> Recording:
    """The sound in a file or pipe; "-" is standard input.

    Raises BadWav for a file that is missing, empty, unreadable or no sound file.
    """
    from localvoice.audio import sound_reader

    # Half precision: 11 bits at any level, so that the quietest recording keeps them too.
    return Recording(*sound_reader.read(Path(path), np.float16))


class RecordingTranscriber:
    """A transcriber for one recording after another; `load()` saves the first wait. It belongs to one thread.

    `notice(sentence)` is told what a person should know about how the model runs here.
    """

    def __init__(
        self, settings: Settings | None = None, *, notice: Callable[[str], None] = lambda sentence: None
    ) -> None:
        self._settings = settings or Settings()
        self._notice = notice
        self._whisper: Whisper | None = None

    @property
    def language(self) -> str:
        """The language that is listened for, as in the settings."""
        return self._settings.transcriber.language

    def load(self) -> "RecordingTranscriber":
        """Open the model. Raises ModelError, CatalogError, SettingsError."""
        from localvoice.turn.build import load_whisper

        self._whisper = load_whisper(self._settings)
        if self._whisper.notice:
            self._notice(self._whisper.notice)
        return self

    def passages(self, samples: NDArray[Any]) -> Iterator[Passage | LeftOut]:
        """What is said in `samples` (float16 or float32 mono at 16 kHz, shape (n,)), in order, each passage as soon as
        it is written down.

        Raises ModelError, CatalogError, SettingsError if `load` was not called.
        """
        from localvoice.audio.levelled import Levelled
        from localvoice.engines.detector.silero import Silero
        from localvoice.hear.recordings import stretches

        if self._whisper is None:
            self.load()
        assert self._whisper is not None
        return _together(map(_of, stretches(self._whisper, Silero(), Levelled(samples))))


def transcribe(
    path_or_samples: str | os.PathLike[str] | NDArray[Any], settings: Settings | None = None
) -> list[Passage]:
    """What is said in a recording: a sound file or pipe ("-" is standard input), or samples at 16 kHz, floating-point
    in [-1, 1] or int16, of shape (n,) or (n, channels).

    Speech that the transcriber cannot make out is not in the list; `RecordingTranscriber.passages` gives it too.
    Raises BadWav for what cannot be read, ModelError, CatalogError, SettingsError for the model, and ValueError for
    samples of another kind.
    """
    if isinstance(path_or_samples, np.ndarray):
        samples = _mono(path_or_samples)
    else:
        samples = read(path_or_samples).samples
    return [found for found in RecordingTranscriber(settings).passages(samples) if isinstance(found, Passage)]


def _mono(samples: NDArray[Any]) -> NDArray[Any]:
    known = samples.dtype.kind == "f" or samples.dtype == np.int16
    if not known or samples.ndim not in (1, 2) or samples[:1].size > MOST_CHANNELS:
        raise ValueError(
            "Samples are floating-point or int16, of shape (n,) or (n, channels), "
            f"not {samples.dtype} of shape {samples.shape}."
        )
    if samples.dtype == np.int16:
        samples = samples.astype(np.float32) / 32768
    finite: Samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0).astype(np.float32)
    if finite.ndim == 1 or not len(finite):
        return finite.reshape(-1)
    from localvoice.audio.mixdown import Mixdown

    return Mixdown(finite.shape[1], EAR_HZ).feed(finite)


def _of(stretch: "Stretch") -> Passage | LeftOut:
    from_s, to_s = stretch.from_at / EAR_HZ, stretch.to_at / EAR_HZ
    if stretch.left_out is None:
        return Passage(from_s, to_s, stretch.text)
    return LeftOut(from_s, to_s, stretch.left_out.value)


def _together(found: Iterator[Passage | LeftOut]) -> Iterator[Passage | LeftOut]:
    """As `found`, but stretches that are left out one after another are one."""
    held: LeftOut | None = None
    for now in found:
        if held is not None and isinstance(now, LeftOut) and now.from_s - held.to_s <= TOGETHER_S:
            why = held.why if now.why in held.why else f"{held.why}; {now.why}"
            held = LeftOut(held.from_s, now.to_s, why)
            continue
        if held is not None:
            yield held
        held = now if isinstance(now, LeftOut) else None
        if isinstance(now, Passage):
            yield now
    if held is not None:
        yield held
