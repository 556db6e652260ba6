"""Proposals: topics that somebody asks the chat to take on, who wants them, and what the host says to each.

Anyone proposes, on the page or by a post with `topic:` at its head or the tag #proposal, and anyone with an account
seconds it (1), would rather not have it (-1), or passes (0); the last vote of an account counts. Who proposes a topic,
or the same one again, seconds it by that until they say otherwise. Support is a sum of says, so a bloc counts once.

A like or a repost seconds nothing. It is cast for a post on a network, often because that is funny, by people who never
saw the proposal as one; it cannot say "rather not", so it can show no camps; and it is what a crowd has most of. To
second takes coming here, or proposing the same.

What the host says to a proposal is asked for and public: accepted for a date, which makes it a session, or declined
with a reason. The host's people do not vote: a vote counts by an account's say, and they are no account of a network.

Undoing is exact, as the ledger's is: all that was proposed and decided is heard again without the move.

Invariant: what `refuses` refuses changes nothing, but that a vote for what was settled meanwhile is still kept.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Accept, Decline, Merge, Move, Propose, Split, Undo, Vote, Withdraw
from fairfloor.chat.proposals.book import Book, Entry, Gone, Posted, Proposal, Stage
from fairfloor.chat.proposals.topic import proposes
from fairfloor.chat.proposals.votes import Votes

OPEN = 5_000
"""Open proposals that are held; beyond, a post that proposes is a post like others."""
HELD = 20_000
"""Posts and moves that propose which are held in all."""
EACH = 5
"""Open proposals of one account."""
FAR = timedelta(days=3 * 366)
"""How far ahead a proposal is accepted for a date: a year that was mistyped would make a session that never comes."""
EVER = 200
"""Proposals of one account in all: who proposes and withdraws without end leaves room for others."""


class Alike(Protocol):
    """Finds texts that ask for the same."""

    def place(self, id: str, text: str) -> str | None:  # noqa: A002 - its name there
        """Remember a text, and give the earlier one that it is the same as."""

    def forget(self, id: str) -> None:  # noqa: A002
        """Let go of the words of a post that was taken back."""


class Proposals:
    """The proposals of a chat. Bounded: `OPEN`, `HELD`, the votes, and what the host's people do."""

    def __init__(self, alike: Alike | None = None) -> None:
        """Take who finds the same topic proposed (one of its own, not the ledger's)."""
        self._alike = alike
        self._book = Book()
        self._log: dict[str, Entry] = {}
        self._groups: dict[str, str] = {}
        self._mine: dict[str, list[str]] = {}
        """All that somebody ever proposed."""
        self._votes = Votes()
        self.version = 0
        """Rises with every change."""

    # What happens

    def post(self, post: Post, form: Form) -> None:  # noqa: ARG002 - the shape of chat's parts
        """Take note of a post that proposes a topic."""
        if not proposes(post) or post.id in self._groups or self._has_enough(post.account) or self._full():
            return
        found = self._alike.place(post.id, post.text) if self._alike and post.text else None
        self._groups[post.id] = self._groups.get(found, found) if found else post.id
        self._add(post.id, Posted(post.id, post.account, post.seen or post.at, self._groups[post.id]))

    def took(self, post: Post) -> bool:
        """Tell whether a post was taken for a proposal: one for which there is no room may be a question still."""
        return post.id in self._groups

    def gone(self, act: str, at: datetime) -> None:  # noqa: ARG002 - the shape of chat's parts
        """Take note that an author took a post back."""
        if act in self._log:
            self._add(f"gone {act}", Gone(act))
            if self._alike:
                self._alike.forget(act)

    def move(self, move: Move) -> None:
        """Take note of a move; one that is not the proposals', or makes no sense any more, changes nothing."""
        if isinstance(move.do, Vote):
            if self._book.name(move.do.proposal) is not None and move.role == "participant":
                self._votes.cast(move.do.proposal, move.by, move.id, move.do.vote)
                self.version += 1
        elif isinstance(move.do, Propose | Accept | Decline | Withdraw | Merge | Split) and self.refuses(move) is None:
            self._add(move.id, move)

    def undo(self, move: Move) -> None:
        """Let a move not have been made."""
        if isinstance(move.do, Vote):
            self._votes.undo(move.do.proposal, move.by, move.id)
            self.version += 1
        elif self._log.pop(move.id, None) is not None:
            self._book = Book()
            for entry in self._log.values():
                self._book.add(entry)
            self.version += 1

    def _add(self, key: str, entry: Entry) -> None:
        if key in self._log:
            return
        self._log[key] = entry
        self._book.add(entry)
        self.version += 1
        if isinstance(entry, Posted):
            self._mine.setdefault(entry.account, []).append(entry.act)
        elif isinstance(entry, Move) and isinstance(entry.do, Propose):
            self._mine.setdefault(entry.by, []).append(entry.id)

    def _full(self) -> bool:
        return len(self._book.staged["open"]) >= OPEN or len(self._book) >= HELD

    def _has_enough(self, by: str) -> bool:
        """Tell whether somebody has as many proposals as one account may."""
        mine = self._mine.get(by, ())
        if len(mine) >= EVER:
            return True
        names = {self._book.name(id_) for id_ in mine}
        return sum(name in self._book.staged["open"] for name in names if name is not None) >= EACH

    # What cannot be done

    def refuses(self, move: Move) -> str | None:
        """Say why a move cannot be made now; None where it can, or is not the proposals'."""
        match move.do:
            case Propose() | Vote():
                return self._refuses_saying(move, move.do)
            case Accept():
                return self._refuses_date(move, move.do)
            case Decline(of=of) | Withdraw(of=of) | Merge(of=of) | Split(act=of) if self._book.name(of) is None:
                return None  # a question, perhaps
            case Decline() | Withdraw():
                return self._refuses_end(move, move.do)
            case Merge() | Split() | Undo():
                return self._refuses_place(move.do)
        return None

    def _refuses_saying(self, move: Move, do: Propose | Vote) -> str | None:
        return self._refuses_new(move, do) if isinstance(do, Propose) else self._refuses_vote(move, do)

    def _refuses_new(self, move: Move, do: Propose) -> str | None:
        if not do.title.strip():
            return "Give the topic a title."
        if self._full():
            return "There are more proposals than can be held. Look whether yours is among them."
        if move.role != "participant" or not self._has_enough(move.by):
            return None
        if len(self._mine[move.by]) >= EVER:
            return "You have proposed as much as one account can. Second what others propose."
        return f"You have {EACH} open proposals. Withdraw one to propose another."

    def _refuses_vote(self, move: Move, do: Vote) -> str | None:
        if move.role != "participant":
            return "The host's people do not vote. Sign in with an account of a network."
        name = self._book.name(do.proposal)
        if name is None or self._book.stage(name) != "open":
            return _UNKNOWN if name is None else "The host has answered this proposal, or it was withdrawn."
        full = self._votes.full(do.proposal, move.by)
        return "No more votes on this can be held. Yours stays as it is." if full else None

    def _refuses_date(self, move: Move, do: Accept) -> str | None:
        if (name := self._book.name(do.proposal)) is None:
            return _UNKNOWN
        if self._book.stage(name) == "withdrawn":
            return "It was withdrawn: nobody proposes it any more."
        if do.on - move.at > FAR:
            return "That date is more than three years away. Is its year as you meant it?"
        return "That date has passed." if do.on < move.at else None

    def _refuses_end(self, move: Move, do: Decline | Withdraw) -> str | None:
        if isinstance(do, Decline):
            return None if move.reason.strip() else "Say why it is declined: the reason stands beside it."
        name = self._book.name(do.of) or ""
        if not any(one.by == move.by for one in self._book.proposers(name)):
            return "Only who proposed it can withdraw it."
        return None if self._book.stage(name) == "open" else "The host has answered it; it stands with its answer."

    def _refuses_place(self, do: Merge | Split | Undo) -> str | None:
        if isinstance(do, Undo):
            said = self._log.get(do.move)
            return _STAYS if isinstance(said, Move) and isinstance(said.do, Propose) else None
        if isinstance(do, Split):
            return "This is what the proposal is named by." if self._book.name(do.act) == do.act else None
        into = self._book.name(do.into)
        same = into == self._book.name(do.of)
        return _UNKNOWN if into is None else "These are one proposal already." if same else None

    # What stands

    def proposal(self, id_: str) -> Proposal | None:
        """Give the proposal that a post, or a move that proposes, belongs to; None where it is none."""
        name = self._book.name(id_)
        return None if name is None else self._book.picture(name)

    def among(self, stage: Stage) -> list[str]:
        """Give the proposals of a stage, in the order in which they came to it."""
        return list(self._book.staged[stage])

    def votes_on(self, id_: str) -> dict[str, int]:
        """Give what each account says of a proposal: its last vote, or that it proposes it. Empty where it is none."""
        name = self._book.name(id_)
        if name is None:
            return {}
        implied = {one.by: 1 for one in self._book.proposers(name) if one.role == "participant"}
        return implied | self._votes.on(self._book.names(name))

    def vote_of(self, id_: str, account: str) -> int | None:
        """Give what an account says of a proposal; None where it has said nothing."""
        return self.votes_on(id_).get(account)

    def support(self, id_: str, say: Callable[[str], float]) -> float:
        """Sum the says of who wants a proposal."""
        return sum(say(account) for account, vote in self.votes_on(id_).items() if vote > 0)

    def votes(self) -> dict[str, dict[str, int]]:
        """Give all votes, by proposal and account, on what was answered too: who usually agrees shows in all of it."""
        stages: tuple[Stage, ...] = ("open", "accepted", "declined")
        return {name: self.votes_on(name) for stage in stages for name in self._book.staged[stage]}


_UNKNOWN = "There is no such proposal."
_STAYS = "A proposal stays to be found, with what others think of it. Withdraw it instead."
