"""How many acts a second are accepted durably, by size of batch; and how long an evening takes to come back.

Run it as `.venv/bin/python bench/store.py [FOLDER]`; the folder's disk is what is measured (its sync above all).
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from fairfloor.acts.act import Post
from fairfloor.session.clerk import Clerk
from fairfloor.session.decide import Rules
from fairfloor.session.hear import hear
from fairfloor.session.ports import Batch, Told
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location, location
from fairfloor.store.opening import opened
from fairfloor.testing.postgres import postgres

START = datetime(2014, 10, 23, 1, tzinfo=UTC)
SIZES = (1, 10, 100, 500)
SECONDS = 4.0
EVENING = 100_000


def post(n: int) -> Post:
    """Make a post as they are on a busy night, forty a second, by two thousand accounts."""
    text = f"What do you think, {n % 7919}, about question {n % 31} and the {n * 7 % 997} people who asked it? #copchat"
    when = START + n * timedelta(milliseconds=25)
    name = f"at://did:plc:{n % 2000:024d}/app.bsky.feed.post/{n:013d}"
    return Post(id=name, at=when, seen=when, account=f"did:plc:{n % 2000:024d}", text=text, tags=("copchat",))


def synced(folder: Path) -> float:
    """Measure what one sync of a small append costs here, in milliseconds."""
    with (folder / "sync").open("wb", buffering=0) as file:
        began, times = time.perf_counter(), 200
        for _ in range(times):
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
        return (time.perf_counter() - began) / times * 1e3


def accepted(store: SqlStore, numbers: "count[int]", size: int) -> tuple[float, float]:
    """Give acts a second that the store alone accepts, and the milliseconds a batch takes."""
    store.begin(Rules(tag="copchat"))  # from here on there is a public log
    batches = times = 0
    spent = 0.0
    while spent < SECONDS:
        told = [
            Told(notice=one, seen=one.at, heard=hear(one, one.at)) for one in (post(next(numbers)) for _ in range(size))
        ]
        began = time.perf_counter()
        store.take("bench", told, cursor=str(batches), faults=(), skipped=0)
        spent += time.perf_counter() - began
        batches, times = batches + 1, times + size
    return times / spent, spent / batches * 1e3


def decided(clerk: Clerk, numbers: "count[int]", size: int) -> tuple[float, float]:
    """Give acts a second that are heard, accepted and decided, decisions kept, and the milliseconds a batch takes."""
    batches = times = 0
    spent = 0.0
    while spent < SECONDS:
        posts = tuple(post(next(numbers)) for _ in range(size))
        now = posts[-1].at
        began = time.perf_counter()
        clerk.take("bench", Batch(notices=posts, upto=now, cursor=str(batches)), now, now)
        spent += time.perf_counter() - began
        batches, times = batches + 1, times + size
    return times / spent, spent / batches * 1e3


def returned(place: Location) -> float:
    """Give the seconds an evening of `EVENING` posts takes to come back."""
    rules = Rules(tag="copchat")
    with opened(place) as engines:
        clerk = Clerk(SqlStore(*engines), rules)
        for first in range(0, EVENING, 500):
            posts = tuple(map(post, range(first, first + 500)))
            clerk.take("bench", Batch(notices=posts, upto=posts[-1].at), posts[-1].at, posts[-1].at)
    began = time.perf_counter()
    with opened(place) as engines:
        for _ in Clerk(SqlStore(*engines), rules).recover(START):
            pass
        return time.perf_counter() - began


def measured(made: Callable[[], Location]) -> None:
    """Measure places of a kind, and print."""
    print(f"{'batch':>6}{'accepted/s':>14}{'ms':>8}{'and decided/s':>16}{'ms':>8}")
    for size in SIZES:
        with opened(made()) as engines:
            taken = accepted(SqlStore(*engines), count(), size)
        with opened(made()) as engines:
            kept = decided(Clerk(SqlStore(*engines), Rules(tag="copchat")), count(), size)
        print(f"{size:>6}{taken[0]:>14,.0f}{taken[1]:>8.2f}{kept[0]:>16,.0f}{kept[1]:>8.2f}")
    print(f"an evening of {EVENING:,} posts: back in {returned(made()):.1f} s")


def main(folder: Path) -> None:
    """Measure files, and databases on the same disk."""
    print(f"one sync of 4 KiB: {synced(folder):.2f} ms\n\nSQLite")
    files = (folder / f"{number}.db" for number in count())
    measured(lambda: next(files))
    size = sum(file.stat().st_size for file in folder.glob("8.db*"))
    print(f"{size / EVENING:,.0f} bytes a post\n\nPostgreSQL, on this machine")
    with postgres(durable=True) as server:
        measured(lambda: location(server.made()))
        size = server.run("SELECT pg_database_size(current_database())", "chat9")[0][0]
    print(f"{size / EVENING:,.0f} bytes a post")


if __name__ == "__main__":
    with TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        main(Path(name))
