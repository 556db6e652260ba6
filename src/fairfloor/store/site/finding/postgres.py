"""Finds articles by their words on PostgreSQL: a GIN index of the words themselves, ranked by BM25 as FTS5 ranks.

The words are ours (`words`), and PostgreSQL only keeps them: neither its parser nor its dictionaries, which part and
bend words unlike SQLite's, and which know one language each. `bare` is an article's words with spaces round each,
its title four times before them: how often a word or a phrase stands there is how much it counts. What people search
for reaches the database as values alone, never as a query of its own.

Rejected: `tsvector`, measured as fast, but it forgets where a word stands after 16,383 words, more than 256 of one, or
a megabyte, so that phrases of a long Japanese article were not found; and its ranks are no BM25.
A table of in how many articles each word stands, as SQLite has, would save seventy milliseconds when an article among
5,000 is first read, for slower keeping and one more place that words have to be taken out of.

PostgreSQL takes reading a long text for as cheap as reading a number, so for few articles, or a word that many have, it
would rather read them all: `_ask` forbids that, and OFFSET 0 keeps the index's part a query of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa

from fairfloor.store.site.finding.piece import piece
from fairfloor.store.site.finding.words import COMPARED, Phrase, bare, phrases

_TITLE = 4
"""What a word counts that stands in the title."""
_BETWEEN = "|"
"""What stands between the title and the title again: no word, so that no phrase goes over it."""
_KEEP = sa.text("""
    INSERT INTO found (id, title, words, bare, length) VALUES (:id, :title, :words, :bare, :length)
    ON CONFLICT (id) DO UPDATE
    SET title = excluded.title, words = excluded.words, bare = excluded.bare, length = excluded.length
    WHERE (found.title, found.words, found.bare) IS DISTINCT FROM (excluded.title, excluded.words, excluded.bare)
""")
_FORGET = sa.text("DELETE FROM found WHERE id = :id")
_SIZE = sa.text("SELECT count(*) AS articles, CAST(coalesce(avg(length), 1) AS FLOAT) AS length FROM found")
_SEARCH = sa.text("""
    WITH hits AS MATERIALIZED (
        SELECT one.id, (
            SELECT CASE WHEN min(times) > 0
                THEN sum(rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * one.length / :length))) END
            FROM unnest(CAST(:phrases AS TEXT[]), CAST(:rarities AS FLOAT[])) AS wanted (phrase, rarity)
            CROSS JOIN LATERAL (
                SELECT (octet_length(said) - octet_length(replace(said, phrase, '')))
                    / CAST(octet_length(phrase) AS FLOAT) AS times OFFSET 0
            ) AS counted
        ) AS rank
        FROM (SELECT CAST(:words AS TEXT[]) AS words OFFSET 0) AS wanted
        CROSS JOIN LATERAL (
            SELECT id, bare || '' AS said, length FROM found
            WHERE string_to_array(bare, '  ') @> wanted.words OFFSET 0
        ) AS one
        JOIN articles ON articles.id = one.id WHERE articles.state = 'published'
    ), best AS (
        SELECT id, rank FROM hits WHERE rank IS NOT NULL ORDER BY rank DESC, id LIMIT :limit OFFSET :offset
    )
    SELECT articles.body, found.title, found.words
    FROM best JOIN found USING (id) JOIN articles USING (id) ORDER BY best.rank DESC, best.id
""")
_BY_INDEX, _AS_EVER = sa.text("SET LOCAL enable_seqscan = off"), sa.text("SET LOCAL enable_seqscan TO DEFAULT")
_SPREAD = sa.text("""
    SELECT word, (SELECT count(*) FROM found WHERE string_to_array(bare, '  ') @> ARRAY[word]) AS articles
    FROM unnest(CAST(:words AS TEXT[])) AS word
""")
_ABOUT = sa.text("""
    WITH best AS (
        SELECT one.id, array_agg(word) AS words, sum(weight) AS weight
        FROM unnest(CAST(:words AS TEXT[]), CAST(:weights AS FLOAT[])) AS telling (word, weight)
        CROSS JOIN LATERAL (SELECT id FROM found WHERE string_to_array(bare, '  ') @> ARRAY[word] OFFSET 0) AS one
        JOIN articles ON articles.id = one.id
        WHERE articles.state = 'published' AND articles.kind <> 'page' AND articles.id <> :id
        GROUP BY one.id ORDER BY sum(weight) DESC, one.id LIMIT :limit
    )
    SELECT articles.body, best.words FROM best JOIN articles USING (id) ORDER BY best.weight DESC, best.id
""")


class PostgresFinding:
    """`Finding` (store.finding) on PostgreSQL."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def keep(self, article: int, title: str, words: str) -> None:
        """See `Finding.keep`."""
        heading, said = bare(title), bare(words)
        row = {
            "id": article,
            "title": _kept(title),
            "words": _kept(words),
            "bare": f" {_stretch([*[*heading, _BETWEEN] * _TITLE, *said])} ",
            "length": len(heading) + len(said),
        }
        self._db.execute(_KEEP, row)

    def forget(self, article: int) -> None:
        """See `Finding.forget`."""
        self._db.execute(_FORGET, {"id": article})

    def search(self, words: str, offset: int, limit: int) -> list[tuple[bytes, str]]:
        """See `Finding.search`."""
        wanted = phrases(words)
        if not wanted:
            return []
        size = self._db.execute(_SIZE).one()
        asked = {
            "words": list({word for phrase in wanted for word in phrase}),
            "phrases": [_stretch(phrase) for phrase in wanted],
            "rarities": self._rarities(wanted, size.articles),
            "length": size.length or 1.0,
        }
        found = self._ask(_SEARCH, **asked, offset=offset, limit=limit)
        return [(row.body, piece(row.title, row.words, wanted)) for row in found]

    def count(self) -> int:
        """See `Finding.count`."""
        return int(self._db.execute(_SIZE).one().articles)

    def spread(self, words: Sequence[str]) -> dict[str, int]:
        """See `Finding.spread`."""
        return {row.word: row.articles for row in self._ask(_SPREAD, words=list(words)) if row.articles}

    def about(self, article: int, words: Mapping[str, float]) -> list[tuple[bytes, Collection[str]]]:
        """See `Finding.about`; the best are those that have most of the words' weight."""
        asked = {"words": list(words), "weights": list(words.values()), "id": article, "limit": COMPARED}
        return [(row.body, row.words) for row in self._ask(_ABOUT, **asked)]

    def _rarities(self, wanted: Sequence[Phrase], articles: int) -> list[float]:
        """Give how much phrases count for being rare; for one alone it is all the same."""
        if len(wanted) == 1:
            return [1.0]
        having = self.spread(list({word for phrase in wanted for word in phrase}))
        fewest = [min(having.get(word, 0) for word in phrase) for phrase in wanted]
        return [max(1e-6, log((articles - few + 0.5) / (few + 0.5))) for few in fewest]

    def _ask(self, asked: sa.TextClause, **given: Any) -> Sequence[sa.Row[Any]]:
        self._db.execute(_BY_INDEX)
        found = self._db.execute(asked, given).all()
        self._db.execute(_AS_EVER)
        return found


def _stretch(words: Sequence[str]) -> str:
    """Give words with a space on both sides of each, so that two that are the same are counted as two."""
    return "".join(f" {word} " for word in words)


def _kept(text: str) -> str:
    """Give a text as PostgreSQL can have it, and as `words.placed` needs it."""
    return normalize("NFC", text).replace("\0", " ")
