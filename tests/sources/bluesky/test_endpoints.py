from urllib.parse import parse_qs, urlsplit

import pytest

from fairfloor.sources.bluesky.endpoints import INSTANCES, asking_repos, asking_v1, asking_v2, endpoint, method, place


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
    assert parse_qs(urlsplit(asking_v1(INSTANCES[0], None, 0)).query) == {
        "wantedCollections": ["app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"]
    }


def test_a_users_query_is_kept_beside_ours() -> None:
    """What a user's address asks for stays, but the cursor, the collections and the packing are ours to set."""
    address = "wss://example.org/subscribe?key=a%26b&cursor=1&wantedCollections=x&compress=true&wantedDids=did:plc:a"
    query = parse_qs(urlsplit(asking_v1(address, 5, 77)).query)
    assert (query["key"], query["wantedDids"]) == (["a&b"], ["did:plc:a"])
    assert (query["cursor"], query["compress"], len(query["wantedCollections"])) == (["5"], ["true"], 3)
    assert "compress" not in asking_v1(address, 5, 0)


def test_jetstream_v2_is_asked_in_its_own_words() -> None:
    """Version 2 has other names for the same wishes, refuses those of v1, and takes the number of a dictionary."""
    address = "wss://example.org/xrpc/network.bsky.jetstream.subscribeEvents?kinds=commit&cursor=1"
    asked = parse_qs(urlsplit(asking_v2(address, 5, 77)).query)
    assert asked == {
        "kinds": ["commit"],
        "collections": ["app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"],
        "maxMessageSizeBytes": ["1048576"],
        "cursor": ["5"],
        "zstdDictionary": ["77"],
    }
    assert {"cursor", "zstdDictionary"}.isdisjoint(parse_qs(urlsplit(asking_v2(address, None, 0)).query))


def test_a_relay_is_asked_for_all_after_a_number() -> None:
    """A PDS or a relay takes a number to go on after, and nothing else."""
    address = "ws://127.0.0.1:2583/xrpc/com.atproto.sync.subscribeRepos"
    assert asking_repos(address, 5, 0) == f"{address}?cursor=5"
    assert asking_repos(address, None, 77) == address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("wss://example.org/subscribe", None),
        ("wss://example.org/jet/subscribe", None),
        ("wss://example.org/xrpc/com.atproto.sync.subscribeRepos", "com.atproto.sync.subscribeRepos"),
    ],
)
def test_the_path_tells_which_stream_it_is(address: str, expected: str | None) -> None:
    """The method is in the path; where there is none it is Jetstream's first version."""
    assert method(address) == expected


def test_a_place_tells_no_secret() -> None:
    """What is said of an address names host and port, never user, password or query."""
    assert place("wss://me:s3cret@example.org:444/subscribe?key=s3cret") == "example.org:444"
    assert place("wss://example.org/subscribe") == "example.org"
