from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd import Role
from fairfloor.testing.rehearse.scene import Scene
from fairfloor.testing.rehearse.timelines import Shown, most_reposted, newest_first

START = datetime(2014, 10, 23, 1, tzinfo=UTC)
Timeline = Callable[[Scene], tuple[Shown, ...]]
INTERVAL = timedelta(seconds=10)
TTL = timedelta(minutes=2)


def at(seconds: float) -> datetime:
    """Give a time some seconds after the start."""
    return START + timedelta(seconds=seconds)


def post(name: str, seconds: float, account: str = "ann") -> Post:
    """Make a post."""
    return Post(id=name, at=at(seconds), account=account, text=f"{name} is said")


def repost(name: str, seconds: float, subject: str) -> Repost:
    """Make a repost."""
    return Repost(id=name, at=at(seconds), account="bob", subject=subject)


def scene(*acts: Act) -> Scene:
    """Make a scene in which six messages a minute can be read, for two minutes."""
    roles = {act.account: Role.HOST if act.account == "host" else Role.NEWCOMER for act in acts}
    rules = Rules(tag="copchat", hosts=frozenset({"host"}), pace=6.0, ttl=TTL)
    return Scene(rules=rules, acts=acts, roles=roles, questions=frozenset(), hijack=None, meant={})


def read(shown: tuple[Shown, ...]) -> list[tuple[str, float]]:
    """Give what was read, and how many seconds after the start."""
    return [(one.post, (one.at - START).total_seconds()) for one in shown]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Give a scene of posts and reposts at whole seconds, up to some at once, in order of time."""
    acts: list[Act] = []
    when = 0.0
    for number in range(draw(st.integers(0, 40))):
        when += draw(st.sampled_from((0, 0, 1, 3, 10, 30, 200)))
        subject = draw(st.none() | st.sampled_from([act.id for act in acts])) if acts else None
        if subject is not None:
            acts.append(repost(f"r{number}", when, subject))
        else:
            acts.append(post(f"p{number}", when, draw(st.sampled_from(("ann", "cy", "host")))))
    return scene(*acts)


def test_the_newest_unread_post_is_read_next_and_older_ones_in_pauses() -> None:
    """Of three posts at once the last is read, then the others from the newest on; a new one goes before them."""
    shown = newest_first(scene(post("1", 0), post("2", 1), post("3", 2), post("4", 15)))
    assert read(shown) == [("1", 0), ("3", 10), ("4", 20), ("2", 30)]


def test_the_most_reposted_unread_post_is_read_next() -> None:
    """A post that was passed on goes before newer ones; reposts that come after the moment of reading do not count."""
    shown = most_reposted(scene(post("1", 0), post("2", 1), post("3", 2), repost("r", 5, "2"), repost("s", 11, "3")))
    assert read(shown) == [("1", 0), ("2", 10), ("3", 20)]


@pytest.mark.parametrize("timeline", [newest_first, most_reposted])
def test_what_is_older_than_the_time_to_live_is_not_read(timeline: Timeline) -> None:
    """A post that finds nobody with time for it within two minutes is never read."""
    flood = [post(f"f{number}", 1 + 10 * number) for number in range(14)]
    shown = dict(read(timeline(scene(post("first", 0), post("old", 0.5), *flood))))
    assert "old" not in shown
    assert shown.keys() == {"first", *(one.id for one in flood)}


@pytest.mark.parametrize("timeline", [newest_first, most_reposted])
def test_the_hosts_posts_are_read_at_once_and_cost_no_time(timeline: Timeline) -> None:
    """The host is read between two posts of others, which are read no later for it."""
    shown = timeline(scene(post("1", 0), post("2", 1), post("h", 2, "host"), post("3", 3)))
    assert read(shown)[:3] == [("1", 0), ("h", 2), ("3", 10)]


@given(scenes())
def test_a_reader_reads_at_the_pace_each_post_once_and_nothing_old(of: Scene) -> None:
    """Both timelines show each post at most once, in order of time, an interval apart, neither early nor old."""
    posts = {act.id: act for act in of.posts}
    for shown in (newest_first(of), most_reposted(of)):
        assert len({one.post for one in shown}) == len(shown)
        others = [one for one in shown if one.account != "host"]
        assert all(later.at - earlier.at >= INTERVAL for earlier, later in pairwise(others))
        assert all(timedelta(0) <= one.at - posts[one.post].at <= TTL for one in others)
        assert {one.post for one in shown if one.account == "host"} == {
            act.id for act in posts.values() if act.account == "host"
        }


@given(scenes())
def test_no_post_is_read_while_a_better_one_is_unread(of: Scene) -> None:
    """Newest first never passes over a newer post, most reposted never one that was passed on more by then."""
    posts = [act for act in of.posts if act.account != "host"]

    def unread(shown: tuple[Shown, ...], one: Shown) -> list[Post]:
        before = {other.post for other in shown if other.at < one.at}
        return [act for act in posts if one.at - TTL <= act.at < one.at and act.id not in before]

    def reposts(of_post: str, by: datetime, at_once: timedelta = timedelta(0)) -> int:
        return sum(isinstance(act, Repost) and act.subject == of_post and act.at < by + at_once for act in of.acts)

    by_id = {act.id: act for act in posts}
    for one in (shown := newest_first(of)):
        if one.account != "host":
            assert all(by_id[one.post].at >= act.at for act in unread(shown, one))
    for one in (shown := most_reposted(of)):
        if one.account != "host" and by_id[one.post].at < one.at:
            had = reposts(one.post, one.at, timedelta.resolution)  # what is passed on at that very instant may count
            assert all(had >= reposts(act.id, one.at) for act in unread(shown, one))


@given(scenes())
def test_nobody_waits_while_there_is_time_to_read(of: Scene) -> None:
    """A post that is never read was passed over: for the whole of its time to live others were read at full pace."""
    for shown in (newest_first(of), most_reposted(of)):
        read_at = [one.at for one in shown if one.account != "host"]
        for missed in {act.id: act for act in of.posts if act.id not in {one.post for one in shown}}.values():
            when = missed.at
            while when + INTERVAL <= missed.at + TTL:
                assert any(when - INTERVAL < moment <= when + INTERVAL for moment in read_at)
                when += INTERVAL
