import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.notice import Rename
from fairfloor.cli.asking import names
from fairfloor.sources.people import bluesky, mastodon
from fairfloor.sources.people.asking import Asking, Unanswered, asking, rest_of
from fairfloor.sources.people.followed import followed
from fairfloor.sources.people.following import MOST, PAGES, Following
from fairfloor.sources.people.hosts import introduced
from fairfloor.sources.people.roll import Part, Person, roll
from fairfloor.sources.people.took_part import TookPart
from fairfloor.testing.clock import VirtualClock

START = datetime(2026, 3, 1, 2, tzinfo=UTC)
T = TypeVar("T")


class Longest:
    """Dice that always give the longest wait."""

    def uniform(self, _: float, b: float, /) -> float:
        """Give the bound."""
        return b


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start the server to be asked, and give its place."""
    command = [sys.executable, str(Path(__file__).with_name("people_server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the server itself, whatever proxy this machine has."""
    monkeypatch.setenv("NO_PROXY", "*")


class Room:
    """A clock, and what was said while somebody asked."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.said: list[str] = []

    def ask(self, question: Callable[[Asking], Awaitable[T]]) -> T:
        """Ask, and let time pass whenever everybody waits."""

        async def main() -> T:
            async with asking(self.clock, say=self.said.append, dice=Longest()) as polite:
                return await question(polite)

        return self.clock.run(main())

    def sorry(self, question: Callable[[Asking], Awaitable[object]]) -> str:
        """Ask what will not be answered, and give the sentence."""
        with pytest.raises(Unanswered) as why:
            self.ask(question)
        return str(why.value)

    @property
    def passed(self) -> float:
        """Give the seconds that passed."""
        return (self.clock.now() - START).total_seconds()


@pytest.fixture
def room() -> Room:
    """Give a room in which no time has passed."""
    return Room()


def bluesky_of(server: str, name: str) -> Callable[[Asking], Awaitable[Following]]:
    """Give the question whom somebody follows on Bluesky."""
    return lambda polite: bluesky.follows(polite, name, f"http://{server}")


def mastodon_of(server: str, name: str) -> Callable[[Asking], Awaitable[Following]]:
    """Give the question whom somebody follows on Mastodon."""
    return lambda polite: mastodon.follows(polite, f"@{name}@{server}")


def test_all_pages_of_follows_are_asked_for(server: str, room: Room) -> None:
    """Whom an account follows on Bluesky is read page by page to the end, a hundred at a time, in no time."""
    found = room.ask(bluesky_of(server, "@TheHost.example"))
    assert found.whole
    assert len(found.people) == 230
    assert found.people[7] == Person("did:plc:00007", "person7.example")
    asked = [one for one in httpx.get(f"http://{server}/asked", trust_env=False).json() if "thehost" in one]
    assert [httpx.QueryParams(one).get("cursor") for one in asked] == [None, "100", "200"]
    assert all(httpx.QueryParams(one)["limit"] == "100" for one in asked)
    assert room.passed == 0
    assert room.said == []


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("busy", 30),  # 429, RateLimit-Reset
        ("last", 20),  # an answer that says it is the last for now
        ("resting", 60),  # 503, Retry-After as a date
        ("shaky", 1 + 2),  # 502 twice: backoff
    ],
)
def test_a_server_that_wants_rest_gets_it(server: str, room: Room, name: str, seconds: int) -> None:
    """A server that says when to come again is asked then, one in trouble after a while; then all is there."""
    found = room.ask(bluesky_of(server, f"did:plc:{name}"))
    assert len(found.people) == 230
    assert room.passed == seconds
    assert len(room.said) == (1 if seconds > 5 else 0)


@pytest.mark.parametrize(
    ("name", "words", "seconds"),
    [
        ("nobody.example", "Bluesky knows no account nobody.example. Check the spelling", 0),
        ("thehost", "written in full, for example thehost.bsky.social", 0),
        ("did:plc:gone", "Bluesky knows no account did:plc:gone", 0),
        ("did:plc:far", "takes no more questions before 03:00 UTC. Try again then.", 0),
        ("did:plc:down", "is in trouble (HTTP 500). Try again later.", 1 + 2 + 4),
        ("did:plc:diary", "something else than was asked", 0),
        ("did:plc:shapeless", "something else than was asked", 0),
        ("did:plc:deep", "something else than was asked", 0),
        ("did:plc:moved", "sends us on to https://elsewhere.example/", 0),
        ("did:plc:flood", "answers without end", 0),
    ],
)
def test_what_bluesky_does_not_answer_is_one_sentence(
    server: str, room: Room, name: str, words: str, seconds: int
) -> None:
    """Each way not to answer costs a bounded wait and gives one sentence that says what to do."""
    sentence = room.sorry(bluesky_of(server, name))
    assert words in sentence
    assert sentence.endswith((".", "...")), sentence
    assert room.passed == seconds


def test_without_a_server_it_says_so(room: Room) -> None:
    """Where nobody listens, a few tries are made, and one sentence names the network."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "cannot be reached. Check the name and the network" in room.sorry(
        bluesky_of(f"127.0.0.1:{port}", "a.example")
    )
    assert room.passed == 7
    assert "is no address" in room.sorry(bluesky_of("a.example:b", "a.example"))


@pytest.mark.parametrize(
    ("name", "count", "pages"), [("endless", MOST, MOST // 100), ("circle", 200, 2), ("empty", 0, PAGES)]
)
def test_pages_without_end_are_not_read_without_end(server: str, room: Room, name: str, count: int, pages: int) -> None:
    """A list that never ends, goes in a circle, or has nothing on any page is left after a bound, and said so."""
    found = room.ask(bluesky_of(server, f"did:plc:{name}"))
    assert len(found.people) == count
    assert not found.whole
    asked = [one for one in httpx.get(f"http://{server}/asked", trust_env=False).json() if name in one]
    assert len(asked) == pages


def test_mastodon_is_read_page_by_page(server: str, room: Room) -> None:
    """Whom an account follows on Mastodon is read along the Link headers; accounts are named as in archives."""
    found = room.ask(mastodon_of(server, "thehost"))
    assert found.whole
    assert len(found.people) == 170
    assert found.people[:2] == (Person("person170@other.example"), Person("person169@mastodon.example"))
    assert room.ask(mastodon_of(server, "alone")) == ((), True)
    assert room.passed == 0


def test_mastodon_gets_its_rest(server: str, room: Room) -> None:
    """Mastodon's own rate-limit headers, with an ISO time, are understood."""
    assert len(room.ask(mastodon_of(server, "limited")).people) == 170
    assert room.passed == 45


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "knows no account nobody, or is no server of Mastodon's kind"),
        ("hidden", "hides whom it follows. Its owner can export the list"),
        ("concealed", "hides whom it follows. Its owner can export the list"),
        ("locked", "tells only its own members"),
        ("private", "tells only its own members"),
        ("astray", "sends us elsewhere for the rest (http://elsewhere.example/"),
        ("climber", "something else than an account"),
    ],
)
def test_what_mastodon_does_not_answer_is_one_sentence(server: str, room: Room, name: str, words: str) -> None:
    """Hidden follows, locked servers, unknown names and stray links give one sentence each that says what to do."""
    assert words in room.sorry(mastodon_of(server, name))
    assert room.passed == 0


@pytest.mark.parametrize("name", ["@a@", "@@b.example", "@a@b.example/x", "@a@b@c", "@a@b\n.example"])
def test_a_name_that_is_none_is_not_asked_for(room: Room, name: str) -> None:
    """What cannot be an account of Mastodon is refused before anybody is asked."""
    assert "written @name@server" in room.sorry(lambda polite: mastodon.follows(polite, name))


def test_mastodon_without_end_is_bounded(server: str, room: Room) -> None:
    """A Mastodon server that always has one more page is left after the bound."""
    found = room.ask(mastodon_of(server, "endless"))
    assert len(found.people) <= MOST
    assert not found.whole


def test_whom_several_follow_is_one_list(server: str) -> None:
    """Names of both networks can be mixed; what is not whole says so."""
    names = ["thehost.example", f"@thehost@{server}", "did:plc:endless"]
    clock = VirtualClock(START)
    parts = clock.run(followed(names, clock, print, f"http://{server}"))
    assert [len(part.people) for part in parts] == [230, 170, MOST]
    assert [part.origin.partition(" (only the latest, 5,000 at most: there are more)")[1] != "" for part in parts] == [
        False,
        False,
        True,
    ]
    assert roll(parts, START).accounts == MOST + 170


def test_hosts_are_known_by_their_handles(server: str) -> None:
    """A handle becomes its did; who cannot be resolved stays, with a warning, and the evening goes on."""
    said: list[str] = []

    def meet(names: set[str], begun: frozenset[str] | None, at: str = server) -> frozenset[str] | None:
        clock = VirtualClock(START)
        said.clear()
        return clock.run(introduced(frozenset(names), begun, clock, said.append, f"http://{at}"))

    assert meet({"thehost.example", "did:plc:other"}, None) == frozenset({"did:plc:thehost", "did:plc:other"})
    assert said == []
    assert meet({"nobody.example"}, None) == frozenset({"nobody.example"})
    assert "knows no account nobody.example" in said[0]
    assert "cannot be known as the host" in said[1]
    assert meet({"thehost.example"}, frozenset({"did:plc:thehost"}), "127.0.0.1:1") is None
    assert "goes on with the hosts it was begun with" in said[-1]
    assert meet({"thehost.example"}, frozenset({"thehost.example"})) == frozenset({"thehost.example"})
    assert "cannot be known as the host" in said[0]


def test_strangers_cannot_write_lines(server: str, room: Room) -> None:
    """An account that would be read as another, or as two, is left out; a handle never ends its line."""
    found = room.ask(bluesky_of(server, "did:plc:hostile"))
    made = roll([Part("hostile", found.people)], START)
    assert [line for line in made.text.splitlines() if not line.startswith("#")] == [
        "did:plc:good  # x��did:plc:crowd�did:plc:crowd",
        "did:plc:lost",
    ]
    assert (made.accounts, made.left_out) == (2, 2)


@given(st.lists(st.builds(Person, st.text(), st.none() | st.text())), st.text())
def test_a_list_is_read_back_as_it_was_written(people: list[Person], origin: str) -> None:
    """Whatever people call themselves: what is read from the file is who was written, sorted, each once."""
    made = roll([Part(origin, people)], START)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "regulars.txt")
        path.write_text(made.text, "utf-8")
        read = list(names(path))
    assert read == sorted(set(read))
    assert set(read) <= {person.account for person in people}
    assert len(read) == made.accounts
    assert made.accounts + made.left_out == len({person.account for person in people})


def test_a_file_says_where_it_comes_from() -> None:
    """The head says when and from where; the handle stands behind the account."""
    made = roll(
        [Part("whom a follows", [Person("did:b"), Person("did:a", "a.x")]), Part("b", [Person("did:a")])], START
    )
    assert made.text.splitlines() == [
        "# Regulars, gathered 2026-03-01 02:00 UTC. One account a line; what stands behind # is for people to read.",
        "#       2 whom a follows",
        "#       1 b",
        "#       2 together, each once",
        "did:a  # a.x",
        "did:b",
    ]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "retry-after": st.text() | st.integers().map(str) | st.datetimes().map(str),
            "ratelimit-remaining": st.sampled_from(["0", " 0", "1", "x"]),
            "ratelimit-reset": st.text() | st.integers().map(str) | st.floats().map(str),
            "x-ratelimit-remaining": st.just("0"),
            "x-ratelimit-reset": st.text() | st.datetimes().map(lambda one: one.isoformat() + "Z"),
        },
    )
)
def test_any_headers_give_a_rest_or_none(headers: dict[str, str]) -> None:
    """Whatever a server says of its limits: it is a wait of a second or longer, or nothing."""
    rest = rest_of(headers, START)
    assert rest is None or rest >= timedelta(seconds=1)


def posted(account: str, after: timedelta, handle: str | None = None) -> Post:
    """Give a post some time after the start."""
    return Post(id=f"{account}{after}", at=START + after, account=account, handle=handle)


def test_evenings_are_counted_across_midnight() -> None:
    """A chat that goes on past midnight is one evening; next week's is another; a repost is not taking part."""
    heard = TookPart()
    for after in (timedelta(), timedelta(hours=3), timedelta(days=7, hours=-1), timedelta(days=7, hours=2)):
        heard.hear(posted("often", timedelta(hours=-3) + after))
    heard.hear(posted("once", timedelta(hours=-1), "old.name"))
    heard.hear(posted("once", timedelta(hours=1)))
    heard.hear(Rename(account="once", handle="new.name", at=START))
    heard.hear(Repost(id="r", at=START, account="passes", subject="s"))
    assert heard.people() == (Person("often"), Person("once", "new.name"))
    assert heard.people(2) == (Person("often"),)
    assert heard.people(3) == ()


@given(st.permutations([timedelta(hours=hours) for hours in (0, 5, 11, 13, 30, 168)]))
def test_evenings_do_not_depend_on_the_order(order: list[timedelta]) -> None:
    """In whatever order archives are read, each account has as many evenings."""
    heard = TookPart()
    for after in order:
        heard.hear(posted("a", after))
    assert heard.people(4) == (Person("a"),)
    assert heard.people(5) == ()
