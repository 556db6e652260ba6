"""Writes elements as XML, in a form that the oldest readers take: UTF-8, the usual prefixes, words in CDATA."""

import re
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from fairfloor.chat.site.moved import Element

SPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_PLAIN = re.compile(r"[^<>&\r]*")


def xml(element: Element, indent: str = "\t") -> str:
    """Write an element, each of its parts on a line of its own; what XML forbids is left out."""
    return "".join(_lines(element, indent))


def allowed(text: str) -> str:
    """Leave out what XML forbids."""
    return _FORBIDDEN.sub("", text)


def escaped(json: str) -> str:
    """Escape in JSON what XML forbids."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def _lines(element: Element, indent: str) -> list[str]:
    name, attributes = _named(element)
    begin = f"{indent}<{name}{attributes}"
    text = _text(element.text or "")
    if not element.parts:
        return [f"{begin}>{text}</{name}>\n"]
    inner = [line for part in element.parts for line in _lines(part, indent + "\t")]
    return [f"{begin}>{text}\n", *inner, f"{indent}</{name}>\n"]


def _named(element: Element) -> tuple[str, str]:
    """Give an element's name and attributes; what has a namespace of its own declares it."""
    spaces: dict[str, str] = {}
    numbers = count(1)

    def short(name: str) -> str:
        uri, _, local = name.removeprefix("{").rpartition("}")
        if not uri:
            return name
        if uri not in spaces:
            spaces[uri] = f"x{next(numbers)}"
        return f"{spaces[uri]}:{local}"

    name = short(element.name)
    written = "".join(f" {short(key)}={_quoted(value)}" for key, value in element.attributes.items())
    return name, "".join(f" xmlns:{prefix}={_quoted(uri)}" for uri, prefix in spaces.items()) + written


def _quoted(value: str) -> str:
    return quoteattr(allowed(value), _SPACE)


def _text(text: str) -> str:
    text = allowed(text)
    if _PLAIN.fullmatch(text):
        return text
    if "\r" in text:  # a reader would take it for a line's end
        return escape(text, {"\r": "&#13;"})
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
