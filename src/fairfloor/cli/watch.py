"""`fairfloor watch`: follows a chat, or plays an archive, and serves its page."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import typer

from fairfloor.cli import watch_asking as asking
from fairfloor.cli.asking import (
    AppView,
    Minutes,
    Newcomers,
    address,
    file_named,
    hashtag,
    names,
    sorry,
    store_named,
    ties,
)
from fairfloor.session.decide import Rules
from fairfloor.store.location import Location
from fairfloor.web.words import amount

if TYPE_CHECKING:
    from fairfloor.wiring.asked import Asked, Place
    from fairfloor.wiring.networks import Networks
    from fairfloor.wiring.publishing import Boosts, Speaking, Wanted


def watch_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: asking.Tag,
    archive: asking.Archive = None,
    *,
    source: asking.Source = "networks",
    bluesky: asking.Bluesky = True,
    url: asking.Url = None,
    mastodon: asking.Mastodon = None,
    mastodon_token: asking.MastodonToken = None,
    x_budget: asking.XBudget = None,
    x_names: asking.XNames = False,
    x_token: asking.XToken = None,
    boost_on: asking.BoostOn = None,
    boost_token: asking.BoostToken = None,
    run_sheet: asking.RunSheet = None,
    speak_as: asking.SpeakAs = None,
    speak_password: asking.SpeakPassword = None,
    speak_server: asking.SpeakServer = None,
    dry_run: asking.DryRun = False,
    speed: asking.Speed = 1.0,
    host: asking.Hosts = None,
    regulars: asking.Regulars = None,
    pace: asking.Pace = None,
    tie: asking.Ties = None,
    newcomers: Newcomers = None,
    ttl: Minutes = None,
    store: asking.Store = None,
    bind: asking.Bind = "127.0.0.1",
    port: asking.Port = 8000,
    public: asking.Address = None,
    appview: AppView = None,
) -> None:
    """Follow a chat, keep what is said, and show its floor live on a page.

    The evening is kept in a file in this folder, or in a database. Started again, it goes on where it was.

        fairfloor watch '#copchat' --regulars regulars.txt

    On Bluesky, on two Mastodon servers, and on X for at most 2,000 posts:

        fairfloor watch '#copchat' --mastodon mastodon.social --mastodon fosstodon.org --x-budget 2000

    An archive, ten times as fast as it was:

        fairfloor watch copchat --source file wednesday.jsonl --speed 10
    """
    # The web and the database take half a second that `replay` can save.
    from fairfloor.wiring import networks, publishing  # noqa: PLC0415
    from fairfloor.wiring.asked import Place  # noqa: PLC0415

    _log_warnings()
    key = hashtag(tag, "watch")
    if (archive is not None) != (source == "file"):
        sorry("An archive and --source file go together: fairfloor watch TAG --source file PATH")
    outward = (mastodon, mastodon_token, x_budget, x_token, x_names, boost_on, boost_token, speak_as, url)
    if archive is not None and (any(outward) or not bluesky):
        sorry("An archive is played as it was: no network is followed, and nothing boosted, with --source file.")
    address("--appview", appview, "https://api.bsky.app")
    origin = address("--address", public, "https://chat.example.org")
    kept = store_named(store) if store else file_named(key)
    place = Place(store=kept, bind=bind, port=port, origin=origin and origin.rstrip("/"))
    with _told_plainly(archive or place.store):
        asked = _asked(tag, host, regulars, pace=pace, newcomers=newcomers, tie=tie, ttl=ttl)
        if archive is not None:
            _play(asked, place, archive, speed)
            return
        wanted = networks.Networks(
            bluesky=bluesky,
            url=url,
            appview=appview,
            mastodon=networks.servers(mastodon or [], mastodon_token or []),
            x=networks.x(x_budget, x_token, handles=x_names),
        )
        boosts = _boosts(boost_on, boost_token, pace, run_sheet, dry_run=dry_run)
        speaking = _speaking(speak_as, speak_password, speak_server)
        _follow(asked, place, wanted, publishing.Wanted(boosts=boosts, speaking=speaking))


@contextmanager
def _told_plainly(place: Location) -> Iterator[None]:
    """End with a sentence where something cannot be done; `place`: the file it is about, where nobody says."""
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        yield
    except OSError as error:
        sorry(f"{error.filename or place}: {error.strerror or error}. Check the path and its permissions.")
    except Sorry as error:
        sorry(str(error))


def _asked(  # noqa: PLR0913 - as many as there are rules of an evening
    tag: str,
    host: list[str] | None,
    regulars: Path | None,
    *,
    pace: float | None,
    newcomers: float | None,
    tie: list[str] | None,
    ttl: float | None,
) -> "Asked":
    from fairfloor.wiring.asked import Asked  # noqa: PLC0415

    return Asked(
        tag=tag.lstrip("#\uff03"),
        hosts=frozenset(name.strip().removeprefix("@") for name in host) if host else None,
        regulars=frozenset(names(regulars)) if regulars else None,
        pace=pace,
        newcomers=newcomers,
        ties=ties(tie) if tie else None,
        ttl=None if ttl is None else timedelta(minutes=ttl),
    )


def _play(asked: "Asked", place: "Place", archive: Path, speed: float) -> None:
    """Play an archive as it was."""
    from fairfloor.wiring import evening, following, people  # noqa: PLC0415

    found = people.among(asked, archive)
    evening.watch(found, place, lambda kept: following.playing(archive, asked.tag, kept, speed), _say)


def _follow(asked: "Asked", place: "Place", wanted: "Networks", outward: "Wanted") -> None:
    """Follow networks as they are."""
    from fairfloor.wiring import evening, networks, people  # noqa: PLC0415

    _mind_handles(asked.regulars, _say)
    meet = partial(people.introduced, say=_say, networks=wanted)
    evening.watch(asked, place, lambda kept: networks.following(asked.tag, wanted, kept, _say), _say, meet, outward)


_say = partial(typer.echo, err=True)


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
