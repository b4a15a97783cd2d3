"""All commands and their options. Everything heavy is imported inside the command that needs it."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from localvoice import __version__, log
from localvoice.cli import INTERRUPTED, models, settings, tools
from localvoice.cli.command import App, Root, TextCommand, set_debug
from localvoice.cli.options import Config
from localvoice.cli.terminal import may_colour
from localvoice.errors import LocalvoiceError, OurFault
from localvoice.faults import where

# Every fault of a command line derives from this class, which typer exports under no name of its own: click's
# ClickException, or that of the copy of click that newer releases carry.
Refused: Any = typer.BadParameter.__mro__[2]

app = App(
    name="localvoice",
    help="Talk to your own computer: everything runs on it, and nothing you say leaves it.",
    epilog="Exit codes: 0 done, 1 other, 2 settings or options, 3 models, 4 sound, 5 a bug in localvoice, "
    "6 no words in the text or recording, 7 a demo turn went unanswered, 8 catalog, downloads and bundles, "
    "9 the doctor found something that must be put right first, 130 interrupted. "
    "More: docs/exit-codes.md.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(models.app)
app.add_typer(settings.app)
app.add_typer(tools.app)

Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="NAME",
        help="Sound device, by its number or any part of its name (`microphone / speaker` for two); "
        "see `localvoice devices`.",
        show_default=False,
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"localvoice {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", callback=set_debug, help="Show tracebacks; may stand after the command too.")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", help="Append what happens to FILE, without anybody's words."),
    ] = None,
) -> None:
    """Talk to your own computer: everything runs on it, and nothing you say leaves it."""
    if log is not None:
        from localvoice.log import to_file

        to_file(log)
    if not may_colour(os.environ):
        # Of this context and those below; without a terminal there are no colours anyway.
        ctx.color = False


@app.command()
def talk(
    ctx: typer.Context,
    device: Device = None,
    config: Config = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep a stereo WAV of the conversation (you left, assistant right).")
    ] = False,
    push_to_talk: Annotated[
        bool, typer.Option("--push-to-talk", help="Listen only between two presses of the space bar.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not print how long each answer took.")] = False,
) -> None:
    """Hold a live conversation on this machine's microphone and speaker."""
    from localvoice.cli.talk import talk as run_talk

    run_talk(device, config, record=record, push_to_talk=push_to_talk, quiet=quiet, debug=debugging(ctx))


@app.command()
def demo(
    ctx: typer.Context,
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
) -> None:
    """Hold a recorded conversation through the whole pipeline, at real-time pace, in a simulated room."""
    from localvoice.cli.demo import demo as run_demo

    raise typer.Exit(
        run_demo(output, config, as_json=json_output, room=room, models=models, visitor=visitor, debug=debugging(ctx))
    )


@app.command(cls=TextCommand)
def say(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT...", help="What to say; without it, or with -, the standard input is read."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write a sound file instead of playing: .wav, .flac, .ogg, .opus or .mp3; - writes a WAV to the "
            "standard output.",
            show_default=False,
        ),
    ] = None,
    device: Device = None,
    config: Config = None,
) -> None:
    """Say TEXT with the assistant's voice."""
    from localvoice.cli.say import say as run_say

    run_say(words or [], output, device, config)


@app.command()
def transcribe(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Sound files, or films with sound, of any usual format; - is standard input."
        ),
    ],
    output_format: Annotated[str, typer.Option("--format", help="text, json, srt or vtt (subtitles).")] = "text",
    json_output: Annotated[bool, typer.Option("--json", help="As --format json: one document.")] = False,
    config: Config = None,
) -> None:
    """Print the words in recordings, a line per passage."""
    from localvoice.cli.transcribe import transcribe as run_transcribe

    raise typer.Exit(run_transcribe(files, config, output_format, as_json=json_output, debug=debugging(ctx)))


@app.command(cls=TextCommand)
def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT...", help="What to ask; without it, or with -, the standard input is read."),
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Go on asking: a conversation in writing.")
    ] = False,
    json_output: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: question, answer, tools, model, seconds.")
    ] = False,
    config: Config = None,
) -> None:
    """Ask the assistant TEXT and print its answer; tools are used as in a conversation."""
    from localvoice.cli.ask import ask as run_ask

    run_ask(words or [], config, interactive=interactive, as_json=json_output)


@app.command()
def devices(
    json_output: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
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
) -> None:
    """Say whether this machine is ready to talk, and what to do if not. Exit code 0: ready, 9: not."""
    from localvoice.cli.doctor import doctor as run_doctor

    raise typer.Exit(run_doctor(device, config, fix=fix, as_json=json_output, chirp=not no_chirp, models=not no_models))


def run(arguments: list[str]) -> int:
    """Carry out one command line; the exit code. Errors become one message, with a traceback before it with --debug."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name or word that the terminal has no letters for is shown by its numbers, as standard error does.
        sys.stdout.reconfigure(errors="backslashreplace")
    root = Root()
    log.tracebacks(False)
    try:
        code = app(args=arguments, prog_name="localvoice", standalone_mode=False, obj=root)
        return code if isinstance(code, int) else 0
    except LocalvoiceError as error:
        return _tell(error, root.debug)
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
        if (ending := _ended_by_system(error)) is not None:
            _nobody_reads()
            return ending
        about = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        return _tell(
            LocalvoiceError(f"{about}.", "The system refused this; look at the disk and at permissions."), root.debug
        )
    except Exception as error:  # noqa: BLE001  the base of the whole program
        bug = f"This is a bug in localvoice: {where(error)}."
        return _tell(OurFault(bug, "Please report it; `localvoice --debug ...` shows how it came about."), root.debug)


def debugging(ctx: typer.Context) -> bool:
    """Whether `--debug` was given."""
    return ctx.ensure_object(Root).debug


def _ended_by_system(error: BaseException) -> int | None:
    """The exit code if the program was leaving for a signal: the terminal is gone, and with it the last words."""
    context = error.__context__
    while context is not None and not isinstance(context, SystemExit):
        context = context.__context__
    return context.code if context is not None and isinstance(context.code, int) else None


def _nobody_reads() -> int:
    """The reader of the output has left (`| head`): there is no one to tell, for Python's own last flush neither."""
    sys.stdout = open(os.devnull, "w")
    return 0


def _tell(error: LocalvoiceError, debug: bool) -> int:
    """Called while the error, or its cause, is being handled."""
    if debug:
        import traceback

        traceback.print_exc()
    typer.echo(f"localvoice: {error.message}", err=True)
    if error.remedy:
        typer.echo(f"  {error.remedy}", err=True)
    return error.exit_code
