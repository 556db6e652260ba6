"""What live sources share: lines of long answers, streams woven together, tokens that do not show, conditions."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.frames import Silence
from fairfloor.sources.lines import LONGEST, Over, TooLong, lines
from fairfloor.sources.secret import Secret, from_environment, from_file
from fairfloor.sources.telling import Telling, span
from fairfloor.sources.weave import Ended, weave
from fairfloor.testing.clock import VirtualClock

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


class Chunks(httpx.AsyncByteStream):
    """A body that comes in these chunks."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


async def _read(chunks: list[bytes]) -> tuple[list[bytes], type[Exception]]:
    found: list[bytes] = []
    try:
        answer = httpx.Response(200, stream=Chunks(chunks))
        async for line in lines(answer, VirtualClock(START), timedelta(seconds=1)):
            found.append(line)  # noqa: PERF401 - it ends by raising, and what came before counts
    except (Over, TooLong) as why:
        return found, type(why)
    raise AssertionError


@given(st.lists(st.binary(max_size=9).map(lambda some: some.replace(b"\0", b"\n").replace(b"\1", b"\r\n"))))
def test_lines_are_whole_however_they_come(chunks: list[bytes]) -> None:
    """Wherever the chunks break, the lines are those of the whole; what has no end is no line."""
    found, end = asyncio.run(_read(chunks))
    assert found == [line.removesuffix(b"\r") for line in b"".join(chunks).split(b"\n")[:-1]]
    assert end is Over


def test_a_line_without_end_is_not_gathered() -> None:
    """A line that goes on past a bound ends the reading, with what came before it told."""
    assert asyncio.run(_read([b"a\n", *[b"x" * 65_536] * (LONGEST // 65_536 + 1)])) == ([b"a"], TooLong)


def test_silence_is_noticed() -> None:
    """Where nothing comes for too long the reading ends, and says so."""
    clock = VirtualClock(START)

    class Quiet(httpx.AsyncByteStream):
        @override
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"warm\n"
            await asyncio.Event().wait()

    async def main() -> None:
        told = lines(httpx.Response(200, stream=Quiet()), clock, timedelta(seconds=20))
        assert await anext(told) == b"warm"
        with pytest.raises(Silence):
            await anext(told)

    clock.run(main())
    assert clock.now() == START + timedelta(seconds=20)


def test_streams_are_woven_as_they_come() -> None:
    """Each item comes with its stream's name, each end too; all are closed when whoever reads goes away."""
    closed: list[str] = []

    async def counts(name: str, number: int, why: Exception | None = None) -> AsyncGenerator[int]:
        try:
            for n in range(number):
                yield n
            if why:
                raise why
        finally:
            closed.append(name)

    async def main() -> None:
        failure = RuntimeError("x")
        found: list[Any] = [one async for one in weave({"a": counts("a", 2), "b": counts("b", 1, failure)})]
        assert sorted(found, key=str) == sorted(
            [("a", 0), ("a", 1), ("a", Ended()), ("b", 0), ("b", Ended(failure))], key=str
        )
        endless = weave({"c": counts("c", 10**9), "d": counts("d", 10**9)})
        await anext(endless)
        await endless.aclose()

    asyncio.run(main())
    assert sorted(closed) == ["a", "b", "c", "d"]


def test_a_token_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is read from a file or the environment, goes into one header, and is nowhere else to be seen."""
    file = tmp_path / "token"
    file.write_text("\ufeffs3cret%2B=\n")
    token = from_file(file)
    assert token.bearer == {"Authorization": "Bearer s3cret%2B="}
    assert "s3cret" not in f"{token} {token!r}"
    monkeypatch.setenv("FAIRFLOOR_TOKEN", " s3cret ")
    found = from_environment("FAIRFLOOR_TOKEN")
    assert found is not None
    assert found.bearer == {"Authorization": "Bearer s3cret"}
    monkeypatch.setenv("FAIRFLOOR_TOKEN", " ")
    assert from_environment("FAIRFLOOR_TOKEN") is None


@pytest.mark.parametrize("text", ["", "two words", "line\r\nX-Evil: 1", "t\u00f6ken", "\x00"])
def test_what_cannot_be_a_token_is_refused(text: str) -> None:
    """What could break out of a header, or is no token, is refused, and not repeated."""
    with pytest.raises(ValueError, match="one word of plain letters") as why:
        Secret(text)
    assert not text or text not in str(why.value)


def test_a_bad_token_is_told_by_where_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with a token names the file or the variable that holds it, once."""
    file = tmp_path / "token"
    file.write_text("two words")
    with pytest.raises(ValueError, match=f"^{re.escape(str(file))}: A token is one word"):
        from_file(file)
    monkeypatch.setenv("FAIRFLOOR_TOKEN", "two words")
    with pytest.raises(ValueError, match=r"^FAIRFLOOR_TOKEN: A token is one word"):
        from_environment("FAIRFLOOR_TOKEN")


def test_a_picture_is_no_token(tmp_path: Path) -> None:
    """A file that is no text is refused in a sentence."""
    file = tmp_path / "token"
    file.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ValueError, match="is no text, so it holds no token"):
        from_file(file)


def test_a_condition_knows_since_when() -> None:
    """A condition keeps the time from which it is so through changes of its words; the same again is no news."""
    clock = VirtualClock(START)
    said: list[Condition] = []
    telling = Telling("x", clock, said.append)

    async def main() -> None:
        for sentence, connected in [("a", False), ("a", False), ("b", False), ("c", True), ("d", True), ("e", False)]:
            telling.say(sentence, connected=connected)
            await clock.sleep_until(clock.now() + timedelta(seconds=1))

    clock.run(main())
    assert [(one.sentence, (one.since - START).total_seconds()) for one in said] == [
        ("a", 0),
        ("b", 0),
        ("c", 3),
        ("d", 3),
        ("e", 5),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (1, "1 second"), (1.2, "2 seconds"), (119, "119 seconds"), (901, "16 minutes")],
)
def test_spans_are_told_as_people_do(seconds: float, words: str) -> None:
    """A span is told in seconds, and from two minutes on in minutes, rounded up."""
    assert span(timedelta(seconds=seconds)) == words
