"""All commands and their options. Everything heavy is imported inside the command that needs it."""

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from localvoice import __version__
from localvoice.cli import INTERRUPTED, models, settings
from localvoice.errors import LocalvoiceError, OurFault

# Every fault of a command line derives from this class, which typer exports under no name of its own: click's
# ClickException, or that of the copy of click that newer releases carry.
Refused: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="localvoice",
    help="Talk to your own computer: everything runs on it, and nothing you say leaves it.",
    epilog="Exit codes: 0 done, 1 other, 2 settings or options, 3 models, 4 sound, 5 a fault of ours, "
    "6 no words in the text or recording, 7 a demo turn went unanswered, 8 catalog, downloads and bundles, "
    "9 the doctor found something that must be put right first, 130 interrupted. "
    "More: docs/exit-codes.md.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(models.app)
app.add_typer(settings.app)

Config = Annotated[
    Path | None, typer.Option("--config", help="Settings file (TOML) instead of the default one.", show_default=False)
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        help="Sound device, by its number or any part of its name (`microphone / speaker` for two); "
        "see `localvoice devices`.",
        show_default=False,
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"localvoice {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Talk to your own computer: everything runs on it, and nothing you say leaves it."""


@app.command()
def talk(
    device: Device = None,
    config: Config = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep a stereo WAV of the conversation (you left, assistant right).")
    ] = False,
    push_to_talk: Annotated[
        bool, typer.Option("--push-to-talk", help="Listen only between two presses of the space bar.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Hold a live conversation on this machine's microphone and speaker."""
    from localvoice.cli.talk import talk as run_talk

    run_talk(device, config, record=record, push_to_talk=push_to_talk, debug=debug)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the WAV and the timeline picture.")] = Path(
        "localvoice-demo"
    ),
    json_output: Annotated[
        bool, typer.Option("--json", help="Print one JSON document instead of the conversation.")
    ] = False,
    room: Annotated[
        str, typer.Option("--room", help="The simulated room: living, or kitchen (tiled, it echoes).")
    ] = "living",
    models: Annotated[
        str | None,
        typer.Option(
            "--models",
            help="Run on pocket, grown, starter, starter-piper, starter-plus or another profile; else as configured.",
            show_default=False,
        ),
    ] = None,
    visitor: Annotated[
        str,
        typer.Option("--visitor", help="Who speaks: scripted, or people (recordings in the folder LOCALVOICE_SPEECH)."),
    ] = "scripted",
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Hold a recorded conversation through the whole pipeline, at real-time pace, in a simulated room."""
    from localvoice.cli.demo import demo as run_demo

    raise typer.Exit(
        run_demo(output, config, as_json=json_output, room=room, models=models, visitor=visitor, debug=debug)
    )


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a WAV file instead of playing.", show_default=False)
    ] = None,
    device: Device = None,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Say TEXT with the assistant's voice."""
    from localvoice.cli.say import say as run_say

    run_say(text, output, device, config)


@app.command()
def transcribe(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Sound files, or films with sound, of any usual format; - is standard input."
        ),
    ],
    output_format: Annotated[str, typer.Option("--format", help="text, json, srt or vtt (subtitles).")] = "text",
    json_output: Annotated[bool, typer.Option("--json", help="As --format json: one document.")] = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Print the words in recordings, a line per passage."""
    from localvoice.cli.transcribe import transcribe as run_transcribe

    raise typer.Exit(run_transcribe(files, config, output_format, as_json=json_output, debug=debug))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What to ask.")],
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Ask the assistant TEXT and print its answer; tools are used as in a conversation."""
    from localvoice.cli.ask import ask as run_ask

    run_ask(text, config)


@app.command()
def devices(
    json_output: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    debug: Debug = False,
) -> None:
    """List the sound devices, with the numbers and names that --device takes."""
    from localvoice.cli.devices import devices as run_devices

    run_devices(as_json=json_output)


@app.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Write what was found into the settings.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    no_chirp: Annotated[bool, typer.Option("--no-chirp", help="Play nothing; the echo is not measured then.")] = False,
    no_models: Annotated[bool, typer.Option("--no-models", help="Do not measure how fast the models are.")] = False,
    device: Device = None,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Say whether this machine is ready to talk, and what to do if not. Exit code 0: ready, 9: not."""
    from localvoice.cli.doctor import doctor as run_doctor

    raise typer.Exit(run_doctor(device, config, fix=fix, as_json=json_output, chirp=not no_chirp, models=not no_models))


def run(arguments: list[str]) -> int:
    """Carry out one command line; the exit code. Errors become one message, with a traceback before it with --debug."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name or word that the terminal has no letters for is shown by its numbers, as standard error does.
        sys.stdout.reconfigure(errors="backslashreplace")
    debug = "--debug" in arguments
    if debug:
        from localvoice.engines.sound import messages

        messages.show()
    try:
        code = app(args=arguments, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except LocalvoiceError as error:
        return _tell(error, debug)
    except Refused as error:
        error.show()
        return int(error.exit_code)
    except typer.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit as leave:
        # typer makes this of a broken pipe.
        if isinstance(leave.__context__, BrokenPipeError):
            return _nobody_reads()
        raise
    except OSError as error:
        about = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        return _tell(
            LocalvoiceError(f"{about}.", "The system refused this; look at the disk and at permissions."), debug
        )
    except Exception as error:  # noqa: BLE001  the base of the whole program
        # The type alone: the text of an error can quote what the user said.
        where = traceback.extract_tb(error.__traceback__)[-1]
        return _tell(
            OurFault(
                f"A fault of ours: {type(error).__name__} in {where.name}, line {where.lineno}.",
                "Please report it; the same command with --debug shows where it is.",
            ),
            debug,
        )


def _nobody_reads() -> int:
    """The reader of our output has left (`| head`): nobody is there to be told, by Python's own last flush neither."""
    sys.stdout = open(os.devnull, "w")
    return 0


def _tell(error: LocalvoiceError, debug: bool) -> int:
    """Called while the error, or its cause, is being handled."""
    if debug:
        traceback.print_exc()
    typer.echo(f"localvoice: {error.message}", err=True)
    if error.remedy:
        typer.echo(f"  {error.remedy}", err=True)
    return error.exit_code
