import gc
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

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
        if likeness >= threshold and (best is None or likeness > best[1]):
            best = (number, likeness)
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
    assert index.nearest((1, 2, 3, 99)) == (0, 0.6)
    assert index.nearest((1, 2, 3, 100 + 10 * CROWDED - 1)) == (10 * CROWDED - 1, 1.0)
    index.forget(0)
    assert index.sources((1,), {}) == {9 * CROWDED + 1: 1}


@both
def test_what_a_crowded_shingle_no_longer_finds_can_be_forgotten_last(kind: type[Resemblance]) -> None:
    """A text may outlive all that crowded it out, and is then forgotten like any other."""
    index = kind(0.5)
    for number in range(CROWDED + 2):
        index.keep(number, (1, 1000 + number))
    for number in (0, *range(2, CROWDED + 2), 1):
        index.forget(number)
    assert not len(index)
    assert index.sources((1, 1001), {}) == {}


@both
def test_short_texts_are_kept_but_resemble_nothing(kind: type[Resemblance]) -> None:
    """A text under the least length tells who said its words first, and is no candidate."""
    index = kind(0.5, least=4)
    index.keep(0, (1, 2, 3))
    assert index.nearest((1, 2, 3, 4)) is None
    assert index.sources((2,), {}) == {0: 1}


SHINGLES = st.integers(0, 30) | st.sampled_from([0, 2**64 - 1, 2**63]) | st.integers(0, 2**64 - 1)
OTHERS = {shingle: ("one", "another")[shingle % 2] for shingle in range(0, 30, 3)}
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
        assert [*plain.sources(shingles, OTHERS).items()] == [*compiled.sources(shingles, OTHERS).items()]
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


def told(index: Resemblance, asked: Iterable[tuple[int, ...]]) -> list[object]:
    """Give all that an index tells of some texts."""
    return [len(index), *((index.nearest(text), index.sources(text, OTHERS), index.unknown(text)) for text in asked)]


ALIKE = [(*range(9), 100 + number) for number in range(20)]
GREAT = tuple(range(5, 2000))


def filled(kind: type[Resemblance]) -> Resemblance:
    """Make an index of texts that are all alike."""
    index = kind(0.45)
    for number, shingles in enumerate(ALIKE):
        index.keep(number, shingles)
    return index


@needs_compiled
@pytest.mark.parametrize(
    "do",
    [
        lambda index: index.keep(20, GREAT),
        lambda index: index.keep(20, ALIKE[0]),
        lambda index: index.nearest(GREAT),
        lambda index: index.nearest(ALIKE[1]),
        lambda index: index.sources(GREAT, OTHERS),
        lambda index: index.unknown(GREAT),
        lambda index: index.forget(3),
    ],
    ids=["keep a great one", "keep", "nearest to a great one", "nearest", "sources", "unknown", "forget"],
)
def test_out_of_memory_the_compiled_index_is_as_it_was(do: Callable[[Resemblance], object]) -> None:
    """Whichever piece of memory is refused, what failed has changed nothing, and can be done again."""
    memory = pytest.importorskip("_testcapi", reason="this Python cannot refuse memory: it has no _testcapi")
    plain, asked = filled(Resemblance), [*ALIKE, GREAT]
    before, done = told(plain, asked), (do(plain), told(plain, asked))
    refusals = 0
    for refused in range(80):
        index = filled(KINDS["compiled"])
        memory.set_nomemory(refused, refused + 1)
        try:
            do(index)
        except MemoryError:
            memory.remove_mem_hooks()
            refusals += 1
            assert told(index, asked) == before
            assert (do(index), told(index, asked)) == done
        finally:
            memory.remove_mem_hooks()
    assert refusals < 80, "some allocations were not reached"


@needs_compiled
def test_out_of_memory_no_compiled_index_is_made() -> None:
    """Whichever piece of memory is refused, an index is made whole or not at all."""
    memory = pytest.importorskip("_testcapi", reason="this Python cannot refuse memory: it has no _testcapi")
    made: list[Resemblance] = []
    for refused in range(10):
        memory.set_nomemory(refused, refused + 1)
        try:
            made.append(KINDS["compiled"](0.5))
        except MemoryError:
            continue
        finally:
            memory.remove_mem_hooks()
    assert 0 < len(made) < 10
    assert not any(map(len, made))


class Meddler:
    """Garbage that uses an index when it is collected."""

    def __init__(self, index: Resemblance) -> None:
        """Be garbage that only the collector finds."""
        self.itself, self.index = self, index

    def __del__(self) -> None:
        """Look for another, longer text."""
        self.index.nearest(GREAT)


@both
@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda index: index.sources((3, 100, 7777), OTHERS), {"another": 1, 0: 1}),
        (lambda index: index.unknown((3, 100, 7777)), [7777]),
    ],
    ids=["sources", "unknown"],
)
def test_another_use_in_the_middle_of_one_disturbs_nothing(
    kind: type[Resemblance], ask: Callable[[Resemblance], object], answer: object
) -> None:
    """Garbage that is collected while the index answers may use the index itself."""
    index, threshold = filled(kind), gc.get_threshold()
    gc.collect()
    lists = [list[int]() for _ in range(200)]
    gc.disable()
    Meddler(index)
    gc.set_threshold(1)
    gc.enable()
    try:
        given = ask(index)
    finally:
        gc.set_threshold(*threshold)
    assert given == answer
    assert len(lists) == 200  # so that no list was to hand, and the answer's had to be made


class Intruder:
    """A key that uses an index when another is compared with it."""

    def __init__(self, index: Resemblance) -> None:
        """Take the index to use."""
        self.index = index

    @override
    def __hash__(self) -> int:
        """Lie where the shingle 3 does."""
        return hash(3)

    @override
    def __eq__(self, other: object) -> bool:
        """Keep a text more, and look for none."""
        self.index.keep(len(self.index), GREAT)
        self.index.nearest(())
        return False


@both
def test_what_a_shingle_is_compared_with_may_use_the_index(kind: type[Resemblance]) -> None:
    """An index that grows while it answers goes on answering."""
    index = filled(kind)
    others: dict[Any, str] = {Intruder(index): "an intruder"}
    assert index.sources((3, 100, 7777, 8), others) == {0: 3}
    assert len(index) == len(ALIKE) + 1


@both
def test_numbers_go_up_to_the_greatest(kind: type[Resemblance]) -> None:
    """The last number of all is kept and found like any other."""
    index = kind(0.5)
    index.keep(2**32 - 2, (1, 2))
    index.keep(2**32 - 1, (2, 3))
    assert index.nearest((2, 3)) == (2**32 - 1, 1.0)
    index.forget(2**32 - 1)
    assert index.sources((2, 3), {}) == {2**32 - 2: 1}


@both
@pytest.mark.parametrize(("threshold", "shared"), [(1 / 3, 2), (0.1, 1), (1.0, 4), (1e-12, 1), (0.6, 3)])
def test_a_text_exactly_as_like_as_it_must_be_is_found(kind: type[Resemblance], threshold: float, shared: int) -> None:
    """Rounding takes nothing from what is at the edge; with the least threshold, one shingle is enough."""
    index = kind(threshold)
    index.keep(0, (1, 2, 3, 4))
    theirs = (*range(1, 1 + shared), *range(10, 14 - shared))
    expected = shared / (8 - shared)
    assert index.nearest(theirs) == ((0, expected) if expected >= threshold else None)
    assert index.nearest(()) is None


@needs_compiled
def test_a_text_of_very_many_shingles_is_found_as_the_plain_index_finds_it() -> None:
    """Nothing in the compiled index is as short as a text of the usual size."""
    plain, compiled = Resemblance(0.45), KINDS["compiled"](0.45)
    great = tuple(range(0, 3_000_000, 30))
    for index in (plain, compiled):
        for number in range(3):
            index.keep(number, great[number * 1000 :])
        index.forget(0)
    assert told(plain, [great, great[::3]]) == told(compiled, [great, great[::3]])


@needs_compiled
def test_a_shingle_twice_in_a_text_does_the_compiled_index_no_harm() -> None:
    """Texts have each shingle once. Should one not, all of it is forgotten with it."""
    index = KINDS["compiled"](0.5)
    for number in range(3 * CROWDED):
        index.keep(number, (1, 2, 1, 2, 1, 100 + number, 100 + number))
    assert index.nearest((1, 1, 2, 2)) is not None
    for number in range(3 * CROWDED):
        index.forget(number)
    assert index.unknown((1, 2, 100, 100)) == [1, 2, 100, 100]
