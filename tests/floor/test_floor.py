from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fairfloor.floor.floor import SAVED, Floor, Missed, Shown, Speaker
from fairfloor.floor.queue import AHEAD, FairQueue
from fairfloor.floor.reasons import Expired, Room, Share

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
TTL = timedelta(minutes=8)
ARRIVAL = st.tuples(st.floats(0, 1200).map(lambda s: round(s, 1)), st.sampled_from("aaabcd"))
ARRIVALS = st.lists(ARRIVAL, max_size=60) | st.lists(ARRIVAL, min_size=25, max_size=60)
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


Speeches = list[tuple[float, Speaker, int]]
"""When, who with what say, class and doubt, and the rank of what is said."""
SPEAKERS = st.builds(
    Speaker,
    st.integers(0, 30).map(lambda number: f"a{number}"),
    st.sampled_from([1.0, 1.0, 0.3, 1e-6]),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.4, 0.99]),
)
SPEECH = st.tuples(st.integers(0, 40).map(lambda n: 15.0 * n), SPEAKERS, st.integers(0, 3))
SPEECHES = st.lists(SPEECH, max_size=60) | st.lists(SPEECH, min_size=30, max_size=90)


def speak(floor: Floor, speeches: Speeches, ticks: tuple[float, ...] = ()) -> list[Shown | Missed]:
    """Let everybody say what they say in its time, run the floor at each tick, then until nothing waits."""
    outcomes: list[Shown | Missed] = []
    order = sorted([(at, number) for number, (at, _, _) in enumerate(speeches)] + [(at, -1) for at in ticks])
    for at, number in order:
        outcomes += floor.run(seconds(at))
        if number >= 0:
            floor.offer(number, speeches[number][1], seconds(at), speeches[number][2])
            outcomes += floor.run(seconds(at))
    while (due := floor.next_at) is not None:
        outcomes += floor.run(due)
    return outcomes


def flood(account: str, count: int, *, say: float = 1.0, newcomer: bool = False, every: float = 2.0) -> Speeches:
    """Make one account speak so often, from the beginning on."""
    return [(every * number, Speaker(account, say, newcomer), 0) for number in range(count)]


def shown_by(
    speeches: Speeches, outcomes: list[Shown | Missed], since: float = 0.0, until: float = 86400.0
) -> list[str]:
    """Give the accounts that had the floor, in order, from some time on."""
    shown = [o for o in outcomes if isinstance(o, Shown) and seconds(since) <= o.at < seconds(until)]
    return [speeches[o.message][1].account for o in shown]


@given(SPEECHES, st.sampled_from([1, 3, 12]), st.lists(st.floats(0, 2000), max_size=20))
def test_everything_said_comes_out_once_whoever_says_it(speeches: Speeches, pace: int, ticks: list[float]) -> None:
    """With any says, classes, doubts and ranks, all comes out once, in time, at reading pace, whatever ticks."""
    floor = Floor(pace, TTL)
    outcomes = speak(floor, speeches, tuple(ticks))
    assert sorted(outcome.message for outcome in outcomes) == list(range(len(speeches)))
    assert all(a.at <= b.at for a, b in pairwise(outcomes))
    assert all(seconds(speeches[o.message][0]) <= o.at <= seconds(speeches[o.message][0]) + TTL for o in outcomes)
    shown = [outcome for outcome in outcomes if isinstance(outcome, Shown)]
    assert all(b.at - a.at >= floor.interval for a, b in pairwise(shown))
    assert outcomes == speak(Floor(pace, TTL), speeches)


@given(SPEECHES, st.sampled_from([3, 6, 12]))
def test_what_can_be_read_within_half_a_time_to_live_is_all_shown(speeches: Speeches, pace: int) -> None:
    """However little say and however much doubt, an evening no longer than half a time to live is shown whole."""
    few = speeches[: int(TTL / 2 * pace / timedelta(minutes=1))]
    assert not [outcome for outcome in speak(Floor(pace, TTL), few) if isinstance(outcome, Missed)]


BURST: Speeches = [(0.0, Speaker(f"other {n}"), 0) for n in range(8)]
BURST += [(0.0, Speaker("loud"), 0)] * 36
BURST += [(221.0 + 5 * n, Speaker(f"later {n}"), 0) for n in range(200)]


@given(SPEECHES, st.sampled_from([1, 3, 12]))
@example(BURST, 12)
def test_no_congestion_no_folding_whoever_speaks(speeches: Speeches, pace: int) -> None:
    """While all that is said fits the pace, all of it is shown, whatever the says, classes and doubts."""
    outcomes = speak(Floor(pace, TTL), speeches)
    if fits([(at, speaker.account) for at, speaker, _ in speeches], pace):
        assert [outcome for outcome in outcomes if isinstance(outcome, Missed)] == []


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_newcomers_have_their_share_of_what_is_on_the_floor(share: float) -> None:
    """Under congestion, while newcomers wait, they are shown at the ratio of the shares, whatever the room says."""
    room = [speech for n in range(20) for speech in flood(f"regular {n}", 40, every=30)]
    new = [speech for n in range(60) for speech in flood(f"new {n}", 14, newcomer=True, every=90)]
    speeches = room + new
    outcomes = speak(Floor(12, TTL, share), speeches)
    order = [account.startswith("new") for account in shown_by(speeches, outcomes, since=60)]
    order = order[: 19 * 12]  # as long as all go on speaking
    for upto in range(len(order) + 1):
        newcomers = sum(order[:upto])
        assert newcomers >= share * upto - 2
        assert newcomers <= share * upto + SAVED + 0.01 * upto + 2


@pytest.mark.parametrize(("room", "least", "most"), [(0, 0.95, 1.0), (1, 0.10, 0.15), (10, 0.01, 0.03)])
def test_of_what_the_room_leaves_newcomers_have_the_more_the_fewer_it_is(room: int, least: float, most: float) -> None:
    """Without a room newcomers have the whole floor; where ten people spoke within the hour they have little of it."""
    floor, shown = Floor(12, TTL, 0.25), 0
    for minute in range(60):
        outcomes = list(floor.run(seconds(60 * minute)))
        shown += sum(isinstance(outcome, Shown) for outcome in outcomes) if minute > 20 else 0
        for number in range(room if minute == 15 else 0):
            floor.offer(-number - 1, Speaker(f"regular {number}"), seconds(60 * minute))
        for number in range(100):
            floor.offer(1000 * minute + number, Speaker(f"new {number}", newcomer=True), seconds(60 * minute))
    assert least <= shown / (39 * 12) <= most


def test_who_was_answered_once_is_no_room_to_make_way_for() -> None:
    """A crowd of whom some were answered cannot take the turns that a night without a room leaves to newcomers."""
    floor, shown = Floor(12, TTL, 0.25), 0
    for minute in range(60):
        outcomes = list(floor.run(seconds(60 * minute)))
        shown += sum(isinstance(outcome, Shown) and outcome.message >= 0 for outcome in outcomes) if minute > 20 else 0
        for number in range(10 if minute % 20 == 0 else 0):
            floor.offer(-10 * minute - number - 1, Speaker(f"answered {number}", settled=False), seconds(60 * minute))
        for number in range(100):
            floor.offer(1000 * minute + number, Speaker(f"new {number}", newcomer=True), seconds(60 * minute))
    assert shown > 0.8 * 39 * 12


def test_newcomers_earn_by_what_the_host_says() -> None:
    """Where the room is there and silent, newcomers have the floor by the host's posts and a small part besides."""
    floor, shown = Floor(12, TTL, 0.25), 0
    for number in range(40):
        floor.offer(-number - 1, Speaker(f"regular {number}"), seconds(0))
    for minute in range(20):
        outcomes = list(floor.run(seconds(60 * minute)))
        new = [outcome for outcome in outcomes if isinstance(outcome, Shown) and outcome.message >= 0]
        shown += len(new) if minute > 7 else 0
        for _ in range(3):
            floor.host()
        for number in range(100):
            floor.offer(1000 * minute + number, Speaker(f"new {number}", newcomer=True), seconds(60 * minute))
    assert 12 <= shown <= 12 * 1.12 + SAVED + 2


def test_what_waits_goes_by_what_its_account_has_become() -> None:
    """An account whose say shrinks while its message waits comes after everybody whose say has not."""
    floor = Floor(12, TTL, 0.25)
    for number in range(200):
        floor.offer(number, Speaker(f"a{number}"), seconds(0))
    for number in range(1, 60):
        floor.weigh(Speaker(f"a{number}", 1e-6))
    shown = [outcome.message for outcome in floor.run(seconds(500)) if isinstance(outcome, Shown)]
    assert len(shown) > 60
    assert set(shown).isdisjoint(range(1, 60))


def test_a_voice_alone_in_its_class_does_not_fill_what_others_leave() -> None:
    """Among ten who speak, the one who floods has a tenth of the turns and what it may be ahead, no more."""
    quiet = [speech for n in range(9) for speech in flood(f"quiet {n}", 3, every=400)]
    speeches = quiet + flood("loud", 1200, every=1)
    outcomes = speak(Floor(12, TTL), speeches)
    turns = 12 * (1200 - 60) / 60
    assert turns / 12 <= shown_by(speeches, outcomes, 60, 1200).count("loud") <= turns / 9 + AHEAD
    assert {f"quiet {n}" for n in range(9)} <= set(shown_by(speeches, outcomes))
    assert all(account == "loud" for account in _missed_by(speeches, outcomes))


def _missed_by(speeches: Speeches, outcomes: list[Shown | Missed]) -> list[str]:
    return [speeches[o.message][1].account for o in outcomes if isinstance(o, Missed)]


@pytest.mark.parametrize("crowd", [10, 100])
def test_a_crowd_in_step_has_next_to_nothing_however_large(crowd: int) -> None:
    """Under congestion accounts of next to no say are shown no more than the few turns of the calm before."""
    regulars = [speech for n in range(10) for speech in flood(f"regular {n}", 20, every=60)]
    rest = [s for n in range(crowd) for s in flood(f"crowd {n}", 1200 // crowd, say=1e-6, every=crowd)]
    speeches = regulars + rest
    outcomes = speak(Floor(12, TTL), speeches)
    assert sum(account.startswith("crowd") for account in shown_by(speeches, outcomes)) <= 8
    assert not [account for account in _missed_by(speeches, outcomes) if account.startswith("regular")]


def test_who_comes_to_be_of_the_room_waits_with_the_room() -> None:
    """What a newcomer has waiting goes as the room's from the moment on that somebody with standing converses."""
    for promoted in (True, False):
        floor = Floor(12, TTL)
        speeches = [s for n in range(200) for s in flood(f"new {n}", 4, newcomer=True, every=60)]
        for number, (at, speaker, rank) in sorted(enumerate(speeches), key=lambda speech: speech[1][0]):
            if at < 60:
                floor.offer(number, speaker, seconds(at), rank)
        list(floor.run(seconds(60)))
        floor.offer(9000, Speaker("me", newcomer=True), seconds(60))
        if promoted:
            floor.promote(Speaker("me"))
        outcomes = list(floor.run(seconds(70)))
        assert (9000 in [outcome.message for outcome in outcomes]) == promoted


def test_without_a_class_of_newcomers_all_are_the_room() -> None:
    """Where nobody is known to have standing, nobody is kept to a newcomer's share."""
    speeches = [speech for n in range(60) for speech in flood(f"new {n}", 20, newcomer=True, every=60)]
    outcomes = speak(Floor(12, TTL, None), speeches)
    assert len(shown_by(speeches, outcomes, since=60)) > 10 * 19


def test_under_congestion_the_rank_decides_what_of_ones_own_goes_first() -> None:
    """Of what an account has waiting, what ranks first goes first where not all of it can go."""
    crowd = [speech for n in range(15) for speech in flood(f"a{n}", 60, every=10)]
    mine: Speeches = [(60.0 + number, Speaker("me"), rank) for number, rank in enumerate([3, 2, 0, 1, 3, 3])]
    outcomes = speak(Floor(6, TTL), mine + crowd)
    ranks = [mine[o.message][2] for o in outcomes if o.message < len(mine) and isinstance(o, Shown)]
    assert ranks[:2] == [0, 1]


def test_who_was_never_shown_is_told_that_time_ran_out() -> None:
    """A fold says whether the account had its share meanwhile, or whether nothing of it found room."""
    speeches = flood("loud", 600, every=1) + [(0.0, Speaker("echo", 1e-6), 0)] * 5
    outcomes = speak(Floor(6, TTL), speeches)
    missed = {speeches[o.message][1].account: o.reason for o in outcomes if isinstance(o, Missed)}
    assert isinstance(missed["loud"], Share)
    assert isinstance(missed["echo"], Expired | Share)


def test_memory_is_bounded_in_the_calm() -> None:
    """A month of calm leaves no more behind than its last minutes."""
    floor = Floor(12, TTL)
    for number in range(5_000):
        list(floor.run(seconds(10.0 * number)))
        floor.offer(number, Speaker(f"a{number}"), seconds(10.0 * number))
    assert floor._room.speakers.count(seconds(50_000.0)) < 100  # noqa: SLF001 - memory is the matter here


def test_who_has_one_thing_to_say_is_heard_beside_many_who_ask_all_the_time() -> None:
    """Where not even each newcomer can have a turn, those who ask once get it before those who ask every minute."""
    room = [speech for n in range(10) for speech in flood(f"regular {n}", 20, every=60)]
    loud = [speech for n in range(100) for speech in flood(f"loud {n}", 20, newcomer=True, every=60)]
    once = [(float(at), Speaker(f"once {at}", newcomer=True), 0) for at in range(600, 1100, 50)]
    speeches = [*room, *loud, *once]
    shown = set(shown_by(speeches, speak(Floor(12, TTL, 0.25), speeches)))
    assert {speaker.account for _, speaker, _ in once} <= shown
    assert not {f"loud {n}" for n in range(100)} <= shown


def test_what_was_asked_in_the_calm_is_held_against_nobody() -> None:
    """Who talked much while all could be read is level, in the crowd, with who did not."""
    early = flood("talked early", 30, newcomer=True, every=20)
    crowd = [(700.0, Speaker(f"regular {n}"), 0) for n in range(60)]
    late = [(800.0, Speaker("talked early", newcomer=True), 0), (801.0, Speaker("new", newcomer=True), 0)]
    speeches = [*early, *crowd, *late]
    shown = shown_by(speeches, speak(Floor(12, TTL, 0.25), speeches), since=800)
    assert shown.index("talked early") < shown.index("new")


@pytest.mark.parametrize(("doubt", "asks", "least", "most"), [(0.99, 1, 60, 60), (0.0, 1, 10, 35), (0.99, 2, 10, 40)])
def test_who_nothing_speaks_against_has_turns_that_are_left_where_much_speaks_against_the_rest(
    doubt: float, asks: int, least: int, most: int
) -> None:
    """Late, and where they ask for one thing alone; a crowd against which nothing speaks changes nothing for them."""
    floor, shown = Floor(12, TTL, 0.25), set[str]()
    for minute in range(60):
        said = [(f"regular {minute % 10}", 0.0, False), (f"honest {minute}", 0.0, True)]
        said += [(f"honest {minute - 4}", 0.0, True)] if asks == 2 and minute >= 4 else []
        said += [(f"crowd {number}", doubt, True) for number in range(60)]
        for number, (account, against, newcomer) in enumerate(said):
            floor.offer(
                1000 * minute + number, Speaker(account, newcomer=newcomer, doubt=against), seconds(60 * minute)
            )
        shown |= {said_by(outcome, asks) for outcome in floor.run(seconds(60 * minute + 59))}
    while (due := floor.next_at) is not None:
        shown |= {said_by(outcome, asks) for outcome in floor.run(due)}
    assert least <= len(shown - {""}) <= most


def said_by(outcome: Shown | Missed, asks: int) -> str:
    """Name the honest newcomer who was shown; nobody where it was another."""
    minute, number = divmod(outcome.message, 1000)
    if not isinstance(outcome, Shown) or number not in ({1, 2} if asks == 2 and minute >= 4 else {1}):
        return ""
    return f"honest {minute if number == 1 else minute - 4}"


@given(SPEECHES)
def test_the_doubt_of_those_who_wait_is_their_mean(speeches: Speeches) -> None:
    """However they join, are weighed anew and leave, it is what one would count."""
    queue: FairQueue[str, int] = FairQueue()
    for number, (_, speaker, rank) in enumerate(speeches):
        queue.join(speaker.account, number, speaker.say, speaker.doubt, rank)
        if rank == 2:
            queue.leave(number // 2)
        elif rank == 3:
            queue.weigh(speaker.account, speaker.say, 0.5)
        doubts = [state.doubt for state in queue._flows.values() if state.items]  # noqa: SLF001 - what it sums up
        assert queue.doubt == pytest.approx(sum(doubts) / len(doubts) if doubts else 0.0)
