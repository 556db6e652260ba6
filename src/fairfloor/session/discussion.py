"""A discussion, decided: which comments have a place in it, which are copies, which are folded, and why.

An evening has a clock: what matters there is how much can be read in a minute. A discussion is read whole, weeks
later, by somebody who was not there. So it has no clock but a size: so many *places*, what fits a reader's patience.
While all that is said fits, all of it is shown where it was said. Beyond, places are shared as the floor shares turns,
by the floor itself (`floor.floor`): everything is offered at once, as at the height of a flood, and as many turns are
taken as there are places. Regulars and newcomers, voices by their say, a room that leaves turns unused rather than
fill them with one voice: none of it is decided a second time here, and what makes the floor fair makes this fair.

What is known of accounts comes from the comments themselves, heard in their order as posts (`voices`): who repeats
whom, and who is answered by people with standing. It is gathered first, over all of the discussion, and places are
given after. In an evening a message must be placed when it is said; here somebody who is answered in the end was worth
answering in the beginning. The price is that a place may be lost as others speak: it is a share of what there is.

Of one voice's comments those go first that the room has answered, for a conversation cannot be read without them;
then questions, then replies to others, then the rest; of equals the earlier, so that a place is not lost to what
the same voice says later. (On the floor it is the later, since there the earlier has had its time.)

A copy is merged with the first comment under the article that said it, whoever says it again. What the host's people
removed, what waits to be looked at, and what its author took back are decided already, and count for nobody.

Rejected: pages of fifty (a flood fills the first ten); the newest or the most liked first (a crowd is both); an age
after which comments fold (the argument under an old post is the archive's best part); decisions that are kept
(they would depend on what was there when, and nobody could check them against the comments).

Invariant: every comment has exactly one decision, and is on the floor, merged or folded.
Invariant: where no more messages are said than there are places, none is folded.
Invariant: the same comments give the same decisions; no decision reads a word, only which words are the same.
Invariant: the host's people always have a place, beside those that are shared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import HeardPost
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.plain import plain
from fairfloor.floor.floor import NEWCOMERS, Floor, Missed, Shown, Speaker
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Host,
    HostFold,
    HostHold,
    InStep,
    Passed,
    Reason,
    Room,
    Share,
    Turn,
    Withdrawn,
    placement,
)
from fairfloor.session.decision import Class, Decision
from fairfloor.session.hear import hear
from fairfloor.voices.echo import Echo
from fairfloor.voices.message import Message, Messages
from fairfloor.voices.standing import Kind, Standing

_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,1000}", re.IGNORECASE)
LINKS = 32
"""Links of a comment that are looked at."""
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""When the turns of the floor are taken: a time like any other, since there is no clock here."""
_WHOLE = timedelta(minutes=30)
"""How long all turns take together: less than somebody of the room is taken to be there (`floor.floor`)."""


class Seeds(NamedTuple):
    """Accounts, by id or handle, that have full standing whoever converses with them."""

    hosts: frozenset[str] = frozenset()
    regulars: frozenset[str] = frozenset()


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """A comment as decisions see it: fingerprints, or what is decided of it already."""

    id: int
    at: datetime
    post: HeardPost
    host: bool
    decided: Reason | None = None


class Arrangement(msgspec.Struct, frozen=True):
    """The decisions about the comments of one discussion, by comment, and what they come to."""

    decisions: dict[int, Decision]
    also: dict[int, list[int]]
    """Of a comment that was said again: the comments that say the same, in order."""
    messages: int
    """Messages that were said; the host's are among them."""
    places: int

    @property
    def crowded(self) -> bool:
        """Whether more is said than there are places."""
        return any(isinstance(one.reason, Turn) for one in self.decisions.values())


def name(comment: int) -> str:
    """Give the id of a comment as an act."""
    return f"site:comment/{comment}"


def number(act: str) -> int:
    """Give the comment that `name` named."""
    return int(act.rpartition("/")[2])


def links(text: str) -> tuple[str, ...]:
    """Give the links in a text, Markdown or HTML, each once."""
    return tuple(dict.fromkeys(_LINK.findall(text)))[:LINKS]


def spoken(comment: Comment) -> Spoken:
    """Give a comment as decisions see it: here its words end. Pure and total."""
    decided = _decided(comment)
    words = "" if decided else plain(comment.text, comment.form)
    post = Post(
        id=name(comment.id),
        at=comment.at,
        account=comment.author.key,
        handle=comment.author.name if comment.author.kind == "account" else None,
        text=words[:20_000],
        reply_to=None if comment.parent is None else name(comment.parent),
        links=() if decided else links(comment.text),
    )
    heard = hear(post, comment.at)
    assert isinstance(heard, HeardPost)  # noqa: S101 - a post is heard as one
    return Spoken(comment.id, comment.at, heard, comment.author.kind == "host", decided)


def _decided(comment: Comment) -> Reason | None:
    """Give why a comment is where it is without asking what else is said; None for what is to be arranged."""
    if comment.said != "comment":
        return Passed(of=f"article:{comment.article}")
    match comment.state:
        case "withdrawn":
            return Withdrawn()
        case "removed":
            return HostFold(move=name(comment.id))
        case "held":
            return HostHold(move=name(comment.id))
        case "shown":
            return None


def arrange(comments: Iterable[Spoken], seeds: Seeds, places: int, newcomers: float = NEWCOMERS) -> Arrangement:
    """Decide a discussion. comments: in the order of their time, then their number; places: 1 or more."""
    heard = list(comments)
    return Arranger(seeds, hosts_of(heard), newcomers).arranged(heard, places)


def hosts_of(comments: Iterable[Spoken]) -> frozenset[str]:
    """Give the accounts of the host's people who say something."""
    return frozenset(one.post.account for one in comments if one.host)


class Arranger:
    """Decides a discussion, and decides it again as more is said, without hearing again what it has heard.

    Its memory is in proportion to the comments.
    """

    def __init__(self, seeds: Seeds, hosts: frozenset[str], newcomers: float = NEWCOMERS) -> None:
        """Take who has standing. hosts: of the host's people, those who say something."""
        self.seeds, self.hosts = seeds, hosts
        self._share = newcomers if hosts or seeds.hosts or seeds.regulars else None
        self._comments: list[Spoken] = []
        self._messages = Messages()
        self._echo = Echo(self._messages)
        self._standing = Standing(seeds.hosts | hosts, seeds.regulars)
        self._by_handle = dict.fromkeys(seeds.regulars, False) | dict.fromkeys(seeds.hosts, True)
        self._authors: dict[str, str] = {}
        self._answered: set[str] = set()
        """Comments that people with standing answered."""
        self._said: dict[str, list[Spoken]] = {}
        """Of each message, by its first comment: all that say it, in order."""
        self._waits: dict[int, _Wait] = {}
        self._reasons: dict[int, Reason] = {}
        """Of what needs no place."""

    def goes_on(self, comments: Sequence[Spoken], seeds: Seeds) -> bool:
        """Tell whether these comments begin with all that was heard, so that they can be arranged from here."""
        heard = self._comments
        same = (
            seeds == self.seeds
            and len(heard) <= len(comments)
            and all(one is other for one, other in zip(heard, comments, strict=False))
        )
        return same and hosts_of(comments[len(heard) :]) <= self.hosts

    def arranged(self, comments: Sequence[Spoken], places: int) -> Arrangement:
        """Hear what was not heard yet, then give the places. comments: such as `goes_on`."""
        for one in comments[len(self._comments) :]:
            self._comments.append(one)
            if one.decided is None:
                self._hear(one)
            else:
                self._reasons[one.id] = one.decided
        reasons = self._reasons | self._places(places)
        return Arrangement(
            decisions={one.id: self._line(one, reasons[one.id]) for one in self._comments},
            also={number(first): [one.id for one in all_[1:]] for first, all_ in self._said.items() if len(all_) > 1},
            messages=len(self._said),
            places=places,
        )

    def _places(self, places: int) -> dict[int, Reason]:
        """Give the places to what is to have one."""
        if len(self._waits) <= places:
            return {number(wait.message.id): Room() for wait in self._waits.values()}
        interval = _WHOLE / places
        floor = Floor(timedelta(minutes=1) / interval, interval * (places - 0.5), self._share)
        for wait in self._waits.values():
            for account, one in wait.by.items():
                floor.offer(wait.message.number, self._speaker(account), _BEGIN, self._rank(one))
        accounts = len({account for wait in self._waits.values() for account in wait.by})
        reasons: dict[int, Reason] = {}
        for outcome in floor.run(_BEGIN + _WHOLE):
            message = self._waits[outcome.message].message
            reasons[number(message.id)] = self._told(message, outcome, accounts)
        return reasons

    def _hear(self, one: Spoken) -> None:
        post = one.post
        self._recognise(post)
        account, host = post.account, self._standing.is_host(post.account)
        standing = self._standing.room(account)
        said = self._messages.say(post, afresh=host)
        message = said.message
        self._echo.post(post, said, standing=standing)
        self._echo.learn(post, standing=standing)
        self._said.setdefault(message.id, []).append(one)
        self._authors[post.id] = account
        if said.copy:
            self._reasons[one.id] = Copy(of=message.id, likeness=round(said.likeness, 3), said=0, accounts=0)
        elif host:
            self._reasons[one.id] = Host()
        if not self._standing.is_host(message.account):
            wait = self._waits.setdefault(message.number, _Wait(message))
            wait.by.setdefault(account, one)
        self._converse(account, post.reply_to)

    def _recognise(self, post: HeardPost) -> None:
        """Learn the account of a host or regular whom we were told by handle, as an evening does."""
        self._by_handle.pop(post.account, None)
        if post.handle is not None and post.handle in self._by_handle:
            self._standing.seed(post.account, host=self._by_handle[post.handle])

    def _converse(self, account: str, partner: str | None) -> None:
        whom = self._authors.get(partner or "")
        if partner is None or whom is None or whom == account:
            return
        if self._standing.enough(account):
            self._answered.add(partner)
        self._standing.converse(account, whom, Kind.REPLY)

    def _rank(self, one: Spoken) -> int:
        """Rank a comment among its account's own; the floor lets the lowest go first."""
        post = one.post
        if post.id in self._answered:
            kind = 0
        elif post.form.question:
            kind = 1
        else:
            kind = 2 if self._authors.get(post.reply_to or "", post.account) != post.account else 3
        return (kind << 48) + one.id

    def _told(self, message: Message, outcome: Shown | Missed, accounts: int) -> Reason:
        """Give the floor's reason without its times, which are no times here; say where it is acting in step.

        accounts: those that the places are shared among.
        """
        if isinstance(outcome, Shown):
            return Turn(waited=0.0, accounts=accounts)
        reason = outcome.reason
        if (in_step := self._in_step(message.account)) is not None:
            return in_step
        if isinstance(reason, Share):
            return Share(waited=0.0, had=reason.had, floor=reason.floor, accounts=accounts)
        return Expired(waited=0.0, waiting=reason.waiting)

    def _in_step(self, account: str) -> InStep | None:
        record = self._echo.of(account)
        if record is None or record.say >= 1.0:
            return None
        counts = self._echo.counts(record)
        repeats, acts = round(counts.repeats), round(counts.acts)
        return InStep(waited=0.0, repeats=repeats, acts=acts, test=record.test, say=round(record.say, 6))

    def _speaker(self, account: str) -> Speaker:
        newcomer, settled = not self._standing.enough(account), self._standing.room(account)
        return Speaker(account, self._echo.say(account), newcomer, self._echo.doubt(account), settled)

    def _line(self, one: Spoken, reason: Reason) -> Decision:
        account = one.post.account
        if isinstance(reason, Copy):
            all_ = self._said[reason.of]
            accounts = len({each.post.account for each in all_})
            reason = msgspec.structs.replace(reason, said=len(all_), accounts=accounts)
        class_: Class = "regular" if self._standing.enough(account) else "newcomer"
        return Decision(
            act=one.post.id,
            at=one.at,
            placement=placement(reason),
            reason=reason,
            message=reason.of if isinstance(reason, Copy) else one.post.id,
            account=account,
            say=round(self._echo.say(account), 6),
            standing=round(self._standing.of(account), 6),
            class_="host" if self._standing.is_host(account) else class_,
        )


class _Wait(msgspec.Struct):
    """A message that is to have a place, and the first comment of each account that says it."""

    message: Message
    by: dict[str, Spoken] = msgspec.field(default_factory=dict)


def shown(decisions: Mapping[int, Decision]) -> int:
    """Count the comments that have a place."""
    return sum(one.placement == "floor" for one in decisions.values())
