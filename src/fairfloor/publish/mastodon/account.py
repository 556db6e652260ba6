"""One account on a server of Mastodon's kind, as its owner's token lets us use it.

The token goes into a header, nowhere else, and redirects are not followed. A status from elsewhere is found by its uri,
and only one with that very uri counts: a search could bring up anything.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

_LARGEST = 4 << 20
"""Bytes of an answer."""
_TOO_MANY = 429
_SERVER = 500
_MINUTE = timedelta(minutes=1)
_HERE = {"localhost", "127.0.0.1"}
_SERVER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,253}(:[0-9]{1,5})?")

T = TypeVar("T")


class Unreachable(Exception):  # noqa: N818 - it is said to a person
    """A server does not answer, or not as such a server does; another try may help."""


class Later(Exception):  # noqa: N818 - it names what happened
    """A server takes no more for a while."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"not for {wait}")
        self.wait = wait


class Refused(Exception):  # noqa: N818 - it names what happened
    """A server understood and says no."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Me(msgspec.Struct, frozen=True):
    """Whose token it is."""

    acct: str
    url: str = ""
    bot: bool = False

    @property
    def name(self) -> str:
        """The account as everybody knows it, user@domain."""
        return self.acct if "@" in self.acct else f"{self.acct}@{urlsplit(self.url).hostname or ''}"


class _Status(msgspec.Struct, frozen=True):
    id: str
    uri: str = ""


class _Found(msgspec.Struct, frozen=True):
    statuses: tuple[_Status, ...] = ()


class Account:
    """Everything raises Unreachable, Later and Refused. Make it with `account`."""

    def __init__(self, http: httpx.AsyncClient, server: str) -> None:
        """Take the client, which has the token, and the server's host. Raises ValueError where it is none."""
        if not _SERVER_NAME.fullmatch(server):
            raise ValueError("A server of Mastodon is named by its host, as in mastodon.example.")
        host = server.rpartition(":")[0] or server
        self.place = server
        self._home = f"{'http' if host in _HERE else 'https'}://{server}"
        self._http = http

    async def me(self) -> Me:
        """Ask whose token it is."""
        return await self._ask("GET", "/api/v1/accounts/verify_credentials", Me)

    async def mark(self) -> Me:
        """Mark the account as one that no person writes by hand."""
        return await self._ask("PATCH", "/api/v1/accounts/update_credentials", Me, data={"bot": "true"})

    async def find(self, uri: str) -> str | None:
        """Give the id that the server has for a status; None where it cannot find it."""
        asked = {"q": uri, "type": "statuses", "resolve": "true", "limit": "1"}
        found = await self._ask("GET", "/api/v2/search", _Found, params=asked)
        return next((status.id for status in found.statuses if status.uri == uri and status.id.isalnum()), None)

    async def boost(self, id_: str, visibility: str) -> None:
        """Boost a status; one that is boosted already stays so."""
        await self._ask("POST", f"/api/v1/statuses/{id_}/reblog", dict[str, Any], data={"visibility": visibility})

    async def post(self, text: str, key: str, visibility: str) -> None:
        """Post a status; a second time with the same key within the hour posts nothing."""
        given = {"status": text, "visibility": visibility}
        await self._ask("POST", "/api/v1/statuses", dict[str, Any], data=given, headers={"Idempotency-Key": key})

    async def _ask(self, method: str, path: str, answer: type[T], **more: Any) -> T:
        try:
            async with self._http.stream(method, f"{self._home}{path}", **more) as response:
                body = await self._body(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{self.place} does not answer ({type(error).__name__}).") from error
        if response.status_code == _TOO_MANY:
            raise Later(_rest(response.headers))
        if response.status_code >= _SERVER:
            raise Unreachable(f"{self.place} is in trouble (HTTP {response.status_code}).")
        if not response.is_success:
            raise Refused(response.status_code)
        try:
            return msgspec.json.decode(body, type=answer)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Unreachable(f"{self.place} answers with something else than was asked. Check its name.") from error

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for some in response.aiter_raw():
            body += some
            if len(body) > _LARGEST:
                raise Unreachable(f"{self.place} answers without end. Check its name.")
        return bytes(body)


@asynccontextmanager
async def account(server: str, token: str) -> AsyncIterator[Account]:
    """Begin to use an account. Raises ValueError where the server's name is none."""
    headers = {
        "User-Agent": f"Fairfloor/{version('fairfloor')}",
        "Authorization": f"Bearer {token.strip()}",
        "Accept-Encoding": "identity",
    }
    async with httpx.AsyncClient(headers=headers, timeout=30.0) as http:
        yield Account(http, server)


def _rest(headers: Mapping[str, str]) -> timedelta:
    """Give how long a server wants to be left alone, by its own clock; a minute where it does not say."""
    after = headers.get("retry-after", "").strip()
    if after.isascii() and after.isdigit():
        return timedelta(seconds=max(1, int(after[:7])))
    try:
        reset = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
        left = (reset if reset.tzinfo else reset.replace(tzinfo=UTC)) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return _MINUTE
    return min(max(left, timedelta(seconds=1)), timedelta(hours=3))
