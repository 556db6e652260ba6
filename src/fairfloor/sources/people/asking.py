"""Asks a server politely for JSON: waits when told to, tries again when that may help, and gives up in a sentence.

A network's public interface is a guest room. So one request is made at a time; a server that says how many it will
still take, or when to come again (`Retry-After`; `RateLimit-*` as Bluesky sends them, seconds since 1970;
`X-RateLimit-*` as Mastodon sends them, ISO 8601), is taken at its word; failures are retried a few times, with the
backoff of the live source. What a server may cost us is bounded: the time and size of an answer, and how long we wait.

Redirects are not followed: who asks server A should hear it where the answer would come from server B.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import NamedTuple, TypeVar

import httpx
import msgspec

from fairfloor.session.ports import Clock
from fairfloor.sources.bluesky.patience import Dice, Patience
from fairfloor.sources.wrong import WRONG

_LARGEST = 4 << 20
"""Bytes of an answer; a page of a hundred accounts has a tenth of a MiB."""
_ANSWERING = 30.0
"""Seconds that an answer may take in all."""
_TOO_MANY = 429
_CENTURY = 1e9
"""A number of seconds as large as this is a time since 1970, and no wait."""

T = TypeVar("T")


class Unanswered(Exception):  # noqa: N818 - it is said to a person
    """A server did not tell what was asked; the message says why, and what to do."""


class Refused(Exception):  # noqa: N818 - it names what happened
    """A server understood and will not tell: whoever asked knows what that means."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How much trouble an answer is worth."""

    tries: int = 4
    longest: timedelta = timedelta(minutes=5)
    """How long a server may let us wait in one go."""


class Answer(NamedTuple):
    """What a server answered."""

    body: bytes
    next: str | None = None
    """The address of the next page, where the answer says it (RFC 8288)."""


class _Failed(Exception):  # noqa: N818 - it names what happened
    """One try failed; another may not."""

    def __init__(self, why: str, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Asking:
    """Asks servers, one request at a time. `say` is told when it waits; make it with `asking`."""

    def __init__(
        self, http: httpx.AsyncClient, clock: Clock, manners: Manners, say: Callable[[str], object], dice: Dice
    ) -> None:
        self._http = http
        self._clock = clock
        self._manners = manners
        self._say = say
        self._dice = dice
        self._rest: dict[str, datetime] = {}
        """When servers want to be asked again."""

    async def ask(self, address: str, **parameters: str | int) -> Answer:
        """Get an address. Raises Unanswered, and Refused where the server says no (4xx)."""
        try:
            url = httpx.URL(address)
            url = url.copy_merge_params(parameters) if parameters else url
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Unanswered(f"{address} is no address ({error}). Check the name of the server.") from error
        place = url.netloc.decode("ascii", "replace")
        patience = Patience([place], self._dice)
        for left in reversed(range(self._manners.tries)):
            await self._wait(place)
            try:
                return await self._get(url, place)
            except _Failed as failed:
                if not left:
                    raise Unanswered(f"{place} {failed}") from failed
                self._rest[place] = self._clock.now() + (failed.wait or patience.failed(timedelta()))
        raise AssertionError

    async def _wait(self, place: str) -> None:
        """Wait until a server wants to be asked. Raises Unanswered where that is too long."""
        until = self._rest.pop(place, None)
        if until is None or (wait := until - self._clock.now()) <= timedelta():
            return
        if wait > self._manners.longest:
            self._rest[place] = until
            raise Unanswered(f"{place} takes no more questions before {until:%H:%M} UTC. Try again then.")
        if wait > timedelta(seconds=5):
            self._say(f"{place} asks for a rest of {round(wait.total_seconds())} s.")
        await self._clock.sleep_until(until)

    async def _get(self, url: httpx.URL, place: str) -> Answer:
        try:
            async with asyncio.timeout(_ANSWERING), self._http.stream("GET", url) as response:
                self._heed(response, place)
                return Answer(await _body(response, place), response.links.get("next", {}).get("url"))
        except (httpx.TimeoutException, TimeoutError) as error:
            raise _Failed("does not answer. Try again later.") from error
        except httpx.ConnectError as error:
            raise _Failed("cannot be reached. Check the name and the network, then try again.") from error
        except httpx.HTTPError as error:
            raise _Failed(f"broke off ({type(error).__name__}). Try again later.") from error

    def _heed(self, response: httpx.Response, place: str) -> None:
        """Heed what an answer says before its body. Raises _Failed, Refused and Unanswered."""
        now = self._clock.now()
        rest = rest_of(response.headers, now)
        if response.status_code == _TOO_MANY:
            raise _Failed("gets too many questions from here. Try again in a quarter of an hour.", rest)
        if response.is_server_error:
            raise _Failed(f"is in trouble (HTTP {response.status_code}). Try again later.", rest)
        if rest is not None:
            self._rest[place] = now + rest
        if response.is_redirect:
            there = response.headers.get("location", "elsewhere")[:200]
            raise Unanswered(f"{place} sends us on to {there}. Give the name of that server instead.")
        if response.is_error:
            raise Refused(response.status_code)


@asynccontextmanager
async def asking(
    clock: Clock,
    manners: Manners | None = None,
    *,
    say: Callable[[str], object] = lambda _: None,
    dice: Dice | None = None,
) -> AsyncIterator[Asking]:
    """Begin to ask; connections are kept until the end. dice: for the waits between tries."""
    headers = {"User-Agent": f"Fairfloor/{version('fairfloor')}", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(headers=headers, timeout=10.0) as http:
        yield Asking(http, clock, manners or Manners(), say, dice or random.SystemRandom())


def decoded(answer: Answer, decoder: msgspec.json.Decoder[T], place: str) -> T:
    """Decode an answer. Raises Unanswered where it is not what such a server answers."""
    try:
        return decoder.decode(answer.body)
    except WRONG as error:
        said = str(error)[:100]
        raise Unanswered(f"{place} answers with something else than was asked ({said}). Check its name.") from error


def rest_of(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Give how long a server wants to be left alone; None where it does not say so, or not so that we understand."""
    if (said := headers.get("retry-after")) is not None:
        return _until(said, now)
    for prefix in ("", "x-"):
        if headers.get(f"{prefix}ratelimit-remaining", "").strip() == "0":
            return _until(headers.get(f"{prefix}ratelimit-reset", ""), now)
    return None


def _until(said: str, now: datetime) -> timedelta | None:
    """Read a time or a number of seconds; at least one second, as clocks differ."""
    try:
        when = _time(said.strip(), now)
        return max((when.replace(tzinfo=UTC) if when.tzinfo is None else when) - now, timedelta(seconds=1))
    except (ValueError, OverflowError, OSError):
        return None


def _time(said: str, now: datetime) -> datetime:
    if said.isascii() and said.isdigit():
        seconds = int(said[:20])
        return datetime.fromtimestamp(seconds, UTC) if seconds >= _CENTURY else now + timedelta(seconds=seconds)
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return parsedate_to_datetime(said)


async def _body(response: httpx.Response, place: str) -> bytes:
    body = bytearray()
    async for some in response.aiter_raw():
        body += some
        if len(body) > _LARGEST:
            raise Unanswered(f"{place} answers without end. Check the name of the server.")
    return bytes(body)
