"""What all of this package shares: where the site is, its key, who is kept, how often anybody may do what, the time."""

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address

import msgspec
from argon2 import PasswordHasher
from starlette.datastructures import Headers
from starlette.types import Scope

from fairfloor.session.people import People
from fairfloor.web.people.passwords import HASHER
from fairfloor.web.people.rates import Rates

_HASHES = 2
"""Hashes of passwords computed at a time: each takes a tenth of a second, and the evening goes on meanwhile."""
_NET64 = (1 << 64) - 1
"""The half of an IPv6 address that whoever has it may choose."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where the public reaches the pages, and where participants can show which account is theirs."""

    origin: str | None = None
    """As `https://chat.example.org`; None where it is what a browser asks for, as on one's own machine."""
    bluesky: bool = True
    mastodon: tuple[str, ...] = ()
    """Addresses of servers, as `https://mastodon.example`."""
    appview: str = "https://public.api.bsky.app"
    """Where handles of Bluesky are resolved."""
    plc: str = "https://plc.directory"
    """Where DIDs are."""
    local: bool = False
    """Whether servers on this machine may be asked, for tests."""

    @property
    def secure(self) -> bool:
        """Whether cookies go by HTTPS alone."""
        return self.origin is not None and self.origin.startswith("https://")

    def at(self, scope: Scope) -> str:
        """Give the address of the site as the asking browser sees it, without a slash at its end."""
        return self.origin or f"http://{Headers(scope=scope).get('host', 'localhost')}"


def _wall() -> datetime:
    return datetime.now(UTC)


class Door:
    """Made once for an application. Without `people` nobody can sign in, and what guards a write guards it still."""

    def __init__(
        self,
        people: People | None = None,
        site: Site | None = None,
        now: Callable[[], datetime] = _wall,
        hasher: PasswordHasher = HASHER,
    ) -> None:
        self.people = people
        self.hasher = hasher
        self.site = site or Site()
        self.now = now
        self.rates = Rates(now)
        self.hashing = asyncio.Semaphore(_HASHES)
        """Held while a password is hashed."""
        self._key = secrets.token_bytes(32) if people is None else people.key()
        self._forget = secrets.token_bytes(32)

    def sign(self, what: str, content: bytes) -> bytes:
        """Sign something of one kind: 32 bytes that nobody else can make."""
        return hmac.digest(self._key, what.encode() + b"\0" + content, "sha256")

    def address(self, scope: Scope) -> bytes:
        """Give what stands for an address until this process ends; where it was is not kept.

        A proxy on this machine is believed about whom it speaks for; one on a private network too where we are reached
        by HTTPS, which somebody else must do for us. Of IPv6 the network counts, not the interface.
        """
        host = (scope.get("client") or ("", 0))[0]
        if _is_proxy(host, near=self.site.secure):
            said = Headers(scope=scope).getlist("x-forwarded-for")  # some proxies add a line, others to the last one
            host = (said[-1] if said else host).rpartition(",")[2].strip()
        return hmac.digest(self._forget, _network(host), "sha256")[:16]


def _is_proxy(host: str, *, near: bool) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return not host  # a socket of this machine
    return address.is_loopback or (near and address.is_private)


def _network(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        return b"unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped.packed
        return (int(address) & ~_NET64).to_bytes(16)
    return address.packed


# Tokens: 32 bytes from the system's dice, as text; what is kept of one is its digest


def new_token() -> str:
    """Make a token."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Give what is kept of a token. It has 256 bits, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def text(content: bytes) -> str:
    """Write bytes as a part of an address."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def content(text: str, most: int = 1024) -> bytes:
    """Read what `text` wrote; nothing where it is something else."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= most else b""
    except (Error, ValueError):
        return b""
