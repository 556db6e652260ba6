from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.web.address import composer, key, name_of, original, safe

BLUESKY = "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3l6oveex3ii2l"


@given(st.text())
def test_every_id_can_be_in_an_address_and_comes_back(name: str) -> None:
    """Ids are anybody's text; in an address they are letters, digits, - and _, and stand for the same id."""
    assert set(key(name)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert name_of(key(name)) == name


@given(st.text(), st.characters(categories=["Cs"]), st.text())
def test_an_id_that_is_no_text_leads_nowhere(before: str, lone: str, after: str) -> None:
    """No act that was taken has half a character in its id, so nothing needs to be asked of the store."""
    assert name_of(key(before + lone + after)) is None


@given(st.text())
def test_an_address_that_no_id_is_written_as_leads_nowhere(text: str) -> None:
    """Guessed addresses are told apart, so each act has one address."""
    name = name_of(text)
    assert name is None or key(name) == text


def a_post(id_: str, network: str | None = None) -> Post:
    """Make a post that has nothing but an id and a network."""
    return Post(id=id_, at=datetime(2026, 3, 5, tzinfo=UTC), account="a", network=network)


@pytest.mark.parametrize(
    ("id_", "network", "address"),
    [
        (BLUESKY, "bluesky", f"https://bsky.app/profile/{BLUESKY[5:37]}/post/3l6oveex3ii2l"),
        ("1234567890123456789", "x", "https://x.com/i/status/1234567890123456789"),
        ("https://mastodon.social/@ana/1122", "mastodon", "https://mastodon.social/@ana/1122"),
        ("at://did:plc:abc/app.bsky.feed.post/../../evil", "bluesky", None),
        ("12/../../home", "x", None),
        ("http://plain.example/1", "mastodon", None),
        ("https://mastodon.social@evil.example/1", "mastodon", None),
        ("javascript:alert(1)", "mastodon", None),
        ("1234", None, None),
    ],
)
def test_a_post_leads_to_its_original_and_nowhere_else(id_: str, network: str | None, address: str | None) -> None:
    """Each post links to itself on its network; an id that is made to lead elsewhere is not a link."""
    assert original(a_post(id_, network)) == address


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://user@host.example/",
        "https://[broken",
        "//host.example",
        "https://host.example/\u202e",
    ],
)
def test_a_link_that_is_not_plainly_the_web_is_not_made(link: str) -> None:
    """Scripts, disguised hosts and hidden characters never become a link."""
    assert not safe(link)


@pytest.mark.parametrize(
    ("network", "host"),
    [("bluesky", "bsky.app"), ("x", "x.com"), ("mastodon social.example", "social.example")],
)
def test_the_composer_opens_with_the_tag(network: str, host: str) -> None:
    """Saying something begins in the network's own composer, with the tag already there."""
    parts = urlsplit(composer("copchat", network) or "")
    assert parts.hostname == host
    assert "#copchat" in parse_qs(parts.query)["text"][0]
