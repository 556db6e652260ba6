"""`fairfloor watch`: follows a chat, or plays an archive, and serves its page."""

import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import structlog
import typer

from fairfloor.cli.asking import AppView, Minutes, Newcomers, address, file_named, hashtag, names, sorry, ties
from fairfloor.session.decide import Rules
from fairfloor.web.words import amount

if TYPE_CHECKING:
    from fairfloor.wiring.publishing import Boosts, Speaking


def watch_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: Annotated[str, typer.Argument(help="The chat's hashtag; with its # it must be quoted: '#copchat'.")],
    archive: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="An archive, with --source file.")] = None,
    *,
    source: Annotated[
        Literal["networks", "bluesky", "file"], typer.Option(help="Networks as they are, or an archive as it was.")
    ] = "networks",
    bluesky: Annotated[bool, typer.Option("--bluesky/--no-bluesky", help="Follow it on Bluesky.")] = True,
    url: Annotated[
        str | None, typer.Option(help="Another Jetstream than Bluesky's own, or a PDS or relay; the path says which.")
    ] = None,
    mastodon: Annotated[
        list[str] | None, typer.Option(metavar="SERVER", help="Follow it on this Mastodon server; may be repeated.")
    ] = None,
    mastodon_token: Annotated[
        list[str] | None,
        typer.Option(metavar="SERVER=FILE", help="A file with a token of an account there; then it is told at once."),
    ] = None,
    x_budget: Annotated[
        int | None, typer.Option(metavar="POSTS", min=1, help="Follow it on X too, paying for so many posts at most.")
    ] = None,
    x_names: Annotated[
        bool, typer.Option("--x-names", help="Ask X for people's names too; each costs about two posts.")
    ] = False,
    x_token: Annotated[
        Path | None, typer.Option(metavar="FILE", help="X's bearer token; else it is taken from FAIRFLOOR_X_TOKEN.")
    ] = None,
    boost_on: Annotated[
        str | None,
        typer.Option(metavar="SERVER", help="Boost what has the floor, from an account on this Mastodon server."),
    ] = None,
    boost_token: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The account's token, of the scopes read and write.")
    ] = None,
    run_sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Questions that this account asks: a line is a time with its zone, and one."),
    ] = None,
    speak_as: Annotated[
        str | None,
        typer.Option(metavar="HANDLE", help="Post the run sheet's questions and the ledger's answers on Bluesky."),
    ] = None,
    speak_password: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with an app password of that account.")
    ] = None,
    speak_server: Annotated[
        str | None, typer.Option(metavar="URL", help="Another server of Bluesky's kind that the account is on.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be boosted, and boost nothing.")] = False,
    speed: Annotated[float, typer.Option(help="How many times faster than life an archive plays.", min=0.01)] = 1.0,
    host: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="The host's account id or handle; may be repeated.")
    ] = None,
    regulars: Annotated[
        Path | None, typer.Option(help="A file with one account id or handle a line; # begins a comment.")
    ] = None,
    pace: Annotated[
        float | None, typer.Option(help="Messages a minute that people can read; 12 at first.", min=0.01, max=1e6)
    ] = None,
    tie: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACCOUNT=PERSON",
            help="Two accounts are one person's and have one say, from the beginning; may be repeated.",
        ),
    ] = None,
    newcomers: Newcomers = None,
    ttl: Minutes = None,
    store: Annotated[Path | None, typer.Option(help="Where to keep the evening; TAG.db if not said.")] = None,
    bind: Annotated[str, typer.Option(help="Where to serve the page; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The page's port; 0 is any that is free.", min=0, max=65535)] = 8000,
    public: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="URL",
            help="Where the public reaches the pages, as https://chat.example.org; cookies then go by HTTPS alone.",
        ),
    ] = None,
    appview: AppView = None,
) -> None:
    """Follow a chat, keep what is said, and show its floor live on a page.

    The evening is kept in a file in this folder. Started again, it goes on where it was.

        fairfloor watch '#copchat' --regulars regulars.txt

    On Bluesky, on two Mastodon servers, and on X for at most 2,000 posts:

        fairfloor watch '#copchat' --mastodon mastodon.social --mastodon fosstodon.org --x-budget 2000

    An archive, ten times as fast as it was:

        fairfloor watch copchat --source file wednesday.jsonl --speed 10
    """
    # The web and the database take half a second that `replay` can save.
    from fairfloor.wiring import evening, following, networks, people, publishing  # noqa: PLC0415
    from fairfloor.wiring.asked import Asked, Place, Sorry  # noqa: PLC0415

    _log_warnings()
    key = hashtag(tag, "watch")
    if (archive is not None) != (source == "file"):
        sorry("An archive and --source file go together: fairfloor watch TAG --source file PATH")
    if archive is not None and (
        mastodon
        or mastodon_token
        or x_budget
        or x_token
        or x_names
        or boost_on
        or boost_token
        or speak_as
        or url
        or not bluesky
    ):
        sorry("An archive is played as it was: no network is followed, and nothing boosted, with --source file.")
    address("--appview", appview, "https://api.bsky.app")
    origin = address("--address", public, "https://chat.example.org")
    try:
        asked = Asked(
            tag=tag.lstrip("#\uff03"),
            hosts=frozenset(name.strip().removeprefix("@") for name in host) if host else None,
            regulars=frozenset(names(regulars)) if regulars else None,
            pace=pace,
            newcomers=newcomers,
            ties=ties(tie) if tie else None,
            ttl=None if ttl is None else timedelta(minutes=ttl),
        )
        place = Place(store=store or file_named(key), bind=bind, port=port, origin=origin and origin.rstrip("/"))
        say = partial(typer.echo, err=True)
        if archive is None:
            _mind_handles(asked.regulars, say)
            boosts = _boosts(boost_on, boost_token, pace, run_sheet, dry_run=dry_run)
            outward = publishing.Wanted(boosts=boosts, speaking=_speaking(speak_as, speak_password, speak_server))
            wanted = networks.Networks(
                bluesky=bluesky,
                url=url,
                appview=appview,
                mastodon=networks.servers(mastodon or [], mastodon_token or []),
                x=networks.x(x_budget, x_token, handles=x_names),
            )
            meet = partial(people.introduced, say=say, networks=wanted)
            evening.watch(
                asked, place, lambda kept: networks.following(asked.tag, wanted, kept, say), say, meet, outward
            )
        else:
            found = people.among(asked, archive)
            evening.watch(found, place, lambda kept: following.playing(archive, asked.tag, kept, speed), say)
    except OSError as error:
        where = error.filename or archive or store or file_named(key)
        sorry(f"{where}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))


def _boosts(
    server: str | None, token: Path | None, pace: float | None, run_sheet: Path | None, *, dry_run: bool
) -> "Boosts | None":
    from fairfloor.wiring.publishing import Boosts  # noqa: PLC0415

    if (server is None) != (token is None):
        sorry("--boost-on SERVER and --boost-token FILE go together.")
    if (dry_run or run_sheet) and server is None:
        sorry("--dry-run and --run-sheet are for boosts: give --boost-on SERVER and --boost-token FILE too.")
    if server is None or token is None:
        return None
    return Boosts(server=server, token=token, pace=pace or Rules(tag="").pace, run_sheet=run_sheet, dry_run=dry_run)


def _speaking(account: str | None, password: Path | None, server: str | None) -> "Speaking | None":
    from fairfloor.publish.atproto.client import BSKY  # noqa: PLC0415
    from fairfloor.wiring.publishing import Speaking  # noqa: PLC0415

    if (account is None) != (password is None):
        sorry("--speak-as HANDLE and --speak-password FILE go together.")
    if account is None or password is None:
        return None
    there = address("--speak-server", server, BSKY) or BSKY
    return Speaking(account=account.removeprefix("@"), password=password, server=there)


def _mind_handles(regulars: frozenset[str] | None, say: Callable[[str], object]) -> None:
    """Warn of regulars whom a live evening would not know: networks tell of accounts by id."""
    from fairfloor.sources.people.hosts import is_known  # noqa: PLC0415

    if handles := [name for name in regulars or () if not is_known(name) and "@" not in name]:
        say(
            f"Networks tell who speaks by id, so {amount(len(handles), 'regular')} given otherwise cannot be known, "
            f"for example {min(handles)}. `fairfloor regulars` writes files with ids."
        )


def _log_warnings() -> None:
    """Log what is wrong to the standard error, and nothing else: how it stands is said in sentences."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
