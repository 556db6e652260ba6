"""A site with people on it, served by the real server from real files, and browsers without a screen to visit it."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fairfloor.chat.moves import Doing
from fairfloor.session.people import Account, Member, StaffRole
from fairfloor.session.ports import Entry
from fairfloor.store.location import people_beside
from fairfloor.store.people.people import SqlPeople, people_opened
from fairfloor.testing.clock import VirtualClock
from fairfloor.web.app import Host, create_app
from fairfloor.web.people import passwords
from fairfloor.web.people.door import Door, Site, digest, new_token
from fairfloor.web.people.guard import Filled, guarded
from fairfloor.web.people.visitor import cookie, visitor_of
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Quick: what it costs to guess is not what these tests are about."""
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')
_NEXT = re.compile(r'name="next" value="([^"]*)"')


class Time:
    """A virtual clock that is moved without an event loop: a browser's driver may have one running here."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOW)
        self.now = self.clock.now

    def passes(self, by: timedelta | float) -> None:
        """Let time pass; a number is of seconds."""
        moving = self.clock.advance(by if isinstance(by, timedelta) else timedelta(seconds=by))
        with suppress(StopIteration):
            while True:
                moving.send(None)


class Browser:
    """Somebody's browser: keeps cookies, says where a request comes from, fills forms in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, trust_env=False, follow_redirects=False, timeout=30)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self.http.get(path, **more)

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Send a form as it is given."""
        said = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.http.post(path, data=fields or {}, headers={k: v for k, v in said.items() if v})

    def fill(self, page: str, path: str, **fields: str) -> httpx.Response:
        """Open a page, fill in its form and send it to `path`."""
        text = self.get(page).text
        hidden = {"csrf": self.token(text)}
        if found := _NEXT.search(text):
            hidden["next"] = unescape(found[1])
        return self.post(path, hidden | fields)

    def token(self, text: str) -> str:
        """Find a form's token in a page."""
        found = _CSRF.search(text)
        assert found, text
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
        """Sign in as one of the host's people."""
        return self.fill("/sign-in/host", "/sign-in/host", name=name, password=password, code=code)

    @property
    def cookie(self) -> str:
        """The cookie that says who this is."""
        return self.http.cookies.get("fairfloor-visit") or ""


class Place:
    """The site, and what is behind it."""

    def __init__(self, url: str, people: SqlPeople, door: Door, time: Time, evening: Any) -> None:
        self.url, self.people, self.door, self.time, self.evening = url, people, door, time, evening
        self.store = Path()
        """The evening's file, beside which people are."""
        self._hash = passwords.hashed(PASSWORD, HASHER)
        self.browsers: list[Browser] = []

    def browser(self) -> Browser:
        """Give a new browser."""
        self.browsers.append(Browser(self.url))
        return self.browsers[-1]

    def close(self) -> None:
        """Close the browsers."""
        for browser in self.browsers:
            browser.http.close()

    def add(self, name: str, role: StaffRole = "host") -> Member:
        """Add one of the host's people, who has the tests' password."""
        added = self.people.add(name, role, self._hash, self.time.now())
        assert added
        return added

    def signed_in(self, who: Member | Account) -> Browser:
        """Give a browser that is signed in."""
        browser, token = self.browser(), new_token()
        self.people.begin(digest(token), who, self.time.now())
        browser.http.cookies.set(cookie("visit", secure=False), token, domain="127.0.0.1")
        return browser


@pytest.fixture
def serve(tmp_path: Path, make: Any) -> Iterator[Callable[..., Place]]:
    """Give a maker of sites."""
    with ExitStack() as stack:

        def begin(**site: Any) -> Place:
            people = stack.enter_context(people_opened(people_beside(tmp_path / "copchat.db")))
            evening, time = stack.enter_context(make()), Time()
            door = Door(people, Site(**({"local": True} | site)), time.now, HASHER)

            async def submit(entry: Entry) -> None:
                evening.tell(entry)

            chat = ChatView(tag="copchat", simulated=False)
            app = create_app(evening.board, evening.records, chat, host=Host(evening.desk, submit, door, time.now))

            @app.post("/test/move")
            async def move(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
                do: Doing = msgspec.json.decode(form.text("do"), type=Doing)
                made = await app.state.hosting.maker.make(visitor_of(request), do)
                return PlainTextResponse(f"{made.role} {made.by}")

            place = Place(stack.enter_context(_running(app)), people, door, time, evening)
            place.store = tmp_path / "copchat.db"
            stack.callback(place.close)
            return place

        yield begin


@pytest.fixture
def place(serve: Callable[..., Place]) -> Place:
    """Give a site."""
    return serve()


class _running:  # noqa: N801 - it is used as a function
    def __init__(self, app: Any) -> None:
        self._sock = listening("127.0.0.1", 0)
        self._server = Server(app)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._server.serve(sockets=[self._sock]))

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._sock.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
