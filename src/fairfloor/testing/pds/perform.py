"""Has a simulated evening performed on a PDS: by accounts made for it, act by act, as fast as the server takes them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd import Role, Simulation
from fairfloor.testing.pds.account import LIKE, POST, REPOST, Account, Bench, Json, Ref, facet

_AT_ONCE = 4
"""Accounts made at once: what takes the time is a password's hash, and Node hashes beside its one thread."""


class Troupe:
    """The people of a simulation with accounts on a server. What each act became is in `refs`."""

    def __init__(self, bench: Bench, simulation: Simulation, acts: Iterable[Act]) -> None:
        """Make an account for everybody who does one of these acts, and for the host."""
        self._simulation = simulation
        self.acts = tuple(acts)
        who = dict.fromkeys([*simulation.hosts, *(act.account for act in self.acts)])
        with ThreadPoolExecutor(_AT_ONCE) as several:
            made = several.map(lambda _: bench.account(), who)
            self.accounts: dict[str, Account] = dict(zip(who, made, strict=True))
        self.refs: dict[str, Ref] = {}
        """The records made so far, by the id of the simulated act."""

    def role(self, account: str) -> Role:
        """Tell who an account of the simulation really is."""
        return self._simulation.roles[account]

    def rules(self) -> Rules:
        """Give the evening's rules, with the accounts that play the host and the regulars."""
        rules = self._simulation.rules()
        return Rules(tag=rules.tag, hosts=self._known(rules.hosts), regulars=self._known(rules.regulars))

    def perform(self, start: int = 0, end: int | None = None) -> None:
        """Do the acts from one place to another; waits until the server has them."""
        for act in self.acts[start:end]:
            self.refs[act.id] = self.accounts[act.account].create(*self._record(act))

    def _known(self, accounts: Iterable[str]) -> frozenset[str]:
        return frozenset(self.accounts[account].did for account in accounts if account in self.accounts)

    def _record(self, act: Act) -> tuple[str, Json]:
        match act:
            case Post():
                return POST, self._post(act)
            case Repost():
                return REPOST, {"subject": self.refs[act.subject].json()}
            case Like():
                return LIKE, {"subject": self.refs[act.subject].json()}

    def _post(self, post: Post) -> Json:
        record: Json = {"text": post.text, "facets": [facet(post.text, tag) for tag in _signed(post)]}
        if post.reply_to is not None:
            parent, root = self.refs[post.reply_to], self.refs[post.root or post.reply_to]
            record["reply"] = {"parent": parent.json(), "root": root.json()}
        if post.quote_of is not None:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": self.refs[post.quote_of].json()}
        return record


def _signed(post: Post) -> list[str]:
    """Give the hashtags that a text has as they are written in it, with their sign."""
    return [tag for tag in post.tags if f"#{tag}" in post.text]
