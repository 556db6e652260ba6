"""What the specifications demand of a feed, checked with nothing but a parser: each function gives what is wrong."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ONCE = ("id", "title", "updated", "subtitle", "summary", "content", "published", "rights", "generator")


def wrong_with_atom(document: bytes) -> list[str]:
    """Check RFC 4287, sections 4.1.1 and 4.1.2, what they refer to, and RFC 4685."""
    return list(_atom(ET.fromstring(document)))  # noqa: S314 - we wrote it


def _atom(root: ET.Element) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield f"the document is a {root.tag}"
    yield from _common(root)
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        yield "no link to itself"
    entries = root.findall(f"{ATOM}entry")
    if root.find(f"{ATOM}author") is None and any(one.find(f"{ATOM}author") is None for one in entries):
        yield "an entry has no author, and neither has the feed"
    keys = [(_text(one, "id"), _text(one, "updated")) for one in entries]
    if len(set(keys)) < len(keys):
        yield "two entries have one id and one time"
    for entry in entries:
        yield from _common(entry)
        yield from _entry(entry)


def _common(one: ET.Element) -> Iterator[str]:
    for name in ("id", "title", "updated"):
        if not _text(one, name):
            yield f"{one.tag}: no {name}"
    for name in _ONCE:
        if len(one.findall(f"{ATOM}{name}")) > 1:
            yield f"{one.tag}: {name} twice"
    if not _URI.fullmatch(_text(one, "id")):
        yield f"the id {_text(one, 'id')!r} is no URI"
    for name in ("updated", "published"):
        if (at := _text(one, name)) and not _is_time(at):
            yield f"{name}: {at!r} is no time"
    for author in one.findall(f"{ATOM}author"):
        if not _text(author, "name"):
            yield "an author has no name"
    yield from _links(one)


def _links(one: ET.Element) -> Iterator[str]:
    alternates = []
    for link in one.findall(f"{ATOM}link"):
        if not _is_web(link.get("href") or ""):
            yield f"a link leads to {link.get('href')!r}"
        if link.get("rel", "alternate") == "alternate":
            alternates.append((link.get("type"), link.get("hreflang")))
        if (count := link.get(f"{THR}count")) is not None and not count.isdigit():
            yield f"a count of {count}"
        if (at := link.get(f"{THR}updated")) is not None and not _is_time(at):
            yield f"replies of {at}"
    if len(set(alternates)) < len(alternates):
        yield "two alternates of one type"


def _entry(entry: ET.Element) -> Iterator[str]:
    content = entry.find(f"{ATOM}content")
    if content is None and not any(
        link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link")
    ):
        yield "an entry has neither content nor an alternate"
    if content is not None and (content.get("type") != "html" or len(content)):
        yield "content that is no escaped HTML"
    for term in entry.findall(f"{ATOM}category"):
        if not term.get("term"):
            yield "a category has no term"
    for reply in entry.findall(f"{THR}in-reply-to"):
        if not _URI.fullmatch(reply.get("ref") or "") or not _is_web(reply.get("href") or ""):
            yield "a reply to nothing"


def wrong_with_rss(document: bytes) -> list[str]:
    """Check the RSS 2.0 specification and the profile of the RSS advisory board."""
    return list(_rss(ET.fromstring(document)))  # noqa: S314 - we wrote it


def _rss(root: ET.Element) -> Iterator[str]:
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1:
        yield "the document is no RSS 2.0"
    channel = root[0]
    for name in ("title", "link", "description"):
        if len(channel.findall(name)) != 1 or not channel.findtext(name):
            yield f"the channel has no {name}, or several"
    if not _is_date(channel.findtext("lastBuildDate") or ""):
        yield "lastBuildDate is no date"
    items = channel.findall("item")
    guids = [item.findtext("guid") for item in items]
    if len(set(guids)) < len(guids) or not all(guids):
        yield "items without a guid of their own"
    for item in items:
        yield from _item(item)


def _item(item: ET.Element) -> Iterator[str]:
    if not (item.findtext("title") or item.findtext("description")):
        yield "an item says nothing"
    if not _is_web(item.findtext("link") or ""):
        yield f"an item leads to {item.findtext('link')!r}"
    if not _is_date(item.findtext("pubDate") or ""):
        yield "pubDate is no date"
    if not item.findtext(f"{DC}creator"):
        yield "an item without an author"


def wrong_with_json(document: bytes) -> list[str]:
    """Check jsonfeed.org/version/1.1."""
    return list(_json(json.loads(document)))


def _json(feed: dict[str, object]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "no version"
    if not isinstance(feed.get("title"), str) or not isinstance(items := feed.get("items"), list):
        yield "no title, or no items"
        return
    for name in ("home_page_url", "feed_url", "next_url"):
        if name in feed and not _is_web(str(feed[name])):
            yield f"{name} leads to {feed[name]!r}"
    for item in items:
        if not isinstance(item.get("id"), str) or not item["id"]:
            yield "an item has no id"
        if not isinstance(item.get("content_html"), str):
            yield "an item has no content"
        if not all(_is_time(item[name]) for name in ("date_published", "date_modified")):
            yield "an item's time is none"
        if not all(isinstance(author.get("name"), str) and author["name"] for author in item.get("authors", [])):
            yield "an author has no name"


def _text(one: ET.Element, name: str) -> str:
    return (one.findtext(f"{ATOM}{name}") or "").strip()


def _is_time(text: str) -> bool:
    if not _RFC3339.fullmatch(text):
        return False
    datetime.fromisoformat(text)
    return True


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except ValueError:
        return False


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", address)
