"""Proposals as a fold: what was proposed, taken back and decided, in order; and what stands then.

Like the ledger's book, with less in it: who proposes the same topic stands beside who did first, what is merged becomes
a branch that can be split off again, and what the host said last counts.

Invariant: every proposal is at exactly one stage: accepted or declined, whichever was said last; else open while
somebody proposes it, and withdrawn when nobody does.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from fairfloor.chat.moves import Accept, Decline, Merge, Move, Propose, Role, Split, Withdraw

Stage = Literal["open", "accepted", "declined", "withdrawn"]
STAGES: tuple[Stage, ...] = ("open", "accepted", "declined", "withdrawn")


class Proposer(msgspec.Struct, frozen=True):
    """Who proposed it, and how: by a post, whose words are the post's, or on the page, in words of its own."""

    id: str
    by: str
    at: datetime
    role: Role = "participant"
    post: bool = True
    title: str = ""
    text: str = ""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the host's people decided: accepted for a date, or declined with a reason."""

    move: str
    stage: Literal["accepted", "declined"]
    by: str
    role: Role
    at: datetime
    on: datetime | None = None
    text: str = ""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal."""

    id: str
    """The post, or the move, that proposed it first."""
    stage: Stage
    at: datetime
    proposers: tuple[Proposer, ...]
    """In order; without those who took it back."""
    merged: tuple[str, ...] = ()
    decided: tuple[Settled, ...] = ()

    @property
    def outcome(self) -> Settled | None:
        """Give what the host said last; None where that is nothing."""
        return self.decided[-1] if self.decided else None


class Posted(msgspec.Struct, frozen=True):
    """A post that proposes; `group`: the first post known to propose the same."""

    act: str
    account: str
    at: datetime
    group: str


class Gone(msgspec.Struct, frozen=True):
    """A post was taken back by its author."""

    act: str


Entry = Posted | Gone | Move


class _Node(msgspec.Struct, eq=False):
    """A proposal, before what was merged into it is counted in."""

    id: str
    at: datetime
    proposers: dict[str, Proposer] = msgspec.field(default_factory=dict)
    names: dict[str, None] = msgspec.field(default_factory=dict)
    """What it may be called: all posts and moves that proposed it, those taken back among them."""
    into: str | None = None
    merged: tuple[str, ...] = ()
    decided: tuple[Settled, ...] = ()


class Book:
    """What stands after the entries so far."""

    def __init__(self) -> None:
        self.staged: dict[Stage, dict[str, None]] = {"open": {}, "accepted": {}, "declined": {}, "withdrawn": {}}
        """The proposals of each stage, in the order in which they came to it."""
        self._nodes: dict[str, _Node] = {}
        self._of: dict[str, str] = {}
        """The node that a post, or a move that proposes, is under."""
        self._of_group: dict[str, str] = {}
        self._stage: dict[str, Stage] = {}

    def __len__(self) -> int:
        """Count the posts and moves in it."""
        return len(self._of)

    def name(self, id_: str) -> str | None:
        """Give the proposal that a post, a move or a proposal merged since belongs to now."""
        node = self._nodes.get(self._of.get(id_, ""))
        while node is not None and node.into is not None:
            node = self._nodes[node.into]
        return None if node is None else node.id

    def stage(self, proposal: str) -> Stage:
        """Give the stage of a proposal by its name; raises KeyError where there is none."""
        return self._stage[proposal]

    def names(self, proposal: str) -> Iterator[str]:
        """Give what a proposal may be called: by all that proposed it, or what was merged into it."""
        return (name for node in self._tree(self._nodes[proposal]) for name in node.names)

    def proposers(self, proposal: str) -> list[Proposer]:
        """Give who proposes it, in order."""
        found = [one for node in self._tree(self._nodes[proposal]) for one in node.proposers.values()]
        return sorted(found, key=lambda one: one.at)

    def picture(self, proposal: str) -> Proposal:
        """Give a proposal by its name; raises KeyError where there is none."""
        nodes = list(self._tree(self._nodes[proposal]))
        return Proposal(
            id=proposal,
            stage=self._stage[proposal],
            at=min(node.at for node in nodes),
            proposers=tuple(self.proposers(proposal)),
            merged=tuple(node.id for node in nodes[1:]),
            decided=tuple(one for node in reversed(nodes) for one in node.decided),
        )

    def add(self, entry: Entry) -> None:
        """Take in the next entry. Total: one that makes no sense any more changes nothing."""
        match entry:
            case Posted():
                self._propose(Proposer(entry.act, entry.account, entry.at), entry.group)
            case Gone():
                self._take_back(entry.act)
            case Move():
                self._do(entry)

    def _propose(self, one: Proposer, group: str) -> None:
        first = self._of_group.setdefault(group, one.id)
        if first == one.id:
            self._nodes[first] = _Node(first, one.at)
        self._of[one.id] = first
        self._nodes[first].proposers[one.id] = one
        self._nodes[first].names[one.id] = None
        self._put(first)

    def _take_back(self, id_: str) -> None:
        if id_ in self._of:
            self._nodes[self._of[id_]].proposers.pop(id_, None)
            self._put(id_)

    def _do(self, move: Move) -> None:
        do = move.do
        match do:
            case Propose():
                self._propose(
                    Proposer(move.id, move.by, move.at, move.role, post=False, title=do.title, text=do.text), move.id
                )
            case Accept(proposal=one) | Decline(of=one) if (name := self.name(one)) is not None:
                self._nodes[name].decided += (_settled(move),)
                self._put(name)
            case Withdraw(of=one) if (name := self.name(one)) is not None:
                for mine in [other.id for other in self.proposers(name) if other.by == move.by]:
                    self._take_back(mine)
            case Merge(of=of, into=into):
                self._merge(self.name(of), self.name(into))
            case Split(act=one):
                self._split(one)
            case _:
                pass

    def _merge(self, of: str | None, into: str | None) -> None:
        if of is None or into is None or of == into:
            return
        self._nodes[of].into = into
        self._nodes[into].merged += (of,)
        del self.staged[self._stage.pop(of)][of]
        self._put(into)

    def _split(self, id_: str) -> None:
        """Take out what was merged, or who was taken to propose the same, as a proposal of its own."""
        if self.name(id_) in {None, id_}:
            return
        under = self._nodes[self._of[id_]]
        if under.id == id_:
            above = self._nodes[under.into or id_]
            above.merged = tuple(name for name in above.merged if name != id_)
            under.into = None
        elif (one := under.proposers.pop(id_, None)) is not None:
            self._of[id_] = id_
            del under.names[id_]
            self._nodes[id_] = _Node(id_, one.at, {id_: one}, {id_: None})
            above = under
        else:
            return
        self._put(above.id)
        self._put(id_)

    def _tree(self, node: _Node) -> Iterator[_Node]:
        left = [node]
        while left:
            yield (one := left.pop())
            left += [self._nodes[name] for name in reversed(one.merged)]

    def _put(self, id_: str) -> None:
        """Put the proposal that something belongs to where its stage says."""
        name = self.name(id_)
        if name is None:
            return
        nodes = list(self._tree(self._nodes[name]))
        last = next((node.decided[-1] for node in nodes if node.decided), None)
        stage: Stage = last.stage if last else "open" if any(node.proposers for node in nodes) else "withdrawn"
        if self._stage.get(name) != stage:
            if (before := self._stage.get(name)) is not None:
                del self.staged[before][name]
            self._stage[name] = stage
            self.staged[stage][name] = None


def _settled(move: Move) -> Settled:
    if isinstance(move.do, Accept):
        return Settled(
            move=move.id,
            stage="accepted",
            by=move.by,
            role=move.role,
            at=move.at,
            on=move.do.on,
            text=move.reason,
        )
    return Settled(move=move.id, stage="declined", by=move.by, role=move.role, at=move.at, text=move.reason)
