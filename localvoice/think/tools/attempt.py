"""Calling a tool, whatever it does: return, raise, await, or try to end the program."""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from localvoice import log
from localvoice.think.tools import place
from localvoice.think.tools.results import as_text
from localvoice.think.tools.spec import Done, Tool, ToolFailed
from localvoice.think.tools.words import as_sentence

TOO_LONG = "error: it took too long"
WENT_WRONG = "error: something went wrong"
NOT_DONE = "error: it could not be done"


@dataclass(frozen=True, slots=True)
class Fault:
    """A tool raised what it should not have. As text: one sentence without anything that the user said."""

    tool: str
    error: BaseException
    file: str = ""
    """Of the tool, so that the line is one of its own rather than one of a library."""

    def __str__(self) -> str:
        where = place.of_error(self.error, self.file)
        return f"The tool {self.tool} failed: {type(self.error).__name__}{f' in {where}' if where else ''}."


def log_fault(fault: Fault) -> None:
    """A warning in the log; its traceback goes to standard error alone, and only with --debug."""
    log.fault(str(fault), fault.error)


def attempt(
    tool: Tool, arguments: dict[str, Any], limit_s: float | None, on_fault: Callable[[Fault], None]
) -> tuple[Done, bool]:
    """Call a tool: its result, whose text is a `str`, and whether it went well. Raises nothing.

    What is `async` is run to its end here, and cancelled after `limit_s`. Whatever is raised other than ToolFailed goes
    to `on_fault`, and the model is told nothing of it.
    """
    value: object = None
    try:
        value = tool.function(**arguments)
        if inspect.iscoroutine(value):
            value = _run(value, limit_s)
        done = value if isinstance(value, Done) else Done(value)
        text = as_text(done.text)
    except ToolFailed as failure:
        why = str(failure)
        return Done(f"error: {why}" if why else NOT_DONE, say=as_sentence(why) if why else ""), False
    except BaseException as error:  # noqa: BLE001 - other people's code; even its sys.exit ends only the call
        on_fault(Fault(tool.name, error, tool.place.file if tool.place else ""))
        # What was done before its result turned out to be unsayable can still be undone.
        return Done(WENT_WRONG, value.undo if isinstance(value, Done) else None), False
    return Done(text, done.undo, done.say), not text.startswith("error:")


def _run(coroutine: Coroutine[Any, Any, object], limit_s: float | None) -> object:
    import asyncio

    async def limited() -> object:
        try:
            async with asyncio.timeout(limit_s) as limit:
                return await coroutine
        except TimeoutError:
            if limit.expired():
                raise ToolFailed(TOO_LONG.removeprefix("error: ")) from None
            raise

    return asyncio.run(limited())
