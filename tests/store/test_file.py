import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Deletion
from fairfloor.session.hear import hear
from fairfloor.session.ports import Told
from fairfloor.store.evening.schema import metadata
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.store.migrating import Unusable

Make = Callable[..., Post]


def put(path: Path, *posts: Post) -> None:
    """Open a store, take posts, close it."""
    with opened(path) as engines:
        told = [Told(notice=post, seen=post.at, heard=hear(post, post.at)) for post in posts]
        SqlStore(*engines).take("test", told, cursor=None, faults=(), skipped=0)


def test_the_steps_lead_to_the_schema(path: Path) -> None:
    """What the migrations make of an empty file is what the tables in the code say."""
    with opened(path) as (writer, _), writer.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
        made = {index["name"] for table in metadata.tables for index in sa.inspect(db).get_indexes(table)}
        assert made == {index.name for table in metadata.tables.values() for index in table.indexes}


def test_what_is_committed_is_synced(path: Path) -> None:
    """Every connection writes ahead, syncs at each commit, keeps references whole and overwrites what it deletes."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    with opened(path) as engines:
        for engine in engines:
            with engine.connect() as db:
                found = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted


def test_a_store_opens_again_with_what_it_has(path: Path, post: Make) -> None:
    """Closing and opening changes nothing, and leaves no write-ahead log behind."""
    put(path, post(1))
    assert not path.with_name("copchat.db-wal").exists()
    put(path, post(2))
    with opened(path) as engines:
        assert [taken.notice for taken in SqlStore(*engines).log()] == [post(1), post(2)]


def test_a_store_of_a_newer_fairfloor_is_refused(path: Path, post: Make) -> None:
    """Tables that we do not know are not touched, and the message says what to do."""
    put(path, post(1))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    before = path.read_bytes()
    with pytest.raises(Unusable, match="written by a newer Fairfloor"), opened(path):
        pass
    assert path.read_bytes() == before


def test_a_store_half_made_is_made_anew(path: Path, post: Make) -> None:
    """Where the process died before the first tables were committed, the next one makes them."""
    sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").connection.close()
    put(path, post(1))


def test_another_programs_database_is_refused(path: Path) -> None:
    """A database with other tables, or marked as another's, is left as it is."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (address TEXT)")
    db.close()
    with pytest.raises(Unusable, match="belongs to another program"), opened(path):
        pass
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    db.close()


@pytest.mark.parametrize("content", [b"Dear diary", b"\x00" * 4096, b"SQLite format 3\x00 but no more"])
def test_what_is_no_database_is_refused(path: Path, content: bytes) -> None:
    """Another file is not overwritten, and nothing is said in riddles."""
    path.write_bytes(content)
    with pytest.raises(Unusable, match="Name another file"), opened(path):
        pass
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_said(path: Path) -> None:
    """A store cannot be made where there is no folder."""
    with pytest.raises(Unusable, match="Name a file in a folder you may write to"), opened(path / "x.db"):
        pass


def test_one_process_has_a_store_at_a_time(path: Path, post: Make) -> None:
    """Neither this process nor another one opens it a second time; when it is closed, both can."""
    script = "import sys; from pathlib import Path; from fairfloor.store.file import opened\n"
    script += f"with opened(Path({str(path)!r})): print('open')"
    other = [sys.executable, "-c", script]
    with opened(path):
        with pytest.raises(Unusable, match="in use by another Fairfloor"), opened(path):
            pass
        refused = subprocess.run(other, capture_output=True, text=True, check=False, timeout=60)
        assert "in use by another Fairfloor" in refused.stderr
    assert subprocess.run(other, capture_output=True, text=True, check=True, timeout=60).stdout == "open\n"
    put(path, post(1))


def test_words_taken_out_just_before_the_end_of_a_process_are_gone_after_the_next_start(
    path: Path, post: Make, tmp_path: Path
) -> None:
    """Where a process dies between the commit and the cleaning of the write-ahead log, opening cleans it."""
    words = "zanzibar-marmalade"
    with opened(path) as engines:
        store = SqlStore(*engines)
        told = post(1, text=words)
        with engines[1].connect() as reading:  # keeps the log from being emptied
            store.take(
                "t", [Told(notice=told, seen=told.at, heard=hear(told, told.at))], cursor=None, faults=(), skipped=0
            )
            reading.exec_driver_sql("SELECT * FROM log").all()
            engines[0].dispose()
            _impatient(engines[0])
            store.take(
                "t", [Told(notice=Deletion(id="post-1", at=told.at), seen=told.at)], cursor=None, faults=(), skipped=0
            )
            files = {name: path.with_name(name).read_bytes() for name in ("copchat.db", "copchat.db-wal")}
    assert any(words.encode() in content for content in files.values())
    died = tmp_path / "died"
    died.mkdir()
    for name, content in files.items():
        (died / name).write_bytes(content)
    with opened(died / "copchat.db"):
        assert not any(words.encode() in file.read_bytes() for file in died.iterdir())


def _impatient(engine: sa.Engine) -> None:
    """Have new connections wait for nobody."""

    @sa.event.listens_for(engine, "connect")
    def _(db: sqlite3.Connection, _: object) -> None:
        db.execute("PRAGMA busy_timeout = 0")


def test_a_full_disk_is_said_and_costs_nothing_that_was_accepted(path: Path, post: Make) -> None:
    """Where no more can be written the store says so; what was accepted before is there when there is room again."""
    put(path, post(1))
    with opened(path) as (writer, reader):
        with writer.connect() as db:
            db.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite's own way to have no room: not below what is used
        store = SqlStore(writer, reader)
        told = [
            Told(notice=post(n, text="much " * 3_000), seen=post(n).at, heard=hear(post(n), post(n).at)) for n in (2, 3)
        ]
        with pytest.raises(Unusable, match="nothing that was accepted is lost"):
            store.take("test", told, cursor="9", faults=(), skipped=0)
        assert store.cursor("test") is None
    put(path, *(one.notice for one in told if isinstance(one.notice, Post)))
    with opened(path) as engines:
        assert [taken.seq for taken in SqlStore(*engines).log()] == [1, 2, 3]
