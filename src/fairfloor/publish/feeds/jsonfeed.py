"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from typing import Any

import msgspec

from fairfloor.chat.site.feed import Entry, Feed
from fairfloor.publish.feeds.xml import legal, line, rfc3339

TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON."""
    written: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": line(feed.title) or feed.page,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "description": line(feed.about),
        "next_url": feed.onward,
        "authors": [{"name": line(feed.author) or "Anonymous"}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return msgspec.json.encode({key: value for key, value in written.items() if value or key == "items"})


def _item(entry: Entry) -> dict[str, Any]:
    author = {"name": line(entry.author)} | ({"url": entry.author_page} if entry.author_page else {})
    return {
        "id": entry.id,
        "url": entry.page,
        "title": line(entry.title) or entry.page,
        "content_html": legal(entry.html),
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(max(entry.updated, entry.published)),
    } | {
        key: value
        for key, value in (
            ("summary", line(entry.summary)),
            ("authors", [author] if author["name"] else []),
            ("tags", [*dict.fromkeys(filter(None, map(line, entry.terms)))]),
        )
        if value
    }
