import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fairfloor.floor.queue import AHEAD, DOUBT, FairQueue

FLOWS = st.sampled_from("abcde")


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6))
def test_equal_flows_that_wait_take_turns(backlogs: list[int]) -> None:
    """However much each has waiting, while two wait their turns differ by at most one."""
    queue: FairQueue[int, tuple[int, int]] = FairQueue()
    for flow, backlog in enumerate(backlogs):
        for n in range(backlog):
            queue.join(flow, (flow, n))
    turns, left = [0] * len(backlogs), list(backlogs)
    while (turn := queue.next()) is not None:
        queue.serve(*turn)
        turns[turn[0]] += 1
        left[turn[0]] -= 1
        waiting = [turns[flow] for flow, n in enumerate(left) if n > 0]
        assert not waiting or max(waiting) - min(waiting) <= 1
    assert turns == backlogs


@given(st.integers(1, 5), st.integers(1, 5))
def test_turns_are_in_proportion_to_says(mine: int, theirs: int) -> None:
    """Of many turns, each flow that waits all along has its say's part, to within one turn a say."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    for n in range(200):
        queue.join("mine", ("mine", n), mine)
        queue.join("theirs", ("theirs", n), theirs)
    turns = []
    for _ in range(20 * (mine + theirs) // max(mine, theirs)):
        turn = queue.next()
        assert turn is not None
        queue.serve(*turn)
        turns.append(turn[0])
    assert abs(turns.count("mine") - len(turns) * mine / (mine + theirs)) <= 2


def test_who_comes_late_starts_level() -> None:
    """A flow that was silent is not owed the turns that it did not take, nor made to pay for others'."""
    queue: FairQueue[str, int] = FairQueue()
    for n in range(100):
        queue.join("early", n)
    for _ in range(50):
        queue.serve(*(queue.next() or ("", 0)))
    for n in range(100, 110):
        queue.join("late", n)
    order = []
    for _ in range(10):
        turn = queue.next()
        assert turn is not None
        queue.serve(*turn)
        order.append(turn[0])
    assert order.count("late") == 5


def test_debts_are_forgotten_when_nothing_waits() -> None:
    """Turns taken on an idle floor were taken from nobody."""
    queue: FairQueue[str, int] = FairQueue()
    for n in range(50):
        queue.join("a", n)
        queue.serve("a", n)
    queue.join("a", 100)
    queue.join("b", 101)
    assert queue.next() == ("a", 100)


def test_an_item_in_several_flows_goes_with_the_first_turn_and_only_that_flow_pays() -> None:
    """A message that two accounts said is shown once, at the cost of one of them."""
    queue: FairQueue[str, str] = FairQueue()
    queue.join("a", "said by both")
    queue.join("b", "said by both")
    queue.join("b", "more of b")
    queue.join("a", "more of a")
    queue.serve("a", "said by both")
    assert queue.next() == ("b", "more of b")


class Machine(RuleBasedStateMachine):
    """Joins, turns and departures in any order, against a plain list of what should be waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: FairQueue[str, int] = FairQueue()
        self.waiting: dict[int, set[str]] = {}
        self.count = 0

    @rule(flow=FLOWS)
    def join(self, flow: str) -> None:
        """A new item joins a flow."""
        self.count += 1
        self.queue.join(flow, self.count)
        self.waiting[self.count] = {flow}

    @precondition(lambda self: self.waiting)
    @rule(flow=FLOWS, data=st.data())
    def join_also(self, flow: str, data: st.DataObject) -> None:
        """An item that waits joins another flow as well."""
        item = data.draw(st.sampled_from(sorted(self.waiting)))
        self.queue.join(flow, item)
        self.waiting[item].add(flow)

    @precondition(lambda self: self.waiting)
    @rule()
    def serve(self) -> None:
        """The first in turn goes."""
        turn = self.queue.next()
        assert turn is not None
        assert turn[0] in self.waiting.pop(turn[1])
        self.queue.serve(*turn)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """An item leaves without a turn."""
        item = data.draw(st.sampled_from(sorted(self.waiting)))
        del self.waiting[item]
        self.queue.leave(item)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def quit(self, data: st.DataObject) -> None:
        """An item leaves one of its flows."""
        item = data.draw(st.sampled_from(sorted(self.waiting)))
        flow = data.draw(st.sampled_from(sorted(self.waiting[item])))
        self.queue.quit(flow, item)
        self.waiting[item].discard(flow)
        if not self.waiting[item]:
            del self.waiting[item]

    @invariant()
    def counts_agree(self) -> None:
        """The queue knows how many items and flows wait, and has a turn where something does."""
        assert len(self.queue) == len(self.waiting)
        assert self.queue.flows == len(set().union(*self.waiting.values()))
        assert (self.queue.next() is None) == (not self.waiting)
        assert all(set(self.queue.waits_in(item)) == flows for item, flows in self.waiting.items())


TestMachine = Machine.TestCase


def test_state_stays_bounded_by_what_waits() -> None:
    """Flows that came and went leave nothing behind, however many they were."""
    queue: FairQueue[int, int] = FairQueue()
    queue.join(-1, -1)
    for n in range(50_000):
        queue.join(n, n)
        queue.leave(n)
    assert queue.flows == 1
    assert len(queue._flows) + len(queue._heap) < 3_000  # noqa: SLF001 - memory is the matter here


def crowded_turns(queue: FairQueue[str, tuple[str, int]], rounds: int, virtual: float) -> list[str]:
    """Give the flows that went, where the virtual time moves on so much before each of so many turns."""
    turns = []
    for _ in range(rounds):
        queue.pass_time(virtual)
        turn = queue.next(ahead=AHEAD)
        if turn is not None:
            queue.serve(*turn, calm=False)
            turns.append(turn[0])
    return turns


@given(
    st.lists(st.tuples(FLOWS, st.sampled_from([1.0, 0.5, 0.1])), min_size=10, max_size=40),
    st.floats(0.01, 1.0),
    st.integers(1, 200),
)
def test_nobody_runs_ahead_of_the_virtual_time(joins: list[tuple[str, float]], virtual: float, rounds: int) -> None:
    """Under congestion a flow has at most its say's part of the virtual time that passed, and `AHEAD` turns more."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    says = dict(joins)
    for number, (flow, _) in enumerate(joins):
        queue.join(flow, (flow, number), says[flow])
    turns = crowded_turns(queue, rounds, virtual)
    for flow, say in says.items():
        assert turns.count(flow) <= say * (rounds * virtual + AHEAD) + 1e-6


def test_turns_that_nobody_may_take_pass_unused() -> None:
    """What a crowd of nine leaves of the room is not for the tenth to fill, who gets a tenth and what is ahead."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    for number in range(200):
        queue.join("loud", ("loud", number))
    turns = crowded_turns(queue, 100, 1 / 10)
    assert 10 < len(turns) <= 10 + AHEAD
    assert queue.next(ahead=AHEAD) is None
    assert queue.next() is not None


def turns_of(queue: FairQueue[str, tuple[str, int]], rounds: int) -> list[str]:
    """Give the flows that go in so many turns, in the calm."""
    turns = []
    for _ in range(rounds):
        turn = queue.next()
        assert turn is not None
        queue.serve(*turn)
        turns.append(turn[0])
    return turns


def test_of_flows_that_are_level_those_in_doubt_go_later() -> None:
    """Of two flows alike but for doubt the other has its first turns first."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    for number in range(20):
        queue.join("doubted", ("doubted", number), doubt=0.9)
        queue.join("other", ("other", number))
    turns = turns_of(queue, 40)
    assert turns[:10] == ["other"] * 10
    assert "doubted" in turns[:13]


def test_of_flows_that_are_level_who_has_asked_for_less_goes_first() -> None:
    """Who comes last with one thing to say comes before those who asked for more, the less they asked the sooner."""
    queue: FairQueue[str, int] = FairQueue()
    for asked in range(9, 0, -1):
        queue.join(f"asked {asked}", asked, asked=asked)
    assert turns_in(queue) == [f"asked {asked}" for asked in range(1, 10)]


def test_who_asks_again_while_something_waits_goes_by_what_it_has_asked_since() -> None:
    """Asking for more puts off what was asked for already."""
    queue: FairQueue[str, int] = FairQueue()
    queue.join("asks again", 1)
    queue.join("asks twice", 2, asked=2)
    queue.join("asks again", 3, asked=3)
    assert turns_in(queue)[0] == "asks twice"


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6), st.data())
def test_who_asks_for_more_gets_no_fewer_turns(backlogs: list[int], data: st.DataObject) -> None:
    """Whatever they have asked for, while two flows wait their turns differ by at most one: it costs no turn."""
    queue: FairQueue[int, tuple[int, int]] = FairQueue()
    for flow, backlog in enumerate(backlogs):
        asked = data.draw(st.integers(1, 1000))
        for n in range(backlog):
            queue.join(flow, (flow, n), asked=asked)
    turns, left = [0] * len(backlogs), list(backlogs)
    while (turn := queue.next()) is not None:
        queue.serve(*turn)
        turns[turn[0]] += 1
        left[turn[0]] -= 1
        waiting = [turns[flow] for flow, n in enumerate(left) if n > 0]
        assert not waiting or max(waiting) - min(waiting) <= 1


def turns_in(queue: FairQueue[str, int]) -> list[str]:
    """Give the flows in the order in which they go, until nothing waits."""
    flows = []
    while (turn := queue.next()) is not None:
        queue.serve(*turn)
        flows.append(turn[0])
    return flows


def test_who_is_in_doubt_pays_no_more() -> None:
    """Over many turns two flows alike but for doubt get as many."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    for number in range(200):
        queue.join("doubted", ("doubted", number), doubt=0.9)
        queue.join("other", ("other", number))
    turns = turns_of(queue, 200)
    assert abs(turns.count("doubted") - turns.count("other")) <= DOUBT + 1


@pytest.mark.parametrize("say", [0.1, 0.01])
def test_turns_are_in_proportion_to_says_below_one(say: float) -> None:
    """Who has a tenth of a say has one turn for ten of another's, and not one for twenty."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    for number in range(2000):
        queue.join("full", ("full", number))
        queue.join("part", ("part", number), say)
    turns = turns_of(queue, 2000)
    assert turns.count("part") == pytest.approx(say * turns.count("full"), abs=1)


def test_who_waited_goes_by_the_say_and_doubt_it_joined_with_last() -> None:
    """A say that falls while something waits makes the flow's next turn later, one that rises sooner."""
    queue: FairQueue[str, int] = FairQueue()
    queue.join("falls", 1)
    queue.join("stays", 2)
    assert queue.next() == ("falls", 1)
    queue.join("falls", 3, 0.01)
    assert queue.next() == ("stays", 2)
    queue.join("falls", 4, 1.0, 0.0)
    queue.join("stays", 5, 1.0, 0.5)
    assert queue.next() == ("falls", 1)


@given(st.permutations(range(6)))
def test_within_a_flow_the_rank_decides_under_congestion_and_order_in_the_calm(ranks: list[int]) -> None:
    """What has the lower rank goes first where it is crowded, what came first where it is calm."""
    calm: FairQueue[str, tuple[int, int]] = FairQueue()
    crowded: FairQueue[str, tuple[int, int]] = FairQueue()
    for number, rank in enumerate(ranks):
        calm.join("a", (number, rank), rank=rank)
        crowded.join("a", (number, rank), rank=rank)
    assert calm.waiting("a") == {(number, rank): rank for number, rank in enumerate(ranks)}
    order = []
    for expected in range(6):
        first = calm.next()
        assert first is not None
        assert first[1][0] == expected
        calm.serve(*first)
        crowded.pass_time(1.0)
        turn = crowded.next(ahead=AHEAD)
        assert turn is not None
        crowded.serve(*turn, calm=False)
        order.append(turn[1][1])
    assert order == sorted(ranks)
    assert calm.waiting("a") == {}


@pytest.mark.parametrize("say", [0.5, 0.01, 1e-6])
def test_a_crowd_with_one_say_among_it_takes_one_voices_part(say: float) -> None:
    """So many flows that their says come to 1 take about as many turns as one flow with a say of 1."""
    queue: FairQueue[str, tuple[str, int]] = FairQueue()
    crowd = round(min(1 / say, 300))
    for number in range(50):
        for one in range(crowd):
            queue.join(f"c{one}", (f"c{one}", number), say)
        queue.join("alone", ("alone", number))
    turns = turns_of(queue, 41)
    assert turns.count("alone") >= 20
