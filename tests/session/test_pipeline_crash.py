from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Fault
from fairfloor.acts.heard import Withdrawal
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Batch, Receipt, Store, Taken, Told

if TYPE_CHECKING:
    from tests.session.conftest import Stage

START = datetime.fromisoformat("2014-10-23T01:00:00Z")
SECOND = timedelta(seconds=1)
Script = list[tuple[float, Batch]]


class Blackout(Exception):  # noqa: N818 - it is what happens
    """The power is gone."""


class Powered:
    """A store whose power goes at one of the moments just before and just after a transaction."""

    def __init__(self, store: Store, moments: int) -> None:
        self._store = store
        self._left = moments

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def take(
        self, source: str, told: Sequence[Told], *, cursor: str | None, faults: Sequence[Fault], skipped: int
    ) -> Receipt:
        """Take, or not, or take and not come back."""
        self._moment()
        receipt = self._store.take(source, told, cursor=cursor, faults=faults, skipped=skipped)
        self._moment()
        return receipt

    def decide(self, first: int, decisions: Sequence[Decision]) -> None:
        """Decide, or not, or decide and not come back."""
        self._moment()
        self._store.decide(first, decisions)
        self._moment()

    def _moment(self) -> None:
        if self._left == 0:
            raise Blackout
        self._left -= 1


WORDS = (
    "What about body cameras?",
    "Sign the petition for cameras now please",
    "Hello there, everyone",
    "A1: yes, I do",
)
ids = st.integers(0, 30).map(str)
accounts = st.sampled_from(["host", "ann", "bob", "cid", "dot"])
when = st.integers(-400, 400).map(lambda seconds: START + seconds * SECOND)


def _made(kind: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, id=ids, at=when, account=accounts, **fields)


posts = _made(Post, text=st.sampled_from(WORDS) | st.text(max_size=20), reply_to=st.none() | ids)
notices = st.one_of(
    posts,
    posts,
    posts,
    _made(Repost, subject=ids),
    _made(Like, subject=ids),
    st.builds(Edit, post=posts),
    st.builds(Deletion, id=ids, at=when),
    st.builds(Departure, account=accounts, at=when),
)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Make batches, each told some time after it was seen, that say how far they go."""
    script: Script = []
    told = seen = 0.0
    for number, some in enumerate(draw(st.lists(st.lists(notices, max_size=6), max_size=12)), 1):
        gaps = [draw(st.sampled_from([0.0, 0.3, 2.0, 20.0])) for _ in some]
        stamped = []
        for gap, notice in zip(gaps, some, strict=True):
            seen += gap
            stamped.append(_seen(notice, seen))
        told = max(told, seen + draw(st.sampled_from([0.0, 1.0, 30.0])))
        script.append((told, Batch(notices=tuple(stamped), upto=START + seen * SECOND, cursor=str(number))))
    return script


def _seen(notice: Notice, seconds: float) -> Notice:
    seen = START + seconds * SECOND
    if isinstance(notice, Edit):
        return Edit(post=msgspec.structs.replace(notice.post, seen=seen))
    name = "seen" if isinstance(notice, Act) else "at"
    return msgspec.structs.replace(notice, **{name: seen})


def run_with_blackouts(stage: "Stage", script: Script, moments: Iterable[int], rewind: int, pause: float) -> None:
    """Run an evening to its end through power cuts."""
    store = stage.store
    for moment in moments:
        stage.store = Powered(store, moment)
        try:
            stage.follow(stage.script(script, rewind))
        except Blackout:
            stage.clock = type(stage.clock)(stage.clock.now() + pause * SECOND)
    stage.store = store
    stage.follow(stage.script(script, rewind))


def heard_again(rules: Rules, log: Iterable[Taken], last: datetime) -> list[Decision]:
    """Decide a log in one go."""
    evening = Evening(rules)
    decisions: list[Decision] = []
    for taken in log:
        if isinstance(taken.notice, Deletion):
            decisions += evening.decide(Withdrawal(id=taken.notice.id, seen=taken.seen))
        elif taken.heard is not None:
            decisions += evening.decide(taken.heard)
    return decisions + evening.advance(last)


pauses = st.sampled_from([0.0, 1.0, 3600.0])
blackouts = st.lists(st.integers(0, 40), max_size=6)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(script=scripts(), moments=blackouts, pause=pauses)
def test_power_cuts_change_nothing_about_a_playback(
    stage: "Stage", script: Script, moments: list[int], pause: float
) -> None:
    """However often the power goes between two writes, log and decisions are those of an undisturbed evening."""
    whole, cut = type(stage)(), type(stage)()
    whole.patience = cut.patience = None
    whole.run(*script)
    run_with_blackouts(cut, script, moments, 0, pause)
    assert list(cut.store.log()) == list(whole.store.log())
    assert list(cut.store.decisions()) == list(whole.store.decisions())


def test_what_was_due_before_an_edit_is_decided_once(stage: "Stage") -> None:
    """An edit decides nothing, and time has passed all the same when it comes: also when the log is heard again."""
    waits = Post(id="waits", at=START, account="cid", text="Sign the petition for cameras now please")
    edited = msgspec.structs.replace(waits, text="otherwise")
    script: Script = [
        (0.0, Batch(notices=(Post(id="first", at=START, account="host", text="What?"), waits), upto=START, cursor="1")),
        (20.0, Batch(notices=(_seen(Edit(post=edited), 20.0),), upto=START + 20 * SECOND, cursor="2")),
    ]
    for moment in range(12):
        whole, cut = type(stage)(), type(stage)()
        whole.patience = cut.patience = None
        whole.run(*script)
        run_with_blackouts(cut, script, [moment], 0, 0.0)
        assert list(cut.store.decisions()) == list(whole.store.decisions())
        assert [one.act for one in whole.store.decisions()] == ["first", "waits"]


@SETTINGS
@given(script=scripts(), moments=blackouts, rewind=st.integers(0, 3), pause=pauses)
def test_power_cuts_lose_and_double_nothing_live(
    stage: "Stage", script: Script, moments: list[int], rewind: int, pause: float
) -> None:
    """Where the evening may go on by the clock, every act is kept once, and the log comes to what was decided."""
    stage = type(stage)()
    run_with_blackouts(stage, script, moments, rewind, pause)
    log = list(stage.store.log())
    kept = [taken.notice.id for taken in log if isinstance(taken.notice, Act)]
    told = [_id(notice) for _, batch in script for notice in batch.notices]
    assert len(kept) == len(set(kept))
    assert set(kept) == {id_ for id_ in told if id_ is not None}
    assert [taken.seen for taken in log] == sorted(taken.seen for taken in log)
    decisions = list(stage.store.decisions())
    assert decisions == heard_again(stage.rules, log, max([log[-1].seen, decisions[-1].at] if log else [START]))
    assert [one.at for one in decisions] == sorted(one.at for one in decisions)


def _id(notice: Notice) -> str | None:
    if isinstance(notice, Edit):
        return notice.post.id
    return notice.id if isinstance(notice, Act) else None


@pytest.mark.parametrize("moment", range(12))
def test_every_moment_of_a_short_evening_can_be_the_last(stage: "Stage", moment: int) -> None:
    """One after the other, each gap between two writes is tried."""
    seen = [START + n * SECOND for n in range(4)]
    posts = [
        Post(id=str(n), at=when, account=str(n), text=f"Number {n} has a word", seen=when)
        for n, when in enumerate(seen)
    ]
    script = [(float(n), Batch(notices=(posts[n],), upto=seen[n], cursor=str(n + 1))) for n in range(4)]
    run_with_blackouts(stage, script, [moment, moment], 0, 1)
    assert [taken.notice for taken in stage.store.log()] == posts
    assert sorted(one.act for one in stage.store.decisions()) == ["0", "1", "2", "3"]
