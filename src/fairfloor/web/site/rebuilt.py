"""Makes well-formed HTML over for a page of ours: links instead of what would be loaded, headings that fit, paragraphs.

What it is given has been cleaned, and what it gives is cleaned again (`web.site.words`), so nothing here must be right
for a page to be safe; it must be right for a page to be good.

Texts that moved in from WordPress have no paragraphs: an empty line begins one, and a line's end is one (`wpautop`
there). That is so where text stands *loose*, right on the page or in a quotation; within a paragraph or a list's item a
line's end is a space, as HTML has it.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from fairfloor.web.markup import linked

ELSEWHERE: Final = {"img": "Picture", "iframe": "Shown by", "embed": "Shown by", "video": "Film", "audio": "Sound"}
"""What a browser would load from another site, and what a link to it is called."""
DEEPEST = 6
_BLOCKS = frozenset(
    "blockquote caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead "  # noqa: SIM905 - reads best
    "tr ul".split()
)
_LOOSE = frozenset({"blockquote", "div"})
_CELLS = frozenset({"td", "th"})
_BARE = frozenset({"br", "hr"})
_UNLINKED = frozenset({"a", "code", "pre"})
_SAME = {"b": "strong", "i": "em", "u": "em", "s": "del", "strike": "del"}
_IN_COMMENTS = _SAME | dict.fromkeys(("tr", "caption", "dt", "dd", "figcaption"), "p")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_LAST_LINES = re.compile(r"(?:<br>|\s)+\Z")
_HEADING = re.compile(r"h[1-6]")
_WRAP = '<div role="region" tabindex="0" aria-label="Table">'


def rebuilt(html: str, *, loose: bool, under: int | None) -> str:
    """Make HTML over.

    loose: lines of loose text mean something. under: the level above the first heading's; None where headings are words
    in bold, and tables their cells' words, as in comments.
    """
    maker = Rebuilt(loose=loose, under=under)
    maker.feed(html)
    maker.close()
    return maker.made


class Rebuilt(HTMLParser):
    """Reads HTML from its beginning to its end; then it is in `made`."""

    def __init__(self, *, loose: bool, under: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self._loose = loose
        self._under = self._last = under
        self._out: list[str] = []
        self._open: list[str] = []
        """Tags that are open, as they came."""
        self._written: list[str] = []
        """How those end."""
        self._paragraph = 0
        """How deep the paragraph is that we opened ourselves; 0 where there is none."""

    @property
    def made(self) -> str:
        """Give what was made."""
        self._end_paragraph()
        return "".join(self._out)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ELSEWHERE:
            self._elsewhere(tag, given)
            return
        if tag in _BLOCKS:
            self._end_paragraph()
        else:
            self._begin_paragraph()
        if tag in _BARE:
            self._out.append(f"<{tag}>")
            return
        begin, end = self._as_written(tag, "".join(f' {name}="{escape(value)}"' for name, value in given.items()))
        self._out.append(begin)
        self._open.append(tag)
        self._written.append(end)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._open and tag not in _BARE:
            if tag in _BLOCKS:
                self._end_paragraph()
            while self._open:
                self._out.append(self._written.pop())
                if self._open.pop() == tag:
                    break

    @override
    def handle_data(self, data: str) -> None:
        if not self._stands_loose:
            self._out.append(self._text(data))
            return
        first, *more = _PARAGRAPHS.split(data)
        self._lines(first)
        for one in more:
            self._end_paragraph()
            self._lines(one)

    # Paragraphs of loose text

    @property
    def _stands_loose(self) -> bool:
        """Whether text here is right on the page, or in a paragraph that we opened, and in nothing else."""
        if self._paragraph:
            return len(self._open) == self._paragraph
        return self._loose and (not self._open or self._open[-1] in _LOOSE)

    def _lines(self, text: str) -> None:
        if not self._paragraph:
            text = text.lstrip()
        if text:
            self._begin_paragraph()
            self._out.append("<br>".join(self._text(line) for line in text.split("\n")))

    def _begin_paragraph(self) -> None:
        if self._stands_loose and not self._paragraph:
            self._out.append("<p>")
            self._open.append("p")
            self._written.append("</p>")
            self._paragraph = len(self._open)

    def _end_paragraph(self) -> None:
        """End the paragraph that we opened, if any, with what is open in it."""
        if self._paragraph:
            self._out[-1] = _LAST_LINES.sub("", self._out[-1])
            del self._open[self._paragraph - 1 :]
            self._out += reversed(self._written[self._paragraph - 1 :])
            del self._written[self._paragraph - 1 :]
            self._paragraph = 0

    # Single things

    def _text(self, text: str) -> str:
        if _UNLINKED.isdisjoint(self._open) and "://" in text:
            return str(linked(text))
        return escape(text)

    def _as_written(self, tag: str, attributes: str) -> tuple[str, str]:
        if tag == "table":
            return f"{_WRAP}<table{attributes}>", "</table></div>"
        if _HEADING.fullmatch(tag):
            if self._under is None or self._last is None:
                return f"<p{attributes}><strong>", "</strong></p>"
            self._last = min(self._under + int(tag[1:]), self._last + 1, DEEPEST)
            return f"<h{self._last}{attributes}>", f"</h{self._last}>"
        name = (_SAME if self._under is not None else _IN_COMMENTS).get(tag, tag)
        return f"<{name}{attributes}>", f"</{name}>" + (" " if tag in _CELLS else "")

    def _elsewhere(self, tag: str, given: dict[str, str]) -> None:
        """Write a link to what would be loaded, or its words alone where it stands in a link already."""
        address = given.get("src") or given.get("data") or ""
        words = escape(called(tag, address, given.get("alt") or given.get("title") or ""))
        self._begin_paragraph()
        linked_already = "a" in self._open or not address
        self._out.append(words if linked_already else f'<a href="{escape(address)}">{words}</a> ')


def called(tag: str, address: str, words: str) -> str:
    """Say what is at an address: `Picture: a crowd at night`."""
    try:
        parts = urlsplit(address)
        place, name = parts.netloc, unquote(parts.path.rpartition("/")[2])
    except ValueError:
        place, name = "", ""
    kind = ELSEWHERE[tag]
    if kind == "Shown by":
        return f"{kind} {place or 'another site'}" + (f": {words}" if words else "")
    return f"{kind}: {words or name}" if words or name else kind
