from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fairfloor.floor.queue import FairQueue

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
