"""The lines of a stretch of the public log are found without reading all of it, and none is missed."""

from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.session.public import Head, Line, PostHeard, PublicLog, WentOn
from fairfloor.web.recap.reading import lines, seen

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
PAGE = 7


class Log:
    """A public log in memory, as far as it is read here."""

    def __init__(self, told: list[Line]) -> None:
        self._lines = [msgspec.json.encode(line) for line in told]
        self.read = 0

    def head(self) -> Head:
        """See `PublicLog.head`."""
        return Head(len(self._lines), "")

    def lines(self, after: int, upto: int) -> list[bytes]:
        """See `PublicLog.lines`."""
        found = self._lines[after : min(upto, after + PAGE)]
        self.read += len(found)
        return found


def at(seconds: float) -> datetime:
    """Give a moment."""
    return START + timedelta(seconds=seconds)


def a_line(n: int, second: int | None) -> Line:
    """Give a line: a post that was seen then, or one that tells of nothing seen, as decisions do not."""
    if second is None:
        return WentOn(n=n, version="1")
    return PostHeard(n=n, id=f"p{n}", seen=at(second), account="ann")


def made(steps: list[int | None]) -> list[Line]:
    """Give a log in which so many seconds pass before each line; None: a line that tells no time."""
    second, told = 0, []
    for n, step in enumerate(steps, 1):
        second += step or 0
        told.append(a_line(n, None if step is None else second))
    return told


@given(st.lists(st.none() | st.integers(0, 3), max_size=80), st.integers(-2, 100), st.integers(0, 60))
def test_the_lines_of_a_stretch_are_found(steps: list[int | None], since: int, lasting: int) -> None:
    """All that was seen in it, in order, and what stands between; and nothing that was seen before or after."""
    told = made(steps)
    found = list(lines(cast(PublicLog, Log(told)), at(since), at(since + lasting)))
    inside = [line for line in told if (when := seen(line)) is not None and at(since) <= when < at(since + lasting)]
    assert [line for line in found if seen(line) is not None] == inside
    first = [line.n for line in found]
    assert first == list(range(first[0], first[0] + len(first))) if first else True


def test_of_a_long_log_little_else_is_read() -> None:
    """A hundred thousand lines before and after cost a few dozen looks."""
    log = Log(made([1] * 100_000))
    found = list(lines(cast(PublicLog, log), at(50_000), at(50_100)))
    assert len(found) == 100
    assert log.read < 100 + 60 * PAGE
