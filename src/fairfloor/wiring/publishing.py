"""What goes out of an evening by itself: the feed and the labels on Bluesky, and an account's boosts on Mastodon.

All of it is opt-in. What is published on Bluesky is what `fairfloor publish` left word of beside the evening's file.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
from starlette.types import ASGIApp

from fairfloor.publish import settings
from fairfloor.publish.atproto.client import BSKY, Client, Refused, Unreachable
from fairfloor.publish.atproto.keys import BadKey, kept_key
from fairfloor.publish.following import Following, Hearer
from fairfloor.publish.mastodon.booster import Booster
from fairfloor.publish.mastodon.booster import Options as BoosterOptions
from fairfloor.publish.mastodon.sheet import questions
from fairfloor.publish.outlet import Outlet
from fairfloor.publish.settings import Unreadable
from fairfloor.publish.speaker import Login, Speaker
from fairfloor.session.ports import Audience, Clock
from fairfloor.sources import secret
from fairfloor.sources.mastodon.server import home as mastodon_home
from fairfloor.sources.mastodon.server import place as mastodon_place
from fairfloor.store.location import Location, file_beside
from fairfloor.wiring.asked import Say, Sorry
from fairfloor.wiring.kept import Kept

_ANSWERING = 30.0
"""Seconds that a server has to answer."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out: who hears the evening for it, what answers for it, and what runs beside the evening."""

    audiences: tuple[Audience, ...] = ()
    service: ASGIApp | None = None
    """Answers under `/xrpc/` and `/.well-known/did.json`."""
    works: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    speaker: Speaker | None = None
    """Says what is due from the host's account."""


class Boosts(msgspec.Struct, frozen=True, kw_only=True):
    """An account on Mastodon that boosts what has the floor."""

    server: str
    token: Path
    """A file with the account's token, of the scopes read and write."""
    pace: float
    run_sheet: Path | None = None
    """A file of questions, which the account asks at their times."""
    dry_run: bool = False


class Speaking(msgspec.Struct, frozen=True, kw_only=True):
    """The host's account on Bluesky, from which what is due is said."""

    account: str
    password: Path
    """A file with an app password."""
    server: str = BSKY


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What else is to go out than what `fairfloor publish` left word of."""

    boosts: Boosts | None = None
    speaking: Speaking | None = None


NOTHING = Wanted()


def settings_beside(store: Location) -> Path:
    """Name the file that says what is published of the evening in a store."""
    return file_beside(store, "published.json")


def key_beside(store: Location) -> Path:
    """Name the file of the key that signs labels."""
    return file_beside(store, "labels.key")


def speaker(speaking: Speaking, clock: Clock, say: Say) -> Speaker:
    """Log in to the account from which what is due is said. Raises OSError, and Sorry."""
    password = secret.from_file(speaking.password).bearer["Authorization"].removeprefix("Bearer ")
    client = Client(httpx.Client(timeout=_ANSWERING, trust_env=False), speaking.server, say=say)
    try:
        return Speaker(client, Login(name=speaking.account, password=lambda: password), clock, say)
    except (Refused, Unreachable) as error:
        raise Sorry(f"Nothing can be said from {speaking.account}: {error}") from error


def outgoing(tag: str, store: Location, kept: Kept, clock: Clock, say: Say, wanted: Wanted = NOTHING) -> Outgoing:
    """Give what goes out of the evening in a store. Raises OSError, and Sorry."""
    try:
        published = settings.read(settings_beside(store))
        if published is not None and (published.feed or published.labeler):
            key = kept_key(key_beside(store)) if published.labeler else None
            outlet = Outlet(published, kept.records, kept.store.decisions, key)
            say(f"Published on Bluesky, served for {published.hostname}: {_what(published)}.")
        else:
            outlet = None
        booster = _booster(tag, store, wanted.boosts, clock, say) if wanted.boosts else None
        speaks = speaker(wanted.speaking, clock, say) if wanted.speaking else None
    except (Unreadable, BadKey, ValueError) as error:
        raise Sorry(str(error)) from error
    audiences: list[Audience] = [] if outlet is None else [outlet.audience]
    if booster is not None:
        hearers: list[Hearer] = [booster]
        audiences.append(Following(kept.store.decisions, hearers))
    return Outgoing(
        audiences=tuple(audiences),
        service=None if outlet is None else outlet.app,
        works=(
            *(() if booster is None else (partial(_boosting, booster, say),)),
            *(() if speaks is None else (speaks.run,)),
        ),
        speaker=speaks,
    )


def _what(published: settings.Settings) -> str:
    return " and ".join(name for name, its in (("a feed", published.feed), ("labels", published.labeler)) if its)


async def _boosting(booster: Booster, say: Say) -> None:
    """Boost until cancelled; where that cannot be, the evening goes on without."""
    try:
        await booster.run()
    except (OSError, ValueError) as error:
        say(f"The boosts have stopped: {error}")


def _booster(tag: str, store: Location, boosts: Boosts, clock: Clock, say: Say) -> Booster:
    token = secret.from_file(boosts.token).bearer["Authorization"].removeprefix("Bearer ")
    options = BoosterOptions(
        server=mastodon_place(mastodon_home(boosts.server)),
        place=file_beside(store, "boosted.json"),
        chat=f"{tag} {store.name}",
        questions=questions(boosts.run_sheet.read_text("utf-8-sig"), tag) if boosts.run_sheet else (),
        pace=boosts.pace,
        dry_run=boosts.dry_run,
    )
    return Booster(options, token, clock, say)
