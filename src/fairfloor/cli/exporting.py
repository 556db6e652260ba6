"""`fairfloor export`: moves a site out, so that nobody has to stay."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fairfloor.cli.asking import address, sorry
from fairfloor.cli.files import counting
from fairfloor.cli.importing import Store, found
from fairfloor.web.words import amount

if TYPE_CHECKING:
    from fairfloor.chat.site.whole import Whole

exporting = typer.Typer(
    name="export",
    help="Move a site out: as JSON, as WordPress reads it, as pages.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
_EXAMPLE = "https://chat.example.org"
Address = Annotated[
    str | None, typer.Option("--address", metavar="URL", help="Where the public reaches the pages, for links to them.")
]


@exporting.command("json", no_args_is_help=True)
def json(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")], *, store: Store = None
) -> None:
    """Write everything of the site as JSON: articles, revisions, terms, comments, what was done, old addresses.

    `fairfloor import json` moves it in again. It holds drafts and e-mail addresses that moved in: keep it to yourself.
    """
    from fairfloor.wiring.whole import moved_out  # noqa: PLC0415 - the database takes time that others can save

    _told(file, lambda: moved_out(found(store), file))


@exporting.command("wordpress", no_args_is_help=True)
def wordpress(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    *,
    store: Store = None,
    public: Address = None,
) -> None:
    """Write the site as a WordPress export (WXR 1.2), which WordPress and most other systems can read.

    What moved in from WordPress goes out as it was, also what has no place here. It holds drafts and e-mail addresses
    that moved in: keep it to yourself.
    """
    from fairfloor.wiring.moving_out import as_wordpress  # noqa: PLC0415 - the database takes time that others can save

    where = address("--address", public, _EXAMPLE) or "http://localhost:8000"
    _told(file, lambda: as_wordpress(found(store), file, where))


@exporting.command("site", no_args_is_help=True)
def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make, or to make anew.")],
    *,
    store: Store = None,
    public: Address = None,
) -> None:
    """Write the pages into a folder that any plain web server can hold for decades, or that is opened from a disk.

        fairfloor export site public --address https://chat.example.org

    What everybody can read is there: posts, recaps, discussions, sessions, the floor, the ledger, the public log.
    Feeds and the calendar are there where --address says whence they are. Scripts and forms are left out.
    """
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415 - the web takes time that others can save
    from fairfloor.wiring.static_site import kept_as_files  # noqa: PLC0415

    where = address("--address", public, _EXAMPLE) if public else ""
    try:
        with counting("Writing pages") as watch:
            made = kept_as_files(found(store), folder, where or "", datetime.now(UTC), watch)
    except OSError as error:
        sorry(f"{error.filename or folder}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))
    typer.echo(f"{amount(made.pages, 'page')} and {amount(made.files - made.pages, 'other file')} are in {folder}.")
    if made.led or made.not_led:
        typer.echo(f"{amount(made.led, 'old address', 'old addresses')} lead on; {made.not_led:,} cannot from files.")


def _told(file: Path, work: "Callable[[], Whole]") -> None:
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        site = work()
    except OSError as error:
        sorry(f"{error.filename or file}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))
    typer.echo(f"{amount(len(site.articles), 'article')} and {amount(len(site.comments), 'comment')} are in {file}.")
