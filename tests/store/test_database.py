"""A chat in a PostgreSQL database: who may open it, what is refused, and what comes of a server that goes."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from fairfloor.acts.act import Post
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.chat.site.whole import Whole
from fairfloor.session.hear import hear
from fairfloor.session.ports import Receipt, Told
from fairfloor.store.evening import schema
from fairfloor.store.evening.published import looked_into
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Database, Location, file_beside, location, people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import opened, reading
from fairfloor.store.people import schema as people_schema
from fairfloor.store.people.people import people_opened
from fairfloor.store.site import schema as site_schema
from fairfloor.store.site.library import library_opened
from fairfloor.store.sql import poured
from fairfloor.testing.postgres import Postgres

Make = Callable[..., Post]
NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def database(server: Postgres) -> Location:
    """Give an empty database."""
    return location(server.made())


def take(store: SqlStore, *posts: Post) -> Receipt:
    """Have a store take posts."""
    told = [Told(notice=post, seen=post.at, heard=hear(post, post.at)) for post in posts]
    return store.take("test", told, cursor=None, faults=(), skipped=0)


def test_the_steps_lead_to_the_schemas(database: Location) -> None:
    """What the migrations make of an empty database is what the tables in the code say.

    Only how articles are found, and that an act is there once, is put into other words there.
    """
    with opened(database), people_opened(people_beside(database)), library_opened(site_beside(database)):
        for place, metadata in (
            (database, schema.metadata),
            (people_beside(database), people_schema.metadata),
            (site_beside(database), site_schema.metadata),
        ):
            reader = reading(place)
            with reader.connect() as db:
                differ = compare_metadata(MigrationContext.configure(db), metadata)
                made = {index["name"] for table in metadata.tables for index in sa.inspect(db).get_indexes(table)}
            reader.dispose()
            assert [one for one in differ if not _known(one)] == []
            assert made >= {index.name for table in metadata.tables.values() for index in table.indexes}


def _known(difference: Any) -> bool:
    """Tell whether only an index differs, which is of another kind there, or what words are found by."""
    return difference[0] in {"add_index", "remove_index", "add_constraint"} or "found" in str(difference)


def test_one_process_has_an_evening_at_a_time(database: Location, post: Make) -> None:
    """Neither this process nor another one opens it again to write; any may read; when it is closed, they can."""
    script = "import sys; from fairfloor.store.location import location; from fairfloor.store.opening import opened\n"
    script += f"with opened(location({str(database)!r})): print('open')"
    other = [sys.executable, "-c", script]
    with opened(database) as engines:
        take(SqlStore(*engines), post(1))
        with pytest.raises(Unusable, match="in use by another Fairfloor"), opened(database):
            pass
        refused = subprocess.run(other, capture_output=True, text=True, check=False, timeout=60)
        assert "in use by another Fairfloor" in refused.stderr
        reader = reading(database)
        assert SqlRecords(reader).record("post-1") is not None
        reader.dispose()
    assert subprocess.run(other, capture_output=True, text=True, check=True, timeout=60).stdout == "open\n"


def test_who_reads_cannot_write(database: Location) -> None:
    """The readers' connections are told so by the server."""
    with opened(database) as (_, reader), reader.begin() as db, pytest.raises(sa.exc.InternalError, match="read-only"):
        db.exec_driver_sql("DELETE FROM log")


def test_a_server_that_goes_ends_the_evening_and_loses_nothing(
    server: Postgres, database: Location, post: Make
) -> None:
    """What was accepted is there when it is back; the batch that was not is told anew, and taken once."""
    with opened(database) as engines:
        store = SqlStore(*engines)
        take(store, post(1))
        server.stopped()
        try:
            with pytest.raises(Unusable, match="nothing that was accepted is lost"):
                take(store, post(2))
        finally:
            server.started()
        take(store, post(2))
        assert [taken.notice for taken in store.log()] == [post(1), post(2)]
    with opened(database) as engines:
        assert [taken.notice for taken in SqlStore(*engines).log()] == [post(1), post(2)]


def test_a_writer_whose_lock_is_gone_writes_no_more(server: Postgres, database: Location, post: Make) -> None:
    """Where the connection was lost, and another process has taken over, the first one is refused."""
    with opened(database) as engines:
        store = SqlStore(*engines)
        take(store, post(1))
        lost(server, database)
        with opened(database) as others:
            take(SqlStore(*others), post(2))
            with pytest.raises(Unusable, match="in use by another Fairfloor"):
                take(store, post(3))
    with opened(database) as engines:
        assert [taken.notice for taken in SqlStore(*engines).log()] == [post(1), post(2)]


def lost(server: Postgres, database: Location) -> None:
    """Have the server end the connections that have a lock in a database."""
    assert isinstance(database, Database)
    locks = "FROM pg_locks JOIN pg_database ON pg_database.oid = database AND datname = current_database()"
    server.run(f"SELECT pg_terminate_backend(pid, 9999) {locks} WHERE locktype = 'advisory'", database.name)


def test_who_lost_an_evening_that_another_process_had_since_writes_no_more(
    server: Postgres, database: Location, post: Make
) -> None:
    """Also where that one has ended, and left the lock: what the first one knows is not how it stands."""
    with opened(database) as engines:
        store = SqlStore(*engines)
        take(store, post(1))
        lost(server, database)
        with opened(database) as others:
            take(SqlStore(*others), post(2))
        for again in (lambda: take(store, post(3)), lambda: store.decide(1, [])):
            with pytest.raises(Unusable, match="Another Fairfloor wrote"):
                again()
        assert [taken.notice for taken in store.log()] == [post(1), post(2)]


def test_a_connection_that_is_only_lost_is_made_anew(server: Postgres, database: Location, post: Make) -> None:
    """Where nobody else wrote meanwhile the evening goes on."""
    with opened(database) as engines:
        store = SqlStore(*engines)
        for number in range(3):
            take(store, post(number))
            lost(server, database)
        assert [taken.seq for taken in store.log()] == [1, 2, 3]


def test_a_connection_that_is_lost_while_rows_are_poured_is_said(server: Postgres, database: Location) -> None:
    """They go past what else would tell of it; nothing of them is kept."""

    def rows() -> Iterator[tuple[int, int]]:
        yield 1, 1
        lost(server, database)
        yield from ((number, number) for number in range(2, 100_000))

    with (
        pytest.raises(Unusable, match="cannot be read or written"),
        opened(database) as (writer, _),
        writer.begin() as db,
    ):
        poured(db, schema.prints, ("print", "number"), cast("Sequence[Any]", rows()))
    with opened(database) as (_, reader), reader.begin() as db:
        assert db.execute(sa.select(schema.prints)).all() == []


def test_a_server_s_own_habits_change_nothing(server: Postgres, database: Location, post: Make) -> None:
    """It may end connections that are idle, or want all transactions apart: an evening has a lock to keep."""
    assert isinstance(database, Database)
    for habit in (
        "idle_in_transaction_session_timeout = '200ms'",
        "idle_session_timeout = '200ms'",
        "transaction_timeout = '200ms'",
        "statement_timeout = '200ms'",
        "default_transaction_isolation = serializable",
        "synchronous_commit = off",
    ):
        server.run(f"ALTER DATABASE {database.name} SET {habit}")
    shown = [f"current_setting('{name}')" for name in ("transaction_isolation", "synchronous_commit")]
    with opened(database) as (writer, reader), people_opened(people_beside(database)) as people:
        with writer.begin() as db, reader.begin() as other:
            assert other.exec_driver_sql("SELECT 1").scalar() == 1
            assert db.exec_driver_sql(f"SELECT {', '.join(shown)}, pg_sleep(0.25)").one()[:2] == (
                "read committed",
                "on",
            )
            server.run("SELECT pg_sleep(0.25)")
            take_in(db)
            assert other.exec_driver_sql("SELECT 2").scalar() == 2
        assert people.key() == people.key()
        assert take(SqlStore(writer, reader), post(1)).taken[0].seq == 1


def take_in(db: sa.Connection) -> None:
    """Write something, so that it shows where the connection was ended."""
    db.execute(sa.insert(schema.sources).values(source="a", skipped=0))


def test_who_would_write_waits_for_another_one_and_not_for_ever(
    database: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have stopped in the middle."""
    monkeypatch.setattr("fairfloor.store.database._WRITERS", " -c lock_timeout=50ms")
    with (
        people_opened(people_beside(database)) as people,
        people_opened(people_beside(database)) as others,
        people._writer.begin(),  # noqa: SLF001 - as one that stopped in the middle of something would
        pytest.raises(sa.exc.OperationalError, match="lock timeout") as told,
    ):
        others.add("Robin", "host", "a hash that nobody else may read", NOW)
    assert "nobody" not in str(told.value)
    with (
        people_opened(people_beside(database)) as people,
        people._writer.begin(),  # noqa: SLF001
        pytest.raises(Unusable, match="lock timeout"),
        people_opened(people_beside(database)),
    ):
        pass


def test_names_of_any_kind_and_length_are_taken(database: Location, post: Make) -> None:
    """Ids and accounts as long as may be, with the characters that PostgreSQL has no text for."""
    names = ["\N{PILE OF POO}" * 1024, "".join(map(chr, range(0x4E00, 0x4E00 + 1024))), "a\0b", "a\x1a0b", "\x1a", "\0"]
    with opened(database) as engines:
        store, records = SqlStore(*engines), SqlRecords(engines[1])
        receipt = take(store, *(post(n, id=name, account=name) for n, name in enumerate(names)))
        assert (len(receipt.taken), receipt.faults) == (len(names), ())
        for name in names:
            found = records.record(name)
            assert found is not None
            assert (found.act.id, found.act.account) == (name, name)
        assert take(store, post(9, id="a\0b")).taken == ()


def test_numbers_are_as_long_as_in_a_file(database: Location) -> None:
    """Who asks for a number that nothing has gets nothing, and a site with long numbers moves in."""
    most = 2**63 - 1
    article = Article(id=2**40, path="/a", state="published", published=NOW, updated=NOW, by="Hal")
    said = Comment(id=2**50, article=2**40, at=NOW, author=Author(kind="named", key="guest:a"), text="Hm")
    with library_opened(site_beside(database)) as library:
        assert (library.article(most), library.comments.comment(most), library.comments.held(most)) == (None, None, [])
        library.put(Whole(articles=(article,), comments=(said,)))
        assert library.keep(msgspec.structs.replace(article, id=0, path="/b")).id == 2**40 + 1
        assert library.comments.say(msgspec.structs.replace(said, id=0)).id == 2**50 + 1


def test_a_site_that_does_not_fit_together_is_refused_in_one_line(place: Location) -> None:
    """What the database says of the rows, which are other people's, is left out; nothing of it is kept."""
    article = Article(id=1, path="/a", title="A secret plan", state="published", published=NOW, updated=NOW, by="Hal")
    for other in (msgspec.structs.replace(article, id=2), msgspec.structs.replace(article, id=2**64 - 1, path="/b")):
        with library_opened(site_beside(place)) as library:
            with pytest.raises(ValueError, match=r"\w") as told:
                library.put(Whole(articles=(article, other)))
            assert not [part for part in ("\n", "/a", "secret") if part in str(told.value)]
            assert library.whole().articles == ()


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://me:secret@host/chat",
        "postgresql:///chat?password=secret",
        "postgres://:secret@/",
        "postgresql:chat",
        "postgresql+psycopg://me:secret@host/chat",
        "PostgreSQL://me:secret@host/chat",
        "postgresql://host/chat?oauth_client_secret=secret",
        "postgresql://host/chat?%70assword=secret",
        "postgresql://me:secret@host:port/chat",
        "postgresql://one:5432,two:5432/chat",
        "postgresql://host:99999/chat",
        "postgresql://[::1/chat",
    ],
)
def test_an_address_with_a_password_is_refused(given: str) -> None:
    """What stands on a command line is seen by others; the password is not said again."""
    with pytest.raises(ValueError, match=r"pgpass|named like this") as told:
        location(given)
    assert "secret" not in str(told.value)


def test_what_is_no_address_of_a_database_is_a_file() -> None:
    """A file may be called almost anything."""
    assert str(location("post.db")) == "post.db"
    assert location("postgres.db") != Database("postgres.db")
    assert location("postgres://me@host/chat") == Database("postgres://me@host/chat")


def test_files_beside_a_database_are_in_this_folder() -> None:
    """Whatever its name is."""
    for name in ("..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "..", "a%00b", "a%0Ab", ""):
        beside = file_beside(location(f"postgresql://host/{name}"), "labels.key")
        assert (beside.parent, str(beside).isprintable()) == (Path(), True)
        assert not beside.name.startswith(".")


def test_a_database_that_cannot_be_reached_is_said(server: Postgres) -> None:
    """In one sentence that says what to look at."""
    for address in (server.address("nobody-made-it"), "postgresql://me@127.0.0.1:1/chat", "postgresql://[::1]:1/chat"):
        with pytest.raises(Unusable, match="Is it running, and may you use it") as told, opened(location(address)):
            pass
        assert "\n" not in str(told.value)
        with pytest.raises(Unusable, match="Is it running, and may you use it"), looked_into(location(address)):
            pass
    with pytest.raises(Unusable, match="holds no public log"), looked_into(location(server.made())):
        pass


def test_a_database_in_another_encoding_is_refused(server: Postgres) -> None:
    """People write in all of the world's letters."""
    with pytest.raises(Unusable, match="not in UTF-8"), opened(location(server.made(encoding="LATIN1"))):
        pass


def test_another_programs_schema_is_refused(server: Postgres, database: Location) -> None:
    """It is left as it is; other schemas of the database do not matter."""
    assert isinstance(database, Database)
    server.run("CREATE SCHEMA evening", database.name)
    server.run("CREATE TABLE public.bookmarks (address text)", database.name)
    with pytest.raises(Unusable, match="belongs to another program"), opened(database):
        pass
    with people_opened(people_beside(database)) as people:
        assert people.members() == []


def test_a_database_of_a_newer_fairfloor_is_refused(server: Postgres, database: Location) -> None:
    """Tables that we do not know are not touched, and the message says what to do."""
    assert isinstance(database, Database)
    with opened(database):
        pass
    server.run("UPDATE evening.alembic_version SET version_num = '9999'", database.name)
    with pytest.raises(Unusable, match="written by a newer Fairfloor"), opened(database):
        pass
