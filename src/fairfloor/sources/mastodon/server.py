"""What a server of Mastodon's kind says about itself, and where it is asked."""

import re
from urllib.parse import quote, urlsplit

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
        return (urlsplit(said).hostname if "//" in said else said.lower()) or None

    def streaming(self, home: str) -> str:
        """Give where the server streams: another host where it says so, itself where it does not."""
        said = self.configuration.urls.streaming or self.urls.streaming_api or ""
        try:
            parts = urlsplit(said)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return home
        if parts.username or not _HOST.fullmatch(host):
            return home
        secure = parts.scheme in {"wss", "https"}
        if not secure and (host not in _HERE or parts.scheme not in {"ws", "http"}):
            return home
        return _address("https" if secure else "http", host, port)


def home(given: str) -> str:
    """Make the address of a server of what a user gave: its host or its address.

    Raises ValueError, saying what to give, where it cannot be one.
    """
    name = given.strip().removeprefix("@").rpartition("@")[2] if "://" not in given else given.strip()
    try:
        parts = urlsplit(name if "://" in name else f"//{name}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        raise ValueError(_NO_SERVER) from None
    if (
        not _HOST.fullmatch(host)
        or parts.username
        or parts.scheme not in {"", "http", "https"}
        or not set(parts.path) <= {"/"}
    ):
        raise ValueError(_NO_SERVER)
    return _address("http" if host in _HERE else "https", host, port)


def place(home: str) -> str:
    """Give what may be said of a server's address in a sentence: its host."""
    return urlsplit(home).netloc


def timeline(home: str, tag: str) -> str:
    """Give where a hashtag's timeline is."""
    return f"{home}/api/v1/timelines/tag/{quote(tag, safe='')}"


def _address(scheme: str, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}" if port else f"{scheme}://{shown}"
