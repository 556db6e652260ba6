import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Live, Options
from fairfloor.sources.clocks import WallClock
from fairfloor.sources.membership import Membership
from fairfloor.testing.pds.account import POST, Account, Bench, Ref
from fairfloor.testing.pds.running import started

_DEADLINE = 60
"""Real seconds after which a test that waits for the server is taken to wait for nothing."""


class Heard:
    """What a source told, and how to wait for more."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.faults: list[Fault] = []
        self.cursor: str | None = None
        self.sentences: list[str] = []
        self.connected = asyncio.Event()
        self._more = asyncio.Event()

    def note(self, condition: Condition) -> None:
        """Note how it stands with the connection."""
        self.sentences.append(condition.sentence)
        if condition.connected:
            self.connected.set()

    def take(self, batch: Batch) -> None:
        """Note one batch."""
        self.notices += batch.notices
        self.faults += batch.faults
        self.cursor = batch.cursor or self.cursor
        self._more.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until there is enough."""
        while not enough():
            self._more.clear()
            await self._more.wait()


@asynccontextmanager
async def hearing(pds: Bench, membership: Membership, cursor: str | None = None) -> AsyncIterator[Heard]:
    """Listen to a PDS from a cursor (None: from now on) until the block ends."""
    heard = Heard()
    source = Live(membership, WallClock(), Options(url=pds.running.stream()), tell=heard.note)

    async def listen() -> None:
        async for batch in source.batches(cursor):
            heard.take(batch)

    async with asyncio.timeout(_DEADLINE):
        task = asyncio.create_task(listen())
        try:
            await heard.connected.wait()
            yield heard
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _evening(ann: Account, lee: Account, kim: Account) -> dict[str, Ref]:
    """Have people say and do things under a tag."""
    done = {"asked": ann.post("Q1: What first? #CopChat", "CopChat")}
    lee.post("nothing to do with it #other", "other")
    done["answer"] = lee.reply("A1 listen", done["asked"])
    done["deeper"] = kim.reply("how?", done["answer"], done["asked"])
    done["quote"] = kim.quote("this #copchat", done["answer"], "copchat")
    kim.quote("look at them", done["answer"])
    done["passed on"] = kim.repost(done["answer"])
    done["liked"] = ann.like(done["deeper"])
    done["own tags"] = lee.post("no sign in the text", tags=["ＣＯＰＣＨＡＴ"])  # noqa: RUF001 - a look-alike
    return done


def test_an_evening_is_read_act_by_act(pds: Bench) -> None:
    """Posts, replies without the tag, quotes, reposts and likes come from a real server as they were made."""
    ann, lee, kim = pds.account(), pds.account(), pds.account()

    async def scenario() -> None:
        async with hearing(pds, Membership("copchat")) as heard:
            done = await asyncio.to_thread(_evening, ann, lee, kim)
            await heard.until(lambda: len(heard.notices) >= len(done))
            assert [_id(notice) for notice in heard.notices] == [ref.uri for ref in done.values()]
            told = dict(zip(done, heard.notices, strict=True))
            asked, answer, deeper, quote = (told[name] for name in ("asked", "answer", "deeper", "quote"))
            assert isinstance(asked, Post)
            assert (asked.account, asked.text, asked.tags) == (ann.did, "Q1: What first? #CopChat", ("CopChat",))
            assert isinstance(answer, Post)
            assert (answer.reply_to, answer.root, answer.tags) == (done["asked"].uri, done["asked"].uri, ())
            assert isinstance(deeper, Post)
            assert (deeper.reply_to, deeper.root) == (done["answer"].uri, done["asked"].uri)
            assert isinstance(quote, Post)
            assert quote.quote_of == done["answer"].uri
            repost, like = told["passed on"], told["liked"]
            assert isinstance(repost, Repost)
            assert (repost.account, repost.subject, repost.subject_account) == (kim.did, done["answer"].uri, lee.did)
            assert isinstance(like, Like)
            assert (like.account, like.subject) == (ann.did, done["deeper"].uri)
            assert asked.seen is not None
            assert abs((asked.seen - asked.at).total_seconds()) < _DEADLINE
            assert heard.faults == []

    asyncio.run(scenario())


def test_what_becomes_of_acts_is_told(pds: Bench) -> None:
    """Edits, deletions, new handles, closed and reopened accounts and take-downs come as they happen."""
    ann, lee, kim = pds.account(), pds.account(), pds.account()

    def happen() -> list[Ref]:
        asked = ann.post("Q1 #copchat", "copchat")
        answer = lee.reply("A1", asked)
        liked = kim.like(answer)
        lee.put(POST, answer.rkey, {"text": "A1, better", "reply": {"parent": asked.json(), "root": asked.json()}})
        kim.delete(liked)
        lee.delete(answer)
        kim.rename("kim-elsewhere.test")
        kim.deactivate()
        kim.activate()
        again = kim.post("back #copchat", "copchat")
        pds.take_down(ann.did)
        return [asked, answer, liked, again]

    async def scenario() -> None:
        async with hearing(pds, Membership("copchat")) as heard:
            asked, answer, liked, again = await asyncio.to_thread(happen)
            await heard.until(
                lambda: any(isinstance(one, Departure) and one.account == ann.did for one in heard.notices)
            )
            kinds = [type(notice) for notice in heard.notices if not isinstance(notice, Rename)]
            assert kinds == [Post, Post, Like, Edit, Deletion, Deletion, Departure, Post, Departure]
            ids = [_id(notice) for notice in heard.notices if not isinstance(notice, Rename)]
            assert ids == [
                asked.uri,
                answer.uri,
                liked.uri,
                answer.uri,
                liked.uri,
                answer.uri,
                kim.did,
                again.uri,
                ann.did,
            ]
            names = [(one.account, one.handle) for one in heard.notices if isinstance(one, Rename)]
            assert (kim.did, "kim-elsewhere.test") in names
            assert heard.faults == []

    asyncio.run(scenario())


def test_a_restart_loses_nothing_and_repeats_nothing(pds: Bench) -> None:
    """Stopped anywhere and started from the stored cursor, it tells each act once, those made meanwhile too."""
    ann = pds.account()
    membership = Membership("copchat")

    async def scenario() -> None:
        texts: list[str] = []
        cursor: str | None = None
        async with hearing(pds, membership) as heard:
            await asyncio.to_thread(_say, ann, range(10))
            await heard.until(lambda: len(heard.notices) >= 10)
            texts, cursor = _texts(heard), heard.cursor
        for run in range(1, 4):
            _say(ann, range(10 * run, 10 * run + 5))
            async with hearing(pds, membership, cursor) as heard:
                await asyncio.to_thread(_say, ann, range(10 * run + 5, 10 * run + 10))
                await heard.until(lambda: len(heard.notices) >= 10)
                texts += _texts(heard)
                cursor = heard.cursor
                assert heard.faults == []
        assert texts == [f"{number} #copchat" for number in range(40)]

    asyncio.run(scenario())


def test_a_killed_server_is_come_back_to(pds: Bench) -> None:
    """Where the server is killed while people speak, it is come back to, and each act is told once."""
    del pds  # where it cannot run, this is skipped too

    async def scenario(bench: Bench) -> None:
        ann = bench.account()
        async with hearing(bench, Membership("copchat")) as heard:
            await asyncio.to_thread(_say, ann, range(10))
            await heard.until(lambda: bool(heard.notices))  # without a number "from now on" is all there is
            await asyncio.to_thread(bench.running.kill)
            await asyncio.to_thread(bench.running.again)
            await asyncio.to_thread(_say, ann, range(10, 20))
            await heard.until(lambda: len(heard.notices) >= 20)
            assert _texts(heard) == [f"{number} #copchat" for number in range(20)]
            assert heard.faults == []
            assert any("Trying again" in sentence for sentence in heard.sentences)

    with started() as running, Bench(running) as bench:
        asyncio.run(scenario(bench))


def test_many_writes_in_one_commit_are_told_in_order(pds: Bench) -> None:
    """A commit of many records tells just those of the chat."""
    ann = pds.account()

    async def scenario() -> None:
        async with hearing(pds, Membership("copchat")) as heard:
            records = [
                (POST, {"text": str(number), "tags": ["copchat" if number % 3 else "x"]}) for number in range(30)
            ]
            made = await asyncio.to_thread(ann.batch, records)
            await heard.until(lambda: len(heard.notices) >= 20)
            assert sorted(map(_id, heard.notices)) == sorted(ref.uri for n, ref in enumerate(made) if n % 3)

    asyncio.run(scenario())


def test_a_place_the_server_never_had_is_a_gap(pds: Bench) -> None:
    """A cursor from a server that has since begun anew is given up, counted as a gap, and the evening goes on."""
    ann = pds.account()

    async def scenario() -> None:
        place = pds.running.stream().split("/")[2]
        async with hearing(pds, Membership("copchat"), f"999999999@1700000000000000@{place}") as heard:
            while not heard.notices:
                await asyncio.to_thread(ann.post, "hello #copchat", "copchat")
            assert any("begun to count its events anew" in sentence for sentence in heard.sentences)
            assert [fault.cause for fault in heard.faults] == [Cause.GAP]

    asyncio.run(scenario())


def _id(notice: Notice) -> str:
    if isinstance(notice, Edit):
        return notice.post.id
    return notice.account if isinstance(notice, (Departure, Rename)) else notice.id


def _say(account: Account, numbers: Sequence[int]) -> None:
    for number in numbers:
        account.post(f"{number} #copchat", "copchat")


def _texts(heard: Heard) -> list[str]:
    return [notice.text for notice in heard.notices if isinstance(notice, Post)]
