"""One evening, decided: acts and clock ticks in, decisions out. No I/O, no clock, no dice.

Everything that follows the tag drives this one core: the live page, a replay, the tests and the benchmarks. It sees
fingerprints and never words (`acts.heard`). Time is given with each event; the floor's turns and deadlines fall at
exact instants between them, so how often somebody calls `advance` changes nothing.

Invariant: every act heard gets exactly one decision at any time: it is on the floor, merged, folded, or it waits.
Invariant: decisions come in order of time, and the same events give the same decisions, byte for byte.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

import msgspec

from fairfloor.acts.heard import Event, HeardLike, HeardPost, HeardRepost, Withdrawal
from fairfloor.floor.floor import NEWCOMERS, Floor, Missed, Shown, Speaker
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
    InStep,
    Liked,
    Passed,
    Reason,
    Share,
    Waiting,
    Withdrawn,
    placement,
)
from fairfloor.session.decision import Class, Decision
from fairfloor.session.hand import Hand
from fairfloor.session.known import Known, Memory
from fairfloor.session.orders import Order
from fairfloor.voices.echo import Echo
from fairfloor.voices.message import Message, Messages, Said, take_back
from fairfloor.voices.standing import Kind, Standing
from fairfloor.voices.steps import Item

H = TypeVar("H", HeardPost, HeardRepost | HeardLike)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the host has set for the evening. Accounts are ids or handles as the acts give them, without the @."""

    tag: str
    hosts: frozenset[str] = frozenset()
    regulars: frozenset[str] = frozenset()
    pace: float = 12.0
    """Messages a minute that people can read."""
    ttl: timedelta = timedelta(minutes=8)
    """How long a message waits for the floor at most."""
    newcomers: float = NEWCOMERS
    """Share of newcomers of what is on the floor under congestion, in (0, 1)."""
    ties: tuple[tuple[str, str], ...] = ()
    """Accounts that are one person's: (account, the account that stands for the person), on one network or on two."""


class Evening:
    """The decisions of one evening. Bounded: what waits, the acts remembered and the messages' window."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.messages = Messages()
        self.echo = Echo(self.messages)
        self.standing = Standing(rules.hosts, rules.regulars)
        seeded = rules.hosts or rules.regulars
        self.floor = Floor(rules.pace, rules.ttl, rules.newcomers if seeded else None)
        self.asked: tuple[str, int] | None = None
        """The post, or the order, that asks the question being asked, and its number."""
        self.offered: dict[int, Message] = {}
        """What waits for the floor, by its number."""
        self.known = Memory()
        self._hand = Hand(self, rules.pace, rules.newcomers)
        self._by_handle: dict[str, bool] = dict.fromkeys(rules.regulars, False)
        self._by_handle.update((handle, True) for handle in rules.hosts)
        self._person = dict(rules.ties)
        self._count = 0
        self._now: datetime | None = None

    @property
    def waiting(self) -> int:
        """Count the messages that wait for the floor."""
        return len(self.floor)

    @property
    def next_at(self) -> datetime | None:
        """Give when the next thing will happen by itself; None where nothing waits."""
        return self.floor.next_at

    def decide(self, event: Event | Order) -> list[Decision]:
        """Decide all that is due up to the event's time, then the event. Time never goes back: clamp `seen`."""
        decisions = self.advance(event.seen)
        match event:
            case HeardPost():
                decisions += self._hear_post(self._recognise(event))
            case HeardRepost() | HeardLike():
                decisions += self._hear_echo(self._recognise(event))
            case Withdrawal():
                decisions += self._withdraw(event)
            case Order():
                decisions += self._hand.obey(event)
            case _:
                assert_never(event)
        return decisions

    def advance(self, now: datetime) -> list[Decision]:
        """Decide all that is due up to a time."""
        if self._now is not None and now < self._now:
            raise ValueError(f"time went back from {self._now.isoformat()} to {now.isoformat()}")
        self._now = now
        return self._run(now)

    def _run(self, now: datetime) -> list[Decision]:
        return [self._tell(outcome) for outcome in self.floor.run(now)]

    def _tell(self, outcome: Shown | Missed) -> Decision:
        message = self.offered.pop(outcome.message)
        message.shown = isinstance(outcome, Shown)
        reason = outcome.reason if message.shown else self._excuse(message.account, outcome.reason)
        return self.line(message.lead, message.account, message.id, outcome.at, reason)

    def finish(self) -> list[Decision]:
        """Let time pass until nothing waits, as at the end of an archive."""
        decisions = []
        while (at := self.next_at) is not None:
            decisions += self.advance(at)
        return decisions

    def _hear_post(self, post: HeardPost) -> Iterable[Decision]:
        if (silenced := self._hand.silence(post)) is not None:
            return [silenced]
        standing = self.standing.room(post.account)
        host = self.standing.is_host(post.account)
        said = self.messages.say(post, afresh=host)
        self.echo.post(post, said, standing=standing)
        decisions = [self._show_host(post, said.message)] if host else self._place(post, said)
        self.echo.learn(post, standing=standing)
        if post.reply_to:
            self._converse(post.account, self._author(post.reply_to), Kind.REPLY)
        if post.quote_of and post.quote_of != post.reply_to:
            self._converse(post.account, self._author(post.quote_of), Kind.REPLY)
        return decisions + self._run(post.seen)

    def _place(self, post: HeardPost, said: Said) -> list[Decision]:
        """Let what a post says wait for the floor, where it is news."""
        message = said.message
        self.known.remember(post.id, Known(post.account, message, message.id))
        decisions = []
        if said.copy:
            reason = Copy(
                of=message.lead, likeness=round(said.likeness, 3), said=message.times, accounts=len(message.accounts)
            )
            decisions.append(self.line(post.id, post.account, message.id, post.seen, reason))
        if not message.shown and said.anew and not message.held:
            self.offered[message.number] = message
            self.floor.offer(message.number, self.speaker(post.account), post.seen, self._rank(post))
        return decisions

    def place(self, post: HeardPost) -> list[Decision]:
        """Let a post be heard as if it were said now, and say that it waits."""
        said = self.messages.say(post)
        decisions = self._place(post, said)
        if said.copy:
            return decisions
        return [self.line(post.id, post.account, said.message.id, post.seen, Waiting(since=0.0, waiting=self.waiting))]

    def _show_host(self, post: HeardPost, message: Message) -> Decision:
        message.shown = True
        self.known.remember(post.id, Known(post.account, message, message.id))
        if post.form.asks is not None and (self.asked is None or self.asked[1] != post.form.asks):
            self.asked = post.id, post.form.asks
        self.floor.host()
        return self.line(post.id, post.account, message.id, post.seen, Host())

    def _hear_echo(self, act: HeardRepost | HeardLike) -> Iterable[Decision]:
        known = self.known.get(act.subject)
        subject = act.subject if known is None else known.subject
        author = act.subject_account or (None if known is None else known.account)
        if isinstance(act, HeardRepost):
            item = Item(act.subject, author, author is not None and self.standing.room(author))
            self.echo.repost(act, item, standing=self.standing.room(act.account))
            self.floor.weigh(self.speaker(act.account))
        kind = Kind.REPOST if isinstance(act, HeardRepost) else Kind.LIKE
        self._converse(act.account, author if known is None else known.account, kind)
        self.known.remember(act.id, Known(act.account, None, subject))
        reason = Passed(of=act.subject) if isinstance(act, HeardRepost) else Liked(of=act.subject)
        return [self.line(act.id, act.account, subject, act.seen, reason)]

    def _author(self, post: str) -> str | None:
        known = self.known.get(post)
        return None if known is None else known.account

    def _converse(self, account: str, partner: str | None, kind: Kind) -> None:
        """Let standing flow to whom an act answers; who is of the room from now on waits with the room."""
        if partner is not None and self.standing.converse(account, partner, kind):
            self.floor.promote(self.speaker(partner))

    def person(self, account: str) -> str:
        """Give the account that stands for the person whose an account is: itself, unless it is tied to another."""
        return self._person.get(account, account)

    def speaker(self, account: str) -> Speaker:
        """Give an account as the floor needs to know it."""
        newcomer, settled = not self.standing.enough(account), self.standing.room(account)
        record = self.echo.of(account)
        if record is None:
            return Speaker(account, newcomer=newcomer, settled=settled)
        return Speaker(account, record.say, newcomer, record.doubt, settled)

    def _rank(self, post: HeardPost) -> int:
        """Rank a post among its account's own: an answer to what is asked, a question, a reply, then the newest."""
        self._count += 1
        if self.asked is not None and (post.form.answers == self.asked[1] or post.reply_to == self.asked[0]):
            kind = 0
        elif post.form.question:
            kind = 1
        else:
            author = self._author(post.reply_to) if post.reply_to else None
            kind = 3 if author is None or author == post.account else 2
        return (kind << 48) - self._count

    def _withdraw(self, event: Withdrawal) -> Iterable[Decision]:
        known = self.known.take_back(event.id)
        if known is None:
            return []
        gone = self.line(event.id, known.account, known.subject, event.seen, Withdrawn())
        if known.message is None:
            return [gone]
        return [gone, *self._succeed(known.message, event, known.account)]

    def _succeed(self, message: Message, event: Withdrawal, gone: str) -> Iterable[Decision]:
        """Let a copy stand for the message where the post that did is deleted; the message ends with the last copy."""
        take_back(message, event.id, gone)
        if event.id != message.lead:
            return []
        if not message.heirs:
            self.floor.withdraw(message.number)
            self.offered.pop(message.number, None)
            self.messages.forget(message)
            self._hand.over(message)
            return []
        message.lead = next(iter(message.heirs))
        message.account = message.heirs.pop(message.lead)
        self.floor.inherit(message.number, gone, self.speaker(message.account))
        if not message.shown:
            return []
        return [self.line(message.lead, message.account, message.id, event.seen, Heir(of=event.id))]

    def _excuse(self, account: str, reason: Reason) -> Reason:
        """Say of an account acting in step that it is this that kept its message from the floor."""
        record = self.echo.of(account)
        if record is None or record.say >= 1.0 or not isinstance(reason, Expired | Share):
            return reason
        counts = self.echo.counts(record)
        return InStep(
            waited=reason.waited,
            repeats=round(counts.repeats),
            acts=round(counts.acts),
            test=record.test,
            say=round(record.say, 6),
        )

    def _recognise(self, act: H) -> H:
        """Give an act as its person's, and learn the account of a host or regular whom we were told by handle."""
        act = self._as_person(act) if self._person else act
        if self._by_handle:
            self._by_handle.pop(act.account, None)  # told by id: nobody becomes it by a handle spelt alike
            if act.handle is not None and act.handle in self._by_handle:
                self.standing.seed(act.account, host=self._by_handle[act.handle])
        return act

    def _as_person(self, act: H) -> H:
        """Give an act as the person's whose accounts are tied: one person has one say, wherever they speak."""
        account = self.person(act.account)
        if isinstance(act, HeardPost):
            return msgspec.structs.replace(act, account=account)
        subject = act.subject_account
        return msgspec.structs.replace(act, account=account, subject_account=subject and self.person(subject))

    def line(self, act: str, account: str, message: str, at: datetime, reason: Reason) -> Decision:
        """Give a decision, with what its account counts for now."""
        class_: Class = "regular" if self.standing.enough(account) else "newcomer"
        return Decision(
            act=act,
            at=at,
            placement=placement(reason),
            reason=reason,
            message=message,
            account=account,
            say=_six(self.echo.say(account)),
            standing=_six(self.standing.of(account)),
            class_="host" if self.standing.is_host(account) else class_,
        )


def _six(part: float) -> float:
    """Round a part of 1 to six decimals; most are 0 or 1, and rounding is dear."""
    return round(part, 6) if 0.0 < part < 1.0 else part
