"""`fairfloor publish`: puts a chat's feed and its labels on Bluesky, and takes them back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fairfloor.cli.asking import address, file_named, hashtag, sorry, store_named

if TYPE_CHECKING:
    from fairfloor.publish.runs import Run

publish = typer.Typer(
    no_args_is_help=True,
    help="Put a chat's feed and labels on Bluesky, or take them back. `watch` then serves them.",
    rich_markup_mode="markdown",
)

_Tag = Annotated[str, typer.Argument(help="The chat's hashtag; with its # it must be quoted: '#copchat'.")]
_Account = Annotated[
    str, typer.Option("--as", metavar="HANDLE", help="The account that publishes, by its handle or did.")
]
_At = Annotated[
    str,
    typer.Option(metavar="HOSTNAME", help="Where the public reaches the page that `watch` serves, by HTTPS."),
]
_Store = Annotated[
    str | None, typer.Option(metavar="FILE|ADDRESS", help="The evening's store, as for `watch`; TAG.db if not said.")
]
_TakeBack = Annotated[bool, typer.Option("--take-back", help="Take it back instead.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show exactly what would be written, and write nothing.")]
_Server = Annotated[str | None, typer.Option(metavar="URL", help="Another server to log in at than Bluesky's own.")]
_Directory = Annotated[str | None, typer.Option(metavar="URL", help="Another PLC directory than the public one.")]
_LoginCode = Annotated[
    str | None, typer.Option(metavar="CODE", help="The code mailed to you at login, where your account asks for one.")
]


@publish.command("feed", no_args_is_help=True)
def feed(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: _Tag,
    *,
    account: _Account,
    at: _At = "",
    store: _Store = None,
    take_back: _TakeBack = False,
    dry_run: _DryRun = False,
    server: _Server = None,
    login_code: _LoginCode = None,
) -> None:
    """Publish the chat's feed: what has the floor, in the app that people have already.

        fairfloor publish feed '#copchat' --as thehost.bsky.social --at chat.example.org

    It asks for an app password, or takes it from FAIRFLOOR_APP_PASSWORD. Run again it does what is left to do.
    Bluesky reads the feed from https://HOSTNAME, so put a web server with a certificate before `fairfloor watch`.
    """
    from fairfloor.publish import runs  # noqa: PLC0415

    with _run(tag, account, store, server, None, login_code, dry_run=dry_run) as (run, _):
        if take_back:
            runs.unpublish_feed(run, tag.lstrip("#\uff03"))
        else:
            runs.publish_feed(run, tag.lstrip("#\uff03"), _needed(at))


@publish.command("labeler", no_args_is_help=True)
def labeler(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: _Tag,
    *,
    account: _Account,
    at: _At = "",
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="The code that was mailed to change the account's identity.")
    ] = None,
    store: _Store = None,
    take_back: _TakeBack = False,
    dry_run: _DryRun = False,
    server: _Server = None,
    directory: _Directory = None,
    login_code: _LoginCode = None,
) -> None:
    """Make an account the labeler of the chat: folded posts are marked `acting-in-step` or `copy` for who wants that.

        fairfloor publish labeler '#copchat' --as copchat-labels.bsky.social --at chat.example.org

    Use an account of its own: a labeler's profile looks different for good. The step that changes its identity needs
    the account's own password and a code that is mailed; run it again with --code then.
    """
    from fairfloor.publish import runs  # noqa: PLC0415

    with _run(tag, account, store, server, directory, login_code, dry_run=dry_run) as (run, key):
        done = runs.unpublish_labeler(run, code) if take_back else runs.publish_labeler(run, key, _needed(at), code)
    if not done and not dry_run:
        typer.echo("Not done yet: run this again with --code CODE.", err=True)


@contextmanager
def _run(  # noqa: PLR0913 - what both commands ask
    tag: str,
    account: str,
    store: str | None,
    server: str | None,
    directory: str | None,
    login_code: str | None,
    *,
    dry_run: bool,
) -> "Iterator[tuple[Run, Path]]":
    """Give a run, and the file of the labels' key; say in a sentence what cannot be."""
    from fairfloor.publish import runs  # noqa: PLC0415
    from fairfloor.publish.atproto.client import BSKY, PLC  # noqa: PLC0415
    from fairfloor.publish.doing import Unpublished  # noqa: PLC0415
    from fairfloor.wiring.publishing import key_beside, settings_beside  # noqa: PLC0415

    kept = store_named(store) if store else file_named(hashtag(tag, "publish feed"))
    run = runs.Run(
        account=account,
        kept=settings_beside(kept),
        password=runs.passwords(os.environ, partial(typer.prompt, hide_input=True, err=True)),
        say=typer.echo,
        now=datetime.now(UTC),
        server=address("--server", server, "https://pds.example.org") or BSKY,
        directory=address("--directory", directory, "https://plc.example.org") or PLC,
        login_code=login_code,
        dry_run=dry_run,
    )
    try:
        yield run, key_beside(kept)
    except Unpublished as error:
        sorry(str(error))


def _needed(hostname: str) -> str:
    if not hostname:
        sorry("Say where the public reaches the page that `watch` serves: --at chat.example.org")
    return hostname
