"""The parts that only think: the budget, ids and times, what X's messages tell."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.sources.membership import Membership
from fairfloor.sources.wrong import WRONG
from fairfloor.sources.x.budget import Budget, Place, place
from fairfloor.sources.x.intake import Intake, Message
from fairfloor.sources.x.problems import Kind, Trouble, trouble
from fairfloor.sources.x.search import at, moment, within

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


@given(st.datetimes(datetime(2011, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001 - given a zone below
def test_ids_tell_their_time(when: datetime) -> None:
    """A post's id tells its time to the millisecond, and a time gives the id that a post of it would have."""
    when = when.replace(tzinfo=UTC)
    assert abs(moment(at(when)) - when) <= timedelta(milliseconds=1)


def test_a_search_goes_back_a_week() -> None:
    """What is older than X's search goes back is brought forward to where it begins."""
    assert within(at(START - timedelta(days=2)), START) == at(START - timedelta(days=2))
    assert START - timedelta(days=7) < moment(within("1", START)) < START - timedelta(days=6)


@given(st.none() | st.integers(0, 10**19).map(str), st.integers(0, 10**9))
def test_a_place_is_read_back(since: str | None, read: int) -> None:
    """A cursor holds where to go on and what was read."""
    assert place(Place(since=since, read=read).cursor) == Place(since=since, read=read)


@given(st.integers(1, 300), st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 99).map(str))), max_size=30))
def test_each_is_counted_once_a_day(allowed: int, reads: list[tuple[int, set[str]]]) -> None:
    """What is read counts once a day; what is left is never less than nothing; the words do not overstate."""
    budget, paid = Budget(allowed), set[tuple[int, str]]()
    for day, resources in sorted(reads, key=lambda one: one[0]):
        budget.spend(resources, (START + timedelta(days=day)).date())
        paid |= {(day, one) for one in resources}
        assert budget.read == len(paid)
        assert budget.left == max(0, allowed - len(paid))
        told = int(budget.told.removeprefix("more than ").split(" ")[0].replace(",", ""))
        assert told <= budget.read
        assert ("more than" in budget.told) == (told < budget.read)


def test_no_budget_is_refused() -> None:
    """X is not followed without a budget."""
    with pytest.raises(ValueError, match="as in --budget 500"):
        Budget(0)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["data", "id", "includes", "users", "errors", "type", "resource_id", "text", "author_id", "created_at",
             "edit_history_tweet_ids", "referenced_tweets", "meta", "next_token", "withheld", "matching_rules"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@given(_JSON)
def test_any_message_is_told_or_counted(tree: Any) -> None:
    """Whatever JSON X sends, it is told, passed over, counted as a fault, or no message at all; nothing else."""
    intake = Intake(Membership("copchat"))
    try:
        message = Message(json.dumps(tree).encode())
    except WRONG:
        return
    intake.take(message, START)
    batch = intake.batch("{}")
    assert len(batch.notices) + len(batch.faults) + batch.skipped <= len(message.posts) + len(message.problems)


@given(st.integers(300, 599), st.binary(max_size=60) | _JSON.map(lambda tree: json.dumps(tree).encode()))
def test_any_refusal_has_a_sentence(status: int, body: bytes) -> None:
    """Whatever X refuses with, there is a sentence for it, and a wait that is bounded."""
    told = trouble(status, {"x-rate-limit-reset": "9" * 12}, body)
    wait = told.wait(9, START)
    assert timedelta() <= wait <= timedelta(minutes=15)
    assert told.sentence(wait).endswith(".")


def test_a_limit_waits_for_its_reset() -> None:
    """A limit with a reset waits until then, and no longer than a quarter of an hour; one that is past doubles."""
    soon = Trouble(Kind.LIMIT, START + timedelta(seconds=90))
    assert soon.wait(3, START) == timedelta(seconds=90)
    assert soon.wait(1, START + timedelta(seconds=91)) == timedelta(minutes=1)
    assert Trouble(Kind.LIMIT, START + timedelta(hours=9)).wait(1, START) == timedelta(minutes=15)
    assert [Trouble(Kind.NETWORK).wait(n, START).total_seconds() for n in (1, 2, 3, 999)] == [0, 0.25, 0.5, 16]
