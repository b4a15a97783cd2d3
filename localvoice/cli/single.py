"""The small commands: say, transcribe, ask, devices, config."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from localvoice import config

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def say(text: str, output: Path | None, device: str | None, config_file: Path | None) -> None:
    """Speak `text` through the speaker, or into a WAV file."""
    from localvoice.errors import CannotSpeak
    from localvoice.events import EAR_HZ

    settings = config.load(config_file).settings
    _check_encoding(text)
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


def _spoken(text: str, settings: config.Settings) -> "NDArray[np.float32]":
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


def ask(text: str, config_file: Path | None) -> None:
    """One question, one answer, on the terminal."""
    from localvoice.errors import CannotSpeak
    from localvoice.think.messages import ToolCalls
    from localvoice.turn.build import load_conversation

    settings = config.load(config_file).settings
    _check_encoding(text)
    # Of a picture or a dash alone the model would make something up.
    if not any(character.isalnum() for character in text):
        raise CannotSpeak(
            "There is no question: no word and no number.", 'Give one, as in: localvoice ask "What time is it?"'
        )
    conversation, runner, engine = load_conversation(settings, lambda announcement: typer.echo(announcement))
    if engine.notice:
        typer.echo(engine.notice, err=True)
    pieces = conversation.reply(text, lambda: False)
    while True:
        calls: ToolCalls | None = None
        for piece in pieces:
            if isinstance(piece, ToolCalls):
                calls = piece
            else:
                typer.echo(piece.text, nl=False)
                sys.stdout.flush()
        if calls is None:
            break
        batch = runner.run(calls.calls, settings.tools.deadline_s, turn=1, committed=True)
        batch.wait()
        if any(result.ok and result.call.name == "set_timer" for result in batch.results):
            typer.echo("(A timer ends with the program; it rings in `localvoice talk`.)", err=True)
        pieces = conversation.answer_tools(list(batch.results), lambda: False)
    typer.echo()


def _check_encoding(text: str) -> None:
    """Raises CannotSpeak for what the shell could not decode."""
    from localvoice.errors import CannotSpeak

    try:
        text.encode()
    except UnicodeEncodeError:
        raise CannotSpeak("The text is not UTF-8.", "Type it in a terminal that is set to UTF-8.") from None


def devices() -> None:
    """The sound devices: their channels and rates, the default ones marked. Raises NoDevice where there is none."""
    from localvoice.engines.sound.portaudio import devices as list_devices
    from localvoice.errors import NoDevice

    found = list_devices()
    if not found:
        raise NoDevice(
            "There is no sound device on this machine.",
            "Plug one in; `localvoice demo` holds a conversation without one.",
        )
    width = max(len(device.name) for device in found)
    for device in found:
        uses = [
            f"{count} {kind}{' (default)' if default else ''}"
            for count, kind, default in (
                (device.inputs, "in", device.is_default_input),
                (device.outputs, "out", device.is_default_output),
            )
            if count
        ]
        typer.echo(f"{device.name:<{width}}  {device.host_api}, {device.rate_hz} Hz, {', '.join(uses)}")


def show_config(config_file: Path | None) -> None:
    """Every setting, its value, and where it comes from."""
    loaded = config.load(config_file)
    values = config.flatten(loaded.settings)
    width = max(map(len, values))
    for name, value in values.items():
        shown = repr(list(value)) if isinstance(value, tuple) else repr(value)
        typer.echo(f"{name:<{width}}  {shown:<24}  {loaded.origins[name]}")
    typer.echo(f"\nThe settings file is {config_file or config.default_file()}.")
