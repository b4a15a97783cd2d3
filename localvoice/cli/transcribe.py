"""`localvoice transcribe`: the words in recordings."""

import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from localvoice import config
from localvoice.cli import INTERRUPTED
from localvoice.errors import AudioError, LocalvoiceError, NotUnderstood, SettingsError

if TYPE_CHECKING:
    from localvoice.one_shot.transcribe import LeftOut, Passage, RecordingTranscriber

FORMATS = ("text", "json", "srt", "vtt")
SUBTITLES = ("srt", "vtt")


def transcribe(
    files: list[Path], config_file: Path | None, form: str, *, as_json: bool = False, debug: bool = False
) -> int:
    """Print the words in `files` in one of FORMATS, each passage as soon as it is there (but for JSON, which `as_json`
    asks for too).

    A file that is at fault does not keep the others from their turn. The exit code is that of the first fault. Raises
    what is wrong with a single file, and what is wrong with the settings or the model.
    """
    from localvoice.one_shot.transcribe import RecordingTranscriber

    _check(files, form)
    if as_json and form in SUBTITLES:
        raise SettingsError(f"--json and --format {form} are two formats.", "Give one of them.")
    transcriber = RecordingTranscriber(config.load(config_file).settings, notice=_tell)
    if as_json or form == "json":
        return _as_json(files, transcriber, debug)
    code = 0
    for number, file in enumerate(files):
        if len(files) > 1:
            typer.echo(f"{chr(10) if number else ''}==> {file} <==")
        try:
            for passage in _passages(file, transcriber, {}, named=len(files) > 1, form=form):
                typer.echo(passage)
        except (AudioError, NotUnderstood) as error:
            if len(files) == 1:
                raise
            fault = _fault(error, debug)
            code = code or fault
    return code


def _check(files: list[Path], form: str) -> None:
    if form not in FORMATS:
        raise SettingsError(f"There is no format {form!r}.", f"Take one of: {', '.join(FORMATS)}.")
    if form in SUBTITLES and len(files) > 1:
        raise SettingsError(
            f"Subtitles ({form}) belong to one recording, and {len(files)} are named.", "Give the command for each."
        )


def _passages(
    file: Path, transcriber: "RecordingTranscriber", out: dict[str, Any], *, named: bool, form: str
) -> Iterator[str]:
    """The passages of one file as lines or cues; `out` is filled with what JSON says of it.

    Raises AudioError for the file, and NotUnderstood if a voice speaks in it and there are no words at all.
    """
    from localvoice.cli import subtitles
    from localvoice.one_shot.transcribe import Passage, read

    recording = read(file)
    info, said = recording.info, f"{file}: " if named else ""
    out |= {"seconds": round(info.seconds, 3), "missing_s": round(info.missing_s, 3)}
    out |= {"language": transcriber.language, "passages": [], "left_out": []}
    if info.missing_s:
        _tell(
            f"{file} was cut short: {info.missing_s:.1f} of its {info.seconds + info.missing_s:.1f} s are missing. "
            "These are the words in the rest."
        )
    if form == "vtt":
        yield subtitles.VTT_HEAD
    for found in transcriber.passages(recording.samples):
        if not isinstance(found, Passage):
            out["left_out"].append({**_times(found), "why": found.why})
            _tell(f"{said}{found.from_s:.1f}–{found.to_s:.1f} s: speech, but the words could not be trusted; left out.")
            continue
        out["passages"].append({**_times(found), "text": found.text})
        if form == "srt":
            yield subtitles.srt(len(out["passages"]), found)
        else:
            yield subtitles.vtt(found) if form == "vtt" else found.text
    if out["left_out"] and not out["passages"]:
        raise NotUnderstood(
            f"A voice speaks in {file}, and not one word of it was understood.",
            "Try a larger transcriber (`localvoice models list`), or its language (transcriber.language).",
        )
    if not out["passages"]:
        _tell(f"{said}(no words in it)")


def _as_json(files: list[Path], transcriber: "RecordingTranscriber", debug: bool) -> int:
    """One document: an object for one file, a list of them for several."""
    documents: list[dict[str, Any]] = []
    code = 0
    failed: BaseException | None = None
    for file in files:
        out: dict[str, Any] = {"file": str(file)}
        documents.append(out)
        try:
            for _ in _passages(file, transcriber, out, named=len(files) > 1, form="json"):
                pass
        except (AudioError, NotUnderstood) as error:
            out["error"] = {"message": error.message, "remedy": error.remedy, "code": error.exit_code}
            if len(files) == 1:
                failed = error
            else:
                fault = _fault(error, debug)
                code = code or fault
        except LocalvoiceError as error:
            out["error"], failed = {"message": error.message, "remedy": error.remedy, "code": error.exit_code}, error
            break
        except KeyboardInterrupt as stop:
            which = "" if len(files) == 1 else " for this file and those behind it"
            remedy = f"Give the command again{which}."
            out["error"], failed = {"message": "Interrupted.", "remedy": remedy, "code": INTERRUPTED}, stop
            break
    # ASCII alone: what a terminal has no letters for would be written in a way that is no JSON.
    typer.echo(json.dumps(documents[0] if len(files) == 1 else documents, indent=1))
    if failed is not None:
        raise failed
    return code


def _times(found: "Passage | LeftOut") -> dict[str, float]:
    return {"from_s": round(found.from_s, 3), "to_s": round(found.to_s, 3)}


def _fault(error: LocalvoiceError, debug: bool) -> int:
    """Tell of a fault of one file among several; its exit code."""
    if debug:
        traceback.print_exception(error)
    _tell(f"localvoice: {error.message}\n  {error.remedy}")
    return error.exit_code


def _tell(sentence: str) -> None:
    sys.stdout.flush()
    typer.echo(sentence, err=True)
