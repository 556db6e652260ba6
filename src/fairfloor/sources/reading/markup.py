"""HTML of a post to plain text: paragraphs and breaks become newlines, the rest is left away; nothing is executed.

Networks send posts in a small, well-formed part of HTML; this reads that part, and anything else without ever taking
more than one pass. What it gives is text, and is escaped like any text where it is shown.

Rejected: `html.parser`, which takes minutes over a hundred kilobytes of tags that are never closed (in Python 3.11); a
sanitiser, which is for markup that is shown.
"""

import re
from html import unescape
from typing import NamedTuple

from fairfloor.acts.fault import Cause
from fairfloor.sources.reading.refusal import Refused

MAX_MARKUP = 120_000
"""Characters of HTML in a post; no server sends nearly as many."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>|<[!?][^<>]*>")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*\"([^\"]*)\"", re.IGNORECASE)
_BREAKS = {"br": "\n", "/p": "\n\n"} | {f"/{tag}": "\n" for tag in ("div", "li", "blockquote", "pre", "h1", "h2", "h3")}
_SILENT = {"script", "style", "template", "iframe", "object"}
_NOT_LINKS = {"mention", "hashtag"}


class Plain(NamedTuple):
    """A text without its markup, and where its links lead."""

    text: str
    links: tuple[str, ...]


def plain_text(html: str) -> Plain:
    """Give the text of a post in HTML. Raises `Refused` where there is too much of it."""
    if len(html) > MAX_MARKUP:
        raise Refused(Cause.OVERSIZED, f"{len(html)} characters of HTML")
    parts: list[str] = []
    links: list[str] = []
    silent, read = "", 0
    for tag in _TAG.finditer(html):
        closes, name, attributes = tag[1] or "", (tag[2] or "").lower(), tag[3] or ""
        if not silent:
            parts += [unescape(html[read : tag.start()]), _BREAKS.get(closes + name, "")]
            links += _link(attributes) if name == "a" else ()
            silent = name if name in _SILENT and not closes else ""
        elif closes and name == silent:
            silent = ""
        read = tag.end()
    if not silent:
        parts.append(unescape(html[read:]))
    return Plain("".join(parts).strip(), tuple(links))


def _link(attributes: str) -> tuple[str, ...]:
    """Give where a link leads, unless it is a mention, a hashtag, or leads to no page."""
    href, class_ = _HREF.search(attributes), _CLASS.search(attributes)
    if href is None or (class_ and _NOT_LINKS & set(class_[1].split())):
        return ()
    address = unescape(href[1] or href[2] or "")
    return (address,) if address.startswith(("https://", "http://")) else ()
