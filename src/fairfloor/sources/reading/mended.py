"""XML as it is found, made so that a strict reader can read it: what exports often get wrong is put right, and counted.

- Characters that XML forbids (a stray backspace in a comment) are left out.
- `&` that begins nothing, and names of HTML (`&nbsp;`) that no XML knows, become what was meant.
- A CDATA section that holds `]]>`, which old exports did not escape: its end is the last one before the next tag.

What is well-formed is not changed. Line numbers stay, so that what is said of a line can be found.
"""

import re
import sys
from html.entities import html5

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,8});|#[xX]([0-9a-fA-F]{1,7});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_OPENS = re.compile(r"<!--|<!\[CDATA\[")
_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HELD = 64
"""Characters at the end of a piece that may be the beginning of something."""
_AHEAD = 4_096
"""Characters after the end of a CDATA section in which another end is looked for."""


class Mending:
    """Takes a text piece by piece, and gives it mended."""

    def __init__(self) -> None:
        self.removed = self.mended = 0
        self._rest = ""
        self._in = ""

    def feed(self, text: str, *, last: bool = False) -> str:
        """Give as much of the text as can be told by now; the `last` piece gives all."""
        text, removed = _FORBIDDEN.subn("", text)
        self.removed += removed
        self._rest += text
        out: list[str] = []
        while self._step(out, last=last):
            pass
        return "".join(out)

    def _step(self, out: list[str], *, last: bool) -> bool:
        match self._in:
            case "<!--":
                return self._comment(out, last=last)
            case "<![CDATA[":
                return self._cdata(out, last=last)
            case _:
                return self._outside(out, last=last)

    def _outside(self, out: list[str], *, last: bool) -> bool:
        found = _OPENS.search(self._rest)
        if found is None:
            end = len(self._rest) if last else _safe(self._rest)
            out.append(self._references(self._rest[:end]))
            self._rest = self._rest[end:]
            return False
        out.append(self._references(self._rest[: found.start()]))
        self._in = found[0]
        if self._in == "<![CDATA[":
            out.append(self._in)
        self._rest = self._rest[found.end() :]
        return True

    def _comment(self, out: list[str], *, last: bool) -> bool:
        end = self._rest.find("-->")
        if end < 0:
            cut = len(self._rest) if last else max(0, len(self._rest) - 2)
            out.append("\n" * self._rest.count("\n", 0, cut))
            self._rest = self._rest[cut:]
            return False
        out.append("\n" * self._rest.count("\n", 0, end))
        self._rest, self._in = self._rest[end + 3 :], ""
        return True

    def _cdata(self, out: list[str], *, last: bool) -> bool:
        end = self._rest.find("]]>")
        if end < 0:
            cut = len(self._rest) if last else max(0, len(self._rest) - 2)
            out.append(self._rest[:cut])
            self._rest = self._rest[cut:]
            return False
        tag = self._rest.find("<", end, end + _AHEAD)
        if tag < 0 and not last and len(self._rest) < end + _AHEAD:
            return False  # what comes next tells whether this is the end
        another = self._rest.find("]]>", end + 3, tag if tag >= 0 else end + _AHEAD)
        if another >= 0:
            self.mended += 1
            out.append(self._rest[:end] + "]]]]><![CDATA[>")
        else:
            out.append(self._rest[: end + 3])
            self._in = ""
        self._rest = self._rest[end + 3 :]
        return True

    def _references(self, text: str) -> str:
        if "]]>" in text:
            self.mended += text.count("]]>")
            text = text.replace("]]>", "]]&gt;")
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name in _XML:
            return found[0]
        if name is not None or not (decimal or hexadecimal):
            self.mended += 1
            meant = html5.get(f"{name};")
            return "".join(f"&#{ord(char)};" for char in meant) if meant else f"&amp;{found[0][1:]}"
        code = int(decimal) if decimal else int(hexadecimal, 16)
        if code > sys.maxunicode or _FORBIDDEN.fullmatch(chr(code)):
            self.removed += 1
            return ""
        return found[0]


def _safe(text: str) -> int:
    """Say how far a text can be given: what may begin a reference, a section or its end is held back."""
    start = max(0, len(text) - _HELD)
    held = [place for sign in "&<]" if (place := text.find(sign, start)) >= 0]
    return min(held, default=len(text))
