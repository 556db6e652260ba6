"""The ledger, question by question, and promise 9: an honest question does not disappear."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.ledger.entries import STATES, Numbers, Question
from fairfloor.chat.ledger.ledger import Ledger
from fairfloor.chat.moves import (
    Answer,
    Decline,
    Dispute,
    Doing,
    Enter,
    Merge,
    Move,
    Respond,
    Role,
    Split,
    Undo,
    Vote,
    Withdraw,
)
from fairfloor.chat.questions.forms import form

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
HOST = "did:plc:host"


class Same:
    """Questions are the same where their first word is."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def place(self, id: str, text: str) -> str | None:  # noqa: A002 - its name there
        """Give the first question with the same first word."""
        first = self._first.setdefault(text.split(maxsplit=1)[0], id)
        return None if first == id else first

    def forget(self, id: str) -> None:  # noqa: A002
        """Forget a question."""
        self._first = {word: first for word, first in self._first.items() if first != id}


class Evening:
    """A ledger that is told of posts and moves a minute apart."""

    def __init__(self) -> None:
        self.ledger = Ledger(frozenset({HOST}), Same())
        self._count = count(1)
        self.now = START

    def post(self, text: str, who: str = "", **more: Any) -> str:
        """Let somebody, of no other name than told, post something; gives its id."""
        number = next(self._count)
        self.now += timedelta(minutes=1)
        post = Post(id=f"post{number}", at=self.now, account=who or f"person{number}", text=text, **more)
        self.ledger.post(post, form(text))
        return post.id

    def gone(self, post: str) -> None:
        """Let an author take a post back."""
        self.now += timedelta(minutes=1)
        self.ledger.gone(post, self.now)

    def made(self, do: Doing, by: str = "Hal", role: Role | None = None, reason: str = "So it is.") -> Move:
        """Make a move up, without making it."""
        self.now += timedelta(minutes=1)
        role = role or ("host" if by == "Hal" else "participant")
        return Move(id=f"move{next(self._count)}", at=self.now, by=by, role=role, do=do, reason=reason)

    def do(self, do: Doing, by: str = "Hal", role: Role | None = None, reason: str = "So it is.") -> Move:
        """Make a move; gives it."""
        move = self.made(do, by, role, reason)
        self.ledger.move(move)
        return move

    def question(self, act: str) -> Question:
        """Give the question that a post asks."""
        found = self.ledger.question(act)
        assert found
        return found


def test_a_question_put_to_everybody_enters_as_it_is_said() -> None:
    """It is open, and named by its post."""
    evening = Evening()
    asked = evening.post("Why are there no minutes of the meeting?", "ann")
    question = evening.question(asked)
    assert (question.id, question.state, [ask.account for ask in question.asks]) == (asked, "open", ["ann"])


def test_what_asks_nothing_or_comes_from_the_host_does_not_enter() -> None:
    """Statements, the run sheet, and what else the host asks stay out; so does a proposal."""
    evening = Evening()
    posts = [
        evening.post("There are no minutes."),
        evening.post("Q1: What would you change?", HOST),
        evening.post("Is everybody here?", HOST),
        evening.post("Topic: why are there no minutes?"),
    ]
    assert [evening.ledger.question(post) for post in posts] == [None] * 4


def test_a_question_between_participants_waits_for_a_second_voice() -> None:
    """It enters when somebody else asks the same; its asker alone, however often, does not bring it in."""
    evening = Evening()
    said = evening.post("We had a meeting.", "bob")
    first = evening.post("When was it?", "ann", reply_to=said)
    again = evening.post("When was it?", "ann", reply_to=said)
    assert evening.ledger.question(first) is None
    assert [one.act for one in evening.ledger.waiting()] == [first]
    evening.post("When was it?", "cyn", reply_to=said)
    assert [ask.account for ask in evening.question(first).asks] == ["ann", "ann", "cyn"]
    assert evening.question(again).id == first
    assert not evening.ledger.waiting()


def test_a_reply_to_the_host_or_to_oneself_does_not_wait() -> None:
    """Nor does one that names the host; an answer to the run sheet that asks something does."""
    evening = Evening()
    asked = evening.post("Q1: What would you change?", HOST)
    said = evening.post("I have a case.", "ann")
    direct = evening.post("Do you mean here?", "ann", reply_to=asked)
    thread = evening.post("Who takes it?", "ann", reply_to=said)
    named = evening.post("Could you answer that?", "bob", reply_to=said, mentions=(HOST,))
    answer = evening.post("A1: Why not both?", "cyn", reply_to=asked)
    assert all(evening.ledger.question(one) for one in (direct, thread, named))
    assert evening.ledger.question(answer) is None


def test_who_asked_enters_a_question_by_hand_and_so_do_the_hosts_people() -> None:
    """Others do not; a post that was not noticed to be a question can be entered too."""
    evening = Evening()
    said = evening.post("We had a meeting.", "bob")
    waits = evening.post("When was it?", "ann", reply_to=said)
    told = evening.post("Tell us who pays.", "cyn")
    assert evening.ledger.refuses(evening.made(Enter(act=waits), "bob")) == "Only who asked it can do this."
    evening.do(Enter(act=waits), "ann")
    evening.do(Enter(act=told))
    assert [evening.question(one).state for one in (waits, told)] == ["open", "open"]
    assert evening.ledger.refuses(evening.made(Enter(act=told))) == "It stands in the ledger already."
    assert evening.ledger.refuses(evening.made(Enter(act="post99")))


def test_the_same_question_is_one_and_is_counted_by_says() -> None:
    """Accounts that act in step count as the one voice that they are; one voice is the least."""
    evening = Evening()
    asked = [evening.post(f"Why so late? {number}") for number in range(14)]
    assert {evening.question(one).id for one in asked} == {asked[0]}
    assert evening.ledger.voices(asked[3], lambda _: 1.0) == 14
    assert evening.ledger.voices(asked[3], lambda _: 0.1) == 1
    assert evening.ledger.voices(asked[3], lambda _: 0.0) == 1


def test_an_answer_says_by_whom_and_how_long_it_took() -> None:
    """A later answer takes its place; the first stays to be read."""
    evening = Evening()
    asked = evening.post("Why so late?")
    evening.do(Answer(question=asked, text="The hall was closed."))
    evening.do(Answer(question=asked, act="post77"), "Mo", "co-host")
    question = evening.question(asked)
    assert question.state == "answered"
    assert [(told.by, told.text, told.act) for told in question.outcomes] == [
        ("Hal", "The hall was closed.", None),
        ("Mo", "", "post77"),
    ]
    assert evening.ledger.numbers() == Numbers(answered=1, waited=timedelta(minutes=1))


def test_a_question_is_declined_with_a_reason_only() -> None:
    """Without one it stays open."""
    evening = Evening()
    asked = evening.post("Where do you live?")
    assert evening.ledger.refuses(evening.made(Decline(of=asked), reason=" "))
    evening.do(Decline(of=asked), reason=" ")
    assert evening.question(asked).state == "open"
    evening.do(Decline(of=asked), reason="It is nobody's business.")
    outcome = evening.question(asked).outcome
    assert outcome
    assert (outcome.state, outcome.text) == ("declined", "It is nobody's business.")


def test_a_question_is_withdrawn_when_nobody_asks_it_any_more() -> None:
    """One of two who ask it takes only their own part out; a deleted post counts as taken back."""
    evening = Evening()
    ann, bob = evening.post("Why so late?", "ann"), evening.post("Why so late?", "bob")
    evening.do(Withdraw(of=bob), "ann")
    assert evening.question(ann).state == "open"
    assert [ask.account for ask in evening.question(ann).asks] == ["bob"]
    assert evening.ledger.refuses(evening.made(Withdraw(of=ann), "ann")) == "Only who asked it can do this."
    evening.gone(bob)
    assert evening.question(ann).state == "withdrawn"


def test_an_answered_question_stays_answered_when_its_asker_leaves() -> None:
    """What became of it is told by what was said of it last."""
    evening = Evening()
    asked = evening.post("Why so late?", "ann")
    evening.do(Answer(question=asked, text="The hall was closed."))
    evening.gone(asked)
    assert evening.question(asked).state == "answered"


def test_the_hosts_reply_is_noted_and_is_the_answer_once_the_host_says_so() -> None:
    """The question stays open until then."""
    evening = Evening()
    asked = evening.post("Why so late?", "ann")
    reply = evening.post("Good question, wait a moment.", HOST, reply_to=asked)
    other = evening.post("The hall was closed.", HOST, reply_to=asked)
    question = evening.question(asked)
    assert (question.state, [one.act for one in question.replies]) == ("open", [reply, other])
    evening.do(Answer(question=asked, act=other))
    question = evening.question(asked)
    assert (question.state, [one.act for one in question.replies]) == ("answered", [reply])
    evening.gone(reply)
    assert not evening.question(asked).replies


def test_who_asked_disputes_and_the_host_responds() -> None:
    """Neither somebody else nor, of an open question, anybody does; a declined one may be disputed too."""
    evening = Evening()
    asked = evening.post("Why so late?", "ann")
    assert evening.ledger.refuses(evening.made(Dispute(question=asked, text="Well?"), "ann"))
    evening.do(Decline(of=asked), reason="Too late.")
    assert evening.ledger.refuses(evening.made(Dispute(question=asked, text="Well?"), "bob"))
    dispute = evening.do(Dispute(question=asked, text="This dodges it."), "ann")
    evening.do(Respond(dispute=dispute.id, text="We come back to it."))
    told = evening.question(asked).disputes[0]
    assert (told.text, told.account, told.responses[0].text) == ("This dodges it.", "ann", "We come back to it.")
    assert evening.ledger.numbers().disputed == 1
    assert evening.ledger.dispute(dispute.id) == (asked, told)
    assert evening.ledger.disputed() == [asked]


def test_a_reply_to_the_ledgers_own_post_of_the_answer_disputes_it() -> None:
    """From who asked; from anybody else it is a post like others."""
    evening = Evening()
    asked = evening.post("Why so late?", "ann")
    evening.do(Answer(question=asked, text="The hall was closed."))
    told = evening.post("Answered: the hall was closed. Reply here if that does not answer it.", HOST, reply_to=asked)
    evening.ledger.posted(asked, told)
    other = evening.post("Which hall was it?", "bob", reply_to=told)
    dispute = evening.post("It was open, was it not?", "ann", reply_to=told)
    assert [one.act for one in evening.question(asked).disputes] == [dispute]
    assert evening.ledger.question(dispute) is None
    assert evening.question(other).state == "open"
    evening.gone(dispute)
    assert [one.act for one in evening.question(asked).disputes] == [dispute]


def test_what_was_entered_by_hand_stays_once_something_became_of_it() -> None:
    """Whoever entered it cannot undo that after it was answered, or somebody else asks it too."""
    evening = Evening()
    said = evening.post("We had a meeting.", "bob")
    asked = evening.post("Tell us of it.", "ann", reply_to=said)
    entered = evening.do(Enter(act=asked), "ann")
    undo = evening.made(Undo(move=entered.id), "ann")
    assert evening.ledger.refuses(undo) is None
    evening.do(Answer(question=asked, text="In May."))
    assert evening.ledger.refuses(undo)


def test_no_asker_buries_a_question_under_disputes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One asker's disputes are bounded, by replies and on the page; another asker's show as before."""
    monkeypatch.setattr("fairfloor.chat.ledger.ledger.DISPUTES", 2)
    monkeypatch.setattr("fairfloor.chat.ledger.refusals.DISPUTES", 2)
    evening = Evening()
    asked, same = evening.post("Why so late?", "ann"), evening.post("Why late?", "bob")
    evening.do(Answer(question=asked, text="The hall was closed."))
    told = evening.post("Answered.", HOST, reply_to=asked)
    evening.ledger.posted(asked, told)
    for _ in range(4):
        evening.post("It was open.", "bob", reply_to=told)
        evening.do(Dispute(question=asked, text="It was open."), "bob")
    assert evening.ledger.refuses(evening.made(Dispute(question=same, text="It was open."), "bob"))
    evening.do(Dispute(question=asked, text="It was open, was it not?"), "ann")
    assert sorted(one.account for one in evening.question(asked).disputes) == ["ann", "bob", "bob"]


def test_what_was_declined_to_one_is_open_to_others() -> None:
    """Else a question put so that it must be declined would close it to everybody who asks the same later."""
    evening = Evening()
    rude = evening.post("Why so late, you clowns?", "ann")
    evening.do(Decline(of=rude), reason="Be kind.")
    assert evening.question(evening.post("Why so late, I said?", "ann")).id == rude
    honest = evening.post("Why so late?", "bob")
    again = evening.post("Why late?", "cyn")
    assert (evening.question(honest).state, evening.question(again).id) == ("open", honest)
    assert evening.question(rude).state == "declined"


def test_a_moderator_ends_no_question_by_merging_it() -> None:
    """To answer and to decline is the host's; of two open questions a moderator makes one."""
    evening = Evening()
    declined, late, slow = evening.post("Bananas?"), evening.post("Why so late?"), evening.post("Slow why?")
    evening.do(Decline(of=declined), reason="Not here.")
    for of, into in ((late, declined), (declined, late)):
        assert evening.ledger.refuses(evening.made(Merge(of=of, into=into), "Mo", "moderator"))
        assert evening.ledger.refuses(evening.made(Merge(of=of, into=into))) is None
    assert evening.ledger.refuses(evening.made(Merge(of=slow, into=late), "Mo", "moderator")) is None


def test_nobody_takes_a_dispute_down() -> None:
    """Not its author, not the host by undoing it, the answer, or what brought the question in."""
    evening = Evening()
    said = evening.post("We had a meeting.", "bob")
    asked = evening.post("When was it?", "ann", reply_to=said)
    entered = evening.do(Enter(act=asked))
    answered = evening.do(Answer(question=asked, text="In May."))
    disputed = evening.do(Dispute(question=asked, text="In May of which year?"), "ann")
    assert evening.ledger.refuses(evening.made(Undo(move=disputed.id), "ann"))
    for move in (disputed, answered, entered):
        evening.ledger.undo(move)
        assert [one.id for one in evening.question(asked).disputes] == [disputed.id]
    assert evening.question(asked).state == "open"


def test_what_is_merged_is_one_question_and_what_is_split_is_not() -> None:
    """Both stick, whoever asks the same afterwards, and a dispute goes where its asker's post goes."""
    evening = Evening()
    late, slow = evening.post("Why so late?", "ann"), evening.post("Slow why?", "bob")
    evening.do(Merge(of=slow, into=late))
    more = evening.post("Slow again, why?", "cyn")
    assert evening.question(more).id == late
    assert evening.question(late).merged == (slow,)
    assert [ask.account for ask in evening.question(slow).asks] == ["ann", "bob", "cyn"]
    evening.do(Answer(question=slow, text="The hall was closed."))
    disputed = evening.do(Dispute(question=late, text="It was open."), "cyn")
    evening.do(Split(act=slow))
    assert (evening.question(late).state, evening.question(slow).state) == ("answered", "open")
    assert [one.id for one in evening.question(slow).disputes] == [disputed.id]
    evening.do(Split(act=more))
    assert [one.id for one in evening.question(more).disputes] == [disputed.id]
    assert evening.question(evening.post("Slow as ever, why?")).id == slow


def test_a_merge_that_makes_no_sense_is_refused() -> None:
    """Of one question with itself, with one that is not there; and what names a question is not split from it."""
    evening = Evening()
    asked = evening.post("Why so late?")
    assert evening.ledger.refuses(evening.made(Merge(of=asked, into=asked)))
    assert evening.ledger.refuses(evening.made(Merge(of=asked, into="post99")))
    assert evening.ledger.refuses(evening.made(Merge(of="post98", into="post99"))) is None  # proposals, perhaps
    assert evening.ledger.refuses(evening.made(Split(act=asked)))
    assert evening.ledger.refuses(evening.made(Answer(question=asked, text=" ")))
    assert evening.ledger.refuses(evening.made(Answer(question="post99", text="Yes.")))
    assert evening.ledger.refuses(evening.made(Respond(dispute="move99", text="Yes.")))


def test_open_questions_come_by_voices_and_a_flood_of_them_sinks() -> None:
    """Whoever acts in step counts little; one account's many questions come after others' few."""
    evening = Evening()
    flood = [evening.post(f"Flood{number} what?", "loud") for number in range(20)]
    step = [evening.post("Step what?", f"ring{number}") for number in range(30)]
    two = [evening.post("Two what?") for _ in range(2)]
    one = evening.post("One what?")
    ranked = evening.ledger.ranked(lambda account: 0.02 if account.startswith("ring") else 1.0)
    assert ranked == [two[0], one, *flood, step[0]]


def test_a_deleted_question_that_comes_without_words_is_still_one() -> None:
    """On a restart its form is there; it is withdrawn as it was before."""
    evening = Evening()
    post = Post(id="post0", at=START, account="ann")
    evening.ledger.post(post, Form(question=True))
    evening.ledger.gone("post0", START)
    assert evening.question("post0").state == "withdrawn"


def test_moves_of_other_parts_change_nothing() -> None:
    """They are neither refused nor taken in."""
    evening = Evening()
    vote = evening.made(Vote(proposal="post1", vote=1), "ann")
    assert evening.ledger.refuses(vote) is None
    evening.ledger.move(vote)
    evening.ledger.undo(vote)
    assert evening.ledger.version == 0


# Whatever happens

_ACTS = [f"post{number}" for number in range(1, 9)]
_WHO = ["ann", "bob", "cyn", "Hal"]
_act = st.sampled_from(_ACTS)
_doings = st.one_of(
    st.builds(Answer, question=_act, text=st.just("Yes.")),
    st.builds(Decline, of=_act),
    st.builds(Withdraw, of=_act),
    st.builds(Enter, act=_act),
    st.builds(Merge, of=_act, into=_act),
    st.builds(Split, act=_act),
    st.builds(Dispute, question=_act, text=st.just("No.")),
    st.builds(Respond, dispute=st.sampled_from([f"move{number}" for number in range(30)]), text=st.just("So.")),
)
_posts = st.builds(
    lambda who, text, reply, host: ("post", HOST if host else who, text, reply),
    st.sampled_from(_WHO[:3]),
    st.sampled_from(["a?", "b?", "c?", "d."]),
    st.none() | _act,
    st.sampled_from([False, False, False, True]),
)
_happenings = st.lists(
    st.one_of(
        _posts,
        _posts,
        st.tuples(st.just("move"), st.sampled_from(_WHO), _doings),
        st.tuples(st.just("move"), st.sampled_from(_WHO), _doings),
        st.tuples(st.just("gone"), _act),
        st.tuples(st.just("posted"), _act, _act),
    ),
    max_size=40,
)


def _tell(ledger: Ledger, happenings: list[Any], without: frozenset[int] = frozenset()) -> dict[int, Move]:
    """Tell a ledger what happened, but for some; gives the moves made, which are those that it did not refuse."""
    posts = count(1)
    moves = {}
    for number, one in enumerate(happenings):
        at = START + timedelta(minutes=number)
        match one:
            case "post", who, text, reply:
                post = Post(id=f"post{next(posts)}", at=at, account=who, text=text, reply_to=reply)
                ledger.post(post, form(text))
            case "gone", act:
                ledger.gone(act, at)
            case "posted", question, act:
                ledger.posted(question, act)
            case "move", by, do if number not in without:
                role: Role = "host" if by == "Hal" else "participant"
                move = Move(id=f"move{number}", at=at, by=by, role=role, do=do, reason="So.")
                if isinstance(do, Dispute) or ledger.refuses(move) is None:
                    moves[number] = move
                ledger.move(move)
    return moves


def _standing(ledger: Ledger) -> dict[str, Any]:
    """Give all that can be read of a ledger."""
    return {
        "questions": {state: [ledger.question(name) for name in sorted(ledger.among(state))] for state in STATES},
        "waiting": ledger.waiting(),
        "numbers": ledger.numbers(),
        "disputed": sorted(ledger.disputed()),
        "of": {act: found.id if (found := ledger.question(act)) else None for act in _ACTS},
    }


@given(_happenings)
def test_every_question_is_in_exactly_one_state_and_none_disappears(happenings: list[Any]) -> None:
    """Each post that entered leads to one question, in one state; an open one is gone only if nobody asks it."""
    ledger = Ledger(frozenset({HOST}), Same())
    entered: set[str] = set()
    for upto in range(len(happenings)):
        ledger = Ledger(frozenset({HOST}), Same())
        _tell(ledger, happenings[: upto + 1])
        filed = [name for state in STATES for name in ledger.among(state)]
        assert len(filed) == len(set(filed))
        found = {act: question for act in _ACTS if (question := ledger.question(act))}
        assert entered <= found.keys()
        entered |= found.keys()
        for question in found.values():
            assert question.id in ledger.among(question.state)
            assert (question.state == "open") == (question.asked > 0 and not question.outcomes)
            assert question.state != "withdrawn" or question.asked == 0
        assert ledger.numbers().asked == len(filed) == len({question.id for question in found.values()})


@given(_happenings, st.data())
@settings(max_examples=200)
def test_what_is_undone_was_never_made(happenings: list[Any], data: st.DataObject) -> None:
    """But for disputes: these stay, and what a dispute stands on stays with it."""
    ledger = Ledger(frozenset({HOST}), Same())
    moves = _tell(ledger, happenings)
    undoable = [number for number, move in moves.items() if not isinstance(move.do, Dispute)]
    undone = data.draw(st.lists(st.sampled_from(undoable), unique=True) if undoable else st.just([]))
    disputes = [one.id for state in STATES for name in ledger.among(state) for one in _disputes(ledger, name)]
    for number in undone:
        ledger.undo(moves[number])
    left = [one.id for state in STATES for name in ledger.among(state) for one in _disputes(ledger, name)]
    assert sorted(left) == sorted(disputes)
    if not disputes:
        other = Ledger(frozenset({HOST}), Same())
        refused = {number for number, one in enumerate(happenings) if one[0] == "move"} - moves.keys()
        _tell(other, happenings, without=frozenset(undone) | refused)
        assert _standing(ledger) == _standing(other)


def _disputes(ledger: Ledger, name: str) -> Any:
    found = ledger.question(name)
    assert found
    return found.disputes


@given(_happenings, _happenings)
def test_disputes_never_vanish(before: list[Any], after: list[Any]) -> None:
    """Whatever is done afterwards, each dispute stands beside a question that its asker's post belongs to."""
    short, long = Ledger(frozenset({HOST}), Same()), Ledger(frozenset({HOST}), Same())
    _tell(short, before)
    _tell(long, before + after)
    for state in STATES:
        for name in short.among(state):
            for one in _disputes(short, name):
                found = long.dispute(one.id)
                assert found
                assert one.id in {other.id for other in _disputes(long, found[0])}


@given(_happenings)
def test_reading_changes_nothing(happenings: list[Any]) -> None:
    """Whoever reads in between, in whatever order, the ledger comes to the same."""
    quiet, read = Ledger(frozenset({HOST}), Same()), Ledger(frozenset({HOST}), Same())
    _tell(quiet, happenings)
    for upto in range(len(happenings)):
        part = Ledger(frozenset({HOST}), Same())
        _tell(part, happenings[: upto + 1])
        first, second = _standing(part), (part.ranked(len), _standing(part))[1]
        assert first == second
        read = part
    if happenings:
        assert _standing(quiet) == _standing(read)


@given(_happenings, st.sampled_from(_WHO), _doings)
def test_what_is_refused_changes_nothing(happenings: list[Any], by: str, do: Doing) -> None:
    """But for a dispute of an open question: that is kept, should it come."""
    ledger = Ledger(frozenset({HOST}), Same())
    _tell(ledger, happenings)
    move = Move(id="late", at=START + timedelta(days=1), by=by, role="host", do=do, reason="So.")
    if ledger.refuses(move) is None or isinstance(do, Dispute):
        return
    before = _standing(ledger)
    ledger.move(move)
    assert _standing(ledger) == before
