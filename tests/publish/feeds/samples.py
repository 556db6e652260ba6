"""Feeds to write: plain ones, and whatever hypothesis makes up."""

import string
from datetime import UTC, datetime

from hypothesis import strategies as st

from fairfloor.chat.site.feed import Discussion, Entry, Feed, Parent

AT = datetime(2026, 11, 18, 3, tzinfo=UTC)
SITE = "https://chat.example.org"
UNKIND = st.text(
    st.one_of(
        st.characters(exclude_characters="\ufffd"),  # legal, and the validator warns of it
        st.sampled_from("\x00\x08\x0b\x1b\x7f\x85\ufffe\uffff\ud800\u202e\u2066\u200f&<>\"'\r\n\t]"),
    ),
    max_size=40,
)
"""Any text at all, lone surrogates, controls and markup among it."""
_MARKUP = st.one_of(UNKIND, UNKIND.map(lambda text: f"<p>{text}</p>"), st.just("]]>"), st.just("<b>x</b>]]&gt;"))
_TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - is given one
_PATHS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12)


def feed(*entries: Entry, **more: object) -> Feed:
    """Make a feed."""
    given: dict[str, object] = {
        "id": "urn:uuid:00000000-0000-5000-8000-000000000000",
        "title": "#copchat",
        "about": "Posts and recaps",
        "author": "#copchat",
        "page": f"{SITE}/posts",
        "own": f"{SITE}/feeds/posts.atom",
        "updated": AT,
        "entries": entries,
    }
    return Feed(**(given | more))  # type: ignore[arg-type] # checked by the format's own tests


def entry(number: int = 1, **more: object) -> Entry:
    """Make an entry."""
    given: dict[str, object] = {
        "id": f"urn:uuid:00000000-0000-5000-8000-{number:012}",
        "page": f"{SITE}/posts/2026/11/post-{number}",
        "title": f"Post {number}",
        "html": "<p>Words</p>",
        "published": AT,
        "updated": AT,
        "author": "Host",
    }
    return Entry(**(given | more))  # type: ignore[arg-type]


DISCUSSION = Discussion(
    page=f"{SITE}/posts/2026/11/post-1#discussion",
    feed=f"{SITE}/posts/2026/11/post-1/comments.atom",
    count=31,
    updated=AT,
)
PARENT = Parent(
    id="urn:uuid:00000000-0000-5000-8000-000000000001",
    page=f"{SITE}/posts/2026/11/post-1",
    feed=f"{SITE}/feeds/posts.atom",
)


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    """Make an entry with anything in it that people write."""
    return entry(
        number,
        page=f"{SITE}/posts/{draw(_PATHS)}-{number}",
        title=draw(UNKIND),
        html=draw(_MARKUP),
        summary=draw(UNKIND),
        published=draw(_TIMES),
        updated=draw(_TIMES),
        author=draw(UNKIND),
        terms=tuple(draw(st.lists(UNKIND, max_size=3))),
        discussion=draw(st.sampled_from([None, DISCUSSION])),
        reply_to=draw(st.sampled_from([None, PARENT])),
    )


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """Make a feed with anything in it that people write."""
    some = tuple(draw(entries(number)) for number in range(draw(st.integers(0, 3))))
    onward = draw(st.sampled_from([None, f"{SITE}/feeds/posts.atom?after=50"]))
    first = draw(st.sampled_from([None, f"{SITE}/feeds/posts.atom"]))
    named = {name: draw(UNKIND) for name in ("title", "about", "author")}
    return feed(*some, updated=draw(_TIMES), onward=onward, first=first, **named)
