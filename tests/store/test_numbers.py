from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.session.public import HeldNumbers
from fairfloor.store.evening import numbers
from fairfloor.store.evening.numbers import StoredNumbers
from fairfloor.store.location import location
from fairfloor.store.opening import opened

PRINTS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 20), max_size=30)


@pytest.fixture(params=["file", "database"], scope="module")
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """Open a store of each kind; give its writer."""
    path = tmp_path_factory.mktemp("numbers") / "copchat.db"
    place = path if request.param == "file" else location(request.getfixturevalue("server").made())
    with opened(place) as (engine, _):
        yield engine


@given(st.lists(st.tuples(PRINTS, st.booleans())))
def test_numbers_on_disk_are_those_in_memory(writer: sa.Engine, asked: list[tuple[list[int], bool]]) -> None:
    """Whatever is asked for, in whatever order, and whether the process started again in between."""
    held = HeldNumbers()
    with writer.connect() as db:
        db.exec_driver_sql("DELETE FROM prints")
        stored = StoredNumbers(db)
        for some, again in asked:
            stored = StoredNumbers(db) if again else stored
            stored.within(db)
            assert stored.of(some) == held.of(some)


def test_memory_is_bounded_and_nothing_is_numbered_anew(writer: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was let go of is met on disk with the number that it had."""
    monkeypatch.setattr(numbers, "AT_HAND", 10)
    with writer.connect() as db:
        db.exec_driver_sql("DELETE FROM prints")
        stored = StoredNumbers(db)
        first = stored.of(range(100))
        stored.within(db)
        assert len(stored._at_hand) == 0  # noqa: SLF001 - what is bounded
        assert stored.of(range(100)) == first == tuple(range(1, 101))


def test_what_a_failed_transaction_numbered_is_numbered_again(writer: sa.Engine) -> None:
    """A store that could not be written forgets, so no number is skipped or given twice."""
    with writer.connect() as db:
        assert StoredNumbers(db).of([5, 7]) == (1, 2)
        db.rollback()
    with writer.connect() as db:
        assert StoredNumbers(db).of([7]) == (1,)
