"""Bridging: what people who usually disagree both want comes first, few votes tell nothing, blocs move little."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.proposals.bridging import Bridge, Side, bridge, ranked
from fairfloor.chat.proposals.camps import Camps
from fairfloor.testing.crowd.dice import seeded
from fairfloor.testing.evaluate.bridging import ours, ranks
from fairfloor.testing.evaluate.bridging_peers import factored, group_aware
from fairfloor.testing.evaluate.bridging_votes import laid, read

DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path(__file__).parents[3] / "shared" / "data"))
TWO = Camps({f"a{n}": 0 for n in range(20)} | {f"b{n}": 1 for n in range(10)}, (20.0, 10.0))
ONE = Camps({}, (0.0,))


def full(_: str) -> float:
    """Give everybody a full say."""
    return 1.0


def votes(a: tuple[int, int], b: tuple[int, int]) -> dict[str, int]:
    """Let so many of each camp want a proposal, and so many rather not."""
    said: dict[str, int] = {}
    for camp, (wants, rather_not) in (("a", a), ("b", b)):
        said |= {f"{camp}{n}": 1 if n < wants else -1 for n in range(wants + rather_not)}
    return said


def test_what_both_want_comes_before_what_the_larger_camp_loves() -> None:
    """However many more want it in all."""
    loved = bridge("loved", votes((20, 0), (1, 9)), TWO, full)
    both = bridge("both", votes((10, 4), (6, 2)), TWO, full)
    assert loved.whole.wants > both.whole.wants
    assert ranked({"loved": loved, "both": both}) == ["both", "loved"]
    assert loved.verdict == "divides"


def test_a_few_eager_votes_do_not_come_before_many() -> None:
    """Two of two in each camp say less than most of most."""
    few, many = bridge("few", votes((2, 0), (2, 0)), TWO, full), bridge("many", votes((16, 2), (8, 1)), TWO, full)
    assert many.score > few.score
    assert few.verdict == "unclear"
    assert many.verdict == "wanted"


@pytest.mark.parametrize(("wants", "told"), [(3, 0), (4, 1), (8, 1)])
def test_four_of_four_are_enough_to_tell(wants: int, told: int) -> None:
    """Three of three are not: so many of one mind come about by chance."""
    assert Side(wants, 0, 0, 20).leaning == told
    assert Side(0, wants, 0, 20).leaning == -told


def test_without_camps_the_whole_chat_is_one() -> None:
    """Who voted too little to be in a camp counts then, too."""
    found = bridge("p", votes((9, 1), (0, 0)), ONE, full)
    assert len(found.sides) == 1
    assert found.verdict == "wanted"
    assert found.whole.voted == 10


def test_who_is_in_no_camp_counts_for_support_alone() -> None:
    """So accounts that come for one vote change no camp's."""
    said = votes((10, 4), (6, 2))
    crowd = said | {f"x{n}": 1 for n in range(30)}
    before, after = bridge("p", said, TWO, full), bridge("p", crowd, TWO, full)
    assert after.sides == before.sides
    assert after.whole.wants == before.whole.wants + 30


_says = st.floats(0, 40)


@given(st.lists(st.tuples(_says, _says, _says), min_size=1, max_size=4), st.data())
def test_a_vote_more_never_lowers_and_one_against_never_raises(
    sides: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    """Whichever camp it comes from; and the score stays within bounds."""
    at = data.draw(st.integers(0, len(sides) - 1))
    built = [Side(*side, size=sum(side) + 5) for side in sides]
    before = Bridge("p", built[0], tuple(built))
    wants, rather_not, passes = sides[at]
    more, less = list(built), list(built)
    more[at] = Side(wants + 1, rather_not, passes, built[at].size)
    less[at] = Side(wants, rather_not + 1, passes, built[at].size)
    assert Bridge("p", built[0], tuple(more)).score >= before.score - 1e-12
    assert Bridge("p", built[0], tuple(less)).score <= before.score + 1e-12
    assert -1 < before.score < 1


@pytest.mark.skipif(not (DATA / "polis").is_dir(), reason=f"no votes in {DATA}; FAIRFLOOR_DATA may name the folder")
@pytest.mark.slow
@pytest.mark.parametrize("share", [0.05, 0.1])
def test_a_bloc_in_a_real_conversation_moves_little_and_folded_next_to_nothing(share: float) -> None:
    """It brings nothing from the last third into the first ten; folded it moves its statement by two ranks at most."""
    table = read(DATA, "brexit-consensus")
    before = ranks(ours(table))
    dice = seeded("test", share)
    for target in dice.sample([one for one in range(50) if before[one] > 33], 3):
        for aimed in (False, True):
            loose = ranks(ours(laid(table, share, target, dice, aimed=aimed, folded=False)))
            folded = ranks(ours(laid(table, share, target, dice, aimed=aimed, folded=True)))
            assert loose[target] > 10
            assert before[target] - folded[target] <= 2
            assert ((before <= 10) & (folded <= 10)).sum() >= 9


@pytest.mark.skipif(not (DATA / "polis").is_dir(), reason=f"no votes in {DATA}; FAIRFLOOR_DATA may name the folder")
def test_what_it_is_measured_beside_works() -> None:
    """Both peers put first what nearly everybody of the conversation agreed with, and last what nobody did."""
    table = read(DATA, "brexit-consensus")
    agreed = ((table.votes == 1).sum(0) + 1) / ((table.votes == table.votes).sum(0) + 2)
    for way in (group_aware, factored):
        found = ranks(way(table))
        assert agreed[found <= 10].min() > agreed[found > 40].max()
