"""Echo: the evidence, act by act, that an account repeats what others did before it, and the say that it leaves.

Bets run on each account: on its words (the chorus test), and on what it passes on and on what it links (each the pair
and the company test, and the company and the crowd test together). An account's say is 1 until the strongest of them
rules out chance for all accounts and all tests of the session together; beyond, it shrinks by a factor e with each nat.
So an account that only seems to repeat keeps its say, one of many that act as one has next to none, and what they say
together is said by those who said it first: a crowd has one say, and adding accounts to it adds nothing.

An account in doubt keeps its say, and waits longer than others who wait (`floor.queue`): for that the crowd test counts
alone too (`voices.stepper` says why it does not for a say).

Say is settled when the account acts and stays until it acts again: whatever others do after an act of mine cannot
lower my say. More accounts make more tests, which asks for more evidence, never less.

Invariant: say changes only with the account's own acts.
"""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from math import log
from typing import Literal

import msgspec

from fairfloor.acts.heard import HeardPost, HeardRepost
from fairfloor.voices.chorus import Chorus
from fairfloor.voices.evidence import ALLOWED, Wager, say_of
from fairfloor.voices.message import Messages, Said
from fairfloor.voices.stepper import Stepper
from fairfloor.voices.steps import Item, Steps

TESTS = 7
"""Words; and for what is passed on and for links each the pair test, the company test, and that and the crowd test."""
_NEEDED = log(TESTS / ALLOWED)
"""Nats of evidence that all the tests of one account need."""
DOUBTED = log(10.0)
"""Nats from which an account is in doubt: what chance gives to one account in ten at most, taken by itself."""
ACCOUNTS = 100_000
"""Accounts whose evidence is kept; the one longest silent is forgotten first."""
REPETITIONS = 5
"""Repetitions of each account that are kept to be shown."""
_IN_COMPANY = {kind: f"{kind}, in the same company" for kind in ("passing on", "links")}
"""The name of the company test, which every account has."""
_FADES = timedelta(hours=12)
"""Time to let pass before evidence is faded; less would change nothing to speak of."""
_STILL = Stepper()
"""What there is on whoever passes nothing on."""


class Repetition(msgspec.Struct, frozen=True, gc=False):
    """One repetition: which act, when, of what, and what chance would have given."""

    act: str
    at: datetime
    kind: Literal["words", "tags", "passing on", "link"]
    of: str
    """The post, or the link's fingerprint, that was there before."""
    before: str
    """The account that was first, of those remembered."""
    chance: float
    """The chance that an independent account's act would be such a repetition."""


class _Found(msgspec.Struct, frozen=True, gc=False):
    """The test of a kind that leaves an account least say; its nats, and how many it needed."""

    test: str
    evidence: float
    needed: float
    crowd: float
    """Nats of the crowd test alone."""


class Record(msgspec.Struct, eq=False, gc=False):
    """All that is held on one account. What the tests found is of its last act of the kind."""

    since: datetime
    words: Wager = msgspec.field(default_factory=Wager)
    tags: dict[int, None] = msgspec.field(default_factory=dict)
    """The tags that it has used, the last of them."""
    reposts: Stepper | None = None
    links: Stepper | None = None
    """None as long as it has passed on nothing, or linked nothing: most never do, and a stepper is large."""
    say: float = 1.0
    worded: float = 0.0
    """What the evidence of its words needed, in nats."""
    still: float = 0.0
    """What evidence on what it passes on or links would have needed where there is none; 0 before any is settled."""
    reposted: _Found | None = None
    linked: _Found | None = None
    doubt: float = 0.0
    """In [0, 1): how near the strongest evidence is to what it needs."""
    repetitions: tuple[Repetition, ...] = ()
    """The last `REPETITIONS`."""

    @property
    def strongest(self) -> tuple[str, float, float]:
        """Give the test that leaves it least say, its nats, and how many it needed."""
        test, evidence, needed = "words", self.words.evidence, self.worded
        for kind, found in (("passing on", self.reposted), ("links", self.linked)):
            its = (_IN_COMPANY[kind], 0.0, self.still) if found is None else (found.test, found.evidence, found.needed)
            if its[1] - its[2] > evidence - needed:
                test, evidence, needed = its
        return test, evidence, needed

    @property
    def test(self) -> str:
        """Give the name of the test that leaves it least say."""
        return self.strongest[0]

    @property
    def evidence(self) -> float:
        """Give the nats of the test that leaves it least say."""
        return self.strongest[1]

    @property
    def leader(self) -> str | None:
        """Give the account that it repeats most, of late."""
        before = [one.before for one in self.repetitions]
        return max(before, key=before.count, default=None)

    @property
    def clear(self) -> bool:
        """Tell whether no test comes near to putting it in doubt, which is so of most and soon told."""
        for found in (self.reposted, self.linked):
            if found is not None and (found.evidence > DOUBTED or found.crowd > DOUBTED):
                return False
        return self.words.most <= DOUBTED


_FORGOTTEN = Record(since=datetime.min.replace(tzinfo=UTC))
"""Stands for the record of an account that was silent for so long that it has its say back."""


class Portrait(msgspec.Struct, frozen=True):
    """What an account's say rests on, to be shown: every number behind it."""

    account: str
    say: float
    leader: str
    """The account that it repeated most, of late."""
    test: str
    """What was tested: words, or what was passed on or linked, and after whom."""
    evidence: float
    """Nats of evidence against chance, and how many it takes to rule chance out."""
    needed: float
    repeats: int
    acts: int
    repetitions: tuple[Repetition, ...]


class Echo:
    """The evidence on every account. Bounded: `ACCOUNTS` records, and what the tests remember."""

    def __init__(self, messages: Messages) -> None:
        self._chorus = Chorus(messages)
        self._reposts, self._links = Steps(), Steps()
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._heard = 0
        self._among = 0.0
        """Nats that it takes to look among all the accounts heard."""
        self.in_step: dict[str, None] = {}
        """The accounts whose say is less than 1, in the order in which they became so."""
        self._news: dict[str, None] = {}

    def of(self, account: str) -> Record | None:
        """Give what is held on an account."""
        return self._records.get(account)

    def say(self, account: str) -> float:
        """Give an account's say."""
        record = self._records.get(account)
        return 1.0 if record is None else record.say

    def doubt(self, account: str) -> float:
        """Give how far an account is in doubt, in [0, 1)."""
        record = self._records.get(account)
        return 0.0 if record is None else record.doubt

    def counts(self, record: Record) -> Wager:
        """Give the counts behind an account's say: of its words, or of what it passed on or linked."""
        if record.test == "words":
            return record.words
        return ((record.links if record.test.startswith("links") else record.reposts) or _STILL).crowd

    def portraits(self) -> list[Portrait]:
        """Give the portraits of the accounts whose say changed, in or out of step, since this was last asked."""
        news, self._news = self._news, {}
        return [self._portrait(account, self._records.get(account, _FORGOTTEN)) for account in news]

    def _portrait(self, account: str, record: Record) -> Portrait:
        counts, (test, evidence, needed) = self.counts(record), record.strongest
        return Portrait(
            account=account,
            say=round(record.say, 6),
            leader=record.leader or account,
            test=test,
            evidence=round(evidence, 1),
            needed=round(needed, 1),
            repeats=round(counts.repeats),
            acts=round(counts.acts),
            repetitions=record.repetitions,
        )

    def post(self, post: HeardPost, said: Said, *, standing: bool) -> None:
        """Weigh a post that says this; nobody is an echo of what they said first themselves."""
        record = self._record(post.account, post.seen)
        if len(post.shingles) > 1 and not (said.copy and said.message.first == post.account):
            before = self._chorus.before(post, record.tags)
            if before is not None:
                self._keep(record, Repetition(post.id, post.seen, *before, self._chorus.chance.rate))
            self._chorus.settle(record.words, repeats=before is not None, standing=standing)
        if post.links:
            self._link(record, post, standing=standing)
        self._settle(post.account, record, words=True, links=bool(post.links))

    def learn(self, post: HeardPost, *, standing: bool) -> None:
        """Remember what a post says, once it is counted among the messages."""
        self._chorus.learn(post, standing=standing)

    def repost(self, act: HeardRepost, item: Item, *, standing: bool) -> None:
        """Weigh a repost of an item."""
        record = self._record(act.account, act.seen)
        mine = record.reposts = record.reposts or Stepper()
        self._pass(self._reposts, mine, act, item, standing=standing)
        self._settle(act.account, record, reposts=True)

    def _link(self, record: Record, post: HeardPost, *, standing: bool) -> None:
        """Weigh the link, new from its account, that most others gave before: a post is one act."""
        mine = record.links = record.links or Stepper()
        new = [link for link in post.links if str(link) not in mine.passed] or post.links
        most = max(new, key=lambda link: self._links.actors(str(link)))
        self._pass(self._links, mine, post, Item(str(most)), standing=standing)
        for link in post.links:
            self._links.note(post.account, str(link), mine, standing=standing)

    def _pass(self, steps: Steps, mine: Stepper, act: HeardPost | HeardRepost, item: Item, *, standing: bool) -> None:
        before = steps.take(act.account, item, mine, standing=standing)
        if before is not None:
            kind: Literal["passing on", "link"] = "passing on" if steps is self._reposts else "link"
            record = self._records[act.account]
            self._keep(record, Repetition(act.id, act.seen, kind, item.key, before, steps.chance.rate))

    def _keep(self, record: Record, repetition: Repetition) -> None:
        record.repetitions = (*record.repetitions, repetition)[-REPETITIONS:]

    def _record(self, account: str, now: datetime) -> Record:
        record = self._records.get(account)
        if record is None:
            return self._begin(account, now)
        self._records.move_to_end(account)
        if now - record.since >= _FADES:
            days = (now - record.since) / timedelta(days=1)
            record.since = now
            record.words.fade(days)
            for mine in filter(None, (record.reposts, record.links)):
                mine.fade(days)
            record.still = 0.0
        return record

    def _begin(self, account: str, now: datetime) -> Record:
        record = self._records[account] = Record(since=now)
        self._heard += 1
        self._among = log(max(2, self._heard))
        if len(self._records) > ACCOUNTS:
            gone, _ = self._records.popitem(last=False)
            if gone in self.in_step:
                del self.in_step[gone]
                self._news[gone] = None
        return record

    def _settle(
        self, account: str, record: Record, *, words: bool = False, reposts: bool = False, links: bool = False
    ) -> None:
        """Settle an account's say by the test that leaves it least, after an act of these kinds."""
        among, needed = self._among, _NEEDED + self._among
        if not record.still:
            record.still, words, reposts, links = needed, True, True, True
        if words:
            record.worded = needed
        if reposts and record.reposts is not None:
            record.reposted = _found("passing on", record.reposts, among)
        if links and record.links is not None:
            record.linked = _found("links", record.links, among)
        record.say, record.doubt = (1.0, 0.0) if record.clear else _weigh(record, needed)
        if record.say < 1.0:
            self.in_step[account] = self._news[account] = None
        elif account in self.in_step:
            self._news[account] = self.in_step.pop(account)


def _found(kind: str, mine: Stepper, among: float) -> _Found:
    """Give the strongest of the three tests of a kind; pairs are looked for among the square of the accounts."""
    crowd = mine.crowd.evidence
    tests = (
        _Found(_IN_COMPANY[kind], mine.in_company, _NEEDED + among, crowd),
        _Found(f"{kind}, in the same company and little else", mine.together, _NEEDED + among, crowd),
        _Found(f"{kind}, after one account", mine.pair, _NEEDED + 2 * among, crowd),
    )
    return max(tests, key=_excess)


def _excess(found: _Found) -> float:
    return found.evidence - found.needed


def _weigh(record: Record, now: float) -> tuple[float, float]:
    """Give the say that the strongest test leaves, and how near it is to what it needs.

    The crowd test counts, though alone, as one an account, which needs so many nats by now.
    """
    _, evidence, needed = record.strongest
    crowds = [_near(found.crowd, now) for found in (record.reposted, record.linked) if found is not None]
    return say_of(evidence, needed), max(_near(evidence, needed), *crowds, 0.0)


def _near(evidence: float, needed: float) -> float:
    return min(0.99, (evidence - DOUBTED) / (needed - DOUBTED))
