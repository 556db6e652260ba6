"""The desk holds moves to be shown and undone, whatever a crowd does."""

from datetime import UTC, datetime

import pytest

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Doing, Move, Pin, Propose, Role, Undo
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.hear import hear
from fairfloor.session.ports import Step, Taken

START = datetime(2026, 3, 5, 2, tzinfo=UTC)


def a_move(name: str, do: Doing, by: str = "Hal", role: Role = "host") -> Move:
    """Make a move up."""
    return Move(id=name, at=START, by=by, role=role, do=do)


def test_a_crowd_of_participants_takes_no_undo_from_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """What participants do is held beside what the host's people do; of each the oldest is forgotten first."""
    monkeypatch.setattr("fairfloor.session.desk.MOVES", 3)
    desk = Desk(Rules(tag="copchat", hosts=frozenset()))
    crowd = [a_move(f"p{one}", Propose(title=f"Topic {one}"), f"person{one}", "participant") for one in range(5)]
    for seq, move in enumerate([a_move("m", Pin(text="Welcome.")), *crowd]):
        desk.hear(Step(now=START, told=(Taken(notice=move, seen=START, seq=seq),)))
    assert desk.refuses(a_move("u", Undo(move="m"))) is None
    assert list(desk.standing) == ["m", "p2", "p3", "p4"]


def test_a_question_that_finds_no_room_among_the_proposals_stands_in_the_ledger() -> None:
    """Whoever has proposed as much as they may, and asks under #proposal, has asked all the same."""
    desk = Desk(Rules(tag="copchat", hosts=frozenset()))
    topics = ("harbour lights", "school crossings", "noise at night", "bicycle lanes", "shelters", "tickets", "parades")
    for seq, topic in enumerate(topics):
        text = f"#proposal Who decides about {topic}?"
        post = Post(id=f"p{seq}", at=START, seen=START, account="ann", text=text, tags=("copchat", "proposal"))
        desk.hear(Step(now=START, told=(Taken(notice=post, seen=START, seq=seq, heard=hear(post, START)),)))
    names = {f"p{seq}" for seq in range(7)}
    taken = {name for name in names if desk.proposals.proposal(name) is not None}
    asked = {name for name in names if desk.ledger.question(name) is not None}
    assert len(taken) == 5
    assert taken | asked == names
    assert not taken & asked
