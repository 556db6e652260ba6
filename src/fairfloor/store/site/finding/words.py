"""What a word is, to articles that are found by their words.

SQLite's index takes words apart by itself (unicode61), PostgreSQL's is given them; both come to the same. A word is a
run of letters and digits, in small letters; Latin ones are without accents, others keep what makes them another letter
(й, ё, が). Scripts that are written without spaces would make a sentence one word: there each letter is a word, and
what is searched for is a phrase of them. Other forms of one letter (of half width, ligatures) are that letter, and
points are nothing, on PostgreSQL alone.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

MOST_WORDS = 16
"""Words that are searched for at once; more are left out."""
COMPARED = 24
"""Articles that are compared with one, those that the index ranks first."""
BEGINNING = 100_000
"""Characters of an article that are compared."""
_LONGEST = 64
"""Letters of a word; a longer one is several. Words of a phrase; more are left out."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_BETWEEN = re.compile(rf"(?<=[{_UNSPACED}])(?=[\w{_UNSPACED}])|(?<=\w)(?=[{_UNSPACED}])")
_RUN = re.compile(r"\w+")
_BARE = re.compile(rf"(?=\w)[{_UNSPACED}]|[^\W_{_UNSPACED}]{{1,{_LONGEST}}}")
_SIGMAS = ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}")
_LATIN = "\u024f"
"""The last letter of those that lose their accents."""

Phrase = tuple[str, ...]
"""Words that stand one after another; one at least."""


class Placed(NamedTuple):
    """A word, and which characters of a text it is."""

    word: str
    begins: int
    ends: int


def bare(text: str) -> list[str]:
    """Give the words of a text, or nearly as SQLite has them; one that differs is found nowhere, and counts nothing."""
    return _BARE.findall(_folded(text))


def phrases(text: str) -> list[Phrase]:
    """Give what is searched for by a text, each once: words, and phrases where letters are words."""
    runs = (tuple(_BARE.findall(run)[:_LONGEST]) for run in _RUN.findall(_folded(text)))
    return list(dict.fromkeys(filter(None, runs)))[:MOST_WORDS]


def placed(text: str) -> list[Placed]:
    """Give the words of a text in normal form C, with their places."""
    if text.isascii():
        return [Placed(one[0], one.start(), one.end()) for one in _BARE.finditer(text.lower())]
    letters = [_letter(char) for char in text]
    origin = [place for place, some in enumerate(letters) for _ in some] + [len(text)]
    found = _BARE.finditer("".join(letters))
    return [Placed(one[0], origin[one.start()], max(origin[one.end() - 1] + 1, origin[one.end()])) for one in found]


def quoted(text: str) -> list[str]:
    """Give what is searched for by a text as SQLite's index is asked for it; nothing in it is a language of its own."""
    runs = re.findall(rf"\w{{1,{_LONGEST}}}", normalize("NFC", text))[:MOST_WORDS]
    return [f'"{apart(run)}"' for run in runs if run.strip("_")]


def apart(text: str) -> str:
    """Part the letters of scripts without spaces by a space of no width."""
    return text if text.isascii() else _BETWEEN.sub("\u200b", normalize("NFC", text))


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_letter, normalize("NFC", text)))


@lru_cache(maxsize=10_000)
def _letter(char: str) -> str:
    """Give a character as words have it: none, one or some."""
    parts = normalize("NFKD", char)
    if parts[0] > _LATIN:
        parts = normalize("NFC", parts)
    return "".join(one for one in parts if not combining(one)).lower().replace(*_SIGMAS)
