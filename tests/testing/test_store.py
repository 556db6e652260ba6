from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.hear import hear
from fairfloor.session.ports import OtherRules, Store, Told
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.testing.examples import examples
from fairfloor.testing.store import MemoryStore

START = datetime(2014, 10, 23, 1, tzinfo=UTC)

ids = st.sampled_from(["a", "b", "c", "d"])
accounts = st.sampled_from(["ann", "bob"])
texts = st.sampled_from(["What about this one?", "Nothing to say", ""])
acts = st.one_of(
    st.builds(Post, id=ids, at=st.just(START), account=accounts, handle=st.none() | accounts, text=texts),
    st.builds(Repost, id=ids, at=st.just(START), account=accounts, subject=ids),
    st.builds(Like, id=ids, at=st.just(START), account=accounts, subject=ids),
)
notices = st.one_of(
    acts,
    st.builds(Edit, post=st.builds(Post, id=ids, at=st.just(START), account=accounts, text=texts)),
    st.builds(Deletion, id=ids, at=st.just(START)),
    st.builds(Departure, account=accounts, at=st.just(START)),
    st.builds(Rename, account=accounts, handle=st.sampled_from(["x", "y"]), at=st.just(START)),
)
faults = st.builds(Fault, st.sampled_from([Cause.NOT_JSON, Cause.BAD_TIME]), st.integers(1, 9))
batches = st.tuples(
    st.lists(notices, max_size=6), st.none() | st.just("10"), st.lists(faults, max_size=2), st.integers(0, 2)
)


def told(notice: Notice, seconds: int) -> Told:
    """Give a notice as it reached us, heard where it is an act."""
    seen = START + timedelta(seconds=seconds)
    act = notice.post if isinstance(notice, Edit) else notice
    return Told(notice=notice, seen=seen, heard=hear(act, seen) if isinstance(act, Act) else None)


@contextmanager
def on_disk() -> Iterator[Store]:
    """Open a store on disk, the one whose promises count."""
    with TemporaryDirectory() as folder, opened(Path(folder) / "evening.db") as (writer, reader):
        yield SqlStore(writer, reader)


def test_it_answers_as_the_store_on_disk_does() -> None:
    """Told the same batches, both give the same receipts, logs, cursors and refusals, whatever comes in what order."""

    @settings(max_examples=examples(60, 150), deadline=None)
    @given(told_in=st.lists(batches, max_size=5), after=st.integers(0, 8))
    def compare(told_in: list[tuple[list[Notice], str | None, list[Fault], int]], after: int) -> None:
        memory = MemoryStore()
        with on_disk() as disk:
            for seconds, (some, cursor, bad, skipped) in enumerate(told_in):
                batch = [told(notice, seconds) for notice in some]
                receipts = [
                    store.take("test", batch, cursor=cursor, faults=bad, skipped=skipped) for store in (memory, disk)
                ]
                assert receipts[0] == receipts[1]
            assert list(memory.log(after)) == list(disk.log(after))
            assert memory.cursor("test") == disk.cursor("test")

    compare()


def test_no_word_taken_back_is_left_in_it() -> None:
    """After a deletion the words are nowhere in what the store holds; the fingerprints are."""
    store = MemoryStore()
    post = Post(id="a", at=START, account="ann", text="something I should not have said")
    store.take("test", [told(post, 1), told(Deletion(id="a", at=START), 2)], cursor=None, faults=(), skipped=0)
    assert "should not" not in repr(vars(store))
    kept = next(iter(store.log()))
    assert kept.heard == told(post, 1).heard


def test_decisions_are_numbered_without_gaps() -> None:
    """What is kept stays, what is new is added, and a gap is refused."""
    evening = Evening(Rules(tag="copchat"))
    heard = [told(Post(id=name, at=START, account=name, text=f"I am {name}"), 1).heard for name in "abc"]
    decisions = [decision for one in heard if one is not None for decision in evening.decide(one)] + evening.finish()
    store = MemoryStore()
    store.decide(1, decisions[:2])
    store.decide(2, decisions[1:])
    assert list(store.decisions()) == decisions
    assert list(store.decisions(after=2)) == decisions[2:]
    assert store.decided() == len(decisions)
    with pytest.raises(ValueError, match="does not follow"):
        store.decide(len(decisions) + 2, decisions[:1])


def test_an_evening_goes_on_by_the_rules_it_was_begun_with() -> None:
    """Beginning again by the same rules is nothing new; by others, it is refused."""
    store = MemoryStore()
    store.begin(Rules(tag="copchat"))
    store.begin(Rules(tag="copchat"))
    with pytest.raises(OtherRules):
        store.begin(Rules(tag="other"))


def test_faults_and_skips_are_counted_by_source() -> None:
    """Bad input is counted with the first of each cause; notices about strangers count as skipped."""
    store = MemoryStore()
    fault = Fault(Cause.NOT_JSON, 7)
    store.take(
        "a", [told(Deletion(id="x", at=START), 1)], cursor="3", faults=[fault, Fault(Cause.NOT_JSON, 8)], skipped=2
    )
    assert [(source, count.times, count.first) for source, count in store.faults()] == [("a", 2, fault)]
    assert store.skipped() == 3
