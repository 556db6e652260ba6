"""The public log: deciding on its lines gives its decisions, and it gives away nothing but what is public."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.heard import HeardPost
from fairfloor.acts.notice import Deletion, Edit, Notice, Rename
from fairfloor.acts.shingles import fingerprint
from fairfloor.chat.moves import Doing, Fold, Hold, Move, Pause, Pin, Release, SetPace, Undo, Vouch
from fairfloor.session.decide import Rules
from fairfloor.session.hear import hear
from fairfloor.session.ports import Entry, Taken
from fairfloor.session.public import Decided, Head, HeldNumbers, PostHeard, Writer, encode_decision, unlinked
from fairfloor.session.public_check import Checker, Found
from fairfloor.session.sitting import Sitting
from fairfloor.sources.files import read
from fairfloor.testing.crowd import Tactic, World, simulate
from fairfloor.testing.examples import examples

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
DATA = Path(os.environ.get("FAIRFLOOR_DATA") or Path(__file__).parents[2] / "../shared/data").resolve()
ARCHIVES = ("elgl19.acts.jsonl", "aprende.acts.jsonl", "burst-kochfarms.acts.jsonl")


class Evening:
    """An evening as the clerk runs it: what is told is written down, decided on, and what was decided written down."""

    def __init__(self, rules: Rules, version: str = "1") -> None:
        self.writer = Writer(HeldNumbers())
        self.sitting = Sitting(rules)
        self.lines = [self.writer.begin(rules, version)]
        self.decisions: list[bytes] = []
        self._seq = 0

    def tell(self, notice: Entry, seen: datetime) -> None:
        """Let something come, and the clock go on to then."""
        self._seq += 1
        heard = hear(notice, seen) if isinstance(notice, Act) else None
        taken = Taken(seq=self._seq, seen=self.sitting.stamp(seen, seen), notice=notice, heard=heard)
        if (line := self.writer.told(taken)) is not None:
            self.lines.append(line)
        self._decided(self.sitting.hear([taken]))

    def run(self, when: datetime) -> None:
        """Let the clock go on."""
        self._decided(self.sitting.run(when))

    def _decided(self, decisions: Iterable[object]) -> None:
        for one in decisions:
            self.decisions.append(encode_decision(one))
            self.lines.append(self.writer.decided(len(self.decisions), one))  # type: ignore[arg-type]


def checked(lines: Iterable[bytes], version: str = "1", *, replay: bool = True) -> Found:
    """Check a log."""
    checker = Checker(version, replay=replay)
    for line in lines:
        checker.see(line)
    return checker.found()


def told(acts: Iterable[Act], rules: Rules) -> Evening:
    """Have acts come at their times, and the evening come to its end."""
    evening = Evening(rules)
    for act in acts:
        evening.tell(act, act.seen or act.at)
    if evening.sitting.time is not None:
        evening.run(evening.sitting.time + timedelta(hours=1))
    return evening


WORLDS = [
    World(seed=1, attackers=120, hijack_from=10, hijack_for=15, minutes=30),
    World(seed=2, attackers=80, hijack_from=10, hijack_for=15, minutes=30, first_night=True),
]


@pytest.mark.parametrize("tactics", [(*Tactic,)[:4], (*Tactic,)[4:]])
@pytest.mark.parametrize("world", WORLDS)
def test_a_log_of_a_hijacked_evening_replays_to_its_decisions(world: World, tactics: tuple[Tactic, ...]) -> None:
    """From the numbers alone every tactic's evening comes to the very same decisions, copies among them."""
    played = simulate(msgspec.structs.replace(world, tactics=tactics))
    evening = told(played.acts, played.rules(6))
    found = checked(evening.lines)
    assert (found.wrong, found.other, found.pending) == (None, None, 0)
    assert found.replayed == len(evening.decisions) >= len(played.acts)
    codes = {json.loads(one)["reason"]["code"] for one in evening.decisions}
    assert codes >= ({"copy"} if world.first_night else {"copy", "echo"})


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHIVES)
def test_a_log_of_a_real_chat_replays_to_its_decisions(name: str) -> None:
    """So does a real archive's."""
    if not (archive := DATA / name).exists():
        pytest.skip(f"{name} is not in {DATA}; set FAIRFLOOR_DATA to where the archives are")
    acts = [item.told for item in read(archive, tag="any") if isinstance(item.told, Act)]
    seen = {act.id: act for act in acts}
    evening = told(sorted(seen.values(), key=lambda act: act.at), Rules(tag="any", pace=2))
    found = checked(evening.lines)
    assert (found.wrong, found.other) == (None, None)
    assert found.replayed == len(evening.decisions)


ACCOUNTS = st.sampled_from(["host", "ann", "ben", "cas", "dan"])
IDS = st.integers(0, 25).map("p{}".format)
WORDS = st.sampled_from([
    "what about the bridge they closed on monday", "what about the bridge they closed on tuesday evening",
    "copchat", "one two", "a quite different thing to say about schools and buses", "Q1: why is that?",
])  # fmt: skip
TAGS = st.lists(st.sampled_from(["copchat", "bridge", "schools"]), max_size=3, unique=True).map(tuple)
LINKS = st.lists(st.sampled_from(["https://a.example/1", "https://b.example/2"]), max_size=2, unique=True).map(tuple)
DOINGS: st.SearchStrategy[Doing] = st.one_of(
    st.builds(Fold, act=IDS),
    st.builds(Hold, act=IDS),
    st.builds(Release, act=IDS),
    st.builds(Pause, account=ACCOUNTS, until=st.just(START + timedelta(minutes=4))),
    st.builds(Vouch, account=ACCOUNTS),
    st.builds(SetPace, pace=st.sampled_from([1.0, 30.0])),
    st.builds(Pin, text=st.just("hello")),
    st.builds(Undo, move=st.integers(0, 40).map("m{}".format)),
)


@st.composite
def happenings(draw: st.DrawFn) -> list[tuple[Entry | None, float]]:
    """Give what happens in an evening, and seconds before each; None: only time passes."""
    some: list[tuple[Entry | None, float]] = []
    for number in range(draw(st.integers(1, 40))):
        head = {"id": f"p{number}", "at": START, "account": draw(ACCOUNTS)}
        replied = draw(st.none() | IDS)
        one: Entry | None = draw(
            st.one_of(
                st.builds(Post, **{k: st.just(v) for k, v in head.items()}, text=WORDS, tags=TAGS, links=LINKS,
                          reply_to=st.just(replied), handle=st.sampled_from([None, "thehost", "other"])),
                st.builds(Repost, **{k: st.just(v) for k, v in head.items()}, subject=IDS),
                st.builds(Like, **{k: st.just(v) for k, v in head.items()}, subject=IDS),
                st.builds(Deletion, id=IDS, at=st.just(START)),
                st.builds(Move, id=st.just(f"m{number}"), at=st.just(START), by=st.just("Hal"), role=st.just("host"),
                          do=DOINGS),
                st.just(Edit(post=Post(id="p0", at=START, account="ann", text="edited"))),
                st.just(Rename(account="ann", handle="anna", at=START)),
                st.none(),
            )
        )  # fmt: skip
        some.append((one, draw(st.sampled_from([0.0, 0.0, 1.0, 20.0, 200.0]))))
    return some


def lived(happened: Iterable[tuple[Entry | None, float]]) -> Evening:
    """Live an evening through."""
    evening = Evening(Rules(tag="copchat", hosts=frozenset({"host", "thehost"}), pace=2, ttl=timedelta(minutes=2)))
    now = START
    for one, gap in happened:
        now += timedelta(seconds=gap)
        if one is None:
            evening.run(now)
        else:
            evening.tell(one if not isinstance(one, Move) else _at(one, now), now)
    return evening


def _at(move: Move, now: datetime) -> Move:
    return Move(id=move.id, at=now, by=move.by, role=move.role, do=move.do)


@settings(max_examples=examples(50, 150), deadline=None)
@given(happenings())
def test_whatever_happens_the_log_replays_to_its_decisions(happened: list[tuple[Entry | None, float]]) -> None:
    """Acts, moves, deletions and the clock in any order: the lines give the decisions, to the byte."""
    evening = lived(happened)
    found = checked(evening.lines)
    assert (found.wrong, found.other, found.pending) == (None, None, 0)
    assert found.replayed == len(evening.decisions)


def lines_of(evening: Evening) -> Iterator[object]:
    """Read an evening's lines."""
    head = Head()
    for line in evening.lines:
        read_, head = unlinked(head, line)
        assert read_ is not None
        yield read_


@settings(max_examples=60, deadline=None)
@given(happenings())
def test_numbers_are_equal_where_fingerprints_are(happened: list[tuple[Entry | None, float]]) -> None:
    """Of all fingerprints of an evening, two have one number exactly where they are one; numbers count up from 1."""
    evening = lived(happened)
    posts = [hear(one, START) for one, _ in happened if isinstance(one, Post)]
    prints = [one for post in posts if isinstance(post, HeardPost) for one in post.shingles + post.links + post.tags]
    lines = [line for line in lines_of(evening) if isinstance(line, PostHeard)]
    numbers = [one for line in lines for one in line.runs + line.links + line.tags]
    assert len(set(zip(prints, numbers, strict=True))) == len(set(prints)) == len(set(numbers))
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))


def test_it_holds_no_word_no_link_no_fingerprint_and_no_handle() -> None:
    """What a post says cannot be read in the log, nor looked up: even a word that anybody would guess."""
    evening = Evening(Rules(tag="copchat", hosts=frozenset({"thehost"})))
    text = "resign now you crook"
    post = Post(
        id="p1", at=START, account="acct1", handle="ann.example", text=text, tags=("shame",), links=("https://x.org",)
    )
    evening.tell(post, START)
    evening.tell(Post(id="p2", at=START, account="acct2", handle="thehost", text="resign"), START)
    kept = b"\n".join(evening.lines).decode()
    for word in (*text.split(), "shame", "x.org", "ann.example"):
        assert word not in kept
        assert str(fingerprint(word)) not in kept
    assert all(str(one) not in kept for one in hear(post, START).shingles)  # type: ignore[union-attr]
    assert '"handle":"thehost"' in kept


def test_edits_and_new_handles_are_not_in_it() -> None:
    """They decide nothing, and handles and words are nobody's to keep."""
    notices: list[Notice] = [
        Edit(post=Post(id="p", at=START, account="a", text="new")),
        Rename(account="a", handle="b", at=START),
    ]
    evening = Evening(Rules(tag="copchat"))
    for notice in notices:
        evening.tell(notice, START)
    assert len(evening.lines) == 1


def test_who_goes_on_after_a_line_writes_what_one_writer_writes() -> None:
    """A writer that goes on with the same numbers gives the same lines as one that never stopped."""
    posts = [Post(id=f"p{n}", at=START, account="a", text=f"about {n % 3} and {n}") for n in range(9)]
    taken = [Taken(seq=n, seen=START, notice=post, heard=hear(post, START)) for n, post in enumerate(posts, 1)]
    rules = Rules(tag="copchat", hosts=frozenset({"thehost"}))
    one, numbers = Writer(HeldNumbers()), HeldNumbers()
    lines = [one.begin(rules, "1"), *map(one.told, taken[:5])]
    for before in taken[:5]:
        assert isinstance(before.heard, HeardPost)
        numbers.of(before.heard.shingles)
    other = Writer(numbers, one.head, rules)
    assert [one.told(later) for later in taken[5:]] == [other.told(later) for later in taken[5:]]
    assert None not in lines


def test_a_decision_line_holds_the_decision_to_the_byte() -> None:
    """So `decisions.jsonl` can be cut out of the log."""
    evening = told([Post(id="p1", at=START, account="a", text="Hello there")], Rules(tag="copchat"))
    decided = [bytes(line.decision) for line in lines_of(evening) if isinstance(line, Decided)]
    assert decided == evening.decisions
    assert decided
