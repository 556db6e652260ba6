"""How many Jetstream lines a second one core takes in for a chat, beside what decoding the same lines alone costs.

Run it as `.venv/bin/python bench/jetstream.py`. The mix is a firehose's: of 100 lines about 70 likes, 12 reposts,
15 posts, 2 deletions and 1 account event; one post in a hundred carries the tag.
"""

import random  # noqa: TID251 - made-up input, seeded
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairfloor.sources.bluesky import jetstream_v2
from fairfloor.sources.bluesky.intake import Intake
from fairfloor.sources.bluesky.jetstream import read_line
from fairfloor.sources.bluesky.packing import Unpacker
from fairfloor.sources.bluesky.sequence import Sequence
from fairfloor.sources.membership import Membership

LINES = 100_000
TOGETHER = 256
START = 1_783_175_888_000_000
NOW = datetime(2026, 7, 5, tzinfo=UTC)
_RATIOS = ((" JSON decoding", "for one tag"), (", frames of v2", "frames of v2"))
Work = Callable[[list[bytes]], None]
Record = dict[str, Any]


def lines(number: int, seed: int = 7) -> list[bytes]:
    """Make lines that are shaped and sized as recorded ones are."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    return [msgspec.json.encode(_event(dice, START + 2_000 * n, n)) for n in range(number)]


def _event(dice: random.Random, time_us: int, n: int) -> Record:
    did = f"did:plc:{dice.randrange(10_000):024d}"
    kind = dice.choices(("like", "repost", "post", "delete", "account"), (70, 12, 15, 2, 1))[0]
    if kind == "account":
        account = {"active": True, "did": did, "seq": n, "time": "2026-07-04T14:38:08.000Z"}
        return {"did": did, "time_us": time_us, "kind": "account", "account": account}
    commit: Record = {"rev": "3mptbypluud2a", "operation": "create", "collection": f"app.bsky.feed.{kind}"}
    commit["rkey"] = f"3mpt{n:09d}"
    if kind == "delete":
        commit |= {"operation": "delete", "collection": "app.bsky.feed.like"}
    else:
        commit |= {"record": _post(dice, n) if kind == "post" else _subject(dice, kind, n), "cid": "bafyrei" + "a" * 52}
    return {"did": did, "time_us": time_us, "kind": "commit", "commit": commit}


def _post(dice: random.Random, n: int) -> Record:
    tag = "copchat" if dice.random() < 0.01 else f"tag{n % 97}"
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    facet = {"features": [feature], "index": {"byteStart": 0, "byteEnd": len(tag) + 1}}
    text = f"#{tag} " + " ".join(f"word{dice.randrange(5_000)}" for _ in range(18))
    created = "2026-07-04T14:38:06.240Z"
    return {"$type": "app.bsky.feed.post", "createdAt": created, "facets": [facet], "langs": ["en"], "text": text}


def _subject(dice: random.Random, kind: str, n: int) -> Record:
    uri = f"at://did:plc:{dice.randrange(10_000):024d}/app.bsky.feed.post/3mpt{max(0, n - dice.randrange(1_000)):09d}"
    subject = {"cid": "bafyrei" + "b" * 52, "uri": uri}
    return {"$type": f"app.bsky.feed.{kind}", "createdAt": "2026-07-04T14:38:06.240Z", "subject": subject}


def _each(work: Callable[[bytes], object]) -> Work:
    def through(given: list[bytes]) -> None:
        for line in given:
            work(line)

    return through


def _take_in(given: list[bytes]) -> None:
    """Take lines in as the live source does: as many at once as it gets from a busy connection, batches out."""
    intake, unpacker = Intake(Membership("copchat"), None, NOW), Unpacker()
    for start in range(0, len(given), TOGETHER):
        intake.take(unpacker.lines(given[start : start + TOGETHER], intake.fault), NOW)
        intake.batch(NOW)


def _v2(line: bytes) -> bytes:
    """Write a line as a frame of Jetstream v2."""
    event = msgspec.json.decode(line)
    kind = event["kind"]
    told = event["commit"] if kind == "commit" else {kind: event[kind]}
    at = datetime.fromtimestamp(event["time_us"] / 1e6, UTC).isoformat(timespec="microseconds")
    payload = {"$type": f"{jetstream_v2.METHOD}#{kind}", "seq": event["time_us"] - START, "did": event["did"]}
    return msgspec.json.encode({"$type": "message", "payload": payload | {"time": at} | told})


def _take_in_v2(given: list[bytes]) -> None:
    membership, unpacker = Membership("copchat"), Unpacker()
    intake = Sequence(membership, jetstream_v2.Reader(membership).read, "here", None, NOW, timed=True)
    for start in range(0, len(given), TOGETHER):
        intake.take(unpacker.lines(given[start : start + TOGETHER], intake.fault), NOW)
        intake.batch(NOW)


def _cost(work: Work, given: list[bytes]) -> float:
    """Give seconds a line, of this process alone: the machine may have other things to do."""
    began = time.process_time()
    work(given)
    return (time.process_time() - began) / len(given)


def main() -> None:
    """Measure five times each, in turn, and print the best of each."""
    given = lines(LINES)
    others = [line for line in given if b"copchat" not in line]
    frames = list(map(_v2, given))
    decode = msgspec.json.Decoder().decode
    works: dict[str, tuple[Work, list[bytes]]] = {
        "plain JSON decoding": (_each(decode), given),
        "every line read whole": (_each(read_line), given),
        "taken in, for one tag": (_take_in, given),
        "plain, others' lines": (_each(decode), others),
        "taken in, others' lines": (_take_in, others),
        "plain, frames of v2": (_each(decode), frames),
        "taken in, frames of v2": (_take_in_v2, frames),
    }
    best = dict.fromkeys(works, 1.0)
    for _ in range(5):
        for name, (work, some) in works.items():
            best[name] = min(best[name], _cost(work, some))
    print(f"{LINES} lines, {sum(map(len, given)) / LINES:.0f} bytes each on average, {len(others)} not of the chat")
    for name, cost in best.items():
        print(f"{name:26}{1 / cost:>12,.0f} lines/s{cost * 1e6:>8.2f} us")
    one, two = (best[f"plain{what}"] / best[f"taken in, {like}"] for what, like in _RATIOS)
    over = best["taken in, others' lines"] - best["plain, others' lines"]
    print(f"taken in beside plain decoding: v1 {one:.2f}, v2 {two:.2f} of its lines a second (wanted: 0.5 or more)")
    print(f"a line filtered out costs {over * 1e6:.2f} us over decoding (wanted: 3 or less)")


if __name__ == "__main__":
    main()
