"""Whom names mean, and who has standing from the start: asked of archives, evenings, Bluesky and Mastodon."""

import asyncio
import errno
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Fault
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.replay import called
from fairfloor.sources import files
from fairfloor.sources.clocks import WallClock
from fairfloor.sources.people import followed as people_followed
from fairfloor.sources.people import hosts as people_hosts
from fairfloor.sources.people.asking import Unanswered
from fairfloor.sources.people.roll import Part
from fairfloor.sources.people.took_part import MOST, TookPart, of_the_room
from fairfloor.sources.x import names as x_names
from fairfloor.store.location import Location, missing
from fairfloor.store.migrating import Unusable
from fairfloor.wiring.asked import Asked, Say, Sorry
from fairfloor.wiring.kept import kept
from fairfloor.wiring.networks import Networks


def among(asked: Asked, archive: Path) -> Asked:
    """Find the accounts in an archive that go by the names asked for, as `replay` does. Raises OSError, and Sorry."""
    names = (asked.hosts or frozenset()) | (asked.regulars or frozenset())
    try:
        who = called(names, files.read(archive, tag=asked.tag)) if names else {}
    except files.Unrecognised as error:
        raise Sorry(str(error)) from error
    hosts, regulars = (
        None if some is None else frozenset(account for name in some for account in who[name] or {name})
        for some in (asked.hosts, asked.regulars)
    )
    return msgspec.structs.replace(asked, hosts=hosts, regulars=regulars)


def introduced(asked: Asked, begun: Rules | None, say: Say, networks: Networks) -> Asked:
    """Ask the networks which accounts the hosts' names mean; see `people.hosts`."""
    if not asked.hosts:
        return asked
    before = None if begun is None else begun.hosts
    token = None if networks.x is None else networks.x.token
    on_x = None if token is None else partial(x_names.account, token=token)
    told = people_hosts.introduced(asked.hosts, before, WallClock(), say, networks.appview, on_x)
    hosts = asyncio.run(told)
    return msgspec.structs.replace(asked, hosts=hosts)


def followed(names: Sequence[str], say: Say, appview: str | None = None) -> list[Part]:
    """Ask Bluesky and Mastodon whom accounts follow. Raises Sorry."""
    try:
        return asyncio.run(people_followed.followed(names, WallClock(), say, appview)) if names else []
    except Unanswered as why:
        raise Sorry(str(why)) from why


def took_part(
    archives: Sequence[Path],
    stores: Sequence[Location],
    at_least: int = 1,
    *,
    tag: str = "",
    columns: Mapping[str, str] | None = None,
) -> Part:
    """Find who posted on so many of the evenings in archives and stores. Raises OSError, and Sorry.

    tag: of the chat, for archives of more than one chat.
    """
    found = TookPart()
    try:
        for archive in archives:
            for item in files.read(archive, tag=tag, columns=columns):
                if item.told is not None and not isinstance(item.told, Fault):
                    found.hear(item.told)
        for store in stores:
            _hear_of_the_room(found, store)
    except (Unusable, files.Unrecognised) as error:
        raise Sorry(str(error)) from error
    except ValueError as error:
        raise Sorry(f"{error} Say which chat the archive is of: --tag TAG.") from error
    people = found.people(at_least)
    often = "" if at_least == 1 else f" on at least {at_least} evenings"
    bound = f" (those with the most evenings, {MOST:,} at most)" if len(people) == MOST else ""
    return Part(f"who posted{often} in {', '.join(path.name for path in [*archives, *stores])}{bound}", people)


def _hear_of_the_room(found: TookPart, path: Location) -> None:
    if missing(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with kept(path) as evening:
        rules = evening.store.rules()
        seeded = rules is not None and bool(rules.hosts or rules.regulars)
        shown = of_the_room(evening.store.decisions(), seeded=seeded)
        for one in evening.store.log():
            notice = one.notice
            if not isinstance(notice, Move) and (not isinstance(notice, Post) or notice.id in shown):
                found.hear(notice, one.seen)
