"""Keeps comments on SQLite, and what was done about them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.store.codec import encode
from fairfloor.store.site_schema import articles, comments, deeds

_decode = msgspec.json.Decoder(Comment).decode
_decode_deed = msgspec.json.Decoder(Deed).decode
_IN_TIME = (comments.c.at, comments.c.id)
_COLUMNS = ("article", "at", "state", "said", "origin")


class SqliteComments:
    """`Comments` (session.library) on SQLite."""

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        self._writer = writer
        self._reader = reader

    def say(self, comment: Comment, deeds_: Sequence[Deed] = ()) -> Comment:
        """See `Comments.say`."""
        with self._writer.begin() as db:
            kept = _new(db, comment)
            for deed in deeds_:
                _note(db, msgspec.structs.replace(deed, comment=kept.id))
            return kept

    def bring(self, comments_: Iterable[Comment]) -> list[Comment]:
        """See `Comments.bring`."""
        brought: list[Comment] = []
        ids: list[int] = []
        with self._writer.begin() as db:
            for one in comments_:
                known = _came(db, one.origin)
                if known is None:
                    parent = ids[-one.parent - 1] if one.parent is not None and one.parent < 0 else one.parent
                    brought.append(_new(db, msgspec.structs.replace(one, parent=parent)))
                ids.append(brought[-1].id if known is None else known)
        return brought

    def change(self, comment: Comment, deed: Deed) -> Comment:
        """See `Comments.change`."""
        if comment.state == "withdrawn":
            nobody = Author(kind=comment.author.kind, key=comment.author.key)
            comment = msgspec.structs.replace(comment, text="", author=nobody, email="", rest=msgspec.Raw(b"{}"))
        with self._writer.begin() as db:
            db.execute(sa.update(comments).where(comments.c.id == comment.id).values(_row(comment)))
            _note(db, msgspec.structs.replace(deed, comment=comment.id))
        return comment

    def comment(self, number: int) -> Comment | None:
        """See `Comments.comment`."""
        found = self._some(sa.select(comments.c.body).where(comments.c.id == number))
        return found[0] if found else None

    def under(self, article: int) -> list[Comment]:
        """See `Comments.under`."""
        return self._some(sa.select(comments.c.body).where(comments.c.article == article).order_by(*_IN_TIME))

    def latest(self, limit: int = 50) -> list[Comment]:
        """See `Comments.latest`."""
        newest = (comments.c.at.desc(), comments.c.id.desc())
        public = (*_SHOWN, articles.c.state == "published")
        asked = sa.select(comments.c.body).join(articles, comments.c.article == articles.c.id).where(*public)
        return self._some(asked.order_by(*newest).limit(limit))

    def held(self, limit: int = 200) -> list[Comment]:
        """See `Comments.held`."""
        asked = sa.select(comments.c.body).where(comments.c.state == "held", comments.c.said == "comment")
        return self._some(asked.order_by(*_IN_TIME).limit(limit))

    def counts(self, articles_: Sequence[int]) -> dict[int, int]:
        """See `Comments.counts`."""
        asked = sa.select(comments.c.article, sa.func.count()).where(comments.c.article.in_(articles_), *_SHOWN)
        with self._reader.connect() as db:
            return {row[0]: row[1] for row in db.execute(asked.group_by(comments.c.article))}

    def deeds(self, comment: int | None = None, before: int | None = None, limit: int = 100) -> list[Deed]:
        """See `Comments.deeds`."""
        asked = sa.select(deeds.c.body, deeds.c.number).order_by(deeds.c.number.desc()).limit(limit)
        if comment is not None:
            asked = asked.where(deeds.c.comment == comment)
        if before is not None:
            asked = asked.where(deeds.c.number < before)
        with self._reader.connect() as db:
            return [msgspec.structs.replace(_decode_deed(body), number=number) for body, number in db.execute(asked)]

    def came(self, origin: str) -> int | None:
        """See `Comments.came`."""
        with self._reader.connect() as db:
            return _came(db, origin)

    def _some(self, asked: sa.Select[Any]) -> list[Comment]:
        with self._reader.connect() as db:
            return [_decode(body) for body in db.execute(asked).scalars()]


_SHOWN = (comments.c.state == "shown", comments.c.said == "comment")


def _new(db: sa.Connection, comment: Comment) -> Comment:
    number = db.execute(sa.insert(comments).values(_row(comment)).returning(comments.c.id)).scalar_one()
    kept = msgspec.structs.replace(comment, id=number)
    db.execute(sa.update(comments).where(comments.c.id == number).values(body=encode(kept)))
    return kept


def _row(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in _COLUMNS} | {"body": encode(comment)}


def _note(db: sa.Connection, deed: Deed) -> None:
    db.execute(sa.insert(deeds).values(comment=deed.comment, body=encode(deed)))


def _came(db: sa.Connection, origin: str | None) -> int | None:
    if origin is None:
        return None
    return db.execute(sa.select(comments.c.id).where(comments.c.origin == origin)).scalar()
