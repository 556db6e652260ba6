"""Several servers followed as one chat, through real servers."""

import asyncio
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse

from fairfloor.acts.act import Post
from fairfloor.session.ports import Batch
from fairfloor.sources.mastodon.live import Mastodon
from fairfloor.sources.mastodon.names import account, is_one
from fairfloor.sources.membership import Membership
from fairfloor.sources.merged import Merged
from fairfloor.sources.people.asking import asking

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


def test_two_servers_are_one_chat(town: Any, serving: Any, watched: Any) -> None:
    """A post that both servers know is told once, as is a reply on one; a third that is down holds nobody up."""
    other = type(town)("far.example")

    async def scenario() -> None:
        async with asyncio.timeout(20), serving(town.app) as here, serving(other.app) as there:
            clock, membership = watched(START), Membership("copchat")
            servers = [here, there, "127.0.0.1:9"]
            merged = Merged([Mastodon(one, membership, "copchat", clock) for one in servers], clock).batches(None)
            passing = asyncio.create_task(_passing(clock))
            cursors: dict[str, str] = {}
            while len(cursors) < 2:
                cursors |= json.loads((await anext(merged)).cursor or "{}")
            assert set(cursors) == {f"mastodon {here}", f"mastodon {there}"}
            now = (clock.now() - START).total_seconds()
            said = town.say(now + 1, "a question? #copchat", "bo@far.example")
            same = other.say(now + 1, "a question? #copchat", "bo", uri=said["uri"])
            other.reply(same, now + 2, "an answer", "cy")
            told: list[Batch] = []
            while sum(len(batch.notices) for batch in told) < 2:
                told.append(await anext(merged))
            texts = [notice.text for batch in told for notice in batch.notices if isinstance(notice, Post)]
            assert texts == ["a question? #copchat", "an answer"]
            assert not any(batch.faults for batch in told)
            passing.cancel()
            await merged.aclose()

    asyncio.run(scenario())


async def _passing(clock: Any) -> None:
    while True:
        await clock.waits(timedelta(seconds=6))
        await clock.advance(timedelta(seconds=6))


def test_a_host_is_known_by_any_spelling(town: Any, serving: Any, watched: Any) -> None:
    """A host's own server says how its name is written, and for which domain; of nobody it says so."""

    async def scenario() -> None:
        async with serving(town.app) as here, asking(watched(START)) as polite:
            assert await account(polite, f"@TheHost@{here}") == "thehost@chat.example"
            assert await account(polite, f"nobody@{here}") is None
            town.odd["/instance"] = deque([JSONResponse({}, 404)])
            assert await account(polite, f"thehost@{here}") == "thehost@web.chat.example"
            with pytest.raises(ValueError, match="named by its host"):
                await account(polite, "thehost@a b")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("name", "one"), [("@a@b.example", True), ("a@b.example", True), ("a.bsky.social", False), ("@a", False)]
)
def test_names_of_mastodon_are_told_apart(name: str, one: bool) -> None:  # noqa: FBT001 - a case
    """A name of Mastodon's has a name and a server."""
    assert is_one(name) == one
