"""A sentence that the transcriber wrote twice, cut to one."""


def once(text: str) -> str:
    return text
