"""What a rehearsal comes to, in numbers: who reached the floor, how much of it the flood had, and who counts as what.

One rule holds for the floor and for both timelines: a post *reached* people where it was shown, or where another post
of the same message was. So a copy that is merged into a message that had the floor has reached it; and whoever reads a
petition in a timeline has read what its other signers say. The flood's share is of what was shown, the host's posts
included.

The host's posts are left out of all groups: they always have the floor.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from fairfloor.acts.act import Post
from fairfloor.testing.crowd import Role
from fairfloor.testing.rehearse.play import Played
from fairfloor.testing.rehearse.scene import Scene, Window
from fairfloor.testing.rehearse.timelines import Shown, most_reposted, newest_first


class Group(StrEnum):
    """Genuine posts, by whose they are or what they are; the host's are in none."""

    GENUINE = "all genuine posts"
    REGULARS = "regulars'"
    QUESTIONS = "questions"
    SEEDED = "regulars' and questions"
    """What is a regular's, a question, or both."""
    CRITICS = "critics'"
    """Known of simulated evenings only."""
    NEWCOMERS = "newcomers'"


class Reach(msgspec.Struct, frozen=True):
    """So many of so many posts."""

    reached: int
    of: int

    @property
    def share(self) -> float | None:
        """Give the part that reached people, in [0, 1]; None of nothing."""
        return self.reached / self.of if self.of else None


class Shares(msgspec.Struct, frozen=True):
    """What one way of showing a chat gave to whom."""

    reach: dict[Group, Reach]
    shown: int
    flood: int
    """Of what was shown, how many were the flood's."""

    @property
    def flooded(self) -> float:
        """Give the flood's part of what was shown, in [0, 1]; 0 where nothing was."""
        return self.flood / self.shown if self.shown else 0.0


class Showing(msgspec.Struct, frozen=True):
    """One way of showing a chat: over the whole session, and while the hijack goes on."""

    whole: Shares
    hijack: Shares | None
    """Of what was posted, and of what was shown, between its start and its end. None where there is no hijack."""


class Says(msgspec.Struct, frozen=True, kw_only=True):
    """What accounts count for at the end. Only accounts that did something are counted."""

    flood: float
    """Of all accounts of the flood together."""
    flood_accounts: int
    posting: float
    """Of those accounts of the flood together that posted."""
    posting_accounts: int
    genuine: float
    """Of a genuine account, on average; 1 where there is none."""
    genuine_accounts: int
    lowest: float
    """The lowest that any genuine account ever had, at any time."""
    in_step: int
    """Genuine accounts that had a say of less than 1 at any time."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All that a rehearsal comes to."""

    floor: Showing
    newest: Showing
    reposted: Showing
    says: Says
    wrong: int
    """Posts merged into a message that they do not say, where either is genuine."""
    folded: int
    """Posts, anybody's, that ended folded."""
    acts: int
    posts: int


def measure(scene: Scene, played: Played) -> Measured:
    """Measure a scene that was played, beside the two timelines."""
    return Measured(
        floor=showing(scene, played.shown, played),
        newest=showing(scene, newest_first(scene), played),
        reposted=showing(scene, most_reposted(scene), played),
        says=says(scene, played),
        wrong=wrongly_merged(scene, played),
        folded=sum(played.became[post.id].placement == "fold" for post in scene.posts),
        acts=len(scene.acts),
        posts=sum(1 for _ in scene.posts),
    )


def showing(scene: Scene, shown: Sequence[Shown], played: Played) -> Showing:
    """Measure one way of showing a scene."""
    message = {post.id: played.became[post.id].message for post in scene.posts}
    said = {message[one.post] for one in shown}
    reached = frozenset(post for post, its in message.items() if its in said)
    groups = _groups(scene)
    whole = _shares(scene, shown, reached, groups)
    if scene.hijack is None:
        return Showing(whole, None)
    during = frozenset(post.id for post in scene.posts if _within(scene.hijack, post))
    its = {group: posts & during for group, posts in groups.items()}
    return Showing(whole, _shares(scene, [one for one in shown if _within(scene.hijack, one)], reached, its))


def says(scene: Scene, played: Played) -> Says:
    """Measure what accounts count for."""
    flood = [account for account, role in scene.roles.items() if not role.genuine]
    genuine = [account for account, role in scene.roles.items() if role.genuine]
    posting = {post.account for post in scene.posts} & set(flood)
    return Says(
        flood=sum(played.says[account] for account in flood),
        flood_accounts=len(flood),
        posting=sum(played.says[account] for account in sorted(posting)),
        posting_accounts=len(posting),
        genuine=sum(played.says[account] for account in genuine) / len(genuine) if genuine else 1.0,
        genuine_accounts=len(genuine),
        lowest=min((played.lowest[account] for account in genuine), default=1.0),
        in_step=sum(played.lowest[account] < 1.0 for account in genuine),
    )


def wrongly_merged(scene: Scene, played: Played) -> int:
    """Count the posts merged into a message that they do not say, where either is genuine.

    Where nobody knows what a post was meant to say, it is wrongly merged where it is genuine and the flood said the
    message first, and the reverse: of a recorded burst, the one was written on another day than the other.
    """
    genuine = {post.id: scene.role(post).genuine for post in scene.posts}
    return sum(
        _means_another(scene.meant, post, first, genuine)
        for post in genuine
        if (first := played.became[post].message) != post and (genuine[post] or genuine[first])
    )


def _means_another(meant: Mapping[str, str], post: str, first: str, genuine: Mapping[str, bool]) -> bool:
    if post in meant:
        return meant[post] != meant.get(first, first)
    return genuine[post] != genuine[first]


def _groups(scene: Scene) -> dict[Group, frozenset[str]]:
    genuine = {post.id: role for post in scene.posts if (role := scene.role(post)).genuine and role is not Role.HOST}

    def of(role: Role) -> frozenset[str]:
        return frozenset(post for post, its in genuine.items() if its is role)

    questions = scene.questions & genuine.keys()
    return {
        Group.GENUINE: frozenset(genuine),
        Group.REGULARS: of(Role.REGULAR),
        Group.QUESTIONS: questions,
        Group.SEEDED: of(Role.REGULAR) | questions,
        Group.CRITICS: of(Role.CRITIC),
        Group.NEWCOMERS: of(Role.NEWCOMER),
    }


def _shares(
    scene: Scene, shown: Iterable[Shown], reached: frozenset[str], groups: Mapping[Group, frozenset[str]]
) -> Shares:
    genuine = [scene.roles[one.account].genuine for one in shown]
    reach = {group: Reach(len(posts & reached), len(posts)) for group, posts in groups.items()}
    return Shares(reach, shown=len(genuine), flood=genuine.count(False))


def _within(window: Window, what: Post | Shown) -> bool:
    return window[0] <= what.at <= window[1]
