"""What a WordPress export comes to, item by item."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.site.article import Article, Term
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import Aside, LeftOut, Mended, Moved, Reply, Rest, Unknown, rest_of
from fairfloor.sources.wordpress.paragraphs import paragraphs
from fairfloor.store.site.library import SqlLibrary
from fairfloor.wiring.moving_report import Report

from .exports import comment, export, item, of, told

Move = Callable[..., Report]


def article(content: bytes) -> Article:
    """Give the one article of an export."""
    (moved,) = of(Moved, told(content))
    assert isinstance(moved.article, Article)
    return moved.article


def said(*comments: str) -> list[Reply]:
    """Give the comments of a post that has some."""
    return of(Reply, told(export(item(1, "".join(comments)))))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("space", ["http://wordpress.org/export/{}/", "https://wordpress.org/export/{}/"])
def test_every_version_is_read_in_either_namespace(version: str, space: str) -> None:
    """The format's number stands in its namespace, which newer exports write with https."""
    content = export(item(1, comment(2) + comment(3, 2)), version=version, space=space.format(version))
    found = told(content)
    assert [one.article.title for one in of(Moved, found)] == ["Post 1"]
    assert [one.parent for one in of(Reply, found)] == [None, "wordpress:https://old.example/blog/?p=1#comment-2"]
    assert not of(Mended, found)


def test_an_article_is_what_the_post_was() -> None:
    """Title, words, author, time and address come along; the address it had is remembered in each of its forms."""
    (moved,) = of(
        Moved, told(export(item(5, title="Fish &amp; <em>chips</em>", content_encoded="One.\n\nTwo\nthree.")))
    )
    one = moved.article
    assert (one.kind, one.title, one.by) == ("post", "Fish & chips", "Sam Lee")
    assert one.text == "<p>One.</p>\n<p>Two<br>three.</p>"
    assert one.published == datetime(2012, 1, 5, 14, 30, 46, tzinfo=UTC)
    assert one.path == "/posts/2012/01/post-5"
    assert set(moved.old) == {
        "/blog/2012/01/post-5",
        "/blog/2012/01/post-5/feed",
        "/blog?p=5",
        "/blog/?p=5",
        "/blog/?page_id=5",
    }


@pytest.mark.parametrize(
    ("status", "state"),
    [("publish", "published"), ("draft", "draft"), ("pending", "draft"), ("future", "draft"), ("private", "private")],
)
def test_a_state_is_kept_as_near_as_there_is_one(status: str, state: str) -> None:
    """Nothing becomes public that was not."""
    assert article(export(item(1, wp_status=status))).state == state


def test_nothing_becomes_public_that_had_a_password_or_a_state_nobody_knows() -> None:
    """What cannot be told apart from a secret is kept as one."""
    secret = item(1, "<wp:post_password>enter</wp:post_password>")
    strange = item(2, wp_status="embargoed")
    states = [one.article.state for one in of(Moved, told(export(secret, strange)))]
    assert states == ["private", "private"]


def test_a_time_is_found_wherever_it_stands() -> None:
    """GMT first, then the feed's time, then the site's own clock; and a post without any is at the beginning."""
    zero = {"wp_post_date_gmt": "0000-00-00 00:00:00"}
    feed = item(1, **zero)
    own = item(2, **zero, pubDate="Mon, 30 Nov -0001 00:00:00 +0000")
    none = item(3, **zero, pubDate="", wp_post_date="0000-00-00 00:00:00")
    first, second, third = (one.article.published for one in of(Moved, told(export(feed, own, none))))
    assert first == datetime(2012, 1, 5, 14, 30, 46, tzinfo=UTC)
    assert second == datetime(2012, 1, 5, 9, 30, 46, tzinfo=UTC)
    assert third == datetime(1970, 1, 1, tzinfo=UTC)


def test_what_has_no_place_is_kept_aside_unless_people_commented_on_it() -> None:
    """An attachment is kept for the way out; one with a discussion becomes a page for the host's people."""
    plain = item(1, wp_post_type="attachment", wp_status="inherit")
    discussed = item(2, comment(9), wp_post_type="attachment", wp_status="inherit")
    found = told(export(plain, discussed, item(3, wp_post_type="nav_menu_item"), item(4, wp_status="trash")))
    assert [one.key for one in of(Aside, found) if one.key.startswith("item")] == ["item 1", "item 3", "item 4"]
    (page,) = of(Moved, found)
    assert (page.article.kind, page.article.state, len(of(Reply, found))) == ("page", "private", 1)


def test_categories_and_tags_come_with_their_parents_and_other_terms_are_reported() -> None:
    """Old exports name each term of a post twice, with and without its address; it counts once."""
    head = (
        "<wp:category><wp:category_nicename>police</wp:category_nicename><wp:cat_name>Police</wp:cat_name></wp:category>"
        "<wp:category><wp:category_nicename>chats</wp:category_nicename><wp:category_parent>police</wp:category_parent>"
        "<wp:cat_name>Chats</wp:cat_name><wp:category_description>Weekly.</wp:category_description></wp:category>"
        "<wp:term><wp:term_taxonomy>mood</wp:term_taxonomy><wp:term_slug>calm</wp:term_slug></wp:term>"
    )
    under = (
        '<category>Chats</category><category domain="category" nicename="chats">Chats</category>'
        '<category domain="tag" nicename="n%c3%a4he">Nähe</category>'
        '<category domain="mood" nicename="calm">Calm</category>'
    )
    found = told(export(item(1, under), head=head))
    assert of(Term, found) == [
        Term(kind="category", slug="police", name="Police"),
        Term(kind="category", slug="chats", name="Chats", about="Weekly.", parent="police"),
        Term(kind="tag", slug="nähe", name="Nähe"),
    ]
    (moved,) = of(Moved, found)
    assert (moved.article.categories, moved.article.tags) == (("chats",), ("nähe",))
    assert any(one.what == "term" and "no mood" in one.why for one in of(Aside, found))


@pytest.mark.parametrize(
    ("approved", "state"),
    [("1", "shown"), ("0", "held"), ("spam", "held"), ("trash", "removed"), ("post-trashed", "removed"), ("?", "held")],
)
def test_what_was_not_approved_is_not_shown(approved: str, state: str) -> None:
    """Whatever the state is called, only what was shown there is shown here; the rest says why it is not."""
    (reply,) = said(comment(1, comment_approved=approved))
    assert reply.comment.state == state
    assert bool(reply.comment.why) == (state != "shown")
    assert "spam" not in reply.comment.why


def test_a_ping_is_no_comment_and_is_kept_as_what_it_is() -> None:
    """What another site sent stands beside what people said."""
    kinds = [one.comment.said for one in said(*(comment(n, comment_type=kind) for n, kind in enumerate(_KINDS, 1)))]
    assert kinds == ["comment", "comment", "pingback", "trackback", "comment"]


_KINDS = ["", "comment", "pingback", "trackback", "order_note"]


def test_a_note_of_another_kind_is_never_shown_by_itself() -> None:
    """Shops keep notes about orders as comments; these wait for the host."""
    (reply,) = said(comment(1, comment_type="order_note"))
    assert reply.comment.state == "held"


def test_authors_of_the_site_are_the_host_and_others_are_named_or_nobody() -> None:
    """Only the number of an account there makes somebody the host: a name can be anybody's."""
    host, named, nobody = said(
        comment(1, comment_user_id="7", comment_author="whatever"),
        comment(2, comment_author="Sam Lee", comment_author_url="javascript:alert(1)"),
        comment(3, comment_author="Anonymous", comment_author_email=""),
    )
    assert (host.comment.author.kind, host.comment.author.name) == ("host", "Sam Lee")
    assert (named.comment.author.kind, named.comment.author.link) == ("named", "")
    assert (nobody.comment.author.kind, nobody.comment.author.name) == ("anonymous", "")
    assert named.comment.email == "reader2@mail.example"


def test_addresses_of_machines_are_dropped_wherever_they_stand_and_that_is_said() -> None:
    """Neither the field nor what plugins noted of it is kept, in what is kept aside as little as in a comment."""
    noted = "<wp:meta_key>akismet_as_submitted</wp:meta_key><wp:meta_value>192.0.2.7</wp:meta_value>"
    meta = f"<wp:commentmeta>{noted}</wp:commentmeta>"
    inside = comment(1).replace("</wp:comment>", meta + "</wp:comment>")
    found = told(export(item(1, inside), item(2, comment(4), wp_status="trash")))
    assert b"192.0.2.7" not in b"".join(bytes(str(one), "utf-8") for one in found)
    assert [one.name for one in of(LeftOut, found)] == ["3 of them"]


def test_addresses_of_machines_that_forms_sent_are_dropped_too() -> None:
    """Contact forms keep what was sent as items of their own; their words stay, and posts that speak of one do too."""
    noted = "<wp:postmeta><wp:meta_key>_feedback_ip</wp:meta_key><wp:meta_value>192.0.2.8</wp:meta_value></wp:postmeta>"
    sent = item(1, noted, wp_post_type="feedback", content_encoded="Hello.\nAUTHOR: Ann\nIP: 2001:db8::7\nBye.")
    found = told(export(sent, item(2, content_encoded="IP: 192.0.2.9")))
    text = str(found)
    assert "192.0.2.8" not in text
    assert "2001:db8::7" not in text
    assert ("AUTHOR: Ann" in text, "IP: 192.0.2.9" in text) == (True, True)
    assert [one.name for one in of(LeftOut, found)] == ["2 of them"]


def test_orphans_circles_and_numbers_that_come_twice_are_kept_and_said() -> None:
    """A discussion with damage in it is moved in whole; what stood under nothing stands by itself."""
    orphan, one, two, own = comment(1, 99), comment(2, 3), comment(3, 2), comment(4, 4)
    twice, again = comment(5, comment_content="First."), comment(5, comment_content="Second.")
    found = told(export(item(1, orphan + one + two + own + twice + again + again)))
    replies = of(Reply, found)
    above = {
        one.comment.origin.partition("#comment-")[2]: (one.parent or "").partition("#comment-")[2] for one in replies
    }
    assert above == {"1": "", "2": "", "3": "2", "4": "", "5": "", "5-2": ""}
    assert [len(one.notes) for one in replies] == [1, 1, 0, 1, 0, 0]
    assert [one.why for one in of(LeftOut, found) if one.what == "comment"] == ["It is in the file twice."]


@pytest.mark.parametrize("depth", [1, 9, 300])
def test_replies_are_as_deep_as_people_went_whatever_their_order(depth: int, move: Move, library: SqlLibrary) -> None:
    """The depth of each comment is its depth there, also where an answer stands before what it answers."""
    chain = [comment(n, n - 1, comment_date_gmt=f"2012-01-06 10:{n // 60:02}:{n % 60:02}") for n in range(1, depth + 1)]
    report = move(export(item(1, "".join(reversed(chain)))))
    assert report.counts()["comment"] == {"kept": depth}
    by_id = {
        one.id: one for one in library.comments.under(library.came("wordpress:https://old.example/blog/?p=1") or 0)
    }
    assert sorted(deep(one, by_id) for one in by_id.values()) == list(range(1, depth + 1))


def deep(one: Comment, by_id: dict[int, Comment]) -> int:
    """Say how deep a comment stands."""
    found = 1
    while one.parent is not None:
        one, found = by_id[one.parent], found + 1
    return found


def test_what_exports_get_wrong_is_mended_and_counted() -> None:
    """Control characters, entities of HTML, bare ampersands, and a CDATA section that was not escaped."""
    content = (
        export(item(1))
        .replace(b"<title>Post 1</title>", b"<title>A\x08 &nbsp;B & C&#8;</title>")
        .replace(b"<content:encoded>Hello.", b"<content:encoded><![CDATA[x <![CDATA[ y ]]> z]]>")
    )
    found = told(content)
    (moved,) = of(Moved, found)
    assert moved.article.title == "A B & C"
    assert moved.article.text == "<p>x <![CDATA[ y ]]> z</p>"
    assert sum(one.times for one in of(Mended, found)) == 5


def test_other_encodings_marks_and_bad_bytes_are_read() -> None:
    """A mark at the beginning, another encoding than UTF-8 that is told, and bytes that are none."""
    title = "Größe"
    plain = export(item(1, title=title))
    latin = plain.decode().replace("UTF-8", "ISO-8859-1", 1).encode("latin-1")
    for content in (plain, b"\xef\xbb\xbf" + plain, latin, b"\n  " + plain):
        assert article(content).title == title
    broken = told(plain.replace("ö".encode(), b"\xff"))
    assert of(Moved, broken)[0].article.title == "Gr\N{REPLACEMENT CHARACTER}ße"
    assert ["UTF-8" in one.why for one in of(Mended, broken)] == [True]


BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title>"""
)
OUTSIDE = (
    b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title>"""
)
DTD = b"""<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://192.0.2.1/evil.dtd"><rss><channel></channel></rss>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, DTD])
def test_entities_are_neither_unfolded_nor_fetched(content: bytes) -> None:
    """A document type is refused before anything in it counts."""
    with pytest.raises(Unknown, match="not safe"):
        told(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<html><body>Log in</body></html>", b'{"a": 1}', b"<rss><channel><item/></channel></rss>"],
)
def test_what_is_no_export_is_refused(content: bytes) -> None:
    """A feed is no export either: it has the latest posts alone."""
    with pytest.raises(Unknown):
        told(content)


def test_depth_that_would_keep_a_reader_busy_is_refused() -> None:
    """Elements in elements are read to forty deep."""
    with pytest.raises(Unknown, match="deep"):
        told(export(item(1, "<x>" * 100 + "</x>" * 100)))


WHOLE = export(
    item(1, comment(2) + comment(3, 2) + comment(4, 3, comment_content="<b>Bold</b> & <![CDATA[...")),
    item(2, '<category domain="category" nicename="a">A</category>', content_encoded="x\n\ny"),
    item(3, wp_post_type="attachment"),
)


@given(st.data())
def test_a_mutilated_export_gives_what_can_be_read_or_a_clear_refusal(data: st.DataObject) -> None:
    """Cut off anywhere, or with any bytes changed: never anything but items, or a refusal."""
    content = bytearray(WHOLE[: data.draw(st.integers(0, len(WHOLE)))])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 255)), max_size=8)):
        if place < len(content):
            content[place] = byte
    try:
        found = told(bytes(content))
    except Unknown:
        return
    assert all(one.article.text is not None for one in of(Moved, found))


@given(st.integers(0, len(WHOLE)))
def test_an_export_that_is_cut_off_says_so_and_keeps_what_came_before(end: int) -> None:
    """Whole items before the cut are there, and the fault has its line."""
    content = WHOLE[:end]
    try:
        found = told(content)
    except Unknown:
        assert b"</item>" not in content
        return
    assert len(of(Moved, found)) + len(
        of(Aside, [one for one in found if isinstance(one, Aside) and "item" in one.key])
    ) == (content.count(b"</item>"))
    cut = [one for one in of(Mended, found) if one.line is not None]
    assert bool(cut) == (b"</rss>" not in content)


@given(st.text())
def test_paragraphs_are_made_of_anything(typed: str) -> None:
    """Making paragraphs is total, and words do not get lost."""
    made = paragraphs(typed)
    assert [char for char in made if char.isalnum()].count("q") >= [char for char in typed if char.isalnum()].count("q")


def test_paragraphs_leave_blocks_alone() -> None:
    """Lists, tables, preformatted text and what the block editor wrote keep their form."""
    assert paragraphs("a\nb\n\n<pre>x\n\ny</pre>\nc") == "<p>a<br>b</p>\n<pre>x\n\ny</pre>\n<p>c</p>"
    assert paragraphs("<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>") == "<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>"
    editor = "<!-- wp:paragraph -->\n<p>a</p>\n\n<!-- /wp:paragraph -->"
    assert paragraphs(editor) == editor


def test_what_has_no_field_here_stands_beside_the_article() -> None:
    """A menu's order, a custom field, whether it was sticky: all of it is there for the way out."""
    meta = "<wp:postmeta><wp:meta_key>mood</wp:meta_key><wp:meta_value>calm</wp:meta_value></wp:postmeta>"
    rest = rest_of(
        article(export(item(1, meta + "<wp:menu_order>4</wp:menu_order><wp:is_sticky>1</wp:is_sticky>"))), Rest
    )
    assert rest is not None
    assert {"wp:menu_order", "wp:is_sticky", "wp:postmeta", "guid"} <= {part.name for part in rest.parts}
