"""How records lie in a file: one a line, in one JSON array, or the whole file as one. Gives each with its line number.

No layout trusts the file. A line too long to be a record is passed over without being kept. In an array the end of an
element is found by the JSON scanner itself; where that fails, we look for the next place where an element may begin,
so that one bad element costs one fault. Only a file that is one JSON document is held whole, and has a limit.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from io import BufferedReader

from fairfloor.acts.fault import Cause, Fault

MIB = 1 << 20
MAX_LINE = MIB
"""Bytes of a record that stands alone; a longer one is counted as oversized."""
MAX_PAGE = 64 * MIB
"""Bytes of a line that holds a whole page of posts."""
MAX_DOCUMENT = 256 * MIB
"""Bytes of a file that is one JSON document."""

Record = tuple[int, bytes | Fault]
"""The line (from 1) where a record begins, and the record."""
Layout = Callable[[BufferedReader], Iterator[Record]]


def lines(stream: BufferedReader, limit: int = MAX_LINE) -> Iterator[Record]:
    """Give the lines, blank ones too, without a byte order mark."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            _pass_over(stream)
            yield number, Fault(Cause.OVERSIZED, number, f"a line of more than {limit // MIB} MiB")
        else:
            yield number, line.removeprefix(codecs.BOM_UTF8)


def pages(stream: BufferedReader) -> Iterator[Record]:
    """Give the lines, each of which may be a whole page of posts."""
    return lines(stream, MAX_PAGE)


def document(stream: BufferedReader) -> Iterator[Record]:
    """Give the whole file as one record."""
    whole = stream.read(MAX_DOCUMENT + 1)
    if len(whole) > MAX_DOCUMENT:
        yield 1, Fault(Cause.OVERSIZED, 1, f"one JSON document of more than {MAX_DOCUMENT // MIB} MiB")
    else:
        yield 1, whole.removeprefix(codecs.BOM_UTF8)


def elements(stream: BufferedReader) -> Iterator[Record]:
    """Give the objects in the first JSON array of the file, whatever stands before it."""
    text = _Text(stream)
    begin = _OBJECT
    while text.find(begin):
        line, (end, bad) = text.line(), _measure(text)
        if bad is None:
            yield line, text.held[text.at : end].encode("utf-8", "surrogateescape")
            begin = _OBJECT
        else:
            yield line, Fault(bad.cause, line, bad.detail)
            begin = text.usual
        text.at = end


_BLOCK = 1 << 14
_OBJECT = re.compile(r"\{")
_FIRST_KEY = re.compile(r'\{\s{0,99}("\w{1,64}"\s{0,9}:)')
_LONGEST_BEGINNING = 256
_LONGEST_LITERAL = 16
_DEEP = 500
"""Characters that what is nested too deeply for the scanner has at the very least."""
_scan = json.JSONDecoder().raw_decode


class _Text:
    """The part of a file's text that is being looked at; `at` is the place in it."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._ended = False
        self._line, self._counted = 1, 0
        self.held = ""
        self.at = 0
        self.usual = _OBJECT
        """How an element begins in this file: like the first one, with the same key."""

    def line(self) -> int:
        """Give the line of the place, from 1."""
        self._line += self.held.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def more(self) -> bool:
        """Read on, and let go of what lies behind; tells whether there was more."""
        if self._ended:
            return False
        self.line()
        block = self._stream.read(max(_BLOCK, len(self.held) - self.at))
        self._ended = not block
        self.held = self.held[self.at :] + self._decoder.decode(block, final=self._ended)
        self.at = self._counted = 0
        return True

    def find(self, pattern: re.Pattern[str]) -> bool:
        """Go to the next match; tells whether there is one."""
        while (match := pattern.search(self.held, self.at)) is None:
            self.at = max(self.at, len(self.held) - _LONGEST_BEGINNING)
            if not self.more():
                return False
        self.at = match.start()
        if self.usual is _OBJECT and (first := _FIRST_KEY.match(self.held, self.at)):
            self.usual = re.compile(r"\{\s{0,99}" + re.escape(first[1]))
        return True

    def large(self, end: int) -> bool:
        """Tell whether what lies between the place and an end is too long for a record."""
        return end - self.at > MAX_LINE


def _measure(text: _Text) -> tuple[int, Fault | None]:
    """Give where the object at hand ends; or what is wrong with it, and from where to look for the next one.

    That is where the scanner gave up: to look inside what it had passed would take time without bound.
    """
    while True:
        try:
            end = _scan(text.held, text.at)[1]
        except RecursionError:
            return text.at + _DEEP, Fault(Cause.BAD_FIELD, detail="nested too deeply")
        except json.JSONDecodeError as wrong:
            cut = wrong.pos >= len(text.held) - _LONGEST_LITERAL or wrong.msg.startswith("Unterminated")
            if cut and not text.large(len(text.held)) and text.more():
                continue
            bad = _OVERSIZED if text.large(len(text.held)) and cut else Fault(Cause.NOT_JSON, detail=wrong.msg)
            return max(text.at + 1, wrong.pos), bad
        except ValueError as wrong:  # a number of thousands of digits
            return text.at + 1, Fault(Cause.BAD_FIELD, detail=str(wrong)[:200])
        return end, _OVERSIZED if text.large(end) else None


_OVERSIZED = Fault(Cause.OVERSIZED, detail=f"an element of more than {MAX_LINE // MIB} MiB")


def _pass_over(stream: BufferedReader) -> None:
    """Read to the end of the line, keeping nothing."""
    while (rest := stream.readline(MIB)) and not rest.endswith(b"\n"):
        pass
