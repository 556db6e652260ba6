from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fairfloor.chat.site.feed import Feed
from fairfloor.publish.feeds.atom import atom
from fairfloor.publish.feeds.rss import rss

from .samples import AT, DISCUSSION, PARENT, entry, feed, feeds
from .validator import judged

HOUR = timedelta(hours=1)


def test_the_w3c_validator_finds_nothing_in_a_feed() -> None:
    """Posts, their discussions and threads are valid Atom and RSS, without an error or a warning."""
    told = feed(
        entry(summary="Words", terms=("Patrol", "Trust"), discussion=DISCUSSION, author_page="https://host.example/"),
        entry(2, updated=AT + HOUR, reply_to=PARENT),
        entry(3, updated=AT + 2 * HOUR, author=""),
    )
    assert judged(atom(told), rss(told)) == [[], []]


def test_the_w3c_validator_notices_what_is_wrong() -> None:
    """The check of these tests fails where a feed is wrong."""
    broken = atom(feed(entry())).replace(b"03:00:00Z", b"3 am")
    assert any("InvalidRFC3339Date" in wrong for wrong in judged(broken)[0])


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(feeds(), min_size=10, max_size=10))
def test_the_w3c_validator_finds_no_error_whatever_people_write(some: list[Feed]) -> None:
    """Controls, markup and half characters in titles, names and texts leave a feed valid, whatever it advises."""
    told = judged(*(write(one) for one in some for write in (atom, rss)))
    assert not [wrong for one in told for wrong in one if wrong.startswith("error")]
