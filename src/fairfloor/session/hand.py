"""The host's hand on the floor: few strong moves, each with its reason, each of which can be undone.

The floor runs by itself; this is for when a person must decide. What is folded or held by hand is folded as a message,
so saying the same again does not bring it back, and what an account said while it was paused stands for nothing that
others say. Everything that is set aside so remembers the order that did it, and undoing the order lets it wait for the
floor again, or gives it back the floor that it had.

Rejected: taking a paused account's acts out of the evidence or out of the ledger. A pause quiets an account for a
while; it changes neither what it did nor what it asked.

Invariant: what an order set aside has, after the order was undone, no decision that names the order.
Invariant: bounded by what the host's people do, and `SILENCED` posts of paused accounts.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol, assert_never

import msgspec

from fairfloor.acts.heard import HeardPost
from fairfloor.chat.moves import Fold, Hold, Pause, Release, SetPace, SetShare, Undo, Vouch
from fairfloor.floor.floor import Floor, Speaker
from fairfloor.floor.reasons import HostFloor, HostFold, HostHold, HostPause, Reason, Waiting
from fairfloor.session.decision import Decision
from fairfloor.session.known import Known, Memory
from fairfloor.session.orders import FloorDoing, Order
from fairfloor.voices.message import Message, Messages
from fairfloor.voices.standing import Standing

SILENCED = 10_000
"""Posts of paused accounts that are remembered, to wait again should the pause be undone."""


class Room(Protocol):
    """What the hand reaches of the evening."""

    floor: Floor
    standing: Standing
    messages: Messages
    known: Memory
    offered: dict[int, Message]

    def speaker(self, account: str) -> Speaker:
        """Give an account as the floor needs to know it."""

    def place(self, post: HeardPost) -> list[Decision]:
        """Let a post be heard as if it were said now."""

    def line(self, act: str, account: str, message: str, at: datetime, reason: Reason) -> Decision:
        """Give a decision."""


class _Silenced(NamedTuple):
    """A post that is folded because its account is paused."""

    order: str
    account: str
    said: HeardPost | Message
    """The post, where it came unheard; the message, where it was waiting."""


class _Done(NamedTuple):
    """What an order did, as far as undoing it must know."""

    do: FloorDoing
    message: Message | None = None
    account: str = ""
    had_floor: bool = False
    silenced: tuple[str, _Silenced] | None = None
    """A paused account's post that got the floor, and how it had been folded."""


class Hand:
    """Obeys orders."""

    def __init__(self, room: Room, pace: float, newcomers: float) -> None:
        """Take the evening, and the pace and share that it has without orders."""
        self._room = room
        self._done: dict[str, _Done] = {}
        self._paused: dict[str, tuple[str, datetime]] = {}
        self._silenced: OrderedDict[str, _Silenced] = OrderedDict()
        self._paces: dict[str, float] = {"": pace}
        self._shares: dict[str, float] = {"": newcomers}

    def obey(self, order: Order) -> list[Decision]:
        """Do what an order says; one about what is not known does nothing."""
        match order.do:
            case Fold(act=act) | Hold(act=act):
                return self._set_aside(order, order.do, act)
            case Release(act=act):
                return self._release(order, order.do, act)
            case Pause():
                return self._pause(order, order.do)
            case Vouch(account=account):
                self._vouch(order, order.do, account)
            case SetPace(pace=pace):
                self._paces[order.id] = pace
                self._room.floor.set_pace(pace)
            case SetShare(newcomers=newcomers):
                self._shares[order.id] = newcomers
                self._room.floor.set_share(newcomers)
            case Undo(move=move):
                return self._undo(order, move)
            case _:
                assert_never(order.do)
        return []

    def silence(self, post: HeardPost) -> Decision | None:
        """Fold a post of a paused account unheard; None where its account is not paused."""
        order, until = self._paused.get(post.account, ("", post.seen))
        if post.seen >= until:
            self._paused.pop(post.account, None)
            return None
        self._room.known.remember(post.id, Known(post.account, None, post.id))
        self._keep(post.id, _Silenced(order, post.account, post))
        return self._room.line(post.id, post.account, post.id, post.seen, HostPause(move=order))

    def forget(self, act: str) -> None:
        """Remember a post no longer, after its author took it back."""
        self._silenced.pop(act, None)

    # Setting aside

    def _set_aside(self, order: Order, do: Fold | Hold, act: str) -> list[Decision]:
        known = self._room.known.get(act)
        if known is None or known.message is None or known.message.held or self._room.standing.is_host(known.account):
            return []
        message = known.message
        self._done[order.id] = _Done(do, message, known.account, had_floor=message.shown)
        self._unoffer(message)
        message.shown, message.held = False, True
        if isinstance(do, Fold):
            self._room.standing.end(known.account)
            self._room.floor.demote(self._room.speaker(known.account))
        reason = HostFold(move=order.id) if isinstance(do, Fold) else HostHold(move=order.id)
        return [self._on(message, order.seen, reason)]

    def _release(self, order: Order, do: Release, act: str) -> list[Decision]:
        if act in self._silenced:
            silenced = self._silenced.pop(act)
            self._done[order.id] = _Done(do, silenced=(act, silenced))
            return [self._room.line(act, silenced.account, act, order.seen, HostFloor(move=order.id))]
        known = self._room.known.get(act)
        if known is None or known.message is None or known.message.shown:
            return []
        message = known.message
        self._done[order.id] = _Done(do, message, known.account)
        self._unoffer(message)
        message.shown, message.held = True, False
        return [self._on(message, order.seen, HostFloor(move=order.id))]

    def _pause(self, order: Order, do: Pause) -> list[Decision]:
        account = do.account
        if self._room.standing.is_host(account) or account in self._paused:
            return []
        self._done[order.id] = _Done(do, account=account)
        self._paused[account] = order.id, do.until
        waiting = [message for message in self._room.offered.values() if message.account == account]
        return [self._quiet(message, order) for message in waiting]

    def _quiet(self, message: Message, order: Order) -> Decision:
        """Fold what a paused account has waiting; another who said the same stands for it from now on."""
        lead, account = message.lead, message.account
        heir = next((post for post, whose in message.heirs.items() if whose not in self._paused), None)
        if heir is None:
            self._unoffer(message)
            self._room.messages.forget(message)
            self._keep(lead, _Silenced(order.id, account, message))
        else:
            message.lead, message.account = heir, message.heirs.pop(heir)
            self._room.floor.inherit(message.number, account, self._room.speaker(message.account))
        return self._room.line(lead, account, message.id, order.seen, HostPause(move=order.id))

    def _vouch(self, order: Order, do: Vouch, account: str) -> None:
        standing = self._room.standing
        standing.pardon(account)
        if not standing.is_seed(account):
            self._done[order.id] = _Done(do, account=account)
            standing.seed(account, host=False)
        self._room.floor.promote(self._room.speaker(account))

    # Undoing

    def _undo(self, order: Order, move: str) -> list[Decision]:
        for stack, put in ((self._paces, self._room.floor.set_pace), (self._shares, self._room.floor.set_share)):
            _take_back(stack, move, put)
        done = self._done.pop(move, None)
        match done:
            case None:
                return []
            case _Done(do=Fold() | Hold(), message=Message()):
                return self._put_back(order, done)
            case _Done(do=Release()):
                return self._unrelease(order, done)
            case _Done(do=Pause(), account=account):
                return self._resume(order, account, move)
            case _:
                self._room.standing.unseed(done.account)
                self._room.floor.demote(self._room.speaker(done.account))
                return []

    def _put_back(self, order: Order, done: _Done) -> list[Decision]:
        if isinstance(done.do, Fold):
            self._room.standing.restore(done.account)
        message = done.message
        if message is None or not message.held:
            return []
        message.held = False
        if done.had_floor:
            message.shown = True
            return [self._on(message, order.seen, HostFloor(move=order.id))]
        return [self._wait(message, order.seen)]

    def _unrelease(self, order: Order, done: _Done) -> list[Decision]:
        if done.message is not None and done.message.shown:
            done.message.shown = False
            return [self._wait(done.message, order.seen)]
        if done.silenced is not None:
            return self._silence_again(order, *done.silenced)
        return []

    def _silence_again(self, order: Order, act: str, silenced: _Silenced) -> list[Decision]:
        if silenced.order not in self._done:
            return self._hear_again(silenced, order.seen)
        self._keep(act, silenced)
        return [self._room.line(act, silenced.account, act, order.seen, HostPause(move=silenced.order))]

    def _resume(self, order: Order, account: str, move: str) -> list[Decision]:
        if self._paused.get(account, ("",))[0] == move:
            del self._paused[account]
        theirs = [act for act, one in self._silenced.items() if one.order == move]
        return [line for act in theirs for line in self._hear_again(self._silenced.pop(act), order.seen)]

    def _hear_again(self, silenced: _Silenced, at: datetime) -> list[Decision]:
        if isinstance(silenced.said, Message):
            return [self._wait(silenced.said, at)]
        return self._room.place(msgspec.structs.replace(silenced.said, seen=at))

    # What all of these need

    def _wait(self, message: Message, at: datetime) -> Decision:
        """Let a message wait for the floor, from now."""
        self._room.offered[message.number] = message
        self._room.floor.offer(message.number, self._room.speaker(message.account), at)
        return self._on(message, at, Waiting(since=0.0, waiting=len(self._room.floor)))

    def _unoffer(self, message: Message) -> None:
        self._room.floor.withdraw(message.number)
        self._room.offered.pop(message.number, None)

    def _on(self, message: Message, at: datetime, reason: Reason) -> Decision:
        return self._room.line(message.lead, message.account, message.id, at, reason)

    def _keep(self, act: str, silenced: _Silenced) -> None:
        self._silenced[act] = silenced
        if len(self._silenced) > SILENCED:
            self._silenced.popitem(last=False)


def _take_back(stack: dict[str, float], move: str, put: Callable[[float], None]) -> None:
    """Forget what a move set; the latest that is left holds."""
    if stack.pop(move, None) is not None:
        put(next(reversed(stack.values())))
