"""`python -m localvoice`."""

from localvoice.cli import main

main()
