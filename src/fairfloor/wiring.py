"""The composition root: an evening's parts are made here, joined, and run in one process and one event loop.

    source ──▶ pipeline ──▶ store
                  └──▶ board ──▶ web

`following` a network and `playing` an archive differ in source and clock only; `serve` is the same for both, and for
whoever brings a source of their own (the demo does).
"""

import asyncio
import hashlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import PATIENCE, Pipeline
from fairfloor.session.ports import Audience, Clock, Source, Step
from fairfloor.sources import files
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Jetstream, Options
from fairfloor.sources.clocks import ScaledClock, WallClock
from fairfloor.sources.membership import Membership
from fairfloor.sources.playback import Playback, timed
from fairfloor.store.file import opened
from fairfloor.store.records import SqliteRecords
from fairfloor.store.store import SqliteStore
from fairfloor.web.app import create_app
from fairfloor.web.board import Board
from fairfloor.web.server import Server
from fairfloor.web.views import ChatView

_HEAD = 1 << 16
"""Bytes of an archive by which it is known again."""


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


@contextmanager
def kept(path: Path) -> Iterator[Kept]:
    """Open or make the store at `path`. Raises `store.file.Unusable`."""
    with opened(path) as (writer, reader):
        yield Kept(SqliteStore(writer, reader), SqliteRecords(reader))


def following(tag: str, url: str | None = None, say: Callable[[str], None] = lambda _: None) -> Following:
    """Follow a tag live on Bluesky; `say` is told how it stands with the network, in sentences, when that changes.

    Raises ValueError where the address of a Jetstream is none.
    """
    clock, membership, line = WallClock(), Membership(tag), _Line(say)
    source = Jetstream(membership, clock, Options(url=url), tell=line.tell)
    return Following(source=source, clock=clock, audiences=(_Reminder(membership),), condition=line.lacking)


def playing(path: Path, tag: str, kept: Kept, speed: float = 1.0) -> Following:
    """Play an archive from where the store left off. Raises OSError, and `files.Unrecognised`."""
    today = WallClock().now()
    told = timed(files.read(path, tag=tag), today)
    first = next(told, None)
    begin = kept.store.time() or (first.seen if first is not None else today)
    clock = ScaledClock(begin, speed)
    source = Playback(_known_as(path), chain([] if first is None else [first], told), clock)
    return Following(source=source, clock=clock, patience=None)


async def serve(kept: Kept, rules: Rules, following: Following, at: socket.socket) -> None:
    """Run an evening and its pages until the process is told to end (SIGINT, SIGTERM).

    Raises OtherRules; whatever ends the evening before its time is raised when the pages are closed.
    """
    chat = ChatView(
        tag=rules.tag, pace=rules.pace, ttl=rules.ttl, network=following.network, simulated=following.simulated
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
    with _hushed():
        evening = asyncio.create_task(pipeline.run())
        evening.add_done_callback(lambda task: _over(task, face, server))
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
def _hushed() -> Iterator[None]:
    """Leave signals to the server, which closes on them and then raises them anew; nobody is to die of that."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
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

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._now: Condition | None = None

    def tell(self, condition: Condition) -> None:
        """Take note, and say so where it is news."""
        news = self._now is None or self._now.sentence != condition.sentence
        self._now = condition
        if news:
            self._say(condition.sentence)

    def lacking(self) -> str:
        """Give the sentence where there is no connection."""
        return "" if self._now is None or self._now.connected else self._now.sentence


def _known_as(path: Path) -> str:
    """Name an archive by its beginning too, so that another one of the same name is not taken for it."""
    with path.open("rb") as file:
        return f"{path.name} {hashlib.sha256(file.read(_HEAD)).hexdigest()[:12]}"
