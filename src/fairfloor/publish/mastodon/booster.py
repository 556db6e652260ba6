"""The account at work: does what the plan says when it says so, and keeps how far it has come.

It is off unless the host gives a server and a token. With `dry_run` it says what it would do, at the pace at which it
would, and changes nothing: neither the account nor the file that keeps its place.
"""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from fairfloor.publish.doing import Say
from fairfloor.publish.mastodon import position
from fairfloor.publish.mastodon.account import Account, Later, Me, Refused, Unreachable, account
from fairfloor.publish.mastodon.plan import Boost, Plan, Question, Step
from fairfloor.publish.mastodon.position import Position
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Clock

_log = structlog.get_logger(__name__)
_LONGEST = timedelta(minutes=5)
_OURS = frozenset({401, 403})
"""Refusals that are about the token and not about a post."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to use an account."""

    server: str
    """The host of the account's server."""
    place: Path
    """The file that keeps how far it has come."""
    chat: str
    """Names the evening, so that its questions have keys of their own."""
    questions: tuple[Question, ...] = ()
    pace: float = 12.0
    """Posts a minute at most."""
    visibility: str = "public"
    """Of boosts and questions: public, or unlisted, which keeps them out of public timelines."""
    dry_run: bool = False


class Booster:
    """A `publish.following.Hearer` with a task of its own: `run` it beside the evening, and cancel it to stop."""

    def __init__(self, options: Options, token: str, clock: Clock, say: Say) -> None:
        """Take how, the owner's token, and whom to tell. Raises ValueError and OSError where it cannot begin."""
        kept = position.read(options.place)
        self._options = options
        self._token = token
        self._clock = clock
        self._say = say
        self._plan = Plan(options.questions, options.pace, after=kept.number, asked=kept.asked)
        self._stirred = asyncio.Event()
        self._failures = 0

    def decided(self, number: int, decision: Decision) -> None:
        """Take a decision that is kept."""
        self._plan.decided(number, decision)

    def withdrawn(self, act: str) -> None:
        """Take that an author took an act back."""
        self._plan.withdrawn(act)

    def caught_up(self) -> None:
        """Look for something to do."""
        self._stirred.set()

    async def run(self) -> None:
        """Do what is to be done until cancelled. Raises ValueError where the server's name is none, and OSError."""
        async with account(self._options.server, self._token) as owned:
            self._plan.own = (await self._prepared(owned)).name
            while True:
                self._stirred.clear()
                step = self._plan.next(self._clock.now())
                if step is None:
                    await self._idle()
                else:
                    await self._step(owned, step)

    async def _prepared(self, owned: Account) -> Me:
        while True:
            try:
                return await self._prepare(owned)
            except (Later, Unreachable, Refused) as why:
                await self._wait(why)

    async def _prepare(self, owned: Account) -> Me:
        """See whose token it is, and that the account says of itself what it is."""
        me = await owned.me()
        if not me.bot and self._options.dry_run:
            self._say(f"Would mark {me.name} as an automated account.")
        elif not me.bot:
            me = await owned.mark()
            self._say(f"{me.name} is marked as an automated account now.")
        self._failures = 0
        self._say(f"{me.name} boosts what has the floor, at most {self._options.pace:g} a minute.")
        return me

    async def _step(self, owned: Account, step: Step) -> None:
        """Do one step, or let it go where it cannot be done; a step that only has to wait stays next."""
        try:
            await self._do(owned, step)
        except (Later, Unreachable) as why:
            await self._wait(why)
            return
        except Refused as refused:
            if refused.status in _OURS:
                await self._wait(refused)
                return
            _log.info("not boosted", status=refused.status)
        self._failures = 0
        self._plan.done(step, self._clock.now())
        if not self._options.dry_run:
            kept = Position(self._plan.after, tuple(sorted(self._plan.asked)))
            await asyncio.to_thread(position.write, self._options.place, kept)

    async def _do(self, owned: Account, step: Step) -> None:
        if self._options.dry_run:
            self._say(f"Would boost {step.act}" if isinstance(step, Boost) else f"Would post: {step.text}")
        elif isinstance(step, Question):
            await owned.post(step.text, _key(self._options.chat, step), self._options.visibility)
        elif (id_ := await owned.find(step.act)) is not None and self._plan.stands(step):
            await owned.boost(id_, self._options.visibility)

    async def _wait(self, why: Later | Unreachable | Refused) -> None:
        """Wait after a failure, and say why where it is news."""
        self._failures += 1
        if isinstance(why, Later):
            wait = why.wait
        elif isinstance(why, Refused):
            wait = _LONGEST
        else:
            wait = min(timedelta(seconds=2 ** min(self._failures, 9)), _LONGEST)
        if self._failures == 1:
            self._say(_sentence(why, self._options.server))
        await self._clock.sleep_until(self._clock.now() + wait)

    async def _idle(self) -> None:
        """Wait until something may be due, or is decided."""
        now = self._clock.now()
        due = self._plan.due(now)
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(self._stirred.wait())]
        if due is not None:
            tasks.append(asyncio.create_task(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _key(chat: str, question: Question) -> str:
    """Make the key by which a server knows a question again."""
    said = f"{chat}\n{question.number}\n{question.text}"
    return f"fairfloor-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _sentence(why: Later | Unreachable | Refused, server: str) -> str:
    match why:
        case Later(wait=wait):
            return f"{server} takes no more boosts for {max(1, round(wait.total_seconds() / 60))} min; they go on then."
        case Refused(status=status) if status in _OURS:
            return (
                f"{server} does not accept the token for boosting. It needs the scopes read:accounts, read:search, "
                "write:accounts and write:statuses."
            )
        case Refused(status=status):
            return f"{server} refuses (HTTP {status}). Check its name and the token."
        case _:
            return f"{why} Boosts go on when it is back."
