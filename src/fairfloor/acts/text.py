"""Text normal form: what is left of a text when tricks of writing are taken away, for comparing, never for showing.

Two texts that a reader cannot tell apart should compare equal, whatever was done to slip past a comparison:
width and style variants (compatibility decomposition, NFKD), capitals (case folding), accents and stacked marks
(category Mn), zero-width, bidi and variation controls (Cf), letters of another script that look Latin. Folding is
the same for everybody and every language; that "año" and "ano" become equal is a price we pay, since normal forms
are only ever compared with each other and a whole run of words decides.

Rejected: folding look-alikes only inside mixed-script words (a Cyrillic text that is wholly look-alikes slips through,
and the uniform rule costs nothing), leetspeak (`4` for `a` changes what is read).

Invariant: `normal(normal(text)) == normal(text)`.
"""

import re
import unicodedata

from fairfloor.acts.lookalikes import LATIN, LOOKALIKES

_INVISIBLE = "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800"
"""Letters and symbols that are drawn as nothing, though Unicode does not class them as format characters."""


class _Bare(dict[int, str]):
    """What each character comes to: a translation table that fills itself.

    Each step but one takes characters one by one, so their outcome can be remembered. The one is the order of marks
    that stand together, and that is put right at the end.
    """

    def __missing__(self, code: int) -> str:
        once = _folded(unicodedata.normalize("NFKD", chr(code))).casefold()
        self[code] = _folded(unicodedata.normalize("NFKD", once))
        return self[code]


_LATIN = str.maketrans(LOOKALIKES, LATIN, _INVISIBLE)
_BARE = _Bare()


def _folded(text: str) -> str:
    """Take away marks and what is not seen, and bring look-alikes home."""
    return "".join(char for char in text if unicodedata.category(char) not in {"Mn", "Me", "Cf"}).translate(_LATIN)


def normal(text: str) -> str:
    """Give the normal form of a text. Total: every string has one."""
    bare = text.lower()
    if bare.isascii():
        return bare
    odd = set(_ODD.findall(bare))
    if len(odd) > _FEW:
        return unicodedata.normalize("NFKD", bare.translate(_BARE))
    for char in odd:
        if (plain := _BARE[ord(char)]) != char:
            bare = bare.replace(char, plain)
    return bare if bare.isascii() else unicodedata.normalize("NFKD", bare)


_ODD = re.compile("[^\0-\x7f]")
_FEW = 16
"""Characters beyond ASCII up to which it is quicker to replace each of them than to look all of the text up."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
"""Scripts written without spaces between words; there each character is taken as a word."""
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+|[{_UNSPACED}]")
_LETTER, _ALONE = re.compile(r"[^\0-\x7f\W]"), re.compile(f"[{_UNSPACED}]")
_APART = re.compile(r"['\u2018\u2019\u02bc`\u00b4](?<=\w.)(?=\w)")
_LINK = re.compile(r"(?:https?://|www\.)\S|[^\s/]{1,253}\.[a-z]{2,24}/")


_SPACED = bytes(code if chr(code).isascii() and chr(code).isalnum() else 0x20 for code in range(256))


def words(text: str) -> list[str]:
    """Give the words of a text in normal form, in order.

    Mentions and links are left out (a copy sent to somebody else is a copy), and so are hashtags at either end
    (a copy filed elsewhere is one too); a hashtag within a sentence is one of its words. A text that says nothing
    else has its links as its words, or else whatever it has: tags, mentions, emoji.
    """
    bare = normal(text)
    tokens = said = bare.split()
    if "@" in bare or "/" in bare or "www." in bare:
        said = [token for token in tokens if (token[0] not in "@.w" and "/" not in token) or not _is_aside(token)]
    first, last = 0, len(said)
    while first < last and said[first][0] == "#":
        first += 1
    while last > first and said[last - 1][0] == "#":
        last -= 1
    return _parted(" ".join(said[first:last])) or [token for token in tokens if _is_link(token)] or tokens


def _parted(said: str) -> list[str]:
    """Part what is said into words."""
    if not said.isascii():
        said = said.replace("\u2018", "'").replace("\u2019", "'")
        if _LETTER.search(said) or _ALONE.search(said):
            return _WORD.findall(_APART.sub("", said))
    # An apostrophe between two letters goes, two in a row part words; others stand beside what parts words anyway.
    plain = said.replace("`", "'").replace("''", " ").encode("ascii", "replace")
    return plain.translate(_SPACED, b"'").decode("ascii").split()


def _is_aside(token: str) -> bool:
    return token.startswith(("@", ".@")) or _is_link(token)


def _is_link(token: str) -> bool:
    return ("/" in token or token.startswith("www.")) and _LINK.match(token) is not None
