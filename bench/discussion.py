"""A discussion as a reader's browser gets it, beside Isso serving the same comments, and how the time grows with them.

    .venv/bin/python -m bench.discussion [COMMENTS ...]

Both run as their real servers in processes of their own on this machine, each with its store on disk, and are asked in
turn, so that whatever else the machine does strikes both. Isso is run as its manual says (`isso -c FILE run`); it is in
`.venv-bench` (`make bench` installs it).

What they give is not the same. Ours is the page: every comment at its true depth, in HTML, arranged as the floor
shares turns, as it is read. Isso's is JSON with the comments' texts as HTML, replies of any depth brought to one, of
which a script makes a page in the browser; that work is not timed.

`new`: the first reader of comments that nobody has asked for yet; `first`: the first reader after the server began
anew, the best of `STARTS`; `again`: the same page once more, which ours remembers until something changes; `after a
comment`: the first reader after somebody said something. Isso works everything out each time. Another page was asked
for before, so that what a server does with its first answer, whatever that is, is not among it. Processor seconds and
memory are those of the server's process, from /proc (Linux), which counts hundredths of seconds.
"""

import asyncio
import random  # noqa: TID251 - made-up input, seeded
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import msgspec
from bench.measure import spent, tell

from fairfloor.acts.act import Post
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.chat.site.house import House
from fairfloor.publish.feeds.formats import FORMATS
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.library import Library
from fairfloor.session.ports import Entry
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import library_opened
from fairfloor.testing.crowd import World, endless
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView
from fairfloor.wiring.kept import kept

SIZES = (100, 300, 1_000, 3_000)
"""Of 3,000 comments ours folds a third: a discussion has at most 2,000 places."""
TIMES = 15
"""Pages asked for, of each kind; fewer of long ones. The median counts."""
ISSO = Path(".venv-bench/bin/python")
STARTS = 3
PATH, SHORT = "/posts/2026/11/long", "/posts/2026/11/short"
_AT = datetime(2026, 11, 1, tzinfo=UTC)


Peer = Callable[[Path, int], AbstractContextManager[tuple[int, str, Callable[[], object]]]]
"""Runs a server in a folder, with so many comments."""


class Said(msgspec.Struct):
    """A comment, for either server."""

    parent: int | None
    """The place of the comment it replies to, from 0."""
    name: str
    text: str


class Row(msgspec.Struct):
    """What a server took, in milliseconds and MB."""

    new: float
    first: float
    again: float
    after: float
    cpu_new: float
    cpu_first: float
    cpu_again: float
    cpu_after: float
    """Of the server's process, for the same."""
    peak: float
    size: float
    """kB of an answer, before it is compressed."""


def thread(number: int) -> list[Said]:
    """Make a discussion: texts of a busy tag's posts, two or three to a comment, replies as deep as people go."""
    dice = random.Random(6)  # noqa: S311 - not for secrets
    texts = iter(act.text for act in endless(World(), per_second=1.0) if isinstance(act, Post))
    said: list[Said] = []
    for place in range(number):
        own = " ".join(islice(texts, dice.randint(2, 3))).replace("#", "")
        parent = dice.randrange(max(0, place - 25), place) if place and dice.random() < 0.7 else None
        text = f"{own}\n\nI *mean* it: see [there](https://example.org/{place})."
        said.append(Said(parent, f"Person {dice.randrange(number)}", text))
    return said


# Ours


async def serve(folder: Path, number: int) -> None:
    """Serve a discussion until nobody asks any more; each line that comes in adds a comment."""
    rules = Rules(tag="copchat", hosts=frozenset({"did:plc:host"}))
    with (
        kept(folder / "ours.db") as evening,
        people_opened(folder / "people.db") as people,
        library_opened(folder / "site.db") as library,
        listening("127.0.0.1", 0) as at,
    ):
        evening.store.begin(rules)
        article = library.at(PATH) or _filled(library, number)

        async def submit(_: Entry) -> None:
            """Take nothing: nobody says anything by a form here."""

        board, desk = Board(evening.records, rules.pace), Desk(rules)
        host = Host(desk, submit, Door(people), lambda: _AT, None, library, FORMATS)
        server = Server(create_app(board, evening.records, ChatView(tag=rules.tag), host=host))

        def listen() -> None:
            for place, _ in enumerate(sys.stdin, len(library.comments.under(article.id))):
                library.comments.say(_comment(article.id, place, Said(None, "Late", f"And {place} more words")))
                print(flush=True)
            server.should_exit = True

        threading.Thread(target=listen).start()
        print(f"http://127.0.0.1:{at.getsockname()[1]}{PATH}", flush=True)
        await server.serve(sockets=[at])


def _filled(library: Library, number: int) -> Article:
    """Put the discussion into a library, and an article without one."""
    library.comments.keep_house(House(places=2_000))
    given: dict[str, Any] = {"title": "A long one", "text": "Say something.", "by": "Host", "state": "published"}
    given |= {"published": _AT, "updated": _AT}
    library.keep(Article(path=SHORT, **given))
    article = library.keep(Article(path=PATH, **given))
    library.comments.bring(_comment(article.id, place, one) for place, one in enumerate(thread(number)))
    return article


def _comment(article: int, place: int, one: Said) -> Comment:
    return Comment(
        article=article,
        parent=None if one.parent is None else -one.parent - 1,
        at=_AT + timedelta(minutes=place),
        author=Author(kind="named", name=one.name, key=f"guest:{one.name}"),
        text=one.text,
    )


@contextmanager
def ours(folder: Path, number: int) -> Iterator[tuple[int, str, Callable[[], object]]]:
    """Run our server; gives its process, the page's address, and what adds a comment."""
    command = [sys.executable, "-m", "bench.discussion", "serve", str(folder), str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        told, heard = server.stdin, server.stdout
        url = heard.readline().strip()

        def add() -> None:
            print(file=told, flush=True)
            heard.readline()

        yield server.pid, url, add
        told.close()


# Isso

_FILL = """
import json, sys
from isso import config, db
conf = config.load(config.default_file(), sys.argv[1])
kept = db.SQLite3(conf.get("general", "dbpath"), conf)
kept.threads.new("/long", "A long one")
ids = []
for place, one in enumerate(json.load(sys.stdin)):
    parent = None if one["parent"] is None else ids[one["parent"]]
    ids.append(kept.comments.add("/long", {"parent": parent, "created": 1793491200.0 + 60 * place, "mode": 1,
        "remote_addr": f"10.0.{place // 250}.{place % 250}", "text": one["text"], "author": one["name"],
        "email": None, "website": None, "notification": 0})["id"])
"""
_CONF = """[general]
dbpath = {folder}/isso.db
host = http://127.0.0.1:{port}/
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
[moderation]
enabled = false
"""


@contextmanager
def isso(folder: Path, number: int) -> Iterator[tuple[int, str, Callable[[], object]]]:
    """Run Isso; gives the same of it."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    conf = folder / "isso.cfg"
    conf.write_text(_CONF.format(folder=folder, port=port), "utf-8")
    if not (folder / "isso.db").exists():
        subprocess.run([str(ISSO), "-c", _FILL, str(conf)], check=True, input=msgspec.json.encode(thread(number)))
    url = f"http://127.0.0.1:{port}/?uri=/long"
    command = [str(ISSO.with_name("isso")), "-c", str(conf), "run"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)

        def add() -> None:
            httpx.post(f"http://127.0.0.1:{port}/new?uri=/long", json={"text": "And some more words", "parent": None})

        yield server.pid, url, add
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    """Wait until somebody answers."""
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/js/embed.min.js")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


# Asking


class Asked:
    """A server that is asked for its discussion, and what that took."""

    def __init__(self, pid: int, url: str, add: Callable[[], object]) -> None:
        self._pid, self._url, self._add = pid, url, add
        self._client = httpx.Client(timeout=120, headers={"Accept-Encoding": "identity"})
        self._client.get(url.replace("long", "short"))
        before = spent(pid)
        self._first, self._size = _asked(self._client, url)
        self._cpu_first = spent(pid) - before
        self._again: list[float] = []
        self._after: list[float] = []
        self._cpu_again: list[float] = []
        self._cpu_after: list[float] = []

    @property
    def first(self) -> tuple[float, float]:
        """Give what the first page took, in milliseconds on the clock and of the processor."""
        return self._first, self._cpu_first

    def ask(self) -> None:
        """Ask again, add a comment, and ask after it."""
        self._timed(self._again, self._cpu_again)
        self._add()
        self._timed(self._after, self._cpu_after)

    def _timed(self, took: list[float], cpu: list[float]) -> None:
        before = spent(self._pid)
        took.append(_asked(self._client, self._url)[0])
        cpu.append(spent(self._pid) - before)

    def row(self, before: Sequence[tuple[float, float]]) -> Row:
        """Give what it took, and let go. before: what first pages took when the server had begun before, in order."""
        self._client.close()
        firsts = [*before[1:], self.first]
        return Row(
            new=before[0][0],
            cpu_new=before[0][1],
            first=min(first for first, _ in firsts),
            again=median(self._again),
            after=median(self._after),
            cpu_first=min(cpu for _, cpu in firsts),
            cpu_again=fmean(self._cpu_again),  # a mean: the system counts in hundredths of a second
            cpu_after=fmean(self._cpu_after),
            peak=_peak(self._pid),
            size=self._size,
        )


def _asked(client: httpx.Client, url: str) -> tuple[float, float]:
    began = time.perf_counter()
    answer = client.get(url)
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.text[:200]
    return 1000 * took, len(answer.content) / 1000


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measured(number: int, peers: Sequence[Peer]) -> list[Row]:
    """Ask the servers in turn."""
    with ExitStack() as running:
        folders = [Path(running.enter_context(TemporaryDirectory())) for _ in peers]
        before = [[_started(peer, at, number) for _ in range(STARTS)] for peer, at in zip(peers, folders, strict=True)]
        asked = [Asked(*running.enter_context(peer(at, number))) for peer, at in zip(peers, folders, strict=True)]
        for _ in range(max(3, min(TIMES, 6_000 // number))):
            for one in asked:
                one.ask()
        return [one.row(firsts) for one, firsts in zip(asked, before, strict=True)]


def _started(peer: Peer, folder: Path, number: int) -> tuple[float, float]:
    """Give what the first page takes of a server that begins, and ends again."""
    with peer(folder, number) as running:
        return Asked(*running).first


def main(sizes: list[int]) -> None:
    """Measure, and print a table."""
    peers: dict[str, Peer] = {"Fairfloor": ours}
    if ISSO.with_name("isso").exists():
        peers["Isso"] = isso
    else:
        tell("Isso is not in .venv-bench, so ours runs alone; `make bench` installs it.")
    print(
        "| comments | ms | new | first | again | after a comment | processor: new | first | again | after | MB | kB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for number in sizes:
        rows = measured(number, list(peers.values()))
        for name, row in zip(peers, rows, strict=True):
            took = f"{row.new:,.0f} | {row.first:,.0f} | {row.again:,.1f} | {row.after:,.0f}"
            cpu = f"{row.cpu_new:,.0f} | {row.cpu_first:,.0f} | {row.cpu_again:,.1f} | {row.cpu_after:,.0f}"
            print(f"| {number:,} | {name} | {took} | {cpu} | {row.peak:.0f} | {row.size:,.0f} |", flush=True)
        if len(rows) > 1:
            ratios = [getattr(rows[0], name) / getattr(rows[1], name) for name in Row.__struct_fields__]
            print(f"| | ratio | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        main([int(one) for one in sys.argv[1:]] or list(SIZES))
