"""Which file an address is kept in.

A page is kept as `index.html` in a folder named as the page was, so that a plain server gives it at the same address;
what is no page keeps its name. A query, which no file can answer, becomes a folder of its own.

Invariant: a file stands inside the folder, whatever the address; no name is longer than a file's may be.
"""

import re
from hashlib import blake2b
from pathlib import PurePosixPath
from posixpath import relpath
from urllib.parse import quote, unquote, urlsplit

_LONGEST = 180
"""Bytes of a part of a path; systems allow 255."""
_PLAIN = re.compile(r"[^A-Za-z0-9=._-]")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")


def address_of(link: str, here: str) -> tuple[str, str] | None:
    """Give the address that a link on a page leads to, and the fragment; None where it leads elsewhere, or nowhere.

    here: the address of the page. An address is a path, in percent signs where need be, and a query.
    """
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc or "\\" in link:
        return None
    if not parts.path:
        query = parts.query or urlsplit(here).query
        path = urlsplit(here).path
    else:
        query, path = parts.query, parts.path
    if not path.startswith("/"):
        return None
    path = quote(unquote(path, errors="replace"), safe="/~@!$'()*,;=:+-._")
    return path + (f"?{query}" if query else ""), parts.fragment


def file_of(address: str, *, page: bool) -> PurePosixPath | None:
    """Give the file of an address, relative to the folder; None where it can have none."""
    path, _, query = address.partition("?")
    parts = [unquote(part) for part in path.split("/") if part]
    if any(part in {".", ".."} or _UNSAFE.search(part) for part in parts):
        return None
    names = [_short(part) for part in parts]
    if query:
        plain = _PLAIN.sub("_", query)
        names.append(_short("_" + plain if plain == query else f"_{plain}-{_digest(query)}"))
    if page:
        names.append("index.html")
    return PurePosixPath(*names) if names else None


def told_apart(file: PurePosixPath, address: str) -> PurePosixPath:
    """Give another file where one is taken that some systems cannot tell from it (`a` and `A`)."""
    folder = file.parent if file.name == "index.html" else file
    other = folder.with_name(f"{_short(folder.name)}-{_digest(address)}")
    return other / file.name if file.name == "index.html" else other


def link_to(file: PurePosixPath, here: PurePosixPath, fragment: str = "") -> str:
    """Give the link from one file to another."""
    there = quote(relpath(str(file), str(here.parent)), safe="/~@!$'()*,;=+-._")
    return there + (f"#{fragment}" if fragment else "")


def _short(name: str) -> str:
    """Shorten a name that a file could not have."""
    if len(name.encode("utf-8", "replace")) <= _LONGEST:
        return name
    cut = name.encode("utf-8", "replace")[: _LONGEST - 13].decode("utf-8", "ignore")
    return f"{cut}-{_digest(name)}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
