"""The whole of a site as JSON: out, in elsewhere, and nothing is other than it was."""

import gzip
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.archive.whole import written
from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.chat.site.house import House
from fairfloor.chat.site.whole import Whole
from fairfloor.session.library import Shelf
from fairfloor.store.location import site_beside
from fairfloor.store.site.library import SqlLibrary
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.moving import site_of
from fairfloor.wiring.whole import moved_back, moved_out

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@contextmanager
def chat(folder: Path, name: str) -> Iterator[Path]:
    """Give a chat's file."""
    path = folder / f"{name}.db"
    path.touch()
    yield path


@st.composite
def sites(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Make what a host and readers do, in order."""
    return draw(
        st.lists(
            st.one_of(
                st.tuples(
                    st.just("write"), st.tuples(WORDS, WORDS, st.sampled_from(["draft", "published", "private"]))
                ),
                st.tuples(st.just("rewrite"), st.tuples(st.integers(0, 5), WORDS)),
                st.tuples(st.just("forget"), st.integers(0, 5)),
                st.tuples(st.just("say"), st.tuples(st.integers(0, 5), st.integers(0, 9), WORDS)),
                st.tuples(st.just("do"), st.tuples(st.integers(0, 9), st.sampled_from(["hold", "withdraw"]))),
                st.tuples(st.just("lead"), st.tuples(WORDS, WORDS)),
                st.tuples(st.just("term"), WORDS.filter(bool)),
                st.tuples(st.just("house"), st.integers(20, 2_000)),
            ),
            max_size=20,
        )
    )


def live(library: SqlLibrary, doings: list[tuple[str, Any]]) -> None:
    """Do what was done."""
    slugs: list[str] = []
    for number, (what, how) in enumerate(doings):
        at = NOW + timedelta(minutes=number)
        if what == "lead":
            library.redirect([Redirect(old=f"/{how[0]}", new=f"/{how[1]}")])
        elif what == "term":
            slugs = [how]
            library.keep_term(Term(kind="tag", slug=how, name=how))
        elif what == "house":
            library.comments.keep_house(House(places=how))
        elif what == "write":
            title, text, state = how
            path, tags = f"/pages/{number}", tuple(slugs)
            one = Article(path=path, title=title, text=text, state=state, updated=at, by="Sam", published=at, tags=tags)
            library.keep(one)
        else:
            go_on(library, what, how, at)


def go_on(library: SqlLibrary, what: str, how: Any, at: datetime) -> None:
    """Do something to what is there, if it is."""
    articles = dict(enumerate(library.articles(Shelf(public=False), limit=10)))
    if what == "do":
        number, do = how
        if (comment := library.comments.comment(number)) is not None:
            changed = msgspec.structs.replace(comment, state={"hold": "held", "withdraw": "withdrawn"}[do])
            library.comments.change(changed, Deed(comment=comment.id, at=at, by="Sam", do=do, why="So."))
        return
    place = how if what == "forget" else how[0]
    if (article := articles.get(place)) is None:
        return
    if what == "forget":
        library.forget(article.id)
    elif what == "rewrite":
        library.keep(msgspec.structs.replace(article, text=how[1], updated=at))
    else:
        under = library.comments.under(article.id)
        parent = under[how[1]].id if how[1] < len(under) else None
        who = Author(kind="anonymous", key="guest:x")
        library.comments.say(Comment(article=article.id, parent=parent, at=at, author=who, text=how[2]))


@settings(max_examples=20)
@given(sites())
def test_out_and_in_again_is_the_same_site(doings: list[tuple[str, Any]]) -> None:
    """Ids, revisions, deeds, terms, old addresses and the house's rules; and the words can be searched."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with chat(folder, "one") as one, chat(folder, "two") as two:
            with site_of(one) as library:
                live(library, doings)
                before = library.whole()
                words = [hit.article.id for hit in library.search("a")]
            moved_out(one, folder / "site.json")
            moved_back(two, folder / "site.json")
            with site_of(two) as other:
                assert msgspec.json.encode(other.whole()) == msgspec.json.encode(before)
                assert [hit.article.id for hit in other.search("a")] == words
                assert other.terms() is not None
            moved_out(two, folder / "again.json")
        assert (folder / "again.json").read_bytes() == (folder / "site.json").read_bytes()


def small() -> Whole:
    """Give a site."""
    article = Article(id=3, path="/pages/a", title="A", text="x", updated=NOW, by="Sam")
    return Whole(
        articles=(article,),
        comments=(Comment(id=9, article=3, at=NOW, author=Author(kind="named", key="k"), text="y"),),
    )


def test_it_is_lines_of_json_with_a_version() -> None:
    """Any program can read it, and any program that compares lines can compare two."""
    content = b"".join(written(small()))
    told = msgspec.json.decode(content)
    assert (told["format"], told["version"]) == ("fairfloor site", 1)
    assert list(told)[2:] == ["terms", "articles", "revisions", "comments", "deeds", "redirects", "house"]
    assert any(line.startswith(b'{"id":9') for line in content.splitlines())


def test_moved_in_twice_is_there_already_and_another_site_is_refused(tmp_path: Path) -> None:
    """A whole site is never mixed into another one; packed or not, it is read."""
    file = tmp_path / "site.json.gz"
    file.write_bytes(gzip.compress(b"".join(written(small()))))
    with chat(tmp_path, "one") as store:
        assert moved_back(store, file, dry_run=True).counts()["article"] == {"kept": 1}
        assert not site_beside(store).exists()
        assert moved_back(store, file).counts()["comment"] == {"kept": 1}
        assert moved_back(store, file).counts()["comment"] == {"there already": 1}
        file.write_bytes(b"".join(written(Whole(terms=(Term(kind="tag", slug="t", name="T"),)))))
        with pytest.raises(Sorry, match="another one"):
            moved_back(store, file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"{}", "JSON of another program"),
        (b'{"format": "fairfloor site", "version": 2}', "cannot be read"),
        (b'{"format": "fairfloor site", "version": 1, "comments": [{"article": 1}]}', "cannot be read"),
        (b"<rss", "a feed"),
    ],
)
def test_what_is_no_site_is_refused_in_a_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    """And nothing is changed."""
    file = tmp_path / "site.json"
    file.write_bytes(content)
    with chat(tmp_path, "one") as store, pytest.raises(Sorry, match=said):
        moved_back(store, file)


def test_a_site_that_does_not_fit_together_is_refused_whole(tmp_path: Path) -> None:
    """A comment under an article that is not there: nothing of it is kept."""
    file = tmp_path / "site.json"
    file.write_bytes(b"".join(written(msgspec.structs.replace(small(), articles=()))))
    with chat(tmp_path, "one") as store:
        with pytest.raises(Sorry, match="does not fit together"):
            moved_back(store, file)
        with closing(sqlite3.connect(site_beside(store))) as db:
            assert db.execute("SELECT count(*) FROM comments").fetchone() == (0,)
