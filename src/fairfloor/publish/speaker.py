"""Says from the host's account on Bluesky what is due; nothing twice, whatever breaks.

Before it writes it looks whether it is there, under a record key that follows from the log (`sayings`). It is an
audience only to know when to look; where the network fails it tries again with the next look.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import msgspec

from fairfloor.chat.moves import Answer, Move
from fairfloor.publish.atproto.client import Client, Refused, Unreachable
from fairfloor.publish.atproto.labels import written as date_of
from fairfloor.publish.atproto.names import address, at_uri
from fairfloor.publish.atproto.plans import put
from fairfloor.publish.atproto.posts import POST, Reply, Strong, record, tid
from fairfloor.publish.sayings import Saying, due
from fairfloor.session.desk import Desk
from fairfloor.session.ports import Clock, Step

LOOK = 5.0
"""Seconds between looks at most."""
SAID = 10_000
"""Sayings that are remembered as said."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account it is. The password is an app password; it is shown nowhere."""

    name: str
    password: Callable[[], str]


class Speaker:
    """An `Audience` (session.ports), to stand before the desk: the ledger's own posts are known before any reply."""

    def __init__(self, client: Client, login: Login, clock: Clock, say: Callable[[str], object]) -> None:
        """Log in. Raises Refused, Unreachable."""
        self._client, self._login, self._clock, self._say = client, login, clock, say
        self._did = client.login(login.name, login.password()).did
        self._said: dict[str, None] = {}
        self._rung = asyncio.Event()
        self._trouble = ""
        self._desk: Desk | None = None
        self._origin: str | None = None

    def sit(self, desk: Desk, origin: str | None) -> None:
        """Take the desk that says what is due, and where the public reaches the pages."""
        self._desk, self._origin = desk, origin

    def hear(self, step: Step) -> None:
        """See `Audience.hear`."""
        for taken in step.told:
            move = taken.notice
            if isinstance(move, Move) and isinstance(move.do, Answer) and self._desk is not None:
                self._desk.ledger.posted(move.do.question, self._uri(move.id, move.at))
        self._rung.set()

    async def run(self) -> None:
        """Say what is due, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), LOOK)
            self._rung.clear()
            if self._desk is None:
                continue
            for saying in [one for one in due(self._desk, self._clock.now(), self._origin) if self._is_new(one)]:
                if not await asyncio.to_thread(self._try, saying):
                    break

    def _is_new(self, saying: Saying) -> bool:
        return saying.name not in self._said

    def _uri(self, name: str, at: datetime) -> str:
        return at_uri(self._did, POST, tid(at, name))

    def _try(self, saying: Saying) -> bool:
        """Say it, and log in anew where that is needed; tells whether to go on."""
        try:
            try:
                self._put(saying)
            except Refused as refused:
                if refused.error not in {"ExpiredToken", "InvalidToken"}:
                    raise
                self._client.login(self._login.name, self._login.password())
                self._put(saying)
        except (Refused, Unreachable) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._say(f"What is due could not be said from {self._login.name}: {error} It is tried again.")
            return False
        self._said[saying.name] = None
        if len(self._said) > SAID:
            del self._said[next(iter(self._said))]
        return True

    def _put(self, saying: Saying) -> None:
        key = tid(saying.at, saying.name)
        if self._client.record(self._did, POST, key) is not None:
            return
        links = [saying.link] if saying.link else []
        wanted = record(saying.text, self._tags, links, self._reply(saying.reply_to))
        if (change := put(POST, key, wanted, None, date_of(saying.at))) is not None:
            self._client.write(self._did, change)
            self._say(f"Said from {self._login.name}: {saying.text.splitlines()[0]}")

    @property
    def _tags(self) -> list[str]:
        return [self._desk.rules.tag] if self._desk else []

    def _reply(self, to: str | None) -> Reply | None:
        """Give what a saying answers, where it can be found on the network."""
        there = address(to) if to else None
        if to is None or there is None or there.collection != POST:
            return None
        found = self._client.record(there.authority, POST, there.rkey)
        if found is None:
            return None
        parent, before = Strong(to, found.cid), found.value.get("reply")
        root = before.get("root") if isinstance(before, dict) else None
        if isinstance(root, dict) and isinstance(root.get("uri"), str) and isinstance(root.get("cid"), str):
            return Reply(Strong(root["uri"], root["cid"]), parent)
        return Reply(parent, parent)
