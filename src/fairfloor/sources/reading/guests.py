"""People who said something elsewhere, as comments here name them."""

from hashlib import blake2b

_LONGEST = 300


def guest(system: str, known_by: str) -> str:
    """Give the key of somebody who was a guest elsewhere; the same for the same person, and leads back to nobody."""
    content = f"{system}\0{known_by}".encode("utf-8", "replace")
    return f"guest:moved:{blake2b(content, digest_size=12).hexdigest()}"


def linked(told: str) -> str:
    """Give the address of somebody's own site where it is one; empty where it is none."""
    told = told.strip()
    return told if told.startswith(("https://", "http://")) and len(told) <= _LONGEST and told.isprintable() else ""
