from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from structlog.testing import capture_logs

from fairfloor.acts.act import Like, Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Batch, OtherRules, Step

if TYPE_CHECKING:
    from tests.session.conftest import Stage

Make = Callable[..., Post]
START = datetime.fromisoformat("2014-10-23T01:00:00Z")


def at(seconds: float) -> datetime:
    """Give a time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def when(notes_or_steps: object, act: str) -> list[tuple[str, float]]:
    """Give the reasons for an act's decisions and when they were made, in seconds after the start."""
    decisions = notes_or_steps.decisions  # type: ignore[attr-defined]
    return [(type(one.reason).__name__, (one.at - START).total_seconds()) for one in decisions if one.act == act]


def test_what_is_told_is_kept_before_it_is_shown(stage: "Stage", post: Make) -> None:
    """Whenever an audience hears of an act or a decision, the store has it already."""

    class Checker:
        checked = 0

        def hear(self, step: Step) -> None:
            log = [taken.notice for taken in stage.store.log()]
            assert all(act in log for act in step.acts)
            assert stage.store.decided() >= step.decided
            assert list(stage.store.decisions())[step.decided - len(step.decisions) : step.decided] == [*step.decisions]
            self.checked += len(step.acts) + len(step.decisions)

    checker = Checker()
    stage.run(*((n, Batch(notices=(post(n),), upto=at(n), cursor=str(n + 1))) for n in range(20)), audiences=[checker])
    assert checker.checked == 40


def test_who_waits_gets_the_floor_by_the_clock(stage: "Stage", post: Make) -> None:
    """At twelve a minute a turn comes every five seconds, to the instant, while nobody says anything more."""
    notes = stage.run((1, Batch(notices=(post(0.1), post(0.2), post(0.3)), upto=at(0.3))))
    assert when(notes, "post-0.1") == [("Room", 0.1)]
    assert when(notes, "post-0.2") == [("Turn", 5.1)]
    assert when(notes, "post-0.3") == [("Turn", 10.1)]
    assert [step.waiting for step in notes.steps][-1] == 0


def test_a_backlog_is_decided_at_the_time_it_was_said(stage: "Stage", post: Make) -> None:
    """After an hour's downtime the source tells what was said meanwhile: each turn falls when it would have fallen."""
    posts = [post(n) for n in range(0, 60, 2)]
    live = stage.run(*((n, Batch(notices=(post(n),), upto=at(n))) for n in range(0, 60, 2)))
    late = type(stage)()
    late.clock = type(stage.clock)(at(3600))
    caught_up = late.run(
        (0, Batch(notices=tuple(posts[:15]), upto=at(28))), (0, Batch(notices=tuple(posts[15:]), upto=at(58)))
    )
    assert caught_up.decisions == live.decisions
    assert not [step.faults for step in caught_up.steps if step.faults]


def test_a_silent_source_does_not_hold_up_the_floor(stage: "Stage", post: Make) -> None:
    """Ten seconds after its last word the evening goes on by the clock; what comes then has come then."""
    notes = stage.run(
        (1, Batch(notices=(post(0.5), post(0.6)), upto=at(0.6))),
        (30, Batch(notices=(post(8),), upto=at(8))),
    )
    assert when(notes, "post-0.6") == [("Turn", 5.5)]
    told = [step.now for step in notes.steps if any(one.act == "post-0.6" for one in step.decisions)]
    assert told == [at(11)]
    assert when(notes, "post-8") == [("Room", 11.0)]


def test_nobody_reaches_into_the_past_or_the_future(stage: "Stage", post: Make) -> None:
    """Acts are taken when they are seen, whatever they are dated; more than five minutes off is counted."""
    dates = {"early": -301, "late": 301, "bit-early": -299, "bit-late": 299, "ancient": -1e9, "far": 1e9}
    posts = tuple(post(1, id=name, account=name, at=at(1 + off), seen=None) for name, off in dates.items())
    notes = stage.run((1, Batch(notices=posts)))
    assert [taken.seen for taken in stage.store.log()] == [at(1)] * 6
    assert [(fault.cause, fault.detail) for step in notes.steps for fault in step.faults] == [
        (Cause.LATE, "early"),
        (Cause.FUTURE, "late"),
        (Cause.LATE, "ancient"),
        (Cause.FUTURE, "far"),
    ]


def test_a_source_from_the_future_is_held_to_the_clock(stage: "Stage", post: Make) -> None:
    """A server whose clock is wrong by a year cannot end the evening for those who speak after it."""
    year = 365 * 86400.0
    notes = stage.run(
        (1, Batch(notices=(post(1, seen=at(year)),), upto=at(year))), (2, Batch(notices=(post(2),), upto=at(2)))
    )
    assert [taken.seen for taken in stage.store.log()] == [at(1), at(2)]
    assert when(notes, "post-2") == [("Turn", 6.0)]


def test_acts_are_kept_with_the_time_they_were_seen(stage: "Stage", post: Make) -> None:
    """The archive of an evening says when each act reached us, so that it can be replayed."""
    stage.run((7, Batch(notices=(post(3, seen=None),))))
    assert [taken.notice for taken in stage.store.log()] == [post(3, seen=at(7))]


def test_what_cannot_be_written_is_refused_and_counted(stage: "Stage", post: Make) -> None:
    """Half a character, a time without a zone and a name of a megabyte cost themselves and nothing else."""
    bad = (
        post(1, text="\ud800"),
        post(2, at=datetime(2014, 10, 23, 1)),  # noqa: DTZ001 - that is the point
        post(3, id="x" * 1_000_000),
        post(4, mentions=tuple(map(str, range(1_000)))),
    )
    notes = stage.run((5, Batch(notices=(*bad, post(5)))))
    assert notes.acts == ["post-5"]
    assert [fault.cause for step in notes.steps for fault in step.faults] == [Cause.BAD_FIELD] * 4
    assert stage.run().acts == ["post-5"]


def test_faults_and_repeats_are_told_and_counted(stage: "Stage", post: Make) -> None:
    """A source's faults, repeated acts and what is not of the chat reach the audience as numbers."""
    fault = Fault(Cause.NOT_JSON, 7)
    notes = stage.run((1, Batch(notices=(post(1), post(1), Deletion(id="?", at=at(1))), faults=(fault,), skipped=3)))
    step = next(step for step in notes.steps if step.acts)
    assert step.faults == (fault, Fault(Cause.REPEATED, detail="post-1"))
    assert step.skipped == 4


def test_what_becomes_of_acts_is_told(stage: "Stage", post: Make) -> None:
    """Deletions, departures, edits and renames reach the audience, and withdraw what they should."""
    like = Like(id="like", at=at(3), seen=at(3), account="bea", subject="post-1")
    edit = Edit(post=post(1, text="Better words", seen=at(4)))
    notes = stage.run(
        (3, Batch(notices=(post(1), post(2, account="bea"), like), upto=at(3))),
        (
            6,
            Batch(
                notices=(edit, Rename(account="bea", handle="b", at=at(5)), Deletion(id="post-1", at=at(6))), upto=at(6)
            ),
        ),
        (7, Batch(notices=(Departure(account="bea", at=at(7)),), upto=at(7))),
    )
    assert [post.text for step in notes.steps for post in step.edits] == ["Better words"]
    assert [name for step in notes.steps for name in step.names] == [("bea", "b")]
    assert [id_ for step in notes.steps for id_ in step.withdrawn] == ["post-1", "post-2", "like"]
    assert [one.act for one in notes.decisions if type(one.reason).__name__ == "Withdrawn"] == [
        "post-1",
        "post-2",
        "like",
    ]


def test_a_restart_rebuilds_the_page(stage: "Stage", post: Make) -> None:
    """A new process tells its audience all that happened, without the words taken back since."""
    first = [(n, Batch(notices=(post(n),), upto=at(n), cursor=str(n + 1))) for n in range(20)]
    gone = (20, Batch(notices=(Deletion(id="post-3", at=at(20)),), upto=at(20), cursor="21"))
    before = stage.run(*first, gone)
    after = stage.run(*first, gone)
    assert after.decisions == before.decisions
    assert after.acts == before.acts
    assert after.steps[-1].decided == before.steps[-1].decided == stage.store.decided()
    assert after.steps[-1].seq == before.steps[-1].seq == 21
    words = {act.id: act.text for step in after.steps for act in step.acts if isinstance(act, Post)}
    assert words["post-3"] == ""
    assert words["post-4"].startswith("4w0 4w1")


def test_a_restart_in_the_middle_changes_nothing(stage: "Stage", post: Make) -> None:
    """Stopped while many wait and started again, the evening comes to the decisions of one that was not stopped."""
    script = [(n, Batch(notices=(post(n), post(n + 0.5)), upto=at(n + 0.5), cursor=str(n + 1))) for n in range(30)]
    other = type(stage)()
    whole = other.run(*script)
    stage.run(*script, until=12.25)
    stage.run(*script, until=21)
    stage.run(*script)
    assert list(stage.store.decisions()) == list(other.store.decisions()) == whole.decisions
    assert list(stage.store.log()) == list(other.store.log())


def test_an_evening_goes_on_only_under_its_rules(stage: "Stage", post: Make) -> None:
    """Other rules than those it was begun with are refused before anything is done."""
    stage.run((1, Batch(notices=(post(1),))))
    stage.rules = Rules(tag="copchat", pace=6)
    with pytest.raises(OtherRules):
        stage.run((1, Batch(notices=(post(2),))))
    assert len(list(stage.store.log())) == 1


def test_an_upgrade_that_decides_otherwise_is_said_and_the_log_stands(stage: "Stage", post: Make) -> None:
    """What was decided stays word for word; each act that is elsewhere now gets one more decision; once."""
    stage.run((1, Batch(notices=tuple(post(n, seen=at(1)) for n in range(6)), upto=at(1), cursor="1")))
    kept = list(stage.store.decisions())
    first, *rest = kept
    older = type(stage)()
    older.store.begin(stage.rules)
    older.store.take("script", [*stage.store.log()], cursor="1", faults=(), skipped=0)
    older.store.decide(1, [msgspec.structs.replace(first, message="decided by another version"), *rest])
    with capture_logs() as logs:
        notes = older.run()
    assert [entry["decision"] for entry in logs if entry["log_level"] == "warning"] == [1]
    now = list(older.store.decisions())
    assert now[: len(kept)] == [msgspec.structs.replace(first, message="decided by another version"), *rest]
    assert [(one.act, one.message) for one in now[len(kept) :]] == [(first.act, first.message)]
    assert [one.act for one in notes.decisions] == [one.act for one in kept]
    older.run()
    assert list(older.store.decisions()) == now


def test_decisions_that_no_longer_come_are_said(stage: "Stage", post: Make) -> None:
    """Kept decisions that the log does not come to any more stand, and are warned of."""
    stage.run((1, Batch(notices=(post(1),), cursor="1")))
    (kept,) = stage.store.decisions()
    stage.store.decide(2, [kept])
    with capture_logs() as logs:
        stage.run((1, Batch(notices=(post(1),), cursor="1")), (99, Batch(notices=(post(99),), cursor="2")))
    assert [entry["decision"] for entry in logs if entry["log_level"] == "warning"] == [2]
    assert [one.act for one in stage.store.decisions()] == ["post-1", "post-1", "post-99"]


def test_a_failing_page_does_not_end_the_evening(stage: "Stage", post: Make) -> None:
    """An audience that raises is logged; the others hear everything."""

    class Broken:
        def hear(self, step: Step) -> None:
            raise RuntimeError(f"no page for {step.seq}")

    with capture_logs() as logs:
        notes = stage.run((1, Batch(notices=(post(1),))), audiences=[Broken()])
    assert notes.acts == ["post-1"]
    assert {entry["audience"] for entry in logs} == {"Broken"}


class Odd(Exception):  # noqa: N818 - it names what is the matter
    """What a source may raise."""


def test_a_failing_source_ends_the_evening_and_loses_nothing(stage: "Stage", post: Make) -> None:
    """A mistake in a source is raised as it is; what it told before is kept."""

    class Broken:
        name = "broken"

        async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
            yield Batch(notices=(post(0),))
            await stage.clock.sleep_until(at(1))
            raise Odd(cursor)

    with pytest.raises(Odd):
        stage.follow(Broken())
    assert [taken.notice for taken in stage.store.log()] == [post(0)]


def test_a_source_faster_than_the_store_waits(stage: "Stage", post: Make) -> None:
    """However much a source has to tell at once, only a little is read ahead of what is kept, and nothing is lost."""
    ahead: list[int] = []

    class Watcher:
        def hear(self, step: Step) -> None:
            ahead.append(source.told - step.seq)

    script = [(0.0, Batch(notices=(post(0, id=str(n)),), upto=at(0), cursor=str(n + 1))) for n in range(1_000)]
    source = stage.script(script)
    notes = stage.follow(source, [Watcher()], until=1)
    assert notes.acts == [str(n) for n in range(1_000)]
    assert 1 <= max(ahead) < 20


def test_what_waits_in_the_queue_is_taken_together(stage: "Stage", post: Make) -> None:
    """Batches that have gathered share one transaction, so a burst costs few of them."""
    notes = stage.run(*((0, Batch(notices=(post(0, id=str(n)),), upto=at(0))) for n in range(160)), until=1)
    assert len(notes.acts) == 160
    assert sum(bool(step.acts) for step in notes.steps) <= 20


def test_an_evening_is_over_when_all_is_told_and_nothing_waits(stage: "Stage", post: Make) -> None:
    """After the source's end the last turn is still given, and then running is done."""
    stage.run((1, Batch(notices=(post(1), post(1.5)), upto=at(1.5))), (2, Batch(upto=at(2))))
    assert stage.clock.now() == at(6)


def test_a_source_is_closed_when_the_evening_is_stopped(stage: "Stage") -> None:
    """Stopping lets a source put its connection away, even where it just waits for the queue."""
    closed = []

    class Endless:
        name = "endless"

        async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
            try:
                while True:
                    yield Batch(upto=at(0))
                    await stage.clock.sleep_until(stage.clock.now() + timedelta(seconds=1))
            finally:
                closed.append(cursor)

    stage.follow(Endless(), until=5.5)
    assert closed == [None]
