"""Keeps comments, and what was done about them.

A withdrawn comment's words, and those that an edit replaced, leave a file at once: SQLite overwrites what is deleted
(`secure_delete`), and the write-ahead log, where they would stand until it is used anew, is emptied. From a database
they are gone as `store.database` says.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.chat.site.house import House
from fairfloor.store.evening.codec import encode
from fairfloor.store.file import checkpoint
from fairfloor.store.site.schema import articles, comments, deeds, house
from fairfloor.store.sql import last_number, number_on

_decode = msgspec.json.Decoder(Comment).decode
_decode_deed = msgspec.json.Decoder(Deed).decode
_decode_house = msgspec.json.Decoder(House).decode
_IN_TIME = (comments.c.at, comments.c.id)
_AT_ONCE = 500
"""Origins that are asked for at once."""
_COLUMNS = ("article", "at", "state", "said", "until", "origin")


class SqlComments:
    """`Comments` (session.library) on either database."""

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        self._writer = writer
        self._reader = reader

    def say(self, comment: Comment, deeds: Sequence[Deed] = (), once: str = "") -> Comment:
        """See `Comments.say`."""
        with self._writer.begin() as db:
            before = _named(db, once)
            if before is not None:
                return before
            kept = _new(db, comment, once or None)
            for deed in deeds:
                _note(db, msgspec.structs.replace(deed, comment=kept.id))
            return kept

    def bring(self, comments: Iterable[Comment]) -> list[Comment]:
        """See `Comments.bring`. Quick, for meanwhile nobody else can say anything: 20,000 take about a second."""
        ids: list[int] = []
        new: dict[int, Comment] = {}
        some = list(comments)
        with self._writer.begin() as db:
            known, last = _known(db, [one.origin for one in some if one.origin is not None]), _last(db)
            for one in some:
                number = known.get(one.origin or "")
                if number is None:
                    number = last = last + 1
                    new[number] = one
                    known |= {} if one.origin is None else {one.origin: number}
                ids.append(number)
            kept = [_placed(one, number, ids) for number, one in new.items()]
            _insert(db, kept)
        return kept

    def change(self, comment: Comment, deed: Deed) -> Comment:
        """See `Comments.change`."""
        if comment.state == "withdrawn":
            nobody = Author(kind=comment.author.kind, key=comment.author.key)
            comment = msgspec.structs.replace(comment, text="", author=nobody, email="", rest=msgspec.Raw(b"{}"))
        with self._writer.begin() as db:
            _put(db, comment)
            _note(db, msgspec.structs.replace(deed, comment=comment.id))
        if deed.do in {"withdraw", "edit"}:
            with suppress(sa.exc.OperationalError):  # somebody writes just now; the next one to change empties it too
                checkpoint(self._writer)
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

    def held(self, after: int = 0, limit: int = 200, by: str | None = None) -> list[Comment]:
        """See `Comments.held`."""
        asked = _held(resting=False).where(comments.c.id > after)
        asked = asked if by is None else asked.where(comments.c.who == by)
        return self._some(asked.order_by(comments.c.id).limit(limit))

    def waiting(self) -> dict[str, int]:
        """See `Comments.waiting`."""
        asked = _held(resting=False).with_only_columns(comments.c.who, sa.func.count()).group_by(comments.c.who)
        with self._reader.connect() as db:
            return {row[0]: row[1] for row in db.execute(asked)}

    def resting(self, limit: int = 1_000) -> list[Comment]:
        """See `Comments.resting`."""
        return self._some(_held(resting=True).order_by(*_IN_TIME).limit(limit))

    def appealed(self, limit: int = 200) -> list[Comment]:
        """See `Comments.appealed`."""
        last = sa.select(sa.func.max(deeds.c.number)).where(deeds.c.comment == comments.c.id).correlate(comments)
        here = comments.join(deeds, deeds.c.number == last.scalar_subquery())
        asked = sa.select(comments.c.body).select_from(here).where(comments.c.state == "removed")
        asked = asked.where(deeds.c.do == "appeal")
        return self._some(asked.order_by(deeds.c.number).limit(limit))

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
        else:
            below = comments.join(articles, comments.c.article == articles.c.id)
            public = sa.select(comments.c.id).select_from(below).where(articles.c.state == "published")
            asked = asked.where(deeds.c.comment.in_(public))
        if before is not None:
            asked = asked.where(deeds.c.number < before)
        with self._reader.connect() as db:
            return [msgspec.structs.replace(_decode_deed(body), number=number) for body, number in db.execute(asked)]

    def rewritten(self, limit: int = 1_000) -> list[Comment]:
        """See `Comments.rewritten`."""
        last = sa.func.max(deeds.c.number)
        asked = sa.select(comments.c.body).join(deeds, deeds.c.comment == comments.c.id).group_by(comments.c.id)
        done = deeds.c.do.in_(("withdraw", "edit", "remove"))
        return self._some(asked.where(done).order_by(last.desc()).limit(limit))

    def dealt(self, article: int) -> dict[int, datetime]:
        """See `Comments.dealt`."""
        of = sa.select(sa.func.max(deeds.c.number)).join(comments, deeds.c.comment == comments.c.id)
        last = of.where(comments.c.article == article).group_by(deeds.c.comment)
        with self._reader.connect() as db:
            found = map(_decode_deed, db.execute(sa.select(deeds.c.body).where(deeds.c.number.in_(last))).scalars())
            return {deed.comment: deed.at for deed in found}

    def came(self, origin: str) -> int | None:
        """See `Comments.came`."""
        with self._reader.connect() as db:
            return _came(db, origin)

    def version(self, article: int | None = None) -> tuple[int, int]:
        """See `Comments.version`."""
        said, done = sa.select(sa.func.max(comments.c.id)), sa.select(sa.func.max(deeds.c.number))
        if article is not None:
            said = said.where(comments.c.article == article)
            done = done.join(comments, deeds.c.comment == comments.c.id).where(comments.c.article == article)
        asked = sa.select(sa.func.coalesce(said.scalar_subquery(), 0), sa.func.coalesce(done.scalar_subquery(), 0))
        with self._reader.connect() as db:
            one, other = db.execute(asked).one()
        return one, other

    def house(self) -> House:
        """See `Comments.house`."""
        with self._reader.connect() as db:
            body = db.execute(sa.select(house.c.body)).scalar()
        return House() if body is None else _decode_house(body)

    def keep_house(self, house_: House) -> None:
        """See `Comments.keep_house`."""
        with self._writer.begin() as db:
            db.execute(sa.delete(house))
            db.execute(sa.insert(house).values(id=1, body=encode(house_)))

    def _some(self, asked: sa.Select[Any]) -> list[Comment]:
        with self._reader.connect() as db:
            return [_decode(body) for body in db.execute(asked).scalars()]


_SHOWN = (comments.c.state == "shown", comments.c.said == "comment")


def _held(*, resting: bool) -> sa.Select[Any]:
    asked = sa.select(comments.c.body).where(comments.c.state == "held", comments.c.said == "comment")
    return asked.where(comments.c.until.is_not(None) if resting else comments.c.until.is_(None))


def _new(db: sa.Connection, comment: Comment, once: str | None = None) -> Comment:
    row = row_of(comment) | {"once": once}
    number = db.execute(sa.insert(comments).values(row).returning(comments.c.id)).scalar_one()
    kept = msgspec.structs.replace(comment, id=number)
    db.execute(sa.update(comments).where(comments.c.id == number).values(body=encode(kept)))
    return kept


def _known(db: sa.Connection, origins: Sequence[str]) -> dict[str, int]:
    """Give which comments came from where, of some origins."""
    found: dict[str, int] = {}
    for begin in range(0, len(origins), _AT_ONCE):
        some = origins[begin : begin + _AT_ONCE]
        asked = sa.select(comments.c.origin, comments.c.id).where(comments.c.origin.in_(some))
        found |= {row.origin: row.id for row in db.execute(asked)}
    return found


def _last(db: sa.Connection) -> int:
    return last_number(db, comments)


def _placed(comment: Comment, number: int, ids: Sequence[int]) -> Comment:
    """Give a comment with its number and its parent's; ids: of all among which that may be."""
    above = comment.parent
    parent = above if above is None or above >= 0 else ids[-above - 1]
    return msgspec.structs.replace(comment, id=number, parent=parent)


def _insert(db: sa.Connection, some: Sequence[Comment]) -> None:
    if some:
        db.execute(sa.insert(comments), [row_of(one) | {"id": one.id} for one in some])
        number_on(db, comments, some[-1].id)


def _put(db: sa.Connection, comment: Comment) -> None:
    db.execute(sa.update(comments).where(comments.c.id == comment.id).values(row_of(comment)))


def _named(db: sa.Connection, once: str) -> Comment | None:
    body = db.execute(sa.select(comments.c.body).where(comments.c.once == once)).scalar() if once else None
    return None if body is None else _decode(body)


def row_of(comment: Comment) -> dict[str, Any]:
    """Give the columns of a comment."""
    columns = {name: getattr(comment, name) for name in _COLUMNS}
    return columns | {"who": comment.author.key, "body": encode(comment)}


def _note(db: sa.Connection, deed: Deed) -> None:
    db.execute(sa.insert(deeds).values(comment=deed.comment, do=deed.do, body=encode(deed)))


def _came(db: sa.Connection, origin: str | None) -> int | None:
    if origin is None:
        return None
    return db.execute(sa.select(comments.c.id).where(comments.c.origin == origin)).scalar()
