"""Exports as other systems write them, made here."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from fairfloor.chat.site.moved import Item
from fairfloor.sources.wordpress import read

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="{space}excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="{space}">
<channel>
<title>The old blog</title>
<link>https://old.example/blog</link>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url>
<wp:base_blog_url>https://old.example/blog</wp:base_blog_url>
<wp:author><wp:author_id>7</wp:author_id><wp:author_login>sam</wp:author_login>
<wp:author_email>sam@old.example</wp:author_email><wp:author_display_name>Sam Lee</wp:author_display_name></wp:author>
"""
TAIL = "</channel>\n</rss>\n"


def export(*items: str, head: str = "", version: str = "1.2", space: str | None = None) -> bytes:
    """Write an export of items; more of its head may be given."""
    space = space or f"http://wordpress.org/export/{version}/"
    return (HEAD.format(space=space, version=version) + head + "".join(items) + TAIL).encode()


def item(number: int | str, inner: str = "", **told: str) -> str:
    """Write a post; what is told replaces what it would say."""
    said = {
        "title": f"Post {number}",
        "link": f"https://old.example/blog/2012/01/post-{number}/",
        "pubDate": "Thu, 05 Jan 2012 14:30:46 +0000",
        "dc:creator": "sam",
        "guid": f"https://old.example/blog/?p={number}",
        "content:encoded": "Hello.",
        "excerpt:encoded": "",
        "wp:post_id": str(number),
        "wp:post_date": "2012-01-05 09:30:46",
        "wp:post_date_gmt": "2012-01-05 14:30:46",
        "wp:comment_status": "open",
        "wp:post_name": f"post-{number}",
        "wp:status": "publish",
        "wp:post_type": "post",
    } | {name.replace("_", ":", 1) if name.startswith(("wp_", "dc_", "content_", "excerpt_")) else name: text
         for name, text in told.items()}  # fmt: skip
    return "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items()) + inner + "</item>\n"


def comment(number: int | str, parent: int | str = 0, **told: str) -> str:
    """Write a comment."""
    said = {
        "comment_id": str(number),
        "comment_author": f"Reader {number}",
        "comment_author_email": f"reader{number}@mail.example",
        "comment_author_url": "",
        "comment_author_IP": "192.0.2.7",
        "comment_date": "2012-01-06 05:00:00",
        "comment_date_gmt": "2012-01-06 10:00:00",
        "comment_content": f"Words {number}.",
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": str(parent),
        "comment_user_id": "0",
    } | told
    inner = "".join(f"<wp:{name}>{escape(text)}</wp:{name}>" for name, text in said.items())
    return f"<wp:comment>{inner}</wp:comment>"


def told(content: bytes) -> list[Item]:
    """Read an export of WordPress."""
    return list(read(BytesIO(content)))


def of(kind: type[Any], items: Iterable[Item]) -> list[Any]:
    """Give the items of a kind."""
    return [one for one in items if isinstance(one, kind)]
