from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from fairfloor.acts.act import Like, Post
from fairfloor.acts.fault import Cause
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.store.evening.schema import metadata
from fairfloor.store.location import Location
from fairfloor.store.opening import reading

if TYPE_CHECKING:
    from tests.store.conftest import Desk

Make = Callable[..., Post]
WORDS = "zanzibar-marmalade"


def kept(place: Location, words: str) -> bool:
    """Tell whether words stand anywhere in the files of a store, or in any row of a database."""
    if isinstance(place, Path):
        files = list(place.parent.glob(f"{place.name}*"))
        assert place in files
        return any(words.encode() in file.read_bytes() for file in files)
    reader = reading(place)
    with reader.connect() as db:
        found = any(words in str(row) for table in metadata.sorted_tables for row in db.execute(sa.select(table)))
    reader.dispose()
    return found


def test_a_deletion_takes_the_words_away(desk: "Desk", post: Make, place: Location) -> None:
    """Not a byte of what was said stays in a file or its write-ahead log, nor in a row, while it is still open."""
    told = post(1, text=f"I said {WORDS} " * 300, links=(f"https://{WORDS}.example",))
    desk.decide(post(0), told, post(2))
    assert kept(place, WORDS)
    desk.take(Deletion(id="post-1", at=told.at))
    assert not kept(place, WORDS)
    assert kept(place, "post-1")


def test_an_edit_takes_the_old_words_away(desk: "Desk", post: Make, place: Location) -> None:
    """What an author has corrected is not kept, nor are corrections that were corrected."""
    desk.decide(post(1, text=f"first {WORDS}"))
    desk.take(Edit(post=post(1, text=f"second {WORDS}")))
    desk.take(Edit(post=post(1, text="third")))
    assert not kept(place, WORDS)
    assert [getattr(taken.notice, "text", "edit") for taken in desk.store.log()] == ["third", "edit", "edit"]


def test_fingerprints_stay_so_that_the_evening_replays(desk: "Desk", post: Make) -> None:
    """The act keeps its place, its time and what decisions read; the deletion follows in the log."""
    before = desk.take(post(1, text="What about body cameras?", handle="ann", network="bluesky", lang=("en",))).taken[0]
    desk.take(Deletion(id="post-1", at=before.seen))
    act, deletion = desk.store.log()
    assert (act.seq, act.seen, act.heard) == (before.seq, before.seen, before.heard)
    assert act.notice == Post(id="post-1", at=post().at, account="account-1", network="bluesky")
    assert deletion.notice == Deletion(id="post-1", at=before.seen)


def test_a_deletion_told_twice_is_a_repeat(desk: "Desk", post: Make) -> None:
    """The second deletion is no second withdrawal, and telling the act again does not bring it back."""
    gone = Deletion(id="post-1", at=post().at)
    assert len(desk.take(post(1), gone, gone, post(1), Edit(post=post(1))).taken) == 2
    ((_, count),) = desk.records.faults()
    assert (count.first.cause, count.times) == (Cause.REPEATED, 3)
    record = desk.records.record("post-1")
    assert record is not None
    assert record.withdrawn
    assert isinstance(record.act, Post)
    assert record.act.text == ""


def test_a_deletion_ends_the_edits_too(desk: "Desk", post: Make) -> None:
    """An edit before the deletion is not told again: it has no words to tell."""
    desk.take(post(1), Edit(post=post(1, text="Better")), Deletion(id="post-1", at=post().at))
    assert [type(taken.notice) for taken in desk.store.log()] == [Post, Deletion]


def test_a_departure_withdraws_all_that_the_account_did(desk: "Desk", post: Make, place: Location) -> None:
    """Each act of the account is taken as deleted, once; its names go; others' acts stay."""
    at = post().at
    mine = [post(1, account="a", text=WORDS), post(2, account="a", text=WORDS)]
    like = Like(id="like", at=at, account="a", subject="post-3")
    desk.take(*mine, like, post(3), Rename(account="a", handle=WORDS, at=at), Deletion(id="post-1", at=at))
    taken = desk.take(Departure(account="a", at=at), Departure(account="a", at=at)).taken
    assert [one.notice for one in taken] == [Deletion(id="post-2", at=at), Deletion(id="like", at=at)]
    assert not kept(place, WORDS)
    record = desk.records.record("post-3")
    assert record is not None
    assert not record.withdrawn


def test_who_comes_back_is_heard_anew(desk: "Desk", post: Make) -> None:
    """After a departure new acts of the account are taken; what it did before stays withdrawn."""
    at = post().at
    desk.take(post(1, account="a"), Departure(account="a", at=at), post(2, account="a"))
    records = [desk.records.record(f"post-{number}") for number in (1, 2)]
    assert [record is not None and record.withdrawn for record in records] == [True, False]
