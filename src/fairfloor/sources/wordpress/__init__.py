"""WordPress: its export, WXR 1.0 to 1.2, as a stream of what moves in.

What the format is was read from WordPress's own exporter and the test data of its importer. It is RSS with more: the
head tells of the site, its authors and terms; each item is a post, a page, or anything else WordPress keeps as a post;
comments stand inside of what they are about.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from fairfloor.chat.site.moved import Aside, Element, Item, Leading, LeftOut, Mended, Moved, Unknown, seal
from fairfloor.sources.reading.elements import elements
from fairfloor.sources.wordpress.item import addresses
from fairfloor.sources.wordpress.item import read as read_item
from fairfloor.sources.wordpress.names import name
from fairfloor.sources.wordpress.said import another, replies
from fairfloor.sources.wordpress.site import Site

_DROPPED = re.compile(
    r"(?:^|_)(?:ip|ips|remote_addr|user_agent|useragent)(?:_|$)|^akismet_as_submitted$", re.IGNORECASE
)
"""Keys of what is noted of a comment, or of what a form sent: where the machine was, and what it ran."""
_NOTED = {"wp:commentmeta", "wp:postmeta"}
_SENT = re.compile(r"(?m)^(IP:)[ \t]*[0-9A-Fa-f.:]+[ \t]*$")
"""A line of what a contact form sent (`feedback`), which stands there as an item of its own."""
_VERSIONS = ("1.0", "1.1", "1.2")
_FEED = 20
"""Top comments on a page of comments there, at the least."""


def read(stream: BinaryIO) -> Iterator[Item]:
    """Read an export. Raises `chat.site.moved.Unknown` where the file is none."""
    site, seen, head = Site(), set[str](), list[Element]()
    version, dropped, ours = "", 0, False
    for _, element in elements(stream, ("rss", "channel"), name):
        if isinstance(element, Mended):
            if element.line is not None and not ours:
                raise Unknown(f" {element.why} (line {element.line:,}).")
            yield element
            continue
        found, less = _without_addresses(element)
        dropped += less
        ours = ours or any(one.name.startswith("wp:") for one in (found, *found.parts))
        if found.name == "item":
            if not ours:
                raise Unknown("feed")
            yield from _heard(head, site)
            yield from _item(msgspec.structs.replace(found, text=""), site, seen)
        else:
            version = (found.text or "").strip() if found.name == "wp:wxr_version" else version
            site.locate(found)
            head.append(found)
    if not ours:
        raise Unknown("feed")
    yield from _heard(head, site)
    yield from _after(site, version, dropped)


def _heard(head: list[Element], site: Site) -> Iterator[Item]:
    """Tell of the head, now that it is known where the site was."""
    for element in head:
        yield from site.hear(element)
    head.clear()


def _after(site: Site, version: str, dropped: int) -> Iterator[Item]:
    if version not in _VERSIONS:
        yield Mended(
            why=f"the version told is {version[:40]!r}, and none of {', '.join(_VERSIONS)}; it was read all the same"
        )
    if dropped:
        yield LeftOut(
            what="network address", name=f"{dropped:,} of them", why="Addresses of people's machines are not kept."
        )
    yield Leading(old=f"{site.root}/feed", new="/feeds/posts.rss")
    yield Leading(old=f"{site.root}/comments/feed", new="/feeds/comments.atom")


def _item(element: Element, site: Site, seen: set[str]) -> Iterator[Item]:
    number = element.said("wp:post_id") or element.said("link") or element.said("guid") or seal(element)
    sealed = seal(element)
    if f"={sealed}" in seen:
        yield LeftOut(what="item", name=element.said("title") or number, why="It is in the file twice.")
        return
    number = another(number, seen) if number in seen else number
    seen.update((number, f"={sealed}"))
    item, terms = read_item(element, site, number, addresses(element, site, number))
    yield from terms
    for term in terms:
        yield from site.leading(term.kind, term)
    if isinstance(item, Aside):
        yield item
        return
    said = tuple(part for part in element.parts if part.name == "wp:comment")
    yield msgspec.structs.replace(item, old=(*item.old, *_pages(item, len(said))))
    assert item.article.origin is not None  # noqa: S101 - it was just given
    yield from replies(said, site, item.article.origin, item.article.published or item.article.updated)


def _pages(item: Moved, comments: int) -> list[str]:
    """Give the addresses of the pages of its discussion there."""
    pages = min(100, -(-comments // _FEED))
    own = [old for old in item.old if "?" not in old][:1]
    return [f"{old}/comment-page-{page}" for old in own for page in range(1, pages + 1)] + [
        f"{old}/feed" for old in own
    ]


def _without_addresses(element: Element) -> tuple[Element, int]:
    """Leave out the addresses of people's machines, however deep; gives how many those were."""
    if element.name == "wp:comment_author_IP" or not element.parts:
        return element, 0
    kept, dropped, form = list[Element](), 0, element.said("wp:post_type") == "feedback"
    for part in element.parts:
        if part.name == "wp:comment_author_IP" or (part.name in _NOTED and _DROPPED.search(part.said("wp:meta_key"))):
            dropped += bool((part.text or "").strip() or part.parts)
            continue
        inner, less = _without_addresses(part)
        if form and part.name == "content:encoded":
            text, less = _SENT.subn(r"\1", part.text or "")
            inner = msgspec.structs.replace(part, text=text)
        kept.append(inner)
        dropped += less
    return msgspec.structs.replace(element, parts=tuple(kept)), dropped
