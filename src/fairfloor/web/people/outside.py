"""Asks servers elsewhere on behalf of whoever signs in, and nobody inside.

Where a person's server is follows from what the person gives (a handle leads to a DID, its document to a server), so
it can be made to lead anywhere: to this machine, to its neighbours, to what a cloud keeps at 169.254.169.254. So a
name is resolved first, every address it has must be a public one, and the request goes to the address that was looked
at, not to the name once more. HTTPS alone, no redirects, a bounded answer, a bounded time.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec
from typing_extensions import override

LARGEST = 256 * 1024
"""Bytes of an answer."""
SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_NAT64 = IPv6Network("64:ff9b::/96")

T = TypeVar("T")


class Unproven(Exception):  # noqa: N818 - it is said to a person
    """Somebody could not show who they are; the message says why, and what to do."""


class Answer(NamedTuple):
    """What a server answered."""

    place: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def fine(self) -> bool:
        """Whether it did what it was asked."""
        return self.status in {200, 201}

    def read(self, kind: type[T]) -> T:
        """Decode it. Raises Unproven where it is something else."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Unproven(f"{self.place} answers with something else than was asked. Try again later.") from None

    @property
    def error(self) -> str:
        """The name of an error, as OAuth gives it; empty where there is none."""
        try:
            return msgspec.json.decode(self.body, type=_Error).error
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return ""


class _Error(msgspec.Struct):
    error: str = ""


class Outside:
    """Asks. `local`: servers on this machine may be asked too, for tests and rehearsals."""

    def __init__(self, *, local: bool = False) -> None:
        self.local = local

    async def ask(self, method: str, url: str, **more: Any) -> Answer:
        """Ask a server; more: as for httpx's `request`. Raises Unproven where there is no answer."""
        place = self.place(url)
        try:
            async with asyncio.timeout(SECONDS), self._client() as client, client.stream(method, url, **more) as got:
                body = bytearray()
                async for some in got.aiter_bytes():
                    body += some
                    if len(body) > LARGEST:
                        raise Unproven(f"{place} answers with too much. Try again later.")
                return Answer(place, got.status_code, got.headers, bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, TimeoutError, UnicodeError):
            raise Unproven(f"{place} does not answer. Check how it is written, or try again later.") from None

    async def get(self, url: str, kind: type[T], headers: Mapping[str, str] | None = None, **params: str) -> T:
        """Ask for JSON. Raises Unproven."""
        answer = await self.ask("GET", url, params=params, headers={"Accept": "application/json", **(headers or {})})
        if not answer.fine:
            raise Unproven(f"{answer.place} does not know that. Check how it is written.")
        return answer.read(kind)

    def place(self, url: str) -> str:
        """Give the host of an address that may be asked, as it is said to people. Raises Unproven where it may not."""
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, TypeError):
            raise Unproven("That leads to no server that can be asked.") from None
        here = self.local and parts.host in _LOOPBACK
        if not parts.host or parts.userinfo or parts.scheme != ("http" if here else "https"):
            raise Unproven("That leads to no server that can be asked.")
        return parts.host

    def _client(self) -> httpx.AsyncClient:
        transport = _Public(local=self.local)
        return httpx.AsyncClient(transport=transport, timeout=SECONDS, follow_redirects=False, trust_env=False)


class _Public(httpx.AsyncHTTPTransport):
    """Connects to public addresses only; no connection is kept, for each was made for one name."""

    def __init__(self, *, local: bool) -> None:
        super().__init__(verify=_context(), limits=httpx.Limits(max_connections=1, max_keepalive_connections=0))
        self._local = local

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if not (self._local and host in _LOOPBACK):
            request.url = request.url.copy_with(host=await _public(host))
            request.extensions = {**request.extensions, "sni_hostname": host}
        return await super().handle_async_request(request)


async def _public(host: str) -> str:
    """Give an address of a host, all of whose addresses are public. Raises httpx.ConnectError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(is_public(one) for one in addresses):
        raise httpx.ConnectError("not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public network's, however it is wrapped."""
    try:
        one = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = one if isinstance(one, IPv4Address) else _wrapped(one)
    return inner.is_global and not inner.is_multicast and (inner is not one or one.is_global)


def _wrapped(address: IPv6Address) -> IPv4Address | IPv6Address:
    """Give the address that this one stands for: mapped, by 6to4, or by a network's translation (NAT64)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
