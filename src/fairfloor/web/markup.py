"""What people wrote, made fit for a page: escaped, links clickable, long texts cut where a word ends.

Nothing here trusts a text. Escaping is markupsafe's; a link is only ever made from characters that the reader also
sees; control characters that could reorder or hide what stands around a text are left to the page's isolation
(`dir="auto"`, `<bdi>`) in running text, and taken out where there is none (titles).
"""

import re
import unicodedata

from markupsafe import Markup, escape

from fairfloor.web.address import safe

SHOWN = 700
"""Characters of a post that the floor shows; what is longer is cut to about this and links to the whole."""

_LINK = re.compile(r"https?://[^\s<>\"'`\\^{|}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+", re.IGNORECASE)
_TRAIL = re.compile(r"[.,;:!?\u2026»\u201d\u2019)\]*_~]+$")
_BREAK = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_EMPTY = re.compile(r"\n\s*\n\s*\n\s*")
_REL = "nofollow noopener ugc"


def linked(text: str) -> Markup:
    """Give a text as markup: escaped, its links clickable. Line breaks stay as they are (`white-space: pre-line`)."""
    parts: list[Markup] = []
    done = 0
    for found in _LINK.finditer(text):
        link = _without_trail(found[0])
        if safe(link):
            parts += [escape(text[done : found.start()]), _anchor(link)]
            done = found.start() + len(link)
    return Markup("").join([*parts, escape(text[done:])])


def _without_trail(link: str) -> str:
    """Leave out the punctuation that ends a sentence, but keep a bracket that the link itself opened."""
    bare = _TRAIL.sub("", link)
    opened = bare.count("(") - bare.count(")")
    return bare + ")" if opened > 0 and link[len(bare) :].startswith(")") else bare


def _anchor(link: str) -> Markup:
    return Markup('<a href="{0}" rel="{1}" target="_blank">{0}</a>').format(link, _REL)


def beginning(text: str, limit: int, lines: int = 20) -> str:
    """Give a text's first `limit` characters or so in so many lines, cut where a word ends, with an ellipsis if cut."""
    fitting = "\n".join(text.split("\n", lines)[:lines])
    if len(fitting) <= limit:
        return text if len(fitting) == len(text) else fitting.rstrip() + "…"
    head = fitting[:limit]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"


def tidy(text: str) -> str:
    """Give a text with one kind of line break, and no more than one empty line at a time."""
    return _EMPTY.sub("\n\n", _BREAK.sub("\n", text)).strip()


def plain(text: str, limit: int = 80) -> str:
    """Give a text in one line without control, format or bidi characters, for a title."""
    visible = "".join(" " if char.isspace() else char for char in text if char.isspace() or not _hidden(char))
    return beginning(" ".join(visible.split()), limit)


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}
