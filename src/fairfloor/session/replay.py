"""An archive, decided again: what was read from files in, decisions out. Pure; the time now is given.

The evening's clock follows when acts reached us, which no author can set. An archive may not know that; then an act
is taken to have reached us when it was made, as long as time does not go back. So an act older than one before it is
late and taken now; an act from the future is taken now too, for one lie must not end the evening for everybody after
it. Future acts at the very beginning have no "now" yet: they wait for the first act that has.

Invariant: the same items give the same decisions in the same order, whatever the process.
Invariant: every act is decided on, or is a fault that says why not; late and future acts are both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.heard import Event, Withdrawal
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear

AHEAD = timedelta(minutes=5)
"""How far a clock may be ahead of ours before what it says is from the future."""


class Item(NamedTuple):
    """What one record of a file tells."""

    line: int | None
    told: Notice | Fault | None
    """None where the record is well-formed and not of this chat."""
    file: str = ""
    """The file's name, where there are several."""


def replay(rules: Rules, items: Iterable[Item], now: datetime) -> Iterator[Decision | Fault]:
    """Decide an archive: gives decisions in order of `at`, then `act`, and faults as they are met."""
    instant: list[Decision] = []
    for outcome in _decided(rules, items, now):
        if isinstance(outcome, Fault):
            yield outcome
            continue
        if instant and instant[0].at != outcome.at:
            yield from _in_order(instant)
            instant.clear()
        instant.append(outcome)
    yield from _in_order(instant)


def called(names: Iterable[str], items: Iterable[Item]) -> dict[str, frozenset[str]]:
    """Find the accounts that go by each name: by id or handle, with or without an @, in any capitals."""
    accounts: dict[str, set[str]] = {_name(name): set() for name in names}
    for item in items:
        match item.told:
            case Post() | Repost() | Like() | Rename() as one:
                for name in {one.account, one.handle}:
                    if name and (found := accounts.get(_name(name))) is not None:
                        found.add(one.account)
    return {name: frozenset(accounts[_name(name)]) for name in names}


def time_of(notice: Notice) -> datetime | None:
    """Give when a notice reached us, or else when it says it was made; an edit does not say when it was made."""
    match notice:
        case Post() | Repost() | Like():
            return notice.seen or notice.at
        case Edit(post=post):
            return post.seen
        case Deletion() | Departure() | Rename():
            return notice.at
        case _:
            assert_never(notice)


def _decided(rules: Rules, items: Iterable[Item], now: datetime) -> Iterator[Decision | Fault]:
    evening = Evening(rules)
    for event in _events(items, now):
        if isinstance(event, Fault):
            yield event
        else:
            yield from evening.decide(event)
    yield from evening.finish()


def _in_order(instant: Iterable[Decision]) -> list[Decision]:
    """Put decisions of one instant in order of their acts; several of one act stay as they came."""
    return sorted(instant, key=lambda decision: decision.act)


def _name(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _events(items: Iterable[Item], now: datetime) -> Iterator[Event | Fault]:
    """Turn items into events in time, and what is wrong with them into faults."""
    time = _Time(now)
    known = _Known()
    early: list[Notice] = []
    for item in items:
        notice = item.told
        if notice is None:
            continue
        wrong = notice if isinstance(notice, Fault) else known.repeated(notice) or time.tell(notice)
        if wrong is not None:
            yield Fault(wrong.cause, item.line, f"{item.file}: {wrong.detail}" if item.file else wrong.detail)
        if isinstance(notice, Fault) or (wrong is not None and wrong.cause.refused):
            continue
        early.append(notice)
        if time.seen is not None:
            for one in early:
                yield from known.events(one, time.seen)
            early.clear()
    for one in early:
        yield from known.events(one, now)


class _Time:
    """The evening's clock: follows when things reached us, and never goes back."""

    def __init__(self, now: datetime) -> None:
        self._latest = now + AHEAD
        self.seen: datetime | None = None
        """None until the first notice that is not from the future."""

    def tell(self, notice: Notice) -> Fault | None:
        """Let a notice move the clock; gives what is wrong with its time."""
        when = time_of(notice)
        if when is None:
            return None
        dated = notice.at if isinstance(notice, Post | Repost | Like) else when
        if when <= self._latest:
            if self.seen is not None and when < self.seen:
                return Fault(Cause.LATE, detail=f"of {when.isoformat()}, after one of {self.seen.isoformat()}")
            self.seen = when
        if max(when, dated) > self._latest:
            return Fault(Cause.FUTURE, detail=f"dated {max(when, dated).isoformat()}")
        return None


class _Known:
    """The acts of the archive so far, and whose they are."""

    def __init__(self) -> None:
        self._acts: set[str] = set()
        self._by: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def repeated(self, notice: Notice) -> Fault | None:
        """Take note of an act; gives a fault where it was there before."""
        if not isinstance(notice, Post | Repost | Like):
            return None
        if notice.id in self._acts:
            return Fault(Cause.REPEATED, detail=f"{notice.id[:100]} again")
        self._acts.add(notice.id)
        return None

    def events(self, notice: Notice, seen: datetime) -> Iterator[Event]:
        """Give what a notice means for decisions: an edit nothing, since a post is decided on as first told."""
        match notice:
            case Post() | Repost() | Like():
                self._by[notice.account][notice.id] = None
                yield hear(notice, seen)
            case Edit(post=post):
                if self.repeated(post) is None:
                    yield from self.events(post, seen)
            case Deletion(id=id_):
                yield Withdrawal(id=id_, seen=seen)
            case Departure(account=account):
                for id_ in self._by.pop(account, ()):
                    yield Withdrawal(id=id_, seen=seen)
            case Rename():
                pass
            case _:
                assert_never(notice)
