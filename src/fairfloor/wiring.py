"""The composition root: an evening's parts are made here, joined, and run in one process and one event loop.

    source ──▶ pipeline ──▶ store ──▶ records
                  └──▶ board ──▶ web ◀───┘

`following` a network and `playing` an archive differ in source and clock only; `watch` and `serve` are the same for
both, and for whoever brings a source of their own, as the demo does.
"""

import asyncio
import errno
import hashlib
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Fault
from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import PATIENCE, Pipeline
from fairfloor.session.ports import Audience, Clock, OtherRules, Source, Step
from fairfloor.session.replay import called
from fairfloor.sources import files
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Jetstream, Options
from fairfloor.sources.clocks import ScaledClock, WallClock
from fairfloor.sources.membership import Membership
from fairfloor.sources.people import followed as people_followed
from fairfloor.sources.people import hosts as people_hosts
from fairfloor.sources.people.asking import Unanswered
from fairfloor.sources.people.roll import Part
from fairfloor.sources.people.took_part import MOST, TookPart, of_the_room
from fairfloor.sources.playback import Playback, timed
from fairfloor.store.file import Unusable, opened
from fairfloor.store.records import SqliteRecords
from fairfloor.store.store import SqliteStore
from fairfloor.web.app import create_app
from fairfloor.web.board import Board
from fairfloor.web.server import NoPort, Server, listening
from fairfloor.web.views import ChatView

Say = Callable[[str], None]
"""Tells a sentence to whoever started us."""

_HEAD = 1 << 16
"""Bytes of an archive by which it is known again."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of an evening; None where they leave it as it is."""

    tag: str
    hosts: frozenset[str] | None = None
    regulars: frozenset[str] | None = None
    pace: float | None = None
    newcomers: float | None = None

    def rules(self, kept: Rules | None) -> Rules:
        """Give the rules to go on with, where `kept` are those that the evening was begun with."""
        asked = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return Rules(**asked) if kept is None else msgspec.structs.replace(kept, **asked)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an evening is kept, and where its page is served."""

    store: Path
    bind: str = "127.0.0.1"
    port: int = 8000


class Kept(NamedTuple):
    """An open store: the side that writes and the side that pages read."""

    store: SqliteStore
    records: SqliteRecords


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Where acts come from, and by which clock."""

    source: Source
    clock: Clock
    patience: timedelta | None = PATIENCE
    """How long the source may be silent before the evening goes on by the clock; None: it is waited for."""
    audiences: tuple[Audience, ...] = ()
    condition: Callable[[], str] = str
    """Says in a sentence what the source lacks, for example a network; empty where all is well."""
    network: str = "bluesky"
    simulated: bool = False


class Sorry(Exception):  # noqa: N818 - it is said to a person
    """An evening cannot begin, or cannot go on; the message says why, and what to do."""


def _as_asked(asked: Asked, _: Rules | None) -> Asked:
    return asked


def watch(
    asked: Asked,
    place: Place,
    follow: Callable[[Kept], Following],
    say: Say,
    meet: Callable[[Asked, Rules | None], Asked] = _as_asked,
) -> None:
    """Run an evening and its page until the process is told to end. `say` is told where the page is. Raises Sorry.

    meet: finds out whom the names in `asked` mean, given the rules that the evening was begun with, if it was.
    """
    try:
        with closing(listening(place.bind, place.port)) as at, kept(place.store) as evening:
            begun = evening.store.rules()
            rules = meet(asked, begun).rules(begun)
            evening.store.begin(rules)
            parts = follow(evening)
            welcome = f"#{rules.tag} is at {_address(at)} and kept in {place.store}. End with Ctrl-C."
            asyncio.run(serve(evening, rules, parts, at, lambda: say(welcome)))
    except OtherRules as others:
        raise Sorry(_differing(others, place)) from others
    except (NoPort, Unusable, files.Unrecognised, ValueError) as error:
        raise Sorry(str(error)) from error


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


def introduced(asked: Asked, begun: Rules | None, say: Say, appview: str | None = None) -> Asked:
    """Ask Bluesky which accounts the hosts' handles mean; see `people.hosts`."""
    if not asked.hosts:
        return asked
    before = None if begun is None else begun.hosts
    hosts = asyncio.run(people_hosts.introduced(asked.hosts, before, WallClock(), say, appview))
    return msgspec.structs.replace(asked, hosts=hosts)


def followed(names: Sequence[str], say: Say, appview: str | None = None) -> list[Part]:
    """Ask Bluesky and Mastodon whom accounts follow. Raises Sorry."""
    try:
        return asyncio.run(people_followed.followed(names, WallClock(), say, appview)) if names else []
    except Unanswered as why:
        raise Sorry(str(why)) from why


def took_part(
    archives: Sequence[Path],
    stores: Sequence[Path],
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
    except (Unusable, files.Unrecognised, ValueError) as error:
        raise Sorry(str(error)) from error
    people = found.people(at_least)
    often = "" if at_least == 1 else f" on at least {at_least} evenings"
    bound = f" (those with the most evenings, {MOST:,} at most)" if len(people) == MOST else ""
    return Part(f"who posted{often} in {', '.join(path.name for path in [*archives, *stores])}{bound}", people)


def _hear_of_the_room(found: TookPart, path: Path) -> None:
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with kept(path) as evening:
        rules = evening.store.rules()
        seeded = rules is not None and bool(rules.hosts or rules.regulars)
        shown = of_the_room(evening.store.decisions(), seeded=seeded)
        for one in evening.store.log():
            if not isinstance(one.notice, Post) or one.notice.id in shown:
                found.hear(one.notice, one.seen)


@contextmanager
def kept(path: Path) -> Iterator[Kept]:
    """Open or make the store at `path`. Raises `store.file.Unusable`."""
    with opened(path) as (writer, reader):
        yield Kept(SqliteStore(writer, reader), SqliteRecords(reader))


def following(tag: str, url: str | None = None, say: Say = lambda _: None) -> Following:
    """Follow a tag live on Bluesky; `say` is told how it stands with the network, in sentences, when that changes.

    Raises ValueError where the address of a Jetstream is none.
    """
    clock, membership, line = WallClock(), Membership(tag), _Line(say)
    source = Jetstream(membership, clock, Options(url=url), tell=line.tell)
    return Following(source=source, clock=clock, audiences=(_Reminder(membership),), condition=line.lacking)


def playing(archive: Path, tag: str, kept: Kept, speed: float = 1.0) -> Following:
    """Play an archive from where the store left off. Raises OSError, and `files.Unrecognised`."""
    today = WallClock().now()
    told = timed(files.read(archive, tag=tag), today)
    first = next(told, None)
    begin = kept.store.time() or (today if first is None else first.seen)
    clock = ScaledClock(begin, speed)
    source = Playback(_known_as(archive), chain([] if first is None else [first], told), clock)
    return Following(source=source, clock=clock, patience=None)


async def serve(
    kept: Kept, rules: Rules, following: Following, at: socket.socket, begun: Callable[[], None] = lambda: None
) -> None:
    """Run an evening and its pages until the process is told to end (SIGINT, SIGTERM); `begun` is called at the start.

    Raises OtherRules, Unusable; whatever ends the evening before its time is raised when the pages are closed.
    """
    chat = ChatView(
        tag=rules.tag,
        pace=rules.pace,
        ttl=rules.ttl,
        network=following.network,
        simulated=following.simulated,
        newcomers=rules.newcomers if rules.hosts or rules.regulars else None,
    )
    board, face = Board(kept.records, rules.pace), _Face(following.clock)
    server = Server(create_app(board, kept.records, chat, now=face.now, condition=following.condition))
    pipeline = Pipeline(
        following.source,
        kept.store,
        following.clock,
        rules,
        [*following.audiences, board],
        patience=following.patience,
    )
    with _ending(server):
        evening = asyncio.create_task(pipeline.run())
        evening.add_done_callback(lambda task: _over(task, face, server))
        begun()
        try:
            await server.serve(sockets=[at])
        finally:
            evening.cancel()
            with suppress(asyncio.CancelledError):
                await evening


class _Face:
    """The evening's clock as pages show it: when the evening is over it stops."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        """Give the time to show."""
        return self._stopped or self._clock.now()

    def stop(self) -> None:
        """Stand still from now on."""
        self._stopped = self._clock.now()


def _over(evening: asyncio.Task[None], face: _Face, server: Server) -> None:
    """Close the pages where the evening failed; where it came to its end they stay."""
    face.stop()
    if not evening.cancelled() and evening.exception() is not None:
        server.should_exit = True


@contextmanager
def _ending(server: Server) -> Iterator[None]:
    """Have signals end the server; it hears them itself while it serves, and raises them anew when it is done."""

    def end(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Reminder:
    """An audience that lets a source know, after a restart, what belongs to the chat."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership

    def hear(self, step: Step) -> None:
        """Remember the acts of a step."""
        for act in step.acts:
            self._membership.remember(act)


class _Line:
    """How it stands with the connection, for the pages and for whoever started us."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._now: Condition | None = None

    def tell(self, condition: Condition) -> None:
        """Take note, and say so where it is news."""
        before, self._now = self._now, condition
        if before is None or (before.connected, before.attempts > 0) != (condition.connected, condition.attempts > 0):
            self._say(condition.sentence)

    def lacking(self) -> str:
        """Give the sentence where there is no connection."""
        return "" if self._now is None or self._now.connected else self._now.sentence


def _address(at: socket.socket) -> str:
    host, port = at.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _differing(others: OtherRules, place: Place) -> str:
    """Say in which rules an evening was begun otherwise than it is asked to go on."""
    kept, asked = (msgspec.structs.asdict(rules) for rules in (others.kept, others.asked))
    differing = ", ".join(name for name in kept if kept[name] != asked[name])
    return (
        f"The evening in {place.store} was begun otherwise ({differing}). Leave that out to go on as it was begun, "
        "or begin a new evening in another file: --store FILE."
    )


def _known_as(path: Path) -> str:
    """Name an archive by its beginning too, so that another one of the same name is not taken for it."""
    with path.open("rb") as file:
        return f"{path.name} {hashlib.sha256(file.read(_HEAD)).hexdigest()[:12]}"
