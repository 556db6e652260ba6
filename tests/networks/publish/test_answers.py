import asyncio
from typing import Any

import libipld
from cryptography.hazmat.primitives.asymmetric import ec

from fairfloor.acts.act import Act
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.outlet import Outlet
from fairfloor.publish.profile import FEED as GENERATOR
from fairfloor.publish.profile import LABELER as SERVICE
from fairfloor.publish.profile import feed_record, labeler_record
from fairfloor.publish.settings import Settings

from ...publish.stage import FEED, HOSTNAME, LABELER, Asked, Evening, serving  # noqa: TID252 - as in conftest
from .conftest import Check, Follow

SKELETON, DESCRIBE = "app.bsky.feed.getFeedSkeleton", "app.bsky.feed.describeFeedGenerator"
QUERY = "com.atproto.label.queryLabels"


def opened(evening: Evening, key: SigningKey) -> Outlet:
    """Open an evening's outlet."""
    settings = Settings(hostname=HOSTNAME, feed=FEED, labeler=LABELER)
    outlet = Outlet(settings, evening.records, evening.store.decisions, key)
    evening.hear = outlet.audience.hear
    return outlet


def tell(evening: Evening, acts: tuple[Act, ...]) -> None:
    """Let an evening happen at the times of its acts, minute by minute."""
    minutes: dict[Any, list[Act]] = {}
    for act in acts:
        minutes.setdefault(act.at.replace(second=0, microsecond=0), []).append(act)
    evening.now = acts[0].at
    for minute, told in minutes.items():
        evening.tell(*told, after=max(0.0, (minute - evening.now).total_seconds() + 60))
    evening.wait(600)


async def labels(asked: Asked) -> list[dict[str, Any]]:
    """Page through all labels."""
    found: list[dict[str, Any]] = []
    page = await asked.query(QUERY, uriPatterns="*", limit=100)
    while True:
        found += page["labels"]
        if "cursor" not in page:
            return found
        page = await asked.query(QUERY, uriPatterns="*", limit=100, cursor=page["cursor"])


def test_a_hijacked_evening_is_published_as_bluesky_wants_it(
    evening: Evening, hijacked: tuple[Act, ...], check: Check, follow: Follow
) -> None:
    """The skeleton holds the floor; every answer passes the lexicons; every label verifies, in answers and stream."""
    key = SigningKey.new()

    async def play() -> None:
        outlet = opened(evening, key)
        async with serving(outlet.app) as asked:
            tell(evening, hijacked)
            await outlet.audience.settled()
            pages = [await asked.query(SKELETON, feed=FEED, limit=100)]
            while "cursor" in pages[-1]:
                pages.append(await asked.query(SKELETON, feed=FEED, limit=100, cursor=pages[-1]["cursor"]))
            posts = [one["post"] for page in pages for one in page["feed"]]
            floor = [one.act for one in evening.store.decisions() if one.placement == "floor"]
            assert posts == floor[::-1]
            told = await labels(asked)
            last = {one.act: one.reason for one in evening.store.decisions()}
            assert {(one["uri"], one["val"]) for one in told if not one.get("neg")} == {
                (act, word)
                for act, reason in last.items()
                for kind, word in (("Copy", "copy"), ("InStep", "acting-in-step"))
                if type(reason).__name__ == kind
            }
            assert {one["val"] for one in told} == {"copy", "acting-in-step"}
            outputs = [{"nsid": SKELETON, "body": page} for page in pages]
            outputs += [{"nsid": DESCRIBE, "body": await asked.query(DESCRIBE)}]
            outputs += [{"nsid": QUERY, "body": {"labels": told}}]
            found = await asyncio.to_thread(check, outputs=outputs, labels=told, key=key.did)
            assert all(one["verified"] for one in found["labels"])
            ours = [libipld.encode_dag_cbor({k: v for k, v in one.items() if k != "sig"}).hex() for one in told]
            assert [one["cbor"] for one in found["labels"]] == ours
            service = f"ws{asked.address.removeprefix('http')}"
            heard = await asyncio.to_thread(follow, service, 0, len(told), key.did)
            assert all(one["ok"] for one in heard)
            assert [(one["uri"], one["val"], one["neg"]) for one in heard] == [
                (one["uri"], one["val"], one.get("neg", False)) for one in told
            ]
            assert await asyncio.to_thread(follow, service, 2**50, 1, key.did) == [{"error": "FutureCursor"}]

    asyncio.run(play())


def test_a_crash_loses_no_label_and_makes_no_other(evening: Evening, hijacked: tuple[Act, ...], follow: Follow) -> None:
    """After a crash, a follower that goes on from its cursor knows what one knows who was never cut off."""
    key = SigningKey.new()
    half = len(hijacked) // 2

    async def play() -> None:
        outlet = opened(evening, key)
        async with serving(outlet.app) as asked:
            tell(evening, hijacked[:half])
            await outlet.audience.settled()
            first = await labels(asked)
            service = f"ws{asked.address.removeprefix('http')}"
            before = await asyncio.to_thread(follow, service, 0, len(first), key.did)
        assert first
        outlet = opened(evening, key)
        async with serving(outlet.app) as asked:
            assert await asked.refused(QUERY, uriPatterns="*") == (503, "NotEnoughResources")
            evening.come_back()
            await outlet.audience.settled()
            assert await labels(asked) == first
            tell(evening, hijacked[half:])
            await outlet.audience.settled()
            whole = await labels(asked)
            service = f"ws{asked.address.removeprefix('http')}"
            cursor = before[-1]["seq"]
            assert outlet.labels is not None
            left = len(outlet.labels.after(cursor, 100_000))
            after = await asyncio.to_thread(follow, service, cursor, left, key.did)
        standing = {(one["uri"], one["val"]): one["neg"] for one in [*before, *after]}
        assert standing == {(one["uri"], one["val"]): one.get("neg", False) for one in whole}

    asyncio.run(play())


def test_the_records_are_as_the_lexicons_want_them(check: Check) -> None:
    """Whatever the tag, the record of the feed is valid; so is the labeler's, with its definitions."""
    tags = ["copchat", "cop_chat", "FridayReads", "読書会", "a" * 64, "é" * 64, "🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲"]
    hosts = [HOSTNAME, f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 50}.org"]
    date = {"createdAt": "2026-11-05T02:00:00.000Z"}
    records = [{"nsid": GENERATOR, "record": feed_record(tag, host) | date} for tag in tags for host in hosts]
    check(records=[*records, {"nsid": SERVICE, "record": labeler_record() | date}])


def test_keys_sign_as_blueskys_do(check: Check) -> None:
    """The same private key has the same did:key there, and gives the same bytes for the same message."""
    private = ec.derive_private_key(int("5eed" * 16, 16), ec.SECP256K1())
    key = SigningKey(private)
    messages = [bytes([n]) * n for n in range(64)]
    found = check(sign={"private": "5eed" * 16, "messages": [one.hex() for one in messages]})
    assert found["did"] == key.did
    assert found["signatures"] == [key.sign(one).hex() for one in messages]
