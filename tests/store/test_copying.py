"""A chat that is copied to another place is the same chat there, to the byte."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from alembic import command
from alembic.config import Config
from tests.store.conftest import Desk

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Deletion, Edit
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.session.decide import Rules
from fairfloor.session.hear import hear
from fairfloor.session.people import Account
from fairfloor.session.ports import Told
from fairfloor.store.copying import PARTS, copied
from fairfloor.store.evening.published import difference
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import engine
from fairfloor.store.location import Location, location, people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import opened
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import library_opened
from fairfloor.testing.postgres import Postgres

Make = Callable[..., Post]
NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
RULES = Rules(tag="copchat")


@pytest.fixture(params=["to a file", "to a database"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Give an empty place of each kind."""
    if request.param == "to a file":
        return tmp_path / "other.db"
    running: Postgres = request.getfixturevalue("server")
    return location(running.made())


def fill(place: Location, post: Make) -> None:
    """Have an evening, a host who is signed in, an article and a comment."""
    with opened(place) as engines:
        desk = Desk(SqlStore(*engines), SqlRecords(engines[1]))
        desk.store.begin(RULES)
        desk.decide(*(post(n) for n in range(30)), Post(id="a\0b", at=NOW, account="\x1a", text="nothing"))
        desk.take(Deletion(id="post-3", at=NOW), Edit(post=post(4, text="otherwise")), cursor="7")
    with people_opened(people_beside(place)) as people:
        assert people.add("Hal", "host", "hash", NOW)
        people.begin(b"digest", Account(id="did:plc:ann", handle="ann.example", network="bluesky"), NOW)
        people.key()
    with library_opened(site_beside(place)) as library:
        about = Article(path="/posts/one", title="Bodycams", state="published", published=NOW, updated=NOW, by="Hal")
        article = library.keep(about)
        library.comments.say(
            Comment(article=article.id, at=NOW, author=Author(kind="anonymous", key="guest:a"), text="Well said")
        )
        library.keep_recap("2026-03-04", NOW, b"\x00recap")


def test_a_copy_is_the_same_chat(place: Location, other: Location, post: Make) -> None:
    """Log, decisions, public log, cursors, people and site; and what comes after goes on from there."""
    fill(place, post)
    for part in PARTS:
        copied(part, place, other)
    with opened(place) as engines, opened(other) as others:
        store, copy = SqlStore(*engines), SqlStore(*others)
        assert list(copy.log()) == list(store.log())
        assert list(copy.decisions()) == list(store.decisions())
        assert list(SqlRecords(others[1]).all_lines()) == list(SqlRecords(engines[1]).all_lines())
        assert difference(SqlRecords(others[1]), copy.log(), RULES) is None
        assert (copy.cursor("test"), copy.rules()) == ("7", RULES)
        assert Desk(copy, SqlRecords(others[1])).take(post(4), post(99)).taken[0].seq == len(list(store.log())) + 1
    with people_opened(people_beside(place)) as people, people_opened(people_beside(other)) as copied_:
        assert copied_.key() == people.key()
        assert copied_.members() == people.members()
        assert copied_.session(b"digest", NOW) == people.session(b"digest", NOW)
        assert (copied_.add("Ida", "moderator", "hash", NOW) or people.members()[0]).number == 2
    with library_opened(site_beside(place)) as library, library_opened(site_beside(other)) as copy_:
        assert copy_.whole() == library.whole()
        assert copy_.kept_recap("2026-03-04") == library.kept_recap("2026-03-04")
        assert [hit.article.id for hit in copy_.search("bodycams")] == [1]
        assert copy_.keep(Article(path="/posts/two", updated=NOW, by="Hal")).id == 2


def test_nothing_is_copied_over_what_is_there(place: Location, server: Postgres, post: Make) -> None:
    """A place with a chat in it is left as it is."""
    there = location(server.made())
    for one in (place, there):
        fill(one, post)
    for part in PARTS:
        with pytest.raises(Unusable, match="is not empty"):
            copied(part, place, there)


def test_what_was_never_made_of_a_database_needs_no_copy(server: Postgres, other: Location, post: Make) -> None:
    """Its people and its site are made when somebody asks for them first."""
    place = location(server.made())
    with opened(place) as engines:
        take(SqlStore(*engines), post(1))
    for part in PARTS:
        copied(part, place, other)
    with opened(other) as engines:
        assert [taken.notice for taken in SqlStore(*engines).log()] == [post(1)]


def take(store: SqlStore, post: Post) -> None:
    """Have a store take a post."""
    store.take("test", [Told(notice=post, seen=NOW, heard=hear(post, NOW))], cursor=None, faults=(), skipped=0)


def test_who_may_not_read_the_people_may_not_read_a_copy_of_them(tmp_path: Path, server: Postgres) -> None:
    """They are hashes of passwords, on the way from a database too."""
    first, second, third = tmp_path / "a.db", tmp_path / "b.db", tmp_path / "c.db"
    with people_opened(people_beside(first)) as people:
        assert people.add("Hal", "host", "hash", NOW)
    database = location(server.made())
    for one, other in ((first, second), (first, database), (database, third)):
        copied("people", one, other)
    for path in (first, second, third):
        assert stat.S_IMODE(path.with_name(f"{path.name}.people").stat().st_mode) == 0o600


def test_a_file_from_before_is_copied_to_a_database_as_it_would_be_now(tmp_path: Path, server: Postgres) -> None:
    """It is brought up to date on the way, and left as it was itself."""
    path = tmp_path / "old.db.site"
    config = Config()
    config.set_main_option("script_location", "fairfloor.store.site:migrations")
    before = engine(path, "BEGIN")
    held = Comment(id=1, article=1, at=NOW, author=Author(kind="named", key="guest:a"), text="Hm", state="held")
    article = Article(id=1, path="/a", updated=NOW, by="Hal")
    with before.begin() as db:
        db.exec_driver_sql(f"PRAGMA application_id = {0x46414952}")
        config.attributes["connection"] = db
        command.upgrade(config, "site0001")
        given = "INSERT INTO articles (path, kind, state, body) VALUES ('/a', 'post', 'draft', ?)"
        db.exec_driver_sql(given, (msgspec.json.encode(article),))
        given = "INSERT INTO comments (article, at, state, said, body) VALUES (1, 0, 'held', 'comment', ?)"
        db.exec_driver_sql(given, (msgspec.json.encode(held),))
    before.dispose()
    database = location(server.made())
    copied("site", tmp_path / "old.db", database)
    with library_opened(site_beside(database)) as library:
        assert (library.article(1), library.comments.held()) == (article, [held])
    with closing(sqlite3.connect(path)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == ("site0001",)


def test_a_number_that_was_somebodys_is_nobody_elses_after_a_copy(place: Location, other: Location) -> None:
    """Also where they were the last, and are gone."""
    with people_opened(people_beside(place)) as people:
        gone = people.add("Hal", "host", "hash", NOW)
        assert gone
        people.remove(gone)
    copied("people", place, other)
    with people_opened(people_beside(other)) as copy:
        added = copy.add("Ida", "host", "hash", NOW)
        assert added
        assert added.number == gone.number + 1


def test_what_is_not_there_needs_no_copy(path: Path, other: Location) -> None:
    """A chat without a site has none after."""
    copied("site", path, other)
    with library_opened(site_beside(other)) as library:
        assert library.whole().articles == ()
