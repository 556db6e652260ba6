"""Isso, Disqus and Remark42: comments without their pages."""

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.chat.site.article import Article, Redirect
from fairfloor.chat.site.moved import Unknown
from fairfloor.session.library import Shelf
from fairfloor.sources import disqus, remark42
from fairfloor.store.site.library import SqlLibrary
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.moving_report import Report

from .exports import NOW

Move = Callable[..., Report]
ISSO = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
  modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
  likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
"""


def isso(folder: Path, threads: list[tuple[Any, ...]], comments: list[dict[str, Any]]) -> bytes:
    """Make Isso's file."""
    path = folder / "isso.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(ISSO)
        db.executemany("INSERT INTO threads VALUES (?, ?, ?)", threads)
        for one in comments:
            told = {
                "tid": 1,
                "created": 1389720663.5,
                "mode": 1,
                "text": "Words.",
                "voters": b"",
                "remote_addr": "192.0.2.0",
            }
            told |= one
            names = ", ".join(told)
            db.execute(f"INSERT INTO comments ({names}) VALUES ({', '.join('?' * len(told))})", list(told.values()))  # noqa: S608 - our own
        db.commit()
    return path.read_bytes()


def under(library: SqlLibrary, path: str) -> list[Any]:
    """Give the comments of the article at a path."""
    article = library.at(path)
    assert article is not None
    return library.comments.under(article.id)


def test_isso_comes_under_the_articles_that_are_here(tmp_path: Path, move: Move, library: SqlLibrary) -> None:
    """By the path they have, or had: with a slash at its end, as a file of HTML, under an old address."""
    for path in ("/posts/2014/01/test", "/pages/other"):
        library.keep(Article(path=path, updated=NOW, by="Sam", state="published"))
    library.redirect([Redirect(old="/2014/test", new="/posts/2014/01/test")])
    content = isso(
        tmp_path,
        [(1, "/2014/test/", "Test"), (2, "/pages/other.html", None), (3, "/nobody/", "Nobody")],
        [{"id": 1, "author": "Ann", "email": "Ann@mail.example", "website": "https://ann.example"},
         {"id": 2, "parent": 1, "mode": 2, "text": "*Maybe*"}, {"id": 3, "parent": 1, "mode": 4, "text": ""},
         {"id": 4, "tid": 2, "modified": 1389720700.0}, {"id": 5, "tid": 9}, {"id": 6, "parent": 77}],
    )  # fmt: skip
    report = move(content, "isso")
    first, second, third, last = under(library, "/posts/2014/01/test")
    assert (first.author.kind, first.author.name, first.author.link) == ("named", "Ann", "https://ann.example")
    assert first.at.timestamp() == 1389720663.5
    assert (first.form, first.email) == ("markdown", "Ann@mail.example")
    assert [(one.state, one.parent) for one in (second, third, last)] == [
        ("held", first.id), ("withdrawn", first.id), ("shown", None),
    ]  # fmt: skip
    assert under(library, "/pages/other")[0].edited is not None
    assert report.counts() == {
        "comment": {"kept": 5, "left out": 1}, "thread": {"kept": 2, "left out": 1}, "network address": {"left out": 1},
    }  # fmt: skip
    assert b"192.0.2" not in msgspec.json.encode(library.whole())


def test_a_discussion_whose_page_is_not_here_gets_one(tmp_path: Path, move: Move, library: SqlLibrary) -> None:
    """A page with the thread's title, to which the old address leads; the second time it is there already."""
    content = isso(tmp_path, [(1, "/2014/gone/", "What was said")], [{"id": 1}])
    move(content, "isso")
    report = move(content, "isso")
    (page,) = library.articles(Shelf())
    assert (page.kind, page.title, page.path) == ("page", "What was said", "/pages/what-was-said")
    assert library.led("/2014/gone") == page.path
    assert report.counts()["comment"] == {"there already": 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_a_damaged_database_is_refused_or_read_as_far_as_it_goes(
    data: st.DataObject, tmp_path: Path, move: Move
) -> None:
    """Bytes changed anywhere, or cut off: a sentence or a fault, and nothing else."""
    content = bytearray(isso(tmp_path, [(1, "/a/", "A")], [{"id": 1}, {"id": 2, "parent": 1}]))
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=20)
    ):
        content[place] = byte
    del content[data.draw(st.integers(1, len(content))) :]
    with suppress(Sorry):
        move(bytes(content), "isso", dry_run=True)


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><forum>old</forum><title>General</title></category>
<thread dsq:id="2"><id>x</id><link>https://old.example/2014/a/</link><title>On A</title>
<createdAt>2014-01-01T00:00:00Z</createdAt><ipAddress>192.0.2.9</ipAddress><isClosed>true</isClosed></thread>
<thread dsq:id="3"><link>http://old.example/2014/a/</link><title>On A</title><isDeleted>false</isDeleted></thread>
<thread dsq:id="4"><id/></thread>
{posts}
</disqus>
"""


def post(number: int, parent: int = 0, thread: int = 2, **told: str) -> str:
    """Write a comment of Disqus."""
    said = {
        "message": "<![CDATA[<p>Words.</p>]]>",
        "createdAt": f"2014-01-01T00:00:{number:02}Z",
        "ipAddress": "192.0.2.9",
    }
    said |= {"author": "<name>Ann</name><isAnonymous>true</isAnonymous><email>ann@mail.example</email>"} | told
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return f'<post dsq:id="{number}">{inner}<thread dsq:id="{thread}"/>{above}</post>'


def test_disqus_comes_as_deep_as_it_went(move: Move, library: SqlLibrary) -> None:
    """Replies nine deep, two threads of one page together, what was held back or removed as it was."""
    chain = "".join(post(n, n - 1) for n in range(1, 10))
    rest = post(20, thread=3, isSpam="true") + post(21, isDeleted="true") + post(22, thread=99) + post(23, parent=88)
    report = move(DISQUS.format(posts=chain + rest).encode(), "disqus")
    (page,) = library.articles(Shelf())
    comments = under(library, page.path)
    above = {one.id: one.parent for one in comments}
    deepest, number = comments[8].id, 1
    while above[deepest] is not None:
        deepest, number = above[deepest], number + 1
    assert number == 9
    assert [one.state for one in comments[9:]] == ["held", "removed", "shown"]
    assert (page.title, page.discussion) == ("On A", "closed")
    assert comments[0].text == "<p>Words.</p>"
    assert report.counts()["comment"] == {"kept": 12, "left out": 1}
    assert b"192.0.2" not in msgspec.json.encode(library.whole())
    assert library.led("/2014/a") == page.path


REMARK = [
    {"version": 1, "users": [], "posts": [{"url": "https://old.example/a", "read_only": True}]},
    {"id": "one", "pid": "", "text": "<p>Hi</p>", "orig": "*Hi*", "user": {"name": "Ann", "id": "u1", "ip": "aaaa"},
     "locator": {"site": "old", "url": "https://old.example/a"}, "score": 2, "votes": {"u9": True},
     "time": "2017-12-20T15:18:22.472041123-06:00", "title": "On A"},
    {"id": "two", "pid": "one", "text": "<p>Yes</p>", "user": {"name": "Sam", "id": "u2", "ip": "aaaa", "admin": True},
     "locator": {"site": "old", "url": "https://old.example/a"}, "time": "2017-12-20T15:18:23-06:00"},
    {"id": "three", "pid": "two", "text": "gone", "user": {"name": "X", "id": "u3", "ip": ""}, "delete": True,
     "locator": {"site": "old", "url": "https://old.example/a"}, "time": "2017-12-20T15:18:24-06:00"},
]  # fmt: skip


def lines(*some: Any) -> bytes:
    """Write a backup."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in some)


@pytest.mark.parametrize("packed", [False, True])
def test_remark42_comes_with_what_people_wrote(packed: bool, move: Move, library: SqlLibrary) -> None:  # noqa: FBT001 - a case
    """Markdown where there is some, else HTML; an administrator is the host; what was deleted has no words."""
    content = lines(*REMARK, {"id": "bad"}, REMARK[1])
    report = move(gzip.compress(content) if packed else content, "remark42")
    (page,) = library.articles(Shelf())
    one, two, three = under(library, page.path)
    assert (one.text, one.form, one.at.isoformat()) == ("*Hi*", "markdown", "2017-12-20T21:18:22.472041+00:00")
    assert (two.text, two.form, two.author.kind, two.parent) == ("<p>Yes</p>", "html", "host", one.id)
    assert (three.state, three.text, three.author.name, three.parent) == ("withdrawn", "", "", two.id)
    assert page.discussion == "closed"
    assert report.counts()["comment"] == {"kept": 3, "left out": 1}
    assert report.counts()["line"] == {"left out": 1}
    assert b"aaaa" not in msgspec.json.encode(library.whole())


@given(st.data())
def test_mutilated_exports_of_comments_give_items_or_a_refusal(data: st.DataObject) -> None:
    """Disqus and Remark42, cut off anywhere, with any bytes changed."""
    from io import BytesIO  # noqa: PLC0415 - here alone

    read, whole = data.draw(
        st.sampled_from(
            [(disqus.read, DISQUS.format(posts=post(1) + post(2, 1)).encode()), (remark42.read, lines(*REMARK))]
        )
    )
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(whole)), st.integers(0, 255)), max_size=8)):
        if place < len(content):
            content[place] = byte
    try:
        list(read(BytesIO(bytes(content))))
    except Unknown:
        assert len(content) < len(whole) or content != whole
