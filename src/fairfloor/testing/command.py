"""A command of `fairfloor` run to its end in this process, for tests.

To start a process costs more than what most commands do. What it does and says is the same; that the program starts,
from its script, is for other tests to show.
"""

import os
from contextlib import chdir
from pathlib import Path

import structlog
from typer.testing import CliRunner, Result

from fairfloor.cli import app

_PLAIN = {"NO_PROXY": "*", "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}


def run(folder: Path, *arguments: object, typed: str = "") -> Result:
    """Run a command in a folder, with what is typed at it; raises what it raises."""
    try:
        with chdir(folder):
            return CliRunner().invoke(
                app, list(map(str, arguments)), env=os.environ | _PLAIN, input=typed, catch_exceptions=False
            )
    finally:
        structlog.reset_defaults()  # a command may have had its log go to where it spoke
