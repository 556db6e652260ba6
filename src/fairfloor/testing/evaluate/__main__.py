"""`make evaluate`: tries everything, some trials at a time, and writes docs/evaluation.md."""

import os
import platform
import shlex
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from fairfloor.testing.evaluate.page import Made, measured, put_in
from fairfloor.testing.evaluate.results import Results
from fairfloor.testing.evaluate.trials import Plan, Result, Trial, found, run

_DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path("..", "shared", "data")))


def evaluate(
    page: Annotated[Path, typer.Argument(help="The page to write the figures into.")] = Path("docs/evaluation.md"),
    *,
    data: Annotated[Path, typer.Option(help="The folder of the recorded chats.")] = _DATA,
    quick: Annotated[bool, typer.Option(help="One evening of each kind, no more than 100 attackers.")] = False,
    workers: Annotated[int, typer.Option(help="Trials at a time.", min=1)] = os.cpu_count() or 1,
) -> None:
    """Measure what docs/evaluation.md says, and write it there."""
    here = found(data)
    if not here:
        typer.echo(f"The recorded chats are not in {data}; FAIRFLOOR_DATA may say where. Doing the rest.", err=True)
    plan = Plan(data=data if here else None)
    if quick:
        plan = msgspec.structs.replace(plan, seeds=((100, 1),), peace=1, chance=2)
    try:
        before, began = page.read_text("utf-8"), time.monotonic()
        put_in(before, "")
        results = Results(_tried(plan.trials(), workers))
        made = Made(_today(), _command(), timedelta(seconds=time.monotonic() - began), _machine())
        page.write_text(put_in(before, measured(results, plan, made)), "utf-8")
    except OSError as error:
        typer.echo(f"{page}: {error.strerror}. Run this where the project is, or name another page.", err=True)
        raise typer.Exit(2) from error
    except ValueError as error:
        typer.echo(f"{page}: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{page} written.")


def _tried(trials: list[Trial], workers: int) -> list[Result]:
    console = Console(stderr=True)
    with ProcessPoolExecutor(workers) as pool:
        tries = pool.map(run, trials)
        return list(track(tries, "Trying", len(trials), console=console, disable=not console.is_terminal))


def _command() -> str:
    """Give the command that does this again."""
    return (
        shlex.join(["python", "-m", "fairfloor.testing.evaluate", *sys.argv[1:]]) if sys.argv[1:] else "make evaluate"
    )


def _machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()})"


def _today() -> date:
    return datetime.now(UTC).date()


if __name__ == "__main__":
    typer.run(evaluate)
