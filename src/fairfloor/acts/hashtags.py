"""Hashtags: which a text has, by each network's own rule, and when two are the same.

A network decides what its hashtags are, so each rule here is the network's published one: twitter-text for X (with its
conformance suite), `TAG_REGEX` of the atproto client for Bluesky, `HASHTAG_RE` for Mastodon. They differ: `#a#b` is
no tag on X and one tag on Bluesky; `#16` is one nowhere. Where a network sends the tags it found (entities, facets),
a source uses those and does not look again.

The rules speak of kinds of characters that Python's `re` does not know (letters *with marks*, connectors). So a text
is first written as its *shape*, one character for one: `a` a letter or mark, `0` and `9` an ASCII or other digit, `.`
punctuation, a blank for a space, `*` the rest; characters that a rule names stay themselves. A rule is then an ordinary pattern
over shapes, and its matches are places in the text.

Rejected: the `regex` package (one more dependency for three patterns); X's list of top-level domains to find links
without a scheme (a link needs a scheme or a path here, so `#` in a bare path of an unlisted domain is not a tag).
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Literal

Network = Literal["x", "bluesky", "mastodon"]

MAX_TAG = 1024
"""Characters in a hashtag; a longer run is noise, not a tag."""
MAX_TAGS = 256
"""Hashtags taken from one text."""

_X_EXTRA = "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
_INVISIBLE = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_SIGNS = "#\uff03"
_NAMED = frozenset(_X_EXTRA + _INVISIBLE + _SIGNS + "&:/\ufe0e\ufe0f\u20e3")
_KINDS = {"L": "a", "M": "a", "P": ".", "Z": " "}
_BLANKS = "\t\n\v\f\r\ufeff"


class _Shape(dict[int, str]):
    """A translation table from characters to their kinds that fills itself."""

    def __missing__(self, code: int) -> str:
        char, category = chr(code), unicodedata.category(chr(code))
        if char in _NAMED:
            kind = char
        elif category == "Nd":
            kind = "0" if char.isascii() else "9"
        elif category == "Pc":
            kind = "-"
        else:
            kind = " " if char in _BLANKS else _KINDS.get(category[0], "*")
        return self.setdefault(code, kind)


_SHAPE = _Shape()

_X_WORD = f"a09{_X_EXTRA}\ufe0e\ufe0f\u20e2\u20e3"
_X_LETTER = "a\ufe0e\ufe0f\u20e2\u20e3"
_X = re.compile(
    rf"(?:(?<![{_X_WORD}&])|(?<=[\ufe0e\ufe0f]))[{_SIGNS}](?![\ufe0f\u20e3])"
    rf"(?=[09{_X_EXTRA}]*[{_X_LETTER}])((?>[{_X_WORD}]+))(?![{_SIGNS}]|://)"
)
_BODY = f"[^ {_INVISIBLE}]"
_POINT = f".{_SIGNS}&:/_\\-\u05be\u05f3\u05f4\u301c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
_BLUESKY = re.compile(
    rf"(?<![^ \u200a])[{_SIGNS}](?!\ufe0f)(?={_BODY}*[^09 {_INVISIBLE}{_POINT}])({_BODY}*[^ {_INVISIBLE}{_POINT}])"
)
_M_WORD = r"a09_\-\ufe0e\ufe0f\u20e2\u20e3"
_M_JOIN = "_\u00b7\u30fb\u200c"
_MASTODON = re.compile(
    rf"(?<![^ ])[{_SIGNS}](?=[{_M_WORD}{_M_JOIN}]*[{_X_LETTER}{_M_JOIN}])"
    rf"([{_M_WORD}](?:[{_M_WORD}{_M_JOIN}]*[{_M_WORD}])?)"
)
