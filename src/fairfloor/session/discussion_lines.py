"""An arrangement: where each comment of a discussion is and why, told of as many as are asked for.

What was arranged of twenty thousand comments is read a page at a time, so a comment's line is made when it is asked
for, from what was known when all was arranged. What only grows (`discussion_voices.Sayings`) is shared with whoever
goes on arranging; the rest is this arrangement's own, so it stands while another is made.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Self

import msgspec
from typing_extensions import override

from fairfloor.floor.reasons import Copy, Expired, InStep, Reason, Room, Share, Turn, placement
from fairfloor.session.decision import Decision
from fairfloor.session.discussion_places import Wait, Waiting
from fairfloor.session.discussion_spoken import number
from fairfloor.session.discussion_voices import Entry, Known, Sayings

Again = tuple[list[int], int]
"""The comments that say again what one said first, in order; and by how many accounts it was said in all."""


class Given(NamedTuple):
    """The places where more is said than there are."""

    shown: frozenset[int]
    turns: Sequence[int]
    """Of what waited: the turns of those that are shown, from the first."""
    had: Counter[str]
    """How many places the messages of each account had."""
    waited: int
    accounts: int

    @classmethod
    def of(cls, waiting: Waiting, shown: Sequence[tuple[Wait, int]]) -> Self:
        """Take who waited, and of these with their turns who has a place."""
        return cls(
            shown=frozenset(wait.number for wait, _ in shown),
            turns=sorted(turn for _, turn in shown),
            had=Counter(wait.account for wait, _ in shown),
            waited=len(waiting),
            accounts=len(waiting.accounts),
        )

    def reason(self, entry: Entry, known: Known) -> Reason:
        """Give why a comment that waited for a place has one or none: the floor's reason, without its times."""
        if entry.one.id in self.shown:
            return Turn(waited=0.0, accounts=self.accounts)
        if known.in_step is not None:
            return known.in_step
        if had := self.had[entry.one.post.account]:
            return Share(waited=0.0, had=had, floor=len(self.turns), accounts=self.accounts)
        before = entry.turn - bisect_left(self.turns, entry.turn)
        return Expired(waited=0.0, waiting=self.waited - len(self.turns) - before)


class Decisions(Mapping[int, Decision]):
    """The decisions about the comments of one discussion, by comment, in order."""

    def __init__(
        self,
        sayings: Sayings,
        again: Mapping[int, Again],
        given: Given | None,
        known: Callable[[], Mapping[str, Known]],
    ) -> None:
        """Take what was decided. given: None where there is a place for everything; known: asked for where it tells."""
        self._comments, self._entries, self._by_host, self._waits = (
            sayings.comments,
            sayings.entries,
            sayings.by_host,
            sayings.waiting.messages,
        )
        self._many, self._many_by_host, self._waiting = len(self._comments), len(self._by_host), len(self._waits)
        self._hosts = sayings.hosts
        self._again, self._ask = again, known
        self.given = given

    @cached_property
    def floor(self) -> frozenset[int]:
        """The comments that have a place."""
        here = self.given.shown if self.given else (wait.number for wait in islice(self._waits, self._waiting))
        return frozenset(here) | frozenset(self._by_host[: self._many_by_host])

    def reason(self, comment: int) -> Reason:
        """Give why a comment is where it is. Raises KeyError where it was not arranged."""
        entry = self._entry(comment)
        if isinstance(entry.reason, Copy):
            again, accounts = self._again[number(entry.reason.of)]
            return msgspec.structs.replace(entry.reason, said=1 + len(again), accounts=accounts)
        if entry.reason is not None:
            return entry.reason
        return Room() if self.given is None else self.given.reason(entry, self._known[entry.one.post.account])

    def kinds(self, comments: Iterable[int]) -> Iterator[type[Reason]]:
        """Give the types of the reasons of some comments, which takes less than to give the reasons."""
        given, known = self.given, None if self.given is None else self._known
        for comment in comments:
            entry = self._entry(comment)
            if entry.reason is not None:
                yield type(entry.reason)
            elif given is None or known is None:
                yield Room
            elif comment in given.shown:
                yield Turn
            elif known[entry.one.post.account].in_step is not None:
                yield InStep
            else:
                yield Share if given.had[entry.one.post.account] else Expired

    def host(self, comment: int) -> bool:
        """Tell whether a comment is by one of the host's people."""
        return self._entry(comment).one.post.account in self._hosts

    @cached_property
    def _known(self) -> Mapping[str, Known]:
        return self._ask()

    def _entry(self, comment: int) -> Entry:
        entry = self._entries[comment]
        if entry.place >= self._many:
            raise KeyError(comment)
        return entry

    @override
    def __getitem__(self, comment: int) -> Decision:
        one, reason = self._entry(comment).one, self.reason(comment)
        known = self._known[one.post.account]
        return Decision(
            act=one.post.id,
            at=one.at,
            placement=placement(reason),
            reason=reason,
            message=reason.of if isinstance(reason, Copy) else one.post.id,
            account=one.post.account,
            say=round(known.speaker.say, 6),
            standing=known.standing,
            class_=known.class_,
        )

    @override
    def __iter__(self) -> Iterator[int]:
        return (one.id for one in islice(self._comments, self._many))

    @override
    def __len__(self) -> int:
        return self._many


class Arrangement(NamedTuple):
    """The decisions about the comments of one discussion, and what they come to."""

    decisions: Decisions
    also: Mapping[int, Sequence[int]]
    """Of a comment that was said again: the comments that say the same, in order."""
    messages: int
    """Messages that were said; the host's are among them."""
    places: int

    @property
    def crowded(self) -> bool:
        """Whether more is said than there are places."""
        return self.decisions.given is not None
