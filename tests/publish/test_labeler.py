import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import libipld
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fairfloor.publish.atproto.app import create_app
from fairfloor.publish.atproto.cbor import encode
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.labeler import Labeler
from fairfloor.publish.atproto.labels import fields
from fairfloor.publish.atproto.log import LabelLog

from .stage import HOSTNAME, LABELER, START, Asked, person, serving, turns

QUERY, STREAM = "com.atproto.label.queryLabels", "com.atproto.label.subscribeLabels"
POSTS = [f"at://{person(n)}/app.bsky.feed.post/3k{n}" for n in range(300)]
Json = dict[str, Any]


class Stage(NamedTuple):
    """A labeler that is served."""

    asked: Asked
    log: LabelLog
    labeler: Labeler

    def label(self, *seqs: int, uri: str = "") -> None:
        """Label posts, under these numbers."""
        for seq in seqs:
            self.log.say(seq, uri or POSTS[seq], "copy", START)

    @asynccontextmanager
    async def reading(self, cursor: object = None, **options: Any) -> AsyncIterator[ClientConnection]:
        """Subscribe."""
        question = "" if cursor is None else f"?cursor={cursor}"
        url = f"ws{self.asked.address.removeprefix('http')}/xrpc/{STREAM}{question}"
        async with connect(url, proxy=None, **options) as connection:
            yield connection


async def frame(connection: ClientConnection) -> tuple[Json, Json]:
    """Read a frame: two CBOR objects and no more."""
    said = await connection.recv()
    assert isinstance(said, bytes)
    header, body = libipld.decode_dag_cbor_multi(said)
    assert said == encode(header) + encode(body)
    return header, body


async def seqs(connection: ClientConnection, number: int) -> list[int]:
    """Read so many labels; gives their numbers."""
    found = []
    for _ in range(number):
        header, body = await frame(connection)
        assert header == {"op": 1, "t": "#labels"}
        found.append(body["seq"])
    return found


async def ended(connection: ClientConnection) -> tuple[str, int]:
    """Read the error that a stream ends with; gives its name, and the code that the connection closes with."""
    header, body = await frame(connection)
    assert header == {"op": -1}
    assert set(body) == {"error", "message"}
    with pytest.raises(ConnectionClosed) as closed:
        await connection.recv()
    assert closed.value.rcvd is not None
    return body["error"], closed.value.rcvd.code


def play(
    key: SigningKey, playing: Callable[[Stage], Coroutine[Any, Any, None]], window: int = 1_000, **options: Any
) -> None:
    """Serve a labeler, and do something with it."""

    async def served() -> None:
        log = LabelLog(LABELER, key, window)
        log.ready = True
        labeler = Labeler(log, **options)
        async with serving(create_app(HOSTNAME, None, labeler, label_key=key.multikey)) as asked:
            await playing(Stage(asked, log, labeler))

    asyncio.run(served())


def test_labels_are_queried_by_name_and_by_beginning(key: SigningKey) -> None:
    """A query gives the labels on posts named, or whose names begin so, in order, page by page."""

    async def playing(stage: Stage) -> None:
        stage.label(1, 2, 3, 11, 12)
        one = await stage.asked.query(QUERY, uriPatterns=[POSTS[2], POSTS[99]])
        assert [label["uri"] for label in one["labels"]] == [POSTS[2]]
        assert "cursor" not in one
        first = await stage.asked.query(QUERY, uriPatterns=["at://did:plc:person*", POSTS[1]], limit=3)
        assert [label["uri"] for label in first["labels"]] == POSTS[1:4]
        rest = await stage.asked.query(QUERY, uriPatterns="*", cursor=first["cursor"])
        assert [label["uri"] for label in rest["labels"]] == POSTS[11:13]
        for sources, number in (([LABELER], 5), ([person(1), LABELER], 5), ([person(1)], 0)):
            found = await stage.asked.query(QUERY, uriPatterns="*", sources=sources)
            assert len(found["labels"]) == number

    play(key, playing)


def test_a_label_in_json_is_signed_as_the_one_in_the_stream(key: SigningKey) -> None:
    """A query and the stream give the same label: version 1, the fields signed, and the same signature."""

    async def playing(stage: Stage) -> None:
        async with stage.reading() as connection:
            stage.label(7)
            _, body = await frame(connection)
            (streamed,) = body["labels"]
            (told,) = (await stage.asked.query(QUERY, uriPatterns=POSTS[7]))["labels"]
            sig = told.pop("sig")["$bytes"]
            assert b64decode(sig + "==") == streamed.pop("sig") == key.sign(libipld.encode_dag_cbor(told))
            assert told == streamed == fields(stage.log.after(0, 1)[0].label)
            assert told["ver"] == 1

    play(key, playing)


def test_what_cannot_be_queried_is_said(key: SigningKey) -> None:
    """Wrong parameters are refused in the form of XRPC."""

    async def playing(stage: Stage) -> None:
        wrong: list[Json] = [
            {},
            {"uriPatterns": "at://*/app.bsky.feed.post/*"},
            {"uriPatterns": "**"},
            {"uriPatterns": [f"at://{n}*" for n in range(101)]},
            {"uriPatterns": "*", "sources": "somebody"},
            {"uriPatterns": "*", "limit": 0},
            {"uriPatterns": "*", "limit": 251},
            {"uriPatterns": "*", "cursor": "x"},
            {"uriPatterns": "*", "cursor": -1},
        ]
        for given in wrong:
            assert await stage.asked.refused(QUERY, **given) == (400, "InvalidRequest"), given

    play(key, playing)


def test_a_subscriber_hears_what_comes(key: SigningKey) -> None:
    """Without a cursor the stream begins now; with one, after it; with zero, at the beginning."""

    async def playing(stage: Stage) -> None:
        stage.label(*range(1, 121))
        async with stage.reading() as now, stage.reading(100) as later, stage.reading(0) as all_:
            assert await seqs(later, 20) == list(range(101, 121))
            await turns(lambda: stage.labeler.subscribers == 3)
            await (await now.ping())
            stage.label(130, 140)
            assert await seqs(now, 2) == [130, 140]
            assert await seqs(later, 2) == [130, 140]
            assert await seqs(all_, 122) == [*range(1, 121), 130, 140]
        await turns(lambda: stage.labeler.subscribers == 0)

    play(key, playing)


def test_going_on_from_a_cursor_misses_nothing(key: SigningKey) -> None:
    """A subscriber who comes back with the number of the last label hears all that came meanwhile, once."""

    async def playing(stage: Stage) -> None:
        heard: list[int] = []
        for number in range(1, 40):
            stage.label(number)
            async with stage.reading(heard[-1] if heard else 0) as connection:
                if number % 3 == 0:
                    heard += await seqs(connection, number - len(heard))
        async with stage.reading(heard[-1]) as connection:
            heard += await seqs(connection, 39 - len(heard))
        assert heard == list(range(1, 40))

    play(key, playing)


def test_a_label_taken_back_is_not_told_to_who_comes_later(key: SigningKey) -> None:
    """The stream has the negation only, and so has a query."""

    async def playing(stage: Stage) -> None:
        stage.label(1, 2)
        stage.log.say(4, POSTS[1], "copy", START, neg=True)
        async with stage.reading(0) as connection:
            assert await seqs(connection, 1) == [2]
            _, body = await frame(connection)
        (negation,) = body["labels"]
        assert (negation["uri"], negation["neg"]) == (POSTS[1], True)
        found = (await stage.asked.query(QUERY, uriPatterns=POSTS[1]))["labels"]
        assert [label["neg"] for label in found] == [True]

    play(key, playing)


def test_cursors_from_the_future_and_no_cursors_end_the_stream(key: SigningKey) -> None:
    """A cursor beyond the last label, and one that is no number, get an error frame, and the stream ends."""

    async def playing(stage: Stage) -> None:
        stage.label(5)
        for cursor, name in ((6, "FutureCursor"), ("x", "InvalidRequest"), (-1, "InvalidRequest")):
            async with stage.reading(cursor) as connection:
                assert await ended(connection) == (name, 1008)
        async with stage.reading(5) as connection:
            stage.label(6)
            assert await seqs(connection, 1) == [6]

    play(key, playing)


def test_an_outdated_cursor_is_told(key: SigningKey) -> None:
    """Where labels fell out of the window, who asks for them is told so, and hears all that is left."""

    async def playing(stage: Stage) -> None:
        stage.label(*range(1, 21))
        async with stage.reading(3) as outdated, stage.reading(0) as whole, stage.reading(10) as inside:
            header, body = await frame(outdated)
            assert (header, body["name"]) == ({"op": 1, "t": "#info"}, "OutdatedCursor")
            assert await seqs(outdated, 10) == list(range(11, 21))
            assert await seqs(whole, 10) == list(range(11, 21))
            assert await seqs(inside, 10) == list(range(11, 21))

    play(key, playing, window=10)


def test_a_subscriber_too_slow_for_the_window_is_dropped(key: SigningKey) -> None:
    """Who does not read while labels pass through the window is told that it was too slow, when it reads again."""

    async def playing(stage: Stage) -> None:
        async with stage.reading(max_queue=1, compression=None) as slow:
            await turns(lambda: stage.labeler.subscribers == 1)
            await (await slow.ping())
            number = 0
            while number < 4_000:
                number += 1
                stage.label(number, uri=f"at://{person(number)}/app.bsky.feed.post/{'3' * 8_000}")
                await asyncio.sleep(0)
            heard = 0
            while True:
                header, body = await frame(slow)
                if header["op"] == -1:
                    break
                assert body["seq"] == heard + 1
                heard = body["seq"]
            assert body["error"] == "ConsumerTooSlow"
            assert heard < number
        await turns(lambda: stage.labeler.subscribers == 0)

    play(key, playing, window=100)


def test_a_subscriber_who_takes_nothing_is_let_go(key: SigningKey) -> None:
    """Who takes no frame for too long costs no place any more."""

    async def playing(stage: Stage) -> None:
        async with stage.reading(max_queue=1, compression=None, close_timeout=0.1) as stuck:
            await turns(lambda: stage.labeler.subscribers == 1)
            await (await stuck.ping())
            for number in range(1, 2_001):
                stage.label(number, uri=f"at://{person(number)}/app.bsky.feed.post/{'3' * 8_000}")
            await turns(lambda: stage.labeler.subscribers == 0)

    play(key, playing, window=10_000, stalled=0.2)


def test_there_is_room_for_so_many_subscribers(key: SigningKey) -> None:
    """One too many is refused before there is a stream, and let in when another has gone."""

    async def playing(stage: Stage) -> None:
        async with stage.reading() as one:
            await (await one.ping())
            with pytest.raises(InvalidStatus) as refused:
                await stage.reading().__aenter__()
            assert refused.value.response.status_code == 429
            assert refused.value.response.headers["retry-after"] == "60"
            assert b"RateLimitExceeded" in (refused.value.response.body or b"")
        await turns(lambda: stage.labeler.subscribers == 0)
        async with stage.reading(0) as other:
            stage.label(1)
            assert await seqs(other, 1) == [1]

    play(key, playing, subscribers=1)


def test_nobody_is_told_anything_before_all_labels_are_in(key: SigningKey) -> None:
    """While the log is made anew a query and a stream are put off: half of it would be taken for the whole."""

    async def playing(stage: Stage) -> None:
        stage.log.ready = False
        assert await stage.asked.refused(QUERY, uriPatterns="*") == (503, "NotEnoughResources")
        with pytest.raises(InvalidStatus) as refused:
            await stage.reading(0).__aenter__()
        assert refused.value.response.status_code == 503

    play(key, playing)


def test_what_a_subscriber_says_is_ignored(key: SigningKey) -> None:
    """A client that talks on the stream hears labels as any other."""

    async def playing(stage: Stage) -> None:
        async with stage.reading() as connection:
            for said in ("hello", b"\xff" * 1_000):
                await connection.send(said)
            await (await connection.ping())
            stage.label(1)
            assert await seqs(connection, 1) == [1]

    play(key, playing)


def test_a_stream_asked_for_without_a_websocket_says_what_it_is(key: SigningKey) -> None:
    """Plain HTTP gets 426; the DID document names the key and the labeler."""

    async def playing(stage: Stage) -> None:
        assert await stage.asked.refused(STREAM) == (426, "UpgradeRequired")
        document = (await stage.asked.get("/.well-known/did.json")).json()
        assert document["verificationMethod"] == [
            {
                "id": "did:web:fair.example.org#atproto_label",
                "type": "Multikey",
                "controller": "did:web:fair.example.org",
                "publicKeyMultibase": key.multikey,
            }
        ]
        assert document["service"] == [
            {"id": "#atproto_labeler", "type": "AtprotoLabeler", "serviceEndpoint": "https://fair.example.org"}
        ]

    play(key, playing)
