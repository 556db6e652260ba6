"""A chat as files: its pages, asked for as a stranger would, and kept in a folder.

The chat's files are copied first, so an evening may be running, and nothing that is done here can be seen there. Then
the evening is heard again from its log, and the application serves, in this process, somebody who is not signed in.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

import httpx
import msgspec
from fastapi import FastAPI

from fairfloor.publish.feeds.formats import FORMATS
from fairfloor.publish.icalendar import calendar
from fairfloor.publish.static_site.crawl import MOST, Asking, Got, gathered, joined, led_on
from fairfloor.publish.static_site.pages import NOWHERE
from fairfloor.session.desk import Desk
from fairfloor.session.library import Shelf
from fairfloor.session.pipeline import Over
from fairfloor.session.ports import Entry
from fairfloor.session.recover import recover
from fairfloor.session.scheduled import published_by
from fairfloor.session.sitting import Sitting
from fairfloor.store.copying import copied
from fairfloor.store.location import Location, missing, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door, Site
from fairfloor.web.views import ChatView
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.kept import Kept, kept

MANIFEST = "fairfloor-site.json"
"""The file by which a folder is known to be ours, so that it may be replaced."""
_START = (
    "/",
    "/posts",
    "/sessions",
    "/chat",
    "/ledger",
    "/proposals",
    "/floor",
    "/folded",
    "/log.jsonl",
    "/calendar.ics",
)
_FEEDS = ("/feeds/posts.atom", "/feeds/posts.rss", "/feeds/posts.json", "/feeds/comments.atom", "/feeds/ledger.atom")
_ALIVE = (
    "/account", "/api", "/appeal", "/console", "/embed", "/events", "/find", "/health", "/join", "/oembed", "/people",
    "/search", "/sign-in", "/sign-out",
)  # fmt: skip
"""What is of use only where somebody answers."""
_ASKS = ("/appeal", "/edit", "/remove", "/reply", "/say", "/withdraw")
"""Ends of addresses of forms."""
_ABSOLUTE = (".atom", ".rss", ".ics", "/feeds/posts.json")
"""Ends of what has whole addresses in it, so there is no use in it where none is known."""


class Made(NamedTuple):
    """What a folder has."""

    pages: int
    files: int
    """All of them, pages too."""
    led: int
    """Old addresses that lead on."""
    not_led: int
    """Old addresses that no file can answer, for example because of a query."""


def kept_as_files(
    store: Location, folder: Path, address: str, now: datetime, watch: Callable[[int, int], object] = lambda _, __: None
) -> Made:
    """Keep a chat's pages in a folder. address: where they are alive, empty where nowhere. Raises Sorry, OSError."""
    if missing(store):
        raise Sorry(f"There is no {store}. Name the chat's file: --store FILE.")
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise Sorry(f"{folder} has other files in it. Name a folder that is empty, or not there yet.")
    try:
        with _replacing(folder) as new, _copy(store) as (evening, library):
            app = application(evening, library, address, now)
            return asyncio.run(_written(app, library, new, address.rstrip("/"), now, watch))
    except Unusable as error:
        raise Sorry(str(error)) from error


@contextmanager
def _copy(store: Location) -> Iterator[tuple[Kept, SqlLibrary]]:
    with TemporaryDirectory(prefix="fairfloor-") as folder:
        other = Path(folder) / store.name
        copied("evening", store, other)
        copied("site", store, other)
        with kept(other) as evening, library_opened(site_beside(other)) as library:
            yield evening, library


def application(evening: Kept, library: SqlLibrary, address: str, now: datetime) -> FastAPI:
    """Give the application with an evening as it stands, where nobody can sign in. Raises Sorry."""
    rules = evening.store.rules()
    if rules is None:
        raise Sorry("No chat was begun in that file. Set one up: fairfloor chat new")
    board, desk, sitting = Board(evening.records, rules.pace), Desk(rules), Sitting(rules)
    for step in recover(sitting, evening.store, rules, now):
        board.hear(step)
        desk.hear(step)
    newcomers = rules.newcomers if rules.hosts or rules.regulars else None
    chat = ChatView(tag=rules.tag, pace=rules.pace, ttl=rules.ttl, networks=(), newcomers=newcomers)
    door = Door(None, Site(origin=address.rstrip("/") or NOWHERE), now=lambda: now)
    host = Host(desk, _nobody, door, lambda: now, calendar, library, FORMATS)
    return create_app(board, evening.records, chat, now=lambda: now, host=host)


async def _nobody(_: Entry) -> None:
    raise Over


async def _written(
    app: FastAPI, library: SqlLibrary, folder: Path, home: str, now: datetime, watch: Callable[[int, int], object]
) -> Made:
    transport = httpx.ASGITransport(app=app)
    headers = {"Accept-Encoding": "identity", "User-Agent": "fairfloor export"}
    async with httpx.AsyncClient(transport=transport, base_url=home or NOWHERE, headers=headers) as client:

        async def get(address: str) -> Got:
            answer = await client.get(address)
            type_ = answer.headers.get("content-type", "")
            location = answer.headers.get("location", "") if answer.is_redirect else ""
            return Got(answer.status_code, type_, answer.content, location)

        asking = Asking(get, lambda there: _is_kept(there, home), home, watch)
        published_by(library, now)
        start = (*_START, *_FEEDS, *(quote(one.path) for one in library.articles(Shelf(), limit=MOST)))
        site = await gathered(asking, filter(asking.wanted, start), folder)
    joined(site, folder, home, _instead(home))
    led, not_led = led_on(site, folder, ((one.old, one.new) for one in library.redirects()))
    (folder / MANIFEST).write_bytes(_manifest(folder, home, now))
    return Made(len(site.pages), len(site.files), led, not_led)


def _is_kept(address: str, home: str) -> bool:
    """Tell whether an address is of use without anybody there."""
    path = address.partition("?")[0]
    if not home and path.endswith(_ABSOLUTE):
        return False
    return not path.endswith(_ASKS) and not any(path == one or path.startswith(f"{one}/") for one in _ALIVE)


def _instead(home: str) -> str:
    if home:
        link = f'<a href="{home}/">{home}</a>'
        return f'<p class="notice kept">These pages are kept as files. To take part, go to {link}.</p>'
    return (
        '<p class="notice kept">These pages are kept as files: they can be read, and nobody can be answered here.</p>'
    )


def _manifest(folder: Path, home: str, now: datetime) -> bytes:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    told = {"format": "fairfloor static site", "version": 1, "made": now, "address": home, "files": files}
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Make a folder beside one, and put it in its place when it is done."""
    new = folder.with_name(f"{folder.name}.unfinished-{os.getpid()}")
    old = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    new.mkdir(parents=True)
    try:
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
