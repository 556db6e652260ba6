from datetime import UTC, datetime, timedelta

import pytest

from fairfloor.session.horizon import Horizon

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=10)


def at(seconds: float) -> datetime:
    """Give a time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def test_before_the_source_has_spoken_the_evening_stands_still() -> None:
    """After a restart a backlog may come; until the source's patience is over nothing happens by the clock."""
    horizon = Horizon(START, PATIENCE)
    assert horizon.at(at(9)) < START - timedelta(days=365)
    assert horizon.wake(at(1)) == at(10)
    assert horizon.at(at(10)) == at(10)


def test_the_evening_goes_as_far_as_the_source_has_told() -> None:
    """A source that catches up takes the evening along at its own time, not at the clock's."""
    horizon = Horizon(START, PATIENCE)
    horizon.spoke(at(-3600), at(1))
    assert horizon.at(at(2)) == at(-3600)
    assert horizon.wake(at(-3595)) == at(11)
    horizon.spoke(at(-1800), at(3))
    assert horizon.at(at(4)) == at(-1800)


def test_a_source_ahead_of_the_clock_does_not_pull_it() -> None:
    """What an archive tells ahead of time happens when the clock gets there."""
    horizon = Horizon(START, PATIENCE)
    horizon.spoke(at(100), at(1))
    assert horizon.at(at(2)) == at(2)
    assert horizon.wake(at(50)) == at(50)


def test_a_source_that_cannot_say_leaves_it_to_the_clock() -> None:
    """Without a time of the source's own the clock's holds."""
    horizon = Horizon(START, PATIENCE)
    horizon.spoke(None, at(1))
    assert horizon.at(at(2)) == at(2)
    assert horizon.wake(at(3)) == at(3)


def test_silence_hands_the_evening_to_the_clock() -> None:
    """A source that has lost its network does not hold up those who wait for the floor."""
    horizon = Horizon(START, PATIENCE)
    horizon.spoke(at(0), at(1))
    assert horizon.at(at(10.9)) == at(0)
    assert horizon.at(at(11)) == at(11)
    assert horizon.wake(at(5)) == at(11)
    assert horizon.wake(at(20)) == at(20)


def test_an_archive_is_waited_for() -> None:
    """Without patience to lose, only the source takes the evening on, however long that takes."""
    horizon = Horizon(START, None)
    horizon.spoke(at(5), at(1))
    assert horizon.at(at(99_999)) == at(5)
    assert horizon.wake(at(6)) is None
    assert horizon.wake(at(5)) == at(5)


@pytest.mark.parametrize("patience", [PATIENCE, None])
def test_after_the_end_the_clock_rules(patience: timedelta | None) -> None:
    """When all is told, what still waits gets its turn by the clock."""
    horizon = Horizon(START, patience)
    horizon.spoke(at(5), at(1))
    told = [horizon.all_told]
    horizon.ended()
    told += [horizon.all_told]
    assert told == [False, True]
    assert horizon.at(at(2)) == at(2)
    assert horizon.wake(at(99)) == at(99)
    assert horizon.wake(None) is None
