"""Comments in a site's file: kept, moved in, changed, and gone where their author took them back."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.chat.site.house import House, Quiet
from fairfloor.store.file import engine
from fairfloor.store.location import Location, site_beside
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.store.site.schema import metadata

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
ANN = Author(kind="named", name="Ann", key="guest:ann", link="https://ann.example.org")


@pytest.fixture
def site(path: Path) -> Path:
    """Give a place for a site's file."""
    return path.with_name("copchat.db.site")


@pytest.fixture
def library(place: Location) -> Iterator[SqlLibrary]:
    """Open a new site with an article in it, in a place of each kind."""
    with library_opened(site_beside(place)) as opened:
        begin(opened)
        yield opened


def begin(library: SqlLibrary) -> None:
    """Keep the article that is commented on."""
    library.keep(Article(path="/posts/one", state="published", published=NOW, updated=NOW, by="Hal"))


def comment(text: str = "Well said", minute: int = 0, **given: Any) -> Comment:
    """Make a comment."""
    at = NOW + timedelta(minutes=minute)
    made: dict[str, Any] = {"article": 1, "at": at, "author": ANN, "text": text}
    return Comment(**(made | given))


def deed(do: Any, why: str = "", by: str = "") -> Deed:
    """Make a deed."""
    return Deed(comment=0, at=NOW, by=by, do=do, why=why)


def test_the_steps_lead_to_the_schema(site: Path) -> None:
    """What the migrations make of an empty file is what the tables in the code say."""
    with library_opened(site):
        made = engine(site, "BEGIN")
        with made.connect() as db:
            context = MigrationContext.configure(db, opts={"include_name": _ours})
            assert compare_metadata(context, metadata) == []
        made.dispose()


def _ours(name: str | None, kind: str, _: Any) -> bool:
    return kind != "table" or not (name or "").startswith("found")


def test_a_comment_is_kept_as_it_is(library: SqlLibrary) -> None:
    """It comes back whole, with its id, after those that were said before it."""
    comments = library.comments
    late = comments.say(comment("Later", 5, parent=1, edited=NOW))
    early = comments.say(comment("Earlier", 1))
    assert comments.comment(late.id) == late
    assert comments.under(1) == [early, late]
    assert comments.comment(99) is None
    assert comments.counts([1, 2]) == {1: 2}


def test_a_form_sent_twice_is_one_comment(library: SqlLibrary) -> None:
    """Whatever it says the second time."""
    first = library.comments.say(comment(), once="a")
    assert library.comments.say(comment("Another"), once="a") == first
    assert library.comments.say(comment("Another"), once="b") != first
    assert len(library.comments.under(1)) == 2


def test_what_moves_in_comes_once_in_any_order(library: SqlLibrary) -> None:
    """Parents may come after who replies to them; what is here already is left as it is."""
    reply = comment("A reply", 2, parent=-2, origin="old:2")
    parent = comment("A parent", 1, origin="old:1")
    brought = library.comments.bring([reply, parent])
    assert [one.parent for one in brought] == [brought[1].id, None]
    more = comment("Another reply", 3, parent=-1, origin="old:3")
    again = library.comments.bring([msgspec.structs.replace(parent, text="Changed there"), more])
    assert [(one.text, one.parent) for one in again] == [("Another reply", brought[1].id)]
    assert library.comments.came("old:1") == brought[1].id
    assert [one.text for one in library.comments.under(1)] == ["A parent", "A reply", "Another reply"]


def test_what_moves_in_is_numbered_after_all_that_ever_was(library: SqlLibrary) -> None:
    """Also where the last ones are gone with their article; one origin told twice is one comment."""
    gone = library.keep(Article(path="/posts/gone", updated=NOW, by="Hal"))
    last = library.comments.say(msgspec.structs.replace(comment(), article=gone.id))
    library.forget(gone.id)
    new = comment("New", 1, origin="old:1")
    brought = library.comments.bring([new, comment("Nameless"), new, comment("Reply", 2, parent=-3, origin="old:2")])
    assert [(one.id - last.id, one.text) for one in brought] == [(1, "New"), (2, "Nameless"), (3, "Reply")]
    assert brought[2].parent == brought[0].id
    assert library.comments.say(comment()).id == last.id + 4


def test_the_words_that_were_withdrawn_leave_the_file(site: Path) -> None:
    """Neither the file nor what stands beside it has them, nor the name, nor words that were edited away."""
    with library_opened(site) as library:
        begin(library)
        said = library.comments.say(comment("An unmistakable saying", email="ann@example.org"))
        edited = msgspec.structs.replace(said, text="A milder saying", edited=NOW)
        library.comments.change(edited, deed("edit"))
        assert "unmistakable" not in everything(site)
        gone = library.comments.change(msgspec.structs.replace(edited, state="withdrawn"), deed("withdraw"))
        assert library.comments.comment(said.id) == gone
        assert (gone.text, gone.author.name, gone.author.key) == ("", "", "guest:ann")
        for words in ("milder", "ann@example.org", "ann.example.org"):
            assert words not in everything(site)


def everything(site: Path) -> str:
    """Give all bytes of the site's files."""
    return "".join(file.read_bytes().decode("latin-1") for file in site.parent.glob(f"{site.name}*"))


def test_what_was_done_is_there_to_read(library: SqlLibrary) -> None:
    """The newest first, of one comment or of all, in pages."""
    one = library.comments.say(comment(), [deed("hold", "It has many links.")])
    two = library.comments.say(comment("Two"))
    library.comments.change(msgspec.structs.replace(one, state="shown"), deed("show", by="Hal"))
    library.comments.change(msgspec.structs.replace(two, state="removed", why="Rude."), deed("remove", "Rude.", "Hal"))
    told = [(each.comment, each.do, each.why, each.by) for each in library.comments.deeds()]
    assert told == [
        (two.id, "remove", "Rude.", "Hal"),
        (one.id, "show", "", "Hal"),
        (one.id, "hold", "It has many links.", ""),
    ]
    assert [each.do for each in library.comments.deeds(one.id)] == ["show", "hold"]
    last = library.comments.deeds(limit=1)[0]
    assert [each.do for each in library.comments.deeds(before=last.number)] == ["show", "hold"]


def test_what_waits_is_told_apart(library: SqlLibrary) -> None:
    """What waits for the host's people, for the end of quiet hours, and for an answer to an appeal."""
    comments = library.comments
    held = comments.say(comment(state="held", why="It has many links."))
    resting = comments.say(comment("Night", state="held", until=NOW + timedelta(hours=6)))
    removed = [comments.say(comment(f"Rude {number}", state="removed")) for number in range(3)]
    for one in removed:
        comments.change(one, deed("remove", "Rude."))
    comments.change(removed[1], deed("appeal", "It is not."))
    comments.change(removed[2], deed("appeal", "It is not."))
    comments.change(removed[2], deed("refuse", "It is.", "Hal"))
    assert comments.held() == [held]
    assert comments.resting() == [resting]
    assert comments.appealed() == [removed[1]]


def test_what_waits_is_read_on_from_the_last_one_seen(library: SqlLibrary) -> None:
    """In the order in which it came here, whatever comes or goes meanwhile; of one author too."""
    comments = library.comments
    bob = Author(kind="anonymous", key="guest:bob")
    said = [comments.say(comment(str(n), -n, state="held", author=bob if n % 3 else ANN)) for n in range(7)]
    comments.say(comment("Night", state="held", until=NOW + timedelta(hours=6)))
    assert comments.held(limit=3) == said[:3]
    assert comments.waiting() == {"guest:ann": 3, "guest:bob": 4}
    comments.change(msgspec.structs.replace(said[1], state="shown"), deed("show"))
    late = comments.say(comment("Late", -99, state="held"))
    assert comments.held(said[2].id) == [*said[3:], late]
    assert comments.held(by="guest:bob", limit=2) == [said[2], said[4]]
    assert comments.held(said[4].id, by="guest:bob") == [said[5]]
    assert comments.waiting() == {"guest:ann": 4, "guest:bob": 3}


def test_any_change_is_another_version(library: SqlLibrary) -> None:
    """So that a page that was made before can be told from one that still holds."""
    comments = library.comments
    versions = [comments.version()]
    said = comments.say(comment())
    versions.append(comments.version())
    comments.change(msgspec.structs.replace(said, text="Edited"), deed("edit"))
    versions.append(comments.version())
    comments.bring([comment("Old", origin="old:1")])
    versions.append(comments.version())
    assert len(set(versions)) == 4
    assert comments.version() == versions[-1]


def test_the_latest_are_those_that_everybody_may_read(library: SqlLibrary) -> None:
    """None that is held, none under a draft, no note that another site linked here."""
    library.keep(Article(path="/posts/two", state="draft", updated=NOW, by="Hal"))
    shown = [library.comments.say(comment(f"Said {minute}", minute)) for minute in range(3)]
    library.comments.say(comment(article=2))
    library.comments.say(comment(state="held"))
    library.comments.say(comment(said="pingback"))
    assert library.comments.latest() == shown[::-1]
    assert library.comments.counts([1, 2]) == {1: 3, 2: 1}


def test_how_the_host_keeps_discussions_is_kept(library: SqlLibrary, place: Location) -> None:
    """Nothing is settled at first; the last word counts, after a restart too."""
    assert library.comments.house() == House()
    house = House(places=50, quiet=Quiet(time(22), time(7), "America/Toronto"))
    library.comments.keep_house(House(places=20))
    library.comments.keep_house(house)
    with library_opened(site_beside(place)) as again:
        assert again.comments.house() == house


def test_a_file_from_before_is_brought_up_to_date(site: Path) -> None:
    """The comments of a site that was begun before forms had names are there."""
    config = Config()
    config.set_main_option("script_location", "fairfloor.store.site:migrations")
    before = engine(site, "BEGIN")
    with before.begin() as db:
        db.exec_driver_sql(f"PRAGMA application_id = {0x46414952}")
        config.attributes["connection"] = db
        command.upgrade(config, "site0001")
        db.exec_driver_sql("INSERT INTO articles (path, kind, state, body) VALUES ('/a', 'post', 'draft', '{}')")
        bodies = [comment(id=1), comment(id=2, state="held", until=NOW), comment(id=3, state="removed")]
        rows = [(NOW.timestamp() * 1_000_000, one.state, msgspec.json.encode(one)) for one in bodies]
        given = "INSERT INTO comments (article, at, state, said, body) VALUES (1, ?, ?, 'comment', ?)"
        db.exec_driver_sql(given, rows)
        appeal = msgspec.structs.replace(deed("appeal"), comment=3)
        db.exec_driver_sql("INSERT INTO deeds (comment, body) VALUES (3, ?)", (msgspec.json.encode(appeal),))
    before.dispose()
    with library_opened(site) as library:
        assert library.comments.under(1) == bodies
        assert library.comments.resting() == [bodies[1]]
        assert library.comments.appealed() == [bodies[2]]
        held = library.comments.say(comment("More", state="held"), once="a")
        assert (held.id, library.comments.waiting()) == (4, {ANN.key: 1})


def test_comments_go_with_their_article(library: SqlLibrary) -> None:
    """And what was done about them."""
    said = library.comments.say(comment(), [deed("hold")])
    library.forget(1)
    assert library.comments.comment(said.id) is None
    assert library.comments.deeds() == []


def test_a_comment_needs_an_article(library: SqlLibrary) -> None:
    """One under an article that is not there is not kept."""
    with pytest.raises(sa.exc.IntegrityError):
        library.comments.say(comment(article=7))
