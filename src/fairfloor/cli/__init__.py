"""The command line: `fairfloor COMMAND`, each command a thin face on something built elsewhere."""

from importlib.metadata import entry_points

import typer

from fairfloor.cli.chat import chat
from fairfloor.cli.exporting import exporting
from fairfloor.cli.importing import importing
from fairfloor.cli.people import people
from fairfloor.cli.publish import publish
from fairfloor.cli.regulars import regulars_
from fairfloor.cli.replay import replay_
from fairfloor.cli.verify import verify_
from fairfloor.cli.watch import watch_

app = typer.Typer(
    name="fairfloor",
    help="Public conversation that a crowd cannot drown.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.callback()
def _fairfloor() -> None:
    """Public conversation that a crowd cannot drown."""


for name, command in (("watch", watch_), ("replay", replay_), ("verify", verify_), ("regulars", regulars_)):
    app.command(name, no_args_is_help=True)(command)
app.add_typer(chat, name="chat")
app.add_typer(publish, name="publish")
app.add_typer(people, name="people")
app.add_typer(importing, name="import")
app.add_typer(exporting, name="export")


def main() -> None:
    """Run the command line, with the commands that installed packages add (`fairfloor.testing` adds its own)."""
    for entry in entry_points(group="fairfloor.commands"):
        entry.load()(app)
    app()
