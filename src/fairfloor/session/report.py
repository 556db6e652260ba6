"""The report of a stretch of an evening: whose the floor was, what was folded and why, what the host did. Pure.

All of it is counted from what the public log holds, the decisions and the moves, so that anybody can count again. Posts
are counted by their last decision in the stretch; reposts and likes are numbers beside them. It counts acts and not
people, but for the floor: there a message counts once, for the class that its account was of when it got it.

Invariant: every post decided on in the stretch is counted under one reason, and in one slice of time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Literal, get_args

import msgspec

from fairfloor.chat.appeals import Case
from fairfloor.chat.moves import Move, Role, Undo
from fairfloor.floor.reasons import Host, HostFloor, Liked, Passed, Placement, Reason, Room, Turn, Waiting, placement
from fairfloor.session.decision import Class, Decision

SLICES = 48
"""Slices of time in a plot, at most."""
_WIDTHS = [timedelta(minutes=one) for one in (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440, 10_080)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLASSES: tuple[Class, ...] = get_args(Class)
Where = Literal["floor", "merge", "fold"]


class Slice(msgspec.Struct, frozen=True):
    """One slice of time: the posts first decided on in it, by where they are at the end."""

    since: datetime
    floor: int
    merge: int
    fold: int


class Waits(msgspec.Struct, frozen=True):
    """How long what got the floor by its turn had waited, in seconds."""

    count: int
    median: float
    longest: float


class Camp(msgspec.Struct, frozen=True):
    """Posts of one camp: how many, and how many of them were folded (copies are merged, not folded)."""

    posts: int
    folded: int


class Done(msgspec.Struct, frozen=True):
    """How often the host's people did one kind of thing, and how often it was undone since."""

    kind: str
    """As the log names it: `fold`, `pause`, ..."""
    times: int
    undone: int


class By(msgspec.Struct, frozen=True):
    """How many moves one of the host's people made."""

    name: str
    role: Role
    times: int


class Asked(msgspec.Struct, frozen=True):
    """The appeals of the stretch, and what became of them; `waited` is the median of those answered, in seconds."""

    count: int = 0
    granted: int = 0
    refused: int = 0
    open: int = 0
    gone: int = 0
    waited: float | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of a stretch of an evening."""

    since: datetime
    until: datetime
    posts: int
    accounts: int
    """Accounts of these posts."""
    reposts: int
    likes: int
    reasons: dict[str, int]
    """Posts by the code of the reason for where they are at the end."""
    said: dict[Class, int]
    """Posts by the class that their account was of."""
    floor: dict[Class, int]
    """Messages that got the floor, by the class of the account."""
    at_once: int
    """Of these, those that waited for nothing."""
    waits: Waits | None
    in_step: int
    """Accounts that had less than their full say at their last decision."""
    slices: tuple[Slice, ...]
    width: timedelta
    camps: tuple[Camp, ...] | None
    """None: the votes show no camps."""
    done: tuple[Done, ...]
    by: tuple[By, ...]
    asked: Asked

    @property
    def on_floor(self) -> int:
        """Count the messages that got the floor."""
        return sum(self.floor.values())

    def placed(self, where: Placement) -> int:
        """Count the posts that are on the floor, merged or folded at the end."""
        return sum(getattr(one, where) for one in self.slices)


class _Post(msgspec.Struct, eq=False, gc=False):
    first: datetime
    account: str
    class_: Class
    reason: Reason


class Reporter:
    """Counts a stretch of an evening from its decisions, in order. Holds its posts, about 300 bytes each."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since, self._until = since, until
        self._posts: dict[str, _Post] = {}
        self._others: dict[str, type[Passed | Liked]] = {}
        self._shown: set[str] = set()
        self._floor: Counter[Class] = Counter()
        self._at_once = 0
        self._waited: list[float] = []
        self._says: dict[str, float] = {}

    def decided(self, decision: Decision) -> None:
        """Count a decision."""
        reason, act = decision.reason, decision.act
        if isinstance(reason, Passed | Liked):
            self._others[act] = type(reason)
        elif act not in self._others:
            post = self._posts.setdefault(act, _Post(decision.at, decision.account, decision.class_, reason))
            post.reason, post.class_ = reason, decision.class_
            self._says[decision.account] = decision.say
            self._show(decision)

    def _show(self, decision: Decision) -> None:
        reason = decision.reason
        if not isinstance(reason, Host | Room | Turn | HostFloor) or decision.message in self._shown:
            return
        self._shown.add(decision.message)
        self._floor[decision.class_] += 1
        self._at_once += isinstance(reason, Host | Room)
        if isinstance(reason, Turn):
            self._waited.append(reason.waited)

    def report(
        self,
        moves: Sequence[Move],
        undone: Iterable[str],
        appeals: Iterable[Case],
        camps: Mapping[str, int] | None = None,
    ) -> Report:
        """Give the report. moves: of the stretch; undone: the ids of those undone since; camps: by account."""
        width = slice_width(self._until - self._since)
        posts = self._posts.values()
        others = Counter(self._others.values())
        return Report(
            since=self._since,
            until=self._until,
            posts=len(self._posts),
            accounts=len({post.account for post in posts}),
            reposts=others[Passed],
            likes=others[Liked],
            reasons=dict(Counter(_code(post.reason) for post in posts).most_common()),
            said=_by_class(Counter(post.class_ for post in posts)),
            floor=_by_class(self._floor),
            at_once=self._at_once,
            waits=_waits(self._waited),
            in_step=sum(say < 1.0 for say in self._says.values()),
            slices=tuple(self._slices(width)),
            width=width,
            camps=None if camps is None else self._camps(camps),
            done=_done(moves, set(undone)),
            by=_by(moves),
            asked=_asked(appeals, self._since, self._until),
        )

    def _slices(self, width: timedelta) -> Iterable[Slice]:
        counts: dict[datetime, Counter[Placement]] = {}
        for post in self._posts.values():
            start = slice_of(post.first, width)
            counts.setdefault(start, Counter())[placement(post.reason)] += 1
        at, last = min(counts, default=self._until), max(counts, default=self._since)
        while at <= last:
            found = counts.get(at, Counter())
            yield Slice(at, found["floor"], found["merge"], found["fold"])
            at += width

    def _camps(self, camps: Mapping[str, int]) -> tuple[Camp, ...]:
        found = [Counter[bool]() for _ in range(max(camps.values(), default=-1) + 1)]
        for post in self._posts.values():
            if (camp := camps.get(post.account)) is not None and not isinstance(post.reason, Waiting):
                found[camp][placement(post.reason) == "fold"] += 1
        return tuple(Camp(one.total(), one[True]) for one in found)


def slice_width(length: timedelta, most: int = SLICES) -> timedelta:
    """Give the least width, of those that people count in, with which the slices are not too many."""
    return next((width for width in _WIDTHS if length <= (most - 1) * width), max(_WIDTHS[-1], length / (most - 1)))


def slice_of(when: datetime, width: timedelta) -> datetime:
    """Give when the slice that a moment falls in begins."""
    return when - (when - _EPOCH) % width


def _code(reason: Reason) -> str:
    return str(reason.__struct_config__.tag)


def _by_class(counts: Counter[Class]) -> dict[Class, int]:
    return {class_: counts[class_] for class_ in CLASSES if counts[class_]}


def _waits(waited: Sequence[float]) -> Waits | None:
    return Waits(len(waited), median(waited), max(waited)) if waited else None


def _done(moves: Iterable[Move], undone: set[str]) -> tuple[Done, ...]:
    """Count what the host's people did, by kind; to undo is told with what was undone."""
    theirs = [move for move in moves if move.role != "participant" and not isinstance(move.do, Undo)]
    times = Counter(_kind(move) for move in theirs)
    back = Counter(_kind(move) for move in theirs if move.id in undone)
    return tuple(Done(kind, number, back[kind]) for kind, number in times.most_common())


def _kind(move: Move) -> str:
    return str(move.do.__struct_config__.tag)


def _by(moves: Iterable[Move]) -> tuple[By, ...]:
    people = Counter((move.by, move.role) for move in moves if move.role != "participant")
    return tuple(By(name, role, times) for (name, role), times in people.most_common())


def _asked(appeals: Iterable[Case], since: datetime, until: datetime) -> Asked:
    cases = [case for case in appeals if since <= case.at < until]
    answered = [(case.review.at - case.at).total_seconds() for case in cases if case.review is not None]
    granted = sum(case.granted for case in cases)
    return Asked(
        count=len(cases),
        granted=granted,
        refused=len(answered) - granted,
        open=sum(case.open for case in cases),
        gone=sum(case.gone and case.review is None for case in cases),
        waited=median(answered) if answered else None,
    )
