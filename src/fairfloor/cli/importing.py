"""`fairfloor import`: moves articles and comments in from elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from fairfloor.cli.asking import printable, sorry, store_named
from fairfloor.cli.files import progress, write
from fairfloor.store.location import Location

if TYPE_CHECKING:
    from fairfloor.wiring.moving_report import Report

importing = typer.Typer(
    name="import",
    help="Move articles and comments in from elsewhere.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
_OUTCOMES = ("kept", "kept aside", "there already", "left out", "mended")
_REASONS = 40
"""Reasons that are shown on the terminal; the report has all."""
_SHOWN = 60

Export = Annotated[Path, typer.Argument(metavar="FILE", help="The export; packed with gzip or zstd, or not.")]
Store = Annotated[
    str | None,
    typer.Option(metavar="FILE|ADDRESS", help="Where the chat is kept; if not said, the only file in this folder."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing, and say what would be done.")]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="R.json", help="Write what became of each item into this file.")
]


@importing.command("wordpress", no_args_is_help=True)
def wordpress(file: Export, *, store: Store = None, dry_run: DryRun = False, report: ReportFile = None) -> None:
    """Move in an export of WordPress (WXR 1.0 to 1.2): posts, pages, categories, tags, comments as deep as they go.

    In WordPress: Tools, Export, All content. It may be moved in again at any time; what came before stays as it is.

        fairfloor import wordpress export.xml --dry-run

    Files (pictures) are not fetched, links to them stay. Addresses of people's machines are not kept; e-mail addresses
    are, for the way out alone. Old addresses lead to where things are now.
    """
    _moved_in("wordpress", file, store, report, dry_run=dry_run)


@importing.command("isso", no_args_is_help=True)
def isso(file: Export, *, store: Store = None, dry_run: DryRun = False, report: ReportFile = None) -> None:
    """Move in the comments of Isso from its SQLite file.

    Each discussion goes under the article whose old or new address it had; where there is none, a page is made for it.
    """
    _moved_in("isso", file, store, report, dry_run=dry_run)


@importing.command("disqus", no_args_is_help=True)
def disqus(file: Export, *, store: Store = None, dry_run: DryRun = False, report: ReportFile = None) -> None:
    """Move in the comments of Disqus from its XML export.

    Each discussion goes under the article whose old or new address it had; where there is none, a page is made for it.
    """
    _moved_in("disqus", file, store, report, dry_run=dry_run)


@importing.command("remark42", no_args_is_help=True)
def remark42(file: Export, *, store: Store = None, dry_run: DryRun = False, report: ReportFile = None) -> None:
    """Move in the comments of Remark42 from its backup.

    Each discussion goes under the article whose old or new address it had; where there is none, a page is made for it.
    """
    _moved_in("remark42", file, store, report, dry_run=dry_run)


@importing.command("json", no_args_is_help=True)
def json(file: Export, *, store: Store = None, dry_run: DryRun = False, report: ReportFile = None) -> None:
    """Move a whole site in, as `fairfloor export json` wrote it, where there is none yet."""
    from fairfloor.wiring.whole import moved_back  # noqa: PLC0415 - the database takes time that others can save

    _reported(lambda: moved_back(found(store), file, dry_run=dry_run), file, report)


def _moved_in(system: str, file: Path, store: str | None, report: Path | None, *, dry_run: bool) -> None:
    from fairfloor.wiring.moving import moved_in  # noqa: PLC0415 - the database takes time that others can save

    def work() -> "Report":
        with progress(file.stat().st_size) as begin:
            watch = begin("Looking" if dry_run else "Moving in")
            return moved_in(found(store), file, system, datetime.now(UTC), dry_run=dry_run, watch=watch)

    _reported(work, file, report)


def _reported(work: Callable[[], "Report"], file: Path, out: Path | None) -> None:
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        report = work()
        if out is not None:
            write(out, report.written())
    except OSError as error:
        sorry(f"{error.filename or file}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))
    _tell(report)
    if out is not None:
        typer.echo(f"What became of each item is in {out}.")


def found(store: str | None) -> Location:
    """Give where the chat is kept: what was named, or the only file in this folder."""
    if store is not None:
        return store_named(store)
    here = sorted(path for path in Path().glob("*.db") if path.is_file())
    if len(here) != 1:
        sorry("Name the chat's file: --store CHAT.db" if here else "There is no chat in this folder: --store CHAT.db")
    return here[0]


def _tell(report: "Report") -> None:
    """Show a report on the terminal: counts, then reasons."""
    console = Console(highlight=False, markup=False)
    counts = report.counts()
    shown = [outcome for outcome in _OUTCOMES if any(outcome in by for by in counts.values())]
    table = Table("", *shown, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for what, by in sorted(counts.items()):
        table.add_row(_cut(what), *(f"{by[one]:,}" if one in by else "" for one in shown))
    console.print(table)
    reasons = report.reasons()
    if reasons:
        console.print()
    for what, outcome, why, times, name in reasons[:_REASONS]:
        more = f" and {times - 1:,} more" if times > 1 else ""
        console.print(f"{outcome}: {_cut(what)} {_cut(name)}{more}: {printable(why)}", soft_wrap=True)
    if len(reasons) > _REASONS:
        console.print(f"And {len(reasons) - _REASONS:,} more reasons; --report FILE writes all.")
    if report.dry_run:
        console.print("\nNothing was changed: this was a dry run.")


def _cut(text: str) -> str:
    return printable(text)[:_SHOWN]
