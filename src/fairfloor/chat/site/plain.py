"""The words of an article or a comment without its markup: to search, to compare, to begin a summary with."""

import re
from html.parser import HTMLParser

from typing_extensions import override

from fairfloor.chat.site.article import Form

_UNREAD = frozenset({"script", "style", "template", "noscript", "head", "title", "textarea", "iframe", "object"})
_BREAKS = frozenset(
    "address article aside blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "  # noqa: SIM905 - reads best
    "section footer table td th tr ul".split()
)
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?: \"[^\"]{0,500}\")?\)")
_SIGNS = re.compile(r"(?m)^ {0,3}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]+|[*_`~]{1,3}|^(?:[-*_] ?){3,}$")
_GAPS = re.compile(r"\s+")


def plain(text: str, form: Form) -> str:
    """Give the words of a text, in one line. Total: what is malformed is read as well as it can be."""
    return _GAPS.sub(" ", _of_html(text) if form == "html" else _of_markdown(text)).strip()


def shortened(words: str, most: int = 280) -> str:
    """Give the beginning of some words, ended between two of them."""
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"


def _of_markdown(text: str) -> str:
    return _SIGNS.sub("", _LINK.sub(r"\1", text))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unread = 0

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unread += tag in _UNREAD
        if tag in _BREAKS:
            self.found.append(" ")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._unread = max(0, self._unread - (tag in _UNREAD))
        if tag in _BREAKS:
            self.found.append(" ")

    @override
    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read `<![` as browsers do, to the next `>`; the library's own reading gives up where no name follows."""
        return self.parse_bogus_comment(i)

    @override
    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.append(data)


def _of_html(text: str) -> str:
    reader = _Words()
    reader.feed(text)
    reader.close()
    return "".join(reader.found)
