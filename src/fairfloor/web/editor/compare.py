"""What changed between two texts, word by word, for reading.

Lines are compared first, and words within lines that differ: so texts of a book's length are compared in a second,
and what is marked is what somebody did. Where more differs than is worth comparing, all is gone, and all has come.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

import msgspec

MOST = 3_000
"""Lines, or words of lines that differ, that are compared."""
AROUND = 160
"""Characters that are shown around what changed."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
Kind = Literal["same", "gone", "come", "left out"]


class Piece(msgspec.Struct, frozen=True):
    """A piece of a text, or of what it was; of what is left out there is no text."""

    kind: Kind
    text: str = ""


def changes(old: str, new: str) -> list[Piece]:
    """Give both texts as one, in pieces: without what is gone it is the new one, without what has come the old."""
    pieces = list(_by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    stretches = groupby(_without_gaps(pieces), key=lambda one: one.kind == "same")
    told = [one for is_same, some in stretches for one in (_joined(some, ("same",) if is_same else ("gone", "come")))]
    return [one for one in told if one.text]


def _without_gaps(pieces: list[Piece]) -> Iterator[Piece]:
    """Take a space between two words that changed as changed: a phrase became another."""
    for number, piece in enumerate(pieces):
        between = 0 < number < len(pieces) - 1 and "same" not in {pieces[number - 1].kind, pieces[number + 1].kind}
        if piece.kind == "same" and between and piece.text.isspace():
            yield from _all(piece.text, piece.text)
        else:
            yield piece


def _joined(some: Iterable[Piece], kinds: tuple[Kind, ...]) -> list[Piece]:
    pieces = list(some)
    return [Piece(kind, "".join(one.text for one in pieces if one.kind == kind)) for kind in kinds]


def shown(old: str, new: str) -> list[Piece]:
    """Give what changed with what is around it; nothing where nothing did."""
    return [] if old == new else shortened(changes(old, new))


def shortened(pieces: list[Piece]) -> list[Piece]:
    """Leave out what is far from any change."""
    short: list[Piece] = []
    for number, piece in enumerate(pieces):
        before, after = number > 0, number + 1 < len(pieces)
        if piece.kind != "same" or len(piece.text) <= 4 * AROUND:
            short.append(piece)
            continue
        short += [Piece("same", piece.text[:AROUND])] if before else []
        short.append(Piece("left out"))
        short += [Piece("same", piece.text[-AROUND:])] if after else []
    return short


def _by_lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MOST:
        yield from _all("".join(old), "".join(new))
        return
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[i:j]))
        else:
            yield from _by_words("".join(old[i:j]), "".join(new[k:m]))


def _by_words(old: str, new: str) -> Iterator[Piece]:
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    if len(was) + len(now) > MOST:
        yield from _all(old, new)
        return
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(was[i:j]))
        else:
            yield from _all("".join(was[i:j]), "".join(now[k:m]))


def _all(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece("gone", old)
    if new:
        yield Piece("come", new)
