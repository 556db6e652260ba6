"""The floor: messages shown one after another at reading pace, in fair order, each within its time to live.

The floor is free again one interval (60 s / pace) after a message was shown. There are two classes: the *room*
(accounts with standing) and *newcomers*; within a class each account is a flow of a fair queue, by its say.

In the calm everything is shown as it comes; the classes take turns by their shares and leave nothing unused. Where it
is crowded (see `floor.shadow`) the shares hold, but no message misses its date. So "no congestion, no folding" holds
exactly: what a first-come-first-served floor of this pace would show within half a time to live is all shown here.

Under congestion a class's share is of what is on the floor, and not of the room there is. Newcomers earn a turn with
what the room is shown, at the ratio of the shares, and a small part of the turns besides; a voice gets its say over the
says of all who are speaking. Turns that nobody may take pass unused: a fair queue that fills spare room still shows the
flood (80% of the floor was flood when it was tried).

Who has asked for less goes first among the level (`floor.queue`): of what was offered within the hour while it was not
calm, for what was said in the calm was asked of nobody. It is counted for an hour, so that who asks all evening does
not become somebody who asks for the first time every eight minutes.

A night without a room has a floor too: of the turns that the room leaves, newcomers may take 1 in (1 + n)^3, where n
settled people of the room have spoken within the hour (one answer does not settle anybody, or a crowd would set n).
Where nobody has, that is all of them; five make it next to nothing. It is asked within the hour and not within a time
to live, for a room that is quiet for some minutes is still a room (taken within eight minutes, the flood had 0.34 of
a quiet chat's floor instead of 0.20).

What evidence leaves. Where newcomers who wait are mostly in doubt, the flood is of a kind that evidence tells, and whom
it does not tell is likely somebody like you. So of the turns that nobody takes, a part as large as their doubt on
average goes to newcomers against whom next to nothing speaks, who have asked for one thing within the hour, and whose
message has waited for four fifths of its time: by then a crowd's account has asked again or is in doubt. In a chat
where most people are new (aprende, kochfarms laid over it) three newcomers in four reach the floor so, and not one, and
the flood has 0.05 of it instead of 0.02. Where nothing is told, as with words of one's own for each account, nothing
changes. The price: a crowd may let some be told so that others pass, one message an hour each. Rejected: such turns
without asking what one has asked for and how long one has waited (0.44 of a floor was flood).

Invariant: two messages are never shown less than an interval apart.
Invariant: whatever is offered is shown, missed or withdrawn exactly once for each time it is offered anew.
Invariant: when `run` is called changes nothing; only what is offered and when.
"""

from bisect import bisect_left
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

import msgspec

from fairfloor.floor.queue import AHEAD, FairQueue
from fairfloor.floor.reasons import Expired, Room, Share, Turn
from fairfloor.floor.shadow import Level, Shadow
from fairfloor.floor.speakers import NEVER, Speakers

NEWCOMERS = 0.25
"""Share of newcomers of what is on the floor, unless the host sets another."""
OPEN = 1 / 100
"""Part of the turns that newcomers may take whatever the room says."""
SAVED = 3.0
"""Turns that newcomers can save up."""
PATIENT = 0.8
"""Part of its time that a message must have waited for before it may have a turn that is left (`_choose_late`)."""
_LOOKED = 512
"""Messages that are looked at for one such turn, from the oldest; each is among them before its time runs out."""
_OF_LATE = timedelta(hours=1)
"""How long somebody of the room who spoke is taken to be there."""


class Shown(NamedTuple):
    """A message got the floor."""

    message: int
    at: datetime
    reason: Room | Turn


class Missed(NamedTuple):
    """A message's time ran out."""

    message: int
    at: datetime
    reason: Expired | Share


class Speaker(msgspec.Struct, frozen=True, gc=False):
    """An account that offers a message, as the floor needs to know it."""

    account: str
    say: float = 1.0
    newcomer: bool = False
    doubt: float = 0.0
    """In [0, 1): how near evidence is to taking from its say; of equals, who is less in doubt goes first."""
    settled: bool = True
    """Whether it is one of the room by more than an answer (`voices.standing.ROOM`)."""


class _Wait(msgspec.Struct, eq=False, gc=False):
    """One message's wait. `account` answers for it; others who said the same may wait beside."""

    account: str
    since: datetime
    date: datetime
    until: datetime


class _Class:
    """A class of accounts: their queue, and who of them is speaking."""

    def __init__(self, span: timedelta) -> None:
        self.queue: FairQueue[str, int] = FairQueue()
        self.speakers = Speakers(span)
        self.virtual = 0.0
        """Turns taken over share, by which the classes alternate in the calm."""


_Choice = tuple[_Class, str, int]
"""The class whose turn it is, the flow in it, and the message that goes."""


class Floor:
    """Shows what is offered, fairly and at reading pace. Bounded: what waits, and what was shown of late."""

    def __init__(self, pace: float, ttl: timedelta, newcomers: float | None = NEWCOMERS, *, late: bool = True) -> None:
        """Take the pace, in messages a minute, the time to live, and the newcomers' share; None for no classes.

        late: whether turns that are left go to whose time runs out (`_choose_late`).
        """
        self.interval = timedelta(minutes=1) / pace
        self.ttl = ttl
        self._share = newcomers
        self._shadow = Shadow(self.interval, ttl)
        self._room, self._new = _Class(ttl), _Class(ttl)
        self._people = Speakers(_OF_LATE)
        """Those of the room who have spoken of late."""
        self._asking = Speakers(_OF_LATE)
        """Those who have spoken of late while it was not calm."""
        self._earned = self._spare = self._late = 0.0
        self._has_late = late
        self._waits: OrderedDict[int, _Wait] = OrderedDict()
        self._deadlines: deque[tuple[datetime, list[int]]] = deque()
        """When which messages' time runs out, in order, each a heap; outdated where one was offered anew."""
        self._due = NEVER
        """While something waits: nothing happens before."""
        self._free: datetime | None = None
        self._shown: list[str] = []
        """The accounts that were shown of late, in order, and when."""
        self._shown_at: list[datetime] = []
        self._had: set[str] = set()
        """Those accounts: most whose time runs out are none of them."""

    def __len__(self) -> int:
        """Count the messages that wait."""
        return len(self._waits)

    def set_pace(self, pace: float) -> None:
        """Show so many messages a minute from the next turn on."""
        self.interval = timedelta(minutes=1) / pace
        self._shadow.pace(self.interval)

    def set_share(self, newcomers: float) -> None:
        """Give newcomers another share of what is on the floor, where there are two classes."""
        self._share = newcomers if self._share is not None else None

    def offer(self, message: int, speaker: Speaker, at: datetime, rank: int = 0) -> None:
        """Let a message wait in an account's flow, from now for a time to live; longer, where it waits already.

        Time never goes back: nothing is offered before what was.
        """
        until, wait = at + self.ttl, self._waits.get(message)
        if not self._waits:
            self._due = at
        if wait is None:
            self._waits[message] = _Wait(speaker.account, at, self._shadow.offer(at), until)
        else:
            wait.until = until
        if self._deadlines and self._deadlines[-1][0] == until:
            heappush(self._deadlines[-1][1], message)
        else:
            self._deadlines.append((until, [message]))
        class_ = self._class(speaker)
        if self._shadow.level(at) is not Level.CALM:
            self._asking.speak(speaker.account, speaker.say, at)
        self._join(class_, message, speaker, rank)
        class_.speakers.speak(speaker.account, speaker.say, at)
        if speaker.settled and class_ is self._room:
            self._people.speak(speaker.account, speaker.say, at)

    def weigh(self, speaker: Speaker) -> None:
        """Let what an account has waiting go by another say and doubt, as it acts again while it waits."""
        class_ = self._class(speaker)
        class_.queue.weigh(speaker.account, speaker.say, speaker.doubt)

    def host(self) -> None:
        """Take note that the host was shown a message, outside the pace: newcomers earn by it as by the room's."""
        self._earn()

    def promote(self, speaker: Speaker) -> None:
        """Let what an account has waiting wait with the room's, now that the account is of the room."""
        for message, rank in self._new.queue.waiting(speaker.account).items():
            self._new.queue.quit(speaker.account, message)
            self._join(self._room, message, speaker, rank)

    def demote(self, speaker: Speaker) -> None:
        """Let what an account has waiting wait with newcomers', now that its standing has ended."""
        for message, rank in self._room.queue.waiting(speaker.account).items() if self._share is not None else ():
            self._room.queue.quit(speaker.account, message)
            self._join(self._new, message, speaker, rank)

    def withdraw(self, message: int) -> None:
        """Let a message wait no longer, where it does."""
        if self._waits.pop(message, None) is not None:
            self._leave(message)

    def inherit(self, message: int, gone: str, heir: Speaker) -> None:
        """Let a waiting message be another account's, after the post of the one who said it first was deleted."""
        wait = self._waits.get(message)
        if wait is None or gone == heir.account:
            return
        wait.account = heir.account
        self._join(self._class(heir), message, heir)
        for class_ in (self._room, self._new):
            if gone in class_.queue.waits_in(message):
                class_.queue.quit(gone, message)

    def run(self, until: datetime) -> list[Shown | Missed]:
        """Let everything happen that is due up to a time, in order; at one instant, what is shown comes first."""
        happened: list[Shown | Missed] = []
        while self._waits and self._due <= until:
            turn = self._turn_at()
            at = self._due = min(turn, self._deadline())
            if turn <= at <= until:
                shown = self._turn(at)
                happened += () if shown is None else (shown,)
            elif at <= until:
                happened.append(self._miss(at))
        return happened

    @property
    def next_at(self) -> datetime | None:
        """Give when the next turn or deadline is if nothing more is offered; None where nothing waits."""
        if not self._waits:
            return None
        return min(self._turn_at(), self._deadline())

    def _class(self, speaker: Speaker) -> _Class:
        return self._new if speaker.newcomer and self._share is not None else self._room

    def _join(self, class_: _Class, message: int, speaker: Speaker, rank: int = 0) -> None:
        asked = max(1, self._asking.times(speaker.account))
        class_.queue.join(speaker.account, message, speaker.say, speaker.doubt, rank, asked)

    def _leave(self, message: int) -> None:
        self._room.queue.leave(message)
        self._new.queue.leave(message)

    def _turn_at(self) -> datetime:
        first = next(iter(self._waits.values())).since
        return first if self._free is None or self._free < first else self._free

    def _deadline(self) -> datetime:
        while True:
            until, messages = self._deadlines[0]
            wait = self._waits.get(messages[0])
            if wait is not None and wait.until == until:
                return until
            self._ended()

    def _ended(self) -> int:
        """Take the first of the deadlines, and at one instant that of the lowest number."""
        messages = self._deadlines[0][1]
        message = heappop(messages)
        if not messages:
            self._deadlines.popleft()
        return message

    def _turn(self, at: datetime) -> Shown | None:
        """Give the turn at this instant to somebody, or let it pass."""
        self._free = at + self.interval
        choice = self._choose(at)
        if choice is None:
            return None
        class_, flow, message = choice
        waiting = self._room.queue.flows + self._new.queue.flows
        class_.queue.serve(flow, message, calm=self._shadow.level(at) is Level.CALM)
        self._leave(message)
        wait = self._waits.pop(message)
        self._note(at, wait.account)
        if wait.since == at:
            return Shown(message, at, Room())
        return Shown(message, at, Turn(waited=_seconds(at - wait.since), accounts=waiting))

    def _note(self, at: datetime, account: str) -> None:
        late = bisect_left(self._shown_at, at - self.ttl)
        self._shown[:late], self._shown_at[:late] = (), ()
        self._shown.append(account)
        self._shown_at.append(at)
        self._had = {*self._shown}

    def _choose(self, at: datetime) -> _Choice | None:
        level, oldest = self._shadow.level(at), next(iter(self._waits))
        choice = self._choose_any() if level is Level.CALM else self._choose_by_share(at)
        if level is not Level.CONGESTED and self._waits[oldest].date <= at:
            class_ = self._room if self._room.queue.waits_in(oldest) else self._new
            return class_, class_.queue.waits_in(oldest)[0], oldest
        return choice

    def _choose_by_share(self, at: datetime) -> _Choice | None:
        """Give who goes by the shares of classes and voices; None where the turn passes unused."""
        left = (1 + self._people.count(at)) ** -3
        for class_, part in ((self._room, 1.0), (self._new, max(left, self._share or 0.0))):
            class_.queue.pass_time(part / class_.speakers.says(at))
        self._earned = min(SAVED, self._earned + OPEN)
        if self._earned >= 1.0 and (turn := self._new.queue.next(ahead=AHEAD)) is not None:
            self._earned -= 1.0
            return self._new, *turn
        if (turn := self._room.queue.next(ahead=AHEAD)) is not None:
            self._earn()
            return self._room, *turn
        return self._choose_spare(left) or self._choose_late(at)

    def _choose_spare(self, left: float) -> _Choice | None:
        """Give the newcomer who goes where the room leaves its turn: in this part of such turns."""
        self._spare = min(1.0, self._spare + left)
        if self._spare < 1.0 or (turn := self._new.queue.next(ahead=AHEAD)) is None:
            return None
        self._spare -= 1.0
        return self._new, *turn

    def _choose_late(self, at: datetime) -> _Choice | None:
        """Give the newcomer whose time runs out, against whom nothing speaks, where much speaks against the others."""
        self._late = min(1.0, self._late + self._new.queue.doubt)
        if self._late < 1.0 or not self._has_late:
            return None
        for message, wait in islice(self._waits.items(), _LOOKED):
            if at - wait.since < self.ttl * PATIENT:
                break
            for flow in self._new.queue.waits_in(message):
                if self._new.queue.clear(flow) and self._asking.times(flow) <= 1:
                    self._late -= 1.0
                    return self._new, flow, message
        return None

    def _earn(self) -> None:
        share = self._share or 0.0
        self._earned = min(SAVED, self._earned + share / (1.0 - share))

    def _choose_any(self) -> _Choice:
        """Give who goes where all may: the classes alternate by their shares, and whoever waits alone goes."""
        room, new, share = self._room, self._new, self._share or 0.0
        if not len(room.queue) or not len(new.queue):
            room.virtual = new.virtual = 0.0
            class_ = room if len(room.queue) else new
        else:
            class_ = room if room.virtual <= new.virtual else new
        class_.virtual += 1.0 / (share if class_ is new else 1.0 - share)
        turn = class_.queue.next()
        assert turn is not None, "there is a turn while something waits"  # noqa: S101
        return class_, *turn

    def _miss(self, at: datetime) -> Missed:
        message = self._ended()
        wait = self._waits.pop(message)
        self._leave(message)
        return Missed(message, at, self._excuse(wait, at))

    def _excuse(self, wait: _Wait, at: datetime) -> Expired | Share:
        waited, late = _seconds(at - wait.since), wait.account in self._had
        since = self._shown[bisect_left(self._shown_at, wait.since) :] if late else []
        had = since.count(wait.account)
        if had == 0:
            return Expired(waited=waited, waiting=len(self._waits) + 1)
        speaking = sum(class_.speakers.count(at) for class_ in (self._room, self._new))
        return Share(waited=waited, had=had, floor=len(since), accounts=speaking)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)
