"""What a file looks like, to somebody who named it as something else."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from fairfloor.sources.files.opened import CUT_OFF, opened

_HEAD = 8_192
_ROOT = re.compile(rb"<([A-Za-z][A-Za-z0-9:_-]{0,60})")
_SQLITE = b"SQLite format 3\0"


class Look(NamedTuple):
    """What a file looks like, and the command that moves it in, if there is one."""

    what: str
    command: str | None = None


def looks_like(path: Path) -> Look:
    """Say what a file looks like by its beginning. Raises OSError."""
    try:
        with opened(path) as stream:
            head = stream.read(_HEAD)
    except CUT_OFF:
        return Look("a packed file that is damaged")
    if head.startswith(_SQLITE):
        return _database(path)
    return _by_beginning(head, head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _by_beginning(head: bytes, text: bytes) -> Look:
    if text.startswith(b"PK\x03\x04"):
        return Look("a ZIP archive (unpack it, and give the file in it)")
    if text.startswith(b"<"):
        return _markup(text)
    if text.startswith((b"{", b"[")):
        return _json(text)
    return Look("a file of bytes" if b"\0" in head else "a text" if text else "an empty file")


def _database(path: Path) -> Look:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            ours = db.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"FAIR", "big")
    except (sqlite3.Error, UnicodeDecodeError):
        return Look("an SQLite file that is damaged")
    if ours:
        return Look("a file of Fairfloor's own (write it out with: fairfloor export json)")
    if {"threads", "comments"} <= tables:
        return Look("Isso's file", "isso")
    return Look("an SQLite file of another program")


def _markup(text: bytes) -> Look:
    low = text.lower()
    if b"wordpress.org/export" in low:
        return Look("a WordPress export", "wordpress")
    if b"<disqus" in low:
        return Look("a Disqus export", "disqus")
    if low.startswith(b"<!doctype html") or b"<html" in low:
        return Look("a web page (an export that is downloaded without being signed in often is)")
    if b"<rss" in low or b"<feed" in low:
        return Look("a feed, which has the latest posts alone")
    root = _ROOT.search(text)
    return Look(f"XML with the root {root[1].decode()}" if root else "XML")


def _json(text: bytes) -> Look:
    first = text.partition(b"\n")[0]
    if b'"fairfloor site"' in first[:200] or b'"fairfloor site"' in text[:200]:
        return Look("a site that Fairfloor wrote", "json")
    if (b'"users"' in first and b'"posts"' in first) or b'"locator"' in first:
        return Look("a Remark42 backup", "remark42")
    return Look("JSON of another program")
