"""How the AT Protocol writes names: DIDs, at-URIs, record keys, hostnames. Only what is syntactically right is one."""

import re
from typing import NamedTuple

_DID = r"did:[a-z]{1,32}:[A-Za-z0-9._:%-]{0,2000}[A-Za-z0-9._-]"
_HANDLE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NSID = r"[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){2,}"
_RKEY = r"(?!\.{1,2}(?:\Z|/))[A-Za-z0-9._:~-]{1,512}"
_is_did = re.compile(_DID).fullmatch
_is_uri = re.compile(rf"at://({_DID}|{_HANDLE})(?:/({_NSID})(?:/({_RKEY}))?)?").fullmatch
_is_host = re.compile(rf"(?:localhost|{_HANDLE})(?::[0-9]{{1,5}})?").fullmatch
_LONGEST = 8192
"""Bytes of an at-URI."""


class Address(NamedTuple):
    """What an at-URI says."""

    authority: str
    """A DID or a handle."""
    collection: str = ""
    rkey: str = ""


def is_did(text: str) -> bool:
    """Tell whether a text is a DID."""
    return _is_did(text) is not None


def is_host(text: str) -> bool:
    """Tell whether a text is a hostname, perhaps with a port."""
    return len(text) <= 253 and _is_host(text) is not None  # noqa: PLR2004 - the longest name the DNS knows


def address(uri: str) -> Address | None:
    """Read an at-URI; None where it is none."""
    found = _is_uri(uri) if len(uri) <= _LONGEST else None
    return None if found is None else Address(*(part or "" for part in found.groups()))


def at_uri(did: str, collection: str, rkey: str) -> str:
    """Name a record."""
    return f"at://{did}/{collection}/{rkey}"
