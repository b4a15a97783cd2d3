"""What a chat model cannot do, as far as its template shows, in a sentence for its user."""

from localvoice.engines.chat.chat_format import ChatFormat

INSTEAD = "`localvoice models list` shows models that were made for conversation."


def lacks(name: str, format: ChatFormat) -> str:
    """A sentence or two, or "": what is not to be expected of the model `name`, and what helps."""
    if format.is_base:
        return (
            f"{name} is a base model: its file has no chat template, and it continues a text rather than answer. "
            f"{INSTEAD}"
        )
    if format.calls is None:
        return (
            f"{name} cannot call tools: its chat template shows it none. It talks, and what is understood as a command "
            "is done without it."
        )
    return ""
