"""XML as feeds need it: whatever anybody wrote comes out well-formed, and says no more than what it shows.

XML 1.0 has no way at all to write some characters (section 2.2), not even escaped; they go. So do the controls of
C1, which programs read as letters of an old encoding. Where a text stands in one line among others' (a title, a name),
what would turn the letters around it goes as well; in running text it ends with its paragraph.
"""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

Element = ET.Element
_ILLEGAL = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def legal(text: str) -> str:
    """Give a text as XML can have it, its lines ended alike."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """Give a text in one line, turning nothing around it."""
    return " ".join(legal(_TURNING.sub("", text)).split())


def put(under: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Put an element under another."""
    made = ET.SubElement(under, name, {key: legal(value) for key, value in attributes.items()})
    made.text = legal(text) or None
    return made


def written(root: Element) -> bytes:
    """Write a document."""
    ET.indent(root, " ")
    content: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{content}'.encode()


def rfc3339(at: datetime) -> str:
    """Write a time as Atom and JSON Feed have it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
