import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from fairfloor.chat.site.feed import Feed
from fairfloor.publish.feeds.atom import atom
from fairfloor.publish.feeds.jsonfeed import json_feed
from fairfloor.publish.feeds.rss import rss

from .rules import ATOM, CONTENT, DC, THR, wrong_with_atom, wrong_with_json, wrong_with_rss
from .samples import AT, DISCUSSION, PARENT, SITE, entry, feed, feeds


@given(feeds())
def test_anything_makes_a_feed_that_the_specifications_allow(some: Feed) -> None:
    """Whatever people write, controls, markup and half characters too, each format comes out as its rules demand."""
    assert wrong_with_atom(atom(some)) == []
    assert wrong_with_rss(rss(some)) == []
    assert wrong_with_json(json_feed(some)) == []


@given(feeds())
def test_nothing_turns_the_letters_around_it(some: Feed) -> None:
    """In titles and names no control is left that could make the text of a reader's list run backwards."""
    root = ET.fromstring(atom(some))  # noqa: S314 - we wrote it
    lines = [one.text or "" for tag in ("title", "name", "subtitle") for one in root.iter(f"{ATOM}{tag}")]
    assert not {char for line in lines for char in line} & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069\u200f")
    assert all("\n" not in line for line in lines)


@given(feeds())
def test_one_feed_gives_the_same_bytes(some: Feed) -> None:
    """Written twice a feed is the same to the byte, so that a reader's program is told that nothing is new."""
    assert (atom(some), rss(some), json_feed(some)) == (atom(some), rss(some), json_feed(some))


def test_markup_is_escaped_once() -> None:
    """What a program unescapes is the markup that was given, not less and not more."""
    html = '<p>Fish &amp; chips &lt;b&gt; <a href="https://a.example/?b&amp;c">x</a> ]]&gt;</p>'
    told = feed(entry(html=html))
    assert _root(atom(told)).findtext(f"{ATOM}entry/{ATOM}content") == html
    assert _root(rss(told)).findtext(f"channel/item/{CONTENT}encoded") == html
    assert json.loads(json_feed(told))["items"][0]["content_html"] == html


def test_plain_words_are_no_markup_where_rss_has_markup() -> None:
    """A summary with signs of markup is shown as it was written by programs that take a description for markup."""
    told = feed(entry(summary="Is a < b & <b>c</b>?"), about="R&D")
    assert _root(rss(told)).findtext("channel/item/description") == "Is a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;?"
    assert _root(rss(told)).findtext("channel/description") == "R&amp;D"
    assert _root(atom(told)).findtext(f"{ATOM}entry/{ATOM}summary") == "Is a < b & <b>c</b>?"


def test_replies_are_told_as_a_thread() -> None:
    """A program sees what a comment replies to, and how much is said under an article (RFC 4685)."""
    root = _root(atom(feed(entry(discussion=DISCUSSION), entry(2, reply_to=PARENT))))
    first, second = root.findall(f"{ATOM}entry")
    replies = first.findall(f"{ATOM}link[@rel='replies']")
    assert [(link.get("type"), link.get(f"{THR}count")) for link in replies] == [
        ("application/atom+xml", "31"),
        ("text/html", "31"),
    ]
    assert replies[0].get(f"{THR}updated") == "2026-11-18T03:00:00Z"
    assert first.findtext(f"{THR}total") == "31"
    reply = second.find(f"{THR}in-reply-to")
    assert reply is not None
    assert reply.get("ref") == first.findtext(f"{ATOM}id")


def test_an_entry_whose_author_is_gone_is_the_feeds() -> None:
    """Where nobody is named, no name is made up for the entry; Atom takes the feed's, RSS must have one."""
    told = feed(entry(author=""))
    assert _root(atom(told)).find(f"{ATOM}entry/{ATOM}author") is None
    assert _root(rss(told)).findtext(f"channel/item/{DC}creator") == "Anonymous"
    assert "authors" not in json.loads(json_feed(told))["items"][0]


def test_pages_of_a_feed_are_linked() -> None:
    """A program can go on to what is older, and back to the first page (RFC 5005)."""
    told = feed(entry(), onward=f"{SITE}/feeds/posts.atom?after=50", first=f"{SITE}/feeds/posts.atom")
    links = {link.get("rel"): link.get("href") for link in _root(atom(told)).findall(f"{ATOM}link")}
    assert links["next"] == f"{SITE}/feeds/posts.atom?after=50"
    assert links["first"] == f"{SITE}/feeds/posts.atom"
    assert json.loads(json_feed(told))["next_url"] == f"{SITE}/feeds/posts.atom?after=50"


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda text: text.replace("<updated>", "<changed>").replace("</updated>", "</changed>"), "no updated"),
        (lambda text: text.replace("03:00:00Z", "3 am"), "is no time"),
        (lambda text: text.replace("urn:uuid:00000000-0000-5000-8000-000000000001", "1"), "is no URI"),
        (lambda text: text.replace('rel="self"', 'rel="related"'), "no link to itself"),
        (lambda text: text.replace("<name>Host</name>", "<name/>"), "no name"),
        (lambda text: text.replace('type="html"', 'type="xhtml"'), "no escaped HTML"),
        (lambda text: text.replace(f"{SITE}/posts/2026/11/post-1", "/posts"), "leads to"),
    ],
)
def test_the_rules_notice_what_is_wrong(breaks: object, says: str) -> None:
    """The check of these tests fails where a feed breaks a rule."""
    assert callable(breaks)
    broken = breaks(atom(feed(entry())).decode()).encode()
    assert any(says in wrong for wrong in wrong_with_atom(broken))


def test_times_are_those_of_greenwich() -> None:
    """Times are written in UTC, in each format's own way."""
    told = feed(entry())
    assert "<pubDate>Wed, 18 Nov 2026 03:00:00 GMT</pubDate>" in rss(told).decode()
    assert "<updated>2026-11-18T03:00:00Z</updated>" in atom(told).decode()
    assert AT.isoformat() == "2026-11-18T03:00:00+00:00"


def _root(document: bytes) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - we wrote it
