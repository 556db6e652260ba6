"""A real evening on a real store, served by the real server to a real browser."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
)
from typing_extensions import override

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.notice import Deletion, Rename
from fairfloor.chat.moves import Doing, Move, Role
from fairfloor.publish.feeds.formats import FORMATS
from fairfloor.publish.icalendar import calendar
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.hear import hear
from fairfloor.session.people import Account, Member
from fairfloor.session.ports import Entry, Step, Told
from fairfloor.session.recover import recover
from fairfloor.session.sitting import Sitting
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.store.people.people import SqlPeople, people_opened
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web import pages
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door, digest, new_token
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView

T = TypeVar("T")
START = datetime(2026, 3, 5, 2, tzinfo=UTC)
HOST = "did:plc:host"


class Rehearsal:
    """An evening told act by act, on the real store and core; every act one second after the one before."""

    def __init__(self, store: SqlStore, records: SqlRecords, pace: float = 12.0) -> None:
        self.rules = Rules(tag="copchat", hosts=frozenset({HOST}), pace=pace)
        self.store, self.records = store, records
        self.board, self.desk = Board(records, pace), Desk(self.rules)
        self.sitting = Sitting(self.rules)
        self.now = START
        self.steps: list[Step] = []
        self._count = 0
        store.begin(self.rules)

    def tell(self, *notices: Entry, after: float = 1.0) -> Step:
        """Let time pass and notices come, in one step."""
        self.now += timedelta(seconds=after)
        acts = (Post, Repost, Like)
        told = [
            Told(notice=one, seen=self.now, heard=hear(one, self.now) if isinstance(one, acts) else None)
            for one in notices
        ]
        receipt = self.store.take("test", told, cursor=None, faults=(), skipped=0)
        decisions = [*self.sitting.hear(receipt.taken), *self.sitting.run(self.now)]
        self.store.decide(self.sitting.decided + 1, decisions)
        self.sitting.decided += len(decisions)
        step = self.sitting.step(self.now, receipt.taken, decisions, receipt.faults, receipt.skipped)
        self.steps.append(step)
        self.board.hear(step)
        self.desk.hear(step)
        return step

    def move(self, do: Doing, by: str = "Host", role: Role = "host", reason: str = "", after: float = 1.0) -> Move:
        """Let somebody make a move."""
        self._count += 1
        at = self.now + timedelta(seconds=after)
        move = Move(id=f"move:{self._count:06}", at=at, by=by, role=role, do=do, reason=reason)
        self.tell(move, after=after)
        return move

    def come_back(self) -> None:
        """Forget all that is not in the store, and hear the log again."""
        self.board, self.desk = Board(self.records, self.rules.pace), Desk(self.rules)
        self.sitting = Sitting(self.rules)
        for step in recover(self.sitting, self.store, self.rules, self.now):
            self.board.hear(step)
            self.desk.hear(step)

    def wait(self, seconds: float) -> Step:
        """Let time pass."""
        return self.tell(after=seconds)

    def post(self, text: str, who: str = "", **more: Any) -> str:
        """Let somebody say something; gives the post's id."""
        post = self.a_post(text, who, **more)
        self.tell(post)
        return post.id

    def a_post(self, text: str, who: str = "", **more: Any) -> Post:
        """Make a post, of a new account unless told whose."""
        self._count += 1
        account = who or f"did:plc:person{self._count:04}"
        given: dict[str, Any] = {
            "id": f"at://{account}/app.bsky.feed.post/3k{self._count:06}",
            "handle": f"{account.removeprefix('did:plc:')}.example.org",
            "at": self.now + timedelta(seconds=1),
            "account": account,
            "text": text,
            "network": "bluesky",
        }
        return Post(**(given | more))

    def ask(self, text: str) -> str:
        """Let the host say something."""
        return self.post(text, HOST)

    def delete(self, *posts: str) -> Step:
        """Let authors take posts back."""
        return self.tell(*(Deletion(id=post, at=self.now) for post in posts))

    def rename(self, account: str, handle: str) -> Step:
        """Let an account go by another handle."""
        return self.tell(Rename(account=account, handle=handle, at=self.now))


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with files of an evening, of people and of a site that nothing was written to: to copy is quick."""
    folder = tmp_path_factory.mktemp("blank")
    with opened(folder / "evening.db"), people_opened(folder / "people.db"), library_opened(folder / "site.db"):
        return folder


def _copied(one: Path, to: Path) -> Path:
    shutil.copy(one, to)
    return to


@pytest.fixture
def make(tmp_path: Path, blank: Path, ending_soon: None) -> Callable[..., AbstractContextManager[Rehearsal]]:
    """Give a maker of evenings, each on a new store."""
    assert ending_soon is None
    number = count()

    @contextmanager
    def begin(pace: float = 12.0) -> Iterator[Rehearsal]:
        with opened(_copied(blank / "evening.db", tmp_path / f"evening{next(number)}.db")) as (writer, reader):
            yield Rehearsal(SqlStore(writer, reader), SqlRecords(reader), pace)

    return begin


@pytest.fixture
def evening(make: Callable[..., AbstractContextManager[Rehearsal]]) -> Iterator[Rehearsal]:
    """Begin an evening."""
    with make() as begun:
        yield begun


class Served:
    """A server in a thread of its own, with the evening it serves. Tell the evening things through `do`."""

    def __init__(self, evening: Rehearsal, **options: Any) -> None:
        self.evening = evening
        self.chat = ChatView(tag="copchat", simulated=True)
        self._options = options
        self._runner = asyncio.Runner()
        self.loop = self._runner.get_loop()
        self.condition = ""
        self.port = 0
        self.pause = self._asked = timedelta(0)
        """How much later it is each time somebody asks."""
        self.people: SqlPeople | None = None
        self.library: SqlLibrary | None = None
        """Who may sign in, where the evening is hosted."""

    def start(self) -> None:
        """Serve, at the same port as before if there was one."""
        app = create_app(
            self.evening.board,
            self.evening.records,
            self.chat,
            condition=lambda: self.condition,
            host=self._host(),
            **self._options,
        )
        sock = listening("127.0.0.1", self.port)
        self.port = sock.getsockname()[1]
        self.server = Server(app)
        ready = threading.Event()

        async def serve() -> None:
            ready.set()
            await self.server.serve(sockets=[sock])

        self._thread = threading.Thread(target=self._runner.run, args=[serve()])
        self._thread.start()
        ready.wait()

    def _host(self) -> Host | None:
        if self.people is None:
            return None
        self.door = Door(self.people, now=self._now)
        return Host(self.evening.desk, self._submit, self.door, self._now, calendar, self.library, FORMATS)

    def _now(self) -> datetime:
        self._asked += self.pause
        return self.evening.now + self._asked

    async def _submit(self, entry: Entry) -> None:
        self.evening.tell(entry)

    def sign_in(self, context: BrowserContext, who: Role, name: str = "") -> None:
        """Let a browser be signed in: as one of the host's people by a name, or as a participant by an account's id."""
        context.add_cookies([{"name": "fairfloor-visit", "value": self.visit(who, name), "url": self.url}])

    def visit(self, who: Role, name: str = "") -> str:
        """Begin a visit of somebody who is signed in; gives its cookie's value."""
        assert self.people is not None, "this evening is not hosted"
        token, now = new_token(), self.evening.now
        one: Member | Account
        if who == "participant":
            one = Account(id=name, handle=f"{name.removeprefix('did:plc:')}.example.org", network="bluesky")
        else:
            name = name or who
            found = next((member for member in self.people.members() if member.name == name), None)
            added = found or self.people.add(name, who, "no password fits", now)
            assert added is not None
            one = added
        self.people.begin(digest(token), one, now)
        return token

    def cut(self) -> None:
        """Cut every reader's stream."""
        beating = self.server.config.app.state.stream._pump  # type: ignore[union-attr]  # noqa: SLF001 - as if it failed
        self.do(beating.cancel)

    def stop(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self._thread.join()

    def close(self) -> None:
        """Stop serving for good."""
        self.stop()
        closing = threading.Thread(target=self._runner.close)  # the browser's driver has a loop running in ours
        closing.start()
        closing.join()

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the server's thread, as the pipeline does, and wait until it is done."""

        async def working() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(working(), self.loop).result(30)

    @property
    def url(self) -> str:
        """Give the address of the live page."""
        return f"http://127.0.0.1:{self.port}"


class _Compiled(BytecodeCache):
    """Templates as they were compiled for an application before: each test has one of its own."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> Iterator[None]:
    """Compile each template once."""
    compiled, environment = _Compiled(), pages._environment  # noqa: SLF001 - how it is made is no business of others

    def made() -> Environment:
        env = environment()
        env.bytecode_cache = compiled
        return env

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "_environment", made)
        yield


@pytest.fixture
def served(evening: Rehearsal, blank: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """Serve a new evening; where the test says `hosted`, one that is."""
    server = Served(evening)
    with ExitStack() as site:
        if "hosted" in request.fixturenames:
            server.people = site.enter_context(people_opened(_copied(blank / "people.db", tmp_path / "people.db")))
            server.library = site.enter_context(library_opened(_copied(blank / "site.db", tmp_path / "site.db")))
        server.start()
        yield server
        server.close()


@pytest.fixture
def hosted(served: Served) -> Served:
    """Serve a new evening that is hosted: who is signed in (`sign_in`) can make moves."""
    return served


class Reader:
    """Somebody who reads the page in a browser, and all that must not happen there."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.page: Page = context.new_page()
        self.context = context
        self.served = served
        self.wrong: list[str] = []
        context.on("request", self._request)
        self.page.on("pageerror", self._error)
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.served.url + "/"):
            self.wrong.append(f"request: {request.url}")

    def _error(self, error: Error) -> None:
        self.wrong.append(f"error: {error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(f"console: {said.text}")

    def open(self, path: str = "/") -> Page:
        """Open a page of the evening."""
        self.page.goto(self.served.url + path)
        return self.page


@pytest.fixture
def reading(chromium: Browser, served: Served) -> Iterator[Callable[..., Reader]]:
    """Give a maker of readers; options are those of a browser context. Fails where anything wrong happened."""
    readers: list[Reader] = []

    def make(**options: Any) -> Reader:
        readers.append(Reader(chromium.new_context(**options), served))
        return readers[-1]

    yield make
    wrong = [one for reader in readers for one in reader.wrong]
    for reader in readers:
        reader.context.close()
    assert not wrong
