"""Proposals: who proposes, who wants it, what the host says; and that undoing is exact."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import (
    Accept,
    Decline,
    Dispute,
    Doing,
    Merge,
    Move,
    Propose,
    Role,
    Split,
    Undo,
    Vote,
    Withdraw,
)
from fairfloor.chat.proposals.book import STAGES, Proposal
from fairfloor.chat.proposals.proposals import EACH, Proposals
from fairfloor.chat.proposals.topic import TITLE, proposes, topic
from fairfloor.chat.proposals.votes import CHANGES

START = datetime(2026, 3, 5, 2, tzinfo=UTC)


class Same:
    """Topics are the same where their last word is."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def place(self, id: str, text: str) -> str | None:  # noqa: A002 - its name there
        """Give the first topic with the same last word."""
        first = self._first.setdefault(text.rsplit(maxsplit=1)[-1], id)
        return None if first == id else first

    def forget(self, id: str) -> None:  # noqa: A002
        """Forget a topic."""
        self._first = {word: first for word, first in self._first.items() if first != id}


class Evening:
    """Proposals that are told of posts and moves a minute apart."""

    def __init__(self) -> None:
        self.proposals = Proposals(Same())
        self._count = count(1)
        self.now = START

    def post(self, text: str, who: str = "ann", **more: Any) -> str:
        """Let somebody post something; gives its id."""
        self.now += timedelta(minutes=1)
        post = Post(id=f"post{next(self._count)}", at=self.now, account=who, text=text, **more)
        self.proposals.post(post, Form())
        return post.id

    def made(self, do: Doing, by: str = "Hal", reason: str = "So it is.") -> Move:
        """Make a move up, without making it."""
        self.now += timedelta(minutes=1)
        role: Role = "host" if by == "Hal" else "participant"
        return Move(id=f"move{next(self._count)}", at=self.now, by=by, role=role, do=do, reason=reason)

    def do(self, do: Doing, by: str = "Hal", reason: str = "So it is.") -> Move:
        """Make a move; gives it."""
        move = self.made(do, by, reason)
        self.proposals.move(move)
        return move

    def proposal(self, name: str) -> Proposal:
        """Give the proposal that a post or a move belongs to."""
        found = self.proposals.proposal(name)
        assert found
        return found


@pytest.mark.parametrize(
    "text",
    [
        "Topic: body cameras",
        "#copchat topic: body cameras",
        "TOPIC\uff1abody cameras",
        "Body cameras #proposal #copchat",
    ],
)
def test_a_post_proposes_by_its_marks(text: str) -> None:
    """`topic:` at its head, or the tag #proposal; the title is what is left without them."""
    post = Post(id="post", at=START, account="ann", text=text)
    assert proposes(post)
    assert topic(text).title.casefold() == "body cameras"


@pytest.mark.parametrize("text", ["A topical remark: well", "The topic was dull", "#proposalsomething", ""])
def test_what_has_no_mark_proposes_nothing(text: str) -> None:
    """A topic spoken of, or a longer tag, is none."""
    assert not proposes(Post(id="post", at=START, account="ann", text=text))


@given(st.text(max_size=600))
def test_any_text_has_a_topic_of_bounded_length(text: str) -> None:
    """Whatever it says, its title is one line that fits."""
    found = topic(text)
    assert len(found.title) <= TITLE
    assert "\n" not in found.title


def test_hashtags_run_together_cost_no_more_than_their_length() -> None:
    """Anyone can post a topic, and pages read it: a pattern that tries every way to part them would never return."""
    assert topic(f"Topic: x{'#a' * 9_000} cameras #copchat").text.endswith("cameras #copchat")
    assert topic(f"Topic: cameras{' #a' * 6_000}") == ("cameras", "")


def test_a_proposal_is_withdrawn_not_undone() -> None:
    """Else who proposed it could make it disappear with what others said of it, and a session it was accepted for."""
    evening = Evening()
    proposed = evening.do(Propose(title="Cameras"), "ann")
    evening.do(Vote(proposal=proposed.id, vote=1), "bob")
    assert evening.proposals.refuses(evening.made(Undo(move=proposed.id), "ann"))
    assert evening.proposals.refuses(evening.made(Withdraw(of=proposed.id), "ann")) is None


def test_who_proposes_and_takes_back_without_end_leaves_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was proposed is kept, so one account's part of it is bounded."""
    monkeypatch.setattr("fairfloor.chat.proposals.proposals.EVER", 3)
    evening = Evening()
    posts = [evening.post(f"Topic: {word}", "ann") for word in ("cameras", "patrols", "hearings", "horses")]
    for post in posts:
        evening.proposals.gone(post, evening.now)
    assert [evening.proposals.proposal(post) is not None for post in posts] == [True, True, True, False]
    assert evening.proposals.refuses(evening.made(Propose(title="Dogs"), "ann"))
    assert evening.proposals.refuses(evening.made(Propose(title="Dogs"), "bob")) is None


def test_a_tag_found_by_the_network_proposes_too() -> None:
    """Wherever it stands in the words."""
    assert proposes(Post(id="post", at=START, account="ann", text="x", tags=("Proposal",)))


def test_who_proposes_wants_it_until_they_say_otherwise() -> None:
    """And so does who proposes the same; the last vote of an account counts; support is a sum of says."""
    evening = Evening()
    first = evening.post("Topic: cameras", "ann")
    again = evening.post("Topic: body cameras", "bob")
    assert evening.proposal(again).id == first
    assert [one.by for one in evening.proposal(first).proposers] == ["ann", "bob"]
    evening.do(Vote(proposal=first, vote=1), "cyn")
    evening.do(Vote(proposal=again, vote=-1), "ann")
    assert evening.proposals.votes_on(first) == {"ann": -1, "bob": 1, "cyn": 1}
    evening.do(Vote(proposal=first, vote=0), "cyn")
    assert evening.proposals.vote_of(again, "cyn") == 0
    assert evening.proposals.support(first, lambda _: 0.5) == 0.5


def test_a_bloc_counts_once() -> None:
    """Its accounts share a say; so many of them add up to one voice."""
    evening = Evening()
    name = evening.do(Propose(title="Cameras"), "ann").id
    for number in range(50):
        evening.do(Vote(proposal=name, vote=1), f"ring{number}")
    assert evening.proposals.support(name, lambda who: 0.02 if who.startswith("ring") else 1.0) == pytest.approx(2)


def test_the_host_proposes_and_does_not_vote() -> None:
    """What the host's people propose has no support by that."""
    evening = Evening()
    name = evening.do(Propose(title="Cameras")).id
    vote = evening.made(Vote(proposal=name, vote=1))
    assert evening.proposals.refuses(vote)
    evening.proposals.move(vote)
    assert evening.proposals.votes_on(name) == {}


def test_a_proposal_is_accepted_for_a_date_or_declined_with_a_reason() -> None:
    """Not for a date past, not without a reason, and not when nobody proposes it any more."""
    evening = Evening()
    name = evening.post("Topic: cameras")
    on = START + timedelta(days=7)
    assert evening.proposals.refuses(evening.made(Accept(proposal=name, on=START)))
    assert evening.proposals.refuses(evening.made(Accept(proposal=name, on=START.replace(year=9999))))
    assert evening.proposals.refuses(evening.made(Decline(of=name), reason=""))
    evening.do(Accept(proposal=name, on=on))
    outcome = evening.proposal(name).outcome
    assert outcome
    assert (outcome.stage, outcome.on) == ("accepted", on)
    evening.do(Decline(of=name), reason="We cannot, after all.")
    assert [one.stage for one in evening.proposal(name).decided] == ["accepted", "declined"]
    other = evening.post("Topic: overtime")
    evening.proposals.gone(other, evening.now)
    assert evening.proposal(other).stage == "withdrawn"
    assert evening.proposals.refuses(evening.made(Accept(proposal=other, on=on + timedelta(days=1))))


def test_only_who_proposed_withdraws_and_only_what_is_open() -> None:
    """Where several propose it, one goes and it stays open."""
    evening = Evening()
    name = evening.post("Topic: cameras", "ann")
    evening.post("Topic: our cameras", "bob")
    assert evening.proposals.refuses(evening.made(Withdraw(of=name), "cyn"))
    evening.do(Withdraw(of=name), "ann")
    assert (evening.proposal(name).stage, [one.by for one in evening.proposal(name).proposers]) == ("open", ["bob"])
    evening.do(Decline(of=name))
    assert evening.proposals.refuses(evening.made(Withdraw(of=name), "bob"))


def test_what_is_merged_is_one_and_what_is_split_is_not() -> None:
    """Votes go along; an account that voted on both has the later vote."""
    evening = Evening()
    one, other = evening.post("Topic: cameras", "ann"), evening.post("Topic: tapes", "bob")
    evening.do(Vote(proposal=one, vote=1), "cyn")
    evening.do(Vote(proposal=other, vote=-1), "cyn")
    evening.do(Merge(of=other, into=one))
    assert evening.proposal(other).id == one
    assert evening.proposals.votes_on(one) == {"ann": 1, "bob": 1, "cyn": -1}
    same = evening.post("Topic: old tapes", "dan")
    assert evening.proposal(same).id == one
    evening.do(Split(act=other))
    assert evening.proposals.votes_on(one) == {"ann": 1, "cyn": 1}
    assert evening.proposals.votes_on(same) == {"bob": 1, "cyn": -1, "dan": 1}
    evening.do(Split(act=same))
    assert evening.proposals.votes_on(same) == {"dan": 1}


def test_one_account_has_a_few_open_proposals_at_most() -> None:
    """By posts as by moves; one that is answered or withdrawn makes room."""
    evening = Evening()
    names = [evening.post(f"Topic: t{number}") for number in range(EACH + 1)]
    assert evening.proposals.proposal(names[-1]) is None
    assert evening.proposals.refuses(evening.made(Propose(title="More"), "ann"))
    evening.do(Decline(of=names[0]))
    assert evening.proposals.refuses(evening.made(Propose(title="More"), "ann")) is None
    assert evening.proposals.refuses(evening.made(Propose(title=" "), "bob"))


def test_a_vote_is_changed_only_so_often() -> None:
    """What is held of an account is bounded; the vote stays as it was."""
    evening = Evening()
    name = evening.post("Topic: cameras")
    for _ in range(CHANGES):
        assert evening.proposals.refuses(evening.made(Vote(proposal=name, vote=1), "bob")) is None
        evening.do(Vote(proposal=name, vote=1), "bob")
    assert evening.proposals.refuses(evening.made(Vote(proposal=name, vote=-1), "bob"))
    evening.do(Vote(proposal=name, vote=-1), "bob")
    assert evening.proposals.vote_of(name, "bob") == 1
    assert evening.proposals.refuses(evening.made(Vote(proposal="post99", vote=1), "bob"))


def test_moves_of_other_parts_change_nothing() -> None:
    """They are neither refused nor taken in."""
    evening = Evening()
    for do in (Dispute(question="post9", text="No."), Decline(of="post9"), Split(act="post9"), Withdraw(of="post9")):
        assert evening.proposals.refuses(evening.made(do, "ann")) is None
        evening.do(do, "ann")
    assert not any(evening.proposals.among(stage) for stage in STAGES)


# Whatever happens

_names = st.sampled_from([f"post{number}" for number in range(1, 7)] + [f"move{number}" for number in range(12)])
_votes: st.SearchStrategy[Any] = st.sampled_from([1, 0, -1])
_doings = st.one_of(
    st.just(Propose(title="A topic")),
    st.builds(Vote, proposal=_names, vote=_votes),
    st.builds(Accept, proposal=_names, on=st.just(START + timedelta(days=9))),
    st.builds(Decline, of=_names),
    st.builds(Withdraw, of=_names),
    st.builds(Merge, of=_names, into=_names),
    st.builds(Split, act=_names),
)
_happenings = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.sampled_from(["ann", "bob"]), st.sampled_from(["Topic: a", "Topic: b", "No."])),
        st.tuples(st.just("move"), st.sampled_from(["ann", "bob", "Hal"]), _doings),
        st.tuples(st.just("gone"), _names),
    ),
    max_size=30,
)


def _tell(proposals: Proposals, happenings: list[Any], without: frozenset[int] = frozenset()) -> dict[int, Move]:
    """Tell proposals what happened, but for some; gives the moves made."""
    posts, moves = count(1), {}
    for number, one in enumerate(happenings):
        at = START + timedelta(minutes=number)
        match one:
            case "post", who, text:
                proposals.post(Post(id=f"post{next(posts)}", at=at, account=who, text=text), Form())
            case "gone", act:
                proposals.gone(act, at)
            case "move", by, do if number not in without:
                role: Role = "host" if by == "Hal" else "participant"
                moves[number] = Move(id=f"move{number}", at=at, by=by, role=role, do=do, reason="So.")
                proposals.move(moves[number])
    return moves


def _standing(proposals: Proposals) -> Any:
    return {
        stage: {name: (proposals.proposal(name), proposals.votes_on(name)) for name in proposals.among(stage)}
        for stage in STAGES
    }


@given(_happenings, st.data())
@settings(max_examples=200)
def test_what_is_undone_was_never_made(happenings: list[Any], data: st.DataObject) -> None:
    """Votes, answers, merges and all."""
    proposals, other = Proposals(Same()), Proposals(Same())
    moves = _tell(proposals, happenings)
    undone = data.draw(st.lists(st.sampled_from(sorted(moves)), unique=True) if moves else st.just([]))
    for number in undone:
        proposals.undo(moves[number])
    _tell(other, happenings, without=frozenset(undone))
    assert _standing(proposals) == _standing(other)


@given(_happenings)
def test_every_proposal_is_at_exactly_one_stage(happenings: list[Any]) -> None:
    """And what can be read of it agrees with the list that it is in."""
    proposals = Proposals(Same())
    _tell(proposals, happenings)
    names = [name for stage in STAGES for name in proposals.among(stage)]
    assert len(names) == len(set(names))
    for stage in STAGES:
        for name in proposals.among(stage):
            found = proposals.proposal(name)
            assert found
            assert (found.id, found.stage) == (name, stage)
            assert (stage == "withdrawn") == (not found.proposers and not found.decided)


@given(_happenings, st.sampled_from(["ann", "Hal"]), _doings)
def test_what_is_refused_changes_nothing(happenings: list[Any], by: str, do: Doing) -> None:
    """But for a vote on what was settled meanwhile."""
    proposals = Proposals(Same())
    _tell(proposals, happenings)
    role: Role = "host" if by == "Hal" else "participant"
    move = Move(id="late", at=START + timedelta(days=1), by=by, role=role, do=do, reason="So.")
    if proposals.refuses(move) is None or isinstance(do, Vote):
        return
    before = _standing(proposals)
    proposals.move(move)
    assert _standing(proposals) == before
