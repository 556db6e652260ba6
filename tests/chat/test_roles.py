import typing
from datetime import UTC, datetime

import pytest

from fairfloor.chat import moves
from fairfloor.chat.moves import Doing, Move, Role
from fairfloor.chat.roles import ALL, HOSTS, STAFF, manages, may, may_undo
from fairfloor.chat.settings import Settings

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
ROLES: tuple[Role, ...] = typing.get_args(Role)

EVERY: dict[type[Doing], Doing] = {
    type(do): do
    for do in (
        moves.Fold(act="a"),
        moves.Hold(act="a"),
        moves.Release(act="a"),
        moves.Pause(account="b", until=NOW),
        moves.Vouch(account="b"),
        moves.SetPace(pace=9),
        moves.SetShare(newcomers=0.2),
        moves.Begin(),
        moves.End(),
        moves.Pin(text="x"),
        moves.Unpin(),
        moves.Undo(move="m"),
        moves.Settle(settings=Settings(tag="copchat")),
        moves.Write(session=None, questions=()),
        moves.Write(session=None, questions=()),
        moves.Ask(number=1),
        moves.Stitch(act="a", number=None),
        moves.Enter(act="a"),
        moves.Answer(question="q"),
        moves.Decline(of="q"),
        moves.Withdraw(of="q"),
        moves.Merge(of="q", into="r"),
        moves.Split(act="a"),
        moves.Dispute(question="q", text="x"),
        moves.Respond(dispute="d", text="x"),
        moves.Propose(title="x"),
        moves.Vote(proposal="p", vote=1),
        moves.Accept(proposal="p", on=NOW),
        moves.Appeal(act="a"),
        moves.Review(appeal="p", act="a", granted=True, text="x"),
    )
}
"""One move of every kind."""

OWN = {moves.Vote, moves.Dispute, moves.Appeal}
ANYBODY = {moves.Propose, moves.Withdraw, moves.Enter, moves.Undo}
ORDER = {
    moves.Fold, moves.Hold, moves.Release, moves.Pause, moves.Stitch, moves.Merge, moves.Split,
    moves.Respond, moves.Review,
}  # fmt: skip


def made(do: Doing, role: Role, by: str) -> Move:
    """Give a move as it stands in the log."""
    return Move(id="m", at=NOW, by=by, role=role, do=do)


def test_every_kind_of_move_is_in_this_test() -> None:
    """A new move cannot be forgotten here either."""
    assert set(EVERY) == set(typing.get_args(Doing))


@pytest.mark.parametrize("do", EVERY.values(), ids=lambda do: type(do).__name__)
def test_the_matrix(do: Doing) -> None:
    """Each move can be made by exactly these, and by no visitor."""
    kind = type(do)
    wanted = {"participant"} if kind in OWN else ALL if kind in ANYBODY else STAFF if kind in ORDER else HOSTS
    wanted = {"host"} if kind is moves.Settle else wanted
    assert {role for role in ROLES if may(role, do)} == wanted
    assert not may(None, do)


def test_the_hosts_people_undo_what_they_might_have_done() -> None:
    """A moderator undoes a co-host's fold, not the pace that the host set."""
    assert may_undo("moderator", "Mo", made(EVERY[moves.Fold], "co-host", "Cy"))
    assert not may_undo("moderator", "Mo", made(EVERY[moves.SetPace], "host", "Hal"))
    assert may_undo("co-host", "Cy", made(EVERY[moves.SetPace], "host", "Hal"))


@pytest.mark.parametrize("do", [EVERY[kind] for kind in (moves.Dispute, moves.Vote, moves.Appeal, moves.Propose)])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_else_undoes_what_a_participant_did(do: Doing, role: Role) -> None:
    """Not the host, nor another participant, nor somebody of the host's who goes by the account's name."""
    theirs = made(do, "participant", "did:plc:ann")
    assert may_undo("participant", "did:plc:ann", theirs)
    assert not may_undo("participant", "did:plc:bob", theirs)
    if role != "participant":
        assert not may_undo(role, "did:plc:ann", theirs)
        assert not may_undo("participant", "Hal", made(EVERY[moves.Fold], role, "Hal"))


def test_a_moderator_takes_nothing_from_the_ledger_that_a_host_put_there() -> None:
    """Whoever entered a question, or a host, may undo it."""
    by_host = Move(id="m", at=NOW, by="Hal", role="host", do=moves.Enter(act="p"))
    by_moderator = Move(id="m", at=NOW, by="Mo", role="moderator", do=moves.Enter(act="p"))
    assert not may_undo("moderator", "Mo", by_host)
    assert may_undo("moderator", "Mo", by_moderator)
    assert may_undo("co-host", "Cleo", by_moderator)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_an_undo_is_not_undone(role: Role | None) -> None:
    """It would be a riddle what then holds."""
    for whose in ROLES:
        assert not may_undo(role, "Hal", made(moves.Undo(move="x"), whose, "Hal"))


def test_only_the_host_says_who_has_a_role() -> None:
    """A co-host who could would be a host."""
    assert [role for role in (*ROLES, None) if manages(role)] == ["host"]
