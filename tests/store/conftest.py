"""A store in a real file, and acts to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fairfloor.acts.act import Act, Post
from fairfloor.acts.notice import Edit, Notice
from fairfloor.floor.reasons import Withdrawn
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.session.ports import Receipt, Told
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location, location
from fairfloor.store.opening import opened
from fairfloor.testing.postgres import Postgres

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)


class Desk:
    """An open store, its records, and an evening that decides what is told."""

    def __init__(self, store: SqlStore, records: SqlRecords) -> None:
        self.store = store
        self.records = records
        self.seconds = 0
        self._evening = Evening(Rules(tag="copchat"))

    def told(self, notice: Notice) -> Told:
        """Give a notice as seen ten seconds after the one before."""
        self.seconds += 10
        seen = START + timedelta(seconds=self.seconds)
        act = notice.post if isinstance(notice, Edit) else notice
        return Told(notice=notice, seen=seen, heard=hear(act, seen) if isinstance(act, Act) else None)

    def take(self, *notices: Notice, cursor: str | None = None) -> Receipt:
        """Have the store take notices in one batch."""
        return self.store.take("test", [self.told(one) for one in notices], cursor=cursor, faults=(), skipped=0)

    def decide(self, *notices: Notice) -> list[Decision]:
        """Have the store take notices, and keep what an evening decides about the acts."""
        decisions = [
            decision
            for taken in self.take(*notices).taken
            if taken.heard is not None
            for decision in self._evening.decide(taken.heard)
        ]
        self.store.decide(self.store.decided() + 1, decisions)
        return decisions

    def fold(self, decision: Decision, at: datetime) -> None:
        """Keep a further decision: that the act was withdrawn."""
        folded = msgspec.structs.replace(decision, placement="fold", reason=Withdrawn(), at=at)
        self.store.decide(self.store.decided() + 1, [folded])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a file for a store."""
    return tmp_path / "copchat.db"


@pytest.fixture(params=["file", "database"])
def place(request: pytest.FixtureRequest, path: Path) -> Location:
    """Give a place for a store, of each kind."""
    if request.param == "file":
        return path
    running: Postgres = request.getfixturevalue("server")
    return location(running.made())


@pytest.fixture
def desk(place: Location) -> Iterator[Desk]:
    """Open a store."""
    with opened(place) as (writer, reader):
        yield Desk(SqlStore(writer, reader), SqlRecords(reader))


@pytest.fixture
def post() -> Callable[..., Post]:
    """Give a maker of posts: its number sets id and words, anything else can be given."""

    def make(number: int = 1, **fields: object) -> Post:
        given = {"id": f"post-{number}", "at": START, "account": f"account-{number}", "text": f"What about {number}?"}
        return Post(**(given | fields))  # type: ignore[arg-type]

    return make
