"""`localvoice tools`: the commands about tools and their options. Everything heavy is imported inside them."""

from typing import Annotated

import typer

from localvoice.cli.command import App, Group
from localvoice.cli.options import Config

app = App(
    cls=Group,
    name="tools",
    help="See what the assistant can do, and try it without talking.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_tools(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    config: Config = None,
) -> None:
    """List all tools, those of your plug-ins too, with what they take and where they are written."""
    from localvoice.cli.tools_show import show_list

    show_list(as_json, config)


@app.command("call")
def call_tool(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool, as `localvoice tools list` shows it.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Its arguments; a list has its key several times."),
    ] = None,
    json_arguments: Annotated[
        str, typer.Option("--json", metavar="OBJECT", help="All arguments as one JSON object instead.")
    ] = "",
    config: Config = None,
) -> None:
    """Call one tool as the model would, and print what the model would be told. It really acts."""
    from localvoice.cli.tools_call import call

    call(name, arguments or [], json_arguments, config)
