"""Fair queueing by virtual time: whose turn it is when more wait than can go.

Everyone who has something waiting is a flow. A flow's next turn has a start tag, where its last turn finished or the
virtual time, whichever is later, and takes 1/say of virtual time (start-time fair queueing: Goyal, Vin and Cheng
1997). Turns go by the least finish tag, as in self-clocked fair queueing (Golestani 1994): between equals that is the
same order, but who has a hundredth of a say comes after a hundred turns of others and not first. So over any stretch
in which two flows wait, they get turns in proportion to their says, whatever the one sends; who comes late starts
level and is owed nothing.

In the calm the virtual time is the start tag of the last turn, and turns taken on an idle floor are forgotten. Under
congestion the floor moves it on itself (`pass_time`), as fast as a fluid server would that shares every turn among
all who are speaking; a flow may be ahead of that by `AHEAD` turns and no more, though the floor stay idle: what a
crowd leaves of the room is not for one voice to fill.

Of flows that are level, who has asked for less goes first, by up to a turn: asking for n makes it 1 - 1/n later. Where
many more speak than can go, not even the first round of turns comes to its end, and fair shares alone say nothing of
who is in it; then who has one thing to say comes before who has twenty, which is what is fairest to the least (max-min
fairness of the part of what each asks for). A crowd that wants to be level with them must ask as little as they do.

What waits here can wait in several flows at once (a message that several accounts have said): it goes with the first
of their turns, and that flow alone pays for it. Within a flow, what has the lower rank goes first under congestion,
what came first in the calm.

Rejected: deficit round robin (fair only over whole rounds, and a round of a thousand accounts outlasts the evening);
first come, first served among the level (whoever asks without end always has something there that came first: on a
real chat 8 of 10 newcomers got through, not 10).

Invariant: the order of turns depends on says, doubts, what was asked, ranks and the order of joining, on nothing else.
Invariant: while two flows of equal say wait, in the calm, their turns differ by at most one.
"""

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

import msgspec

Flow = TypeVar("Flow", bound=Hashable)
Item = TypeVar("Item", bound=Hashable)

AHEAD = 3.0
"""Turns of a full say by which a flow may run ahead of the virtual time under congestion; who asked for much, by 2."""
DOUBT = 12.0
"""Turns of a full say by which somebody wholly in doubt comes later."""
CLEAR = 0.02
"""Doubt up to which next to nothing speaks against somebody."""
_SLACK = 1024
"""Outdated entries that the heap may hold before it is made anew."""


class _State(msgspec.Struct, Generic[Item], eq=False, gc=False):
    start: float
    say: float
    doubt: float = 0.0
    asked: int = 1
    order: int = 0
    items: dict[Item, int] = msgspec.field(default_factory=dict)
    """What waits, with its rank."""


class FairQueue(Generic[Flow, Item]):
    """Items waiting in flows. Bounded by what waits and what is owed."""

    def __init__(self) -> None:
        self._flows: dict[Flow, _State[Item]] = {}
        self._of: dict[Item, dict[Flow, None]] = {}
        self._heap: list[tuple[float, int, Flow]] = []
        self._virtual = 0.0
        self._order = 0
        self._backlogged = 0
        self._doubts = 0.0
        """Of all flows in which something waits."""

    def __len__(self) -> int:
        """Count the items that wait."""
        return len(self._of)

    @property
    def flows(self) -> int:
        """Count the flows in which something waits."""
        return self._backlogged

    @property
    def doubt(self) -> float:
        """Give how much those in whose flows something waits are in doubt on average, in [0, 1)."""
        return self._doubts / self._backlogged if self._backlogged else 0.0

    def clear(self, flow: Flow) -> bool:
        """Tell whether next to nothing speaks against somebody in whose flow something waits."""
        return self._flows[flow].doubt <= CLEAR

    def join(self, flow: Flow, item: Item, say: float = 1.0, doubt: float = 0.0, rank: int = 0, asked: int = 1) -> None:
        """Let an item wait in a flow; `say`, in (0, 1], `doubt`, in [0, 1), and `asked` are the flow's from now on.

        asked: how much it has asked for of late, from 1. Of flows that are level, the one with less doubt goes first,
        and the one that has asked for less; it pays no more.
        """
        state = self._flows.get(flow)
        if state is None:
            state = self._flows[flow] = _State(self._virtual, say)
        if not state.items:
            self._backlogged += 1
            self._doubts += state.doubt
            state.start = max(state.start, self._virtual)
        state.items[item] = rank
        flows = self._of.get(item)
        if flows is None:
            self._of[item] = {flow: None}
        else:
            flows[flow] = None
        if len(state.items) == 1 or state.asked != asked or state.say != say or state.doubt != doubt:
            self._doubts += doubt - state.doubt
            state.say, state.doubt, state.asked = say, doubt, asked
            self._line_up(flow, state)

    def weigh(self, flow: Flow, say: float, doubt: float = 0.0) -> None:
        """Let a flow in which something waits have another say, and another doubt, from now on."""
        state = self._flows.get(flow)
        if state is not None and state.items and (state.say, state.doubt) != (say, doubt):
            self._doubts += doubt - state.doubt
            state.say, state.doubt = say, doubt
            self._line_up(flow, state)

    def next(self, *, ahead: float | None = None) -> tuple[Flow, Item] | None:
        """Give the flow whose turn it is and its first item; None where nothing may go. Changes nothing.

        Where `ahead` is given, no flow goes whose turn would finish more than that after the virtual time, and of a
        flow the item of the lowest rank goes.
        """
        while self._heap:
            finish, _, flow = entry = self._heap[0]
            if self._holds(entry):
                items = self._flows[flow].items
                if ahead is None:
                    return flow, next(iter(items))
                if finish > self._virtual + ahead:
                    return None
                return flow, min(items, key=items.__getitem__)
            heappop(self._heap)
        return None

    def serve(self, flow: Flow, item: Item, *, calm: bool = True) -> None:
        """Let an item go in a turn of a flow it waits in."""
        state = self._flows[flow]
        if calm:
            self._virtual = max(self._virtual, state.start)
        state.start += 1.0 / state.say
        self.leave(item)
        if state.items:
            self._line_up(flow, state)
        if calm and not self._of:
            self._rest()

    def pass_time(self, virtual: float) -> None:
        """Move the virtual time on."""
        self._virtual += virtual

    def leave(self, item: Item) -> None:
        """Take an item out of all flows, without a turn, where it waits at all."""
        for flow in self._of.pop(item, ()):
            self._drop(flow, item)

    def quit(self, flow: Flow, item: Item) -> None:
        """Take an item out of one flow; it goes on waiting in the others it is in."""
        flows = self._of[item]
        del flows[flow]
        if not flows:
            del self._of[item]
        self._drop(flow, item)

    def waits_in(self, item: Item) -> tuple[Flow, ...]:
        """Give the flows an item waits in, in the order of joining."""
        return tuple(self._of.get(item, ()))

    def waiting(self, flow: Flow) -> dict[Item, int]:
        """Give what waits in a flow, with its ranks."""
        state = self._flows.get(flow)
        return {} if state is None else dict(state.items)

    def _line_up(self, flow: Flow, state: _State[Item]) -> None:
        self._order += 1
        state.order = self._order
        finish = state.start + 1.0 / state.say + DOUBT * state.doubt + 1.0 - 1.0 / state.asked
        heappush(self._heap, (finish, state.order, flow))
        if len(self._heap) > _SLACK + 4 * self._backlogged:
            self._heap = [*filter(self._holds, self._heap)]
            heapify(self._heap)

    def _holds(self, entry: tuple[float, int, Flow]) -> bool:
        """Tell whether an entry of the heap is how its flow is lined up now."""
        _, order, flow = entry
        state = self._flows.get(flow)
        return state is not None and state.order == order and bool(state.items)

    def _drop(self, flow: Flow, item: Item) -> None:
        state = self._flows[flow]
        del state.items[item]
        if not state.items:
            self._backlogged -= 1
            self._doubts = self._doubts - state.doubt if self._backlogged else 0.0
            if state.start <= self._virtual:
                del self._flows[flow]

    def _rest(self) -> None:
        """Forget every debt: nothing waits, so whoever took turns took them from nobody."""
        self._flows.clear()
        self._heap.clear()
        self._virtual = 0.0
