from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Post
from fairfloor.acts.heard import Withdrawal
from fairfloor.chat.moves import Fold, Hold, Move, Pause, Release, Review, SetPace, SetShare, Settle, Undo, Vouch
from fairfloor.chat.settings import Person, Settings
from fairfloor.floor.reasons import HostFloor, HostFold, HostHold, HostPause, Reason, Waiting
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.session.orders import FloorDoing, Order, Seats, order

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset({"ann"}), pace=6)
ACCOUNTS = ("ann", "bob", "cy")
TEXTS = (
    "why do so few complaints about night patrols ever reach the board",
    "the board never met this year at all, so far",
)
Event = Act | Withdrawal | Order
NAMED = HostFold | HostHold | HostPause | HostFloor


def at(seconds: float) -> datetime:
    """Give the instant so many seconds into the evening."""
    return START + timedelta(seconds=seconds)


def post(number: int, account: str = "bob", seconds: float = 0.0, text: str = "") -> Post:
    """Make a post, unlike all others unless a text is given."""
    text = text or " ".join(f"n{number}w{n}" for n in range(8))
    return Post(id=f"p{number}", at=at(seconds), account=account, text=text)


def told(name: str, do: FloorDoing | Undo, seconds: float = 0.0) -> Order:
    """Make an order."""
    return Order(id=name, seen=at(seconds), do=do)


class Played:
    """An evening, event by event, and where every act is."""

    def __init__(self, *events: Event, rules: Rules = RULES) -> None:
        self.evening = Evening(rules)
        self.lines: list[Decision] = []
        self.hear(*events)

    def hear(self, *events: Event) -> list[Decision]:
        """Let things happen; gives what was decided."""
        new: list[Decision] = []
        for event in events:
            new += self.evening.decide(hear(event, event.at) if isinstance(event, Act) else event)
        self.lines += new
        return new

    def finish(self) -> None:
        """Let time pass until nothing waits."""
        self.lines += self.evening.finish()

    def reason(self, number: int) -> Reason:
        """Give why a post is where it is."""
        return self.last[f"p{number}"].reason

    @property
    def last(self) -> dict[str, Decision]:
        """Each act's last decision."""
        return {line.act: line for line in self.lines}

    def code(self, number: int) -> str:
        """Say why a post is where it is."""
        return type(self.last[f"p{number}"].reason).__name__


@st.composite
def nights(draw: st.DrawFn) -> list[Event]:
    """Draw an evening of posts, copies and deletions into which the host's people reach, and undo what they did."""
    events: list[Event] = []
    seconds, posts, orders = 0.0, ["p0"], ["o-none"]
    for number in range(draw(st.integers(1, 30))):
        seconds += draw(st.sampled_from([0.0, 0.5, 30.0, 500.0]))
        name = f"o{number}"
        match draw(st.sampled_from(["post"] * 3 + ["deletion", "act", "act", "account", "dial", "undo", "undo"])):
            case "post":
                account = draw(st.sampled_from(("host", *ACCOUNTS)))
                events.append(post(number, account, seconds, draw(st.sampled_from(("", "", *TEXTS)))))
                posts.append(f"p{number}")
                continue
            case "deletion":
                events.append(Withdrawal(id=draw(st.sampled_from(posts[-3:])), seen=at(seconds)))
                continue
            case "act":
                act = draw(st.sampled_from(posts[-3:]))
                dos: list[FloorDoing] = [Fold(act=act), Hold(act=act), Release(act=act)]
            case "account":
                until = at(seconds + draw(st.sampled_from([0.0, 10.0, 3600.0])))
                account = draw(st.sampled_from(ACCOUNTS))
                dos = [Pause(account=account, until=until), Vouch(account=account)]
            case "dial":
                dos = [SetPace(pace=2.0), SetShare(newcomers=0.5), Seats(frozenset({"cy"}))]
            case _:
                events.append(told(name, Undo(move=draw(st.sampled_from(orders[-4:]))), seconds))
                continue
        events.append(told(name, draw(st.sampled_from(dos)), seconds))
        orders.append(name)
    return events


def deleted(events: Iterable[Event]) -> set[str]:
    """Give the posts that were taken back in an evening."""
    said: set[str] = set()
    gone: set[str] = set()
    for event in events:
        if isinstance(event, Post):
            said.add(event.id)
        elif isinstance(event, Withdrawal) and event.id in said:
            gone.add(event.id)
    return gone


@given(nights())
def test_every_act_is_in_one_place_at_any_time(events: list[Event]) -> None:
    """After every event each post is on the floor, merged, folded, or waits; what waits was not decided otherwise."""
    played, said = Played(), list[str]()
    for event in events:
        played.hear(event)
        said += [event.id] if isinstance(event, Post) else []
        waiting = {message.lead for message in played.evening.offered.values()}
        last = played.last
        assert set(last) | waiting == set(said)
        undecided = {act for act in said if act not in last or isinstance(last[act].reason, Waiting)}
        assert undecided <= waiting
        assert len(played.evening.offered) == played.evening.waiting
    played.finish()
    assert set(played.last) == set(said)
    assert not [one for one in played.last.values() if isinstance(one.reason, Waiting)]


@given(nights())
def test_nothing_names_an_order_that_was_undone(events: list[Event]) -> None:
    """Once an order is undone, no post is where it is because of it, and never comes to be again."""
    played, undone = Played(), set[str]()
    for event in [*events, None]:
        played.hear(event) if event else played.finish()
        if isinstance(event, Order) and isinstance(event.do, Undo):
            undone.add(event.do.move)
        assert not [one for one in played.last.values() if isinstance(one.reason, NAMED) and one.reason.move in undone]


@given(nights())
def test_what_is_set_aside_by_hand_never_gets_a_turn(events: list[Event]) -> None:
    """From when a post was folded, held or paused by hand, it gets no turn until a hand lets it."""
    played = Played(*events)
    played.finish()
    aside: set[str] = set()
    for line in played.lines:
        if isinstance(line.reason, HostFold | HostHold | HostPause):
            aside.add(line.act)
        elif isinstance(line.reason, HostFloor | Waiting) or line.placement == "merge":
            aside.discard(line.act)
        elif line.placement == "floor":
            assert line.act not in aside


@given(nights())
@settings(max_examples=400)
def test_what_is_taken_back_by_its_author_stays_so(events: list[Event]) -> None:
    """No order and no undoing brings a deleted post back."""
    played = Played(*events)
    played.finish()
    for act in deleted(events):
        assert type(played.last[act].reason).__name__ == "Withdrawn"


@given(nights())
def test_the_last_fold_or_hold_that_stands_counts(events: list[Event]) -> None:
    """After every event: a post of its own words whose last standing order sets it aside is folded by that order."""
    played, standing = Played(), dict[str, FloorDoing]()
    alone = {event.id for event in events if isinstance(event, Post) and event.text not in TEXTS}
    alone -= {event.id for event in events if isinstance(event, Post) and event.account in {"host", "cy"}}  # may host
    for event in events:
        played.hear(event)
        if isinstance(event, Withdrawal):
            alone.discard(event.id)
        elif isinstance(event, Order) and isinstance(event.do, Undo):
            standing.pop(event.do.move, None)
        elif isinstance(event, Order) and isinstance(event.do, Fold | Hold | Release) and event.do.act in played.last:
            standing[event.id] = event.do
        by_act = {do.act: name for name, do in standing.items() if isinstance(do, Fold | Hold | Release)}
        for act, name in by_act.items():
            if act in alone and isinstance(standing[name], Fold | Hold):
                assert played.last[act].reason in {HostFold(move=name), HostHold(move=name)}


@given(nights())
def test_undoing_everything_leaves_nothing_of_it(events: list[Event]) -> None:
    """Standing, hosts, pace, share, and who is paused are then what they were; no post stays because of a hand."""
    played = Played(*events)
    names = [event.id for event in events if isinstance(event, Order)]
    end = 20_000.0
    played.hear(*(told(f"u{name}", Undo(move=name), end) for name in names))
    evening, bare = played.evening, Evening(RULES)
    for account in ("host", *ACCOUNTS):
        assert evening.standing.of(account) == bare.standing.of(account)
        assert evening.standing.is_host(account) == bare.standing.is_host(account)
    assert evening.floor.interval == bare.floor.interval
    played.hear(*(post(900 + place, account, end + 60 * place) for place, account in enumerate(ACCOUNTS)))
    played.finish()
    assert {played.last[f"p{900 + place}"].placement for place in range(len(ACCOUNTS))} == {"floor"}
    assert not [one for one in played.last.values() if isinstance(one.reason, HostFold | HostHold | HostPause)]


@given(nights(), st.permutations(range(30)))
@settings(max_examples=50)
def test_the_order_of_undoing_leaves_the_same_standing(events: list[Event], places: list[int]) -> None:
    """In whatever order half of the orders are undone, the accounts' standing and the dials come out the same."""
    names = [event.id for event in events if isinstance(event, Order) and not isinstance(event.do, Undo)]
    half = names[::2]
    shuffled = sorted(half, key=lambda name: places[int(name[1:])])
    one, another = Played(*events), Played(*events)
    one.hear(*(told(f"u{name}", Undo(move=name), 20_000) for name in half))
    another.hear(*(told(f"u{name}", Undo(move=name), 20_000) for name in shuffled))
    for account in ACCOUNTS:
        assert one.evening.standing.of(account) == another.evening.standing.of(account)
        assert one.evening.standing.is_host(account) == another.evening.standing.is_host(account)
    assert one.evening.floor.interval == another.evening.floor.interval


@given(nights())
def test_the_same_evening_with_the_same_orders_is_decided_the_same(events: list[Event]) -> None:
    """Byte for byte."""
    one, another = Played(*events), Played(*events)
    assert msgspec.json.encode(one.lines) == msgspec.json.encode(another.lines)


# What each order does


def test_a_folded_post_leaves_the_floor_and_comes_back() -> None:
    """A fold takes the floor from a post, whoever says it again; undone, the post has it again."""
    played = Played(post(1, text=TEXTS[0]))
    assert played.code(1) == "Room"
    played.hear(told("o1", Fold(act="p1"), 1), post(2, "cy", 2, TEXTS[0]))
    assert (played.code(1), played.code(2)) == ("HostFold", "Copy")
    played.hear(told("o2", Undo(move="o1"), 3))
    assert played.reason(1) == HostFloor(move="o2")


def test_standing_ends_with_a_fold_and_returns_with_its_undoing() -> None:
    """A regular whose post is folded is a newcomer until that is undone; one whose post is held stays a regular."""
    played = Played(post(1, "ann"), told("o1", Hold(act="p1"), 1))
    assert played.evening.standing.of("ann") == 1.0
    played.hear(told("o2", Fold(act="p1"), 2), told("o3", Fold(act="p1"), 3))
    assert played.evening.standing.of("ann") == 0.0
    played.hear(told("o4", Undo(move="o2"), 4))
    assert played.evening.standing.of("ann") == 0.0, "the other fold stands"
    played.hear(told("o5", Undo(move="o3"), 5))
    assert played.evening.standing.of("ann") == 1.0
    assert played.reason(1) == HostHold(move="o1"), "the hold stands"


def test_vouching_gives_standing_and_its_undoing_takes_it() -> None:
    """Two of the host's people can vouch for one account; it is a regular as long as one of them does."""
    played = Played(post(1), told("o1", Vouch(account="bob"), 1), told("o2", Vouch(account="bob"), 2))
    played.hear(told("o3", Undo(move="o1"), 3))
    assert played.evening.standing.of("bob") == 1.0
    played.hear(told("o4", Undo(move="o2"), 4))
    assert played.evening.standing.of("bob") == 0.0


def test_vouching_forgives_a_fold_made_before_and_no_later_one() -> None:
    """What counts is what was said of an account last."""
    played = Played(post(1), told("o1", Fold(act="p1"), 1), told("o2", Vouch(account="bob"), 2))
    assert played.evening.standing.of("bob") == 1.0
    played.hear(post(2, seconds=40), told("o3", Fold(act="p2"), 50))
    assert played.evening.standing.of("bob") == 0.0
    played.hear(told("o4", Undo(move="o1"), 60))
    assert played.evening.standing.of("bob") == 0.0, "undoing the first fold does not undo the second"
    played.hear(told("o5", Undo(move="o3"), 70))
    assert played.evening.standing.of("bob") == 1.0


def test_the_last_order_about_a_post_counts() -> None:
    """Undoing an earlier one changes nothing; undoing the last leaves what the one before it says."""
    played = Played(post(1), told("o1", Fold(act="p1"), 1), told("o2", Release(act="p1"), 2))
    assert played.code(1) == "HostFloor"
    assert played.hear(told("o3", Hold(act="p1"), 3), told("o4", Undo(move="o1"), 4))[1:] == []
    assert played.reason(1) == HostHold(move="o3")
    played.hear(told("o5", Undo(move="o3"), 5))
    assert played.reason(1) == HostFloor(move="o2")


def test_a_paused_account_is_quiet_and_heard_when_that_is_undone() -> None:
    """What waits and what comes is folded; a second pause goes on when the first one is undone."""
    crowd = [post(100 + number, f"x{number}") for number in range(5)]
    played = Played(*crowd, post(1), told("o1", Pause(account="bob", until=at(100)), 1), post(2, seconds=2))
    assert (played.code(1), played.code(2)) == ("HostPause", "HostPause")
    played.hear(told("o2", Pause(account="bob", until=at(1000)), 3), told("o3", Undo(move="o1"), 4))
    assert played.reason(2) == HostPause(move="o2")
    played.hear(told("o4", Undo(move="o2"), 5))
    assert (played.code(1), played.code(2)) == ("Waiting", "Waiting")
    played.finish()
    assert {played.last["p1"].placement, played.last["p2"].placement} == {"floor"}


def test_a_pause_ends_by_itself_and_can_be_made_again() -> None:
    """After its time the account is heard; paused again, it is quiet again, its first word included."""
    played = Played(told("o1", Pause(account="bob", until=at(10))), post(1, seconds=5), post(2, seconds=30))
    assert (played.code(1), played.code(2)) == ("HostPause", "Room")
    played.hear(told("o2", Pause(account="bob", until=at(90)), 50), told("o3", Pause(account="cy", until=at(60)), 50))
    played.hear(told("o4", Pause(account="cy", until=at(120)), 70), post(3, seconds=80), post(4, "cy", 80))
    assert (played.code(3), played.code(4)) == ("HostPause", "HostPause")


def test_a_post_of_a_paused_account_can_be_released_and_folded_again() -> None:
    """Each move about it does what it says, and undoing them leads back to the pause."""
    played = Played(told("o1", Pause(account="bob", until=at(100))), post(1, seconds=5))
    played.hear(told("o2", Release(act="p1"), 6))
    assert played.code(1) == "HostFloor"
    played.hear(told("o3", Fold(act="p1"), 7))
    assert played.code(1) == "HostFold"
    played.hear(told("o4", Undo(move="o3"), 8), told("o5", Undo(move="o2"), 9))
    assert played.reason(1) == HostPause(move="o1")


def test_somebody_else_stands_for_what_a_paused_account_said_first() -> None:
    """Pausing whoever said it first does not silence the others; undone, the post is a copy of theirs."""
    crowd = [post(100 + number, f"x{number}") for number in range(5)]
    played = Played(*crowd, post(1, text=TEXTS[0]), post(2, "cy", 0, TEXTS[0]))
    played.hear(told("o1", Pause(account="bob", until=at(100)), 1))
    assert played.code(1) == "HostPause"
    played.hear(told("o2", Undo(move="o1"), 2))
    assert played.code(1) == "Copy"
    played.finish()
    assert played.last["p2"].placement == "floor"


def test_the_host_cannot_be_folded_paused_or_held() -> None:
    """Not by name, and not through somebody's copy of what the host said."""
    played = Played(post(1, "host", text=TEXTS[0]), post(2, "bob", 1, TEXTS[0]))
    copy = [told("o1", Fold(act="p1"), 2), told("o2", Fold(act="p2"), 3)]
    played.hear(*copy, told("o3", Pause(account="host", until=at(99)), 4), post(3, "host", 5))
    assert (played.code(1), played.code(3)) == ("Host", "Host")


def test_a_post_that_is_gone_is_not_brought_back() -> None:
    """Undoing a hold of what its author has deleted since does nothing."""
    played = Played(post(1), told("o1", Hold(act="p1"), 1), Withdrawal(id="p1", seen=at(2)))
    assert played.hear(told("o2", Undo(move="o1"), 3)) == []


def test_pace_and_share_take_effect_and_the_last_that_stands_holds() -> None:
    """More is shown in a minute after the pace was raised; undone in any order, what is left holds."""
    played = Played(told("o1", SetPace(pace=60)), told("o2", SetPace(pace=2)))
    assert played.evening.floor.interval == timedelta(seconds=30)
    played.hear(told("o3", Undo(move="o2"), 1), *(post(number, f"x{number}", 2) for number in range(9)))
    played.hear(post(99, "y", 12))
    assert len([one for one in played.lines if one.placement == "floor"]) == 10
    played.hear(told("o4", Undo(move="o1"), 13))
    assert played.evening.floor.interval == timedelta(seconds=10)


def shown(played: Played) -> list[str]:
    """Give who had the floor, in order."""
    return [one.account[0] for one in played.lines if one.placement == "floor"]


@pytest.mark.parametrize(("share", "least", "most"), [(0.1, 0.05, 0.15), (0.6, 0.4, 0.65)])
def test_newcomers_have_the_share_that_is_set(share: float, least: float, most: float) -> None:
    """Under congestion newcomers' part of the floor follows the order."""
    regulars = [f"r{number}" for number in range(40)]
    rules = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset(regulars), pace=12)
    played = Played(told("o1", SetShare(newcomers=share)), rules=rules)
    for number in range(3000):
        account = regulars[number % 40] if number % 4 else f"n{number}"
        played.hear(post(number, account, number * 0.5))
    late = shown(played)[100:]
    assert least <= late.count("n") / len(late) <= most


def test_a_tied_account_is_paused_as_the_person() -> None:
    """Pausing either of a person's accounts quiets both."""
    rules = msgspec.structs.replace(RULES, ties=(("bob@m", "bob"),))
    played = Played(told("o1", Pause(account="bob@m", until=at(100))), post(1, "bob", 5), rules=rules)
    assert played.code(1) == "HostPause"


def test_settings_seat_hosts_and_undoing_them_unseats() -> None:
    """Who is a host by settings has the floor as one; afterwards, a regular by the rules is one still."""
    settled = Settings(tag="copchat", hosts=(Person(account="ann"),), cohosts=(Person(account="bob"),))
    move = Move(id="m1", at=START, by="Host", role="host", do=Settle(settings=settled))
    seats = order(move, START)
    assert seats is not None
    played = Played(seats, post(1, "bob"), post(2, "ann", 1))
    assert (played.code(1), played.code(2)) == ("Host", "Host")
    played.hear(told("o1", Undo(move="m1"), 2), post(3, "bob", 60), post(4, "ann", 90))
    assert [played.last[f"p{number}"].class_ for number in (3, 4)] == ["newcomer", "regular"]


def test_only_a_granted_appeal_is_an_order() -> None:
    """The post gets the floor as by a release, and loses it when the review is undone."""

    def reviewed(*, granted: bool) -> Order | None:
        do = Review(appeal="a1", act="p1", granted=granted, text="You are right.")
        return order(Move(id="m1", at=at(5), by="Host", role="host", do=do), at(5))

    granted = reviewed(granted=True)
    assert granted is not None
    assert reviewed(granted=False) is None
    played = Played(post(1), told("o1", Fold(act="p1"), 1), granted)
    assert played.reason(1) == HostFloor(move="m1")
    played.hear(told("o2", Undo(move="m1"), 6))
    assert played.reason(1) == HostFold(move="o1")


def test_what_is_unknown_does_nothing() -> None:
    """Orders about posts that never came, and undoings of what was never done, change nothing."""
    nothing: Sequence[FloorDoing | Undo] = [Fold(act="x"), Hold(act="x"), Release(act="x"), Undo(move="x")]
    assert Played(*(told(f"o{number}", do) for number, do in enumerate(nothing))).lines == []
