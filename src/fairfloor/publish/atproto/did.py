"""The DID document of a service that is known by its hostname (did:web)."""

from typing import Any

from fairfloor.publish.atproto.names import is_host

FEED_GENERATOR = {"id": "#bsky_fg", "type": "BskyFeedGenerator"}
LABELER = {"id": "#atproto_labeler", "type": "AtprotoLabeler"}
LABEL_KEY = "#atproto_label"
PATH = "/.well-known/did.json"
_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_web(hostname: str) -> str:
    """Give the DID of a hostname, perhaps with a port. Raises ValueError."""
    if not is_host(hostname):
        raise ValueError(f"{hostname[:100]!r} is not a hostname. Give one alone, for example: fair.example.org")
    return f"did:web:{hostname.lower().replace(':', '%3A')}"


def endpoint(hostname: str) -> str:
    """Give the address of a service at a hostname; the protocol wants HTTPS. Raises ValueError."""
    did_web(hostname)
    return f"https://{hostname.lower()}"


def document(hostname: str, *, feeds: bool, label_key: str | None = None) -> dict[str, Any]:
    """Give the DID document of a service: a feed generator, a labeler with this key (a multikey), or both."""
    did = did_web(hostname)
    services = [FEED_GENERATOR] * feeds + [LABELER] * (label_key is not None)
    told: dict[str, Any] = {"@context": _CONTEXT, "id": did}
    if label_key is not None:
        method = {"id": did + LABEL_KEY, "type": "Multikey", "controller": did, "publicKeyMultibase": label_key}
        told["verificationMethod"] = [method]
    told["service"] = [service | {"serviceEndpoint": endpoint(hostname)} for service in services]
    return told
