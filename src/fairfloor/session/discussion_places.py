"""The places of a discussion, given as the floor gives turns where everything is offered at the same instant.

`floor.floor` shares turns as messages come and go. A discussion is the one case in which all are there at once and none
comes after: from the first turn to the last the floor is congested, nobody's say changes, and nothing expires between.
Then whoever waits has a tag, and only those with the least tags are looked at: the time is in proportion to the
accounts, and to as many turns as there are places, however much it is that one of them says.

Invariant: what has a place is what `floor.floor.Floor` would show, in its order. A test holds the two together
(tests/session/test_discussion_places.py), and `Floor` is the one that is right.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heapreplace
from itertools import count

import msgspec

from fairfloor.floor.floor import OPEN, SAVED, Speaker
from fairfloor.floor.queue import AHEAD, DOUBT
from fairfloor.floor.shadow import Level, Shadow

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""When the turns are taken: a time like any other, since there is no clock here."""
WHOLE = timedelta(minutes=30)
"""How long all turns take together: less than somebody of the room is taken to be there (`floor.floor`)."""


class Wait(msgspec.Struct, eq=False, gc=False):
    """A message that is to have a place."""

    number: int
    """Of the comment that said it first."""
    account: str
    """Whose comment that is."""
    by: dict[str, int]
    """The first comment of each account that says it."""


class _Flow(msgspec.Struct, eq=False):
    """What one account has waiting, and how its next turn stands in the line (`floor.queue`)."""

    speaker: Speaker
    order: int
    """When it lined up, among those with the same tag."""
    items: list[tuple[int, Wait]]
    """The account's comment, and the message that it says."""
    asked: int = 0
    start: float = 0.0
    ranked: list[tuple[int, Wait]] | None = None
    """The items by rank, the first at the end; made when it is asked for, since most flows never come to a turn."""

    @property
    def finish(self) -> float:
        """The tag of the next turn."""
        one = self.speaker
        return self.start + 1.0 / one.say + DOUBT * one.doubt + 1.0 - 1.0 / max(1, self.asked)


class _Line:
    """The flows of one class."""

    def __init__(self, flows: Iterable[_Flow], rank: Callable[[int], int], gone: set[int]) -> None:
        mine = list(flows)
        self._rank = rank
        self._gone = gone
        self._says = 0.0
        for flow in mine:
            self._says += flow.speaker.say
        self._virtual = 0.0
        self._heap = [(flow.finish, flow.order, flow) for flow in mine]
        heapify(self._heap)

    def pass_time(self, part: float) -> None:
        """Move the virtual time on by a turn of which this class has a part."""
        self._virtual += part / max(1.0, self._says)

    def take(self, order: int) -> Wait | None:
        """Let the flow with the least tag go; give its message, or None where nobody may go."""
        while self._heap:
            finish, _, flow = self._heap[0]
            if (wait := self._first(flow)) is None:
                heappop(self._heap)
            elif finish > self._virtual + AHEAD:
                return None
            else:
                self._gone.add(wait.number)
                flow.start += 1.0 / flow.speaker.say
                if self._first(flow) is None:
                    heappop(self._heap)
                else:
                    heapreplace(self._heap, (flow.finish, order, flow))
                return wait
        return None

    def _first(self, flow: _Flow) -> Wait | None:
        """Give what of a flow has the lowest rank, of what still waits."""
        if flow.ranked is None:
            ranks = {self._rank(one): (one, wait) for one, wait in flow.items}
            flow.ranked = [ranks[rank] for rank in sorted(ranks, reverse=True)]
        while flow.ranked and flow.ranked[-1][1].number in self._gone:
            flow.ranked.pop()
        return flow.ranked[-1][1] if flow.ranked else None


def given(
    waits: Iterable[Wait],
    speakers: Mapping[str, Speaker],
    rank: Callable[[int], int],
    places: int,
    share: float | None,
) -> list[Wait]:
    """Give the messages that have a place, in the order of their turns.

    waits: more than there are places, in the order in which they were said. rank: of a comment among its account's own,
    each another; the lowest goes first. share: newcomers'; None where all are alike.
    """
    flows = _flows(waits, speakers, _calm(places))
    gone: set[int] = set()
    new = [flow for flow in flows if flow.speaker.newcomer and share is not None]
    of_room = [flow for flow in flows if not flow.speaker.newcomer or share is None]
    left = (1 + sum(flow.speaker.settled for flow in of_room)) ** -3
    room, others, order = (
        _Line(of_room, rank, gone),
        _Line(new, rank, gone),
        count(sum(len(one.items) for one in flows)),
    )
    shown: list[Wait] = []
    earned = spare = 0.0
    part = share or 0.0
    for _ in range(places):
        room.pass_time(1.0)
        others.pass_time(max(left, part))
        earned = min(SAVED, earned + OPEN)
        if earned >= 1.0 and (wait := others.take(next(order))) is not None:
            earned -= 1.0
        elif (wait := room.take(next(order))) is not None:
            earned = min(SAVED, earned + part / (1.0 - part))
        else:
            spare = min(1.0, spare + left)
            if spare >= 1.0 and (wait := others.take(next(order))) is not None:
                spare -= 1.0
        if wait is not None:
            shown.append(wait)
    return shown


def _calm(places: int) -> int:
    """Count the messages, of the first that are offered, by which the floor is calm still: they are asked of nobody."""
    interval = WHOLE / places
    shadow = Shadow(timedelta(minutes=1) / (timedelta(minutes=1) / interval), interval * (places - 0.5))
    for calm in range(places + 1):
        shadow.offer(BEGIN)
        if shadow.level(BEGIN) is not Level.CALM:
            return calm
    return places + 1


def _flows(waits: Iterable[Wait], speakers: Mapping[str, Speaker], calm: int) -> list[_Flow]:
    """Let every message wait in the flow of each account that says it."""
    flows: dict[str, _Flow] = {}
    order = count()
    for place, wait in enumerate(waits):
        for account, one in wait.by.items():
            now = next(order)
            flow = flows.get(account)
            if flow is None:
                flow = flows[account] = _Flow(speakers[account], now, [])
            flow.items.append((one, wait))
            if place >= calm:
                flow.asked += 1
                if flow.asked > 1:
                    flow.order = now  # asking for more lines it up anew
    return list(flows.values())
