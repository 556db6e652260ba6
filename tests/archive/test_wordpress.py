"""What goes out as a WordPress export: what was there, to the letter, and what was changed or written here."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.archive.wordpress import written
from fairfloor.chat.site.article import Article, Term
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.chat.site.moved import Element, Mended
from fairfloor.chat.site.whole import Whole
from fairfloor.sources.reading.elements import elements
from fairfloor.sources.wordpress import read as read_items
from fairfloor.sources.wordpress.names import name
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web.site.words import marked_up
from fairfloor.wiring.mover import Mover
from fairfloor.wiring.moving_report import Report

from ..sources.moving.exports import comment, export, item  # noqa: TID252 - as elsewhere in the tests

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
Move = Callable[[bytes], Whole]


def moved(library: SqlLibrary, content: bytes) -> Whole:
    """Move an export in, and give the whole site."""
    mover = Mover(library, "wordpress", NOW, Report(system="wordpress", file="x"))
    for one in read_items(BytesIO(content)):
        mover.take(one)
    mover.finish()
    return library.whole()


def out(site: Whole) -> bytes:
    """Write a site as an export."""
    return b"".join(written(site, "chat", "https://chat.example", marked_up))


def parts(content: bytes) -> dict[bytes, int]:
    """Give the elements of an export without order; without machines' addresses, and as of one version."""
    found: dict[bytes, int] = {}
    for _, one in elements(BytesIO(content), ("rss", "channel"), name):
        assert not isinstance(one, Mended)
        if one.name != "wp:wxr_version":
            key = msgspec.json.encode(_plain(one))
            found[key] = found.get(key, 0) + 1
    return found


def _plain(one: Element) -> Element:
    inner = [_plain(part) for part in one.parts if part.name != "wp:comment_author_IP"]
    comments = sorted((part for part in inner if part.name == "wp:comment"), key=msgspec.json.encode)
    text = "" if one.name == "item" else one.text
    others = [part for part in inner if part.name != "wp:comment"]
    return msgspec.structs.replace(one, text=text, parts=(*others, *comments))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Open a new site."""
    with library_opened(tmp_path / "one.site") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Open another new site."""
    with library_opened(tmp_path / "two.site") as opened:
        yield opened


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40
)
TYPED = st.one_of(
    WORDS, st.sampled_from(["a\n\nb", "<b>x</b>\ny", "<![CDATA[", "a ]]> b", "&amp; &lt;", "  spaces  ", "é\r\nx"])
)
TIMES = st.sampled_from(["2012-01-05 14:30:46", "0000-00-00 00:00:00", "", "nonsense", "2031-05-01 00:00:00"])
META = st.builds(
    lambda key, value: (
        f"<wp:postmeta><wp:meta_key>k{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    ),
    st.integers(0, 3),
    st.sampled_from(["", "x", 'a:1:{s:3:"foo";}', "\n  y "]),
)
UNDER = st.builds(
    lambda kind, slug: f'<category domain="{kind}" nicename="{slug}">{slug.title()}</category>',
    st.sampled_from(["category", "post_tag", "tag", "post_format", "mood"]),
    st.sampled_from(["a", "b", "c-d", "n%c3%a4he"]),
)


@st.composite
def comments(draw: st.DrawFn) -> str:
    """Make the comments of a post: parents anywhere, or nowhere."""
    numbers = draw(st.lists(st.integers(1, 30), unique=True, max_size=6))
    made = [
        comment(
            number,
            draw(st.sampled_from([0, *numbers, 99])),
            comment_author=draw(TYPED),
            comment_author_email=draw(st.sampled_from(["", "a@b.example", " x "])),
            comment_author_url=draw(st.sampled_from(["", "https://a.example", "javascript:x"])),
            comment_content=draw(TYPED),
            comment_approved=draw(st.sampled_from(["1", "0", "spam", "trash", "post-trashed", "?"])),
            comment_type=draw(st.sampled_from(["", "comment", "pingback", "note"])),
            comment_date_gmt=draw(TIMES),
            comment_user_id=draw(st.sampled_from(["0", "7"])),
        )
        for number in numbers
    ]
    return "".join(made)


@st.composite
def exports(draw: st.DrawFn) -> bytes:
    """Make an export with all that may be in one."""
    head = "".join(
        f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{draw(st.sampled_from(['', 'a', 'b']))}</wp:category_parent>"
        f"<wp:cat_name>{slug.title()}</wp:cat_name></wp:category>"
        for number, slug in enumerate(draw(st.lists(st.sampled_from(["a", "b", "c-d"]), unique=True)), 1)
    )
    items = [
        item(
            number,
            "".join(draw(st.lists(UNDER, max_size=3)) + draw(st.lists(META, max_size=2))) + draw(comments()),
            title=draw(TYPED),
            content_encoded=draw(TYPED),
            excerpt_encoded=draw(TYPED),
            dc_creator=draw(st.sampled_from(["sam", "", "guest"])),
            wp_status=draw(
                st.sampled_from(["publish", "draft", "private", "pending", "future", "trash", "inherit", "odd"])
            ),
            wp_post_type=draw(st.sampled_from(["post", "page", "attachment", "nav_menu_item"])),
            wp_post_date_gmt=draw(TIMES),
            wp_post_name=draw(st.sampled_from(["same", "about", "", "n%c3%a4he", "../x"])),
            wp_comment_status=draw(st.sampled_from(["open", "closed", ""])),
        )
        for number in range(1, draw(st.integers(1, 4)))
    ]
    return export(*items, head=head)


@settings(max_examples=40)
@given(exports())
def test_what_moved_in_goes_out_as_it_was_and_comes_in_again_as_it_is(content: bytes) -> None:
    """Out again, nothing is missing or other than it was; in again elsewhere, that site is the same as this."""
    with tempfile.TemporaryDirectory() as folder:
        with library_opened(Path(folder) / "one") as one, library_opened(Path(folder) / "two") as two:
            first = moved(one, content)
            exported = out(first)
            before, after = parts(content), parts(exported)
            missing = {key: count for key, count in before.items() if after.get(key, 0) < count}
            assert not missing
            again = moved(two, exported)
        assert out(again) == exported
        assert [msgspec.json.encode(x) for x in again.comments] == [msgspec.json.encode(x) for x in first.comments]
        assert without_asides(again) == without_asides(first)


def without_asides(site: Whole) -> list[bytes]:
    """Give articles but for the page of what was kept aside, whose order follows the file's."""
    return [msgspec.json.encode(one) for one in site.articles if b'"aside"' not in bytes(one.rest)]


def test_what_was_changed_here_goes_out_as_it_is_now(library: SqlLibrary, other: SqlLibrary) -> None:
    """Title, words, state and terms as the host has them; all else as it was; and it comes back so."""
    under = '<category domain="category" nicename="old">Old</category>'
    under += '<category domain="mood" nicename="calm">Calm</category>'
    site = moved(library, export(item(1, under + comment(2, comment_approved="0"))))
    library.keep_term(Term(kind="category", slug="new", name="New"))
    changed: dict[str, Any] = {"title": "Mine", "text": "**Bold** words.", "form": "markdown", "state": "private"}
    changed |= {"categories": ("new",), "updated": NOW}
    library.keep(msgspec.structs.replace(site.articles[0], **changed))
    exported = out(library.whole())
    told = exported.decode()
    assert "<title>Mine</title>" in told
    assert "<strong>Bold</strong> words." in told
    assert "<wp:status>private</wp:status>" in told
    assert 'nicename="new"' in told
    assert 'nicename="old"' not in told.partition("<item>")[2]
    assert 'nicename="calm"' in told
    again = moved(other, exported).articles[0]
    assert {key: getattr(again, key) for key in changed} == changed


def test_what_was_written_here_goes_out_and_comes_back_with_all_it_has(library: SqlLibrary, other: SqlLibrary) -> None:
    """A recap in Markdown with its session, answers by accounts and by nobody, the order and depth of all."""
    library.keep_term(Term(kind="tag", slug="q", name="Q"))
    recap = Article(
        kind="recap", path="/sessions/2026-11-18", title="A & B ]]>", text="# What\n\n*was* said", state="published",
        published=NOW, updated=NOW, by="Sam", session="2026-11-18", tags=("q",),
        closes=datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    kept = library.keep(recap)
    who = Author(kind="account", name="ann.example", key="did:plc:ann")
    first = library.comments.say(Comment(article=kept.id, at=NOW, author=who, text="*Hm*"))
    library.comments.say(
        Comment(article=kept.id, parent=first.id, at=NOW, author=Author(kind="anonymous", key="guest:1"), text="No <b>",
                state="held", why="It has 4 links.")
    )  # fmt: skip
    moved(other, out(library.whole()))
    (back,) = [one for one in other.whole().articles if one.kind == "recap"]
    assert msgspec.structs.replace(back, origin=None) == msgspec.structs.replace(kept, id=back.id)
    one, two = other.comments.under(back.id)
    assert (one.author, one.text, one.form) == (who, "*Hm*", "markdown")
    assert (two.parent, two.state, two.why, two.author.key) == (one.id, "held", "It has 4 links.", "guest:1")


def test_words_that_were_changed_elsewhere_count_more_than_what_was_carried(
    library: SqlLibrary, other: SqlLibrary
) -> None:
    """Out to WordPress, edited there, and back: the edit is what comes back."""
    library.keep(
        Article(
            path="/posts/2026/11/a", title="A", text="Before.", updated=NOW, by="Sam", state="published", published=NOW
        )
    )
    edited = out(library.whole()).replace(b"<p>Before.</p>", b"<p>After.</p>", 1)
    assert moved(other, edited).articles[0].text.strip() == "<p>After.</p>"


@given(st.text(), st.text())
def test_any_words_are_written_as_xml_that_can_be_read(title: str, text: str) -> None:
    """Lone surrogates, controls, marks: what XML forbids is left out, and nothing breaks."""
    article = Article(id=1, path="/pages/x", title=title[:300], text=text, form="html", updated=NOW, by=title[:300])
    content = out(Whole(articles=(article,)))
    assert [one for _, one in elements(BytesIO(content), ("rss", "channel"), name) if isinstance(one, Mended)] == []
