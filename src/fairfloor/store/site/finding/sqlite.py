"""Finds articles by their words on SQLite: its own full-text index, FTS5, ranked by BM25."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from fairfloor.store.site.finding.words import BEGINNING, COMPARED, apart, bare, quoted

_TAKE_OUT = sa.text("DELETE FROM found WHERE rowid = :id")
_PUT_IN = sa.text("INSERT INTO found (rowid, title, words) VALUES (:id, :title, :words)")
_SEARCH = sa.text(
    "SELECT articles.body, snippet(found, -1, char(2), char(3), '…', 24) AS piece FROM found "
    "JOIN articles ON articles.id = found.rowid WHERE found MATCH :wanted AND articles.state = 'published' "
    "ORDER BY bm25(found, 4.0, 1.0), articles.id LIMIT :limit OFFSET :offset"
)
_COUNT = sa.text("SELECT count(*) FROM found")
_SPREAD = sa.text("SELECT term, doc FROM found_in WHERE term IN :words").bindparams(
    sa.bindparam("words", expanding=True)
)
_ABOUT = sa.text(
    "SELECT articles.body, found.title, substr(found.words, 1, :most) AS words FROM found "
    "JOIN articles ON articles.id = found.rowid WHERE found MATCH :wanted AND articles.state = 'published' "
    "AND articles.kind != 'page' AND articles.id != :id ORDER BY bm25(found, 4.0, 1.0), articles.id LIMIT :limit"
)


class SqliteFinding:
    """`Finding` (store.finding) on SQLite."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def keep(self, article: int, title: str, words: str) -> None:
        """See `Finding.keep`."""
        self.forget(article)
        self._db.execute(_PUT_IN, {"id": article, "title": apart(title), "words": apart(words)})

    def forget(self, article: int) -> None:
        """See `Finding.forget`."""
        self._db.execute(_TAKE_OUT, {"id": article})

    def search(self, words: str, offset: int, limit: int) -> list[tuple[bytes, str]]:
        """See `Finding.search`."""
        wanted = " ".join(quoted(words))
        if not wanted:
            return []
        hits = self._db.execute(_SEARCH, {"wanted": wanted, "limit": limit, "offset": offset})
        return [(row.body, row.piece.replace("\u200b", "")) for row in hits]

    def count(self) -> int:
        """See `Finding.count`."""
        return int(self._db.execute(_COUNT).scalar_one())

    def spread(self, words: Sequence[str]) -> dict[str, int]:
        """See `Finding.spread`."""
        return {row.term: row.doc for row in self._db.execute(_SPREAD, {"words": words})}

    def about(self, article: int, words: Collection[str]) -> list[tuple[bytes, Collection[str]]]:
        """See `Finding.about`; the best are those that BM25 ranks first."""
        wanted = " OR ".join(f'"{word}"' for word in words)
        asked = {"wanted": wanted, "id": article, "limit": COMPARED, "most": BEGINNING}
        return [(row.body, {*bare(row.title), *bare(row.words)}) for row in self._db.execute(_ABOUT, asked)]
