"""The words of articles and comments as markup: nothing in them runs, and a reader's browser loads nothing for them.

    source ─▶ HTML ─▶ cleaned (nh3) ─▶ made over (`Rebuilt`) ─▶ cleaned again ─▶ markup

The first cleaning makes anything at all well formed, so that what is made over is simple. The last one alone is
trusted: it parses as a browser does and lets through only what is listed below, whatever stands before it. A reader's
privacy is kept as their browser is: pictures, films and frames of other sites become links that say what they are.

HTML that moved in may be deep enough to keep a parser busy for minutes (200,000 nested `div`s: 152 s in nh3 0.3); what
would be is shown as its plain words instead.

Rejected: images by a proxy of ours (whoever asks for one by a comment has us fetch it); cleaning once when a text is
kept (the list below could never be made shorter for what is there already).

Invariant: both functions are total, and what they give is nh3's own output.
"""

import re
from collections import Counter
from functools import lru_cache
from html import escape
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from fairfloor.chat.site.article import Form
from fairfloor.chat.site.plain import plain
from fairfloor.web.site.rebuilt import ELSEWHERE, rebuilt

_BUSIEST = 2_000_000
"""Nesting times tags, which a parser's time and what it puts out grow with; the greatest of real pages have 1 in 20."""
_SHORT, _REMEMBERED = 2_000, 2_048
"""Characters of a comment up to which it is remembered as markup, and how many are."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_CAPTION = re.compile(r"\[caption\b[^\]]{0,500}\](.{0,5000}?)\[/caption\]", re.DOTALL)
_PICTURE = re.compile(r"((?:<a\b[^>]{0,2000}>\s*)?<img\b[^>]{0,2000}>(?:\s*</a>)?)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ENDS_BY_ITSELF = frozenset("p li dt dd td th tr br hr img wbr input source".split())  # noqa: SIM905 - reads best


class _Kind(NamedTuple):
    """What a text may have, and how it is written."""

    first: nh3.Cleaner
    last: nh3.Cleaner
    markdown: MarkdownIt


_COMMENT = frozenset("a blockquote br code del em li ol p pre strong ul".split())  # noqa: SIM905 - reads best
_ALIKE = frozenset("b i s strike u".split())  # noqa: SIM905 - reads best
"""What is shown as something else that means the same."""
_ARTICLE = (
    _COMMENT
    | _ALIKE
    | frozenset(
        "abbr caption cite dd dfn div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr ins kbd mark q "  # noqa: SIM905 - reads best
        "samp small sub sup table tbody td tfoot th thead tr var".split()
    )
)
_ANY = {"lang", "dir"}
_LINK = {"a": {"href"}, "*": _ANY}
_MORE = _LINK | {
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "abbr": {"title"},
}
_TABLE = {"div": {"role": {"region"}, "tabindex": {"0"}, "aria-label": {"Table"}}}
"""Around a table, so that a narrow page scrolls it, by keys too."""
_SCHEMES = {"http", "https", "mailto"}


def marked_up(text: str, form: Form, under: int = 2) -> Markup:
    """Give the words of an article as markup; its headings go on from the level `under` without leaving one out."""
    return _made(text, form, _OF_ARTICLES, under)


def said(text: str, form: Form) -> Markup:
    """Give the words of a comment as markup, without headings and tables; its links are not the host's."""
    return _remembered(text, form) if len(text) <= _SHORT else _made(text, form, _OF_COMMENTS, None)


def cleaned(markup: str) -> Markup:
    """Give what `said` made before and was kept since, cleaned once more: whoever kept it, it is a comment's words."""
    return Markup(_OF_COMMENTS.last.clean(markup))  # noqa: S704 - it has just been cleaned


@lru_cache(_REMEMBERED)
def _remembered(text: str, form: Form) -> Markup:
    return _made(text, form, _OF_COMMENTS, None)


def _made(text: str, form: Form, kind: _Kind, under: int | None) -> Markup:
    html = _html(_SURROGATE.sub("\ufffd", text).replace("\r\n", "\n"), form, kind)
    over = rebuilt(kind.first.clean(html), loose=form == "html", under=under)
    return Markup(kind.last.clean(over))  # noqa: S704 - it has just been cleaned


def _html(text: str, form: Form, kind: _Kind) -> str:
    if form == "markdown":
        return str(kind.markdown.render(text))
    if _busy(text):
        return escape(plain(text, "html"))
    return _CAPTION.sub(_figure, text) if "[caption" in text else text


def _busy(html: str) -> bool:
    """Tell whether a parser would be kept busy: by what is opened and not closed, of each tag by itself."""
    if html.count("<") ** 2 <= _BUSIEST:
        return False
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    tags = 0
    for found in _TAG.finditer(html):
        name, tags = found[2].lower(), tags + 1
        if name not in _ENDS_BY_ITSELF:
            now[name] = max(0, now[name] + (-1 if found[1] else 1))
            most[name] = max(most[name], now[name])
    return most.total() * tags > _BUSIEST


def _figure(found: re.Match[str]) -> str:
    """Write WordPress's own mark of a picture with its caption as HTML has it."""
    picture, words = "", found[1]
    if (image := _PICTURE.search(words)) is not None:
        picture, words = image[1], words[: image.start()] + words[image.end() :]
    return f"<figure>{picture}<figcaption>{words.strip()}</figcaption></figure>"


def _kind(
    tags: frozenset[str], attributes: dict[str, set[str]], rel: str, markdown: MarkdownIt, *, wide: bool = False
) -> _Kind:
    shown = {"href", "src", "alt", "title", "data"}
    elsewhere = dict.fromkeys(ELSEWHERE, shown)
    return _Kind(
        nh3.Cleaner(
            tags=set(tags | _ARTICLE | set(ELSEWHERE)), attributes=attributes | elsewhere, url_schemes=_SCHEMES
        ),
        nh3.Cleaner(
            tags=set(tags),
            attributes=attributes,
            tag_attribute_values=_TABLE if wide else None,
            url_schemes=_SCHEMES,
            link_rel=rel,
        ),
        markdown,
    )


_OF_ARTICLES = _kind(
    _ARTICLE,
    _MORE,
    "noopener",
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]),
    wide=True,
)
_OF_COMMENTS = _kind(
    _COMMENT,
    _LINK,
    "nofollow ugc noopener",
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable("strikethrough")
    .disable(["heading", "lheading", "hr", "html_block", "html_inline"]),
)
