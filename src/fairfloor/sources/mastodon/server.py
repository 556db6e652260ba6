"""What a server of Mastodon's kind says about itself, and where it is asked."""

import re
from urllib.parse import quote, urlsplit

import httpx
import msgspec

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine, where nobody listens between us; anywhere else it is https."""
_HOST = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}", re.IGNORECASE)
_NO_SERVER = "A server of Mastodon is named by its host, as in mastodon.example."


class Urls(msgspec.Struct, frozen=True):
    """Where a server's other parts are, in both versions of its self-description."""

    streaming: str | None = None
    streaming_api: str | None = None


class Feeds(msgspec.Struct, frozen=True):
    """Who may see a kind of timeline: public, authenticated or disabled, posts of the server itself and others."""

    local: str = "public"
    remote: str = "public"


class Timelines(msgspec.Struct, frozen=True):
    """Who may see which timelines (from Mastodon 4.5)."""

    hashtag_feeds: Feeds = Feeds()


class Configuration(msgspec.Struct, frozen=True):
    """What `/api/v2/instance` says about limits and places."""

    urls: Urls = Urls()
    timelines_access: Timelines = Timelines()


class Instance(msgspec.Struct, frozen=True):
    """A server's self-description: `/api/v2/instance` has `domain`, `/api/v1/instance` has `uri`."""

    domain: str | None = None
    uri: str | None = None
    configuration: Configuration = Configuration()
    urls: Urls = Urls()

    @property
    def named(self) -> str | None:
        """The domain of the server's own accounts, which need not be the host that is asked."""
        said = self.domain or self.uri or ""
        try:
            return (urlsplit(said).hostname if "//" in said else said.lower()) or None
        except ValueError:
            return None

    def streaming(self, home: str) -> str:
        """Give where the server streams: another host where it says so, itself where it does not."""
        said = self.configuration.urls.streaming or self.urls.streaming_api or ""
        try:
            parts = urlsplit(said)
            host, port = parts.hostname or "", parts.port
            secure = parts.scheme in {"wss", "https"}
            there = _address("https" if secure else "http", host, port)
        except ValueError:
            return home
        if "@" in parts.netloc or not (secure or (host in _HERE and parts.scheme in {"ws", "http"})):
            return home
        return there


def home(given: str) -> str:
    """Make the address of a server of what a user gave: its host or its address.

    Raises ValueError, saying what to give, where it cannot be one.
    """
    try:
        return _home(_named(given.strip()))
    except ValueError:
        raise ValueError(_NO_SERVER) from None


def _named(given: str) -> str:
    """Take the server out of `@name@server`, where a path before an @ would hide another host. Raises ValueError."""
    if "://" in given:
        return given
    account, _, server = given.rpartition("@")
    if set(account) & set("/?#\\"):
        raise ValueError(given)
    return f"//{server}"


def _home(address: str) -> str:
    """Read an address that has a host and nothing else that matters. Raises ValueError."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode().removesuffix(".")
    plain = "@" not in parts.netloc and set(parts.path) <= {"/"} and not (parts.query or parts.fragment)
    if not plain or parts.scheme not in {"", "http", "https"}:
        raise ValueError(address)
    return _address("http" if host in _HERE else "https", host, parts.port)


def place(home: str) -> str:
    """Give what may be said of a server's address in a sentence: its host."""
    return urlsplit(home).netloc


def timeline(home: str, tag: str) -> str:
    """Give where a hashtag's timeline is."""
    return f"{home}/api/v1/timelines/tag/{quote(tag, safe='')}"


def _address(scheme: str, host: str, port: int | None) -> str:
    """Write an address as all its spellings are written. Raises ValueError where nobody can be asked there."""
    if not _HOST.fullmatch(host):
        raise ValueError(host)
    try:
        there = httpx.URL(scheme=scheme, host=host, port=port)
        return str(there.copy_with(host=there.host))  # only reading the name back finds what IDNA refuses
    except httpx.InvalidURL as error:
        raise ValueError(host) from error
