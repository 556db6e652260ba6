"""Links that lead to one page compare equal; whatever else comes in goes through unharmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.links import MAX_LINK, canonical

JUNK = st.text(alphabet="htps:/.wa%41?&=#@[]!~\\ \tİé2fbclidutm_")

SAME = [
    ("HTTP://Example.ORG/Path", "https://example.org/Path"),
    ("https://www.example.org:443/", "https://example.org"),
    ("http://example.org:80/a/", "https://example.org/a"),
    ("example.org/a", "https://example.org/a"),
    ("https://user:secret@example.org/a", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    ("https://example.org/a?UTM_Source=x&b=2&fbclid=123&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?gclid=1&q=x#section-2", "https://example.org/a?q=x"),
    ("https://example.org/%7euser/%e9", "https://example.org/~user/%E9"),
    ("https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1"),
    ("https://www.youtube.com/watch?v=abc&si=xyz&feature=share", "https://youtube.com/watch?v=abc"),
    ("https://example.org./a", "https://example.org/a"),
    (" https://example.org/a\n", "https://example.org/a"),
]

OTHER = [
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org/?s=fair", "https://example.org/"),
    ("https://foo.www.example.org/", "https://foo.example.org/"),
    ("https://example.org/#!/room/1", "https://example.org/#!/room/2"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
]


@pytest.mark.parametrize(("link", "expected"), SAME)
def test_what_sharing_adds_is_taken_away(link: str, expected: str) -> None:
    """Capitals, ports, www, trackers, anchors and trailing slashes do not make another page."""
    assert canonical(link) == expected


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_pages_stay_other_pages(one: str, other: str) -> None:
    """A port, a parameter or a path that chooses the page is kept."""
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "junk", ["", "#", "javascript:alert(1)", "http://[::1", "https://:99999/", "mailto:a@b.c", "%%%"]
)
def test_junk_comes_back_as_it_is(junk: str) -> None:
    """What is no web link is left alone, and never raises."""
    assert canonical(junk) == junk


@given(link=st.text() | JUNK | JUNK.map("https://{}".format) | JUNK.map("https://a.example/{}".format))
def test_a_canonical_link_is_its_own(link: str) -> None:
    """Any string whatever has a canonical form, bounded, which is its own canonical form."""
    once = canonical(link)
    assert canonical(once) == once
    assert len(once) <= MAX_LINK


@given(
    length=st.integers(MAX_LINK - 12, MAX_LINK + 12), head=st.sampled_from(["example.org/", "http://www.a.org/", "x"])
)
def test_long_links_are_bounded_and_stable(length: int, head: str) -> None:
    """Around the limit of length a link still has one canonical form."""
    once = canonical((head + "?utm_a=" * length)[:length])
    assert canonical(once) == once
    assert len(once) <= MAX_LINK


@given(pairs=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12")), unique_by=lambda pair: pair[0]))
def test_the_order_of_parameters_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    """The same parameters in another order are the same page."""
    query = [f"{name}={value}" for name, value in pairs]
    assert canonical(f"https://a.example/?{'&'.join(query)}") == canonical(
        f"https://a.example/?{'&'.join(query[::-1])}"
    )


PLAIN = st.from_regex(r"https?://(www\.){0,2}([a-z0-9-]{1,3}\.){1,3}[a-z0-9-]{1,4}(/[\w/.~!-]{0,8})?", fullmatch=True)


@given(link=PLAIN)
def test_a_plain_link_takes_the_short_way_to_the_same_form(link: str) -> None:
    """An empty fragment, which always goes, sends a link the long way round; it comes to the same."""
    assert canonical(link) == canonical(f"{link}#")
