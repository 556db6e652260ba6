"""RSS 2.0, with what its readers know besides: whole content, names of authors, how much is said under an item.

An item's guid is the entry's id, and never its address, which may change. A description is markup in RSS, so plain
words are escaped once more there.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from fairfloor.chat.site.feed import Entry, Feed
from fairfloor.publish.feeds.xml import Element, legal, line, put, written

TYPE = "application/rss+xml"
_NAMES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
    "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
}


def rss(feed: Feed) -> bytes:
    """Write a feed as RSS."""
    root = ET.Element("rss", _NAMES)
    channel = put(root, "channel")
    put(channel, "title", line(feed.title) or feed.page)
    put(channel, "link", feed.page)
    put(channel, "description", _html(feed.about) or _html(feed.title) or feed.page)
    put(channel, "lastBuildDate", _rfc822(feed.updated))
    put(channel, "generator", "Fairfloor")
    put(channel, "atom:link", rel="self", type=TYPE, href=feed.own)
    if feed.onward is not None:
        put(channel, "atom:link", rel="next", type=TYPE, href=feed.onward)
    for entry in feed.entries:
        _item(channel, entry)
    return written(root)


def _item(channel: Element, entry: Entry) -> None:
    made = put(channel, "item")
    put(made, "title", line(entry.title) or entry.page)
    put(made, "link", entry.page)
    put(made, "guid", entry.id, isPermaLink="false")
    put(made, "pubDate", _rfc822(entry.published))
    put(made, "dc:creator", line(entry.author) or "Anonymous")
    for term in dict.fromkeys(filter(None, map(line, entry.terms))):
        put(made, "category", term)
    if entry.discussion is not None:
        put(made, "comments", entry.discussion.page)
        put(made, "wfw:commentRss", entry.discussion.feed)
        put(made, "slash:comments", str(entry.discussion.count))
    put(made, "description", _html(entry.summary) or _html(entry.title))
    if legal(entry.html).strip():
        put(made, "content:encoded", entry.html)


def _html(text: str) -> str:
    return escape(line(text), quote=False)


def _rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
