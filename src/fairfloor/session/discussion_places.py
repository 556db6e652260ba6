"""The places of a discussion, given as the floor gives turns where everything is offered at the same instant.

`floor.floor` shares turns as messages come and go. A discussion is the one case in which all are there at once and none
comes after: from the first turn to the last the floor is congested, nobody's say changes, and nothing expires between.
Then whoever waits has a tag, and only those with the least tags are looked at: the time is in proportion to the
accounts, and to as many turns as there are places, however much it is that one of them says.

Invariant: what has a place is what `floor.floor.Floor` would show, in its order. A test holds the two together
(tests/session/test_discussion_places.py), and `Floor` is the one that is right.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heapreplace
from itertools import count, islice

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


class Asking(msgspec.Struct, eq=False, gc=False):
    """All that one account has waiting."""

    first: int
    """Where its first offer stands among all: messages in their order, and who says each in theirs."""
    last: int
    items: list[tuple[int, Wait]]
    """The account's comment, and the message that it says."""


class Waiting:
    """All that is to have a place. Only grows."""

    def __init__(self) -> None:
        self.messages: list[Wait] = []
        self.accounts: dict[str, Asking] = {}

    def __len__(self) -> int:
        """Count the messages."""
        return len(self.messages)

    def begin(self, comment: int, account: str) -> Wait:
        """Let what a comment says first wait."""
        wait = Wait(comment, account, {})
        self.messages.append(wait)
        self.offer(wait, len(self.messages) - 1, account, comment)
        return wait

    def offer(self, wait: Wait, turn: int, account: str, comment: int) -> None:
        """Let a message wait for whoever says it, too. turn: which of the messages it is."""
        if account in wait.by:
            return
        at = (turn << 32) + len(wait.by)
        wait.by[account] = comment
        asking = self.accounts.get(account)
        if asking is None:
            self.accounts[account] = Asking(at, at, [(comment, wait)])
        else:
            asking.first, asking.last = min(asking.first, at), max(asking.last, at)
            asking.items.append((comment, wait))


class _Flow(msgspec.Struct, eq=False, gc=False):
    """What one account has waiting as it takes its turns (`floor.queue`)."""

    ranked: list[Wait]
    """By rank, the first at the end."""
    start: float = 0.0


def _finish(start: float, one: Speaker, asked: int) -> float:
    """Give the tag of an account's next turn."""
    return start + 1.0 / one.say + DOUBT * one.doubt + 1.0 - 1.0 / asked


class _Line:
    """The accounts of one class. Of most of them nothing is looked at but the tag, since they never come to a turn."""

    def __init__(self, of: Mapping[str, Asking], rank: Callable[[int], int], gone: set[int]) -> None:
        self._of = of
        self._rank = rank
        self._gone = gone
        self._flows: dict[str, _Flow] = {}
        self._heap: list[tuple[float, int, Speaker, int]] = []
        """The tag, when it lined up, who it is, and for how much it asked."""
        self._says = self._virtual = 0.0

    def join(self, speaker: Speaker, order: int, asked: int) -> None:
        """Let an account wait that asks for so much. order: when it lined up, among those with the same tag."""
        self._says += speaker.say
        self._heap.append((_finish(0.0, speaker, asked), order, speaker, asked))

    def begin(self) -> None:
        """Take note that all have joined."""
        heapify(self._heap)

    def pass_time(self, part: float) -> None:
        """Move the virtual time on by a turn of which this class has a part."""
        self._virtual += part / max(1.0, self._says)

    def take(self, order: int) -> Wait | None:
        """Let the account with the least tag go; give its message, or None where nobody may go."""
        while self._heap:
            finish, _, speaker, asked = self._heap[0]
            flow = self._flows.get(speaker.account) or self._flow(speaker.account)
            if (wait := self._first(flow)) is None:
                heappop(self._heap)
                continue
            if finish > self._virtual + AHEAD:
                return None
            self._gone.add(wait.number)
            flow.start += 1.0 / speaker.say
            if self._first(flow) is None:
                heappop(self._heap)
            else:
                heapreplace(self._heap, (_finish(flow.start, speaker, asked), order, speaker, asked))
            return wait
        return None

    def _flow(self, account: str) -> _Flow:
        ranks = {self._rank(one): wait for one, wait in self._of[account].items}
        flow = self._flows[account] = _Flow([ranks[rank] for rank in sorted(ranks, reverse=True)])
        return flow

    def _first(self, flow: _Flow) -> Wait | None:
        """Give what of a flow has the lowest rank, of what still waits."""
        while flow.ranked and flow.ranked[-1].number in self._gone:
            flow.ranked.pop()
        return flow.ranked[-1] if flow.ranked else None


def given(
    waiting: Waiting,
    speakers: Mapping[str, Speaker],
    rank: Callable[[int], int],
    places: int,
    share: float | None,
) -> list[Wait]:
    """Give the messages that have a place, in the order of their turns.

    waiting: more than there are places. rank: of a comment among its account's own, each another; the lowest goes
    first. share: newcomers'; None where all are alike.
    """
    gone: set[int] = set()
    room, new = (_Line(waiting.accounts, rank, gone) for _ in range(2))
    calm, settled = _calm(waiting, places), 0
    for account, asking in sorted(waiting.accounts.items(), key=_first_offer):
        speaker = speakers[account]
        of_room = share is None or not speaker.newcomer
        settled += of_room and speaker.settled
        (room if of_room else new).join(speaker, *_asked(asking, calm[account]))
    room.begin()
    new.begin()
    turns = _turns(room, new, share or 0.0, (1 + settled) ** -3, count(len(waiting) << 32))
    return [wait for wait in islice(turns, places) if wait is not None]


def _turns(room: _Line, new: _Line, share: float, left: float, order: Iterator[int]) -> Iterator[Wait | None]:
    """Give whose each turn is, without end; None where it passes unused (`floor.floor`).

    left: the part of the turns that the room leaves which newcomers may take.
    """
    earned = spare = 0.0
    while True:
        room.pass_time(1.0)
        new.pass_time(max(left, share))
        earned = min(SAVED, earned + OPEN)
        if earned >= 1.0 and (wait := new.take(next(order))) is not None:
            earned -= 1.0
        elif (wait := room.take(next(order))) is not None:
            earned = min(SAVED, earned + share / (1.0 - share))
        else:
            spare = min(1.0, spare + left)
            if spare >= 1.0 and (wait := new.take(next(order))) is not None:
                spare -= 1.0
        yield wait


def _first_offer(asking: tuple[str, Asking]) -> int:
    return asking[1].first


def _asked(asking: Asking, calm: int) -> tuple[int, int]:
    """Give when an account lined up, and how much it asked for. calm: how much of it it offered in the calm.

    It lines up with its first offer, and anew with each that makes it ask for more.
    """
    crowded = len(asking.items) - calm
    return asking.last if crowded > 1 or not calm else asking.first, max(1, crowded)


def _calm(waiting: Waiting, places: int) -> Counter[str]:
    """Count what accounts offer, at the beginning, while the floor is calm still: that is asked of nobody."""
    interval = WHOLE / places
    shadow = Shadow(timedelta(minutes=1) / (timedelta(minutes=1) / interval), interval * (places - 0.5))
    offered: Counter[str] = Counter()
    for wait in waiting.messages:
        shadow.offer(BEGIN)
        if shadow.level(BEGIN) is not Level.CALM:
            break
        offered.update(wait.by.keys())
    return offered
