"""The public log in the store: durable with what it tells, never rewritten, and checked against what stands beside."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from typing_extensions import override

from fairfloor.acts.act import Like, Post
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.chat.moves import Doing, Fold, Move, Pin, Undo, Vote
from fairfloor.session.clerk import Clerk
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Batch
from fairfloor.session.public_check import Checker, Found
from fairfloor.store.evening.chain import UNKNOWN, VERSION
from fairfloor.store.evening.published import SqlPublicLog, difference
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location
from fairfloor.store.opening import opened

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}), pace=2, ttl=timedelta(minutes=1))


class Evening:
    """An evening that a clerk keeps in a store."""

    def __init__(self, store: SqlStore, engines: tuple[sa.Engine, sa.Engine]) -> None:
        self.store = store
        self.public = SqlPublicLog(engines[1])
        self.writer = engines[0]
        self.clerk = Clerk(store, RULES)
        for _ in self.clerk.recover(START):
            pass

    def tell(self, seconds: int, *notices: Notice) -> None:
        """Let something come."""
        now = START + timedelta(seconds=seconds)
        self.clerk.take("test", Batch(notices=notices, upto=now), now, now)

    def make(self, seconds: int, name: str, do: Doing) -> None:
        """Let the host make a move."""
        now = START + timedelta(seconds=seconds)
        self.clerk.make(Move(id=name, at=now, by="Hal", role="host", do=do, reason="for a test"), now)

    def lines(self) -> list[bytes]:
        """Give the log."""
        return list(self.public.all_lines())

    def checked(self, version: str = VERSION) -> Found:
        """Check the log."""
        return checked(self.lines(), version)

    def difference(self) -> int | None:
        """Compare the log with the tables beside it."""
        return difference(self.public, iter(self.store.log()), RULES)

    def tamper(self, sql: str) -> None:
        """Change the store behind our back."""
        with self.writer.begin() as db:
            assert db.exec_driver_sql(sql).rowcount == 1


def checked(lines: Sequence[bytes], version: str = VERSION) -> Found:
    """Check a log."""
    checker = Checker(version)
    for line in lines:
        checker.see(line)
    return checker.found()


@contextmanager
def going_on(place: Location, version: str = VERSION) -> Iterator[Evening]:
    """Open a store and go on."""
    with opened(place) as engines:
        yield Evening(SqlStore(*engines, version), engines)


def first_half(evening: Evening) -> None:
    """Let people speak, say the same, like, edit, go by another name, and take back."""
    said = "what about the bridge they closed on monday"
    evening.tell(1, *(Post(id=f"p{n}", at=START, account=f"a{n}", text=said) for n in range(4)))
    evening.tell(
        2, Post(id="q", at=START, account="host", text="Q1: why?"), Like(id="l", at=START, account="b", subject="q")
    )
    evening.tell(3, Edit(post=Post(id="p0", at=START, account="a0", text="otherwise")))
    evening.tell(4, Rename(account="a1", handle="anna", at=START), Deletion(id="p1", at=START))
    evening.make(5, "m1", Fold(act="p0"))


def second_half(evening: Evening) -> None:
    """Let the host change his mind, and time pass."""
    evening.make(6, "m2", Undo(move="m1"))
    evening.tell(
        7, *(Post(id=f"s{n}", at=START, account=f"a{n}", text=f"the bridge they closed {n}") for n in range(9))
    )
    evening.tell(8, Departure(account="a2", at=START))
    evening.tell(300)


def test_it_is_kept_as_it_goes_and_replays(place: Location) -> None:
    """All that was taken and decided is in it, chained, and gives its decisions again."""
    with going_on(place) as evening:
        first_half(evening)
        second_half(evening)
        found = evening.checked()
        assert (found.wrong, found.other, found.pending) == (None, None, 0)
        assert found.kinds == {"begin": 1, "post": 14, "like": 1, "withdrawal": 3, "move": 2} | {
            "decision": evening.store.decided()
        }
        assert found.head == evening.public.head()
        assert evening.public.size() == sum(len(line) + 1 for line in evening.lines())
        assert evening.difference() is None


def test_coming_back_changes_no_line_and_goes_on_with_the_same_numbers(place: Location, tmp_path: Path) -> None:
    """An evening that was interrupted has the log of one that was not, to the byte, wherever it is kept."""
    with going_on(place) as evening:
        first_half(evening)
        before = evening.lines()
    with going_on(place) as evening:
        assert evening.lines() == before
        second_half(evening)
        interrupted = evening.lines()
    with going_on(tmp_path / "other.db") as evening:
        first_half(evening)
        second_half(evening)
        assert evening.lines() == interrupted


def test_what_did_not_become_durable_is_not_in_it(place: Location) -> None:
    """After a transaction that failed, lines go on after the last durable one, with the numbers that were given."""
    with going_on(place) as evening:
        first_half(evening)
        before = evening.lines()
        post = Post(id="new", at=START, account="a", text="never heard of before")
        with pytest.raises(UnicodeEncodeError):
            evening.clerk.take("\ud800", Batch(notices=(post,), upto=START), START, START)
        with pytest.raises(ValueError, match="does not follow"):
            evening.store.decide(999, list(evening.store.decisions())[:1])
        assert evening.lines() == before
        second_half(evening)
        assert evening.checked().wrong is None
        assert evening.difference() is None


def test_words_taken_back_leave_no_trace_and_no_line_changes(place: Location) -> None:
    """The log has no words to begin with, so nothing of it is rewritten when an author takes them back."""
    with going_on(place) as evening:
        post = Post(id="p", at=START, account="a", handle="ann.example", text="unspeakable", links=("https://x.org/1",))
        evening.tell(1, post)
        before = evening.lines()
        evening.tell(2, Deletion(id="p", at=START))
        assert evening.lines()[: len(before)] == before
        kept = b"".join(evening.lines())
        assert not any(word in kept for word in (b"unspeakable", b"x.org", b"ann.example"))


def _before_there_was_one(place: Location) -> None:
    with opened(place) as (writer, _), writer.begin() as db:
        db.exec_driver_sql("DROP TABLE chain")
        db.exec_driver_sql("DROP TABLE prints")
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def test_an_evening_that_had_none_gets_it_when_it_goes_on(place: Location) -> None:
    """What was taken and decided before stands in it in order of time, and replays; who decided it is not known."""
    with going_on(place) as evening:
        first_half(evening)
        second_half(evening)
    _before_there_was_one(place)
    with going_on(place) as evening:
        assert json.loads(evening.lines()[0])["version"] == UNKNOWN
        assert json.loads(evening.lines()[-1])["version"] == VERSION
        evening.tell(400, Post(id="later", at=START, account="a", text="the bridge they closed on monday"))
        found = evening.checked()
        assert (found.wrong, found.other) == (None, None)
        assert found.replayed == evening.store.decided()
        assert evening.difference() is None


def test_another_version_says_so_once(place: Location) -> None:
    """Each version that goes on with an evening has its line."""
    for version in ("1.0", "1.0", "1.1"):
        with going_on(place, version) as evening:
            evening.tell(1)
    with going_on(place, "1.1") as evening:
        first_half(evening)
        assert evening.checked("1.1").versions == ((1, "1.0"), (2, "1.1"))
        assert evening.checked("1.1").wrong is None


class _Otherwise(SqlStore):
    """A store as a Fairfloor would have left it that decided otherwise."""

    @override
    def decide(self, first: int, decided: Sequence[Decision]) -> None:
        super().decide(first, [msgspec.structs.replace(one, message="another") for one in decided])


def test_after_an_upgrade_that_decides_otherwise_both_stand_in_the_log(place: Location) -> None:
    """What was decided stays, the new version adds where each act is now, and a check says who decided what."""
    with opened(place) as engines:
        first_half(Evening(_Otherwise(*engines, "0.0.1"), engines))
    with going_on(place) as evening:
        second_half(evening)
        found = evening.checked()
        assert found.wrong is None
        assert [name for _, name in found.versions] == ["0.0.1", VERSION]
        assert found.other is not None
        assert found.other.line < found.versions[1][0] == found.resumed
        amended = [json.loads(line) for line in evening.lines()[found.versions[1][0] :]]
        assert amended[0]["decision"]["message"] != "another"
        assert found.replayed == sum(one["kind"] == "decision" for one in amended)
        assert found.pending == 0
        assert found.head == evening.public.head()
        assert evening.difference() is None
        assert evening.checked("0.0.2").resumed is None


def test_moves_are_read_newest_first_by_key_and_votes_are_not_among_them(place: Location) -> None:
    """A page of moves, one move, and what undid which."""
    with going_on(place) as evening:
        for n in range(5):
            evening.make(n, f"pin{n}", Pin(text=f"{n}"))
        evening.make(6, "vote", Vote(proposal="p", vote=1))
        evening.make(7, "undo", Undo(move="pin3"))
        evening.make(8, "late", Undo(move="pin3"))
        page = evening.public.moves(limit=4)
        assert [move.id for _, move in page] == ["late", "undo", "pin4", "pin3"]
        assert [move.id for _, move in evening.public.moves(page[-1][0], 9)] == ["pin2", "pin1", "pin0"]
        undone = evening.public.undoings(["pin3", "pin4"])
        assert {name: move.id for name, move in undone.items()} == {"pin3": "undo"}
        assert (evening.public.move("pin2") or page[0][1]).do == Pin(text="2")
        assert evening.public.move("nothing") is None
        evening.tell(9, Post(id="post", at=START, account="a", text="no move"))
        assert evening.public.move("post") is None


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE decisions SET body = replace(body, '\"a0\"', '\"zz\"') WHERE number = 1", "decision"),
        ("UPDATE log SET heard = (SELECT heard FROM log WHERE act = 'q') WHERE act = 'p0'", "post"),
        ("UPDATE log SET body = replace(body, 'for a test', 'for nothing') WHERE act = 'm1'", "move"),
        ("UPDATE chain SET line = replace(line, 'copchat', 'dogchat') WHERE n = 1", "begin"),
        ("UPDATE chain SET line = 'no line' WHERE n = 2", "post"),
    ],
)
def test_what_is_changed_in_the_tables_shows(path: Path, sql: str, kind: str) -> None:
    """The log says something else than the tables then, from the first such line on."""
    with going_on(path) as evening:
        first_half(evening)
        lines = evening.lines()
        evening.tamper(sql)
        n = evening.difference()
        assert n is not None
        assert json.loads(lines[n - 1])["kind"] == kind


def test_what_is_taken_while_the_log_is_read_is_not_missed_in_it(place: Location) -> None:
    """The tables may have more than the log had when it was read."""
    with going_on(place) as evening:
        first_half(evening)
        evening.tamper("DELETE FROM chain WHERE n = (SELECT max(n) FROM chain)")
        assert evening.difference() is None
