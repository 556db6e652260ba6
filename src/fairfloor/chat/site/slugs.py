"""Slugs, and the address that an article gets when it gets one: from its title, once, and never another's.

A slug has the letters, marks and digits of any script, and hyphens between words; browsers show them as they are.
Letters keep their accents: "ano" is not "año".
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import chain, count

from fairfloor.chat.site.article import Kind

LONGEST = 80
"""Characters of a slug made from a title."""
OWN: frozenset[str] = frozenset({"about", "contact"})
"""Pages that stand at the root."""
_APOSTROPHES = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")


def slug(text: str) -> str:
    """Give the slug of a title or a term's name; empty where it has neither a letter nor a digit."""
    plain = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text[: 8 * LONGEST])).lower()
    words = "".join(char if _fits(char) else " " for char in unicodedata.normalize("NFC", plain)).split()
    words = [word for word in words if any(map(str.isalnum, word))]  # a mark alone stands on nothing
    return _cut("-".join(words))


def path(kind: Kind, title: str, on: date, taken: Callable[[str], bool]) -> str:
    """Give the address of a post or a page that is published on a day; `taken` tells which are another's."""
    folder = f"/posts/{on:%Y/%m}" if kind == "post" else "/pages"
    name = slug(title) or f"{on:%d}"
    tries = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(free for one in tries if not taken(free := f"{folder}/{one}"))


def draft(name: str) -> str:
    """Give where a draft is kept before it has an address; it leads nowhere."""
    return f"/drafts/{name}"


def is_draft(path_: str) -> bool:
    """Tell whether a path is a draft's."""
    return path_.startswith("/drafts/")


def _fits(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def _cut(name: str) -> str:
    """Cut between two words where there are two."""
    if len(name) <= LONGEST:
        return name
    short = name[: LONGEST + 1]
    return short.rpartition("-")[0] or name[:LONGEST]
