"""Start-time fair queueing: whose turn it is when more wait than can go (Goyal, Vin and Cheng 1997).

Everyone who has something waiting is a flow. A flow's next turn has a start tag: where its last turn finished, or the
virtual time, whichever is later; a turn takes 1/weight of virtual time; the flow with the least start tag goes first,
and its tag is the virtual time. So over any stretch in which two flows wait, they get turns in proportion to their
weights, whatever the one sends; who comes late starts level and is owed nothing; who used an idle floor owes nothing.

What waits here can wait in several flows at once (a message that several accounts have said): it goes with the first
of their turns, and that flow alone pays for it.

Rejected: deficit round robin (fair only over whole rounds, and a round of a thousand accounts outlasts the evening),
weighted fair queueing proper (simulates a fluid server, for no better bound here).

Invariant: the order of turns depends on weights and on the order of joining, on nothing else.
Invariant: while two flows of equal weight wait, their turns differ by at most one.
"""

from collections.abc import Hashable
from heapq import heappop, heappush
from typing import Generic, TypeVar

import msgspec

Flow = TypeVar("Flow", bound=Hashable)
Item = TypeVar("Item", bound=Hashable)

_SLACK = 1024
"""Outdated entries that the heap may hold before it is made anew."""


class _State(msgspec.Struct, Generic[Item], eq=False):
    start: float
    order: int
    items: dict[Item, None]
    weight: float


class FairQueue(Generic[Flow, Item]):
    """Items waiting in flows. Bounded by what waits: a flow that is not owing is forgotten when nothing of it waits."""

    def __init__(self) -> None:
        self._flows: dict[Flow, _State[Item]] = {}
        self._of: dict[Item, dict[Flow, None]] = {}
        self._heap: list[tuple[float, int, Flow]] = []
        self._virtual = 0.0
        self._order = 0
        self._backlogged = 0

    def __len__(self) -> int:
        """Count the items that wait."""
        return len(self._of)

    @property
    def flows(self) -> int:
        """Count the flows in which something waits."""
        return self._backlogged

    def join(self, flow: Flow, item: Item, weight: float = 1.0) -> None:
        """Let an item wait in a flow, behind what waits in it; `weight` > 0 is the flow's from now on."""
        state = self._flows.get(flow)
        if state is None:
            state = self._flows[flow] = _State(self._virtual, 0, {}, weight)
        state.weight = weight
        if not state.items:
            self._backlogged += 1
            state.start = max(state.start, self._virtual)
            self._line_up(flow, state)
        state.items[item] = None
        self._of.setdefault(item, {})[flow] = None

    def next(self) -> tuple[Flow, Item] | None:
        """Give the flow whose turn it is and its first item; None where nothing waits. Changes nothing."""
        while self._heap:
            _, order, flow = self._heap[0]
            state = self._flows.get(flow)
            if state is not None and state.items and state.order == order:
                return flow, next(iter(state.items))
            heappop(self._heap)
        return None

    def serve(self, flow: Flow, item: Item) -> None:
        """Let an item go in a turn of a flow it waits in."""
        state = self._flows[flow]
        self._virtual = max(self._virtual, state.start)
        state.start += 1.0 / state.weight
        self.leave(item)
        if state.items:
            self._line_up(flow, state)
        if not self._of:
            self._rest()

    def leave(self, item: Item) -> None:
        """Take an item out of all flows, without a turn, where it waits at all."""
        for flow in self._of.pop(item, {}):
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

    def _line_up(self, flow: Flow, state: _State[Item]) -> None:
        self._order += 1
        state.order = self._order
        heappush(self._heap, (state.start, state.order, flow))
        if len(self._heap) > _SLACK + 4 * self._backlogged:
            waiting = ((state.start, state.order, flow) for flow, state in self._flows.items() if state.items)
            self._heap = sorted(waiting)

    def _drop(self, flow: Flow, item: Item) -> None:
        state = self._flows[flow]
        del state.items[item]
        if not state.items:
            self._backlogged -= 1
            if state.start <= self._virtual:
                del self._flows[flow]

    def _rest(self) -> None:
        """Forget every debt: nothing waits, so whoever took turns took them from nobody."""
        self._flows.clear()
        self._heap.clear()
        self._virtual = 0.0
