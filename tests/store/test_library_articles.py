"""Articles of a site: as they stand and as they stood, by time, by terms, by their words; recaps; redirects."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic import command
from alembic.config import Config

from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.session.library import Changed, Shelf, Taken
from fairfloor.store.file import engine
from fairfloor.store.location import Location, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.site.library import SqlLibrary, library_opened

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def library(place: Location) -> Iterator[SqlLibrary]:
    """Open a new site."""
    with library_opened(site_beside(place)) as opened:
        yield opened


def article(name: str = "one", days: int = 0, **given: Any) -> Article:
    """Make a published post."""
    at = NOW + timedelta(days=days)
    made: dict[str, Any] = {"path": f"/posts/{name}", "published": at, "updated": at, "by": "Sam", "state": "published"}
    return Article(**(made | given))


def change(library: SqlLibrary, number: int, by: str = "", **given: Any) -> Article:
    """Keep an article otherwise."""
    found = library.article(number)
    assert found is not None
    return library.keep(msgspec.structs.replace(found, **given), by)


def names(articles: list[Article]) -> list[str]:
    """Give what articles are called in their paths."""
    return [one.path.rpartition("/")[2] for one in articles]


def test_an_article_is_kept_and_found(library: SqlLibrary) -> None:
    """By its id, its path, its session and where it came from."""
    kept = library.keep(article(session="2026-03-04", kind="recap", origin="wordpress:1", rest=msgspec.Raw(b'{"a":1}')))
    assert kept.id == 1
    assert library.article(1) == library.at("/posts/one") == library.recap("2026-03-04") == kept
    assert library.came("wordpress:1") == 1
    assert (library.article(2), library.at("/x"), library.recap("x"), library.came("x")) == (None, None, None, None)


def test_a_path_and_a_session_are_one_article_s(library: SqlLibrary) -> None:
    """Another one with either is refused, and nothing of it is kept; nor is one kept that was deleted meanwhile."""
    library.keep(article(session="2026-03-04"))
    two = library.keep(article("two"))
    for other in (article(title="x"), article("three", session="2026-03-04")):
        with pytest.raises(Taken):
            library.keep(other)
    with pytest.raises(Taken):
        change(library, two.id, path="/posts/one")
    assert library.search("x") == []
    library.forget(two.id)
    with pytest.raises(LookupError):
        library.keep(two)


def test_what_an_article_was_is_a_revision(library: SqlLibrary) -> None:
    """One for each time its title or words changed, by who changed them; states and tags make none."""
    library.keep(article(title="A", text="one"))
    change(library, 1, text="two", updated=NOW + timedelta(hours=1), by="Ann")
    change(library, 1, state="private", tags=("x",))
    change(library, 1, title="B")
    told = [(one.number, one.title, one.text, one.by) for one in library.revisions(1)]
    assert told == [(3, "B", "two", "Sam"), (2, "A", "two", "Ann"), (1, "A", "one", "Sam")]


def test_what_is_forgotten_is_gone(library: SqlLibrary) -> None:
    """With its revisions, its comments and what was searched for; another does not get its id."""
    library.keep(article(text="zebra", tags=("x",)))
    ann = Author(kind="anonymous", key="guest:x")
    library.comments.say(Comment(article=1, at=NOW, author=ann, text="Well said"))
    library.forget(1)
    assert library.article(1) is None
    assert not library.revisions(1)
    assert not library.search("zebra")
    assert not library.comments.under(1)
    assert library.keep(article()).id == 2


def test_articles_are_asked_for(library: SqlLibrary) -> None:
    """By kind, time, state; the newest first; what is for the host's people alone only where it is asked for."""
    for number, name in enumerate("abcd"):
        library.keep(article(name, number, kind="post" if number else "page"))
    library.keep(article("e", 9, state="private"))
    library.keep(article("f", state="draft", published=None))
    assert names(library.articles(Shelf())) == ["d", "c", "b", "a"]
    assert names(library.articles(Shelf(pages=False), 1, 1)) == ["c"]
    assert names(library.articles(Shelf(kind="page"))) == ["a"]
    assert names(library.articles(Shelf(since=NOW + timedelta(days=1), before=NOW + timedelta(days=3)))) == ["c", "b"]
    assert names(library.articles(Shelf(public=False, state="draft"))) == ["f"]
    assert names(library.articles(Shelf(public=False))) == ["e", "d", "c", "b", "a", "f"]
    assert [library.count(shelf) for shelf in (Shelf(), Shelf(pages=False), Shelf(public=False))] == [4, 3, 6]
    assert library.months() == [(2026, 3, 3)]
    b = library.at("/posts/b")
    assert b is not None
    before, after = library.beside(b)
    assert before is None
    assert after is not None
    assert after.path == "/posts/c"


def test_those_of_one_moment_are_beside_one_another(library: SqlLibrary) -> None:
    """Every one is met once, walking from the first to the last."""
    for name in "abc":
        library.keep(article(name))
    walked = [library.at("/posts/a")]
    while (here := walked[-1]) is not None:
        walked.append(library.beside(here)[1])
    assert names([one for one in walked if one is not None]) == ["a", "b", "c"]


def test_articles_stand_under_terms(library: SqlLibrary) -> None:
    """Under a category those of its parts stand too, even where parts go in a circle; counts are of public ones."""
    for slug, parent in (("a", "c"), ("b", "a"), ("c", "b"), ("d", None)):
        library.keep_term(Term(kind="category", slug=slug, name=slug.upper(), parent=parent))
    library.keep_term(Term(kind="tag", slug="a", name="Tag"))
    library.keep(article("one", categories=("b",), tags=("a",)))
    two = library.keep(article("two", 1, categories=("d",), state="private"))
    assert names(library.articles(Shelf(category="a"))) == ["one"]
    assert names(library.articles(Shelf(category="d"))) == []
    assert library.count(Shelf(tag="a")) == 1
    assert [(term.kind, term.name, number) for term, number in library.terms()] == [
        ("category", "A", 0),
        ("category", "B", 1),
        ("category", "C", 0),
        ("category", "D", 0),
        ("tag", "Tag", 1),
    ]
    assert [term.slug for term, _ in library.terms(two)] == ["d"]
    assert library.term("tag", "a") == Term(kind="tag", slug="a", name="Tag")
    assert library.term("tag", "d") is None
    change(library, 1, categories=(), tags=())
    assert library.count(Shelf(tag="a")) == 0


def test_words_are_searched_for(library: SqlLibrary) -> None:
    """All must be there, whatever their case and accents; the title counts more; drafts are not found."""
    library.keep(article("a", title="A day", text="**Café** in the *winter*"))
    library.keep(article("b", title="Winter", text="<p>cafe</p>", form="html"))
    library.keep(article("c", title="Winter", text="cafe", state="draft"))
    hits = library.search("CAFÉ winter")
    assert names([hit.article for hit in hits]) == ["b", "a"]
    assert hits[1].piece == "\x02Café\x03 in the \x02winter\x03"
    assert names([hit.article for hit in library.search("winter", 1, 5)]) == ["a"]
    assert library.search("winter zebra") == library.search("") == library.search('"*') == []


def test_old_addresses_lead_on(library: SqlLibrary) -> None:
    """A later word counts; all of them can be listed."""
    library.redirect([Redirect(old="/?p=1", new="/posts/a"), Redirect(old="/b", new="/posts/b")])
    library.redirect([Redirect(old="/?p=1", new="/posts/c")])
    assert library.led("/?p=1") == "/posts/c"
    assert library.led("/?p=2") is None
    assert library.redirects() == [Redirect(old="/?p=1", new="/posts/c"), Redirect(old="/b", new="/posts/b")]
    library.redirect([Redirect(old="/b", new="/b")])
    assert library.redirects() == [Redirect(old="/?p=1", new="/posts/c")]


def test_recaps_are_kept(library: SqlLibrary) -> None:
    """What was worked out of a session, and when; a later one counts."""
    assert library.kept_recap("2026-03-04") is None
    library.keep_recap("2026-03-04", NOW, b"one")
    library.keep_recap("2026-03-04", NOW + timedelta(hours=1), b"two")
    assert library.kept_recap("2026-03-04") == (NOW + timedelta(hours=1), b"two")


def test_it_is_there_after_closing_and_for_others_meanwhile(place: Location) -> None:
    """The place is the site: what one process keeps, another one reads at once, and the next one finds."""
    site = site_beside(place)
    with library_opened(site) as one, library_opened(site) as other:
        kept = one.keep(article())
        assert other.article(kept.id) == kept
        other.keep(article("two"))
        assert one.count(Shelf()) == 2
    with library_opened(site) as again:
        assert again.count(Shelf()) == 2
    if isinstance(site, Path):
        assert site.stat().st_mode & 0o077 == 0


def test_what_is_no_site_is_refused(tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / "x").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    with pytest.raises(Unusable, match="Name another file"), library_opened(tmp_path / "x"):
        pass
    with pytest.raises(Unusable, match="Name a file in a folder"), library_opened(tmp_path / "no" / "x"):
        pass


def test_nothing_is_kept_over_what_somebody_else_kept_meanwhile(library: SqlLibrary) -> None:
    """Whoever says what they have seen is told that it is another by now; looking and keeping are one step."""
    first = library.keep(article(rest=msgspec.Raw(b'{"a": 1}')))
    second = library.keep(msgspec.structs.replace(first, text="Theirs"), seen=first)
    with pytest.raises(Changed):
        library.keep(msgspec.structs.replace(first, discussion="closed"), seen=first)
    assert library.article(first.id) == second
    assert library.keep(msgspec.structs.replace(second, discussion="closed"), seen=second).text == "Theirs"


def test_a_term_that_nothing_stands_under_is_forgotten(library: SqlLibrary) -> None:
    """It alone, and not another kind's of the same name."""
    for kind in ("category", "tag"):
        library.keep_term(Term(kind="category" if kind == "category" else "tag", slug="cops", name="Cops"))
    library.forget_term("tag", "cops")
    assert library.term("tag", "cops") is None
    assert library.term("category", "cops") is not None


def test_a_site_from_before_is_found_by_the_words_of_now(path: Path) -> None:
    """Its index has words as an earlier Fairfloor parted them: it is brought up to date."""
    site = path.with_name("copchat.db.site")
    config = Config()
    config.set_main_option("script_location", "fairfloor.store.site:migrations")
    before = engine(site, "BEGIN")
    old = Article(id=1, path="/a", state="published", published=NOW, updated=NOW, by="Hal", title="2026年の会議")
    with before.begin() as db:
        db.exec_driver_sql(f"PRAGMA application_id = {0x46414952}")
        config.attributes["connection"] = db
        command.upgrade(config, "site0004")
        row = (1, "/a", "post", "published", msgspec.json.encode(old))
        db.exec_driver_sql("INSERT INTO articles (id, path, kind, state, body) VALUES (?, ?, ?, ?, ?)", row)
        given = ("2026年\u200bの\u200b会\u200b議", "AI検\u200b索 cafe\u0301")
        db.exec_driver_sql("INSERT INTO found (rowid, title, words) VALUES (1, ?, ?)", given)
    before.dispose()
    with library_opened(site) as library:
        for words in ("2026年", "2026", "年の会議", "AI検索", "検索", "Café"):
            assert [hit.article for hit in library.search(words)] == [old], words
