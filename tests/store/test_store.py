from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Entry, OtherRules

if TYPE_CHECKING:
    from tests.store.conftest import Desk

Make = Callable[..., Post]


def notices(desk: "Desk") -> list[Entry]:
    """Give what the log tells."""
    return [taken.notice for taken in desk.store.log()]


def causes(desk: "Desk") -> dict[Cause, int]:
    """Count faults by cause."""
    return {count.first.cause: count.times for _, count in desk.records.faults()}


def test_what_is_taken_comes_back_from_the_log_in_order(desk: "Desk", post: Make) -> None:
    """Acts of all kinds come back as they were told, with when they were seen and what was heard."""
    like = Like(id="like", at=post().at, account="b", subject="post-1")
    repost = Repost(id="repost", at=post().at, account="b", subject="post-1", subject_account="account-1")
    receipt = desk.take(post(1), like, repost, Rename(account="b", handle="bea", at=post().at))
    assert [taken.seq for taken in receipt.taken] == [1, 2, 3, 4]
    assert list(desk.store.log()) == list(receipt.taken)
    assert list(desk.store.log(after=2)) == list(receipt.taken[2:])


def test_a_repeated_act_is_counted_and_the_first_one_counts(desk: "Desk", post: Make) -> None:
    """The same id again, in the same batch or a later one, changes nothing but the count of faults."""
    first = desk.take(post(1), post(1, text="other words"))
    again = desk.take(post(1, account="somebody else"), post(2))
    assert [taken.notice for taken in (*first.taken, *again.taken)] == [post(1), post(2)]
    assert notices(desk) == [post(1), post(2)]
    assert again.faults == (Fault(Cause.REPEATED, detail="post-1"),)
    assert causes(desk) == {Cause.REPEATED: 2}


def test_a_large_batch_knows_its_repeats(desk: "Desk", post: Make) -> None:
    """More ids than fit into one question to the database are all looked up."""
    many = [post(number) for number in range(1_700)]
    desk.take(*many)
    assert desk.take(*many).taken == ()
    assert causes(desk) == {Cause.REPEATED: 1_700}


def test_cursor_and_counts_move_with_the_batch(desk: "Desk", post: Make) -> None:
    """The cursor is the last one given; a batch without one leaves it; sources are kept apart."""
    fault = Fault(Cause.NOT_JSON, 7, "no JSON")
    desk.store.take("a", [desk.told(post(1))], cursor="10", faults=[fault], skipped=3)
    desk.store.take("a", [], cursor=None, faults=[Fault(Cause.NOT_JSON, 9, "later")], skipped=2)
    desk.store.take("b", [], cursor="x" * 500, faults=(), skipped=1)
    assert (desk.store.cursor("a"), desk.store.cursor("b"), desk.store.cursor("c")) == ("10", "x" * 500, None)
    ((source, count),) = desk.records.faults()
    assert (source, count.times, count.first) == ("a", 2, fault)
    assert desk.records.skipped() == 6


def test_a_batch_that_fails_leaves_nothing_behind(desk: "Desk", post: Make) -> None:
    """Where one act of a batch cannot be written, neither the others nor the cursor are."""
    with pytest.raises(UnicodeEncodeError):
        desk.store.take(
            "a", [desk.told(post(1)), desk.told(post(2, lang=("\ud800",)))], cursor="10", faults=(), skipped=3
        )
    assert notices(desk) == []
    assert desk.store.cursor("a") is None
    assert desk.records.skipped() == 0


def test_decisions_are_kept_under_their_numbers(desk: "Desk", post: Make) -> None:
    """Appending the same decisions again, or some of them, repeats nothing and changes no place."""
    decisions = desk.decide(*(post(number) for number in range(5)))
    desk.store.decide(1, decisions)
    desk.store.decide(2, decisions[1:3])
    assert list(desk.store.decisions()) == decisions
    assert list(desk.store.decisions(after=3)) == decisions[3:]
    assert desk.store.decided() == len(decisions) == 5


def test_decisions_cannot_leave_a_gap(desk: "Desk", post: Make) -> None:
    """A number that does not follow on the last one is a mistake of ours and is refused."""
    decisions = desk.decide(post(1))
    with pytest.raises(ValueError, match="decision 5 does not follow on 1"):
        desk.store.decide(5, decisions)


def test_rules_are_kept_and_others_are_refused(desk: "Desk") -> None:
    """An evening goes on under the rules that it was begun with."""
    rules = Rules(tag="copchat", hosts=frozenset({"h", "i", "j"}), pace=6, ttl=timedelta(minutes=3))
    assert desk.store.rules() is None
    desk.store.begin(rules)
    desk.store.begin(Rules(tag="copchat", hosts=frozenset({"j", "i", "h"}), pace=6, ttl=timedelta(minutes=3)))
    assert desk.store.rules() == rules
    with pytest.raises(OtherRules) as refused:
        desk.store.begin(Rules(tag="copchat"))
    assert (refused.value.kept, refused.value.asked) == (rules, Rules(tag="copchat"))


def test_notices_about_strangers_are_skipped(desk: "Desk", post: Make) -> None:
    """A network tells of everybody's deletions and renames; those that are not about this chat leave no trace."""
    at = post().at
    receipt = desk.take(Deletion(id="x", at=at), Departure(account="x", at=at), Rename(account="x", handle="y", at=at))
    assert (receipt.taken, receipt.faults, receipt.skipped) == ((), (), 3)
    assert notices(desk) == []
    assert desk.records.skipped() == 3


def test_an_edit_changes_the_words_and_not_what_was_heard(desk: "Desk", post: Make) -> None:
    """The log has the new words and when the post was first seen; the fingerprints are those decided on."""
    taken = desk.take(post(1)).taken[0]
    later = post(1, text="Better words", seen=post().at + timedelta(minutes=2))
    assert [one.notice for one in desk.take(Edit(post=later)).taken] == [Edit(post=later)]
    first, edit = desk.store.log()
    assert first.notice == post(1, text="Better words")
    assert first.heard == taken.heard
    assert isinstance(edit.notice, Edit)
    assert edit.notice.post.text == "Better words"
    record = desk.records.record("post-1")
    assert record is not None
    assert record.edited


def test_an_edit_told_twice_is_a_repeat(desk: "Desk", post: Make) -> None:
    """Telling the same edit again after a dropped connection changes nothing."""
    edit = Edit(post=post(1, text="Better words"))
    desk.take(post(1), edit)
    assert desk.take(Edit(post=post(1, text="Better words", seen=post().at))).taken == ()
    assert causes(desk) == {Cause.REPEATED: 1}


def test_an_edit_of_an_unknown_post_brings_the_post(desk: "Desk", post: Make) -> None:
    """Who adds the tag to an older post has said it in the chat now."""
    taken = desk.take(Edit(post=post(1))).taken[0]
    assert taken.notice == post(1)
    assert taken.heard is not None
    assert notices(desk) == [post(1)]


def test_nobody_edits_anothers_post(desk: "Desk", post: Make) -> None:
    """An edit under another account, or of what is no post, is refused and counted."""
    desk.take(post(1), Like(id="like", at=post().at, account="b", subject="post-1"))
    desk.take(Edit(post=post(1, account="mallory", text="I am a fool")), Edit(post=post(2, id="like", account="b")))
    assert notices(desk)[0] == post(1)
    assert causes(desk) == {Cause.BAD_FIELD: 2}


def test_a_rename_is_taken_once(desk: "Desk", post: Make) -> None:
    """The handle that an account has already is no news, a new one is."""
    at = post().at
    names = [Rename(account="account-1", handle=handle, at=at) for handle in ("ann", "ann", "anna", "ann")]
    desk.take(post(1), *names)
    assert notices(desk) == [post(1), names[0], names[2], names[3]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"])), name=st.text(min_size=1, max_size=50).map(repr))
def test_any_words_come_back_as_they_were(desk: "Desk", post: Make, words: str, name: str) -> None:
    """Markup, bidirectional controls, zero bytes and quotes in words and names are kept to the letter."""
    desk.seconds += 1
    told = post(desk.seconds, text=words, handle=name, id=f"{desk.seconds}-{words[:100]}\x00'\";--")
    taken = desk.take(told).taken
    record = desk.records.record(told.id)
    assert [one.notice for one in taken] == [told]
    assert record is not None
    assert record.act == told
