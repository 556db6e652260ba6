"""Finds out by which handles the people of a chat go: the streams tell who speaks by id, and a page shows names.

A `Named` source is another source and, between its batches, the handles of those who spoke, as `Rename`s. It learns who
spoke as an audience of the evening, so an account is asked about when its act is kept, once, and after a restart only
if it was not answered before.

The AppView is asked, 25 accounts at a time (the lexicon's most, `app.bsky.actor.getProfiles`), with a rest before each
question. It has checked that a handle and its account point to each other. The stream has not: whoever runs a server of
their own can say there that they go by the host's handle. So a new handle told by the stream is a reason to ask, and no
more.

A handle is a convenience: nothing is decided by it. Where there is no answer the evening goes on with the names it
knows, the failure is counted, and the question is asked again later, more patiently each time.

Memory is bounded: up to `_ROOM` accounts are remembered, those known longest go first (and may be asked about again).
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

import msgspec
import structlog

from fairfloor.acts.notice import Rename
from fairfloor.session.ports import Batch, Clock, Source, Step
from fairfloor.sources.bluesky.news import NO_HANDLE
from fairfloor.sources.people.asking import Asking, Manners, Refused, Unanswered, asking, decoded
from fairfloor.sources.people.bluesky import APPVIEW
from fairfloor.sources.weave import Ended, weave

_log = structlog.get_logger(__name__)

_AT_ONCE = 25
_REST = timedelta(seconds=3)
"""Before each question: others speak meanwhile, and an AppView hears of a new handle no sooner than we do. It makes 500
accounts a minute, at a thirtieth of the questions that the public AppView grants."""
_LONGEST_REST = timedelta(minutes=10)
_ROOM = 100_000
_DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[a-zA-Z0-9.:%-]{1,253})")
"""One id that is none would cost the answer about the 24 others."""
_HANDLE = re.compile(r"[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,63}){1,31}")


class _Profile(msgspec.Struct, frozen=True):
    did: str
    handle: str = NO_HANDLE


class _Profiles(msgspec.Struct, frozen=True):
    profiles: list[_Profile]


_PROFILES = msgspec.json.Decoder(_Profiles)


class Acquaintance:
    """Which accounts are known by name, and which are to be asked about. Pure."""

    def __init__(self, room: int = _ROOM) -> None:
        """Take how many accounts to remember."""
        self._room = room
        self._met: OrderedDict[str, str | None] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()

    def meet(self, account: str) -> None:
        """Note an account that spoke; it is wanted unless it was met before."""
        if account not in self._met and _DID.fullmatch(account):
            self.know(account, None)
            self._wanted[account] = None

    def doubt(self, account: str) -> None:
        """Note that an account may go by another handle now; it is wanted if it was met."""
        if account in self._met:
            self._wanted[account] = None

    def know(self, account: str, handle: str | None) -> bool:
        """Note the handle of an account, None where it has none that holds; tell whether there is one and it is new."""
        self._wanted.pop(account, None)
        new = handle is not None and self._met.get(account) != handle
        self._met[account] = handle
        if len(self._met) > self._room:
            self._wanted.pop(self._met.popitem(last=False)[0], None)
        return new

    def wanted(self) -> list[str]:
        """Give whom to ask about next, the longest wanted first."""
        return list(islice(self._wanted, _AT_ONCE))


class Named:
    """Another source, with the handles of those who speak there. It is an audience too, and must be told the steps."""

    def __init__(self, source: Source, clock: Clock, appview: str | None = None, room: int = _ROOM) -> None:
        """Take the source, and the address of an AppView (None: Bluesky's public one)."""
        self._source = source
        self._clock = clock
        self._appview = (appview or APPVIEW).rstrip("/")
        self._people = Acquaintance(room)
        self._stirred = asyncio.Event()
        self._upto: datetime | None = None
        self.failures = 0
        """Questions that were not answered."""

    @property
    def name(self) -> str:
        """The source's own name; cursors are its own too."""
        return self._source.name

    def hear(self, step: Step) -> None:
        """Note who spoke and who goes by which name."""
        for account, handle in step.names:
            self._people.know(account, handle)
        for act in step.acts:
            self._people.meet(act.account)
        self._stir()

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give the source's batches, and handles as they are found out; raises what the source raises."""
        streams = {"source": _generator(self._source, cursor), "names": self._names()}
        async with aclosing(weave(streams)) as woven:
            async for which, batch in woven:
                if isinstance(batch, Ended):
                    if which == "source" and batch.why is not None:
                        raise batch.why
                    if which == "source":
                        return
                    _log.error("names", why=repr(batch.why))
                    continue
                yield self._doubted(batch) if which == "source" else batch

    def _doubted(self, batch: Batch) -> Batch:
        """Take out the handles that the source tells, and have them asked about."""
        self._upto = batch.upto or self._upto
        told = [notice for notice in batch.notices if isinstance(notice, Rename)]
        if not told:
            return batch
        for rename in told:
            self._people.doubt(rename.account)
        self._stir()
        kept = tuple(notice for notice in batch.notices if not isinstance(notice, Rename))
        return msgspec.structs.replace(batch, notices=kept)

    def _stir(self) -> None:
        if self._people.wanted():
            self._stirred.set()

    async def _names(self) -> AsyncGenerator[Batch]:
        rest = _REST
        async with asking(self._clock, Manners(tries=2)) as polite:
            while True:
                await self._stirred.wait()
                await self._clock.sleep_until(self._clock.now() + rest)
                found = await self._asked(polite, self._people.wanted())
                rest = min(rest * 2, _LONGEST_REST) if found is None else _REST
                if found:
                    at = self._upto or self._clock.now()
                    renames = (Rename(account=did, handle=handle, at=at) for did, handle in found.items())
                    yield Batch(notices=tuple(renames), upto=self._upto)
                if not self._people.wanted():
                    self._stirred.clear()

    async def _asked(self, polite: Asking, wanted: list[str]) -> dict[str, str] | None:
        """Ask about accounts; None where there was no answer, and they stay wanted."""
        if not wanted:  # answered by the stream of steps meanwhile
            return {}
        query = urlencode([("actors", did) for did in wanted])
        try:
            answer = await polite.ask(f"{self._appview}/xrpc/app.bsky.actor.getProfiles?{query}")
            profiles = decoded(answer, _PROFILES, self._appview).profiles
        except Unanswered as why:
            self._failed(str(why))
            return None
        except Refused as refused:  # asking the same again would not help
            self._failed(str(refused))
            profiles = []
        told = {one.did: one.handle for one in profiles if _holds(one.handle)}
        return {did: told[did] for did in wanted if self._people.know(did, told.get(did))}

    def _failed(self, why: str) -> None:
        self.failures += 1
        _log.info("names", failures=self.failures, why=why)


def _holds(handle: str) -> bool:
    return handle != NO_HANDLE and _HANDLE.fullmatch(handle) is not None


async def _generator(source: Source, cursor: str | None) -> AsyncGenerator[Batch]:
    batches = source.batches(cursor)
    try:
        async for batch in batches:
            yield batch
    finally:
        if isinstance(batches, AsyncGenerator):
            await batches.aclose()
