"""Two timelines beside the floor, as somebody sees them who reads at the same pace.

The reader reads one post each interval (60 s / pace), begins as soon as there is something, and where nothing is
unread waits for the next post. No post is read twice, and none that is older than the time to live: who reads a live
chat does not scroll back further than the floor does.

- *Newest first*: of the unread posts, the newest.
- *Most reposted*: of the unread posts, the one with the most reposts so far; of equals, the newest.

The host's posts are read at once and cost no time, as on the floor, so that all three give the same room to all others.

Invariant: two posts that are not the host's are never read less than an interval apart.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fairfloor.acts.act import Post, Repost
from fairfloor.testing.crowd import Role
from fairfloor.testing.rehearse.scene import Scene


class Shown(NamedTuple):
    """A post that somebody got to see, and when."""

    post: str
    account: str
    at: datetime


_Pick = Callable[[Sequence[Post]], int]
"""Says which of the unread posts, in the order in which they came, is read next."""


def newest_first(scene: Scene) -> tuple[Shown, ...]:
    """Give what is read of a timeline in which the newest post stands first."""
    return _read(scene, lambda unread: len(unread) - 1, Counter())


def most_reposted(scene: Scene) -> tuple[Shown, ...]:
    """Give what is read of a timeline in which the post that was most reposted stands first."""
    reposts: Counter[str] = Counter()
    return _read(
        scene, lambda unread: max(range(len(unread)), key=lambda place: (reposts[unread[place].id], place)), reposts
    )


def _read(scene: Scene, pick: _Pick, reposts: Counter[str]) -> tuple[Shown, ...]:
    reader = _Reader(timedelta(minutes=1) / scene.rules.pace, scene.rules.ttl, pick)
    for act in scene.acts:
        reader.read_before(act.at)
        match act:
            case Repost():
                reposts[act.subject] += 1
            case Post() if scene.role(act) is Role.HOST:
                reader.shown.append(Shown(act.id, act.account, act.at))
            case Post():
                reader.find(act)
            case _:
                pass
    reader.read_before(None)
    return tuple(reader.shown)


class _Reader:
    """Somebody who reads at a pace, one post at a time."""

    def __init__(self, interval: timedelta, ttl: timedelta, pick: _Pick) -> None:
        self._interval, self._ttl, self._pick = interval, ttl, pick
        self._unread: list[Post] = []
        self._free: datetime | None = None
        self.shown: list[Shown] = []

    def read_before(self, until: datetime | None) -> None:
        """Read on until just before a time; to the end where there is none."""
        while self._unread and self._free is not None and (until is None or self._free < until):
            self._read(self._free)

    def find(self, post: Post) -> None:
        """Find a new post in the timeline, and read on where there is time."""
        self._unread.append(post)
        if self._free is None or self._free <= post.at:
            self._read(post.at)

    def _read(self, at: datetime) -> None:
        self._unread = [post for post in self._unread if post.at >= at - self._ttl]
        if self._unread:
            post = self._unread.pop(self._pick(self._unread))
            self.shown.append(Shown(post.id, post.account, at))
            self._free = at + self._interval
