"""Works recaps out when sessions close, off the event loop, keeps them, and makes one again where it has changed.

A recap is kept in the library so that it need not be made for every reader; the log has all of it. So what is lost, or
was never made, is made when somebody asks, and without a library every recap is made so and held for a while. It is
made anew where the session turned out to end at another time, where posts waited for their turn when it closed,
and where the host's people changed something about it afterwards: an appeal granted, an answer put where it belongs.

While an evening comes back after a crash, the desk knows less than the log; what is made then is shown and not kept.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from fairfloor.chat.moves import Fold, Hold, Move, Release, Review, Stitch, Undo, Write
from fairfloor.chat.schedule.course import Session
from fairfloor.chat.sheet.evenings import CHANGES, EARLY
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Step
from fairfloor.session.recap import Recap, decoded, encode
from fairfloor.session.recap_count import Count, OnSheet
from fairfloor.web.hosting import Hosting
from fairfloor.web.recap.reading import lines
from fairfloor.web.recent import Recent

HELD = 12
"""Recaps that are held in memory."""
SETTLED = timedelta(minutes=1)
"""How long after the last turn could have come all is surely decided."""
LATELY = timedelta(days=1)
"""How long ago a session may have closed that is worked out before anybody asks."""
_CHANGES = 5_000
"""Changes since that are remembered, the latest."""
_TOGETHER = 200
"""Questions looked up in the ledger before others get their turn."""
_EVER = datetime.max.replace(tzinfo=UTC)
_log = structlog.get_logger(__name__)


class Recaps:
    """The recaps of a chat's sessions. Belongs to the thread of the event loop."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._desk = hosting.desk
        self._lock = asyncio.Lock()
        self._held: Recent[str, Recap] = Recent(HELD)
        self._fresh: list[Move] = []
        """Moves that may have changed a session, not looked at yet."""
        self._changed: dict[str, dict[str, datetime]] = {}
        """What was changed since, by session: acts, "" where it is the run sheet; and when."""
        self._closed: Session | None = None
        self._due = datetime.fromtimestamp(0, UTC)
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        hosting.desk.on_step(self._hear)

    async def of(self, name: str) -> Recap | None:
        """Give the recap of a session; None where there is none of that name, or it is not over."""
        session, now = self._desk.sessions.named(name), self._hosting.now()
        if session is None or session.ends > now:
            return None
        if self._fresh:
            await self._learn()
        held = self._held.get(name)
        if held is not None and self._stands(held, session):
            return held
        async with self._lock:
            kept = self._held.get(name) or await self._kept(name)
            if kept is None or not self._stands(kept, session):
                return await self._make(session, kept)
            self._held.put(name, kept)
            return kept

    async def done(self) -> None:
        """Wait until what was begun at the close of sessions is done."""
        await asyncio.gather(*self._tasks)

    async def _kept(self, name: str) -> Recap | None:
        library = self._hosting.library
        found = None if library is None else await asyncio.to_thread(library.kept_recap, name)
        return None if found is None else await asyncio.to_thread(decoded, found[1])

    def _stands(self, recap: Recap, session: Session) -> bool:
        """Tell whether a recap still says how it is."""
        waited = recap.places.waiting > 0 and self._decided_since(recap)
        changed = max(self._changed.get(session.name, {}).values(), default=recap.made) > recap.made
        return (recap.begins, recap.ends) == (session.begins, session.ends) and not waited and not changed

    def _decided_since(self, recap: Recap) -> bool:
        """Tell whether what waited when a recap was made has been decided: nothing waits now, or none of it could."""
        step, settled = self._hosting.board.step, recap.ends + self._desk.rules.ttl + SETTLED
        nothing = step is not None and step.waiting == 0 and recap.made < self._desk.now
        return recap.made < settled and (nothing or settled <= self._desk.now)

    # Making one

    async def _make(self, session: Session, before: Recap | None) -> Recap:
        """Work out a recap, and keep it where the desk has heard all of the session."""
        made, sheet = self._desk.now, self._sheet(session)
        since = [act for act in self._changed.get(session.name, {}) if act]
        count, whole = await asyncio.to_thread(self._count, session, since)
        whole = whole or made >= session.ends
        asked = await self._asked(count.asking())
        recap = await asyncio.to_thread(count.recap, session.name, made, sheet, asked)
        if before is not None and not any(one.under for one in sheet):  # the desk has forgotten so old an evening
            recap = msgspec.structs.replace(recap, questions=before.questions)
        if whole:
            await self._keep(recap)
        return recap

    def _sheet(self, session: Session) -> list[OnSheet]:
        desk, name = self._desk, session.name
        planned = [one.text for one in desk.sheet.plan(name)]
        return [
            OnSheet(
                one,
                planned[one.number - 1] if one.number <= len(planned) else "",
                tuple(desk.stitching.under(name, one.number)),
            )
            for one in desk.sheet.questions(name, session.ends)
        ]

    def _count(self, session: Session, since: Sequence[str]) -> tuple[Count, bool]:
        """Read the log; tells too whether the desk has heard all that was decided."""
        records, step = self._hosting.records, self._hosting.board.step
        whole = step is not None and step.decided >= records.number_at(_EVER) - 1
        count = Count(session.begins, session.ends)
        for line in lines(records, session.begins - EARLY, session.ends + self._desk.rules.ttl + SETTLED):
            count.see(line)
        for decision in map(self._decision, since):
            if decision is not None:
                count.decided(decision)
        return count, whole

    def _decision(self, act: str) -> Decision | None:
        record = self._hosting.records.record(act)
        return None if record is None else record.decision

    async def _asked(self, asking: Sequence[str]) -> list[str]:
        """Give those of some posts that stand in the ledger, one of each question."""
        found: dict[str, str] = {}
        for place, act in enumerate(asking, 1):
            if (question := self._desk.ledger.question(act)) is not None:
                found.setdefault(question.id, act)
            if place % _TOGETHER == 0:
                await asyncio.sleep(0)
        return list(found.values())

    async def _keep(self, recap: Recap) -> None:
        self._held.put(recap.session, recap)
        if (library := self._hosting.library) is not None:
            content = await asyncio.to_thread(encode, recap)
            await asyncio.to_thread(library.keep_recap, recap.session, recap.made, content)

    # What changes later

    def _hear(self, step: Step) -> None:
        moves = [taken.notice for taken in step.told if isinstance(taken.notice, Move)]
        self._fresh += [move for move in moves if move.role != "participant"]
        del self._fresh[:-_CHANGES]
        if step.now >= self._due or any(isinstance(move.do, (*CHANGES, Undo)) for move in moves):
            self._look(step.now)

    async def _learn(self) -> None:
        """Learn of which sessions what was done since is."""
        moves, self._fresh = self._fresh, []
        found = await asyncio.to_thread(lambda: [(move, *self._about(move.do)) for move in moves])
        for move, name, act, seen in found:
            if seen is not None or name:
                of = self._desk.sheet.evenings.of(seen) if seen is not None else name
                self._changed.setdefault(of, {})[act] = move.at
        while len(self._changed) > _CHANGES:
            del self._changed[next(iter(self._changed))]

    def _about(self, do: object) -> tuple[str, str, datetime | None]:
        """Give the session whose run sheet a move writes, or the act that it is about and when that was seen."""
        match do:
            case Undo(move=name):
                move = self._hosting.records.move(name)
                return self._about(move.do) if move is not None and not isinstance(move.do, Undo) else ("", "", None)
            case Write(session=str() as name):
                return name, "", None
            case Fold(act=act) | Hold(act=act) | Release(act=act) | Review(act=act) | Stitch(act=act):
                record = self._hosting.records.record(act)
                return "", act, record.seen if record is not None else None
            case _:
                return "", "", None

    # When sessions close

    def _look(self, now: datetime) -> None:
        """Work out the recap of a session that has just closed, and know when to look again."""
        sessions = self._desk.sessions
        past, on = next(iter(sessions.past(now, 1)), None), sessions.on(now)
        then = on.ends if on is not None else one.begins if (one := sessions.next(now)) is not None else _EVER
        self._due = then
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # nobody serves pages yet
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if on is not None:
            away = (on.ends - self._hosting.now()).total_seconds()
            self._timer = loop.call_later(max(away, 0) + 0.1, self._begin, on)
        if past is not None and past != self._closed:
            self._begin(past)

    def _begin(self, session: Session) -> None:
        """Work out a recap beside all else, where its session closed of late."""
        now = self._hosting.now()
        if not now - LATELY <= session.ends <= now:
            return
        self._closed = session
        task = asyncio.get_running_loop().create_task(self._work_out(session.name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_out(self, name: str) -> None:
        try:
            await self.of(name)
        except Exception:  # noqa: BLE001 - it is worked out when somebody asks; the evening goes on
            _log.exception("a recap could not be worked out", session=name)
