import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.notice import Deletion
from fairfloor.store.evening import records

if TYPE_CHECKING:
    from tests.store.conftest import Desk

Make = Callable[..., Post]
PETITION = "Sign the petition for body cameras on every officer in the county today"


def hijack(desk: "Desk", post: Make) -> None:
    """Say one thing, have thirty accounts copy it, and let two repost it and one like it."""
    desk.decide(post(0), *(post(number, text=PETITION) for number in range(1, 31)))
    at = post().at
    desk.decide(*(Repost(id=f"repost-{number}", at=at, account=f"r{number}", subject="post-1") for number in range(2)))
    desk.decide(Like(id="like", at=at, account="l", subject="post-1"))


def test_an_act_has_its_decisions(desk: "Desk", post: Make) -> None:
    """One act is found by its id, with where it is now and all that was decided about it."""
    (decision,) = desk.decide(post(1))
    record = desk.records.record("post-1")
    assert record is not None
    assert (record.seq, record.act, record.number, record.decision) == (1, post(1), 1, decision)
    assert desk.records.decisions_of("post-1") == [(1, decision)]


def test_an_act_that_waits_has_no_decision_yet(desk: "Desk", post: Make) -> None:
    """What was accepted and not decided is there all the same."""
    desk.take(post(1))
    record = desk.records.record("post-1")
    assert record is not None
    assert (record.number, record.decision) == (0, None)
    assert desk.records.decisions_of("post-1") == []


def test_what_is_not_there_is_not_found(desk: "Desk") -> None:
    """Unknown names give nothing, and no error."""
    assert desk.records.record("x") is None
    assert desk.records.decisions_of("x") == []
    assert desk.records.said("x") == desk.records.folded("x") == desk.records.floor() == []
    assert desk.records.counts() == {}
    assert desk.records.skipped() == 0


def test_every_act_is_counted_once_by_its_last_reason(desk: "Desk", post: Make) -> None:
    """Counts add up to the acts, whatever became of them since."""
    hijack(desk, post)
    assert desk.records.counts() == {
        ("floor", "room"): 2,
        ("merge", "copy"): 29,
        ("merge", "repost"): 2,
        ("merge", "like"): 1,
    }


def test_copies_of_a_message_are_paged_in_order(desk: "Desk", post: Make) -> None:
    """Every post that said it comes once, the first first, over pages of any size; reposts and likes do not."""
    hijack(desk, post)
    got: list[str] = []
    after = 0
    while page := desk.records.said("post-1", after, limit=7):
        got += [record.act.id for record in page]
        after = page[-1].seq
    assert got == [f"post-{number}" for number in range(1, 31)]


def test_folds_are_paged_newest_first(desk: "Desk", post: Make) -> None:
    """Each act folded for a reason comes once; one that has left the fold is not there."""
    desk.decide(*(post(number) for number in range(10)))
    gone = [post(number).id for number in (2, 3, 5, 7)]
    for id_ in gone:
        (taken,) = desk.take(Deletion(id=id_, at=post().at)).taken
        ((_, decision),) = desk.records.decisions_of(id_)
        desk.fold(decision, taken.seen)
    first = desk.records.folded("withdrawn", limit=3)
    rest = desk.records.folded("withdrawn", before=first[-1].seq, limit=3)
    assert [record.act.id for record in (*first, *rest)] == list(reversed(gone))
    assert all(record.withdrawn for record in (*first, *rest))
    assert desk.records.folded("expired") == []


def test_the_floor_is_paged_backwards_by_number(desk: "Desk", post: Make) -> None:
    """Scrolling back gives each turn of the floor once, what was withdrawn since included, and says that it was."""
    desk.decide(*(post(number) for number in range(10)))
    desk.take(Deletion(id="post-4", at=post().at))
    latest = desk.records.floor(limit=4)
    earlier = desk.records.floor(before=latest[-1].number, limit=100)
    assert [record.number for record in (*latest, *earlier)] == list(range(10, 0, -1))
    assert [record.act.id for record in earlier if record.withdrawn] == ["post-4"]


def test_an_hour_of_the_floor_is_found_by_its_time(desk: "Desk", post: Make) -> None:
    """Where in the decisions a moment lies, and how much had the floor between two of them."""
    start, second = post(0).at, timedelta(seconds=1)
    assert desk.records.number_at(start) == 1
    assert desk.records.shown(1, 99) == 0
    hijack(desk, post)
    all_ = list(desk.store.decisions())
    for when in (start - second, all_[0].at, all_[20].at, all_[-1].at, all_[-1].at + second):
        before = sum(one.at < when for one in all_)
        assert desk.records.number_at(when) == before + 1
        assert desk.records.shown(1, before + 1) == sum(one.placement == "floor" for one in all_[:before])
    assert desk.records.shown(2, len(all_) + 1) == sum(one.placement == "floor" for one in all_[1:])


def test_no_list_is_found_by_reading_everything(desk: "Desk", post: Make) -> None:
    """The database answers each question for a page from an index, so a page costs the same late in the evening."""
    hijack(desk, post)
    asked = {"first": 1, "number": 1, "before": 9, "limit": 9, "after": 9, "code": "copy", "message": "m", "id": "i"}
    asked["placement"] = "merge"
    questions = ("_BY_ID", "_DECISIONS_OF", "_FOLDED", "_SAID", "_FLOOR", "_AT", "_LAST", "_SHOWN")
    for name in questions:
        with desk.records._reader.connect() as db:  # noqa: SLF001 - the plan is the database's
            compiled = getattr(records, name).compile(db, compile_kwargs={"render_postcompile": True})
            values = {key: asked.get(key, value) for key, value in compiled.params.items()}
            for step in _plan(db, compiled, values):
                assert not _READS_ALL.match(step), (name, step)


_READS_ALL = re.compile(r"SCAN|USE TEMP|.*Seq Scan|.*Sort")


def _plan(db: sa.Connection, compiled: sa.Compiled, values: dict[str, Any]) -> list[str]:
    """Give the steps in which a database would answer; a small table is read whole unless that is forbidden."""
    if db.dialect.name == "sqlite":
        given = tuple(values[name] for name in compiled.positiontup or ())  # type: ignore[attr-defined]
        return [row.detail for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", given)]
    db.exec_driver_sql("SET enable_seqscan = off")
    db.exec_driver_sql("SET enable_sort = off")
    return [row[0] for row in db.exec_driver_sql(f"EXPLAIN {compiled}", values)]
