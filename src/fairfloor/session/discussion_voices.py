"""What is said in a discussion, and who says it: heard comment by comment, in their order, as an evening's posts are.

The two are apart since they are asked for apart. What says the same as something before it (`Sayings`) has to be known
to show a discussion at all. Who repeats whom, and whom people with standing answer (`Voices`), decides who has a place,
and so nothing as long as there is one for everything.
"""

from typing import NamedTuple

from fairfloor.acts.heard import HeardPost
from fairfloor.floor.floor import Speaker
from fairfloor.floor.reasons import Copy, Host, InStep, Reason
from fairfloor.session.decision import Class
from fairfloor.session.discussion_places import Waiting
from fairfloor.session.discussion_spoken import Seeds, Spoken, number
from fairfloor.voices.echo import ACCOUNTS, Echo
from fairfloor.voices.message import Messages, Said
from fairfloor.voices.standing import Kind, Standing


class Entry(NamedTuple):
    """A comment that was heard."""

    place: int
    """Of all that were heard, from 0."""
    one: Spoken
    reason: Reason | None
    """None where it says first what is to have a place."""
    turn: int
    """Of what is to have a place, from 0."""


class Sayings:
    """The messages of a discussion, and where each comment stands. In proportion to the comments.

    Nothing in `entries`, `comments`, `by_host` and `waiting` changes but that more comes: whoever knows how much there
    was can go on reading it.
    """

    def __init__(self, seeds: Seeds, hosts: frozenset[str]) -> None:
        self.messages = Messages()
        self.hosts = seeds.hosts | hosts
        self.standing = Standing(self.hosts, seeds.regulars)
        self._by_handle = dict.fromkeys(seeds.regulars, False) | dict.fromkeys(seeds.hosts, True)
        self.comments: list[Spoken] = []
        self.entries: dict[int, Entry] = {}
        self.by_host: list[int] = []
        """Comments of the host's people that are no copies."""
        self.waiting = Waiting()
        self._turns: dict[int, int] = {}
        """Of messages: which of those that wait."""
        self.many = 0
        """Messages that were said."""
        self.said: dict[int, list[Spoken]] = {}
        """Of each message, by its first comment, that was said again: all that say it, in order."""
        self.again: set[int] = set()
        """Those of them that were said again since this was last emptied."""

    def hear(self, one: Spoken) -> Said | None:
        """Hear a comment; give what it says, None where that does not count."""
        reason, said, turn = one.decided, None, len(self.waiting)
        if reason is None:
            self._recognise(one.post)
            host = self.standing.is_host(one.post.account)
            said = self.messages.say(one.post, afresh=host)
            self._wait(one, said)
            if said.copy:
                reason = self._copy(one, said)
            elif host:
                reason = Host()
                self.by_host.append(one.id)
            self.many += not said.copy
        self.entries[one.id] = Entry(len(self.comments), one, reason, turn)
        self.comments.append(one)
        return said

    def _recognise(self, post: HeardPost) -> None:
        """Learn the account of a host or regular whom we were told by handle, as an evening does."""
        self._by_handle.pop(post.account, None)
        if post.handle is not None and post.handle in self._by_handle:
            host = self._by_handle[post.handle]
            self.standing.seed(post.account, host=host)
            self.hosts |= {post.account} if host and post.account not in self.hosts else set()

    def _wait(self, one: Spoken, said: Said) -> None:
        """Let what is said wait for a place, and for whoever says it; the host's people have one."""
        message = said.message
        if self.standing.is_host(message.account):
            return
        turn = self._turns.get(message.number)
        if turn is None:
            self._turns[message.number] = len(self.waiting)
            self.waiting.begin(one.id, message.account)
        else:
            self.waiting.offer(self.waiting.messages[turn], turn, one.post.account, one.id)

    def _copy(self, one: Spoken, said: Said) -> Copy:
        first = number(said.message.id)
        self.said.setdefault(first, [self.entries[first].one]).append(one)
        self.again.add(first)
        return Copy(of=said.message.id, likeness=round(said.likeness, 3), said=0, accounts=0)


class Known(NamedTuple):
    """What an account counts for."""

    speaker: Speaker
    standing: float
    class_: Class
    in_step: InStep | None
    """What there is to say of it where it is acting in step with others."""


class Voices:
    """Who says it. In proportion to the comments."""

    def __init__(self, sayings: Sayings) -> None:
        self._standing = sayings.standing
        self._echo = Echo(sayings.messages)
        self._authors: dict[str, str] = {}
        self._answered: set[str] = set()
        """Comments that people with standing answered."""
        self._known: dict[str, Known] = {}
        self._acted: set[str] = set()
        """Accounts of which something else may be known by now."""

    def hear(self, post: HeardPost, said: Said | None) -> None:
        """Hear a comment that says this, once it is counted among the messages; None where it does not count."""
        self._acted.add(post.account)
        if said is None:
            return
        standing = self._standing.room(post.account)
        self._echo.post(post, said, standing=standing)
        self._echo.learn(post, standing=standing)
        self._authors[post.id] = post.account
        self._converse(post.account, post.reply_to)

    def _converse(self, account: str, partner: str | None) -> None:
        whom = self._authors.get(partner or "")
        if partner is None or whom is None or whom == account:
            return
        if self._standing.enough(account):
            self._answered.add(partner)
        self._standing.converse(account, whom, Kind.REPLY)
        self._acted.add(whom)

    def rank(self, post: HeardPost) -> int:
        """Rank a comment among its account's own: the lowest goes first."""
        if post.id in self._answered:
            kind = 0
        elif post.form.question:
            kind = 1
        else:
            kind = 2 if self._authors.get(post.reply_to or "", post.account) != post.account else 3
        return (kind << 48) + number(post.id)

    def known(self) -> dict[str, Known]:
        """Give what is known of each account that says something, as it is now."""
        every = len(self._known) > ACCOUNTS  # where the evidence on some is forgotten without their acting
        for account in {*self._known, *self._acted} if every else self._acted:
            self._known[account] = self._of(account)
        self._acted.clear()
        return dict(self._known)

    def _of(self, account: str) -> Known:
        enough = self._standing.enough(account)
        class_: Class = "regular" if enough else "newcomer"
        say, doubt = self._echo.say(account), self._echo.doubt(account)
        return Known(
            speaker=Speaker(account, say, not enough, doubt, self._standing.room(account)),
            standing=round(self._standing.of(account), 6),
            class_="host" if self._standing.is_host(account) else class_,
            in_step=self._in_step(account),
        )

    def _in_step(self, account: str) -> InStep | None:
        record = self._echo.of(account)
        if record is None or record.say >= 1.0:
            return None
        counts = self._echo.counts(record)
        repeats, acts = round(counts.repeats), round(counts.acts)
        return InStep(waited=0.0, repeats=repeats, acts=acts, test=record.test, say=round(record.say, 6))
