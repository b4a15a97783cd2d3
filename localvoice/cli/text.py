"""What a person typed."""


def check_encoding(text: str) -> None:
    """Raises CannotSpeak for what the shell could not decode."""
    from localvoice.errors import CannotSpeak

    try:
        text.encode()
    except UnicodeEncodeError:
        raise CannotSpeak("The text is not UTF-8.", "Type it in a terminal that is set to UTF-8.") from None
