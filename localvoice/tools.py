"""All that a plug-in imports.

    from localvoice.tools import tool

    @tool
    def open_door(which: str) -> str:
        '''Open a door.'''
        return f"the {which} door is open"

tool        marks a function or method that the model may call
Done        a result that can be undone
ToolFailed  raised with a few words for the model if it could not be done
Between     bounds of a number: Annotated[int, Between(0, 100)]

docs/tools.md has the rest. Importing this loads nothing heavy.
"""

from localvoice.think.tools.spec import Between, Done, ToolFailed, tool

__all__ = ["Between", "Done", "ToolFailed", "tool"]
