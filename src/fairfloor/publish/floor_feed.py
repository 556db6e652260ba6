"""The floor as a feed: posts by the numbers of the decisions that gave them the floor, the greatest first.

The numbers are the cursors, so a reader's place stays right while the floor moves on above it and posts are taken out
around it: whoever pages to the end has seen every post once. The newest posts are in memory; older pages are read
from the store. Before the decisions have been read for the first time all pages are.

Invariant: a post stands at the number of its last decision, where that gave it the floor, and nowhere else.
"""

import asyncio
from bisect import bisect_left
from collections import OrderedDict

from fairfloor.publish.atproto.feed import Page
from fairfloor.publish.posts import is_post
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Record, Records

KEPT = 20_000
"""Posts in memory: a day at reading pace."""
_GONE = 100_000
"""Withdrawn posts remembered, so that what is read late does not bring one back."""
_TOGETHER = 200
"""Records read from the store in one go."""
_ROUNDS = 20
"""How often in a row the store is read for one page, where little in it is of Bluesky."""
_AT_ONCE = 2
"""Pages read from the store at once, so that threads are left for the evening."""
_END = 2**62


class FloorFeed:
    """A `Feed` (atproto.feed), and a `Hearer` of decisions; belongs to one event loop."""

    def __init__(self, records: Records, kept: int = KEPT) -> None:
        """Take the records, asked in other threads for older pages, and how many posts to keep in memory."""
        self.version = 0
        self._records = records
        self._kept = kept
        self._numbers: list[int] = []  # ascending, each with its post in `_posts`
        self._posts: list[str] = []
        self._at: dict[str, int] = {}
        self._low = _END
        """All posts with numbers from here on are in memory."""
        self._reading = asyncio.Semaphore(_AT_ONCE)
        self._gone: OrderedDict[str, None] = OrderedDict()

    def decided(self, number: int, decision: Decision) -> None:
        """Put a post where the decision puts it."""
        post = decision.act
        self._drop(post)
        if decision.placement == "floor" and is_post(post) and post not in self._gone:
            self._numbers.append(number)
            self._posts.append(post)
            self._at[post] = number
            self.version += 1
        elif self._low > 0:
            self.version += 1  # it may stand on an older page
        if len(self._numbers) > self._kept + self._kept // 4:
            self._cut(len(self._numbers) - self._kept)

    def withdrawn(self, act: str) -> None:
        """Take a post out, for good."""
        self._gone[act] = None
        if len(self._gone) > _GONE:
            self._gone.popitem(last=False)
        self._drop(act)
        self.version += 1

    def caught_up(self) -> None:
        """Answer from memory from now on."""
        if self._low == _END:
            self._low = 0
            self.version += 1

    async def page(self, before: int | None, limit: int) -> Page:
        """Give posts that have the floor."""
        first = _END if before is None else before
        found, more = self._recent(first, limit) if first > self._low else ([], True)
        if len(found) < limit and self._low > 0:
            async with self._reading:
                older = await asyncio.to_thread(self._older, min(first, self._low), limit - len(found))
            return Page([*found, *(post for post in older.posts if post not in self._gone)], older.cursor)
        return Page(found, self._at[found[-1]] if found and more else None)

    def _recent(self, before: int, limit: int) -> tuple[list[str], bool]:
        """Give posts in memory, and whether there are more before them."""
        end = bisect_left(self._numbers, before)
        start = max(0, end - limit)
        return self._posts[start:end][::-1], start > 0 or self._low > 0

    def _older(self, before: int, limit: int) -> Page:
        """Give posts from the store, and where to go on."""
        found: list[str] = []
        for _ in range(_ROUNDS):
            records = self._records.floor(before, _TOGETHER)
            for record in records:
                before = record.number
                if self._stands(record):
                    found.append(record.act.id)
                if len(found) == limit:
                    return Page(found, before)
            if len(records) < _TOGETHER:
                return Page(found)
        return Page(found, before)

    def _stands(self, record: Record) -> bool:
        """Tell whether a post still has the floor by this very decision."""
        if record.withdrawn or not is_post(record.act.id):
            return False
        now = self._records.record(record.act.id)
        return now is not None and now.number == record.number

    def _drop(self, post: str) -> None:
        number = self._at.pop(post, None)
        if number is not None:
            place = bisect_left(self._numbers, number)
            del self._numbers[place], self._posts[place]
            self.version += 1

    def _cut(self, count: int) -> None:
        """Leave the oldest posts to the store."""
        for post in self._posts[:count]:
            del self._at[post]
        del self._numbers[:count], self._posts[:count]
        self._low = self._numbers[0]
