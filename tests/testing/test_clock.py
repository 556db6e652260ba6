import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from fairfloor.session.ports import Clock
from fairfloor.testing.clock import VirtualClock

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def note(clock: Clock, seconds: float, name: str, diary: list[tuple[str, float]]) -> None:
    """Sleep until so many seconds after the start, then write down who woke and when."""
    await clock.sleep_until(START + seconds * SECOND)
    diary.append((name, (clock.now() - START).total_seconds()))


def test_time_stands_still_until_it_is_told_to_pass() -> None:
    """Reading the clock twice gives the same time, and nobody wakes."""
    clock = VirtualClock(START)
    diary: list[tuple[str, float]] = []

    async def main() -> None:
        task = asyncio.create_task(note(clock, 1, "late", diary))
        await clock.advance(timedelta())
        task.cancel()

    asyncio.run(main())
    assert clock.now() == START
    assert diary == []


def test_sleepers_wake_in_order_each_at_its_own_instant() -> None:
    """Whoever asked for the earlier instant wakes first and sees just that instant, however far the clock is moved."""
    clock = VirtualClock(START)
    diary: list[tuple[str, float]] = []

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("c", 30), ("a", 10), ("b", 20), ("a2", 10)):
                group.create_task(note(clock, seconds, name, diary))
            await clock.advance(25 * SECOND)
            assert diary == [("a", 10), ("a2", 10), ("b", 20)]
            await clock.advance_to(START + 60 * SECOND)

    asyncio.run(main())
    assert clock.now() == START + 60 * SECOND
    assert diary[-1] == ("c", 30.0)


def test_what_a_sleeper_starts_happens_within_the_same_advance() -> None:
    """A task that sleeps again and again is woken at each of its instants in one advance."""
    clock = VirtualClock(START)
    diary: list[tuple[str, float]] = []

    async def main() -> None:
        async def ticker() -> None:
            for tick in range(1, 6):
                await note(clock, tick, "tick", diary)

        task = asyncio.create_task(ticker())
        await clock.advance(5 * SECOND)
        assert task.done()

    asyncio.run(main())
    assert [second for _, second in diary] == [1, 2, 3, 4, 5]


def test_a_sleeper_that_was_cancelled_is_forgotten() -> None:
    """Cancelling a sleeping task leaves no deadline behind."""
    clock = VirtualClock(START)

    async def main() -> None:
        task = asyncio.create_task(clock.sleep_until(START + SECOND))
        await clock.advance(timedelta())
        task.cancel()
        await clock.advance(timedelta())
        assert clock.next_deadline() is None
        assert not clock.jump()

    asyncio.run(main())


def test_a_time_already_shown_is_not_waited_for() -> None:
    """Sleeping until the past or the present returns at once."""
    clock = VirtualClock(START)
    clock.run(clock.sleep_until(START - SECOND))
    assert clock.now() == START


def test_the_clock_refuses_to_go_back_or_to_start_without_a_zone() -> None:
    """A time in the past and a time without a zone are errors that say so."""
    with pytest.raises(ValueError, match="zone"):
        VirtualClock(datetime(2014, 10, 23))  # noqa: DTZ001 the point of the test
    with pytest.raises(ValueError, match="does not go back"):
        asyncio.run(VirtualClock(START).advance(-SECOND))


def test_in_a_run_of_its_own_the_clock_jumps_when_everybody_waits() -> None:
    """An hour of two tasks passes with nobody moving the clock, in order, and the result comes back."""
    clock = VirtualClock(START)
    diary: list[tuple[str, float]] = []

    async def main() -> str:
        await asyncio.gather(note(clock, 3600, "slow", diary), note(clock, 60, "quick", diary))
        return "done"

    assert clock.run(main()) == "done"
    assert diary == [("quick", 60), ("slow", 3600)]


def test_in_a_run_of_its_own_real_answers_come_before_time_moves() -> None:
    """With a cushion, a thread's result arrives at the instant it was asked for although a sleeper waits as well."""
    clock = VirtualClock(START)
    diary: list[tuple[str, float]] = []

    async def main() -> None:
        async def ask() -> None:
            await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", b"some", b"work", 200_000)
            diary.append(("thread", (clock.now() - START).total_seconds()))

        await asyncio.gather(note(clock, 1, "sleeper", diary), ask())

    clock.run(main(), cushion=2.0)
    assert diary == [("thread", 0), ("sleeper", 1)]
