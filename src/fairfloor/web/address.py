"""Addresses: of our own pages, of a post's original on its network, of the network's composer."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode, urlsplit

from fairfloor.acts.act import Post

_BLUESKY = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~-]+)")
_COMPOSERS = {"bluesky": "https://bsky.app/intent/compose", "x": "https://x.com/intent/post"}
_COMMENT = re.compile(r"site:comment/(\d{1,18})(?:\.\d{1,9})?")
_NUMBER = re.compile(r"(?:.*[:/])?(\d{1,20})")


def key(name: str) -> str:
    """Write an act's id with letters, digits, - and _ alone, for an address or an element; `name_of` reads it."""
    return urlsafe_b64encode(name.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def name_of(key_: str) -> str | None:
    """Read the id that `key` wrote; None where no id is written so."""
    try:
        name = urlsafe_b64decode(key_ + "=" * (-len(key_) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return name if key(name) == key_ else None


def original(post: Post) -> str | None:
    """Give the address of a post on its own network; None where it has none that a reader should be sent to."""
    if found := _BLUESKY.fullmatch(post.id):
        return f"https://bsky.app/profile/{found[1]}/post/{found[2]}"
    if post.network == "site" and (ours := comment(post.id)):
        return ours
    if post.network == "x":
        number = _NUMBER.fullmatch(post.id)
        return f"https://x.com/i/status/{number[1]}" if number else None
    return post.id if safe(post.id) and post.id.startswith("https://") else None


def comment(act: str) -> str | None:
    """Give the address of the comment that stands in the evening's log as an act; None where the act is none."""
    found = _COMMENT.fullmatch(act)
    return f"/comments/{found[1]}" if found else None


def composer(tag: str, network: str, said: str = "") -> str | None:
    """Give the address of a network's composer with the tag filled in; None where the network has none of its own.

    network: as acts name it, or `mastodon SERVER`. said: words before the tag.
    """
    name, _, server = network.partition(" ")
    text = urlencode({"text": f"{said} #{tag}"})
    if name == "mastodon" and server:
        return f"https://{server}/share?{text}"
    return f"{_COMPOSERS[name]}?{text}" if name in _COMPOSERS else None


def safe(link: str) -> bool:
    """Tell whether our pages may lead there: the web, a named host, and not dressed up as another one."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and link.isprintable()
