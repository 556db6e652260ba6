"""Reads the whole of a site in one transaction, and puts one into an empty file: ids, revisions and all."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.article import Article, Redirect, Revision, Term
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.chat.site.house import House
from fairfloor.chat.site.plain import plain
from fairfloor.chat.site.whole import Revised, Whole
from fairfloor.store.evening.codec import encode
from fairfloor.store.site.comments import row_of
from fairfloor.store.site.finding import finding
from fairfloor.store.site.schema import articles, comments, deeds, house, redirects, revisions, terms, under
from fairfloor.store.sql import number_on

_article = msgspec.json.Decoder(Article).decode
_revision = msgspec.json.Decoder(Revision).decode
_comment = msgspec.json.Decoder(Comment).decode
_deed = msgspec.json.Decoder(Deed).decode
_house = msgspec.json.Decoder(House).decode


class Occupied(Exception):  # noqa: N818 - it names what is the matter
    """A site is there already."""


def whole(db: sa.Connection) -> Whole:
    """Read all of a site."""
    settled = db.execute(sa.select(house.c.body)).scalar()
    return Whole(
        terms=tuple(_of(Term, row) for row in db.execute(sa.select(terms).order_by(terms.c.kind, terms.c.slug))),
        articles=tuple(map(_article, db.execute(sa.select(articles.c.body).order_by(articles.c.id)).scalars())),
        revisions=tuple(
            Revised(article=row.article, revision=_revision(row.body))
            for row in db.execute(sa.select(revisions).order_by(revisions.c.article, revisions.c.number))
        ),
        comments=tuple(map(_comment, db.execute(sa.select(comments.c.body).order_by(comments.c.id)).scalars())),
        deeds=tuple(
            msgspec.structs.replace(_deed(row.body), number=row.number)
            for row in db.execute(sa.select(deeds).order_by(deeds.c.number))
        ),
        redirects=tuple(_of(Redirect, row) for row in db.execute(sa.select(redirects).order_by(redirects.c.old))),
        house=House() if settled is None else _house(settled),
    )


def put(db: sa.Connection, site: Whole) -> None:
    """Put a site where there is none. Raises Occupied; sqlalchemy.exc.IntegrityError where it does not fit together."""
    if any(db.execute(sa.select(table).limit(1)).first() for table in (articles, terms, redirects, house)):
        raise Occupied
    _insert(db, terms, map(msgspec.structs.asdict, site.terms))
    _insert(db, articles, (_row(articles, one) for one in site.articles))
    _insert(db, under, _standing(site.articles))
    index = finding(db)
    for one in site.articles:
        index.keep(one.id, one.title, plain(one.text, one.form))
    _insert(db, revisions, (_row(revisions, one.revision) | {"article": one.article} for one in site.revisions))
    _insert(db, comments, (row_of(one) | {"id": one.id} for one in site.comments))
    _insert(db, deeds, (_row(deeds, one) for one in site.deeds))
    _insert(db, redirects, map(msgspec.structs.asdict, site.redirects))
    for table, numbers in (
        (articles, (one.id for one in site.articles)),
        (comments, (one.id for one in site.comments)),
        (deeds, (one.number for one in site.deeds)),
    ):
        number_on(db, table, max(numbers, default=0))
    if site.house != House():
        _insert(db, house, [{"id": 1, "body": encode(site.house)}])


def _of(kind: Any, row: sa.Row[Any]) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__})


def _row(table: sa.Table, one: msgspec.Struct) -> dict[str, Any]:
    """Give the columns of something that is kept as JSON."""
    columns = {column.name for column in table.c} & set(one.__struct_fields__)
    return {name: getattr(one, name) for name in columns} | {"body": encode(one)}


def _standing(some: Iterable[Article]) -> Iterable[dict[str, Any]]:
    """Give which terms articles stand under, each once, in order."""
    for one in some:
        for kind, slugs in (("category", one.categories), ("tag", one.tags)):
            for place, slug in enumerate(dict.fromkeys(slugs)):
                yield {"article": one.id, "kind": kind, "slug": slug, "place": place}


def _insert(db: sa.Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        db.execute(sa.insert(table), found)
