"""What commands share in reading and writing files: progress on a terminal, and files that are whole at any time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fairfloor.session.decision import Decision
from fairfloor.sources.files import Watch

NOWHERE = Path("-")
"""Where a file's name is asked for: the standard output, or no file."""


def write(out: Path | None, text: str) -> None:
    """Print a text, or put it in place of a file, which is whole at any time."""
    if out is None or out == NOWHERE:
        typer.echo(text, nl=False)
        return
    unfinished = out.with_name(f"{out.name}.unfinished-{os.getpid()}")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], Watch]]:
    """Show on a terminal how far the files have been read; gives what begins a new pass over them."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:

        def begin(description: str) -> Watch:
            task = bars.add_task(description, total=total)
            return lambda count: bars.update(task, completed=count)

        yield begin


@contextmanager
def counting(description: str) -> Iterator[Callable[[int, int], object]]:
    """Show on a terminal how many of how many are done; more may become known."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(description, total=None)
        yield lambda done, known: bars.update(task, completed=done, total=known)


@contextmanager
def written(out: Path | None) -> Iterator[Callable[[Decision], object]]:
    """Write decisions beside their file, which they become when all are there; an old file is whole until then."""
    if out is None or out == NOWHERE:
        yield lambda _: None
        return
    encode = msgspec.json.Encoder().encode
    unfinished = out.with_name(f"{out.name}.unfinished-{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield lambda decision: file.write(encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
