"""One JSON document on standard output, whatever happens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from localvoice.cli import INTERRUPTED
from localvoice.errors import LocalvoiceError


@contextmanager
def document(as_json: bool, kept: str = "") -> Iterator[dict[str, Any]]:
    """What --json prints in the end, also of work that failed half-way: then `error` says why, and is raised again.

    `kept`: what an interruption does not lose, as a clause.
    """
    out: dict[str, Any] = {}
    failed: BaseException | None = None
    try:
        yield out
    except LocalvoiceError as error:
        out["error"], failed = _error(error.message, error.remedy, error.exit_code), error
    except OSError as error:
        about = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        out["error"] = _error(f"{about}.", "The system refused this; look at the disk and at permissions.", 1)
        failed = error
    except KeyboardInterrupt as stop:
        out["error"] = _error("Interrupted.", f"Give the command again{kept and f': {kept}'}.", INTERRUPTED)
        failed = stop
    if as_json:
        # ASCII alone: what a terminal has no letters for would be written in a way that is no JSON.
        typer.echo(json.dumps(out, indent=1))
    if failed is not None:
        raise failed


def _error(message: str, remedy: str, code: int) -> dict[str, Any]:
    return {"message": message, "remedy": remedy, "code": code}
