"""The words of a text as the index has them, by which articles are found and told to be about the same."""

import re
from unicodedata import combining, normalize

MOST_WORDS = 16
"""Words that are searched for at once; more are left out."""
COMPARED = 24
"""Articles that are compared with one, those that the index ranks first."""
BEGINNING = 100_000
"""Characters of an article that are compared."""
WORD = re.compile(r"\w{1,64}")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_BETWEEN = re.compile(f"(?<=[{_UNSPACED}])(?=[{_UNSPACED}])")
"""Between letters of scripts that are written without spaces: the index would take a sentence of them as one word."""


def bare(text: str) -> list[str]:
    """Give words as the index has them, or nearly; one that differs is found in no article, and counts nothing."""
    if not text.isascii():
        text = "".join(char for char in normalize("NFKD", text) if not combining(char))
    return WORD.findall(apart(text).lower())


def apart(text: str) -> str:
    """Part letters of scripts without spaces by a space of no width: each is a word, and a run of them a phrase."""
    return text if text.isascii() else _BETWEEN.sub("\u200b", text)
