import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.atproto.names import Address, address, at_uri, is_did, is_host
from fairfloor.publish.posts import is_post

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


@pytest.mark.parametrize("text", [DID, "did:web:example.org", "did:web:localhost%3A3000", "did:key:zQ3sh"])
def test_dids(text: str) -> None:
    """What the protocol calls a DID is one."""
    assert is_did(text)


@pytest.mark.parametrize(
    "text",
    ["", "did:", "did:plc:", "DID:plc:x", "did:PLC:x", "did:plc:x:", "did:plc:x%", "did:plc:a b", DID + "\n", "x"],
)
def test_no_dids(text: str) -> None:
    """And nothing else is."""
    assert not is_did(text)


def test_at_uris() -> None:
    """An at-URI names an account, a collection or a record."""
    uri = at_uri(DID, "app.bsky.feed.post", "3k2a")
    assert address(uri) == Address(DID, "app.bsky.feed.post", "3k2a")
    assert address(f"at://{DID}") == Address(DID)
    assert address("at://host.example.org/app.bsky.feed.generator/x") is not None


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "at://",
        "https://example.org/a",
        f"at://{DID}/",
        f"at://{DID}/app.bsky.feed.post/",
        f"at://{DID}/app.bsky.feed.post/..",
        f"at://{DID}/app.bsky.feed.post/a/b",
        f"at://{DID}/app.bsky.feed.post/a?b",
        f"at://{DID}/app.bsky.feed.post/a\n",
        f"at://{DID}/nonsid/a",
        "at://" + "a" * 9000,
    ],
)
def test_no_at_uris(uri: str) -> None:
    """What only looks like one is none."""
    assert address(uri) is None


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    """No text breaks the questions, and what is a name has no space or control in it."""
    for found in (is_did(text), is_host(text), address(text) is not None, is_post(text)):
        assert not found or text.isascii()
        assert not found or text.isprintable()


def test_posts() -> None:
    """Only a record of the collection of posts, by an account's DID, is a post on Bluesky."""
    assert is_post(f"at://{DID}/app.bsky.feed.post/3k2a")
    assert not is_post(f"at://{DID}/app.bsky.feed.repost/3k2a")
    assert not is_post("at://host.example.org/app.bsky.feed.post/3k2a")
    assert not is_post("https://mastodon.example/@a/1")
    assert not is_post(f"at://{DID}")
    assert not is_post(f"at://{DID}/app.bsky.feed.post/{'3' * 511}")


def test_hosts() -> None:
    """A hostname is a name, perhaps with a port, and no address of a page."""
    assert is_host("fair.example.org")
    assert is_host("localhost:3000")
    assert not any(map(is_host, ["", "https://fair.example.org", "fair.example.org/x", "a b.org", "-a.org", "a@b.org"]))
