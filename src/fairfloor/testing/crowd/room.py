"""A room as it fills: who is there, what was said so far, and an agenda of what comes next, in order of time."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import NamedTuple

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd.pen import Draft, Line, Pen
from fairfloor.testing.crowd.people import Account
from fairfloor.testing.crowd.world import World

RECENT = 60
"""Posts that somebody who looks at the room may still see."""

Deed = Callable[[float], None]
"""Something done when its time comes, in seconds after the start."""


class Said(NamedTuple):
    """A post that was said in the room."""

    at: float
    post: Post
    author: Account
    question: bool


class Room:
    """People in a room, in seconds after the start of the session."""

    def __init__(self, world: World, people: list[Account], pen: Pen, dice: Random) -> None:
        """Take who comes, the host first."""
        self.world, self.pen, self.dice = world, pen, dice
        self.host, *self.people = people
        self.end = 60.0 * world.minutes
        self.said: list[Said] = []
        self.drafts: list[Draft[Act]] = []
        self._agenda: list[tuple[float, int, Deed]] = []
        self._order = count()

    def plan(self, at: float, deed: Deed) -> None:
        """Put something on the agenda."""
        heappush(self._agenda, (at, next(self._order), deed))

    def run(self) -> list[Draft[Act]]:
        """Do all that is on the agenda and what comes of it, until the end; give what was done, in order of time."""
        while self._agenda:
            at, _, deed = heappop(self._agenda)
            if at < self.end:
                deed(at)
        return self.drafts

    def say(self, at: float, author: Account, line: Line, to: Said | None = None) -> Said:
        """Let somebody say a line."""
        draft = self.pen.post(at, author, line, to.post if to else None)
        said = Said(at, draft.act, author, line.question)
        self.drafts.append(draft)
        self.said.append(said)
        return said

    def repost(self, at: float, author: Account, subject: Act) -> None:
        """Let somebody pass on a post."""
        self.drafts.append(self.pen.repost(at, author, subject))

    def like(self, at: float, author: Account, subject: Act) -> None:
        """Let somebody like a post."""
        self.drafts.append(self.pen.like(at, author, subject))

    def there(self, at: float) -> list[Account]:
        """Give who has come, the host left out."""
        return [someone for someone in self.people if someone.comes < at]

    def somebody(self, at: float) -> Account | None:
        """Pick one of those who are there, the zealous more often; None where nobody is."""
        there = self.there(at)
        return self.dice.choices(there, [someone.zeal for someone in there])[0] if there else None

    def recent(self, at: float, but: Account, within: float = 900.0) -> list[Said]:
        """Give what others said in the last seconds, in order."""
        return [said for said in self.said[-RECENT:] if at - said.at < within and said.author is not but]
