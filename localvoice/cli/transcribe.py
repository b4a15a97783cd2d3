"""`localvoice transcribe`: the words in a recording."""

from pathlib import Path

import typer

from localvoice import config


def transcribe(wav_file: Path, config_file: Path | None) -> None:
    """Print the words in a sound file, a line per stretch of speech."""
    from localvoice.audio import wav
    from localvoice.engines.detector.silero import Silero
    from localvoice.hear.recordings import transcribe_recording
    from localvoice.turn.build import load_whisper

    settings = config.load(config_file).settings
    samples, info = wav.read(wav_file)
    if info.missing_s:
        typer.echo(
            f"{wav_file} was cut short: {info.missing_s:.1f} of its {info.seconds + info.missing_s:.1f} s are missing. "
            "These are the words in the rest.",
            err=True,
        )
    whisper = load_whisper(settings)
    if whisper.notice:
        typer.echo(whisper.notice, err=True)
    passages = transcribe_recording(whisper, Silero(), samples)
    for passage in passages:
        typer.echo(passage.text)
    if not passages:
        typer.echo("(no words in it)", err=True)
