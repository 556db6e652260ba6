"""What is costly to make of comments, kept beside them: what is heard of their words, and the words as markup.

A discussion is read for years, and a server begins anew with each update. To hear a thousand comments again, and to
read their Markdown again, takes half a second; to read what was made of them, a tenth of that.

Nothing kept is believed. It counts for the very words alone that it was made of, and by the same rules (`RULES`).
Markup is cleaned once more as any other (`web.site.words`), so nobody who can write to the file gets more onto a page
than by a comment, and a shorter list of what is let through holds for what is there already.

Nothing kept outlives the words. The markup lies there as a sum with a stream that only the comment's own text can give:
where an author takes the words back, or changes them, what was made of them cannot be read from that moment on, and
nobody has to find and delete it. (Who guesses the words can tell that they were these, as by their fingerprints.)

It is kept in parts, so that a comment more does not have all of it written again, and written when enough came
together: some work is done twice then, and nothing is lost but work. It is never needed: where it is damaged or gone,
all is made anew.

Rejected: keeping the decisions (they depend on who else speaks, and a comment more changes most of them); keeping whole
pages (any comment changes them); files beside the site's (one more thing to move, and to lose).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b, shake_256

import msgspec

from fairfloor.chat.site.comment import Comment
from fairfloor.session.discussion import Prints
from fairfloor.session.library import Recaps

RULES = b"1"
"""Another one whenever what is heard or made of the same words is another (tests/web/discussion/test_discussion_kept.py
tells)."""
PART = 512
"""Comments, by their numbers, of a part."""
ENOUGH = 8
"""A part is written where one in so many of its comments, and `LEAST`, are not in it as they are."""
LEAST = 16


class Piece(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was made of a comment."""

    check: bytes
    """Tells the words that it was made of from others."""
    prints: Prints
    words: bytes
    """As markup, sealed; empty where they were not made."""


_Part = dict[int, Piece]
_decoder = msgspec.msgpack.Decoder(_Part)
_encoder = msgspec.msgpack.Encoder()


def check(comment: Comment) -> bytes:
    """Give what tells a comment's words from others."""
    text = comment.text.encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=8, key=RULES, person=comment.form.encode()).digest()


def sealed(markup: str, comment: Comment) -> bytes:
    """Give markup as nobody can read it who has not the words of the comment; and back, from bytes (`opened`)."""
    return _sum(markup.encode("utf-8"), comment)


def opened(piece: Piece, comment: Comment) -> str:
    """Give the markup of a piece that is of this comment."""
    return _sum(piece.words, comment).decode("utf-8", "replace")


def _sum(some: bytes, comment: Comment) -> bytes:
    stream = shake_256(b"words" + comment.text.encode("utf-8", "surrogatepass")).digest(len(some))
    return (int.from_bytes(some, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(some), "big")


def read(recaps: Recaps, article: int, comments: Iterable[Comment]) -> dict[int, Piece]:
    """Give what was kept of these comments, and is of the words that they have now."""
    found: dict[int, Piece] = {}
    for part in {one.id // PART for one in comments}:
        kept = recaps.kept_recap(_name(article, part))
        if kept is not None:
            with suppress(msgspec.DecodeError):
                found |= _decoder.decode(kept[1])
    return {one.id: found[one.id] for one in comments if one.id in found and found[one.id].check == check(one)}


def write(
    recaps: Recaps, article: int, now: datetime, pieces: Mapping[int, Piece], known: Mapping[int, Piece]
) -> Mapping[int, Piece]:
    """Keep what was made, of the parts where that is enough. known: what is kept. Gives what is kept then."""
    parts: defaultdict[int, _Part] = defaultdict(dict)
    news: defaultdict[int, int] = defaultdict(int)
    for number, piece in pieces.items():
        parts[number // PART][number] = piece
        news[number // PART] += piece != known.get(number)
    due = [part for part, many in news.items() if many >= max(LEAST, len(parts[part]) // ENOUGH)]
    for part in due:
        recaps.keep_recap(_name(article, part), now, _encoder.encode(parts[part]))
    return {number: one for number, one in known.items() if number // PART not in due} | {
        number: one for part in due for number, one in parts[part].items()
    }


def _name(article: int, part: int) -> str:
    return f"discussion/{article}/{part}"
