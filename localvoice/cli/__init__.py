"""The commands: they parse and print, nothing else. `main` turns every error into one message and its exit code."""

import sys


def main() -> None:
    """Entry point of `localvoice`. Exit codes: see errors.py; 130 after Ctrl-C."""
    from localvoice.cli.app import run

    sys.exit(run(sys.argv[1:]))
