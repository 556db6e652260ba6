"""Asks a server round after round, politely: what is new under the tag, and what became of what was told.

A round walks the tag's timeline forward from the cursor to its end (`min_id`), so a gap of any length is filled, a page
at a time and in order. It begins a little before the cursor: a status from elsewhere gets an id by the time it was
written, not by when it arrived, so late ones slip in behind. Then it looks again at a page of what was told, and asks
for a list of boosters and a thread where there are new ones. So a round costs two requests where nothing happens, and
four where something does. A server commonly allows 300 in five minutes, and whoever spends them is shut out for the
rest of these; so when most of them are spent only the walks go on. `people.asking` heeds what the server itself says.

What cannot be had: boosts tell who, but neither when nor that they were undone; likes are told to nobody; replies
without the tag come where `/context` shows them (60 to a thread without a token).
"""

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from fairfloor.session.ports import Batch, Clock
from fairfloor.sources.mastodon import ids
from fairfloor.sources.mastodon.intake import Intake
from fairfloor.sources.mastodon.recent import Known
from fairfloor.sources.mastodon.server import Instance, timeline
from fairfloor.sources.mastodon.status import Account
from fairfloor.sources.people.asking import Answer, Asking, Refused, Unanswered, decoded

_PAGE = 40
"""Statuses a page, the most that Mastodon gives."""
_PAGES = 25
"""Pages in one walk; what is left comes with the next."""
_BACK = timedelta(minutes=2)
_BACK_MOST = 80
"""How far before the cursor a walk begins: so long, but over no more statuses than two pages."""
_MEMORY = 3
"""Pages before the cursor that are read again after a restart, to know the server's names of what was told."""
_AGAIN = 20
"""Statuses looked at again in a round; as many as Mastodon gives in one go."""
_SINGLY = 3
"""Statuses looked at one by one in a round, where a server does not give several (before Mastodon 4.3)."""
_BOOSTERS = 3
"""Pages of boosters of one status in a round; 80 accounts a page."""
_WINDOW = timedelta(minutes=5)
_SPARE = 200
"""Requests in five minutes past which nothing is asked but what is new; Mastodon allows 300."""
_GONE = frozenset({404, 410})
_NO_SUCH_METHOD = frozenset({400, 404, 405, 422})

_INSTANCE = msgspec.json.Decoder(Instance)
_STATUSES = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_ACCOUNTS = msgspec.json.Decoder(tuple[Account, ...])


class Context(msgspec.Struct, frozen=True):
    """The thread of a status."""

    descendants: tuple[msgspec.Raw, ...] = ()


_CONTEXT = msgspec.json.Decoder(Context)


class Rounds:
    """One server, asked by one who asks one thing at a time. Every method raises Unanswered and Refused."""

    def __init__(self, asking: Asking, home: str, place: str, tag: str, intake: Intake) -> None:
        """Take who asks, the server's address and name, the tag, and where it all goes."""
        self._asking = asking
        self._home = home
        self._place = place
        self._timeline = timeline(home, tag)
        self._intake = intake
        self._several = True
        self._floor = "0"
        self._spent: deque[datetime] = deque(maxlen=_SPARE)
        self.cursor: str | None = None

    async def meet(self) -> Instance:
        """Ask the server who it is. Raises Unanswered where it is not of Mastodon's kind."""
        for version in ("v2", "v1"):
            try:
                answer = await self._asking.ask(f"{self._home}/api/{version}/instance")
            except Refused as refused:
                if refused.status in _GONE:
                    continue
                raise
            instance = decoded(answer, _INSTANCE, self._place)
            if instance.named is None:
                break
            self._intake.domain = instance.named
            return instance
        raise Unanswered(f"{self._place} is no server of Mastodon's kind. Check its name.")

    async def begin(self, cursor: str | None, clock: Clock) -> None:
        """Find where to begin: at what is newest now, or at a cursor, having read again what came right before it."""
        self.cursor = cursor
        before = {} if cursor is None else {"max_id": cursor}
        for _ in range(1 if cursor is None else _MEMORY):
            page = await self._page(clock, **before)
            statuses = self._intake.statuses(page, clock.now(), known_only=True)
            known = sorted((status.id for status in statuses), key=ids.order)
            if self.cursor is None:
                self._floor = self.cursor = known[-1] if known else "0"
            if len(page) < _PAGE or not known:
                return
            before = {"max_id": known[0]}

    async def walk(self, clock: Clock, *, polled: bool) -> AsyncGenerator[Batch]:
        """Give what is new under the tag, a page at a time.

        polled: whether these walks are all there is, so that the evening goes by them (`Batch.upto`).
        """
        began, at = clock.now(), self._start()
        for _ in range(_PAGES):
            page = await self._page(clock, min_id=at)
            statuses = self._intake.statuses(reversed(page), clock.now())
            at, last = max([at, *(status.id for status in statuses)], key=ids.order), at
            self.cursor = max(self.cursor or "0", at, key=ids.order)
            whole = len(page) < _PAGE or at == last
            upto = self._intake.seen if not whole else began if polled else None
            yield self._intake.batch(cursor=self.cursor, upto=upto)
            if whole:
                return

    async def follow_up(self, clock: Clock, times: int = 1) -> None:
        """Ask what became of what was told, as often as said, or for as long as there are requests to spare."""
        for _ in range(times):
            for ask in (self._look_again, self._boosts, self._threads):
                if self._spare(clock.now()):
                    await ask(clock)

    async def _look_again(self, clock: Clock) -> None:
        """Look again at some of what was told: edits, deletions, and counts of boosts and replies."""
        again = self._intake.recent.again(_AGAIN if self._several else _SINGLY)
        if not again:
            return
        shown = await self._look_at_several(again, clock) if self._several else set()
        for id_ in again:
            if id_ not in shown:
                await self._look_at(id_, clock)

    async def _boosts(self, clock: Clock) -> None:
        """Ask who boosted the status with the most boosts that were not told."""
        known = next(self._intake.recent.boosted(), None)
        if known is None:
            return
        at: str | None = f"{self._home}/api/v1/statuses/{known.id}/reblogged_by?limit=80"
        for _ in range(_BOOSTERS):
            answer = await self._ask_about(known, at or "", clock)
            if answer is None:
                return
            accounts = decoded(answer, _ACCOUNTS, self._place)
            if self._intake.boosted(known, accounts, clock.now()):
                break
            at = answer.next if answer.next and answer.next.startswith(f"{self._home}/") else None
            if at is None:
                break
        known.boosts_told = known.boosts

    async def _threads(self, clock: Clock) -> None:
        """Ask for the thread under the status with the most replies that were not told."""
        known = next(self._intake.recent.answered(), None)
        if known is None:
            return
        known.replies_told = known.replies
        answer = await self._ask_about(known, f"{self._home}/api/v1/statuses/{known.id}/context", clock)
        if answer is None:
            return
        thread = decoded(answer, _CONTEXT, self._place).descendants
        for status in self._intake.statuses(thread, clock.now()):
            if (reply := self._intake.recent.get(status.id)) is not None:
                reply.replies_told = reply.replies  # its own replies were in the same thread

    def _spare(self, now: datetime) -> bool:
        """Tell whether there are requests to spare."""
        return len(self._spent) < _SPARE or now - self._spent[0] >= _WINDOW

    async def _get(self, address: str, clock: Clock, **parameters: str | int) -> Answer:
        self._spent.append(clock.now())
        return await self._asking.ask(address, **parameters)

    def _start(self) -> str:
        """Give the id after which a walk begins."""
        back = ids.before(self.cursor or "0", _BACK)
        newest = self._intake.recent.newest(_BACK_MOST) or "0"
        return max(back, newest, self._floor, key=ids.order)

    async def _page(self, clock: Clock, **where: str) -> tuple[msgspec.Raw, ...]:
        """Give a page of the tag's timeline, the newest first; empty where nobody used the tag there yet."""
        try:
            answer = await self._get(self._timeline, clock, limit=_PAGE, **where)
        except Refused as refused:
            if refused.status in _GONE:
                return ()
            raise
        return decoded(answer, _STATUSES, self._place)

    async def _look_at_several(self, again: Sequence[str], clock: Clock) -> set[str]:
        """Look at statuses together, and give the ids of those that are there, or need not be asked for singly."""
        query = urlencode([("id[]", id_) for id_ in again])
        try:
            answer = await self._get(f"{self._home}/api/v1/statuses?{query}", clock)
        except Refused as refused:
            if refused.status not in _NO_SUCH_METHOD:
                raise
            self._several = False
            return set(again[_SINGLY:])
        page = decoded(answer, _STATUSES, self._place)
        return {status.id for status in self._intake.statuses(page, clock.now())}

    async def _look_at(self, id_: str, clock: Clock) -> None:
        """Look at one status; that it is gone is believed only when it is asked for by itself."""
        try:
            answer = await self._get(f"{self._home}/api/v1/statuses/{id_}", clock)
        except Refused as refused:
            if refused.status in _GONE:
                self._intake.gone(id_, clock.now())
            return
        self._intake.statuses([msgspec.Raw(answer.body)], clock.now())

    async def _ask_about(self, known: Known, at: str, clock: Clock) -> Answer | None:
        """Ask for what hangs on a status; None where the server will not tell, which is then not asked again."""
        try:
            return await self._get(at, clock)
        except Refused:
            known.boosts_told, known.replies_told = known.boosts, known.replies
            return None
