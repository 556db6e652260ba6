"""The ledger as a fold: what was noticed, taken back and done, in order; and what stands in it then.

Posts that ask the same are one question, named by the first of them that entered. Questions form a forest: what one of
the host's people merges becomes a branch of the other, with all that became of it, and can be split off again.

A dispute belongs to the *post* by which its author had asked, not to the question: so it goes where that post goes,
and neither a merge, nor a split, nor undoing either can lose it. Whether somebody had asked is settled when they
dispute (`Objected` names the post), so nothing that is undone later takes that away.

Invariant: every question that entered is in exactly one state. What was said of it last counts; where nothing was, it
is open while somebody asks it, and withdrawn when nobody does any more.
Invariant: the same entries give the same book; nothing here looks at a clock, at words, or at who has how much say.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from fairfloor.chat.ledger.entries import Ask, Objection, Outcome, Question, Reply, Response, State
from fairfloor.chat.moves import Answer, Decline, Merge, Move, Respond, Split, Withdraw

SHOWN = 200
"""Posts of a question that its picture names."""


class Noticed(msgspec.Struct, frozen=True):
    """A post that asks something. `group`: the first post known to ask the same; `waits`: for a second voice."""

    act: str
    account: str
    at: datetime
    group: str
    waits: bool


class Entered(msgspec.Struct, frozen=True):
    """A post that somebody entered by hand."""

    act: str
    account: str
    at: datetime
    group: str


class Gone(msgspec.Struct, frozen=True):
    """A post was taken back by its author."""

    act: str
    at: datetime


class Objected(msgspec.Struct, frozen=True):
    """Somebody who asked disputes what became of their question."""

    dispute: Objection


Entry = Noticed | Entered | Gone | Objected | Reply | Move


class _Ask(msgspec.Struct, eq=False, gc=False):
    """A post in the ledger."""

    act: str
    account: str
    at: datetime
    question: str
    """The question that it was placed under, before anything was merged into anything."""
    live: bool = True
    disputes: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()


class _Node(msgspec.Struct, eq=False):
    """A question, before what was merged into it is counted in."""

    id: str
    asks: list[_Ask] = msgspec.field(default_factory=list)
    by: dict[str, list[_Ask]] = msgspec.field(default_factory=dict)
    """The posts that ask it, by account."""
    noted: tuple[_Ask, ...] = ()
    """Posts with a dispute or a reply: so that nobody has to look through all."""
    into: str | None = None
    merged: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    live: int = 0
    disputed: int = 0


class Book:
    """What stands in the ledger after the entries so far."""

    def __init__(self) -> None:
        self.filed: dict[State, dict[str, None]] = {"open": {}, "answered": {}, "declined": {}, "withdrawn": {}}
        """The questions in each state, in the order in which they came into it."""
        self.disputed: dict[str, None] = {}
        self.disputes: dict[str, Objection] = {}
        self.waiting: dict[str, dict[str, Noticed]] = {}
        """Questions of one participant to another, until somebody else asks the same; by the first post of each."""
        self._group_of: dict[str, str] = {}
        """Of posts that wait."""
        self._replied: dict[str, str] = {}
        self._asks: dict[str, _Ask] = {}
        self._nodes: dict[str, _Node] = {}
        self._of_group: dict[str, str] = {}
        self._state: dict[str, State] = {}

    def __len__(self) -> int:
        """Count the posts in it."""
        return len(self._asks)

    # What is asked of it

    def name(self, act: str) -> str | None:
        """Give the question that a post, or a question merged since, belongs to now."""
        ask = self._asks.get(act)
        return None if ask is None else self._root(self._nodes[ask.question]).id

    def state(self, question: str) -> State:
        """Give the state of a question by its name; raises KeyError where there is none."""
        return self._state[question]

    def asked_by(self, question: str, account: str) -> str | None:
        """Give the first post by which an account asks a question; None where it does not, or took it back."""
        return next(self._asks_of(question, account), None)

    def disputes_of(self, act: str) -> int:
        """Count the disputes of whoever asked by a post."""
        return len(self._asks[act].disputes)

    def _asks_of(self, question: str, account: str) -> Iterator[str]:
        mine = (ask for node in self._tree(self._nodes[question]) for ask in node.by.get(account, ()))
        return (ask.act for ask in mine if ask.live)

    def accounts(self, question: str) -> dict[str, None]:
        """Give the accounts that ask a question, each once."""
        root = self._nodes[question]
        if root.live == len(root.asks) and not root.merged:
            return dict.fromkeys(root.by)
        nodes = self._tree(root)
        return {one: None for node in nodes for one, asks in node.by.items() if any(ask.live for ask in asks)}

    def answered_in(self, question: str) -> timedelta | None:
        """Give how long a question took from its first post to its first answer; None where it has none."""
        nodes = list(self._tree(self._nodes[question]))
        answers = [told.at for node in nodes for told in node.outcomes if told.state == "answered"]
        return min(answers) - _since(nodes) if answers else None

    def picture(self, question: str) -> Question:
        """Give a question by its name; raises KeyError where there is none."""
        root = self._nodes[question]
        nodes = list(self._tree(root))
        named = {outcome.act for node in nodes for outcome in node.outcomes}
        noted = [ask for node in nodes for ask in node.noted]
        asks = sorted((ask for node in nodes for ask in _first(node)), key=lambda ask: (ask.at, ask.act))[:SHOWN]
        return Question(
            id=question,
            state=self._state[question],
            at=_since(nodes),
            asks=tuple(asks),
            asked=sum(node.live for node in nodes),
            merged=tuple(node.id for node in nodes if node is not root),
            outcomes=tuple(outcome for node in reversed(nodes) for outcome in node.outcomes),
            disputes=tuple(self.disputes[one] for ask in noted for one in ask.disputes),
            replies=tuple(reply for ask in noted for reply in ask.replies if reply.act not in named),
        )

    # What happens

    def forget_first(self) -> None:
        """Forget what has waited longest for a second voice."""
        for act in self.waiting.pop(next(iter(self.waiting))):
            del self._group_of[act]

    def add(self, entry: Entry) -> None:
        """Take in the next entry. Total: one that makes no sense any more changes nothing."""
        match entry:
            case Noticed():
                self._notice(entry)
            case Entered():
                self._enter(entry)
            case Gone():
                self._take_back(entry.act)
            case Objected():
                self._object(entry.dispute)
            case Reply():
                self._reply(entry)
            case Move():
                self._do(entry)

    def _notice(self, one: Noticed) -> None:
        """Enter a question, or let it wait for a second voice, whose question then brings it in."""
        waiting = self.waiting.get(one.group, {})
        alone = one.group not in self._of_group and all(other.account == one.account for other in waiting.values())
        if one.waits and alone:
            self.waiting.setdefault(one.group, {})[one.act] = one
            self._group_of[one.act] = one.group
            return
        self._bring_in(one.group)
        self._place(one.act, one.account, one.at, one.group)

    def _enter(self, one: Entered) -> None:
        self._bring_in(one.group)
        if one.act not in self._asks:
            self._place(one.act, one.account, one.at, one.group)

    def _bring_in(self, group: str) -> None:
        """Enter what waited for a second voice."""
        for one in self.waiting.pop(group, {}).values():
            del self._group_of[one.act]
            self._place(one.act, one.account, one.at, group)

    def _place(self, act: str, account: str, at: datetime, group: str) -> None:
        first = self._of_group.setdefault(group, act)
        if first != act and self._declined_to_others(first, account):
            first = self._of_group[group] = act
        node = self._begin(act) if first == act else self._nodes[first]
        self._put(node, _Ask(act, account, at, node.id))
        self._file(node)

    def _declined_to_others(self, first: str, account: str) -> bool:
        name = self._root(self._nodes[first]).id
        return self._state[name] == "declined" and self.asked_by(name, account) is None

    def _begin(self, act: str) -> _Node:
        self._nodes[act] = _Node(act)
        return self._nodes[act]

    def _put(self, node: _Node, ask: _Ask) -> None:
        self._asks[ask.act] = ask
        node.asks.append(ask)
        node.by.setdefault(ask.account, []).append(ask)
        node.live += ask.live
        node.disputed += len(ask.disputes)
        if ask.disputes or ask.replies:
            node.noted += (ask,)

    def _take_back(self, act: str) -> None:
        if (group := self._group_of.pop(act, None)) is not None:
            del self.waiting[group][act]
            if not self.waiting[group]:
                del self.waiting[group]
        elif (to := self._replied.pop(act, None)) is not None:
            ask = self._asks[to]
            ask.replies = tuple(reply for reply in ask.replies if reply.act != act)
        elif (ask_ := self._asks.get(act)) is not None and ask_.live:
            node = self._nodes[ask_.question]
            ask_.live = False
            node.live -= 1
            self._file(node)

    def _object(self, dispute: Objection) -> None:
        if (ask := self._asks.get(dispute.ask)) is None:
            return
        node = self._nodes[ask.question]
        self.disputes[dispute.id] = dispute
        _note(node, ask)
        ask.disputes += (dispute.id,)
        node.disputed += 1
        self._file(node)

    def _reply(self, reply: Reply) -> None:
        if (ask := self._asks.get(reply.to)) is not None:
            _note(self._nodes[ask.question], ask)
            ask.replies += (reply,)
            self._replied[reply.act] = ask.act

    def _do(self, move: Move) -> None:
        match move.do:
            case Answer(question=act) | Decline(of=act) if (name := self.name(act)) is not None:
                self._nodes[name].outcomes += (_outcome(move),)
                self._file(self._nodes[name])
            case Withdraw(of=act) if (name := self.name(act)) is not None:
                for mine in list(self._asks_of(name, move.by)):
                    self._take_back(mine)
            case Merge(of=of, into=into):
                self._merge(self.name(of), self.name(into))
            case Split(act=act) if act in self._asks and self.name(act) != act:
                self._split(act)
            case Respond(dispute=one, text=text) if one in self.disputes:
                told = self.disputes[one]
                said = Response(move.id, move.by, move.role, move.at, text)
                self.disputes[one] = msgspec.structs.replace(told, responses=(*told.responses, said))
            case _:
                pass

    def _merge(self, of: str | None, into: str | None) -> None:
        if of is None or into is None or of == into:
            return
        self._nodes[of].into = into
        self._nodes[into].merged += (of,)
        self._unfile(of)
        self._file(self._nodes[into])

    def _split(self, act: str) -> None:
        """Take a post out of its question, or a question out of the one it was merged into."""
        ask = self._asks[act]
        node = self._nodes[ask.question]
        if ask.question == act:
            above = self._nodes[node.into or act]
            node.into = None
            above.merged = tuple(name for name in above.merged if name != act)
            left, alone = above, node
        else:
            _drop(node, ask)
            left, alone = node, self._begin(act)
            ask.question = act
            self._put(alone, ask)
        self._file(left)
        self._file(alone)

    # Where a question stands

    def _root(self, node: _Node) -> _Node:
        while node.into is not None:
            node = self._nodes[node.into]
        return node

    def _tree(self, node: _Node) -> Iterator[_Node]:
        """Give a question and all that was merged into it."""
        left = [node]
        while left:
            yield (one := left.pop())
            left += [self._nodes[name] for name in reversed(one.merged)]

    def _file(self, node: _Node) -> None:
        """Put the question that a node belongs to where its state says."""
        root = self._root(node)
        nodes = list(self._tree(root))
        last = next((one.outcomes[-1] for one in nodes if one.outcomes), None)
        live = any(one.live for one in nodes)
        state: State = last.state if last else ("open" if live else "withdrawn")
        if self._state.get(root.id) != state:
            self._unfile(root.id)
            self._state[root.id] = state
            self.filed[state][root.id] = None
        if any(one.disputed for one in nodes):
            self.disputed[root.id] = None
        else:
            self.disputed.pop(root.id, None)

    def _unfile(self, question: str) -> None:
        if (before := self._state.pop(question, None)) is not None:
            del self.filed[before][question]
        self.disputed.pop(question, None)


def _first(node: _Node) -> Iterator[Ask]:
    """Give the first posts of a node that are not taken back."""
    many = 0
    for ask in node.asks:
        if ask.live:
            yield Ask(ask.act, ask.account, ask.at)
            many += 1
        if many == SHOWN:
            return


def _since(nodes: Iterable[_Node]) -> datetime:
    """Give when the first post came, taken back or not."""
    return min(node.asks[0].at for node in nodes)


def _drop(node: _Node, ask: _Ask) -> None:
    """Take a post out of a node."""
    node.asks.remove(ask)
    node.by[ask.account].remove(ask)
    if not node.by[ask.account]:
        del node.by[ask.account]
    node.noted = tuple(one for one in node.noted if one is not ask)
    node.live -= ask.live
    node.disputed -= len(ask.disputes)


def _note(node: _Node, ask: _Ask) -> None:
    """Note that a post is about to have its first dispute or reply."""
    if not ask.disputes and not ask.replies and all(one is not ask for one in node.noted):
        node.noted += (ask,)


def _outcome(move: Move) -> Outcome:
    """Give what a move says became of a question."""
    do = move.do
    if isinstance(do, Answer):
        return Outcome(
            move=move.id,
            state="answered",
            by=move.by,
            role=move.role,
            at=move.at,
            text=do.text,
            act=do.act,
            link=do.link,
        )
    return Outcome(move=move.id, state="declined", by=move.by, role=move.role, at=move.at, text=move.reason)
