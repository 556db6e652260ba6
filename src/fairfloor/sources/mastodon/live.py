"""Follows a hashtag on one server of Mastodon's kind: the `Source`; a chat that follows several has one for each.

Without a token it asks round after round. With one it listens to the tag's stream too, which tells at once what is
new, edited and deleted; rounds go on beside it, seldom, for what no stream tells, and fill in after every break. All
deciding is elsewhere: `server` who is asked, `rounds` what and how far, `intake` what is told on, `stream` what the
lines mean, `troubles` how it is said.
"""

import asyncio
import random
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

import httpx
import msgspec

from fairfloor.acts.hashtags import tag_key
from fairfloor.session.ports import Batch, Clock
from fairfloor.sources.bluesky.patience import Dice, Patience
from fairfloor.sources.lines import lines
from fairfloor.sources.mastodon import ids, troubles
from fairfloor.sources.mastodon.intake import Intake
from fairfloor.sources.mastodon.rounds import Rounds
from fairfloor.sources.mastodon.server import Instance, home, place
from fairfloor.sources.mastodon.stream import Event, Events
from fairfloor.sources.membership import Membership
from fairfloor.sources.people.asking import Asking, Manners, Refused, Unanswered
from fairfloor.sources.secret import Secret
from fairfloor.sources.telling import Tell, Telling
from fairfloor.sources.weave import Ended, weave

_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MANNERS = Manners(tries=2, longest=timedelta(minutes=15))
_HEADERS = {"User-Agent": f"Fairfloor/{version('fairfloor')}", "Accept-Encoding": "identity"}
_BESIDE = 5
"""How often a round beside a stream asks what became of things; such rounds are ten times as seldom."""
_HOPELESS = timedelta(minutes=5)
"""How long to wait where a server refuses: somebody has to change something first."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to follow a server."""

    token: Secret | None = None
    """Of an account there, with the scope read:statuses; None asks as anybody may."""
    every: timedelta = timedelta(seconds=6)
    """How long between rounds where there is no stream."""
    streamed: timedelta = timedelta(seconds=60)
    """How long between rounds beside a stream."""
    silence: timedelta = timedelta(seconds=45)
    """With nothing for so long a stream is taken for dead: a server warms it every 15 seconds."""


class Mastodon:
    """Acts of one chat as one server comes to know of them. It never ends by itself."""

    def __init__(  # noqa: PLR0913 - the ports of a live source
        self,
        server: str,
        membership: Membership,
        tag: str,
        clock: Clock,
        options: Options | None = None,
        *,
        tell: Tell = lambda _: None,
        dice: Dice | None = None,
    ) -> None:
        """Take the server's host, what belongs to the chat, and its tag.

        tell: is called with each new condition; must not block. dice: for the waits between tries.
        Raises ValueError, saying what to give, where that is no server's name.
        """
        self._home = home(server)
        self._place = place(self._home)
        self._membership = membership
        self._tag = tag.lstrip("#\uff03")
        self._clock = clock
        self._options = options or Options()
        self._dice = dice or random.SystemRandom()
        self._streaming = False
        self._trouble = ""
        self._part = ""
        self._soon = asyncio.Event()
        self._telling = Telling(self.name, clock, tell)

    @property
    def name(self) -> str:
        """The name that cursors are kept under; each server has its own, and there each spelling of the tag."""
        spelt = tag_key(self._tag)
        return f"mastodon {self._place}" + (f" #{spelt}" if spelt != self._membership.tag else "")

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give what the server knows after the cursor (None: from now on). Raises ValueError where it is no cursor."""
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise ValueError(f"The stored cursor {cursor[:40]!r} is not the id of a status on {self._place}.")
        self._telling.say(f"Connecting to {self._place}.", connected=False)
        now = self._clock.now()
        intake = Intake(self._membership, self._place, min(now, ids.moment(cursor or "") or now))
        met: asyncio.Future[Instance] = asyncio.get_running_loop().create_future()
        async with self._client() as http:
            streams = {"rounds": self._rounds(http, intake, cursor, met)}
            if self._options.token is not None:
                streams["stream"] = self._stream(http, intake, met)
            async with aclosing(weave(streams)) as woven:
                async for _, batch in woven:
                    if not isinstance(batch, Ended):
                        yield batch
                    elif batch.why is not None:
                        raise batch.why

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Keep connections; the token goes in the header of every request, and redirects are not followed."""
        token = self._options.token
        async with httpx.AsyncClient(headers=_HEADERS | (token.bearer if token else {}), timeout=10.0) as http:
            yield http

    async def _rounds(
        self, http: httpx.AsyncClient, intake: Intake, cursor: str | None, met: asyncio.Future[Instance]
    ) -> AsyncGenerator[Batch]:
        asking = Asking(http, self._clock, _MANNERS, self._rests, self._dice)
        rounds = Rounds(asking, self._home, self._place, self._tag, intake)
        patience = Patience([self._place], self._dice)
        rounds.cursor = None
        while True:
            try:
                if not met.done():
                    met.set_result(self._admitted(await rounds.meet()))
                if rounds.cursor is None:
                    await rounds.begin(cursor, self._clock)
                async with aclosing(rounds.walk(self._clock, polled=not self._streaming)) as walk:
                    async for batch in walk:
                        yield batch
                await rounds.follow_up(self._clock, _BESIDE if self._streaming else 1)
                if not intake.empty:
                    yield intake.batch()
                patience.failures = 0
                self._well()
                await self._pause(self._options.streamed if self._streaming else self._options.every)
            except (Unanswered, Refused) as why:
                wait = max(patience.failed(timedelta()), _HOPELESS if isinstance(why, Refused) else timedelta())
                sentence = troubles.unanswered(why, self._place, wait, token=self._options.token is not None)
                self._telling.say(sentence, connected=False, attempts=patience.failures)
                if not intake.empty:
                    yield intake.batch()
                await self._pause(wait)

    async def _stream(
        self, http: httpx.AsyncClient, intake: Intake, met: asyncio.Future[Instance]
    ) -> AsyncGenerator[Batch]:
        at = f"{(await asyncio.shield(met)).streaming(self._home)}/api/v1/streaming/hashtag"
        patience = Patience([at], self._dice)
        while True:
            began, refused = self._clock.now(), False
            try:
                async with http.stream(
                    "GET", at, params={"tag": self._tag}, timeout=httpx.Timeout(10.0, read=None)
                ) as answer:
                    refused = 400 <= answer.status_code < 500  # noqa: PLR2004 - the client errors
                    troubles.check_stream(answer)
                    self._streams("")
                    async with aclosing(self._heard(answer, intake)) as heard:
                        async for batch in heard:
                            yield batch
            except troubles.BROKEN as failure:
                wait = max(patience.failed(self._clock.now() - began), _HOPELESS if refused else timedelta())
                self._streams(troubles.broken(failure))
                await self._clock.sleep_until(self._clock.now() + wait)

    async def _heard(self, answer: httpx.Response, intake: Intake) -> AsyncGenerator[Batch]:
        """Give what an open stream tells, until it breaks: one of `troubles.BROKEN`."""
        events = Events()
        async with aclosing(lines(answer, self._clock, self._options.silence)) as told:
            async for line in told:
                if (event := events.take(line)) is not None:
                    self._take(event, intake)
                if not intake.empty:
                    yield intake.batch()

    def _take(self, event: Event, intake: Intake) -> None:
        now = self._clock.now()
        if event.name in {"update", "status.update"}:
            intake.statuses([msgspec.Raw(event.data)], now)
        elif event.name == "delete":
            intake.gone(event.data.decode("ascii", "replace").strip().strip('"'), now)

    def _streams(self, trouble: str) -> None:
        """Take note whether the stream is open; rounds follow at once, to fill in what was said meanwhile."""
        self._streaming, self._trouble = not trouble, trouble
        self._soon.set()

    def _admitted(self, instance: Instance) -> Instance:
        """Give a server's self-description back. Raises Unanswered where it says that it will not tell us."""
        if sentence := troubles.closed(instance, self._place, token=self._options.token is not None):
            raise Unanswered(sentence)
        self._part = troubles.partly(instance, token=self._options.token is not None)
        return instance

    def _well(self) -> None:
        how = "streaming" if self._streaming else f"asking every {round(self._options.every.total_seconds())} seconds"
        trouble = f" Its stream is not there ({self._trouble})." if self._trouble else ""
        self._telling.say(f"Connected to {self._place}, {how}.{self._part}{trouble}", connected=True)

    def _rests(self, sentence: str) -> None:
        self._telling.say(sentence, connected=False)

    async def _pause(self, wait: timedelta) -> None:
        """Wait, or until the stream was opened or broke off."""
        tasks = (
            asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + wait)),
            asyncio.ensure_future(self._soon.wait()),
        )
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._soon.clear()
