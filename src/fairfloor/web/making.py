"""Making a move from a page: whether this visitor may, whether it makes sense now, and then it is in the log."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Doing, Fold, Hold, Move, Release
from fairfloor.chat.roles import may
from fairfloor.session.desk import Desk
from fairfloor.session.pipeline import Over
from fairfloor.session.ports import Entry, Records
from fairfloor.web.people.guard import Refused
from fairfloor.web.people.visitor import Visitor

Submit = Callable[[Entry], Awaitable[None]]
"""Has a move made, or a post taken (`Pipeline.make`)."""


class Maker:
    """Makes moves for visitors. The one way in which a page changes anything."""

    def __init__(self, desk: Desk, records: Records, submit: Submit, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._records = records
        self._submit = submit
        self._now = now

    async def make(self, visitor: Visitor, do: Doing, reason: str = "", once: str = "") -> Move:
        """Make a move; it is durable, and the desk and the board know of it, when this returns.

        once: the nonce of the form it came with, so that a form sent twice makes one move. Raises `guard.Refused` with
        a sentence: 403 where this role may not, 409 where it makes no sense now, 503 where the evening does not run.
        """
        if visitor.role is None or not may(visitor.role, do):
            raise Refused(403, "That is not yours to do", _sign_in(visitor))
        move = Move(id=_named(visitor, once), at=self._now(), by=visitor.by, role=visitor.role, do=do, reason=reason)
        if (why := self._desk.refuses(move) or await self._absent(do)) is not None:
            raise Refused(409, "That cannot be done now", why)
        await self.put(move)
        return move

    async def put(self, entry: Entry) -> None:
        """Put into the log what is already known to be in order: a move, or a post that was made on our own pages.

        Raises `guard.Refused`: 503 where the evening does not run, 422 where it cannot be written.
        """
        try:
            await self._submit(entry)
        except Over:
            raise Refused(503, "The evening does not run any more", "Its pages can still be read.") from None
        except ValueError:
            raise Refused(422, "That cannot be written down", "Leave out what is no text, and try again.") from None

    async def _absent(self, do: Doing) -> str | None:
        """Say that what a move is about is not here, where it is not."""
        if not isinstance(do, Fold | Hold | Release):
            return None
        record = await asyncio.to_thread(self._records.record, do.act)
        if record is None or record.withdrawn or not isinstance(record.act, Post):
            return "There is no such post here, or its author took it back."
        return None


def _named(visitor: Visitor, once: str) -> str:
    name = hashlib.sha256(f"{visitor.by}\0{once}".encode("utf-8", "replace")).hexdigest()[:24] if once else ""
    return f"move:{name or secrets.token_hex(12)}"


def _sign_in(visitor: Visitor) -> str:
    if not visitor.signed_in:
        return "Sign in first; then come back to this page."
    return "Others of the host's people, or the author, can."
