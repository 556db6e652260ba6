"""`fairfloor regulars`: makes a file of who has standing from the start."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fairfloor.acts.hashtags import tag_key
from fairfloor.cli.asking import AppView, fields_of, sorry, store_named
from fairfloor.cli.files import NOWHERE, write
from fairfloor.sources.people.roll import roll
from fairfloor.web.words import amount


def regulars_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    *,
    follows: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT", help="Whom this account follows: a handle of Bluesky, or @name@server."),
    ] = None,
    took_part: Annotated[
        list[Path] | None, typer.Option(metavar="ARCHIVE", help="Who posted in this archive, of any kind for `replay`.")
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option(metavar="EVENING", help="Who had the floor, and was of the room, in this evening of `watch`."),
    ] = None,
    at_least: Annotated[int, typer.Option(help="On how many evenings, of all given, somebody posted.", min=1)] = 1,
    tag: Annotated[str, typer.Option(help="The chat's hashtag; only Jetstream archives need it.")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="As for `replay`; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")] = None,
    appview: AppView = None,
) -> None:
    """Make a file of who has standing from the start, for `watch --regulars` and `replay --regulars`.

    Whom the host follows, on Bluesky or on Mastodon (up to 5,000, the latest):

        fairfloor regulars --follows thehost.bsky.social --out regulars.txt

        fairfloor regulars --follows @thehost@mastodon.example --out regulars.txt

    Who posted on at least two of these evenings (posts within twelve hours are of one), and whom the host follows:

        fairfloor regulars --took-part april.jsonl --took-part may.jsonl --at-least 2 --follows thehost.bsky.social

    Who was of the room on an evening that `watch` kept:

        fairfloor regulars --store copchat.db --out regulars.txt

    Each of follows, took-part and store may be repeated. A crowd that took an evening over took part in it: give
    that evening with --store, which counts only whom the room talked with, or ask for --at-least 2. Read the file
    before you use it; a line taken out is an account that begins as a newcomer.
    """
    # The database takes a moment that `replay` can save.
    from fairfloor.wiring import people  # noqa: PLC0415
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    if not (follows or took_part or store):
        sorry("Say who they are: --follows ACCOUNT, --took-part ARCHIVE or --store EVENING. See --help.")
    archives, stores, say = took_part or [], [store_named(one) for one in store or []], partial(typer.echo, err=True)
    if archives and tag and not tag_key(tag):
        sorry("--tag needs a hashtag, for example: --tag copchat")
    try:
        parts = []
        if archives or stores:
            fields = fields_of(columns or [])
            parts.append(people.took_part(archives, stores, at_least, tag=tag, columns=fields))
        parts += people.followed(follows or [], say, appview)
        made = roll(parts, datetime.now(UTC))
        write(out, made.text)
    except OSError as error:
        sorry(f"{error.filename or out}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))
    if made.left_out:
        say(f"fairfloor: {amount(made.left_out, 'account')} left out: the name would not be read back from a line.")
    if out and out != NOWHERE:
        say(f"{amount(made.accounts, 'regular')} written to {out}.")
