from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.floor import Floor, Missed, Shown, Speaker
from fairfloor.floor.reasons import Room, Share

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
TTL = timedelta(minutes=8)
ARRIVALS = st.lists(st.tuples(st.floats(0, 1200).map(lambda s: round(s, 1)), st.sampled_from("aaabcd")), max_size=60)
Arrivals = list[tuple[float, str]]
NEW = "cd"
"""The accounts that are newcomers."""


def seconds(count: float) -> datetime:
    """Give the instant so many seconds into the evening."""
    return START + timedelta(seconds=count)


def play(floor: Floor, arrivals: Arrivals, ticks: tuple[float, ...] = ()) -> list[Shown | Missed]:
    """Offer each arrival in its time, run the floor at each tick, then until nothing waits."""
    outcomes: list[Shown | Missed] = []
    for at, number, account in sorted(
        [(at, n, account) for n, (at, account) in enumerate(arrivals)] + [(at, -1, "") for at in ticks]
    ):
        outcomes += floor.run(seconds(at))
        if number >= 0:
            floor.offer(number, Speaker(account, newcomer=account in NEW), seconds(at))
            outcomes += floor.run(seconds(at))
    while (due := floor.next_at) is not None:
        outcomes += floor.run(due)
    return outcomes


def fits(arrivals: Arrivals, pace: float) -> bool:
    """Tell whether nobody would wait more than half a time to live where the first to come is the first served."""
    free, interval = START, timedelta(minutes=1) / pace
    for at, _ in sorted(arrivals):
        shown = max(seconds(at), free)
        if shown > seconds(at) + TTL / 2 - interval:
            return False
        free = shown + interval
    return True


@given(ARRIVALS, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_no_congestion_no_folding(arrivals: Arrivals, pace: int) -> None:
    """While what is said fits the reading pace, first come first served, all of it gets the floor."""
    outcomes = play(Floor(pace, TTL), arrivals)
    if fits(arrivals, pace):
        assert [o for o in outcomes if isinstance(o, Missed)] == []


@given(ARRIVALS, st.sampled_from([1, 3, 12]))
def test_everything_offered_comes_out_once(arrivals: Arrivals, pace: int) -> None:
    """Each message is shown or missed, once, in order of time, within its time to live and after it was said."""
    outcomes = play(Floor(pace, TTL), arrivals)
    assert sorted(outcome.message for outcome in outcomes) == list(range(len(arrivals)))
    assert all(a.at <= b.at for a, b in pairwise(outcomes))
    assert all(seconds(arrivals[o.message][0]) <= o.at <= seconds(arrivals[o.message][0]) + TTL for o in outcomes)


@given(ARRIVALS, st.sampled_from([1, 3, 12]))
def test_the_floor_keeps_reading_pace(arrivals: Arrivals, pace: int) -> None:
    """Two messages are never shown less than an interval apart, and the floor is not idle while somebody waits."""
    floor = Floor(pace, TTL)
    shown = [outcome for outcome in play(floor, arrivals) if isinstance(outcome, Shown)]
    assert all(b.at - a.at >= floor.interval for a, b in pairwise(shown))
    for before, after in pairwise(shown):
        came = seconds(arrivals[after.message][0])
        assert after.at == max(came, before.at + floor.interval) or came < after.at


@given(ARRIVALS, st.lists(st.floats(0, 2000), max_size=40))
def test_when_the_clock_ticks_changes_nothing(arrivals: Arrivals, ticks: list[float]) -> None:
    """Running the floor more often gives the same outcomes."""
    assert play(Floor(3, TTL), arrivals, tuple(ticks)) == play(Floor(3, TTL), arrivals)


def test_one_account_cannot_crowd_out_the_others() -> None:
    """Under a flood from one account, everybody else's messages all get the floor; the account's fold as its share."""
    flood = [(float(n), "loud") for n in range(600)]
    others = [(30.0 * n + 0.5, f"quiet{n}") for n in range(20)]
    arrivals = flood + others
    outcomes = play(Floor(6, TTL), arrivals)
    shown = {o.message for o in outcomes if isinstance(o, Shown)}
    assert {n for n, (_, account) in enumerate(arrivals) if account != "loud"} <= shown
    folded = [o for o in outcomes if isinstance(o, Missed)]
    assert folded
    assert all(isinstance(o.reason, Share) and o.reason.had > 0 for o in folded)


def test_what_comes_to_an_idle_floor_is_shown_at_once() -> None:
    """An idle floor makes nobody wait."""
    (outcome,) = play(Floor(12, TTL), [(3.0, "a")])
    assert outcome == Shown(0, seconds(3.0), Room())


def test_a_message_that_others_say_too_can_have_the_floor_in_their_turn() -> None:
    """Nobody can keep a text from the floor by being the first, and a loud one, to say it."""
    floor = Floor(1, TTL)
    for n in range(30):
        floor.offer(n, Speaker("loud"), START)
    floor.offer(29, Speaker("quiet"), START)
    order = [o.message for o in play(floor, []) if isinstance(o, Shown)]
    assert order.index(29) <= 1


@given(ARRIVALS, st.sets(st.integers(0, 59)))
def test_what_is_withdrawn_is_neither_shown_nor_missed_later(arrivals: Arrivals, gone: set[int]) -> None:
    """A message taken back while it waits leaves no trace and holds nobody up."""
    floor = Floor(1, TTL)
    for n, (_, account) in enumerate(arrivals):
        floor.offer(n, Speaker(account), START)
    for n in gone:
        floor.withdraw(n)
    assert {o.message for o in play(floor, [])} == set(range(len(arrivals))) - gone


def test_an_heir_answers_for_what_it_inherits() -> None:
    """A waiting message whose author deleted it goes on in the flow of who said it next."""
    floor = Floor(1, TTL)
    floor.offer(0, Speaker("first"), START)
    floor.offer(1, Speaker("gone"), START)
    floor.inherit(1, "gone", Speaker("heir"))
    floor.inherit(7, "gone", Speaker("heir"))
    assert [o.message for o in play(floor, [])] == [0, 1]
