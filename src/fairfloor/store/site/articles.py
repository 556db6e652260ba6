"""Keeps articles: as they stand, as they stood, and the terms they stand under. Their words are in `finding`."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.article import Article, Form, Redirect, Revision, Term
from fairfloor.chat.site.plain import plain
from fairfloor.chat.site.similar import LEAST, counted, shared, telling
from fairfloor.session.library import Changed, Hit, Shelf, Taken
from fairfloor.store.evening.codec import encode
from fairfloor.store.site.finding import finding
from fairfloor.store.site.finding.words import BEGINNING, bare
from fairfloor.store.site.schema import articles, comments, deeds, redirects, revisions, terms, under
from fairfloor.store.sql import month

ASKED_ABOUT = 600
"""Words of an article whose rarity is looked up, the most frequent."""
_first_two = itemgetter(0, 1)
_decode = msgspec.json.Decoder(Article).decode
_decode_revision = msgspec.json.Decoder(Revision).decode
_NEWEST = (articles.c.published.desc().nulls_last(), articles.c.id.desc())
_PUBLIC = articles.c.state == "published"


class SqlArticles:
    """`Articles` (session.library) by SQL."""

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        self._writer = writer
        self._reader = reader

    def keep(self, article: Article, by: str = "", seen: Article | None = None) -> Article:
        """See `Articles.keep`."""
        try:
            with self._writer.begin() as db:
                kept = _kept(db, article, by, seen) if article.id else _new(db, article, by)
                _stand_under(db, kept)
                finding(db).keep(kept.id, kept.title, plain(kept.text, kept.form))
        except sa.exc.IntegrityError as error:
            raise Taken(article.path) from error
        return kept

    def article(self, number: int) -> Article | None:
        """See `Articles.article`."""
        return self._one(articles.c.id == number)

    def at(self, path: str) -> Article | None:
        """See `Articles.at`."""
        return self._one(articles.c.path == path)

    def recap(self, session: str) -> Article | None:
        """See `Articles.recap`."""
        return self._one(articles.c.session == session)

    def articles(self, shelf: Shelf, offset: int = 0, limit: int = 20) -> list[Article]:
        """See `Articles.articles`."""
        asked = sa.select(articles.c.body).where(*_on(shelf)).order_by(*_NEWEST).offset(offset).limit(limit)
        with self._reader.connect() as db:
            return [_decode(body) for body in db.execute(asked).scalars()]

    def count(self, shelf: Shelf) -> int:
        """See `Articles.count`."""
        with self._reader.connect() as db:
            return db.execute(sa.select(sa.func.count()).select_from(articles).where(*_on(shelf))).scalar_one()

    def beside(self, article: Article) -> tuple[Article | None, Article | None]:
        """See `Articles.beside`."""
        here = sa.tuple_(articles.c.published, articles.c.id)
        at = sa.tuple_(
            sa.literal(article.published, articles.c.published.type), sa.literal(article.id, articles.c.id.type)
        )
        asked = sa.select(articles.c.body).where(_PUBLIC, articles.c.kind == article.kind).limit(1)
        with self._reader.connect() as db:
            before = db.execute(asked.where(here < at).order_by(*_NEWEST)).scalar()
            after = db.execute(asked.where(here > at).order_by(articles.c.published, articles.c.id)).scalar()
        return before and _decode(before), after and _decode(after)

    def months(self) -> list[tuple[int, int, int]]:
        """See `Articles.months`."""
        with self._reader.connect() as db:
            named = month(db, articles.c.published).label("month")
            asked = sa.select(named, sa.func.count()).where(_PUBLIC, articles.c.kind != "page")
            asked = asked.where(articles.c.published.is_not(None))
            found = db.execute(asked.group_by(named).order_by(named.desc()))
            return [(int(name[:4]), int(name[5:]), number) for name, number in found]

    def search(self, words: str, offset: int = 0, limit: int = 20) -> list[Hit]:
        """See `Articles.search`."""
        with self._reader.connect() as db:
            return [Hit(_decode(body), piece) for body, piece in finding(db).search(words, offset, limit)]

    def alike(self, article: Article, limit: int = 3) -> list[Article]:
        """See `Articles.alike`."""
        counts = counted(bare(article.title), bare(plain(article.text[:BEGINNING], article.form)))
        with self._reader.connect() as db:
            index = finding(db)
            having = index.spread([word for word, _ in counts.most_common(ASKED_ABOUT)])
            weights = telling(counts, having, index.count())
            near = [(_decode(body), words) for body, words in index.about(article.id, weights)] if weights else []
        ranked = sorted(((shared(weights, words), one.id, one) for one, words in near), key=_first_two, reverse=True)
        return [one for share, _, one in ranked[:limit] if share >= LEAST]

    def revisions(self, article: int) -> list[Revision]:
        """See `Articles.revisions`."""
        asked = sa.select(revisions.c.body).where(revisions.c.article == article).order_by(revisions.c.number.desc())
        with self._reader.connect() as db:
            return [_decode_revision(body) for body in db.execute(asked).scalars()]

    def forget(self, article: int) -> None:
        """See `Articles.forget`."""
        with self._writer.begin() as db:
            below = sa.select(comments.c.id).where(comments.c.article == article)
            db.execute(sa.delete(deeds).where(deeds.c.comment.in_(below)))
            db.execute(sa.delete(articles).where(articles.c.id == article))
            finding(db).forget(article)

    # Terms and addresses

    def keep_term(self, term: Term) -> None:
        """See `Articles.keep_term`."""
        with self._writer.begin() as db:
            db.execute(sa.delete(terms).where(terms.c.kind == term.kind, terms.c.slug == term.slug))
            db.execute(sa.insert(terms).values(msgspec.structs.asdict(term)))

    def forget_term(self, kind: str, slug: str) -> None:
        """See `Articles.forget_term`."""
        with self._writer.begin() as db:
            db.execute(sa.delete(terms).where(terms.c.kind == kind, terms.c.slug == slug))

    def term(self, kind: str, slug: str) -> Term | None:
        """See `Articles.term`."""
        with self._reader.connect() as db:
            row = db.execute(sa.select(terms).where(terms.c.kind == kind, terms.c.slug == slug)).first()
        return None if row is None else _term(row)

    def terms(self, of: Article | None = None) -> list[tuple[Term, int]]:
        """See `Articles.terms`."""
        asked = sa.select(terms).order_by(terms.c.kind, terms.c.name, terms.c.slug)
        number = sa.select(under.c.kind, under.c.slug, sa.func.count().label("number")).group_by(
            under.c.kind, under.c.slug
        )
        number = number.join(articles, under.c.article == articles.c.id).where(_PUBLIC)
        if of is not None:
            asked, number = asked.where(_stands(terms, of)), number.where(_stands(under, of))
        with self._reader.connect() as db:
            numbers = {(row.kind, row.slug): row.number for row in db.execute(number)}
            return [(_term(row), numbers.get((row.kind, row.slug), 0)) for row in db.execute(asked)]

    def redirect(self, redirects_: Iterable[Redirect]) -> None:
        """See `Articles.redirect`."""
        with self._writer.begin() as db:
            for one in redirects_:
                db.execute(sa.delete(redirects).where(redirects.c.old == one.old))
                if one.old != one.new:
                    db.execute(sa.insert(redirects).values(old=one.old, new=one.new))

    def led(self, old: str) -> str | None:
        """See `Articles.led`."""
        with self._reader.connect() as db:
            return db.execute(sa.select(redirects.c.new).where(redirects.c.old == old)).scalar()

    def redirects(self) -> list[Redirect]:
        """See `Articles.redirects`."""
        with self._reader.connect() as db:
            return [Redirect(old=row.old, new=row.new) for row in db.execute(sa.select(redirects).order_by("old"))]

    def came(self, origin: str) -> int | None:
        """See `Articles.came`."""
        with self._reader.connect() as db:
            return db.execute(sa.select(articles.c.id).where(articles.c.origin == origin)).scalar()

    def _one(self, which: sa.ColumnElement[bool]) -> Article | None:
        with self._reader.connect() as db:
            body = db.execute(sa.select(articles.c.body).where(which)).scalar()
        return None if body is None else _decode(body)


def _new(db: sa.Connection, article: Article, by: str) -> Article:
    number = db.execute(sa.insert(articles).values(_row(article)).returning(articles.c.id)).scalar_one()
    kept = msgspec.structs.replace(article, id=number)
    db.execute(sa.update(articles).where(articles.c.id == number).values(body=encode(kept)))
    _revise(db, kept, by)
    return kept


def _kept(db: sa.Connection, article: Article, by: str, seen: Article | None) -> Article:
    body = db.execute(sa.select(articles.c.body).where(articles.c.id == article.id)).scalar()
    if body is None:
        raise LookupError(article.id)
    before = _decode(body)
    if seen is not None and before != seen:
        raise Changed(article.id)
    db.execute(sa.update(articles).where(articles.c.id == article.id).values(_row(article)))
    if (before.title, before.text, before.form) != (article.title, article.text, article.form):
        _revise(db, article, by)
    return article


def _row(article: Article) -> dict[str, Any]:
    columns = ("path", "kind", "state", "published", "session", "origin")
    return {name: getattr(article, name) for name in columns} | {"body": encode(article)}


def _revise(db: sa.Connection, article: Article, by: str) -> None:
    last = sa.select(sa.func.coalesce(sa.func.max(revisions.c.number), 0)).where(revisions.c.article == article.id)
    number = db.execute(last).scalar_one() + 1
    form: Form = article.form
    revision = Revision(
        number=number, at=article.updated, by=by or article.by, title=article.title, text=article.text, form=form
    )
    db.execute(sa.insert(revisions).values(article=article.id, number=number, body=encode(revision)))


def _stand_under(db: sa.Connection, article: Article) -> None:
    db.execute(sa.delete(under).where(under.c.article == article.id))
    slugs = {"category": dict.fromkeys(article.categories), "tag": dict.fromkeys(article.tags)}
    rows = [
        {"article": article.id, "kind": kind, "slug": slug, "place": place}
        for kind, some in slugs.items()
        for place, slug in enumerate(some)
    ]
    if rows:
        db.execute(sa.insert(under), rows)


def _on(shelf: Shelf) -> list[sa.ColumnElement[bool]]:
    conditions = [_PUBLIC] if shelf.public else []
    if shelf.state is not None:
        conditions.append(articles.c.state == shelf.state)
    if not shelf.pages:
        conditions.append(articles.c.kind != "page")
    if shelf.kind is not None:
        conditions.append(articles.c.kind == shelf.kind)
    if shelf.category is not None:
        conditions.append(_under("category", _family(shelf.category)))
    if shelf.tag is not None:
        conditions.append(_under("tag", sa.select(sa.literal(shelf.tag, under.c.slug.type))))
    if shelf.since is not None:
        conditions.append(articles.c.published >= shelf.since)
    if shelf.before is not None:
        conditions.append(articles.c.published < shelf.before)
    return conditions


def _under(kind: str, slugs: sa.Select[Any]) -> sa.ColumnElement[bool]:
    standing = sa.select(under.c.article).where(under.c.kind == kind, under.c.slug.in_(slugs))
    return articles.c.id.in_(standing)


def _family(slug: str) -> sa.Select[Any]:
    """Give a category and all that are part of it; UNION, so that a circle of them ends."""
    own = sa.select(sa.literal(slug, terms.c.slug.type).label("slug")).cte("family", recursive=True)
    parts = sa.select(terms.c.slug).where(terms.c.kind == "category", terms.c.parent == own.c.slug)
    return sa.select(own.union(parts).c.slug)


def _stands(table: sa.Table, article: Article) -> sa.ColumnElement[bool]:
    """Tell whether a row is of a term that an article stands under."""
    categories = sa.and_(table.c.kind == "category", table.c.slug.in_(article.categories))
    return sa.or_(categories, sa.and_(table.c.kind == "tag", table.c.slug.in_(article.tags)))


def _term(row: sa.Row[Any]) -> Term:
    return Term(kind=row.kind, slug=row.slug, name=row.name, about=row.about, parent=row.parent)
