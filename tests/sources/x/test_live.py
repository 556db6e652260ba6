import asyncio
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.fault import Cause
from fairfloor.acts.notice import Deletion, Edit
from fairfloor.sources.secret import Secret
from fairfloor.sources.x.budget import Place, place
from fairfloor.sources.x.names import account
from fairfloor.sources.x.problems import Trouble
from fairfloor.sources.x.search import at, moment

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
Server = Any
Following = Any
TYPES = "https://api.x.com/2/problems/"


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_the_stream_tells_posts_and_reposts(server: Server, following: Following) -> None:
    """What X sends down the stream becomes acts at once; blank lines only keep the connection warm."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("Connected to X. 0 of 1,000 posts read.")
            server.line("")
            said = server.say(1, "#copchat what about that?")
            server.send(said)
            passed = [{"type": "retweeted", "id": said["id"]}]
            again = server.say(2, "RT", "12", referenced_tweets=passed)
            server.send(again)
            told = await follower.heard(2)
            assert isinstance(told[0], Post)
            assert (told[0].id, told[0].account, told[0].tags) == (said["id"], "11", ("copchat",))
            assert isinstance(told[1], Repost)
            assert told[1].subject == said["id"]
            assert place(follower.cursor) == Place(since=again["id"], read=2)
            assert server.wrote == [{"add": [{"value": "#copchat", "tag": "fairfloor"}]}]
            assert "expansions" not in server.asked[-1][2]
            assert "s3cret" not in str(server.asked) + repr(follower.source.__dict__) + str(follower.conditions)

    asyncio.run(scenario())


def test_names_are_asked_for_where_they_are_wanted(server: Server, following: Following) -> None:
    """Names of accounts cost as well: they are asked for only on request, and count once each."""

    async def scenario() -> None:
        async with following(server, handles=True) as follower:
            await follower.said("Connected")
            server.send(server.say(1, "#copchat"), includes={"users": [{"id": "11", "username": "al"}]})
            server.send(server.say(2, "#copchat"), includes={"users": [{"id": "11", "username": "al"}]})
            assert [one.handle for one in await follower.heard(2)] == ["al", "al"]
            assert server.asked[-1][2]["expansions"] == "author_id"
            assert place(follower.cursor).read == 3

    asyncio.run(scenario())


def test_our_old_rules_go_and_others_stay(server: Server, following: Following) -> None:
    """Rules left by an earlier evening would cost; rules of others are let be, said to be there, and not told."""
    server.rules = [
        {"id": "1", "value": "#lastweek", "tag": "fairfloor"},
        {"id": "2", "value": "cats", "tag": "somebody's"},
    ]

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("This app has 1 rule of others, whose posts count too.")
            assert [rule["value"] for rule in server.rules] == ["cats", "#copchat"]
            server.send(server.say(1, "a cat"), rule="2")
            assert place((await follower.batches.get()).cursor) == Place(since=at(START))
            batch = await follower.batches.get()
            assert (batch.notices, batch.skipped, place(batch.cursor).read) == ((), 1, 1)

    asyncio.run(scenario())


def test_a_rule_that_is_there_is_used(server: Server, following: Following) -> None:
    """Ours from before is used again; where somebody else has the same, X names it and that one is used."""

    async def scenario() -> None:
        for tag in ("fairfloor", "somebody's"):
            server.rules = [{"id": "7", "value": "#CopChat" if tag == "fairfloor" else "#copchat", "tag": tag}]
            async with following(server) as follower:
                await follower.said("Connected")
                server.send(server.say(1, "#copchat"), rule="7")
                assert len(await follower.heard(1)) == 1
                assert [rule["id"] for rule in server.rules] == ["7"]

    asyncio.run(scenario())


def test_the_budget_is_a_clear_stop(server: Server, following: Following) -> None:
    """When the budget is used up the rule is taken away, the host is told, and the source ends."""

    async def scenario() -> None:
        async with following(server, budget=3) as follower:
            await follower.said("Connected")
            for n in range(5):
                server.send(server.say(n, f"#copchat {n}"))
            told = await follower.end()
            assert [one.text for one in told] == [f"#copchat {n}" for n in range(3)]
            assert follower.conditions[-1].sentence == (
                "The budget for X is used up (3 of 3 posts read), so nothing more is read there. "
                "Start again with a larger --budget to go on."
            )
            assert server.rules == []
            assert place(follower.cursor).read == 3

    asyncio.run(scenario())


def test_the_count_goes_on_after_a_restart(server: Server, following: Following) -> None:
    """What was read is kept in the cursor: a budget used up stays used up, and nothing is asked of X."""

    async def scenario() -> None:
        used = Place(since="1", read=500).cursor
        async with following(server, used, budget=500) as follower:
            assert await follower.end() == []
            assert server.asked == []
        async with following(server, used, budget=1000) as follower:
            await follower.said("Connected to X. 500 of 1,000 posts read.")

    asyncio.run(scenario())


def test_the_running_count_is_told(server: Server, following: Following) -> None:
    """The count that is told moves on by tenths of the budget."""

    async def scenario() -> None:
        async with following(server, budget=20) as follower:
            await follower.said("Connected")
            for n in range(7):
                server.send(server.say(n, "#copchat"))
            await follower.heard(7)
            counts = [one.sentence for one in follower.conditions[1:7]]
            assert counts == [
                f"Connected to X. {words} posts read."
                for words in ("1 of 20", "2 of 20", "more than 2 of 20", "4 of 20", "more than 4 of 20", "6 of 20")
            ]

    asyncio.run(scenario())


def test_what_was_missed_is_asked_for(server: Server, following: Following) -> None:
    """After a break the stream goes on at once, and recent search fills in what was said meanwhile, in order."""

    async def scenario() -> None:
        async with following(server, silence=_seconds(60)) as follower:
            await follower.said("Connected")
            server.send(server.say(0, "#copchat first"))
            await follower.heard(1)
            server.lines.put_nowait(None)
            await follower.said("X cannot be reached, or the connection broke off. Trying again.")
            missed = [server.say(0.001 * n, f"#copchat missed {n}") for n in range(1, 131)]
            await follower.said("Connected to X. 1 of 1,000", times=2)
            server.send(server.say(4, "#copchat live"))
            assert [one.text for one in await follower.heard(1)] == ["#copchat live"]
            assert place(follower.cursor).since == server.posts[0]["id"]
            await follower.clock.advance(_seconds(35))
            assert [one.text for one in await follower.heard(130)] == [post["text"] for post in missed]
            await follower.batches.get()
            assert place(follower.cursor) == Place(since=server.posts[-1]["id"], read=132)
            assert server.count("/recent") == 2

    asyncio.run(scenario())


def test_after_a_restart_it_goes_on_where_it_was(server: Server, following: Following) -> None:
    """What was said while it was down is asked for; no older than X's search goes back."""

    async def scenario() -> None:
        server.say(-5, "#copchat before")
        old = Place(since="20", read=1).cursor
        async with following(server, old, silence=_seconds(60)) as follower:
            await follower.clock.pass_by(_seconds(35))
            assert [one.text for one in await follower.heard(1)] == ["#copchat before"]
            since = int(server.asked[-1][2]["since_id"])
            assert START - moment(str(since)) < timedelta(days=7)

    asyncio.run(scenario())


def test_a_search_never_costs_more_than_is_left(server: Server, following: Following) -> None:
    """Of what was missed only as much is asked for as the budget allows; below ten X gives nothing."""

    async def scenario() -> None:
        for n in range(50):
            server.say(-50 + n, f"#copchat {n}")
        async with following(
            server, Place(since=str(int(server.posts[0]["id"]) - 1)).cursor, budget=15, silence=_seconds(60)
        ) as follower:
            await follower.clock.pass_by(_seconds(35))
            assert len(await follower.end()) == 15
            assert [asked["max_results"] for _, path, asked in server.asked if path.endswith("/recent")] == ["15"]
            assert place(follower.cursor).read == 15

    asyncio.run(scenario())


def test_an_edit_keeps_the_name_of_the_first_version(server: Server, following: Following) -> None:
    """A new version of a post is an edit of it, and what names a later version names the first."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("Connected")
            first = server.say(1, "#copchat 1st")
            second = server.say(2, "#copchat first", edit_history_tweet_ids=[first["id"], "99"])
            reply = server.say(3, "#copchat yes", "12", referenced_tweets=[{"type": "replied_to", "id": second["id"]}])
            second["edit_history_tweet_ids"][1] = second["id"]
            for post in (first, second, reply):
                server.send(post)
            told = await follower.heard(3)
            assert isinstance(told[1], Edit)
            assert (told[1].post.id, told[1].post.text) == (first["id"], "#copchat first")
            assert told[2].reply_to == first["id"]

    asyncio.run(scenario())


def test_an_edit_that_brings_the_tag_is_a_post(server: Server, following: Following) -> None:
    """A post that got the tag only by an edit is told as the post it is."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("Connected")
            server.send(server.say(2, "#copchat now", edit_history_tweet_ids=["5", "6"]))
            told = await follower.heard(1)
            assert (type(told[0]), told[0].id) == (Post, "5")

    asyncio.run(scenario())


def test_what_nobody_may_see_is_taken_away(server: Server, following: Following) -> None:
    """A post that X says is gone or private, or that comes back withheld everywhere, goes from here too."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("Connected")
            posts = [server.say(n, f"#copchat {n}") for n in range(4)]
            for post in posts:
                server.send(post)
            await follower.heard(4)
            gone = {"resource_type": "tweet", "type": f"{TYPES}resource-not-found", "resource_id": posts[0]["id"]}
            private = gone | {"type": f"{TYPES}not-authorized-for-resource", "resource_id": posts[1]["id"]}
            unknown = gone | {"resource_id": "123"}
            server.send(server.say(5, "#copchat 5"), errors=[gone, private, unknown, 7, {"type": 3}])
            server.send(posts[2] | {"withheld": {"copyright": False, "country_codes": ["XX"]}})
            server.send(posts[3] | {"withheld": {"country_codes": ["DE"]}})
            told = await follower.heard(4)
            assert [one.id for one in told if isinstance(one, Deletion)] == [post["id"] for post in posts[:3]]

    asyncio.run(scenario())


def test_bad_messages_are_counted_and_cost_no_others(server: Server, following: Following) -> None:
    """A line that is not JSON, or a post of another shape, is a fault; what follows is told."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.said("Connected")
            server.line("<html>")
            server.line("[" * 100_000)
            server.line(json.dumps({"data": {"id": "1"}}))
            server.send(server.say(1, "#copchat", created_at="soon"))
            server.send(server.say(2, "#copchat good"))
            faults: list[Cause] = []
            while not (batch := await follower.batches.get()).notices:
                faults += [fault.cause for fault in batch.faults]
            assert faults == [Cause.NOT_JSON, Cause.BAD_FIELD, Cause.MISSING_FIELD, Cause.BAD_TIME]

    asyncio.run(scenario())


def _refusal(status: int, name: str = "", title: str = "", **more: Any) -> Response:
    return JSONResponse({"type": f"{TYPES}{name}" if name else "about:blank", "title": title, **more}, status)


LIMITED = {"x-rate-limit-reset": str(int(START.timestamp()) + 600), "x-rate-limit-remaining": "0"}


@pytest.mark.parametrize(
    ("at", "answer", "sentence", "wait"),
    [
        ("/stream", _refusal(401, "", "Unauthorized"), "does not accept the bearer token", 900),
        ("/stream", _refusal(402, "", "CreditsDepleted"), "credits for X are used up", 900),
        ("/stream", _refusal(429, "usage-capped", "UsageCapExceeded"), "cap on what this app may read is reached", 900),
        ("/stream", _refusal(429, "streaming-connection", connection_issue="TooManyConnections"),
         "something else is connected with this token", 60),
        ("/stream", JSONResponse({}, 429, LIMITED), "gets too many requests with this token", 600),
        ("/stream", JSONResponse({}, 429), "gets too many requests with this token", 60),
        ("/stream", _refusal(503), "X is in trouble", 5),
        ("/stream", HTMLResponse("<h1>502</h1>", 502), "X is in trouble", 5),
        ("/stream", _refusal(409), "X has no rule for this app; it is set again", 0),
        ("/stream", _refusal(400, "invalid-request"), "does not understand what is asked", 900),
        ("/stream", RedirectResponse("https://elsewhere.example"), "is not X's interface", 5),
        ("GET /2/tweets/search/stream/rules", HTMLResponse("<h1>hello</h1>"), "is not X's interface", 5),
        ("GET /2/tweets/search/stream/rules", Response(b"[" * (9 << 20)), "sent more in one go than can be taken", 5),
        ("POST /2/tweets/search/stream/rules", _refusal(400, "invalid-rules"), "does not take this hashtag", 900),
        ("POST /2/tweets/search/stream/rules", JSONResponse({"errors": [{"type": f"{TYPES}rule-cap"}]}),
         "as many stream rules as X allows", 900),
        ("/stream", Response(b'{"errors":[{"title":"operational-disconnect","type":"%soperational-disconnect",'
                             b'"disconnect_type":"UpstreamOperationalDisconnect"}]}\r\n' % TYPES.encode()),
         "closed the connection for reasons of its own", 0),
        ("/stream", Response(b'{"data": {"id'), "the connection broke off", 0),
        ("/stream", Response(b" " * (2 << 20)), "sent more in one go", 5),
    ],
)  # fmt: skip
def test_every_failure_has_its_sentence(
    server: Server, following: Following, at: str, answer: Response, sentence: str, wait: int
) -> None:
    """Whatever goes wrong the host is told what it is and what to do; then it is tried again, and goes on."""

    async def scenario() -> None:
        server.odd[at] = deque([answer])
        async with following(server) as follower:
            said = await follower.said("Trying again")
            assert sentence in said.sentence
            assert not said.connected
            assert "own words" not in said.sentence
            if wait:
                await follower.clock.advance(_seconds(wait - 1))
                assert not follower.conditions[-1].connected
                await follower.clock.advance(_seconds(1))
            await follower.said("Connected")

    asyncio.run(scenario())


def test_failures_in_a_row_wait_longer(server: Server, following: Following) -> None:
    """Each failure doubles the wait, as X asks its guests to do."""

    async def scenario() -> None:
        server.odd["/stream"] = deque(_refusal(503) for _ in range(4))
        async with following(server) as follower:
            for wait in (5, 10, 20, 40):
                await follower.clock.pass_by(_seconds(wait))
            await follower.said("Connected")
            assert [one.attempts for one in follower.conditions] == [1, 2, 3, 4, 0]

    asyncio.run(scenario())


def test_a_silent_stream_is_taken_for_dead(server: Server, following: Following) -> None:
    """Where not even blank lines come any more, the stream is opened again."""

    async def scenario() -> None:
        async with following(server) as follower:
            await follower.clock.pass_by(_seconds(25))
            await follower.said("X said nothing for too long. Trying again.")

    asyncio.run(scenario())


def test_nobody_there_is_said_plainly(server: Server, following: Following) -> None:
    """Without a network the host is told so, and it is tried again a little later each time."""

    async def scenario() -> None:
        async with following(server, url="http://127.0.0.1:9") as follower:
            await follower.clock.pass_by(_seconds(0))
            await follower.clock.pass_by(_seconds(0.25))
            await follower.clock.pass_by(_seconds(0.5))
            assert "X cannot be reached" in follower.conditions[-1].sentence

    asyncio.run(scenario())


def test_an_app_without_the_stream_goes_by_search(server: Server, following: Following) -> None:
    """Where the stream is not for this app, recent search is asked twice a minute, and the host is told."""

    async def scenario() -> None:
        server.odd["GET /2/tweets/search/stream/rules"] = deque([_refusal(403, "client-forbidden")])
        async with following(server, budget=25) as follower:
            await follower.said("no access to the stream, so it goes by recent search")
            for n in range(15):
                server.say(1 + n, f"#copchat {n}")
            await follower.clock.advance(_seconds(30))
            assert [one.text for one in await follower.heard(15)] == [f"#copchat {n}" for n in range(15)]
            server.say(31, "#copchat more")
            await follower.clock.pass_by(_seconds(30))
            assert [one.text for one in await follower.end()] == ["#copchat more"]
            assert place(follower.cursor).read == 16
            assert "used up (16 of 25 posts read)" in follower.conditions[-1].sentence

    asyncio.run(scenario())


def test_a_token_of_somebody_else_is_refused(server: Server, following: Following) -> None:
    """A token that X does not know is said to be so, without the token."""

    async def scenario() -> None:
        async with following(server, token=Secret("wr0ng")) as follower:
            said = await follower.said("does not accept the bearer token")
            assert "wr0ng" not in said.sentence

    asyncio.run(scenario())


def test_a_hosts_name_is_asked_for(server: Server, serving: Any) -> None:
    """A name means the account that X says; a number is itself, and what is no name means nobody, unasked."""

    async def scenario() -> None:
        token = Secret("s3cret-token")
        async with serving(server.app) as here:
            home = f"http://{here}"
            assert await account("@thehost", token, home) == "2244994945"
            assert await account("nobody", token, home) is None
            assert server.count("/username/thehost") == 1
            asked = len(server.asked)
            assert await account("2244994945", token, home) == "2244994945"
            assert await account("host@chat.example", token, home) is None
            assert await account("../../rules", token, home) is None
            assert len(server.asked) == asked
            with pytest.raises(Trouble, match="does not accept the bearer token"):
                await account("thehost", Secret("wr0ng"), home)

    asyncio.run(scenario())


@pytest.mark.parametrize("cursor", ["", "7", "{}x", '{"since": "x"}', '{"read": -1}', '{"read": 1e99}', '{"since": 7}'])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    """What is not a cursor of X's is refused, rather than reading from anywhere."""
    with pytest.raises(ValueError, match="not one of X's"):
        place(cursor)
