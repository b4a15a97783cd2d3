"""A text spoken: through the speaker, or into a file."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from localvoice.config import Settings
from localvoice.errors import CannotSpeak
from localvoice.one_shot.in_thread import in_thread
from localvoice.sound import Samples
from localvoice.speak.clauses import ClauseSplitter

if TYPE_CHECKING:
    from localvoice.audio.sound_file import Write

CLAUSES_AHEAD = 8
"""Made before they are needed: some twenty seconds."""


class Speech:
    """`text` as sound: iterate it for float32 mono samples at `rate_hz`, the voice's own, clause by clause.

    A text that comes in pieces (of any length) is spoken as it comes. Iterate once.
    """

    def __init__(self, text: str | Iterable[str], settings: Settings | None = None) -> None:
        """Load the voice. Raises CannotSpeak if the text is empty, ModelError, CatalogError."""
        from localvoice.turn.build import load_voice

        pieces = iter([text] if isinstance(text, str) else text)
        self._text = itertools.chain([_beginning(pieces)], pieces)
        self._voice = load_voice(settings or Settings(), rate_hz=None)
        self.rate_hz = self._voice.rate_hz
        self.skipped = 0
        """Clauses that had letters or digits and yet no sound in this voice, so far."""

    def __iter__(self) -> Iterator[Samples]:
        """Raises CannotSpeak at the end if nothing in the text had a sound."""
        spoken = 0
        for clause in _clauses(self._text):
            try:
                samples = self._voice.clause(clause).samples
            except CannotSpeak:
                self.skipped += any(character.isalnum() for character in clause)
                continue
            spoken += 1
            yield samples
        if not spoken:
            raise CannotSpeak("Nothing in this text can be spoken.", "Give it at least one word or number.")


@dataclass(frozen=True, slots=True)
class Said:
    """What was spoken or written."""

    seconds: float
    skipped: int
    """Clauses that had letters or digits and yet no sound in this voice."""


def say(
    text: str | Iterable[str],
    path: str | Path | BinaryIO | None = None,
    settings: Settings | None = None,
    device: str | None = None,
) -> Said:
    """Speak `text` through the speaker, or write it to `path`; returns when that is done.

    The file's name says its kind: .wav, .flac, .ogg, .opus or .mp3. A binary file that is open already gets a WAV of
    unknown length, as pipes do. `device` is part of a speaker's name; None stands for the settings, and there for the
    system's default.

    Raises CannotSpeak if there is nothing to speak in `text`, BadWav if the file cannot be written, NoDevice,
    DeviceRefused, DeviceLost, ModelError, CatalogError.
    """
    settings = settings or Settings()
    pieces = iter([text] if isinstance(text, str) else text)
    whole = itertools.chain([_beginning(pieces)], pieces)
    if path is None:
        return _play(whole, settings, device)
    from localvoice.audio import sound_file

    if isinstance(path, str | Path):
        sound_file.check(Path(path))
        speech = Speech(whole, settings)
        with sound_file.writing(Path(path), speech.rate_hz) as write:
            return _write(speech, write)
    speech = Speech(whole, settings)
    return _write(speech, sound_file.wav_stream(path, speech.rate_hz))


def _play(text: Iterable[str], settings: Settings, device: str | None) -> Said:
    import numpy as np

    from localvoice.audio.resample import resample
    from localvoice.engines.sound.loudspeaker import Loudspeaker

    # The device first: without one there is no point in loading the voice.
    speaker = Loudspeaker(device or settings.audio.device or None, settings.audio.rate_hz or None)
    played = 0
    try:
        speech = Speech(text, settings)
        # Loudness as in a conversation: audio/playback.py.
        volume = np.float32((settings.voice.volume_percent / 100) ** 2)

        def pieces() -> Iterator[Samples]:
            nonlocal played
            for samples in in_thread(lambda: iter(speech), CLAUSES_AHEAD):
                played += len(samples)
                yield resample(samples, speech.rate_hz, speaker.rate_hz) * volume

        speaker.play(pieces())
    finally:
        speaker.close()
    return Said(played / speech.rate_hz, speech.skipped)


def _write(speech: Speech, write: "Write") -> Said:
    written = 0
    for samples in in_thread(lambda: iter(speech), CLAUSES_AHEAD):
        write(samples)
        written += len(samples)
    return Said(written / speech.rate_hz, speech.skipped)


def _beginning(pieces: Iterator[str]) -> str:
    """The pieces up to the first one that is not blank. Raises CannotSpeak without one."""
    beginning = ""
    for piece in pieces:
        beginning += piece
        if beginning.strip():
            return beginning
    raise CannotSpeak("There is no text to say.", 'Give some, as in: localvoice say "Good morning."')


def _clauses(pieces: Iterable[str]) -> Iterator[str]:
    splitter = ClauseSplitter()
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.finish()
