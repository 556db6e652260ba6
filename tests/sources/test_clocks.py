import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fairfloor.sources.clocks import ScaledClock, WallClock

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class System:
    """A system's two clocks, set by hand: the one that can be set back, and the one that only runs on."""

    def __init__(self) -> None:
        self.shown = START
        self.run = 100.0

    def wall(self) -> datetime:
        """Give the time of day."""
        return self.shown

    def steady(self) -> float:
        """Give seconds since some time."""
        return self.run


def test_the_wall_clock_shows_the_systems_time() -> None:
    """Where nothing odd happens it shows what the system shows, in UTC; a leap ahead is taken as it comes."""
    system = System()
    clock = WallClock(system.wall, system.steady)
    system.shown, system.run = START + 5 * SECOND, 105.0
    assert clock.now() == START + 5 * SECOND
    system.shown, system.run = START + 3600 * SECOND, 106.0
    assert clock.now() == START + 3600 * SECOND


def test_the_wall_clock_never_goes_back_and_never_stands_still() -> None:
    """Where the system's clock is set back an hour, seconds go on passing from where it was."""
    system = System()
    clock = WallClock(system.wall, system.steady)
    system.shown, system.run = START - 3600 * SECOND, 101.5
    assert clock.now() == START + 1.5 * SECOND
    system.run = 103.0
    assert clock.now() == START + 3 * SECOND


def test_a_scaled_clock_runs_at_its_speed() -> None:
    """Ten seconds of an evening pass in one of ours."""
    system = System()
    clock = ScaledClock(START, 10, system.steady)
    system.run += 1.5
    assert clock.now() == START + 15 * SECOND


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_clock_that_would_not_run_is_refused(speed: float) -> None:
    """A speed must be greater than nothing."""
    with pytest.raises(ValueError, match="speed greater than 0"):
        ScaledClock(START, speed)


def test_sleepers_wake_when_it_is_time() -> None:
    """Both clocks show the time or a later one when a sleeper wakes; who asks for the past does not wait."""

    async def main() -> None:
        for clock in (WallClock(), ScaledClock(START, 1000)):
            when = clock.now() + timedelta(milliseconds=20)
            await clock.sleep_until(when)
            assert clock.now() >= when
            await clock.sleep_until(START - 99 * SECOND)

    asyncio.run(main())
