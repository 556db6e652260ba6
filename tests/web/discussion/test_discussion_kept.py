"""What was made of comments is kept: for their very words alone, cleaned again, and closed to who has not the words."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest
from tests.session.test_discussion import own
from tests.web.discussion.conftest import START, author

from fairfloor.acts.heard import Form
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.session.discussion import Prints, Seeds, prints
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.web.discussion import kept
from fairfloor.web.discussion.discussion import Discussion, keep, read
from fairfloor.web.discussion.kept import LEAST, Piece
from fairfloor.web.discussion.thread import Thread
from fairfloor.web.site.words import said

MANY = 3 * LEAST
TAKEN_BACK = (
    "Nobodywhoreadsthefile finds *these* words in what was made of them, however long they look, or finds them again"
)
SAMPLES = [
    "Is it so? *I* wonder, with [Ann](https://example.org/?utm_source=x).",
    "- one\n- two\n\n> quoted\n\n`code` and https://example.org/b",
    "\uff37\uff49\uff44\uff45 and \u0421yrillic a\u0301nd \u6f22\u5b57",
    "",
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Give a library with an article."""
    with library_opened(tmp_path / "site") as opened:
        opened.keep(Article(path="/posts/one", state="published", published=START, updated=START, by="Hal"))
        for number in range(MANY):
            opened.comments.say(comment(own(number) if number else TAKEN_BACK))
        yield opened


def comment(text: str) -> Comment:
    """Make a comment."""
    return Comment(article=1, at=START, author=author("Ann"), text=text)


def discussed(library: SqlLibrary) -> tuple[Discussion, str]:
    """Read the discussion as a server does that has just begun, make its page, and keep what was made."""
    discussion = read(library, 1, 200, Seeds())
    page = Thread(discussion, replies=True, staff=False).whole()
    keep(library, discussion, START)
    return discussion, page


def test_a_server_that_begins_anew_gives_the_same(library: SqlLibrary) -> None:
    """The page, and each decision; all of it from what was kept."""
    one, page = discussed(library)
    pieces = kept.read(library, 1, one.comments.values())
    assert len(pieces) == MANY
    assert all(piece.words for piece in pieces.values())
    other, again = discussed(library)
    assert again == page
    assert [*other.heard.values()] == [*one.heard.values()]
    assert other.arrangement == one.arrangement
    for number, piece in pieces.items():
        assert piece.prints == prints(one.comments[number])
        assert kept.opened(piece, one.comments[number]) == said(one.comments[number].text, "markdown")


def test_little_is_not_written_again_for_each_comment(library: SqlLibrary) -> None:
    """A comment more has nothing written; enough of them have their part."""
    discussion, _ = discussed(library)
    for number in range(LEAST):
        assert len(kept.read(library, 1, discussion.comments.values())) == MANY
        library.comments.say(comment(own(1_000 + number)))
        discussion = read(library, 1, 200, Seeds(), discussion)
        Thread(discussion, replies=True, staff=False).whole()
        keep(library, discussion, START)
    assert len(kept.read(library, 1, discussion.comments.values())) == MANY + LEAST


def test_what_is_kept_is_closed_to_who_has_not_the_words(library: SqlLibrary, tmp_path: Path) -> None:
    """No words lie in it; once their author took them back, it cannot be opened, and is for no other words."""
    discussed(library)
    content = library.kept_recap("discussion/1/0")
    assert content is not None
    for word in TAKEN_BACK.split():
        assert len(word) < 4 or word.encode() not in content[1]
    one = library.comments.under(1)[0]
    gone = msgspec.structs.replace(one, state="withdrawn")
    library.comments.change(gone, Deed(comment=1, at=START, by="", do="withdraw"))
    assert b"Nobodywhoreadsthefile" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert one.id not in kept.read(library, 1, library.comments.under(1))


def test_another_text_is_made_anew(library: SqlLibrary) -> None:
    """What was made of the words before counts for nothing."""
    discussed(library)
    one = library.comments.under(1)[1]
    changed = msgspec.structs.replace(one, text="Other words, and *new* ones.", edited=START)
    library.comments.change(changed, Deed(comment=one.id, at=START, by="", do="edit"))
    discussion, page = discussed(library)
    assert "Other words, and <em>new</em> ones." in page
    assert discussion.heard[one.id].post.shingles == prints(changed).shingles


def test_nothing_kept_is_believed(library: SqlLibrary) -> None:
    """Markup that somebody put into the file is cleaned as a comment is; what cannot be read is made anew."""
    discussion, page = discussed(library)
    one = discussion.comments[1]
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)"><p onclick="x">Mine</p></div></li>'
    piece = Piece(kept.check(one), Prints((), (), Form()), kept.sealed(hostile, one))
    library.keep_recap("discussion/1/0", START, msgspec.msgpack.encode({1: piece}))
    forged = discussed(library)[1]
    assert "<p>Mine</p>" in forged
    for word in ("script", "onerror", "onclick", "<img"):
        assert word not in forged
    for damaged in (b"", b"\xc1", b"\x80", msgspec.msgpack.encode({1: 7}), msgspec.msgpack.encode([1])):
        library.keep_recap("discussion/1/0", START, damaged)
        assert discussed(library)[1] == page


def test_other_rules_have_another_number() -> None:
    """Whoever changes what is heard or made of words gives `kept.RULES` another number, and this its new sum."""
    made = [(prints(comment(text)), str(said(text, "markdown")), str(said(text, "html"))) for text in SAMPLES]
    total = blake2b(msgspec.msgpack.encode(made), digest_size=8).hexdigest()
    assert (kept.RULES, total) == (b"1", "0692c2b8dc471fa6")
