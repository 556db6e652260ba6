"""The host's hand on the floor: few strong moves, each with its reason, each of which can be undone.

The floor runs by itself; this is for when a person must decide. What is folded or held by hand is folded as a message,
so saying the same again does not bring it back, and what an account said while it was paused stands for nothing that
others say. Every message that orders were about has those that stand, in order, and the last of them counts; so undoing
one, whichever it is, leaves what there would be without it. Where none is left the message is as it was before: it has
the floor again that it had, it waits, or it is heard as if it were said now. Standing goes the same way.

Rejected: taking a paused account's acts out of the evidence or out of the ledger. A pause quiets an account for a
while; it changes neither what it did nor what it asked.

Invariant: after an order was undone, no act's last decision names it.
Invariant: bounded by what the host's people do, and `SILENCED` posts of paused accounts.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar, assert_never

import msgspec

from fairfloor.acts.heard import HeardPost
from fairfloor.chat.moves import Ask, Fold, Hold, Pause, Release, SetPace, SetShare, Undo, Vouch
from fairfloor.floor.floor import Floor, Speaker
from fairfloor.floor.reasons import Copy, HostFloor, HostFold, HostHold, HostPause, Reason, Waiting
from fairfloor.session.decision import Decision
from fairfloor.session.known import Known, Memory
from fairfloor.session.orders import Order, Seats
from fairfloor.voices.message import Message, Messages
from fairfloor.voices.standing import Standing

T = TypeVar("T")
SILENCED = 10_000
"""Posts of paused accounts that are remembered, to be heard should the pause be undone."""


class Room(Protocol):
    """What the hand reaches of the evening."""

    floor: Floor
    standing: Standing
    messages: Messages
    known: Memory
    offered: dict[int, Message]
    asked: tuple[str, int] | None

    def person(self, account: str) -> str:
        """Give the account that stands for the person whose an account is."""

    def speaker(self, account: str) -> Speaker:
        """Give an account as the floor needs to know it."""

    def place(self, post: HeardPost) -> list[Decision]:
        """Let a post be heard as if it were said now."""

    def line(self, act: str, account: str, message: str, at: datetime, reason: Reason) -> Decision:
        """Give a decision."""


class _Touched(msgspec.Struct, eq=False):
    """A message that orders were about: how it was before them, and those of them that stand."""

    message: Message
    shown: bool
    """Whether it had the floor."""
    post: HeardPost | None = None
    """What it says, where it was never heard, for its account was paused."""
    orders: dict[str, Fold | Hold | Release | Pause] = msgspec.field(default_factory=dict)


class _Passed(msgspec.Struct, frozen=True):
    """A post of a paused account that stood for a message, for which another who said the same stands now."""

    act: str
    account: str
    message: Message


class Hand:
    """Obeys orders."""

    def __init__(self, room: Room, pace: float, newcomers: float) -> None:
        """Take the evening, and the pace and share that it has without orders."""
        self._room = room
        self._touched: dict[int, _Touched] = {}
        self._silenced: OrderedDict[str, int] = OrderedDict()
        """Posts that were folded unheard, and the numbers of what they say."""
        self._passed: dict[str, list[_Passed]] = {}
        """By the order that paused their account."""
        self._pauses: dict[str, dict[str, datetime]] = {}
        """By account: until when it is paused by which orders."""
        self._marks: dict[str, dict[str, Fold | Vouch]] = {}
        """By account: the orders about its standing."""
        self._vouched: set[str] = set()
        """Accounts that are seeds because of an order."""
        self._seated: dict[str, bool] = {}
        """Accounts that are a host's because of an order, and whether they were seeds before."""
        self._seats: dict[str, frozenset[str]] = {"": frozenset()}
        self._asked: dict[str, tuple[str, int] | None] = {}
        """By the order that asked a question: what was being asked before."""
        self._paces: dict[str, float] = {"": pace}
        self._shares: dict[str, float] = {"": newcomers}

    def obey(self, order: Order) -> list[Decision]:
        """Do what an order says; one about what is not known does nothing."""
        match order.do:
            case Fold(act=act) | Hold(act=act) | Release(act=act):
                return self._put(order, order.do, act)
            case Pause():
                return self._pause(order, order.do)
            case Vouch(account=account):
                self._mark(order.id, order.do, self._room.person(account))
            case SetPace(pace=pace):
                self._paces[order.id] = pace
                self._room.floor.set_pace(pace)
            case SetShare(newcomers=newcomers):
                self._shares[order.id] = newcomers
                self._room.floor.set_share(newcomers)
            case Seats(hosts=hosts):
                self._seats[order.id] = hosts
                self._seat(hosts)
            case Ask(number=number):
                self._asked[order.id] = self._room.asked
                self._room.asked = order.id, number
            case Undo(move=move):
                return self._undo(order, move)
            case _:
                assert_never(order.do)
        return []

    def silence(self, post: HeardPost) -> Decision | None:
        """Fold a post of a paused account unheard; None where its account is not paused."""
        order = self._pausing(post.account, post.seen)
        if order is None:
            return None
        room = self._room
        message = room.messages.apart(post)
        message.held = True
        room.known.remember(post.id, Known(post.account, message, message.id))
        orders: dict[str, Fold | Hold | Release | Pause] = {order: Pause(account=post.account, until=post.seen)}
        self._touched[message.number] = _Touched(message, shown=False, post=post, orders=orders)
        self._silenced[post.id] = message.number
        if len(self._silenced) > SILENCED:
            self._touched.pop(self._silenced.popitem(last=False)[1], None)
        return self._on(message, post.seen, HostPause(move=order))

    def over(self, message: Message) -> None:
        """Forget a message that nobody says any more."""
        self._touched.pop(message.number, None)
        self._silenced.pop(message.id, None)

    # Messages

    def _put(self, order: Order, do: Fold | Hold | Release, act: str) -> list[Decision]:
        room, known = self._room, self._room.known.get(act)
        if known is None or (message := known.message) is None:
            return []
        if room.standing.is_host(known.account) or room.standing.is_host(message.account):
            return []
        if isinstance(do, Release) and message.shown:
            return []
        if isinstance(do, Fold):
            self._mark(order.id, do, known.account)
        return [self._touch(message, order, do)]

    def _touch(self, message: Message, order: Order, do: Fold | Hold | Release | Pause) -> Decision:
        touched = self._touched.setdefault(message.number, _Touched(message, message.shown))
        touched.orders[order.id] = do
        return self._settle(touched, order.seen)

    def _settle(self, touched: _Touched, at: datetime) -> Decision:
        """Put a message where the last of its orders says."""
        message, (order, do) = touched.message, next(reversed(touched.orders.items()))
        self._unoffer(message)
        message.shown = isinstance(do, Release)
        message.held = not message.shown
        return self._on(message, at, _named(do, order))

    def _put_back(self, touched: _Touched, order: Order) -> list[Decision]:
        """Let a message be as it was before any order."""
        message = touched.message
        self.over(message)
        message.shown, message.held = touched.shown, False
        if touched.post is not None:
            return self._room.place(msgspec.structs.replace(touched.post, seen=order.seen))
        if touched.shown:
            return [self._on(message, order.seen, HostFloor(move=order.id))]
        self._room.offered[message.number] = message
        self._room.floor.offer(message.number, self._room.speaker(message.account), order.seen)
        return [self._on(message, order.seen, Waiting(since=0.0, waiting=len(self._room.floor)))]

    def _unoffer(self, message: Message) -> None:
        self._room.floor.withdraw(message.number)
        self._room.offered.pop(message.number, None)

    def _on(self, message: Message, at: datetime, reason: Reason) -> Decision:
        return self._room.line(message.lead, message.account, message.id, at, reason)

    # Accounts

    def _pausing(self, account: str, at: datetime) -> str | None:
        """Give the order by which an account is paused at a time; None where it is not."""
        pauses = self._pauses.get(account)
        return next((order for order, until in pauses.items() if at < until), None) if pauses else None

    def _pause(self, order: Order, do: Pause) -> list[Decision]:
        account = self._room.person(do.account)
        if self._room.standing.is_host(account):
            return []
        self._pauses.setdefault(account, {})[order.id] = do.until
        if order.seen >= do.until:
            return []
        waiting = [message for message in self._room.offered.values() if message.account == account]
        return [self._quiet(message, order, do) for message in waiting]

    def _quiet(self, message: Message, order: Order, do: Pause) -> Decision:
        """Fold what a paused account has waiting; another who said the same stands for it from now on."""
        heirs = message.heirs.items()
        heir = next((post for post, whose in heirs if self._pausing(whose, order.seen) is None), None)
        if heir is None:
            self._room.messages.forget(message)
            return self._touch(message, order, do)
        passed = _Passed(message.lead, message.account, message)
        self._passed.setdefault(order.id, []).append(passed)
        message.lead, message.account = heir, message.heirs.pop(heir)
        self._room.floor.inherit(message.number, passed.account, self._room.speaker(message.account))
        return self._room.line(passed.act, passed.account, message.id, order.seen, HostPause(move=order.id))

    def _mark(self, order: str, do: Fold | Vouch, account: str) -> None:
        self._marks.setdefault(account, {})[order] = do
        self._stand(account)

    def _stand(self, account: str) -> None:
        """Give an account the standing that the orders about it leave it: the last of them counts."""
        standing, marks = self._room.standing, list(self._marks.get(account, {}).values())
        vouched = any(isinstance(mark, Vouch) for mark in marks)
        if vouched and not standing.is_seed(account):
            self._vouched.add(account)
            standing.seed(account, host=False)
        elif not vouched and account in self._vouched:
            self._vouched.remove(account)
            if account not in self._seated:
                standing.unseed(account)
        change = standing.end if marks and isinstance(marks[-1], Fold) else standing.restore
        change(account)
        speaker = self._room.speaker(account)
        move = self._room.floor.demote if speaker.newcomer else self._room.floor.promote
        move(speaker)

    def _seat(self, accounts: frozenset[str]) -> None:
        """Let these accounts be a host's, beside those that the evening was begun with."""
        standing = self._room.standing
        hosts = {self._room.person(account) for account in accounts}
        for account in sorted(self._seated.keys() - hosts):
            standing.unseat(account)
            if self._seated.pop(account):
                standing.seed(account, host=False)
            self._stand(account)
        for account in sorted(hosts - self._seated.keys()):
            if not standing.is_host(account):
                self._seated[account] = standing.is_seed(account) and account not in self._vouched
                standing.seed(account, host=True)
                self._room.floor.promote(self._room.speaker(account))

    # Undoing

    def _undo(self, order: Order, move: str) -> list[Decision]:
        _take_back(self._seats, move, self._seat)
        _take_back(self._paces, move, self._room.floor.set_pace)
        _take_back(self._shares, move, self._room.floor.set_share)
        before = self._asked.pop(move, None)
        if self._room.asked is not None and self._room.asked[0] == move:
            self._room.asked = before
        for account in [account for account, marks in self._marks.items() if marks.pop(move, None) is not None]:
            self._stand(account)
        for pauses in self._pauses.values():
            pauses.pop(move, None)
        lines = [self._copied(passed, order.seen) for passed in self._passed.pop(move, ()) if self._lasts(passed)]
        for touched in [touched for touched in self._touched.values() if move in touched.orders]:
            lines += self._untouch(touched, order, move)
        return lines

    def _untouch(self, touched: _Touched, order: Order, move: str) -> list[Decision]:
        counted = next(reversed(touched.orders)) == move
        undone = touched.orders.pop(move)
        if isinstance(undone, Pause) and (other := self._pausing(touched.message.account, order.seen)) is not None:
            touched.orders = {other: undone} | touched.orders
        if not touched.orders:
            return self._put_back(touched, order)
        return [self._settle(touched, order.seen)] if counted else []

    def _lasts(self, passed: _Passed) -> bool:
        """Tell whether a post was not taken back since."""
        return passed.act in self._room.known

    def _copied(self, passed: _Passed, at: datetime) -> Decision:
        """Say that a post that once stood for a message is a copy of it."""
        message = passed.message
        message.heirs[passed.act] = passed.account
        reason = Copy(of=message.lead, likeness=1.0, said=message.times, accounts=len(message.accounts))
        return self._room.line(passed.act, passed.account, message.id, at, reason)


def _named(do: Fold | Hold | Release | Pause, order: str) -> Reason:
    match do:
        case Fold():
            return HostFold(move=order)
        case Hold():
            return HostHold(move=order)
        case Release():
            return HostFloor(move=order)
        case Pause():
            return HostPause(move=order)
        case _:
            assert_never(do)


def _take_back(stack: dict[str, T], move: str, put: Callable[[T], None]) -> None:
    """Forget what a move set; the latest that is left holds."""
    if stack.pop(move, None) is not None:
        put(next(reversed(stack.values())))
