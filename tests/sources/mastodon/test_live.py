import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.fault import Cause
from fairfloor.acts.notice import Edit
from fairfloor.sources.clocks import WallClock
from fairfloor.sources.mastodon.live import Mastodon
from fairfloor.sources.membership import Membership
from fairfloor.sources.secret import Secret

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
Town = Any
Following = Any


def _ids(notices: list[Any]) -> list[str]:
    return [f"{type(one).__name__} {one.post.id if isinstance(one, Edit) else one.id}" for one in notices]


def test_what_is_said_after_the_start_is_told(town: Town, following: Following) -> None:
    """What stood there before is not told; what is said from now on is, by the names that all servers share."""

    async def scenario() -> None:
        town.say(-3600, "long ago")
        town.say(-30, "a moment ago")
        async with following(town) as follower:
            await follower.rounds()
            assert {batch.notices for batch in follower.drained()} == {()}
            town.say(3, "What about <em>that</em>? #copchat", "bo@far.example")
            assert await follower.told(1) == [
                Post(
                    id=f"https://far.example/users/bo/statuses/{max(town.statuses, key=int)}",
                    at=START + timedelta(seconds=3),
                    seen=START + timedelta(seconds=3),
                    account="bo@far.example",
                    handle="bo@far.example",
                    network="mastodon",
                    text="What about that? #copchat",
                    tags=("copchat",),
                )
            ]
            assert follower.sentence.endswith(", asking every 6 seconds.")
            assert set(town.tokens) == {None}

    asyncio.run(scenario())


def test_an_account_of_the_server_has_its_domain(town: Town, following: Following) -> None:
    """A server leaves its domain out for its own accounts; it need not be the host that is asked."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            town.say(1, "hello", "al")
            assert (await follower.told(1))[0].account == "al@chat.example"

    asyncio.run(scenario())


def test_a_gap_is_filled_to_its_end(town: Town, following: Following) -> None:
    """After an hour away all of it is told, once, in order, with its own times; the evening follows page by page."""
    said = [town.say(-3600 + 30 * n, f"number {n}") for n in range(110)]

    async def scenario() -> None:
        async with following(town, said[9]["id"]) as follower:
            await follower.rounds()
            batches = follower.drained()
            told = [one for batch in batches for one in batch.notices]
            assert [one.text for one in told if one.at > _at(said[9])] == [f"number {n}" for n in range(10, 110)]
            assert all(one.seen == one.at for one in told if one.at > START - timedelta(seconds=3300))
            assert [len(batch.notices) for batch in batches[:2]] == [40, 40]
            assert batches[0].upto == told[39].seen < START - timedelta(minutes=30)
            assert batches[2].upto == START
            assert batches[2].cursor == said[-1]["id"]

    asyncio.run(scenario())


def _at(status: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(status["created_at"])


def test_nothing_is_told_twice(town: Town, following: Following) -> None:
    """Rounds overlap, and a chat that is followed again knows what was told: nothing is told again."""
    membership = Membership("copchat")

    async def scenario() -> None:
        async with following(town, membership=membership) as follower:
            await follower.rounds()
            said = town.say(2, "once")
            await follower.told(1)
            await follower.rounds(3)
            assert not any(batch.notices for batch in follower.drained())
        async with following(town, said["id"], membership=membership) as again:
            await again.rounds(2)
            assert not any(batch.notices for batch in again.drained())
            del town.statuses[said["id"]]
            assert _ids(await again.told(1)) == [f"Deletion {said['uri']}"]

    asyncio.run(scenario())


def test_a_status_that_federates_late_is_not_missed(town: Town, following: Following) -> None:
    """A status from elsewhere has an id from when it was written, and may slip in before the cursor."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds(2)
            town.say(11, "on time")
            town.say(2, "late", "bo@far.example")
            town.say(1, "later still", "bo@far.example")
            await follower.rounds()
            town.say(3, "latest", "bo@far.example")
            texts = [one.text for one in await follower.told(4)]
            assert sorted(texts) == ["late", "later still", "latest", "on time"]

    asyncio.run(scenario())


def test_one_post_seen_through_two_servers_is_one_act(town: Town, following: Following) -> None:
    """What one server told the other need not tell: the chat knows it by the name that both give it."""
    membership = Membership("copchat")
    other = type(town)("far.example")

    async def scenario() -> None:
        async with following(town, membership=membership) as here, following(other, membership=membership) as there:
            await here.rounds()
            await there.rounds()
            said = town.say(2, "hello", "bo@far.example")
            other.say(2, "hello", "bo", uri=said["uri"])
            assert [one.account for one in await here.told(1)] == ["bo@far.example"]
            await there.rounds()
            assert not any(batch.notices or batch.faults for batch in there.drained())

    asyncio.run(scenario())


def test_edits_and_deletions_are_found_by_looking_again(town: Town, following: Following) -> None:
    """Without a stream, statuses are looked at again: an edit is told once, and a deletion."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            first, second = town.say(1, "first"), town.say(2, "second")
            await follower.told(2)
            first |= {"content": "<p>first, mended</p>", "edited_at": "2026-10-22T01:00:09.000Z"}
            del town.statuses[second["id"]]
            told = await follower.told(2)
            assert _ids(told) == [f"Edit {first['uri']}", f"Deletion {second['uri']}"]
            assert told[0].post.text == "first, mended"
            await follower.rounds(2)
            assert not any(batch.notices for batch in follower.drained())

    asyncio.run(scenario())


def test_an_old_server_is_looked_at_one_by_one(town: Town, following: Following) -> None:
    """Before Mastodon 4.3 several statuses cannot be asked for in one go; a few are then asked for singly."""
    town.several = False

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            said = [town.say(n, f"number {n}") for n in range(1, 6)]
            await follower.told(5)
            del town.statuses[said[4]["id"]]
            assert _ids(await follower.told(1)) == [f"Deletion {said[4]['uri']}"]

    asyncio.run(scenario())


def test_a_moments_emptiness_deletes_nothing(town: Town, following: Following) -> None:
    """A page that leaves a status out is not believed: it is asked for by itself before it counts as gone."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            town.say(1, "still here")
            await follower.told(1)
            town.odd["/api/v1/statuses"] = deque([JSONResponse([]), JSONResponse([])])
            await follower.rounds(3)
            assert not any(batch.notices for batch in follower.drained())
            assert not town.odd["/api/v1/statuses"]

    asyncio.run(scenario())


def test_boosts_come_with_their_accounts(town: Town, following: Following) -> None:
    """Who boosted a status is asked for when its count grows, to the last page, and each is told once."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            said = town.say(1, "boost me")
            await follower.told(1)
            crowd = [f"p{n}@far.example" for n in range(100)]
            town.boost(said, *crowd)
            told = await follower.told(100)
            assert all(isinstance(one, Repost) and one.subject == said["uri"] for one in told)
            assert {one.account for one in told} == set(crowd)
            assert told[0].id == f"{said['uri']}#boosted-by-{told[0].account}"
            town.boost(said, "al")
            assert [one.account for one in await follower.told(1)] == ["al@chat.example"]
            await follower.rounds(2)
            assert not any(batch.notices for batch in follower.drained())

    asyncio.run(scenario())


def test_replies_without_the_tag_belong(town: Town, following: Following) -> None:
    """Answers in a thread that has the tag come with it, by the names of what they answer; private ones do not."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            said = town.say(1, "a question?")
            await follower.told(1)
            answer = town.reply(said, 4, "an answer", "bo@far.example")
            deeper = town.say(5, "and more", "cy@far.example", tag="", in_reply_to_id=answer["id"])
            hidden = town.say(5, "psst", "cy@far.example", tag="", in_reply_to_id=said["id"], visibility="direct")
            town.threads[said["id"]] += [deeper["id"], hidden["id"]]
            told = await follower.told(2)
            assert [(one.text, one.reply_to) for one in told] == [
                ("an answer", said["uri"]),
                ("and more", answer["uri"]),
            ]

    asyncio.run(scenario())


def test_rounds_cost_little(town: Town, following: Following, counts: Any) -> None:
    """Where nothing happens a round is one page, and one page of what was told; nothing else is asked."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            town.say(1, "one")
            await follower.told(1)
            await follower.rounds()
            await follower.clock.waits(timedelta(seconds=6))
            town.asked.clear()
            for _ in range(10):
                await follower.clock.advance(timedelta(seconds=6))
                await follower.clock.waits(timedelta(seconds=6))
            assert counts(town) == {"copchat": 10, "statuses": 10}

    asyncio.run(scenario())


def test_the_servers_limits_are_heeded(town: Town, following: Following) -> None:
    """Where a server will take no more before a time, or answers 429, nothing is asked until then."""
    town.left = 4

    async def scenario() -> None:
        async with following(town) as follower:
            town.say(-9, "before")
            while (await follower.clock.asked.get()).total_seconds() < 200:
                if follower.clock.next_deadline() is not None:
                    await follower.clock.advance(timedelta(seconds=6))
            assert "asks for a rest of" in follower.sentence
            asked = len(town.asked)
            town.left = 300
            town.odd["/copchat"] = deque([JSONResponse({"error": "Too many"}, 429, {"Retry-After": "30"})])
            await follower.clock.advance_to(START + timedelta(minutes=5))
            await follower.clock.pass_by(timedelta(seconds=30))
            await follower.rounds()
            assert len(town.asked) >= asked + 2
            assert follower.sentence.endswith("asking every 6 seconds.")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (JSONResponse({"error": "This method requires an authenticated user"}, 401), "lets nobody read this without"),
        (JSONResponse({"error": "no"}, 422), "Give a token of an account there: --mastodon-token SERVER=FILE."),
        (JSONResponse({"error": "no"}, 403), "Another server may: --mastodon SERVER."),
        (HTMLResponse("<h1>Dear diary</h1>"), "answers with something else than was asked"),
        (Response("[" * 100_000, media_type="application/json"), "answers with something else than was asked"),
        (Response('[{"id": "1', media_type="application/json"), "answers with something else than was asked"),
        (Response(" " * (5 << 20), media_type="application/json"), "answers without end"),
        (RedirectResponse("https://elsewhere.example/"), "sends us on to https://elsewhere.example/"),
        (PlainTextResponse("", 418), "refuses (HTTP 418)"),
    ],
)
def test_every_refusal_has_its_sentence(town: Town, following: Following, answer: Response, sentence: str) -> None:
    """Whatever a server answers instead of its timeline, the host is told what it is; then it is asked again."""

    async def scenario() -> None:
        town.odd["/copchat"] = deque([answer])
        async with following(town) as follower:
            while len(follower.conditions) < 2:
                await follower.clock.asked.get()
            said = follower.conditions[-1]
            assert sentence in said.sentence
            assert "Trying again in " in said.sentence
            assert not said.connected
            await follower.clock.advance(timedelta(minutes=5))
            await follower.rounds()
            assert follower.conditions[-1].connected

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_in_trouble_is_asked_again(town: Town, following: Following, status: int) -> None:
    """A server that fails is asked once more, and then again after longer and longer."""

    async def scenario() -> None:
        town.odd["/copchat"] = deque(HTMLResponse("<h1>oh</h1>", status) for _ in range(4))
        async with following(town) as follower:
            for wait in (1, 1, 1, 2):
                await follower.clock.pass_by(timedelta(seconds=wait))
            await follower.rounds()
            assert [one.attempts for one in follower.conditions] == [0, 1, 2, 0]
            assert f"is in trouble (HTTP {status}). Trying again in 2 seconds." in follower.conditions[2].sentence

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("instance", "sentence"),
    [
        ({"software": "diary"}, "is no server of Mastodon's kind"),
        ("diary", "answers with something else"),
        ({"domain": "a.example", "configuration": {"timelines_access": {"hashtag_feeds": {"local": "authenticated",
          "remote": "authenticated"}}}}, "lets nobody read this without logging in"),
        ({"domain": "a.example", "configuration": {"timelines_access": {"hashtag_feeds": {"local": "disabled",
          "remote": "disabled"}}}}, "shows nobody what is said under a hashtag"),
    ],
)  # fmt: skip
def test_what_a_server_says_of_itself_is_read(town: Town, following: Following, instance: Any, sentence: str) -> None:
    """A server of another kind, and one that keeps its timelines to itself, are known before they are asked."""

    async def scenario() -> None:
        town.instance = instance
        async with following(town) as follower:
            while len(follower.conditions) < 2:
                await follower.clock.asked.get()
            assert sentence in follower.sentence
            assert not any("timelines" in asked for asked in town.asked)

    asyncio.run(scenario())


def test_a_server_that_shows_a_part_is_said_to(town: Town, following: Following) -> None:
    """Where a server shows strangers only its own posts, it is followed, and the host is told."""

    async def scenario() -> None:
        feeds = {"local": "public", "remote": "authenticated"}
        town.instance["configuration"]["timelines_access"] = {"hashtag_feeds": feeds}
        async with following(town) as follower:
            await follower.rounds()
            assert follower.sentence.endswith(", asking every 6 seconds. It shows only posts of its own accounts.")
        async with following(town, token=Secret("s3cret-token")) as follower:
            await follower.clock.waits(timedelta(seconds=60))
            assert follower.sentence.endswith(", streaming.")

    asyncio.run(scenario())


def test_nobody_there_is_said_plainly(town: Town, following: Following) -> None:
    """Where no server is by that name, the host is told to check it."""

    async def scenario() -> None:
        async with following(town, place="127.0.0.1:9") as follower:
            await follower.clock.pass_by(timedelta(seconds=1))
            await follower.clock.asked.get()
            assert follower.sentence.startswith("127.0.0.1:9 cannot be reached. Check the name and the network. Trying")

    asyncio.run(scenario())


def test_bad_statuses_are_counted_and_cost_no_others(town: Town, following: Following) -> None:
    """A status with a bad time, without a name, or of the wrong shape is a fault; the rest of the page is told."""

    async def scenario() -> None:
        async with following(town) as follower:
            await follower.rounds()
            town.say(1, "good")
            town.say(2, "no time", created_at="soon")
            town.say(3, "no name", uri="javascript:alert(1)")
            town.say(4, "no author", account=None)
            town.say(5, "too long" * 20_000)
            town.say(6, "good too")
            await follower.rounds()
            batch = next(batch for batch in follower.drained() if batch.faults)
            assert [one.text for one in batch.notices] == ["good", "good too"]
            assert {fault.cause for fault in batch.faults} == {Cause.BAD_TIME, Cause.BAD_FIELD, Cause.OVERSIZED}
            assert all(fault.detail.startswith("127.0.0.1:") for fault in batch.faults)

    asyncio.run(scenario())


def test_a_stream_tells_at_once(town: Town, following: Following) -> None:
    """With a token the tag's stream is followed: new, edited and deleted statuses are told without waiting."""

    async def scenario() -> None:
        async with following(town, token=Secret("s3cret-token\n")) as follower:
            await follower.clock.waits(timedelta(seconds=60))
            said = town.say(1, "streamed")
            town.event("update", said)
            town.event("filters_changed", "undefined")
            town.event("status.update", said | {"content": "<p>mended</p>", "edited_at": "2026-10-22T01:00:02Z"})
            town.event("update", "{")
            town.event("delete", said["id"])
            town.event("delete", "123")
            told = await follower.heard(3)
            assert _ids(told) == [f"Post {said['uri']}", f"Edit {said['uri']}", f"Deletion {said['uri']}"]
            assert follower.sentence.endswith(", streaming.")
            assert set(town.tokens) == {"Bearer s3cret-token"}
            assert "s3cret" not in " ".join([*town.asked, *(one.sentence for one in follower.conditions)])
            assert "s3cret" not in repr(follower.source.__dict__)

    asyncio.run(scenario())


def test_a_stream_that_breaks_is_filled_in(town: Town, following: Following) -> None:
    """When the stream breaks, rounds follow at once and often, and when it is back they fill in what it missed."""

    async def scenario() -> None:
        async with following(town, token=Secret("s3cret-token")) as follower:
            await follower.clock.waits(timedelta(seconds=60))
            town.say(1, "said while it broke")
            town.events.put_nowait(None)
            assert [one.text for one in await follower.heard(1)] == ["said while it broke"]
            await follower.clock.waits(timedelta(seconds=6))
            assert follower.sentence.endswith(", asking every 6 seconds. Its stream is not there (it broke off).")
            await follower.clock.advance(timedelta(seconds=1))
            town.event("update", town.say(1, "streamed again"))
            assert [one.text for one in await follower.heard(1)] == ["streamed again"]
            await follower.clock.waits(timedelta(seconds=60))
            assert follower.sentence.endswith(", streaming.")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (JSONResponse({"error": "Invalid access token"}, 401), "it does not accept the token for it"),
        (HTMLResponse("<h1>hello</h1>"), "it answers with something else"),
        (PlainTextResponse("", 503), "it answered 503"),
        (Response(b"data: " + b"x" * (2 << 20), media_type="text/event-stream"), "it sent a line without end"),
        (Response(b"event: update\nda", media_type="text/event-stream"), "it broke off"),
    ],
)
def test_without_its_stream_it_is_asked(town: Town, following: Following, answer: Response, words: str) -> None:
    """Where there is no stream the rounds go on as they would without a token, and the host is told why."""

    async def scenario() -> None:
        town.odd["/streaming/hashtag"] = deque([answer] * 50)
        async with following(town, token=Secret("s3cret-token")) as follower:
            await follower.rounds()
            town.say(3, "asked for")
            assert [one.text for one in await follower.told(1)] == ["asked for"]
            assert any(f"Its stream is not there ({words})." in one.sentence for one in follower.conditions)
            assert follower.conditions[-1].connected

    asyncio.run(scenario())


def test_a_silent_stream_is_taken_for_dead(town: Town, following: Following) -> None:
    """A stream that says nothing for 45 seconds, not even that it is warm, is opened again."""

    async def scenario() -> None:
        async with following(town, token=Secret("s3cret-token")) as follower:
            await follower.clock.pass_by(timedelta(seconds=45))
            while sum("streaming/hashtag" in asked for asked in town.asked) < 2:
                await follower.clock.asked.get()
                await follower.clock.advance(timedelta(seconds=1))

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["", "a b", "https://", "ftp://a.example", "https://a.example/@me", "me:pw@a:x"])
def test_what_is_no_server_is_refused(name: str) -> None:
    """A name that cannot be a server's is refused before anything is asked, with what to give instead."""
    with pytest.raises(ValueError, match="named by its host"):
        Mastodon(name, Membership("copchat"), "copchat", WallClock())


@pytest.mark.slow
def test_a_flood_leaves_the_servers_limit_alone(town: Town, following: Following, counts: Any) -> None:
    """However much there is to look at, it never spends what a server allows in five minutes; what is new goes on."""

    async def scenario() -> None:
        async with following(town) as follower:
            for n in range(49):
                said = town.say(6 * n + 1, f"number {n}")
                town.boost(said, *(f"p{m}@far.example" for m in range(3)))
                town.reply(said, 6 * n + 2, "yes", "cy@far.example")
                await follower.rounds()
            assert 150 < len(town.asked) <= 260
            assert counts(town)["copchat"] >= 49
            assert follower.conditions[-1].connected

    asyncio.run(scenario())
