from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fairfloor.voices.resemblance import CROWDED, Resemblance, Resembling

KINDS = {"plain": Resemblance}
if find_spec("fairfloor.voices._resemblance") is not None:
    from fairfloor.voices import _resemblance

    KINDS["compiled"] = _resemblance.Resemblance
both = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
needs_compiled = pytest.mark.skipif(len(KINDS) == 1, reason="voices/native was not compiled: no C compiler at install")

SETS = st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True).map(tuple)
THRESHOLDS = st.sampled_from([0.3, 0.45, 0.5, 0.6, 0.75, 1.0])


def by_hand(threshold: float, kept: list[tuple[int, ...]], mine: tuple[int, ...]) -> Resembling | None:
    """Compare with everything, the plain way."""
    best: Resembling | None = None
    for number, theirs in enumerate(kept):
        likeness = len({*mine} & {*theirs}) / len({*mine} | {*theirs})
        if likeness >= threshold and (best is None or likeness > best.likeness):
            best = Resembling(number, likeness)
    return best


@both
@given(THRESHOLDS, st.lists(SETS, max_size=CROWDED), SETS)
def test_it_finds_what_comparing_with_everything_finds(
    kind: type[Resemblance], threshold: float, kept: list[tuple[int, ...]], mine: tuple[int]
) -> None:
    """No resemblance is missed and none is made up."""
    index = kind(threshold)
    for number, shingles in enumerate(kept):
        index.keep(number, shingles)
    assert index.nearest(mine) == by_hand(threshold, kept, mine)


LONG = st.lists(st.integers(0, 12).map(lambda n: 192 * n) | st.integers(0, 400), min_size=1, max_size=300, unique=True)


@both
@given(st.lists(LONG.map(tuple), max_size=6), LONG.map(tuple), st.integers(0, 300))
def test_sketches_pass_over_nothing_that_is_like_enough(
    kind: type[Resemblance], kept: list[tuple[int, ...]], mine: tuple[int, ...], part: int
) -> None:
    """However many shingles fall on one bit, and however long a text is, no resemblance is missed."""
    kept = [*kept, mine[:part] or mine, mine[part:] or mine]
    index = kind(0.4)
    for number, shingles in enumerate(kept):
        index.keep(number, shingles)
    assert index.nearest(mine) == by_hand(0.4, kept, mine)


@both
@given(st.lists(SETS, max_size=20), st.sets(st.integers(0, 19)), SETS)
def test_what_is_forgotten_is_not_found(
    kind: type[Resemblance], kept: list[tuple[int, ...]], gone: set[int], mine: tuple[int, ...]
) -> None:
    """After some texts are forgotten the index is as if they had never been kept."""
    index, fresh = kind(0.5), kind(0.5)
    for number, shingles in enumerate(kept):
        index.keep(number, shingles)
        if number not in gone:
            fresh.keep(number, shingles)
    for number in gone:
        index.forget(number)
    for index_ in (index, fresh):
        index_.keep(20, mine[::2])
    assert len(index) == len(fresh)
    assert index.nearest(mine) == fresh.nearest(mine)


@both
def test_a_crowded_shingle_still_finds_the_first_and_the_latest(kind: type[Resemblance]) -> None:
    """A run of words that very many texts have costs a bounded look, and finds the first and the last of them."""
    index = kind(0.5)
    for number in range(10 * CROWDED):
        index.keep(number, (1, 2, 3, 100 + number))
    assert index.nearest((1, 2, 3, 99)) == Resembling(0, 0.6)
    assert index.nearest((1, 2, 3, 100 + 10 * CROWDED - 1)) == Resembling(10 * CROWDED - 1, 1.0)
    index.forget(0)
    assert index.firsts([1]) == [9 * CROWDED + 1]


@both
def test_what_a_crowded_shingle_no_longer_finds_can_be_forgotten_last(kind: type[Resemblance]) -> None:
    """A text may outlive all that crowded it out, and is then forgotten like any other."""
    index = kind(0.5)
    for number in range(CROWDED + 2):
        index.keep(number, (1, 1000 + number))
    for number in (0, *range(2, CROWDED + 2), 1):
        index.forget(number)
    assert not len(index)
    assert index.firsts((1, 1001)) == [None, None]


@both
def test_short_texts_are_kept_but_resemble_nothing(kind: type[Resemblance]) -> None:
    """A text under the least length tells who said its words first, and is no candidate."""
    index = kind(0.5, least=4)
    index.keep(0, (1, 2, 3))
    assert index.nearest((1, 2, 3, 4)) is None
    assert index.firsts([2]) == [0]


SHINGLES = st.integers(0, 30) | st.sampled_from([0, 2**64 - 1, 2**63]) | st.integers(0, 2**64 - 1)
SOME = st.lists(SHINGLES, max_size=40, unique=True).map(tuple)


class Twins(RuleBasedStateMachine):
    """The plain index and the compiled one, to which the same is done."""

    def __init__(self) -> None:
        """Make both."""
        super().__init__()
        self.twins = Resemblance(0.45, 4), KINDS["compiled"](0.45, 4)
        self.next = 0

    @rule(shingles=SOME, gap=st.integers(0, 3))
    def keep(self, shingles: tuple[int, ...], gap: int) -> None:
        """Keep a text; numbers may be left out."""
        self.next += gap
        for index in self.twins:
            index.keep(self.next, shingles)
        self.next += 1

    @rule(shingles=SOME, times=st.integers(1, 2 * CROWDED))
    def crowd(self, shingles: tuple[int, ...], times: int) -> None:
        """Keep many texts that share their shingles but one."""
        for _ in range(times):
            self.keep((*shingles, 1000 + self.next), 0)

    @rule(number=st.integers(0, 600))
    def forget(self, number: int) -> None:
        """Forget a text, where it is kept."""
        for index in self.twins:
            index.forget(number)

    @rule(start=st.integers(0, 600), count=st.integers(0, 200))
    def forget_many(self, start: int, count: int) -> None:
        """Forget texts one after another."""
        for number in range(start, start + count):
            self.forget(number)

    @rule(shingles=SOME)
    def look(self, shingles: tuple[int, ...]) -> None:
        """Ask both everything of a text."""
        plain, compiled = self.twins
        assert plain.nearest(shingles) == compiled.nearest(shingles)
        assert plain.firsts(shingles) == compiled.firsts(shingles)
        assert plain.unknown(shingles) == compiled.unknown(shingles)

    @invariant()
    def as_many(self) -> None:
        """Both keep as many texts."""
        assert len(self.twins[0]) == len(self.twins[1])


@needs_compiled
def test_the_compiled_index_answers_as_the_plain_one_does() -> None:
    """Whatever is kept, forgotten and asked, in whatever order, both say the same."""
    run_state_machine_as_test(Twins, settings=settings(stateful_step_count=30))


@needs_compiled
def test_the_compiled_index_refuses_what_it_cannot_keep() -> None:
    """What is no text, or out of order, is refused with a clear error, and nothing is kept of it."""
    index = KINDS["compiled"](0.5)
    index.keep(5, (1, 2, 3))
    for number in (5, 4, 2**32):
        with pytest.raises(OverflowError, match="greater than all before"):
            index.keep(number, (1, 2, 3))
    for shingles in ((-1,), (2**64,)):
        with pytest.raises(OverflowError):
            index.keep(6, shingles)
    with pytest.raises(TypeError):
        index.keep(6, ("word",))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        index.nearest([1])  # type: ignore[arg-type]
    for threshold in (0.0, -1.0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="threshold"):
            KINDS["compiled"](threshold)
    assert len(index) == 1
    assert index.unknown((1, 2, 3, 4)) == [4]
