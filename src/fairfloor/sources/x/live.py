"""Follows a hashtag on X by its API v2: the `Source`. Reading costs money, so it reads no more than its budget.

It has X match the tag, listens to the filtered stream, and after every break asks recent search for what was said
meanwhile, once the search can know it. Where an app has no stream it goes by recent search alone. When the budget is
used up it takes its rule away, says so, and ends. All deciding is elsewhere: `budget` what may be read, `rules` what is
matched, `search` what is asked for, `intake` what is told on, `problems` what is the matter and how long to wait.

What is not had: replies without the tag (X would match them by conversation, each thread at a cost), likes, and
deletions as they happen.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import datetime, timedelta

import httpx
import msgspec

from fairfloor.session.ports import Batch, Clock
from fairfloor.sources.bluesky.frames import Silence
from fairfloor.sources.lines import Over, TooLong, lines
from fairfloor.sources.membership import Membership
from fairfloor.sources.secret import Secret
from fairfloor.sources.telling import Tell, Telling
from fairfloor.sources.weave import Ended, weave
from fairfloor.sources.wrong import WRONG, fault
from fairfloor.sources.x import search
from fairfloor.sources.x.asking import HOME, Asking, asking
from fairfloor.sources.x.budget import Budget, Place, place
from fairfloor.sources.x.intake import Intake, Message
from fairfloor.sources.x.problems import Kind, Trouble
from fairfloor.sources.x.rules import delete_rule, rule, set_rule

_STREAM = "/2/tweets/search/stream"
_FIELDS = {
    "tweet.fields": "author_id,conversation_id,created_at,entities,lang,note_tweet,referenced_tweets,withheld",
}
_HANDLES = {"expansions": "author_id", "user.fields": "username"}
_GOOD = timedelta(minutes=1)
"""A connection that held for so long clears the count of failures."""
_OVERLAP = timedelta(seconds=5)
"""How far past its opening the stream is not yet trusted to have told all."""
_TRIES = 3
"""How often what was missed is asked for."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to follow X."""

    token: Secret
    """The bearer token of the user's own app."""
    budget: int
    """How many posts may be read in the whole evening, restarts and all."""
    handles: bool = False
    """Whether to ask for the names of accounts too; X charges for each about twice what it does for a post."""
    url: str = HOME
    silence: timedelta = timedelta(seconds=25)
    """With nothing for so long the stream is taken for dead: X sends something every 20 seconds."""
    every: timedelta = timedelta(seconds=30)
    """How long between searches, where an app has no stream."""


class X:
    """Acts of one chat as X tells them. It ends when its budget is used up."""

    def __init__(
        self, membership: Membership, tag: str, clock: Clock, options: Options, *, tell: Tell = lambda _: None
    ) -> None:
        """Take what belongs to the chat, and its tag; tell is called with each new condition, and must not block.

        Raises ValueError where the budget is nothing.
        """
        self._membership = membership
        self._tags = (tag, *sorted(membership.tags - {membership.tag}))
        self._clock = clock
        self._options = options
        self._telling = Telling(self.name, clock, tell)
        self._budget = Budget(options.budget)
        self._intake = Intake(membership)
        self._since: str | None = None
        self._filled = True
        self._opened: datetime | None = None
        self._ours: str | None = None
        self._by_search = False
        self._reading = False
        """Whether pages of a search may have been paid for that have not been told yet."""
        self._note = ""

    @property
    def name(self) -> str:
        """The name that cursors are kept under."""
        return "x"

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give what X tells after the cursor (None: from now on). Raises ValueError where it is not one of X's."""
        kept = place(cursor)
        self._since, self._filled = kept.since, kept.since is None
        self._budget = Budget(self._options.budget, kept.read)
        failures = 0
        async with asking(self._options.token, self._options.url) as polite:
            while self._enough:
                self._opened = None
                try:
                    async with aclosing(self._follow(polite)) as told:
                        async for batch in told:
                            yield batch
                except Trouble as why:
                    failures = self._lost(failures)
                    wait = why.wait(failures, self._clock.now())
                    self._say(why.sentence(wait), connected=False, attempts=failures)
                    await self._clock.sleep_until(self._clock.now() + wait)
            self._say(self._over, connected=False)
            if self._ours is not None:
                with suppress(Trouble):  # an old rule costs nothing while nobody listens
                    await delete_rule(polite, self._ours)

    @property
    def _enough(self) -> bool:
        """Whether the budget allows anything more."""
        return self._budget.left >= (search.FEWEST if self._by_search else 1)

    @property
    def _over(self) -> str:
        read = f"{self._budget.read:,} of {self._budget.allowed:,} posts read"
        return (
            f"The budget for X is used up ({read}), so nothing more is read there. "
            "Start again with a larger --budget to go on."
        )

    async def _follow(self, polite: Asking) -> AsyncGenerator[Batch]:
        """Give what one connection tells, until it fails or the budget is used up. Raises Trouble."""
        if not self._by_search:
            try:
                async with aclosing(self._streamed(polite)) as told:
                    async for batch in told:
                        yield batch
            except Trouble as why:
                if why.kind is not Kind.ACCESS or self._opened:
                    raise
                self._by_search = True
        if self._by_search:
            async with aclosing(self._searched(polite)) as told:
                async for batch in told:
                    yield batch

    async def _streamed(self, polite: Asking) -> AsyncGenerator[Batch]:
        standing = await set_rule(polite, *self._tags)
        self._ours = standing.id
        others = "1 rule" if standing.others == 1 else f"{standing.others} rules"
        self._note = f" This app has {others} of others, whose posts count too." if standing.others else ""
        async with polite.stream(_STREAM, **self._fields) as answer:
            self._opened = self._clock.now()
            self._since = self._since or search.at(self._opened)
            yield self._batch()  # from now on nothing is lost, even if nobody says anything before we are cut off
            self._well()
            streams = {"stream": self._heard(answer)}
            if not self._filled:
                streams["missed"] = self._missed(polite, self._opened)
            async with aclosing(weave(streams)) as woven:
                async for name, batch in woven:
                    if not isinstance(batch, Ended):
                        yield batch
                        self._well()
                    elif batch.why is not None:
                        raise batch.why
                    elif name == "missed":
                        self._reading = False
                    if not self._budget.left and not self._reading:
                        return

    async def _heard(self, answer: httpx.Response) -> AsyncGenerator[Batch]:
        """Give what an open stream tells, while the budget lasts. Raises Trouble when X ends it."""
        try:
            async with aclosing(lines(answer, self._clock, self._options.silence)) as told:
                async for line in told:
                    if line.strip():
                        self._take(line)
                        yield self._batch()
                    if not self._budget.left:
                        return
        except Silence as why:
            raise Trouble(Kind.SILENCE) from why
        except TooLong as why:
            raise Trouble(Kind.OVERSIZED) from why
        except (Over, httpx.HTTPError, OSError) as why:
            raise Trouble(Kind.NETWORK) from why

    def _take(self, line: bytes) -> None:
        """Take one message of the stream. Raises Trouble where it says that the stream ends."""
        try:
            message = Message(line)
        except WRONG as wrong:
            self._intake.wrong(fault(wrong))
            return
        kind = next((problem.kind for problem in message.problems if problem.kind), None)
        if kind is not None and not message.posts:
            raise Trouble(kind)
        self._budget.spend(message.resources, self._clock.now().date())
        if message.rules is None or self._ours in message.rules:
            self._intake.take(message, self._clock.now())
        else:
            self._intake.skip(message)

    async def _missed(self, polite: Asking, opened: datetime) -> AsyncGenerator[Batch]:
        """Give what was said while there was no stream, when the search can know all of it."""
        await self._clock.sleep_until(opened + search.LAG)
        self._reading = True
        for failures in range(1, _TRIES + 1):
            try:
                async with aclosing(self._asked_for(polite, search.at(opened + _OVERLAP))) as told:
                    async for batch in told:
                        yield batch
                break
            except Trouble as why:
                await self._clock.sleep_until(self._clock.now() + why.wait(failures, self._clock.now()))
        else:
            self._note = " What was said while it was away could not be asked for."
        self._filled = True
        yield self._batch()

    async def _searched(self, polite: Asking) -> AsyncGenerator[Batch]:
        """Give what recent search finds, again and again. Raises Trouble."""
        self._note = " This app has no access to the stream, so it goes by recent search."
        self._since, self._filled = self._since or search.at(self._clock.now()), True
        yield self._batch()
        while self._enough:
            async with aclosing(self._asked_for(polite, None)) as told:
                async for batch in told:
                    yield batch
            self._opened = self._opened or self._clock.now()
            self._well()
            if self._enough:
                await self._clock.sleep_until(self._clock.now() + self._options.every)

    async def _asked_for(self, polite: Asking, until: str | None) -> AsyncGenerator[Batch]:
        """Give what was said since the last post told; each page is counted as soon as it is there."""
        since = search.within(self._since or "0", self._clock.now())
        parameters = (
            {"query": rule(*self._tags), "since_id": since} | ({"until_id": until} if until else {}) | self._fields
        )
        if until is not None and int(until) <= int(since):
            return
        found: list[Message] = []
        async with aclosing(search.pages(polite, self._budget, self._clock, **parameters)) as pages:
            async for message in pages:
                found.append(message)
                yield Batch(cursor=self._cursor(self._since))
        if found and found[-1].next is not None:
            self._note = f" More was said before than could be asked for: {len(found)} pages were read."
        for message in reversed(found):
            self._intake.take(message, self._clock.now())
        yield self._batch()

    @property
    def _fields(self) -> dict[str, str]:
        return _FIELDS | (_HANDLES if self._options.handles else {})

    def _batch(self) -> Batch:
        if self._filled:
            self._since = max(filter(None, [self._since, self._intake.newest]), key=int, default=None)
        return self._intake.batch(self._cursor(self._since))

    def _cursor(self, since: str | None) -> str:
        return Place(since=since, read=self._budget.read).cursor

    def _lost(self, failures: int) -> int:
        """Take note that what is said from now on has to be asked for; gives how many failures in a row this makes."""
        self._filled, self._reading = self._since is None or self._by_search, False
        return 1 if self._opened and self._clock.now() - self._opened >= _GOOD else failures + 1

    def _well(self) -> None:
        self._say(f"Connected to X. {self._budget.told}.{self._note}", connected=True)

    def _say(self, sentence: str, *, connected: bool, attempts: int = 0) -> None:
        self._telling.say(sentence, connected=connected, attempts=attempts)
