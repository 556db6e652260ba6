"""How many Jetstream lines a second one core reads and sorts, beside what decoding the same lines alone would cost.

Run it as `.venv/bin/python bench/jetstream.py`. The mix is a firehose's: of 100 lines about 70 likes, 12 reposts,
15 posts, 2 deletions and 1 account event; one post in a hundred carries the tag.
"""

import random  # noqa: TID251 - made-up input, seeded
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from fairfloor.acts.fault import Fault
from fairfloor.sources.bluesky.jetstream import Event, read_line
from fairfloor.sources.membership import Membership

LINES = 100_000
START = 1_783_175_888_000_000
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


def _rate(work: Callable[[bytes], object], given: Iterable[bytes]) -> float:
    began = time.perf_counter()
    for line in given:
        work(line)
    return LINES / (time.perf_counter() - began)


def main() -> None:
    """Measure three times each, in turn, and print the best of each."""
    given = lines(LINES)
    membership = Membership("copchat")

    def sort(line: bytes) -> None:
        told = read_line(line)
        if told is not None and not isinstance(told, Fault):
            membership.takes(told)

    works: dict[str, Callable[[bytes], object]] = {
        "msgspec, any object": msgspec.json.Decoder().decode,
        "msgspec, the envelope": msgspec.json.Decoder(Event).decode,
        "read_line": read_line,
        "read_line and membership": sort,
    }
    best = dict.fromkeys(works, 0.0)
    for _ in range(3):
        for name, work in works.items():
            best[name] = max(best[name], _rate(work, given))
    print(f"{LINES} lines, {sum(map(len, given)) / LINES:.0f} bytes each on average")
    for name, rate in best.items():
        print(f"{name:28}{rate:>12,.0f} lines/s")


if __name__ == "__main__":
    main()
