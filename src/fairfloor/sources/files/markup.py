"""HTML of a post to plain text: paragraphs and breaks become newlines, the rest is left away; nothing is executed."""

from html.parser import HTMLParser
from typing import NamedTuple

from typing_extensions import override

from fairfloor.acts.fault import Cause
from fairfloor.sources.files.refusal import Refused

MAX_MARKUP = 120_000
"""Characters of HTML in a post; no server sends nearly as many, and a parser should not have to try."""

_BLOCKS = {"p", "div", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"}
_SILENT = {"script", "style", "template", "noscript", "iframe", "object"}
_NOT_LINKS = {"mention", "hashtag"}


class Plain(NamedTuple):
    """A text without its markup, and where its links lead."""

    text: str
    links: tuple[str, ...]


def plain_text(html: str) -> Plain:
    """Give the text of a post in HTML. Raises `Refused` where there is too much of it."""
    if len(html) > MAX_MARKUP:
        raise Refused(Cause.OVERSIZED, f"{len(html)} characters of HTML")
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError as error:  # what the parser says to a broken declaration
        raise Refused(Cause.BAD_FIELD, "HTML that does not parse") from error
    return Plain("".join(reader.parts).strip(), tuple(reader.links))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "a":
            self._link(dict(attrs))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag in _BLOCKS and self.parts:
            self.parts.append("\n\n" if tag == "p" else "\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _link(self, attributes: dict[str, str | None]) -> None:
        href, classes = attributes.get("href"), (attributes.get("class") or "").split()
        if href and href.startswith(("https://", "http://")) and not _NOT_LINKS & set(classes):
            self.links.append(href)
