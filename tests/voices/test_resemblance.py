from hypothesis import given
from hypothesis import strategies as st

from fairfloor.voices.resemblance import CROWDED, Resemblance, Resembling

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


@given(THRESHOLDS, st.lists(SETS, max_size=CROWDED), SETS)
def test_it_finds_what_comparing_with_everything_finds(
    threshold: float, kept: list[tuple[int, ...]], mine: tuple[int]
) -> None:
    """No resemblance is missed and none is made up."""
    index = Resemblance(threshold)
    for number, shingles in enumerate(kept):
        index.keep(number, shingles)
    assert index.nearest(mine) == by_hand(threshold, kept, mine)


LONG = st.lists(st.integers(0, 12).map(lambda n: 192 * n) | st.integers(0, 400), min_size=1, max_size=300, unique=True)


@given(st.lists(LONG.map(tuple), max_size=6), LONG.map(tuple), st.integers(0, 300))
def test_sketches_pass_over_nothing_that_is_like_enough(
    kept: list[tuple[int, ...]], mine: tuple[int, ...], part: int
) -> None:
    """However many shingles fall on one bit, and however long a text is, no resemblance is missed."""
    kept = [*kept, mine[:part] or mine, mine[part:] or mine]
    index = Resemblance(0.4)
    for number, shingles in enumerate(kept):
        index.keep(number, shingles)
    assert index.nearest(mine) == by_hand(0.4, kept, mine)


@given(st.lists(SETS, max_size=20), st.sets(st.integers(0, 19)), SETS)
def test_what_is_forgotten_is_not_found(kept: list[tuple[int, ...]], gone: set[int], mine: tuple[int, ...]) -> None:
    """After some texts are forgotten the index is as if they had never been kept."""
    index, fresh = Resemblance(0.5), Resemblance(0.5)
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


def test_a_crowded_shingle_still_finds_the_first_and_the_latest() -> None:
    """A run of words that very many texts have costs a bounded look, and finds the first and the last of them."""
    index = Resemblance(0.5)
    for number in range(10 * CROWDED):
        index.keep(number, (1, 2, 3, 100 + number))
    assert index.nearest((1, 2, 3, 99)) == Resembling(0, 0.6)
    assert index.nearest((1, 2, 3, 100 + 10 * CROWDED - 1)) == Resembling(10 * CROWDED - 1, 1.0)
    index.forget(0)
    assert index.firsts([1]) == [9 * CROWDED + 1]


def test_what_a_crowded_shingle_no_longer_finds_can_be_forgotten_last() -> None:
    """A text may outlive all that crowded it out, and is then forgotten like any other."""
    index = Resemblance(0.5)
    for number in range(CROWDED + 2):
        index.keep(number, (1, 1000 + number))
    for number in (0, *range(2, CROWDED + 2), 1):
        index.forget(number)
    assert not len(index)
    assert index.firsts((1, 1001)) == [None, None]


def test_short_texts_are_kept_but_resemble_nothing() -> None:
    """A text under the least length tells who said its words first, and is no candidate."""
    index = Resemblance(0.5, least=4)
    index.keep(0, (1, 2, 3))
    assert index.nearest((1, 2, 3, 4)) is None
    assert index.firsts([2]) == [0]
