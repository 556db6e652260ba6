from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import msgspec
import pytest
from tests.publish.feeds.rules import ATOM, CONTENT, THR, wrong_with_atom, wrong_with_json, wrong_with_rss
from tests.publish.feeds.validator import judged

from fairfloor.chat.moves import Answer
from fairfloor.chat.site.article import Article, Term
from fairfloor.chat.site.comment import Author, Comment, Deed
from fairfloor.chat.site.house import House

if TYPE_CHECKING:
    from tests.web.conftest import Served

AT = datetime(2026, 11, 18, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRONG = {"atom": wrong_with_atom, "rss": wrong_with_rss, "json": wrong_with_json}


@pytest.fixture
def client(hosted: "Served") -> Iterator[httpx.Client]:
    """Ask the site that is hosted."""
    with httpx.Client(base_url=hosted.url, timeout=30) as asking:
        yield asking


def an_article(hosted: "Served", number: int = 1, **more: Any) -> Article:
    """Keep an article."""
    assert hosted.library is not None
    given: dict[str, Any] = {
        "path": f"/posts/2026/11/post-{number}",
        "title": f"Post {number}",
        "text": "Some *words* and [a page](/chat) of ours.",
        "state": "published",
        "published": AT + number * HOUR,
        "updated": AT + number * HOUR,
        "by": "Host",
    }
    return hosted.library.keep(Article(**(given | more)))


def a_comment(hosted: "Served", article: Article, text: str, **more: Any) -> Comment:
    """Keep a comment."""
    assert hosted.library is not None
    given: dict[str, Any] = {
        "article": article.id,
        "at": AT + HOUR,
        "author": Author(kind="named", name="Ann", key="guest:1"),
        "text": text,
    }
    return hosted.library.comments.say(Comment(**(given | more)))


def entries(answer: httpx.Response) -> dict[str, ET.Element]:
    """Read the entries of an Atom feed, by their ids."""
    assert answer.status_code == 200, answer.text
    assert wrong_with_atom(answer.content) == []
    return {one.findtext(f"{ATOM}id") or "": one for one in ET.fromstring(answer.content).findall(f"{ATOM}entry")}  # noqa: S314 - ours


def test_posts_are_told_whole_in_three_formats(hosted: "Served", client: httpx.Client) -> None:
    """Each format has the posts and recaps, all their words with whole addresses, and neither drafts nor pages."""
    assert hosted.library is not None
    hosted.library.keep_term(Term(kind="category", slug="patrol", name="On Patrol"))
    an_article(hosted, 1, categories=("patrol",))
    an_article(hosted, 2, kind="recap", path="/sessions/2026-11-18", session="2026-11-18", title="")
    an_article(hosted, 3, state="draft")
    an_article(hosted, 4, state="private")
    an_article(hosted, 5, kind="page", path="/about")
    for written, wrong in WRONG.items():
        answer = client.get(f"/feeds/posts.{written}")
        assert wrong(answer.content) == [], written
        assert "set-cookie" not in answer.headers
        assert answer.headers["access-control-allow-origin"] == "*"
    told = entries(client.get("/feeds/posts.atom"))
    recap, post = told.values()
    assert recap.findtext(f"{ATOM}title") == "Recap of 2026-11-18"
    assert "<em>words</em>" in (recap.findtext(f"{ATOM}content") or "")
    assert f'<a href="{hosted.url}/sessions/2026-11-18">The whole recap' in (recap.findtext(f"{ATOM}content") or "")
    assert f'<a href="{hosted.url}/chat" rel="noopener">a page</a>' in (post.findtext(f"{ATOM}content") or "")
    assert [one.get("term") for one in post.findall(f"{ATOM}category")] == ["On Patrol"]
    assert client.get("/feeds/posts.atom").headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert client.get("/feeds/posts.rss").headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert client.get("/feeds/posts.json").headers["content-type"] == "application/feed+json"
    assert client.get("/feeds/posts.exe").status_code == 404


def test_ids_stay_when_the_site_moves(hosted: "Served", client: httpx.Client) -> None:
    """At another address of the site each entry has another link and the same id."""
    an_article(hosted)
    here = entries(client.get("/feeds/posts.atom"))
    there = entries(client.get("/feeds/posts.atom", headers={"Host": "chat.example.org"}))
    assert list(here) == list(there)
    links = [one.find(f"{ATOM}link[@rel='alternate']") for one in (*here.values(), *there.values())]
    assert [link.get("href") for link in links if link is not None] == [
        f"{hosted.url}/posts/2026/11/post-1",
        "http://chat.example.org/posts/2026/11/post-1",
    ]


@pytest.mark.parametrize(
    ("origin", "kept"),
    [
        ("wordpress:https://old.example/?p=12", "https://old.example/?p=12"),
        ("wordpress:tag:old.example,2014:12", "tag:old.example,2014:12"),
        ("isso:12", None),
        ("wordpress:javascript:alert(1)", None),
        ("wordpress:https://old.example/ two", None),
    ],
)
def test_what_moved_in_keeps_its_id(hosted: "Served", client: httpx.Client, origin: str, kept: str | None) -> None:
    """A program that knew a post at its old site does not show it as new; what is no URI gets an id of ours."""
    an_article(hosted, origin=origin)
    (name,) = entries(client.get("/feeds/posts.atom"))
    assert name == kept or (kept is None and name.startswith("urn:uuid:"))


def test_a_feed_is_sent_once(hosted: "Served", client: httpx.Client) -> None:
    """A program that has the feed as it is gets no feed; when a post changes it does."""
    article = an_article(hosted)
    first = client.get("/feeds/posts.atom")
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for known in ({"If-None-Match": tag}, {"If-None-Match": f'"x", {tag}'}, {"If-Modified-Since": changed}):
        again = client.get("/feeds/posts.atom", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    for other in ({"If-None-Match": '"x"'}, {"If-Modified-Since": "yesterday"}):
        assert client.get("/feeds/posts.atom", headers=other).status_code == 200
    assert hosted.library is not None
    hosted.library.keep(msgspec.structs.replace(article, title="Better", updated=AT + 9 * HOUR))
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
        assert "Better" in client.get("/feeds/posts.atom", headers=known).text


def test_pages_have_every_post_once(hosted: "Served", client: httpx.Client) -> None:
    """A program that follows the links to older entries finds each post, and each only once."""
    for number in range(1, 121):
        an_article(hosted, number, kind="page" if number % 30 == 0 else "post")
    found: list[str] = []
    onward: str | None = "/feeds/posts.atom"
    while onward is not None:
        answer = client.get(onward)
        found += entries(answer)
        link = ET.fromstring(answer.content).find(f"{ATOM}link[@rel='next']")  # noqa: S314 - ours
        onward = None if link is None else link.get("href")
    assert len(found) == len(set(found)) == 116


def test_long_posts_make_a_feed_of_bounded_size(hosted: "Served", client: httpx.Client) -> None:
    """Where posts are very long a page has fewer of them, and the rest follow on the next."""
    for number in range(1, 11):
        an_article(hosted, number, text="word " * 190_000)
    answer = client.get("/feeds/posts.atom")
    assert len(answer.content) < 5_000_000
    rest = ET.fromstring(answer.content).find(f"{ATOM}link[@rel='next']")  # noqa: S314 - ours
    assert rest is not None
    assert len(entries(answer)) == 4
    assert not set(entries(answer)) & set(entries(client.get(rest.get("href") or "")))


def test_a_discussion_is_told_as_a_thread(hosted: "Served", client: httpx.Client) -> None:
    """Each comment tells what it replies to: another comment by its id, or the article by the id its feed gives it."""
    article = an_article(hosted)
    first = a_comment(hosted, article, "A *first* word")
    a_comment(hosted, article, "And a reply", parent=first.id, at=AT + 2 * HOUR)
    told = entries(client.get("/posts/2026/11/post-1/comments.atom"))
    (post,) = entries(client.get("/feeds/posts.atom")).items()
    reply, comment = told.items()
    references = [one.find(f"{THR}in-reply-to") for _, one in (reply, comment)]
    assert [one.get("ref") for one in references if one is not None] == [comment[0], post[0]]
    assert post[1].findtext(f"{THR}total") == "2"
    assert "<em>first</em>" in (comment[1].findtext(f"{ATOM}content") or "")
    assert comment[1].findtext(f"{ATOM}title") == "Ann on: Post 1"
    assert list(told) == list(entries(client.get("/feeds/comments.atom")))
    assert wrong_with_rss(client.get("/posts/2026/11/post-1/comments.rss").content) == []
    assert client.get("/posts/2026/11/post-2/comments.atom").status_code == 404


@pytest.mark.parametrize(("state", "do"), [("withdrawn", "withdraw"), ("removed", "remove")])
def test_words_that_are_gone_are_gone_from_feeds(hosted: "Served", client: httpx.Client, state: Any, do: Any) -> None:
    """What was taken back or removed leaves its words and name nowhere, and its entry says so, with the same id."""
    assert hosted.library is not None
    article = an_article(hosted)
    comment = a_comment(hosted, article, "unwise words")
    feeds = ("/feeds/comments.atom", "/posts/2026/11/post-1/comments.atom")
    before = [entries(client.get(feed)) for feed in feeds]
    gone = msgspec.structs.replace(comment, state=state)
    hosted.library.comments.change(gone, Deed(comment=comment.id, at=AT + 5 * HOUR, by="", do=do))
    for feed, known in zip(feeds, before, strict=True):
        answer = client.get(feed)
        assert "unwise" not in answer.text
        assert "Ann" not in answer.text
        (told,) = entries(answer).items()
        assert [told[0]] == list(known)
        assert told[1].findtext(f"{ATOM}updated") == "2026-11-18T08:00:00Z"


def test_what_waits_is_not_told(hosted: "Served", client: httpx.Client) -> None:
    """What is held, and notes that other sites linked here, are in no feed."""
    article = an_article(hosted)
    held = a_comment(hosted, article, "held words", state="held")
    a_comment(hosted, article, "a note", said="pingback")
    a_comment(hosted, article, "under it", parent=held.id)
    for feed in ("/feeds/comments.atom", "/posts/2026/11/post-1/comments.atom"):
        (told,) = entries(client.get(feed)).values()
        assert "under it" in (told.findtext(f"{ATOM}content") or "")


OWN = (
    "Streetlights went out on our corner in May",
    "My son walks to school past two patrol cars",
    "Who reads the footage when nobody complains",
    "We met the new sergeant at the bakery",
)


def test_a_flood_does_not_flood_programs(hosted: "Served", client: httpx.Client) -> None:
    """What the page folds because more is said than there are places is not in the discussion's feed either."""
    assert hosted.library is not None
    hosted.library.comments.keep_house(House(places=20))
    article = an_article(hosted)
    for number, words in enumerate(OWN):
        a_comment(hosted, article, words, author=person(number))
    for number in range(60):
        a_comment(hosted, article, f"shout {number} {number * 31} {number * 17} {number * 11}", author=person(9))
    told = [
        one.findtext(f"{ATOM}content") or "" for one in entries(client.get(f"{article.path}/comments.atom")).values()
    ]
    assert len([one for one in told if any(words in one for words in OWN)]) == len(OWN)
    assert len([one for one in told if "shout" in one]) < 30


def person(number: int) -> Author:
    """Give somebody who has a name."""
    return Author(kind="named", name=f"Person {number}", key=f"guest:{number}")


def test_the_articles_of_comments_are_public(hosted: "Served", client: httpx.Client) -> None:
    """Under what is not public nothing is told."""
    article = an_article(hosted, state="private")
    a_comment(hosted, article, "secret words")
    assert "secret" not in client.get("/feeds/comments.atom").text
    assert client.get("/posts/2026/11/post-1/comments.atom").status_code == 404


def test_the_ledger_tells_what_becomes_of_a_question(hosted: "Served", client: httpx.Client) -> None:
    """A question is one entry for good, told anew when it is answered, and without words when they are taken back."""
    evening = hosted.evening
    name = hosted.do(lambda: evening.post("Why do officers not wear cameras in every district?"))
    (asked,) = entries(client.get("/feeds/ledger.atom")).items()
    assert (asked[1].findtext(f"{ATOM}title") or "").startswith("Asked: Why do officers")
    hosted.do(lambda: evening.move(Answer(question=name, text="They will from June on.")))
    (answered,) = entries(client.get("/feeds/ledger.atom")).items()
    assert answered[0] == asked[0]
    assert (answered[1].findtext(f"{ATOM}title") or "").startswith("Answered: ")
    assert (answered[1].findtext(f"{ATOM}updated") or "") > (asked[1].findtext(f"{ATOM}updated") or "")
    assert "from June on" in (answered[1].findtext(f"{ATOM}content") or "")
    hosted.do(lambda: evening.delete(name))
    answer = client.get("/feeds/ledger.atom")
    assert list(entries(answer)) == [asked[0]]
    assert "cameras" not in answer.text
    for written, wrong in WRONG.items():
        assert wrong(client.get(f"/feeds/ledger.{written}").content) == []


def test_nothing_to_tell_is_a_feed_too(client: httpx.Client) -> None:
    """A site without posts, comments or questions has feeds all the same, that are in order."""
    for name in ("posts", "comments", "ledger"):
        for written, wrong in WRONG.items():
            assert wrong(client.get(f"/feeds/{name}.{written}").content) == []


HOSTILE = "<b>\u202eevil\x00\x1b &amp; ]]> </title><script>window.pwned=1</script>"


def test_hostile_words_stay_words(hosted: "Served", client: httpx.Client) -> None:
    """Markup and controls in any field make no element of the feed, and nothing of them runs in a reader's program."""
    article = an_article(hosted, title=HOSTILE, text=HOSTILE, summary=HOSTILE, by=HOSTILE, form="html")
    a_comment(hosted, article, HOSTILE, author=Author(kind="named", name=HOSTILE, key="guest:2", link="javascript:x"))
    hosted.do(lambda: hosted.evening.post(f"Why {HOSTILE}?"))
    for feed in ("/feeds/posts", "/feeds/comments", "/feeds/ledger", "/posts/2026/11/post-1/comments"):
        for written, wrong in WRONG.items():
            assert wrong(client.get(f"{feed}.{written}").content) == []
        root = ET.fromstring(client.get(f"{feed}.rss").content)  # noqa: S314 - ours
        assert not [one for one in root.iter() if one.tag in {"script", "b"}]
        assert not [one for one in root.iter(f"{CONTENT}encoded") if "<script" in (one.text or "")]


FEEDS = [
    f"{name}.{written}"
    for name in ("/feeds/posts", "/feeds/comments", "/feeds/ledger", "/posts/2026/11/post-1/comments")
    for written in ("atom", "rss")
]


def test_the_w3c_validator_finds_nothing_in_what_is_served(hosted: "Served", client: httpx.Client) -> None:
    """The feeds of a site with posts, a thread and questions are valid as they are served, and raise no warning."""
    article = an_article(hosted, origin="wordpress:https://old.example/?p=1")
    an_article(hosted, 2, text="<p>Text <img src=x onerror=y></p><table><tr><td>1</table>", form="html")
    first = a_comment(hosted, article, "A first word")
    a_comment(hosted, article, "And [another](/chat)", parent=first.id, at=AT + 2 * HOUR)
    hosted.do(lambda: hosted.evening.post("Why do officers not wear cameras in every district?"))
    told = [client.get(feed).content for feed in FEEDS]
    assert judged(*told) == [[] for _ in told]


def test_the_w3c_validator_finds_no_error_in_hostile_words(hosted: "Served", client: httpx.Client) -> None:
    """Of hostile words it only remarks that they look like markup, or that a letter stands for one that was lost."""
    article = an_article(hosted, 1, title=HOSTILE, text=HOSTILE, by=HOSTILE, summary=HOSTILE)
    a_comment(hosted, article, HOSTILE, author=Author(kind="named", name=HOSTILE, key="guest:2"))
    hosted.do(lambda: hosted.evening.post(f"Why {HOSTILE}?"))
    told = judged(*(client.get(feed).content for feed in FEEDS))
    assert [wrong for one in told for wrong in one if wrong.startswith("error")] == []
