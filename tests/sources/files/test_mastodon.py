"""Mastodon's statuses and the outbox of its archive become acts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.fault import Cause
from fairfloor.sources.files import activitypub, mastodon
from fairfloor.sources.reading.refusal import told

LINK = "https://a.example/long/path"


def _status(record: Any) -> list[Any]:
    return list(told(mastodon.read, json.dumps(record).encode()))


def _activity(record: Any) -> list[Any]:
    return list(told(activitypub.read, json.dumps(record).encode()))


def test_a_status_becomes_a_post(status: Any) -> None:
    """A status has its text without markup, its author with the domain, and what Mastodon found in it."""
    assert _status(status) == [
        Post(
            id="103270115826048975",
            at=datetime(2019, 12, 8, 3, 48, 33, 901000, tzinfo=UTC),
            account="al@chat.example",
            handle="al@chat.example",
            network="mastodon",
            text=f"@bo What about #copchat?\nFair & square.\n\nSee {LINK}",
            reply_to="103270115826048000",
            quote_of="103270115826047000",
            tags=("copchat",),
            links=(LINK,),
            mentions=("bo@far.example",),
            lang=("en",),
        )
    ]


def test_a_boost_becomes_a_repost(boost: Any) -> None:
    """A boost passes on the status inside it."""
    assert _status(boost) == [
        Repost(
            id="103270115826050000",
            at=datetime(2019, 12, 8, 4, tzinfo=UTC),
            account="bo@far.example",
            handle="bo@far.example",
            network="mastodon",
            subject="103270115826048975",
            subject_account="al@chat.example",
        )
    ]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_was_not_public_is_passed_over(status: Any, visibility: str) -> None:
    """A status to followers or to some people only is no public act."""
    assert _status({**status, "visibility": visibility}) == [None]


def test_a_warning_is_part_of_what_is_said(status: Any) -> None:
    """A content warning stands before the text, as a reader sees it."""
    assert _status({**status, "spoiler_text": "policing"})[0].text.startswith("policing\n\n@bo")


def test_a_shallow_quote_is_a_quote(status: Any) -> None:
    """A quote may hold the whole status quoted, only its id, or nothing where it was taken back."""
    shallow = {"state": "accepted", "quoted_status_id": "7"}
    assert _status({**status, "quote": shallow})[0].quote_of == "7"
    assert _status({**status, "quote": {"state": "revoked", "quoted_status": None}})[0].quote_of is None


def test_a_broken_address_leaves_the_bare_name(status: Any) -> None:
    """An account whose address says no domain goes by its name alone."""
    assert _status({**status, "account": {"acct": "al", "url": "http://[broken"}})[0].account == "al"


def test_an_outbox_becomes_acts(outbox: Any) -> None:
    """Of an archive's outbox, public posts and boosts are read; a post to followers is passed over."""
    assert _activity(outbox) == [
        Post(
            id="https://chat.example/users/al/statuses/1",
            at=datetime(2019, 12, 8, 3, 48, 33, tzinfo=UTC),
            account="al@chat.example",
            handle="al@chat.example",
            network="mastodon",
            text="Hello #copchat",
            reply_to="https://far.example/users/bo/statuses/9",
            tags=("copchat",),
            mentions=("bo@far.example",),
            lang=("en",),
        ),
        Repost(
            id="https://chat.example/users/al/statuses/2/activity",
            at=datetime(2019, 12, 8, 4, tzinfo=UTC),
            account="al@chat.example",
            handle="al@chat.example",
            network="mastodon",
            subject="https://far.example/users/bo/statuses/9",
        ),
        None,
    ]


def test_one_activity_is_read_by_itself(outbox: Any) -> None:
    """An outbox kept one activity a line comes to the same acts."""
    assert [one for activity in outbox["orderedItems"] for one in _activity(activity)] == _activity(outbox)


def test_bad_activities_have_their_causes(outbox: Any) -> None:
    """What is wrong inside an outbox is told by cause, and does not cost the rest."""
    good = outbox["orderedItems"][1]
    bad = [{**good, "published": "late"}, {**good, "object": {"id": "x"}}, {"type": "Announce"}]
    found = _activity({**outbox, "orderedItems": [*bad, good]})
    assert [one.cause for one in found[:3]] == [Cause.BAD_TIME, Cause.BAD_FIELD, Cause.MISSING_FIELD]
    assert isinstance(found[3], Repost)
