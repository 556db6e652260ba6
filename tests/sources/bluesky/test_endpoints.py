from urllib.parse import parse_qs, urlsplit

import pytest

from fairfloor.sources.bluesky.endpoints import INSTANCES, asking, endpoint, place


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("jetstream.example.org", "wss://jetstream.example.org/subscribe"),
        ("localhost:6008", "wss://localhost:6008/subscribe"),
        ("ws://127.0.0.1:6008/", "ws://127.0.0.1:6008/subscribe"),
        ("wss://example.org/jet/subscribe?key=s3cret#top", "wss://example.org/jet/subscribe?key=s3cret"),
    ],
)
def test_a_host_is_address_enough(given: str, whole: str) -> None:
    """A host, with or without a port, becomes a whole address; a whole address stays as it is."""
    assert endpoint(given) == whole


@pytest.mark.parametrize(
    "given", ["", "https://example.org", "wss://", "ws://host:port/x", "ws://host:99999", "ws://[::1", "a" * 70, "a..b"]
)
def test_what_is_no_address_is_refused_with_advice(given: str) -> None:
    """Anything else is refused before the evening begins, saying what an address looks like."""
    with pytest.raises(ValueError, match=r"begins with wss://"):
        endpoint(given)


def test_a_refused_address_is_not_repeated() -> None:
    """What was given may hold a secret, so the refusal does not quote it."""
    with pytest.raises(ValueError, match="address") as refused:
        endpoint("https://me:s3cret@example.org")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("address", INSTANCES)
def test_the_instances_are_addresses(address: str) -> None:
    """Each public instance is a whole, encrypted address as it stands."""
    assert endpoint(address) == address
    assert address.startswith("wss://")


def test_it_asks_for_the_three_collections() -> None:
    """Posts, reposts and likes are asked for; from the live end without a cursor, and plain."""
    assert parse_qs(urlsplit(asking(INSTANCES[0], start=None, packed=False)).query) == {
        "wantedCollections": ["app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"]
    }


def test_a_users_query_is_kept_beside_ours() -> None:
    """What a user's address asks for stays, but the cursor, the collections and the packing are ours to set."""
    address = "wss://example.org/subscribe?key=a%26b&cursor=1&wantedCollections=x&compress=true&wantedDids=did:plc:a"
    query = parse_qs(urlsplit(asking(address, start=5, packed=True)).query)
    assert (query["key"], query["wantedDids"]) == (["a&b"], ["did:plc:a"])
    assert (query["cursor"], query["compress"], len(query["wantedCollections"])) == (["5"], ["true"], 3)
    assert "compress" not in asking(address, start=5, packed=False)


def test_a_place_tells_no_secret() -> None:
    """What is said of an address names host and port, never user, password or query."""
    assert place("wss://me:s3cret@example.org:444/subscribe?key=s3cret") == "example.org:444"
    assert place("wss://example.org/subscribe") == "example.org"
