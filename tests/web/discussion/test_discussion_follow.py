"""A discussion is read on as it changes, and is what it would be read from the beginning."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - from a seed
from typing import Any

import msgspec
import pytest
from tests.session.test_discussion import own
from tests.web.discussion.conftest import START, author

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.session.discussion import Seeds
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web.discussion.discussion import FEW, Discussion, read
from fairfloor.web.discussion.thread import IN_ALL, Thread

SEEDS = Seeds(frozenset({"did:plc:host"}), frozenset({"did:plc:ann"}))
WHO = ["Hal", "did:plc:ann", "Eve", "Bob", "Cat", ""]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Give a library with two articles, one of them private."""
    with library_opened(tmp_path / "site") as opened:
        for path, state in (("/posts/one", "published"), ("/posts/two", "private")):
            opened.keep(Article(path=path, state=state, published=START, updated=START, by="Hal"))  # type: ignore[arg-type]
        yield opened


def said(number: int, who: str, article: int = 1, **given: Any) -> Comment:
    """Make a comment."""
    at = START + timedelta(minutes=number)
    made: dict[str, Any] = {"article": article, "at": at, "author": author(who), "text": own(number)}
    return Comment(**(made | given))


def same(one: Discussion, other: Discussion) -> None:
    """Hold two readings of a discussion together, and the pages that are made of them."""
    assert [*one.comments.items()] == [*other.comments.items()]
    assert (one.links, one.many, one.version) == (other.links, other.many, other.version)
    assert (one.tree, one.seen, one.heard) == (other.tree, other.seen, other.heard)
    assert one.arrangement == other.arrangement
    for staff in (False, True):
        pages = [Thread(each, replies=True, staff=staff).whole() for each in (one, other)]
        assert pages[0] == pages[1]


def do(library: SqlLibrary, dice: Random, number: int, article: int) -> None:
    """Let something happen in a discussion."""
    every = [one for one in library.comments.under(article) if one.state != "withdrawn"]
    what = dice.choice(
        ["say"] * 6 + ["again", "edit", "remove", "show", "withdraw", "elsewhere", "early", "link", "many"]
    )
    parent = dice.choice([None, *(one.id for one in every[-5:])])
    if what == "many":
        library.comments.bring(
            said(number, dice.choice(WHO), article, text=own(number * 99 + n)) for n in range(FEW + 5)
        )
    elif what in {"edit", "remove", "show", "withdraw"} and every:
        one = dice.choice(every)
        states: dict[str, Any] = {"remove": "removed", "withdraw": "withdrawn", "show": "shown"}
        changed = msgspec.structs.replace(one, state=states.get(what, one.state), text=own(number))
        library.comments.change(changed, Deed(comment=one.id, at=START, by="", do=what))  # type: ignore[arg-type]
    else:
        more: dict[str, dict[str, Any]] = {
            "again": {"text": own(3)},
            "elsewhere": {"article": 3 - article, "parent": None},
            "early": {"at": START},
            "link": {"said": "pingback", "parent": None},
        }
        given = {"article": article, "parent": parent} | more.get(what, {})
        library.comments.say(said(number, dice.choice(WHO), **given))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("article", "places"), [(1, 20), (1, 500), (2, 20)])
def test_what_is_read_on_is_what_is_read_from_the_beginning(
    library: SqlLibrary, article: int, places: int, seed: int
) -> None:
    """Said, said again, changed, removed, shown, taken back, moved in, linked; public or not."""
    dice = Random(seed)  # noqa: S311 - only what happens is drawn
    discussion = read(library, article, places, SEEDS)
    for number in range(1, 45):
        do(library, dice, number, article)
        if dice.random() < 0.7:
            discussion = read(library, article, places, SEEDS, discussion)
            if number % 3 == 0:
                same(discussion, read(library, article, places, SEEDS))
    same(read(library, article, places, SEEDS, discussion), read(library, article, places, SEEDS))


def test_what_did_not_change_is_the_same(library: SqlLibrary) -> None:
    """A comment more leaves the others what they were, to the very object, however all of it is read."""
    library.comments.bring(said(number, "Eve") for number in range(FEW))
    before = read(library, 1, 200, SEEDS)
    library.comments.say(said(FEW, "Bob"))
    after = read(library, 1, 200, SEEDS, before)
    library.comments.bring(said(FEW + number, "Eve") for number in range(FEW + 1))
    last = read(library, 1, 200, SEEDS, after)
    assert len(last.comments) == 2 * FEW + 2
    for number, one in before.comments.items():
        assert last.comments[number] is after.comments[number] is one
        assert last.heard[number] is after.heard[number] is before.heard[number]
    assert after.arranger is before.arranger is last.arranger


def test_a_page_has_no_flood_of_what_is_folded(library: SqlLibrary) -> None:
    """So many folded comments are on it, closed; the others are a link away, each of them said to be there."""
    tops = library.comments.bring(said(number, "Hal") for number in range(100))
    many = 2 * IN_ALL
    library.comments.bring(said(100 + one, f"Guest {one}", parent=tops[one % 100].id) for one in range(many))
    discussion = read(library, 1, 200, Seeds())
    page = Thread(discussion, replies=True, staff=False).whole()
    assert len(discussion.seen) == 300
    assert IN_ALL - 10 < page.count('<li class="comment aside">') <= IN_ALL
    assert any(f'"/comments/{one}/folded"' in page for one in discussion.comments)
    told = sum(int(one.rpartition(">")[2]) for one in re.split(r" (?:replies are|reply is) folded", page)[:-1])
    assert told == many - 200
