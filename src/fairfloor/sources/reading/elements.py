"""Large XML, read an element at a time: strictly where it matters, kindly where exports are known to be careless.

Nothing in a file is fetched or expanded: a document type, which no export has and which is where entities are declared
(a few lines that unfold to gigabytes, the contents of other files), is refused. What is too deep or too large is too.

Expat itself rather than `ElementTree`, which cannot be told to refuse, and keeps what has been read; rather than
defusedxml, which is those handlers around `ElementTree`.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO
from xml.parsers import expat

from fairfloor.chat.site.moved import Element, Mended, Unknown
from fairfloor.sources.files.opened import CUT_OFF
from fairfloor.sources.reading.mended import Mending

Name = Callable[[str, str], str]
"""Names an element by its namespace (empty where it has none) and its local name."""
_PIECE = 1 << 16
_DEEPEST = 40
_LARGEST = 1 << 26
"""Characters of one element; a post has a millionth of them."""
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_MORE = expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT
_STRAY = 16
"""Bytes before the first tag that are overlooked."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class _Open:
    """An element that is being read."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text: list[str] = []
        self.parts: list[Element] = []

    def closed(self) -> Element:
        text = "".join(self.text)
        if self.parts and not text.strip():
            text = ""
        return Element(self.name, text, self.attributes, tuple(self.parts))


class _Reading:
    """Hears expat, and gathers the elements that stand right inside the ones named."""

    def __init__(self, inside: tuple[str, ...], name: Name) -> None:
        self.inside = inside
        self.done: list[tuple[int, Element]] = []
        self._name = name
        self._path: list[str] = []
        self._open: list[_Open] = []
        self._size = 0
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.ordered_attributes = False
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text
        self.expat.StartDoctypeDeclHandler = self._refuse
        self.expat.EntityDeclHandler = self._refuse

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._named(tag)
        if not self._open and len(self._path) < len(self.inside):
            if name != self.inside[len(self._path)]:
                if not self._path:
                    raise Unknown(name)
                self._path.append(name)  # beside what is looked for
                return
            self._path.append(name)
            return
        if len(self._open) >= _DEEPEST:
            raise _TooMuch(f"elements stand in one another more than {_DEEPEST} deep")
        self._open.append(_Open(name, {self._named(key): value for key, value in attributes.items()}))

    def _end(self, _: str) -> None:
        if not self._open:
            self._path.pop()
            return
        closed = self._open.pop().closed()
        if self._open:
            self._open[-1].parts.append(closed)
        else:
            self._size = 0
            if tuple(self._path) == self.inside:
                self.done.append((self.expat.CurrentLineNumber, closed))

    def _text(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if self._size > _LARGEST:
                raise _TooMuch(f"an element has more than {_LARGEST:,} characters")
            self._open[-1].text.append(text)

    def _refuse(self, *_: object) -> None:
        raise _TooMuch(
            "it declares a document type with entities of its own, which no export does and which is not safe"
        )

    def _named(self, tag: str) -> str:
        uri, _, local = tag.rpartition(" ")
        return self._name(uri, local)


class _TooMuch(Exception):  # noqa: N818 - it names what is the matter
    pass


def elements(stream: BinaryIO, inside: tuple[str, ...], name: Name) -> Iterator[tuple[int, Element | Mended]]:
    """Give the elements that stand right inside others, each with the line it ends on, then what was mended.

    inside: the names of the root and what follows. Where the file breaks off, what came before is given, then a
    `Mended` that says so. Raises Unknown, with the root's name, where the root is another; with a sentence that begins
    with a space where it is refused.
    """
    reading, mending, coding = _Reading(inside, name), Mending(), _Coding()
    broken: str | None = None
    try:
        for piece in _pieces(stream):
            reading.expat.Parse(mending.feed(coding.text(piece)), False)
            yield from _taken(reading)
        reading.expat.Parse(mending.feed(coding.text(b"", last=True), last=True), True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        broken = "there is more after its end" if what == _MORE else f"the file is damaged or cut off here ({what})"
    except CUT_OFF:
        broken = "the packed file is damaged or cut off here"
    except _TooMuch as error:
        raise Unknown(f" {error}.") from error
    yield from _taken(reading)
    line = reading.expat.CurrentLineNumber
    yield from ((line, one) for one in _mended(mending, coding))
    if broken is not None:
        if reading.expat.CurrentByteIndex <= 0 and not reading.done and line <= 1 and not reading._path:  # noqa: SLF001 - ours
            raise Unknown("")
        yield line, Mended(why=f"{broken}; what comes after was not read", line=line)


def _pieces(stream: BinaryIO) -> Iterable[bytes]:
    first = stream.read(_PIECE)
    return chain([first] if first else [], iter(lambda: stream.read(_PIECE), b""))


def _taken(reading: _Reading) -> Iterator[tuple[int, Element]]:
    done, reading.done = reading.done, []
    yield from done


def _mended(mending: Mending, coding: "_Coding") -> Iterator[Mended]:
    if coding.wrong:
        yield Mended(
            why=f"bytes that are no {coding.name.upper()} were replaced by \N{REPLACEMENT CHARACTER}",
            times=coding.wrong,
        )
    if mending.removed:
        yield Mended(why="characters that XML forbids were left out", times=mending.removed)
    if mending.mended:
        yield Mended(why="marks that were not escaped were read as they were meant", times=mending.mended)


class _Coding:
    """Reads the bytes as the file says they are written; UTF-8 where it says nothing."""

    def __init__(self) -> None:
        self.name = ""
        self.wrong = 0
        self._decoder: codecs.IncrementalDecoder | None = None

    def text(self, piece: bytes, *, last: bool = False) -> str:
        if self._decoder is None:
            piece = self._begin(piece)
        assert self._decoder is not None  # noqa: S101 - it was just made
        text = self._decoder.decode(piece, last)
        self.wrong += text.count("\N{REPLACEMENT CHARACTER}") - _written(piece, self.name)
        self.wrong = max(0, self.wrong)
        return text

    def _begin(self, piece: bytes) -> bytes:
        for mark, name in _MARKS:
            if piece.startswith(mark):
                self.name, piece = name, piece.removeprefix(mark)
                break
        else:
            piece = piece.lstrip()
            piece = piece[max(0, piece.find(b"<", 0, _STRAY)) :]
            told = _ENCODING.match(piece)
            self.name = _known(told[1].decode()) if told else "utf-8"
        self._decoder = codecs.getincrementaldecoder(self.name)("replace")
        return piece


def _written(piece: bytes, name: str) -> int:
    """Count the replacement characters that stood in the file itself."""
    return piece.count("\N{REPLACEMENT CHARACTER}".encode()) if name == "utf-8" else 0


def _known(name: str) -> str:
    """Give an encoding's name, UTF-8 where Python knows none such, or it does not turn bytes into text."""
    try:
        "".encode(name)
        if codecs.lookup(name).name.startswith(
            ("utf-16", "utf-32", "utf-7", "idna", "punycode", "raw", "unicode", "undefined")
        ):
            return "utf-8"
    except (LookupError, ValueError):
        return "utf-8"
    return codecs.lookup(name).name
