"""Discussions as they stand (`web.discussion.discussion`), remembered until something changes.

Reading is what happens most. What was arranged of an article's comments is kept with what was rendered of it, and holds
until the library's version is another.

What waits for the end of quiet hours is shown by whoever comes first after it: nothing needs to run at night.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.chat.site.house import House
from fairfloor.session.discussion import Seeds
from fairfloor.session.library import Library
from fairfloor.web.discussion.discussion import Discussion, read
from fairfloor.web.hosting import Hosting

HELD = 10_000
"""Comments of discussions that are held as they were arranged (about 15 kB each); the last read one always is."""
WARM = 100
"""The latest comments, whose discussions are arranged at the start."""
OVER = "The quiet hours are over."
_State = tuple[tuple[int, int], House, Seeds]


class Discussions:
    """All discussions of a site. Bounded: `HELD`."""

    def __init__(self, hosting: Hosting, library: Library) -> None:
        self.hosting = hosting
        self.library = library
        self.lock = asyncio.Lock()
        """Held from looking whether something may be done until it is done."""
        self.house = House()
        self._reading: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while one is read and arranged: of a hundred readers who come at once, one lets it be done."""
        self._known: OrderedDict[int, tuple[_State, Discussion]] = OrderedDict()
        self._version: tuple[int, int] | None = None
        self._rest_ends: datetime | None = None
        self._listeners: list[Callable[[Comment], Awaitable[None]]] = []

    def on_shown(self, listener: Callable[[Comment], Awaitable[None]]) -> None:
        """Call `listener` with each comment that is shown by itself."""
        self._listeners.append(listener)

    async def of(self, article: int) -> Discussion:
        """Give the discussion of an article as it stands."""
        state = (await self.settled(), self.house, self.seeds())
        async with self._reading[article]:
            before = self._known.get(article)
            if before is None or before[0] != state:
                own = await asyncio.to_thread(self.library.comments.version, article)
                found = None if before is None else before[1]
                stands = before is not None and before[1].version == own and before[0][1:] == state[1:]
                if found is None or not stands:  # what is said elsewhere changes nothing here
                    found = await asyncio.to_thread(read, self.library, article, state[1].places, state[2], found)
                before = self._known[article] = (state, found)
            self._known.move_to_end(article)
            self._forget()
        return before[1]

    async def warm(self) -> None:
        """Arrange the discussions that were spoken in last, so that their first readers need not wait for it."""
        latest = await asyncio.to_thread(self.library.comments.latest, WARM)
        for article in dict.fromkeys(one.article for one in latest):
            if sum(len(one.comments) for _, one in self._known.values()) < HELD // 2:
                await self.of(article)

    def _forget(self) -> None:
        """Let go of the discussions that were read longest ago, where too much is held."""
        many = sum(len(one.comments) for _, one in self._known.values())
        while many > HELD and len(self._known) > 1:
            _, (_, gone) = self._known.popitem(last=False)
            many -= len(gone.comments)

    async def settled(self) -> tuple[int, int]:
        """Show what waited for quiet hours that are over; give the library's version then."""
        version = await asyncio.to_thread(self.library.comments.version)
        now = self.hosting.door.now()
        over = self._rest_ends is not None and now >= self._rest_ends
        if version != self._version or over:
            self.house = await asyncio.to_thread(self.library.comments.house)
            version = await self._end_rest(now, version)
            self._version = version
        return version

    async def _end_rest(self, now: datetime, version: tuple[int, int]) -> tuple[int, int]:
        resting = await asyncio.to_thread(self.library.comments.resting)
        ended = [one for one in resting if one.until is not None and one.until <= now]
        self._rest_ends = min((one.until for one in resting if one.until and one.until > now), default=None)
        for one in ended:
            async with self.lock:
                still = await asyncio.to_thread(self.library.comments.comment, one.id)
                if still != one:
                    continue
                shown = msgspec.structs.replace(one, state="shown", until=None, why="")
                deed = Deed(comment=one.id, at=now, by="", do="show", why=OVER)
                await asyncio.to_thread(self.library.comments.change, shown, deed)
        if not ended:
            return version
        self._version = await asyncio.to_thread(self.library.comments.version)
        for one in ended:
            for listener in self._listeners:
                await listener(msgspec.structs.replace(one, state="shown", until=None, why=""))
        return self._version

    def seeds(self) -> Seeds:
        """Give the accounts of the host's people and of regulars, as the evening and the chat's settings have them."""
        rules, settings = self.hosting.desk.rules, self.hosting.desk.sessions.settings
        people = (*settings.hosts, *settings.cohosts) if settings else ()
        named = {name for one in people for name in (one.account, one.handle.removeprefix("@")) if name}
        return Seeds(rules.hosts | named, rules.regulars)

    def known(self, article: int, comment: int | None) -> Comment | None:
        """Give a comment of a discussion that is held; None where it is not."""
        held = self._known.get(article)
        return held[1].comments.get(comment) if held is not None and comment is not None else None

    def changed(self) -> None:
        """Read again how the host keeps the discussions."""
        self._version = None
