"""What becomes of an export beside a chat: once, twice, on trial, while others write."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fairfloor.chat.site.article import Article
from fairfloor.session.library import Shelf
from fairfloor.store.location import site_beside
from fairfloor.store.site.library import SqlLibrary
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.moving import moved_in
from fairfloor.wiring.moving_report import Report

from .exports import NOW, comment, export, item

Move = Callable[..., Report]
SMALL = export(item(1, comment(2) + comment(3, 2)), item(2, wp_post_type="attachment"))


def test_moved_in_twice_is_moved_in_once(move: Move, library: SqlLibrary) -> None:
    """The second time everything is there already, and not a byte is other than before."""
    move(SMALL)
    before = msgspec.json.encode(library.whole())
    report = move(SMALL)
    assert all(set(by) == {"there already"} for what, by in report.counts().items() if what != "network address")
    assert msgspec.json.encode(library.whole()) == before


def test_what_is_new_comes_in_later_and_what_was_changed_here_stays(move: Move, library: SqlLibrary) -> None:
    """A newer export brings its new comments under the article as the host has it by now."""
    move(SMALL)
    known = library.article(library.came("wordpress:https://old.example/blog/?p=1") or 0)
    assert known is not None
    library.keep(msgspec.structs.replace(known, title="Mine"))
    report = move(export(item(1, comment(2) + comment(3, 2) + comment(8, 3), title="Changed there"), item(5)))
    assert report.counts()["comment"] == {"there already": 2, "kept": 1}
    assert report.counts()["post"] == {"there already": 1, "kept": 1}
    under = library.comments.under(known.id)
    assert [one.parent for one in under] == [None, under[0].id, under[1].id]
    now = library.article(known.id)
    assert now is not None
    assert now.title == "Mine"


def test_a_dry_run_says_the_same_and_changes_nothing(chat: Path, move: Move) -> None:
    """It is done on a copy: there is not even a file afterwards where there was none."""
    trial = move(SMALL, dry_run=True)
    assert not site_beside(chat).exists()
    report = move(SMALL)
    assert trial.entries == report.entries
    before = site_beside(chat).read_bytes()
    move(export(item(77)), dry_run=True)
    assert site_beside(chat).read_bytes() == before


def test_it_may_be_done_while_the_site_is_open_elsewhere(move: Move, library: SqlLibrary) -> None:
    """A running evening has the file open, reads from it and writes to it."""
    library.keep(Article(path="/pages/here", updated=NOW, by="Sam", state="published"))
    move(SMALL)
    assert library.count(Shelf(public=False)) == 3


def test_articles_that_want_one_address_get_one_each_in_the_order_of_the_file(move: Move, library: SqlLibrary) -> None:
    """The first keeps it, the next has a number; old addresses lead to each."""
    same = {"wp_post_name": "same", "title": "Same"}
    move(export(item(1, **same), item(2, **same), item(3, **same)))
    paths = [library.article(library.came(f"wordpress:https://old.example/blog/?p={n}") or 0) for n in (1, 2, 3)]
    assert [one and one.path for one in paths] == [f"/posts/2012/01/same{end}" for end in ("", "-2", "-3")]
    assert library.led("/blog?p=2") == "/posts/2012/01/same-2"


def test_old_addresses_lead_to_where_things_are(move: Move, library: SqlLibrary) -> None:
    """A permalink, a number, a category, a feed, a page of a discussion."""
    under = '<category domain="category" nicename="chats">Chats</category>'
    move(export(item(4, under + comment(1))))
    for old in ("/blog/2012/01/post-4", "/blog?p=4", "/blog/2012/01/post-4/comment-page-1"):
        assert library.led(old) == "/posts/2012/01/post-4"
    assert library.led("/blog/category/chats") == "/categories/chats"
    assert library.led("/blog/feed") == "/feeds/posts.rss"


def test_what_is_kept_aside_is_on_one_page_for_the_hosts_people(move: Move, library: SqlLibrary) -> None:
    """Its words are plain whatever they were there, and what comes later is put on the same page."""
    move(export(item(2, wp_post_type="attachment", title="[x](javascript:alert(1)) <script>")))
    move(export(item(3, wp_post_type="attachment", title="Another")))
    (page,) = [one for one in library.articles(Shelf(public=False)) if one.title.startswith("Kept from")]
    assert (page.state, page.kind, page.discussion) == ("private", "page", "closed")
    assert "Another" in page.text
    assert "\\[x\\]\\(javascript:alert\\(1\\)\\) \\<script\\>" in page.text


def test_terms_in_a_circle_are_parted(move: Move, library: SqlLibrary) -> None:
    """A category that is part of its own parts stands by itself."""
    head = "".join(
        f"<wp:category><wp:category_nicename>{one}</wp:category_nicename><wp:category_parent>{above}</wp:category_parent>"
        f"<wp:cat_name>{one}</wp:cat_name></wp:category>"
        for one, above in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    move(export(head=head))
    assert {term.slug: term.parent for term, _ in library.terms()} == {"a": "b", "b": "c", "c": None}


@pytest.mark.parametrize(
    ("system", "content", "said"),
    [
        ("isso", SMALL, "looks like a WordPress export. Try: fairfloor import wordpress"),
        ("disqus", SMALL, "fairfloor import wordpress"),
        ("remark42", SMALL, "fairfloor import wordpress"),
        ("wordpress", b"", "an empty file"),
        ("wordpress", b"<!doctype html><p>Log in", "a web page"),
        ("wordpress", b"<rss><channel><item><title>x</title></item></channel></rss>", "a feed"),
        ("wordpress", b"<disqus xmlns='http://disqus.com'/>", "fairfloor import disqus"),
        ("wordpress", b"PK\x03\x04rest", "a ZIP archive"),
        ("wordpress", b'{"format": "fairfloor site", "version": 1}', "fairfloor import json"),
        ("wordpress", b'{"version":1,"users":[],"posts":[]}', "fairfloor import remark42"),
        ("disqus", b"just words", "a text"),
    ],
)
def test_a_file_that_is_something_else_is_told_what_it_looks_like(
    system: str, content: bytes, said: str, move: Move
) -> None:
    """And which command is the right one, if there is one."""
    with pytest.raises(Sorry, match=said):
        move(content, system)


def test_a_chat_that_is_not_there_is_not_made_by_a_slip(tmp_path: Path) -> None:
    """The name of the store may be mistyped."""
    with pytest.raises(Sorry, match="There is no"):
        moved_in(tmp_path / "typo.db", tmp_path / "export.xml", "wordpress", NOW)
    assert not list(tmp_path.iterdir())


def test_what_does_not_fit_is_left_out_and_the_rest_is_kept(move: Move) -> None:
    """One article whose address is longer than any may be stops nothing."""
    report = move(export(item(1, wp_post_name="x" * 90_000), item(2)))
    assert report.counts()["post"] == {"kept": 2}
