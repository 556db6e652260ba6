"""Standing: how far people with standing converse with an account. Trust flows along conversation, and runs dry.

The seeds (the host, regulars, whom the host follows) have standing 1. When somebody with standing replies to an
account, quotes, reposts or likes it, a part of their own standing is granted to it, once for each pair; disagreeing
is conversing. Each account can pass on only so much in all, in proportion to its own standing; so, as in Advogato's
flow and SybilGuard's cuts, what a crowd can come to is bounded by what people with standing give it, however large it
is and however much it talks to itself:

    sum of granted standing in a crowd <= G / (1 - PASSED), G = all that was granted into it from outside.

(Each account passes on at most PASSED < 1 of what it has, so what enters is at most multiplied by the geometric
series.) Seeds can pass on more, `SEEDED`; the host without end, for the host answers for the evening.

Rejected: PageRank over the whole graph (a ring keeps what flows in going round, and every new act changes everybody);
counting conversations (a ring converses with itself all night).

A fold by the host ends an account's standing: what it had is kept aside, and nothing is granted to it, until the host
undoes the fold or vouches for it.

Invariant: standing never falls through acts of others, but for the host's.
Invariant: an account that nobody with standing converses with has standing 0.
"""

from enum import Enum

import msgspec


class Kind(Enum):
    """Ways to converse."""

    REPLY = "reply"
    REPOST = "repost"
    LIKE = "like"


GRANTS = {Kind.REPLY: 0.25, Kind.REPOST: 0.2, Kind.LIKE: 0.2}
"""The part of one's own standing that each way to converse grants."""


HOST = 0.5
"""What any conversation with the host grants."""
SEEDED = 3.0
"""What a seed can pass on in all: twelve replies' worth."""
PASSED = 0.75
"""What others can pass on in all, as a part of their own standing."""
LEAST = 1e-3
"""The least grant there is, so that what has standing is bounded though a crowd converse for ever."""
ENOUGH = 0.2
"""Standing from which an account is one of the room, no newcomer: one conversation with a seed makes it."""
_MEMBER = ENOUGH - 1e-9
"""The same, but for rounding."""
ROOM = 0.5
"""Standing from which what an account passes on is the room's, which nobody is an echo for repeating."""


class _Member(msgspec.Struct, eq=False):
    standing: float = 0.0
    passed: float = 0.0
    partners: dict[str, float] = msgspec.field(default_factory=dict)
    """What was passed to whom, so that no pair counts twice."""


class Standing:
    """The standing of every account that has any. Bounded: grants run dry, so what has standing is bounded by seeds."""

    def __init__(self, hosts: frozenset[str], seeds: frozenset[str]) -> None:
        self._hosts = set(hosts)
        self._seeds = set(seeds) | self._hosts
        self._members: dict[str, _Member] = {}
        self._ended: set[str] = set()
        """Accounts whose standing the host ended."""
        self._stand = dict.fromkeys(self._seeds, 1.0)
        """The standing that all this comes to, for it is asked for several times an act."""

    def of(self, account: str) -> float:
        """Give an account's standing, in [0, 1]."""
        return self._stand.get(account, 0.0)

    def room(self, account: str) -> bool:
        """Tell whether what an account says and passes on is the room's."""
        return self._stand.get(account, 0.0) >= ROOM

    def enough(self, account: str) -> bool:
        """Tell whether an account is one of the room."""
        return self._stand.get(account, 0.0) >= _MEMBER

    def is_host(self, account: str) -> bool:
        """Tell whether an account is a host's."""
        return account in self._hosts

    def seed(self, account: str, *, host: bool) -> None:
        """Make an account a seed from now on."""
        self._seeds.add(account)
        if host:
            self._hosts.add(account)
        self._settle(account)

    def unseed(self, account: str) -> None:
        """Make an account, a seed until now, one like any other again."""
        self._seeds.discard(account)
        self._settle(account)

    def unseat(self, account: str) -> None:
        """Make an account, a host's until now, one like any other again."""
        self._hosts.discard(account)
        self.unseed(account)

    def end(self, account: str) -> None:
        """End an account's standing; a host's stays."""
        if account not in self._hosts:
            self._ended.add(account)
            self._settle(account)

    def restore(self, account: str) -> None:
        """Give an account its standing back, where it was ended."""
        self._ended.discard(account)
        self._settle(account)

    def is_seed(self, account: str) -> bool:
        """Tell whether an account has full standing whoever converses with it."""
        return account in self._seeds

    def converse(self, account: str, partner: str, kind: Kind) -> bool:
        """Let an account converse with another; tell whether this made the other one of the room."""
        if not (mine := self.of(account)) or partner in self._seeds or partner in self._ended or account == partner:
            return False
        giver = self._members.get(account) or _Member()
        given = giver.partners.get(partner, 0.0)
        left = float("inf") if account in self._hosts else mine * (SEEDED if account in self._seeds else PASSED)
        grant = min((HOST if account in self._hosts else GRANTS[kind] * mine) - given, left - giver.passed)
        if grant < LEAST:
            return False
        self._members[account] = giver
        taker = self._members.setdefault(partner, _Member())
        before = taker.standing
        giver.partners[partner] = given + grant
        giver.passed += grant
        taker.standing = min(1.0, before + grant)
        self._settle(partner)
        return before < _MEMBER <= taker.standing

    def _settle(self, account: str) -> None:
        member = self._members.get(account)
        granted = 0.0 if member is None else member.standing
        self._stand[account] = 0.0 if account in self._ended else 1.0 if account in self._seeds else granted
