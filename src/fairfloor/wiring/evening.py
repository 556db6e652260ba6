"""An evening and its page, run until the process is told to end."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from types import FrameType

import msgspec
from fastapi import FastAPI

from fairfloor.publish.atproto.app import Beside
from fairfloor.publish.feeds.formats import FORMATS
from fairfloor.publish.icalendar import calendar
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.library import Library
from fairfloor.session.people import People
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Clock, OtherRules
from fairfloor.sources import files
from fairfloor.sources.mastodon.server import home as mastodon_home
from fairfloor.store.location import people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import library_opened
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door, Site
from fairfloor.web.server import NoPort, Server, listening
from fairfloor.web.views import ChatView
from fairfloor.wiring.asked import Asked, Place, Say, Sorry
from fairfloor.wiring.following import Following
from fairfloor.wiring.kept import Kept, kept
from fairfloor.wiring.publishing import NOTHING, Outgoing, Wanted, outgoing


def _as_asked(asked: Asked, _: Rules | None) -> Asked:
    return asked


def watch(
    asked: Asked,
    place: Place,
    follow: Callable[[Kept], Following],
    say: Say,
    meet: Callable[[Asked, Rules | None], Asked] = _as_asked,
    wanted: Wanted = NOTHING,
) -> None:
    """Run an evening and its page until the process is told to end. `say` is told where the page is. Raises Sorry.

    meet: finds out whom the names in `asked` mean, given the rules that the evening was begun with, if it was.
    """
    try:
        with (
            closing(listening(place.bind, place.port)) as at,
            kept(place.store) as evening,
            people_opened(people_beside(place.store)) as people,
            library_opened(site_beside(place.store)) as library,
        ):
            begun = evening.store.rules()
            rules = meet(asked, begun).rules(begun)
            parts = follow(evening)
            out = outgoing(rules.tag, place.store, evening, parts.clock, say, wanted)
            evening.store.begin(rules)  # only now: what cannot be followed begins no evening
            welcome = f"#{rules.tag} is at {_address(at)} and kept in {place.store}. End with Ctrl-C."
            hosts = Hosts(people=people, site=_site(place, parts), library=library)
            asyncio.run(serve(evening, rules, parts, at, lambda: say(welcome), out, hosts))
    except OtherRules as others:
        raise Sorry(_differing(others, place)) from others
    except (NoPort, Unusable, files.Unrecognised, ValueError) as error:
        raise Sorry(str(error)) from error


def _site(place: Place, following: Following) -> Site:
    """Say where participants can show which account is theirs: on the networks that are followed."""
    servers = [name.partition(" ")[2] for name in following.networks if name.startswith("mastodon ")]
    homes = tuple(mastodon_home(server) for server in servers)
    return Site(origin=place.origin, bluesky="bluesky" in following.networks, mastodon=homes)


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """Who may host an evening, and where the public reaches it."""

    people: People
    site: Site = Site()
    library: Library | None = None


async def serve(  # noqa: PLR0913, PLR0917 - the composition root: all parts meet here
    kept: Kept,
    rules: Rules,
    following: Following,
    at: socket.socket,
    begun: Callable[[], None] = lambda: None,
    out: Outgoing | None = None,
    hosts: Hosts | None = None,
) -> None:
    """Run an evening and its pages until the process is told to end (SIGINT, SIGTERM); `begun` is called at the start.

    hosts: without them the evening can only be read, and is over when its source is.

    Raises OtherRules, Unusable; whatever ends the evening before its time is raised when the pages are closed.
    """
    board, desk, face, out = Board(kept.records, rules.pace), Desk(rules), _Face(following.clock), out or Outgoing()
    pipeline = _pipeline(kept, rules, following, (desk, board), out, hosts)
    pages = _pages(kept, rules, following, (desk, board), pipeline, hosts, face)
    service = out.service
    server = Server(pages, None if service is None else lambda others: Beside(service, others))
    with _ending(server):
        evening = asyncio.create_task(pipeline.run())
        evening.add_done_callback(lambda task: _over(task, face, server))
        works = [asyncio.create_task(_warm(pipeline, pages)), *(asyncio.create_task(work()) for work in out.works)]
        begun()
        try:
            await server.serve(sockets=[at])
        finally:
            for task in (*works, evening):
                task.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            with suppress(asyncio.CancelledError):
                await evening


def _pipeline(
    kept: Kept, rules: Rules, following: Following, parts: tuple[Desk, Board], out: Outgoing, hosts: Hosts | None
) -> Pipeline:
    """Put together what decides, and whom it tells: the networks, the desk, the board, and what goes out."""
    if out.speaker is not None:
        out.speaker.sit(parts[0], None if hosts is None else hosts.site.origin)
    return Pipeline(
        following.source,
        kept.store,
        following.clock,
        rules,
        [*following.audiences, *((out.speaker,) if out.speaker else ()), *parts, *out.audiences],
        patience=following.patience,
        lasting=hosts is not None,
    )


def _pages(  # noqa: PLR0913, PLR0917 - as above
    kept: Kept,
    rules: Rules,
    following: Following,
    parts: tuple[Desk, Board],
    pipeline: Pipeline,
    hosts: Hosts | None,
    face: "_Face",
) -> FastAPI:
    """Put together what people see, and may do where the evening has hosts."""
    desk, board = parts
    chat = ChatView(
        tag=rules.tag,
        pace=rules.pace,
        ttl=rules.ttl,
        networks=following.networks,
        simulated=following.simulated,
        newcomers=rules.newcomers if rules.hosts or rules.regulars else None,
    )
    host = None
    if hosts is not None:
        door = Door(hosts.people, hosts.site)
        host = Host(desk, pipeline.make, door, following.clock.now, calendar, hosts.library, FORMATS)
    return create_app(board, kept.records, chat, now=face.now, condition=following.condition, host=host)


async def _warm(pipeline: Pipeline, pages: FastAPI) -> None:
    """When it is known who is who: take up what was taken back meanwhile, and prepare what readers would wait for."""
    await pipeline.recovered.wait()
    if (discussions := getattr(pages.state, "discussions", None)) is not None:
        await pages.state.saying.catch_up()
        await discussions.warm()
    gc.collect()
    gc.freeze()  # what is here by now stays: to look through it again and again held readers up


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
