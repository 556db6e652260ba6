"""How all proposals stand, weighed now and then in another thread, and shared by all readers.

Finding camps takes up to a second of work when there are ten thousand votes; it is bounded there (`chat/proposals`). So
with many votes what was found stands for a while, at most half a minute.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from fairfloor.chat.proposals.bridging import Bridge, bridge, ranked
from fairfloor.chat.proposals.camps import Camps, camps
from fairfloor.chat.proposals.proposals import Proposals
from fairfloor.chat.proposals.votes import by_account

FEW = 500
"""Votes up to which everything is weighed anew with each."""
LASTING = timedelta(seconds=10)
STALE = timedelta(seconds=30)


class Weighed(msgspec.Struct, frozen=True):
    """How the proposals stood when they were weighed."""

    camps: Camps
    bridges: dict[str, Bridge]
    order: tuple[str, ...]
    """The open ones: first what people who usually disagree both want."""


class Standing:
    """Weighs proposals."""

    def __init__(self, proposals: Proposals, say: Callable[[str], float], now: Callable[[], datetime]) -> None:
        self._proposals, self._say, self._now = proposals, say, now
        self._lock = asyncio.Lock()
        self._weighed = Weighed(Camps({}, (0.0,)), {}, ())
        self._votes = 0
        self._of = -1
        self._at: datetime | None = None

    async def weighed(self) -> Weighed:
        """Give how they stand."""
        async with self._lock:
            if self._is_due():
                await self._weigh()
        return self._weighed

    def _is_due(self) -> bool:
        now = self._now()
        if self._at is None or not self._at <= now < self._at + STALE:
            return True
        if self._of == self._proposals.version:
            return False
        return self._votes <= FEW or now >= self._at + LASTING

    async def _weigh(self) -> None:
        """Weigh what there is now; what it is worked out from is taken in this thread."""
        proposals = self._proposals
        self._of, self._at = proposals.version, self._now()
        on, open_ = proposals.votes(), proposals.among("open")
        says = {account: self._say(account) for of in on.values() for account in of}
        self._votes = sum(map(len, on.values()))
        self._weighed = await asyncio.to_thread(_weigh, on, open_, says)


def _weigh(on: dict[str, dict[str, int]], open_: list[str], says: dict[str, float]) -> Weighed:
    found = camps(by_account(on), says.__getitem__)
    bridges = {name: bridge(name, votes, found, says.__getitem__) for name, votes in on.items()}
    return Weighed(found, bridges, tuple(ranked({name: bridges[name] for name in open_ if name in bridges})))
