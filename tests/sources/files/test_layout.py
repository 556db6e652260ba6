"""Records are found in a file however they lie in it, and bad ones cost only themselves."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typing_extensions import override

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.files import layout
from fairfloor.sources.files.layout import MAX_LINE, MIB, Layout, document, elements, lines

OBJECTS = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "text", "a b"]), st.none() | st.text() | st.lists(st.dictionaries(st.text(), st.text()))
    ),
    max_size=8,
)


class _Dribble(io.RawIOBase):
    """A file that gives as many bytes at a time as it is told."""

    def __init__(self, whole: bytes, step: int) -> None:
        self._rest = whole
        self._step = step

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        step = min(self._step, len(buffer))
        given, self._rest = self._rest[:step], self._rest[step:]
        buffer[: len(given)] = given
        return len(given)


def _stream(whole: bytes, step: int = MIB) -> io.BufferedReader:
    return io.BufferedReader(_Dribble(whole, step))


def _records(found: Iterator[layout.Record]) -> list[Any]:
    return [record if isinstance(record, Fault) else json.loads(record) for _, record in found]


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    """Every line counts, blank ones too; a byte order mark is no part of the first."""
    assert list(lines(_stream(b"\xef\xbb\xbfa\n\nb"))) == [(1, b"a\n"), (2, b"\n"), (3, b"b")]


def test_a_line_too_long_is_passed_over() -> None:
    """A line of more than a MiB is counted, and the ones after it are read."""
    found = list(lines(_stream(b"a\n" + b"x" * (3 * MAX_LINE) + b"\nb\n" + b"y" * MAX_LINE + b"\n", 100_000)))
    assert [line for line, _ in found] == [1, 2, 3, 4]
    assert isinstance(found[1][1], Fault)
    assert found[1][1].cause is Cause.OVERSIZED
    assert found[2:] == [(3, b"b\n"), (4, b"y" * MAX_LINE + b"\n")]


@given(
    objects=OBJECTS,
    indent=st.sampled_from([None, 0, 2]),
    ascii_=st.booleans(),
    before=st.sampled_from(["", "\ufeff", "window.YTD.tweets.part0 = ", "\n \n"]),
    after=st.sampled_from(["", "\n", ";\n"]),
)
def test_the_elements_of_an_array_come_back(
    objects: list[Any],
    indent: int | None,
    ascii_: bool,  # noqa: FBT001 - drawn by name
    before: str,
    after: str,
) -> None:
    """However an array of objects is written, its elements are read as they were."""
    whole = (before + json.dumps(objects, indent=indent, ensure_ascii=ascii_) + after).encode()
    assert _records(elements(_stream(whole))) == objects


def test_elements_know_their_lines() -> None:
    """An element's line is the one it begins on."""
    whole = b'[\n  {"a":\n 1},\n  {"a": 2}, {"a": 3}\n]'
    assert [line for line, _ in elements(_stream(whole))] == [2, 4, 4]


def test_elements_across_blocks_are_whole() -> None:
    """An array larger than any buffer is read without being held."""
    objects = [{"id": str(n), "text": "é" * 1000} for n in range(3000)]
    whole = json.dumps(objects, ensure_ascii=False).encode()
    assert len(whole) > 4 * MIB
    assert _records(elements(_stream(whole, 777_777))) == objects


@pytest.mark.parametrize(
    "bad", [b'{"id": "2", "text": nope}', b'{"id": "2", "in": [{"x": 1}, {"y": oops}]}', b'{"id": "2", "t": "\n"}']
)
def test_a_bad_element_costs_one_fault(bad: bytes) -> None:
    """Where an element does not parse, the next one that begins as usual is read."""
    found = _records(elements(_stream(b'[{"id": "1"},\n' + bad + b',\n{"id": "3"}, {"id": "4"}]')))
    assert [one.cause if isinstance(one, Fault) else one["id"] for one in found] == ["1", Cause.NOT_JSON, "3", "4"]


def test_an_element_too_long_is_passed_over() -> None:
    """An element of more than a MiB is counted, and the ones after it are read."""
    whole = b'[{"id": "1"}, {"id": "' + b"x" * (2 * MAX_LINE) + b'"}, {"id": "3"}]'
    found = _records(elements(_stream(whole)))
    assert [one.cause.value if isinstance(one, Fault) else one["id"] for one in found][::2] == ["1", "3"]


def test_an_array_cut_off_gives_what_is_whole() -> None:
    """Of an export that broke off, all complete elements are read, and the last is a fault."""
    found = _records(elements(_stream(b'[{"id": "1"}, {"id": "2"}, {"id": "3", "te')))
    assert [one.cause if isinstance(one, Fault) else one["id"] for one in found] == ["1", "2", Cause.NOT_JSON]


def test_an_element_nested_too_deeply_is_a_fault() -> None:
    """Depth made to overflow a parser is counted, and reading goes on."""
    whole = b'[{"id": ' + b"[" * 100_000 + b'},\n{"id": "2"}]'
    found = _records(elements(_stream(whole)))
    assert isinstance(found[0], Fault)
    assert found[-1] == {"id": "2"}


@pytest.mark.parametrize("read", [lines, elements, document])
@given(whole=st.binary() | st.text(alphabet='[]{},:"\\ \n1u').map(str.encode))
@example(whole=b'[{"a": "\xff"}]')
@example(whole=b"[" + b"{" * 5000)
def test_no_bytes_break_a_layout(read: Layout, whole: bytes) -> None:
    """Any bytes whatever are taken apart without an error, on lines that the file has."""
    assert all(1 <= line <= whole.count(b"\n") + 1 for line, _ in read(_stream(whole, 3)))


def test_a_document_too_large_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """One JSON document is held whole, so it has a limit."""
    monkeypatch.setattr(layout, "MAX_DOCUMENT", 10)
    assert _records(document(_stream(b'{"a": 1}')))[0] == {"a": 1}
    assert _records(document(_stream(b'{"a": 1000}')))[0].cause is Cause.OVERSIZED
