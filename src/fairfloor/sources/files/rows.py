"""Rows of a table: CSV as spreadsheets and export tools write it, whatever stands between the columns.

A quoted field may hold newlines, so a row is not a line; and one quote that is never closed must not swallow the rest
of the file. So a row grows line by line until its quotes close. Where they do not within `MAX_ROW_LINES`, its first
line is counted as bad, and reading goes on with the next one.
"""

import csv
from collections import deque
from collections.abc import Iterator
from io import BufferedReader

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.files.layout import Record, lines

DELIMITERS = ",;\t|"
MAX_ROW_LINES = 100
"""Lines that a row may have; a longer one is a quote that was never closed."""

Row = tuple[int, list[str] | Fault]
"""The line (from 1) where a row begins, and its fields."""
_Line = tuple[int, str | Fault]


def rows(stream: BufferedReader) -> Iterator[Row]:
    """Give the rows of a table, its header first; blank lines between rows are no rows."""
    source = map(_decoded, lines(stream))
    waiting: deque[_Line] = deque()
    delimiter = ""
    while (line := _next(waiting, source)) is not None:
        number, text = line
        if isinstance(text, Fault):
            yield number, text
        elif not text.isspace():
            delimiter = delimiter or sniff(text)
            yield _row(number, text, delimiter, waiting, source)


def sniff(header: str) -> str:
    """Give what stands between the columns: what splits the header into the most."""
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def _decoded(record: Record) -> _Line:
    number, line = record
    if isinstance(line, Fault):
        return number, line
    try:
        return number, line.decode()
    except UnicodeDecodeError as error:
        return number, Fault(Cause.NOT_JSON, number, f"not UTF-8: {error.reason} at byte {error.start + 1}")


def _next(waiting: deque[_Line], source: Iterator[_Line]) -> _Line | None:
    return waiting.popleft() if waiting else next(source, None)


def _row(number: int, text: str, delimiter: str, waiting: deque[_Line], source: Iterator[_Line]) -> Row:
    """Give the row that begins with a line, taking more lines while a quote is open; puts them back in vain."""
    taken: list[_Line] = []
    fields = _split(text, delimiter)
    while fields is None and len(taken) < MAX_ROW_LINES and (line := _next(waiting, source)) is not None:
        taken.append(line)
        if isinstance(line[1], Fault):
            break
        text += line[1]
        fields = _split(text, delimiter) if '"' in line[1] else None
    if fields is None:
        waiting.extendleft(reversed(taken))
        return number, Fault(Cause.BAD_FIELD, number, "a quote that is never closed")
    if isinstance(fields, Fault):
        return number, Fault(fields.cause, number, fields.detail)
    return number, fields


def _split(text: str, delimiter: str) -> list[str] | Fault | None:
    """Split a row into fields; None while a quote is open."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        return Fault(Cause.OVERSIZED if "field limit" in str(error) else Cause.BAD_FIELD, detail=str(error))
