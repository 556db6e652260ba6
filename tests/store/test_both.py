"""Whatever is done and asked, a file and a database give the same answers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.chat.moves import Move, Undo
from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.hear import hear
from fairfloor.session.library import Shelf
from fairfloor.session.people import Account, Client, Member
from fairfloor.session.ports import Told
from fairfloor.store.evening import schema
from fairfloor.store.evening.published import difference
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location, location, people_beside, site_beside
from fairfloor.store.opening import opened, shared
from fairfloor.store.people import schema as people_schema
from fairfloor.store.people.people import SqlPeople
from fairfloor.store.site import schema as site_schema
from fairfloor.store.site.library import SqlLibrary
from fairfloor.testing.postgres import Postgres

RULES = Rules(tag="copchat")
NOW = datetime(2026, 3, 31, 23, 59, 59, 700_000, UTC)
"""So late in its month that a clock that rounds is in the next one."""
TIMES = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC),
    NOW,
    NOW + timedelta(milliseconds=300),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
)
NAMES = ("a", "A", "ä", "Z", "a\0b", "\0", "\x1a", "%", "_", "a ", "\uffff", "\N{PILE OF POO}", "\N{PILE OF POO}" * 200)


class Place(NamedTuple):
    """A chat in a place, open."""

    engines: tuple[sa.Engine, sa.Engine]
    library: SqlLibrary
    people: SqlPeople
    store: SqlStore
    records: SqlRecords
    evening: Evening


class Opened(NamedTuple):
    """The engines of the three parts."""

    evening: tuple[sa.Engine, sa.Engine]
    people: tuple[sa.Engine, sa.Engine]
    site: tuple[sa.Engine, sa.Engine]

    def begun(self) -> Place:
        """Give a chat of which nothing is there."""
        for (writer, _), metadata in zip(self, METADATA, strict=True):
            with writer.begin() as db:
                for table in reversed(metadata.sorted_tables):
                    db.execute(sa.delete(table))
                _count_anew(db, metadata)
        store = SqlStore(*self.evening)
        store.begin(RULES)
        records = SqlRecords(self.evening[1])
        library, people = SqlLibrary(*self.site), SqlPeople(*self.people)
        return Place((self.people[0], self.site[0]), library, people, store, records, Evening(RULES))


METADATA = (schema.metadata, people_schema.metadata, site_schema.metadata)


def _count_anew(db: sa.Connection, metadata: sa.MetaData) -> None:
    if db.dialect.name == "sqlite":
        if metadata is not schema.metadata:
            db.exec_driver_sql("DELETE FROM sqlite_sequence")
        if metadata is site_schema.metadata:
            db.exec_driver_sql("DELETE FROM found")
        return
    for name in db.exec_driver_sql("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()").all():
        db.exec_driver_sql(f"ALTER SEQUENCE {name[0]} RESTART")


@pytest.fixture(scope="module")
def both(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Opened]]:
    """Open a chat in a file and one in a database."""
    path: Path = tmp_path_factory.mktemp("both") / "copchat.db"
    places: list[Location] = [path, location(server.made())]
    with ExitStack() as stack:
        yield [Opened(*map(stack.enter_context, (opened(one), _people(one), _site(one)))) for one in places]


def _people(place: Location) -> Any:
    return shared(people_beside(place), "fairfloor.store.people:migrations", "people")


def _site(place: Location) -> Any:
    return shared(site_beside(place), "fairfloor.store.site:migrations", "a site")


# What is done

Doing = Callable[..., Any]


def keep(here: Place, article: Article) -> Any:
    """Keep an article, as it was seen where it is there."""
    return here.library.keep(article, "", here.library.article(article.id))


def change(here: Place, number: int, state: Any, do: Any) -> Any:
    """Change a comment, where it is there."""
    found = here.library.comments.comment(number)
    deed = Deed(comment=number, at=NOW, by="Hal", do=do)
    return found and here.library.comments.change(msgspec.structs.replace(found, state=state), deed)


def take(here: Place, source: str, notices: list[Notice | Move]) -> Any:
    """Take notices, and keep what is decided about them."""
    told = [Told(notice=one, seen=NOW, heard=_heard(one)) for one in notices]
    fault = Fault(Cause.BAD_FIELD, detail=source)
    receipt = here.store.take(source, told, cursor=source, faults=[fault], skipped=1)
    decisions = [one for taken in receipt.taken if taken.heard is not None for one in here.evening.decide(taken.heard)]
    here.store.decide(here.store.decided() + 1, decisions)
    return receipt


def _heard(notice: Notice | Move) -> Any:
    act = notice.post if isinstance(notice, Edit) else notice
    return hear(act, NOW) if isinstance(act, Act) else None


def library(name: str, *arguments: Any) -> Any:
    """Have a library do something."""
    return st.builds(_done, st.just(f"library.{name}"), *arguments)


def comments(name: str, *arguments: Any) -> Any:
    """Have comments do something."""
    return st.builds(_done, st.just(f"library.comments.{name}"), *arguments)


def people(name: str, *arguments: Any) -> Any:
    """Have people do something."""
    return st.builds(_done, st.just(f"people.{name}"), *arguments)


class _Call(NamedTuple):
    what: str
    arguments: tuple[Any, ...]

    def __call__(self, here: Place) -> Any:
        target: Any = here
        for part in self.what.split("."):
            target = getattr(target, part)
        return target(*self.arguments)


def _done(what: str, *arguments: Any) -> _Call:
    return _Call(what, arguments)


names = st.sampled_from(NAMES)
short = st.sampled_from(NAMES[:-1])
times = st.sampled_from(TIMES)
numbers = st.integers(1, 4)
digests = st.sampled_from([b"", b"\0", b"\\x", b"digest"])
roles = st.sampled_from(["host", "co-host", "moderator"])
some = st.lists(short, max_size=2).map(tuple)
articles = st.builds(
    Article,
    id=st.integers(0, 4),
    kind=st.sampled_from(["post", "page", "recap"]),
    path=short.map(lambda name: f"/{name}"),
    title=names,
    text=names,
    state=st.sampled_from(["draft", "published", "private"]),
    published=st.none() | times,
    updated=times,
    by=short,
    session=st.none() | short,
    categories=some,
    tags=some,
    origin=st.none() | names,
)
authors = st.builds(Author, kind=st.just("named"), key=names)
states = st.sampled_from(["shown", "held", "removed", "withdrawn"])
dos = st.sampled_from(["hold", "show", "remove", "withdraw", "edit", "appeal", "refuse"])
said = st.builds(
    Comment,
    article=numbers,
    parent=st.none() | numbers,
    at=times,
    author=authors,
    text=names,
    said=st.sampled_from(["comment", "pingback"]),
    state=states,
    until=st.none() | times,
    origin=st.none() | names,
)
members = st.builds(Member, number=numbers, name=short, role=roles, added=times)
accounts = st.builds(Account, id=names, handle=names, network=short)
posts = st.builds(Post, id=names, at=times, account=names, text=names)
notices = st.one_of(
    posts,
    st.builds(Repost, id=names, at=times, account=names, subject=names),
    st.builds(Like, id=names, at=times, account=names, subject=names),
    st.builds(Deletion, id=names, at=times),
    st.builds(Edit, post=posts),
    st.builds(Departure, account=names, at=times),
    st.builds(Rename, account=names, handle=names, at=times),
    st.builds(
        Move,
        id=names.map(lambda name: f"move:{name}"),
        at=times,
        by=short,
        role=st.just("host"),
        do=st.builds(Undo, move=names),
    ),
)
terms = st.builds(Term, kind=st.sampled_from(["category", "tag"]), slug=short, name=names, parent=st.none() | short)
doings: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda one: partial(keep, article=one), articles),
    st.builds(lambda one: partial(keep, article=one), articles),
    library("forget", numbers),
    library("keep_term", terms),
    library("redirect", st.lists(st.builds(Redirect, old=names, new=names), max_size=3)),
    library("keep_recap", names, times, digests),
    comments("say", said, st.just(()), st.sampled_from(["", *NAMES])),
    comments("say", said),
    comments("bring", st.lists(said, max_size=3)),
    st.builds(lambda *given: partial(change, number=given[0], state=given[1], do=given[2]), numbers, states, dos),
    people("add", names, roles, names, times),
    people("remove", members),
    people("set_password", members, names),
    people("begin", digests, members | accounts, times),
    people("session", digests, times),
    people("end_all", members | accounts),
    people("set_two_factor", members, st.none() | digests, st.lists(digests, unique=True, max_size=2)),
    people("use_step", members, st.integers(0, 2**31 - 1)),
    people("use_recovery", members, digests),
    people("invite", digests, roles, times),
    people("accept", digests, names, names, times),
    people("uninvite", numbers),
    people("keep_client", names, st.builds(Client, id=names, secret=names)),
    st.builds(
        lambda source, some: partial(take, source=source, notices=some),
        names,
        st.lists(notices, min_size=1, max_size=5),
    ),
    st.builds(
        lambda source, some: partial(take, source=source, notices=some),
        names,
        st.lists(notices, min_size=1, max_size=5),
    ),
)


# What is asked

SHELVES = (
    Shelf(public=False),
    Shelf(),
    Shelf(pages=False, since=TIMES[2], before=TIMES[3]),
    Shelf(state="draft", public=False),
    *(Shelf(category=name, public=False) for name in NAMES[:5]),
    *(Shelf(tag=name) for name in NAMES[:5]),
)


def of_the_site(here: Place) -> Iterator[Any]:
    """Ask for all that pages ask for of the site."""
    site = here.library
    for shelf in SHELVES:
        yield site.articles(shelf, 1, 3), site.count(shelf)
    for article in site.articles(Shelf(public=False)):
        yield site.beside(article), site.terms(article), site.revisions(article.id)
        yield site.recap(article.session or ""), site.came(article.origin or "")
    yield site.months(), site.terms(), site.redirects(), [site.kept_recap(name) for name in NAMES]
    yield site.whole()
    talk = site.comments
    yield talk.latest(), talk.held(), talk.waiting(), talk.resting(), talk.appealed(), talk.rewritten(), talk.deeds()
    yield talk.counts(range(5)), talk.version(), [talk.came(name) for name in NAMES]
    yield [talk.held(1, 2, name) for name in NAMES]
    for number in range(5):
        yield talk.under(number), talk.dealt(number), talk.version(number), talk.deeds(number, 3)


def of_people(here: Place) -> Iterator[Any]:
    """Ask for all that pages ask for of people."""
    kept = here.people
    yield kept.members(), [kept.credentials(name) for name in NAMES], [kept.client(name) for name in NAMES]
    for now in TIMES:
        yield kept.invitations(now), kept.invited(b"digest", now)


def of_the_evening(here: Place) -> Iterator[Any]:
    """Ask for all that pages ask for of the log."""
    yield list(here.store.log()), list(here.store.decisions()), list(here.records.all_lines()), here.records.size()
    yield here.store.moves(), here.store.time(), [here.store.cursor(name) for name in NAMES]
    yield here.records.moves(), here.records.undoings(NAMES), here.records.undoings([])
    for name in NAMES:
        yield here.records.record(name), here.records.decisions_of(name), here.records.move(f"move:{name}")
        yield here.records.said(name), here.records.folded(name)
    yield here.records.floor(), here.records.counts(), here.records.faults(), here.records.skipped()
    yield here.records.shown(1, 99), [here.records.number_at(when) for when in TIMES]
    yield difference(here.records, here.store.log(), RULES)


def answer(here: Place, doing: Doing) -> Any:
    """Do something, and give what comes of it, or what kind of refusal."""
    counted = [(engine, _counted(engine)) for engine in here.engines]
    try:
        return doing(here)
    except Exception as error:  # noqa: BLE001 - whatever it is, both must say it
        for engine, before in counted:
            _count_as(engine, before)
        return type(error).__name__


def _counted(engine: sa.Engine) -> list[tuple[str, int | None]]:
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as db:
        found = db.exec_driver_sql(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
        )
        return [(name, last) for name, last in found]


def _count_as(engine: sa.Engine, before: list[tuple[str, int | None]]) -> None:
    """Have a database count on from where it was, as a file does: what was refused there leaves a gap."""
    with engine.begin() as db:
        for name, last in before:
            db.execute(sa.select(sa.func.setval(name, last or 1, last is not None)))


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(done=st.lists(doings, min_size=5, max_size=25))
def test_a_file_and_a_database_give_the_same_answers(both: list[Opened], done: list[Doing]) -> None:
    """Each doing has the same outcome, and after all of them all that is asked the same answer."""
    places = [one.begun() for one in both]
    for doing in done:
        one, two = (answer(here, doing) for here in places)
        assert one == two, doing
    for asked in (of_the_site, of_people, of_the_evening):
        for first, second in zip(*(asked(here) for here in places), strict=True):
            assert first == second
