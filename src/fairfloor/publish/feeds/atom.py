"""Atom 1.0 (RFC 4287), with replies told as threads (RFC 4685) and pages of it linked (RFC 5005)."""

from xml.etree import ElementTree as ET

from fairfloor.chat.site.feed import Discussion, Entry, Feed, Parent
from fairfloor.publish.feeds.xml import Element, legal, line, put, rfc3339, written

TYPE = "application/atom+xml"
_NAMES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:thr": "http://purl.org/syndication/thread/1.0"}


def atom(feed: Feed) -> bytes:
    """Write a feed as Atom."""
    root = ET.Element("feed", _NAMES)
    put(root, "id", feed.id)
    put(root, "title", line(feed.title) or feed.page)
    if about := line(feed.about):
        put(root, "subtitle", about)
    put(root, "updated", rfc3339(feed.updated))
    _person(root, feed.author or feed.title, "")
    put(root, "link", rel="self", type=TYPE, href=feed.own)
    put(root, "link", rel="alternate", type="text/html", href=feed.page)
    for rel, href in (("first", feed.first), ("next", feed.onward)):
        if href is not None:
            put(root, "link", rel=rel, type=TYPE, href=href)
    put(root, "generator", "Fairfloor")
    for entry in feed.entries:
        _entry(root, entry)
    return written(root)


def _entry(root: Element, entry: Entry) -> None:
    made = put(root, "entry")
    put(made, "id", entry.id)
    put(made, "title", line(entry.title) or entry.page)
    put(made, "published", rfc3339(entry.published))
    put(made, "updated", rfc3339(max(entry.updated, entry.published)))
    if line(entry.author):
        _person(made, entry.author, entry.author_page)
    put(made, "link", rel="alternate", type="text/html", href=entry.page)
    for term in dict.fromkeys(filter(None, map(line, entry.terms))):
        put(made, "category", term=term)
    if entry.reply_to is not None:
        _reply(made, entry.reply_to)
    if entry.discussion is not None:
        _discussed(made, entry.discussion)
    if summary := line(entry.summary):
        put(made, "summary", summary)
    if legal(entry.html).strip():
        put(made, "content", entry.html, type="html")


def _person(under: Element, name: str, page: str) -> None:
    made = put(under, "author")
    put(made, "name", line(name) or "Anonymous")
    if page:
        put(made, "uri", page)


def _reply(under: Element, parent: Parent) -> None:
    put(under, "thr:in-reply-to", ref=parent.id, href=parent.page, type="text/html", source=parent.feed)


def _discussed(under: Element, discussion: Discussion) -> None:
    count = {"thr:count": str(discussion.count)}
    if discussion.updated is not None:
        count["thr:updated"] = rfc3339(discussion.updated)
    put(under, "link", rel="replies", type=TYPE, href=discussion.feed, **count)
    put(under, "link", rel="replies", type="text/html", href=discussion.page, **count)
    put(under, "thr:total", str(discussion.count))
