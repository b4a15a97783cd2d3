"""`localvoice say`: one text, spoken or written to a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from localvoice import config
from localvoice.cli.text import check_encoding

if TYPE_CHECKING:
    from localvoice.sound import Samples


def say(text: str, output: Path | None, device: str | None, config_file: Path | None) -> None:
    """Speak `text` through the speaker, or into a WAV file."""
    from localvoice.errors import CannotSpeak
    from localvoice.sound import EAR_HZ

    settings = config.load(config_file).settings
    check_encoding(text)
    if not text.strip():
        raise CannotSpeak("There is no text to say.", 'Give some, as in: localvoice say "Good morning."')
    if output is not None:
        from localvoice.audio import wav

        samples = _spoken(text, settings)
        wav.write(output, samples, EAR_HZ)
        typer.echo(f"{output}: {len(samples) / EAR_HZ:.1f} s")
        return
    import numpy as np

    from localvoice.audio.resample import resample
    from localvoice.engines.sound.loudspeaker import Loudspeaker

    # The device first: without one there is no point in loading the voice.
    speaker = Loudspeaker(device or settings.audio.device or None, settings.audio.rate_hz or None)
    # Loudness as in a conversation: audio/playback.py.
    volume = (settings.voice.volume_percent / 100) ** 2
    speaker.play(resample(_spoken(text, settings), EAR_HZ, speaker.rate_hz) * np.float32(volume))


def _spoken(text: str, settings: config.Settings) -> "Samples":
    """`text` as float32 mono at the ears' rate. Raises CannotSpeak, ModelError."""
    import numpy as np

    from localvoice.errors import CannotSpeak
    from localvoice.speak.clauses import split
    from localvoice.turn.build import load_voice

    voice = load_voice(settings)
    pieces = []
    for clause in split(text):
        try:
            pieces.append(voice.clause(clause).samples)
        except CannotSpeak:
            continue
    if not pieces:
        raise CannotSpeak("Nothing in this text can be spoken.", "Give it at least one word or number.")
    return np.concatenate(pieces)
