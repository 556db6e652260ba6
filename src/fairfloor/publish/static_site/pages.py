"""Our own pages, made over into files: links lead to files, scripts and forms are left out.

The pages are those that our templates render and nh3 cleaned: well-formed, attributes quoted, no `>` in a text. So a
scan over the tags suffices, and every byte that is not a link stays as it was.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import NamedTuple

Lead = Callable[[str], str | None]
"""Gives where a link leads from the file; None where it leads nowhere any more."""

_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
_LINK = re.compile(r"(\s)(href|src|action|poster|xlink:href)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_REL = re.compile(r"\srel\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_POST = re.compile(r"\smethod\s*=\s*[\"']?post", re.IGNORECASE)
_AWAY = {"script", "form"}
_ALONE = {"link", "img", "source", "meta"}
"""Elements that are nothing without their link."""
_POLICY = "script-src 'none'; object-src 'none'; form-action 'none'; base-uri 'none'"
NOWHERE = "http://nowhere.invalid"
"""Where the pages take themselves to be when nobody has said."""
_GUARD = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
_STREAM = re.compile(r"\sdata-position=\"[^\"]*\"")
"""Where the stream would go on, which is another place every time."""
_CHARSET = re.compile(r"<meta charset=[^>]*>")


class Link(NamedTuple):
    """A link on a page."""

    to: str
    ours: bool
    """Whether the page itself leads there, and not what somebody wrote on it."""


def links(html: str) -> Iterator[Link]:
    """Give where a page's links lead, without those of scripts and forms."""
    for name, attributes, _ in _tags(html):
        if name in _AWAY or name.startswith("/"):
            continue
        rel = _REL.search(attributes)
        ours = rel is None or "ugc" not in rel[1].lower()
        for found in _LINK.finditer(attributes):
            yield Link(_value(found[3]), ours)


def made_over(html: str, lead: Lead, instead: str) -> str:
    """Give a page as a file. instead: what stands for the first form by which something is said, as markup."""
    out: list[str] = []
    end, forms = 0, 0
    for name, attributes, (start, stop) in _tags(html):
        out.append(html[end:start])
        end = stop
        if name == "form":
            asks = _POST.search(attributes) is not None
            out.append(instead if asks and not forms else "")
            forms += asks
        elif name not in {"script", "noscript", "/noscript"}:
            out.append(html[start:stop] if name.startswith("/") else _tag(name, attributes, html[start:stop], lead))
    out.append(html[end:])
    made = _STREAM.sub("", "".join(out), count=1)
    return _CHARSET.sub(lambda found: found[0] + "\n" + _GUARD, made, count=1)


def _tags(html: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Give a page's tags: name (with a slash at its beginning where one ends), attributes, place.

    A script or a form is one with its end.
    """
    at = 0
    while (tag := _TAG.search(html, at)) is not None:
        at = tag.end()
        if tag[2] is None:
            continue
        name = tag[2].lower()
        if not tag[1] and name in _AWAY:
            close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(html, at)
            at = len(html) if close is None else close.end()
            yield name, tag[3], (tag.start(), at)
        elif name not in _AWAY:
            yield tag[1] + name, tag[3], (tag.start(), at)


def _tag(name: str, attributes: str, tag: str, lead: Lead) -> str:
    """Give a tag with its links leading to files; one that leads nowhere is left out, or loses its link."""
    rel = _REL.search(attributes)
    if name in _ALONE and NOWHERE in attributes:
        return ""
    if rel is not None and _value(rel[1]).lower() == "canonical":
        return tag  # where the page is alive
    lost = False

    def led(found: re.Match[str]) -> str:
        nonlocal lost
        there = lead(_value(found[3]))
        lost = lost or there is None
        return "" if there is None else f'{found[1]}{found[2]}="{escape(there)}"'

    if _LINK.search(attributes) is None:
        return tag
    made = f"<{tag[1 : 1 + len(name)]}{_LINK.sub(led, attributes)}>"
    return "" if lost and name in _ALONE else made


def _value(written: str) -> str:
    return unescape(written[1:-1] if written[:1] in {'"', "'"} else written)
