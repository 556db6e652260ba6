"""The markup of threads, made by hand: whatever people call themselves and write, it is the page that it should be."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.discussion.conftest import START
from typing_extensions import override

from fairfloor.chat.site.comment import Author, Comment, State
from fairfloor.session.discussion import Seeds
from fairfloor.web.discussion.discussion import Discussion, read
from fairfloor.web.discussion.thread import Thread, linked_here

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</bdi></p></article></li></ol><h1>Mine</h1>",
    "javascript:alert(1)",
    "\u202etxet\u202c",
    "&lt;b&gt;",
    "<!--",
    "{{ 7 * 7 }}",
    "\ud800",
    "Ann",
    "",
]
TAGS = frozenset("ol li article p bdi a time span div details summary em strong br blockquote ul code pre del".split())  # noqa: SIM905
ATTRIBUTES = frozenset("id class aria-labelledby aria-label href rel datetime data-day dir lang".split())  # noqa: SIM905
WORDS = st.sampled_from(HOSTILE) | st.text(max_size=30)
STATES: list[State] = ["shown", "shown", "shown", "held", "removed", "withdrawn"]


class Reading(HTMLParser):
    """Reads markup as a browser does, and notes what should not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)
        names = {name for name, _ in attrs}
        if tag not in TAGS or not names <= ATTRIBUTES:
            self.wrong.append(f"<{tag} {attrs}>")
        given_ = dict(attrs)
        if (href := given_.get("href")) and ":" in href and not href.startswith(("http://", "https://", "mailto:")):
            self.wrong.append(f"href {href}")
        if given_.get("id"):
            self.ids.append(str(given_["id"]))

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@st.composite
def discussions(draw: st.DrawFn) -> list[Comment]:
    """Draw comments of hostile names, links, words, reasons and parents."""
    made = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        kind = draw(st.sampled_from(["host", "account", "named", "anonymous"]))
        author: dict[str, Any] = {"kind": kind, "name": draw(WORDS), "key": draw(st.sampled_from("abc"))}
        author |= {"link": draw(WORDS | st.just("https://ann.example.org/\"'><b>")), "network": draw(WORDS)}
        one = Comment(
            id=number,
            article=1,
            parent=draw(st.none() | st.integers(1, 12)),
            at=START,
            author=Author(**author),
            text=draw(WORDS),
            form=draw(st.sampled_from(["markdown", "html"])),
            state=draw(st.sampled_from(STATES)),
            why=draw(WORDS),
        )
        made.append(one)
    return made


def discussed(comments: list[Comment], places: int) -> Discussion:
    """Give a discussion of comments."""
    return read(Kept(comments), 1, places, Seeds())  # type: ignore[arg-type]


class Kept:
    """A library with the comments of one article."""

    def __init__(self, comments: list[Comment]) -> None:
        self.comments = self
        self._all = comments

    def version(self, _: int) -> tuple[int, int]:
        """See `Comments.version`."""
        return len(self._all), 0

    def kept_recap(self, _: str) -> None:
        """See `Recaps.kept_recap`."""

    def under(self, _: int) -> list[Comment]:
        """See `Comments.under`."""
        return self._all


@given(discussions(), st.sampled_from([2, 20]), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_words_become_markup_of_ours(comments: list[Comment], places: int, replies: bool, staff: bool) -> None:  # noqa: FBT001
    """Every tag is one of a thread's, closed where it should be; every link leads to a page; every id is there once."""
    thread = Thread(discussed(comments, places), replies=replies, staff=staff)
    for markup in (thread.whole(), thread.under(1), thread.alone(comments[0]), str(linked_here(comments))):
        reading = Reading()
        reading.feed(markup)
        reading.close()
        assert reading.wrong == []
        assert reading.open == []
        assert len(set(reading.ids)) == len(reading.ids)


@given(discussions())
@settings(max_examples=50, deadline=None)
def test_every_comment_is_there_once(comments: list[Comment]) -> None:
    """In its place, or in the line of what is not."""
    whole = Thread(discussed(comments, 20), replies=True, staff=False).whole()
    for one in comments:
        assert whole.count(f'id="by-{one.id}"') == 1


def test_words_that_are_not_shown_are_not_in_the_markup() -> None:
    """Neither those of a held comment, nor of a removed one, nor who said a held one."""
    states: list[State] = ["held", "removed", "withdrawn"]
    author = Author(kind="named", name="Secretive", key="a")
    comments = [
        Comment(id=number, article=1, at=START, author=author, text=f"secret {number}", state=state, why="A reason.")
        for number, state in enumerate(states, 1)
    ]
    thread = Thread(discussed(comments, 20), replies=True, staff=True)
    markup = thread.whole() + "".join(map(thread.alone, comments)) + "".join(map(thread.aside, comments))
    assert "secret" not in markup
    assert thread.alone(comments[0]).count("Secretive") == 0
