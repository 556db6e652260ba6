"""The host's site as a reader's browser gets it, with thousands of posts: each kind of page, first and again.

    .venv/bin/python -m bench.posts [POSTS]

The server is the real one, in a process of its own on this machine, its library on disk. Posts are of 540 words each,
most from a common vocabulary and some from one of eighty subjects, so that what is about the same can be told. `first`:
the first reader of an article, for whom the posts about the same are looked for, the median over several articles; of
other pages, the first asked for. `again`: the same page once more, the median. `known`: asked by a browser that has it.
These are on the clock; `cpu` is what the server's process spent on one `again` (Linux), which changes little when
others use the machine.
"""

import asyncio
import random  # noqa: TID251 - made-up input, seeded
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from bench.measure import spent, tell

from fairfloor.chat.site.article import Article, Term
from fairfloor.publish.feeds.formats import FORMATS
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.ports import Entry
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView
from fairfloor.wiring.kept import kept

POSTS, TIMES, SUBJECTS = 5_000, 40, 80
_BEGAN = datetime(2012, 1, 1, tzinfo=UTC)


def path(number: int) -> str:
    """Give the address of a post; there is one a day."""
    return f"/posts/{_BEGAN + timedelta(days=number):%Y/%m}/post-{number}"


def fill(library: SqlLibrary, posts: int) -> None:
    """Write the posts."""
    dice = random.Random(6)  # noqa: S311 - made-up input
    known = ["".join(dice.choice("bcdfglmnprst") + dice.choice("aeiou") for _ in range(3)) for _ in range(12_000)]
    subjects = [dice.sample(known[300:], 60) for _ in range(SUBJECTS)]
    for number in range(12):
        library.keep_term(Term(kind="category", slug=f"c{number}", name=f"Category {number}"))
    for number in range(posts):
        own = subjects[number % SUBJECTS]
        pools = dice.choices((known[:300], own, known[300:]), (60, 24, 16), k=540)
        words = [dice.choice(pool) for pool in pools]
        at = _BEGAN + timedelta(days=number)
        library.keep(
            Article(
                path=path(number),
                title=" ".join(dice.sample(own, 5)),
                text="\n\n".join(" ".join(words[place : place + 90]) for place in range(0, 540, 90)),
                state="published",
                published=at,
                updated=at,
                by="Sam",
                categories=(f"c{number % 12}",),
            )
        )


async def serve(folder: Path, posts: int) -> None:
    """Serve a site until the input ends."""
    rules = Rules(tag="copchat", hosts=frozenset({"did:plc:host"}))
    with (
        kept(folder / "evening.db") as evening,
        people_opened(folder / "people.db") as people,
        library_opened(folder / "site.db") as library,
        listening("127.0.0.1", 0) as at,
    ):
        evening.store.begin(rules)
        fill(library, posts)

        async def submit(_: Entry) -> None:
            """Take nothing: nobody says anything here."""

        board, desk = Board(evening.records, rules.pace), Desk(rules)
        now = _BEGAN + timedelta(days=posts)
        host = Host(desk, submit, Door(people), lambda: now, None, library, FORMATS)
        server = Server(create_app(board, evening.records, ChatView(tag=rules.tag), host=host))

        def listen() -> None:
            sys.stdin.read()
            server.should_exit = True

        threading.Thread(target=listen).start()
        print(f"http://127.0.0.1:{at.getsockname()[1]}", flush=True)
        await server.serve(sockets=[at])


def asked(client: httpx.Client, what: str, known: str = "") -> tuple[float, httpx.Response]:
    """Ask for a page; gives the milliseconds it took, and the answer."""
    began = time.perf_counter()
    answer = client.get(what, headers={"If-None-Match": known} if known else {})
    return 1000 * (time.perf_counter() - began), answer


def row(client: httpx.Client, pid: int, name: str, pages: list[str]) -> str:
    """Measure pages of one kind."""
    first = [asked(client, page)[0] for page in pages]
    before = spent(pid)
    again = [asked(client, pages[0]) for _ in range(TIMES)]
    cpu = (spent(pid) - before) / TIMES
    tag, size = again[0][1].headers["etag"], len(again[0][1].content)
    known = [asked(client, pages[0], tag) for _ in range(TIMES)]
    assert {answer.status_code for _, answer in known} == {304}
    taken = [median(first), median(took for took, _ in again), median(took for took, _ in known), cpu]
    return f"{name:<22}" + "".join(f"{one:>10.1f}" for one in taken) + f"{size / 1000:>10.1f}"


def main(posts: int) -> None:
    """Measure, and print the table."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.posts", "serve", folder, str(posts)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            tell(f"writing {posts:,} posts")
            url = server.stdout.readline().strip()
            with httpx.Client(base_url=url, headers={"Accept-Encoding": "identity"}, timeout=60) as client:
                client.get("/health")
                month = path(posts // 2)[: len("/posts/2012/01")]
                word = client.get(path(posts // 2)).text.partition("<h1")[2].partition(">")[2].split()[0]
                kinds = {
                    "an article": [path(number) for number in range(7, posts, posts // 9)],
                    "/posts": ["/posts"],
                    "/posts, its last page": [f"/posts?page={posts // 15}"],
                    "a month": [month],
                    "a category": ["/categories/c1"],
                    "/posts/archive": ["/posts/archive"],
                    "/categories": ["/categories"],
                    "a search": [f"/search?q={word}"],
                }
                print(f"{posts:,} posts, milliseconds{'first':>6}{'again':>10}{'known':>10}{'cpu':>10}{'kB':>10}")
                for name, pages in kinds.items():
                    print(row(client, server.pid, name, pages), flush=True)
            server.stdin.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else POSTS)
