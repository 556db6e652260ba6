from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.heard import HeardPost, HeardRepost
from fairfloor.acts.shingles import fingerprint, shingles
from fairfloor.voices.echo import DOUBTED, REPETITIONS, Echo, Record
from fairfloor.voices.evidence import CAP, say_of
from fairfloor.voices.message import Messages
from fairfloor.voices.steps import Item

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
DOING = st.tuples(st.sampled_from("abcdr"), st.sampled_from(["say", "say", "pass", "link"]), st.integers(0, 5))
"""Who says, passes on or links which thing; r has standing."""
DOINGS = st.lists(DOING, max_size=50) | st.lists(DOING, min_size=20, max_size=60)


class Stage:
    """Echo, and the messages it listens to, in the order in which an evening does."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.echo = Echo(self.messages)
        self.now = START
        self.count = 0

    def say(self, account: str, text: str = "", links: tuple[str, ...] = ()) -> str:
        """Let an account say a text, one of its own if none is given; give the post's id."""
        self.count += 1
        text = text or passage(f"own{self.count}")
        post = HeardPost(
            id=f"p{self.count}",
            seen=self.now,
            account=account,
            shingles=shingles(text),
            links=tuple(map(fingerprint, links)),
        )
        said = self.messages.say(post)
        self.echo.post(post, said, standing=account.startswith("r"))
        self.echo.learn(post, standing=account.startswith("r"))
        return post.id

    def pass_on(self, account: str, subject: str, author: str | None = None) -> str:
        """Let an account pass a post on, of an author of its own if none is given; give the act's id."""
        self.count += 1
        act = HeardRepost(id=f"p{self.count}", seen=self.now, account=account, subject=subject)
        item = Item(subject, author or f"author of {subject}")
        self.echo.repost(act, item, standing=account.startswith("r"))
        return act.id

    def do(self, account: str, what: str, number: int) -> str:
        """Let an account do one of the few things that are done here."""
        if what == "pass":
            return self.pass_on(account, f"x{number}")
        return self.say(account, passage(f"t{number}")) if what == "say" else self.say(account, "", (f"l{number}",))

    def seat(self, acts: int = 200) -> None:
        """Let people with standing speak, link and pass things on, each alone, so that there is something to go by."""
        for number in range(acts):
            self.say(f"regular {number}", "", (f"link of the room {number}",))
            self.pass_on(f"regular {number}", f"of the room {number}")

    def echoing(self, account: str, acts: int = 30) -> None:
        """Make an account an echo of several others' words."""
        self.seat(40)
        for number in range(acts):
            text = passage(f"text{number}")
            self.say(f"{account}'s leader {number % 5}", text)
            self.say(account, text)

    def passing(self, account: str, acts: int = 30) -> None:
        """Make an account an echo in what it passes on."""
        self.seat(40)
        for number in range(acts):
            for one in ("first", "second", account):
                self.pass_on(one, f"passed {number}")

    def record(self, account: str) -> Record:
        """Give what is held on an account."""
        record = self.echo.of(account)
        assert record is not None
        return record


def passage(name: str) -> str:
    """Give a text of words that no other passage has."""
    return " ".join(f"{name}w{n}" for n in range(12))


def test_who_repeats_always_comes_to_next_to_no_say() -> None:
    """Repeating others' words, or passing on what they did, time after time, leaves a sliver of say."""
    stage = Stage()
    stage.echoing("parrot")
    stage.passing("shadow")
    assert stage.echo.say("parrot") < 0.05
    assert stage.echo.say("shadow") < 0.05
    assert (stage.echo.say("first"), stage.echo.say("parrot's leader 0"), stage.echo.say("unheard")) == (1.0, 1.0, 1.0)


@given(DOINGS)
def test_say_changes_only_with_ones_own_acts(doings: list[tuple[str, str, int]]) -> None:
    """Whatever somebody does, the say and the evidence of all others stay as they were, exactly."""
    stage = Stage()
    stage.echoing("b")
    for account, what, number in doings:
        before = {other: _held(stage, other) for other in "abcdr"}
        stage.do(account, what, number)
        assert all(_held(stage, other) == before[other] for other in "abcdr" if other != account)


def _held(stage: Stage, account: str) -> object:
    record = stage.echo.of(account)
    return stage.echo.say(account), record and (record.strongest, record.reposted, record.linked, record.leader)


def _after(doings: list[tuple[str, str, int]]) -> tuple[Stage, set[str]]:
    """Let "b" act in step, and then all this be done; give the stage, and who did anything."""
    stage = Stage()
    stage.echoing("b", 12)
    for doing in doings:
        stage.do(*doing)
    return stage, {"b"} | {account for account, _, _ in doings}


@given(DOINGS)
def test_a_say_below_one_is_listed_and_no_other(doings: list[tuple[str, str, int]]) -> None:
    """The accounts in step are those whose say is less than 1, and doubt is less than 1 whatever was done."""
    stage, accounts = _after(doings)
    assert set(stage.echo.in_step) == {account for account in accounts if stage.echo.say(account) < 1.0}
    assert all(0.0 < stage.echo.say(account) <= 1.0 for account in accounts)
    assert all(0.0 <= stage.echo.doubt(account) < 1.0 for account in accounts)


@given(DOINGS)
def test_what_is_reckoned_the_short_way_is_what_the_strongest_test_leaves(doings: list[tuple[str, str, int]]) -> None:
    """Each say is what the strongest test leaves, and who has that much evidence against them is in doubt."""
    stage, accounts = _after(doings)
    for account in accounts:
        record = stage.record(account)
        _, evidence, needed = record.strongest
        assert record.say == say_of(evidence, needed)
        assert record.doubt > 0.0 or evidence <= DOUBTED


@given(DOINGS)
def test_receipts_name_ones_own_acts_and_who_was_there_before(doings: list[tuple[str, str, int]]) -> None:
    """Each repetition kept was done by the account itself, after somebody else had done it; the last few are kept."""
    stage, by = Stage(), {}
    first: dict[tuple[str, int], set[str]] = {}
    before: dict[str, set[str]] = {}
    for account, what, number in doings:
        did = stage.do(account, what, number)
        before[did] = first.setdefault((what, number), set()) - {account}
        by[did] = account
        first[what, number] = first[what, number] | {account}
    for account in {account for account, _, _ in doings}:
        receipts = stage.record(account).repetitions
        assert len(receipts) <= REPETITIONS
        assert [receipt.at for receipt in receipts] == sorted(receipt.at for receipt in receipts)
        for receipt in receipts:
            assert by[receipt.act] == account
            assert receipt.before in before[receipt.act]
            assert 0.0 < receipt.chance < 1.0


def test_the_latest_receipts_are_kept() -> None:
    """Of very many repetitions the last can be shown, with what was repeated and of whom."""
    stage = Stage()
    stage.echoing("parrot")
    receipts = list(stage.record("parrot").repetitions)
    assert [receipt.act for receipt in receipts] == [f"p{80 + 2 * number}" for number in range(26, 31)]
    assert [(receipt.of, receipt.before, receipt.kind) for receipt in receipts[-2:]] == [
        ("p137", "parrot's leader 3", "words"),
        ("p139", "parrot's leader 4", "words"),
    ]
    assert stage.record("parrot").leader == "parrot's leader 0"


def test_one_post_never_makes_an_echo() -> None:
    """A post may say, word for word, what very many said: one act is not enough."""
    stage = Stage()
    for number in range(50):
        stage.say(f"a{number}", passage("x"))
    stage.say("me", passage("x"))
    assert stage.echo.say("me") == 1.0
    assert stage.record("me").evidence <= CAP


def test_one_post_of_many_links_never_makes_an_echo() -> None:
    """Handing on a reading list is one act, not as many as it has links."""
    stage = Stage()
    for number in range(20):
        stage.say("regular", "", (f"r{number}",))
    reading = tuple(f"l{number}" for number in range(20))
    stage.say("ann", "", reading)
    stage.say("me", "", reading)
    assert stage.echo.say("me") == 1.0


def test_a_link_that_all_of_a_crowd_give_hides_no_other() -> None:
    """Giving one link over and over beside the links that are taken up from others does not hide these."""
    stage = Stage()
    stage.seat()
    for number in range(30):
        for account in ("first", "second", "linker"):
            stage.say(account, "", (f"l{number}", "petition"))
    assert stage.echo.say("linker") < 1.0


def test_copying_somebody_at_once_and_always_costs_only_the_one_who_does_it() -> None:
    """A crowd that says again and passes on all that one person does leaves that person's say at 1 exactly."""
    stage = Stage()
    stage.seat()
    for number in range(40):
        stage.say("victim", passage(f"mine{number}"), (f"link{number}",))
        for crowd in range(5):
            stage.say(f"c{crowd}", passage(f"mine{number}"), (f"link{number}",))
    for number in range(40):
        stage.pass_on("victim", f"x{number}")
        for crowd in range(5):
            stage.pass_on(f"c{crowd}", f"x{number}")
    assert stage.echo.say("victim") == 1.0
    assert stage.record("victim").evidence == 0.0
    assert all(stage.echo.say(f"c{crowd}") < 1e-3 for crowd in range(5))


def test_a_change_of_ways_is_forgiven() -> None:
    """An account that repeated much, and then for weeks says what is its own, has its full say again."""
    stage = Stage()
    stage.echoing("parrot")
    for _ in range(10):
        stage.now += timedelta(days=14)
        stage.say("parrot")
    assert stage.echo.say("parrot") == 1.0
    assert "parrot" not in stage.echo.in_step


def test_a_change_of_ways_is_forgiven_whatever_the_ways_were() -> None:
    """An account that passed on what others did, and then for weeks only speaks for itself, has its full say again."""
    stage = Stage()
    stage.passing("shadow")
    for _ in range(50):
        stage.now += timedelta(days=14)
        stage.say("shadow")
    assert stage.echo.say("shadow") == 1.0


def test_the_numbers_behind_a_say_are_those_of_the_words() -> None:
    """The counts given for an account that repeats words are its repetitions among its posts."""
    stage = Stage()
    stage.echoing("parrot")
    counts = stage.echo.counts(stage.record("parrot"))
    assert (counts.repeats, counts.acts) == (30, 30)


def test_the_numbers_behind_a_say_are_those_of_what_was_passed_on() -> None:
    """The counts given for an account that passes on what others did are its repetitions among its reposts."""
    stage = Stage()
    stage.passing("shadow")
    assert stage.echo.say("shadow") < 1.0
    counts = stage.echo.counts(stage.record("shadow"))
    assert (counts.repeats, counts.acts) == (30, 30)


def test_the_numbers_behind_a_say_are_those_of_the_links() -> None:
    """The counts given for an account that links what others linked are its repetitions among its links."""
    stage = Stage()
    stage.seat()
    for number in range(30):
        for account in ("first", "second", "linker"):
            stage.say(account, "", (f"l{number}",))
    assert stage.echo.say("linker") < 1.0
    counts = stage.echo.counts(stage.record("linker"))
    assert (counts.repeats, counts.acts) == (30, 30)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many accounts are remembered; who was silent longest is forgotten, and in step no more."""
    monkeypatch.setattr("fairfloor.voices.echo.ACCOUNTS", 60)
    stage = Stage()
    stage.echoing("parrot")
    assert "parrot" in stage.echo.in_step
    for number in range(60):
        stage.say(f"a{number}")
    assert stage.echo.of("parrot") is None
    assert not stage.echo.in_step
    assert stage.echo.of("a0") is not None


def test_nobody_is_an_echo_of_what_they_said_first() -> None:
    """Pasting one's own notice all evening is no bet, though its tags and half of its words were others' before."""
    stage = Stage()
    stage.seat()
    halves = [" ".join(f"{name}{n}" for n in range(7)) for name in ("ann", "bob")]
    for account, half in zip(("ann", "bob"), halves, strict=True):
        stage.say(account, half)
    for _ in range(20):
        stage.say("me", " ".join([*halves, *(f"mine{n}" for n in range(7))]))
    record = stage.record("me")
    assert (record.words.repeats, record.words.acts, record.say) == (1.0, 1.0, 1.0)
