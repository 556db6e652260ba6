from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.shingles import MOST, shingles

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=8), max_size=40)


@given(WORDS)
def test_there_is_one_for_every_run_of_two(words: list[str]) -> None:
    """A text's shingles stand for its two-word runs, each once; a lone word stands for itself."""
    runs = dict.fromkeys(pairwise(words)) if len(words) > 1 else dict.fromkeys(words)
    assert len(shingles(" ".join(words))) == len(runs)


@given(WORDS, WORDS, st.permutations("abcdefgh"))
def test_words_swapped_one_for_one_share_as_much_as_before(
    mine: list[str], theirs: list[str], other: list[str]
) -> None:
    """What two texts share is told by which words are equal, never by which words they are."""
    swap = str.maketrans("abcdefgh", "".join(other))
    before = set(shingles(" ".join(mine))) & set(shingles(" ".join(theirs)))
    after = set(shingles(" ".join(mine).translate(swap))) & set(shingles(" ".join(theirs).translate(swap)))
    assert len(before) == len(after)


def test_a_very_long_text_costs_no_more_than_a_long_one() -> None:
    """Only the first runs of a text are taken."""
    assert len(shingles(" ".join(f"w{n}" for n in range(100_000)))) == MOST


def test_the_fingerprint_is_the_same_on_every_machine() -> None:
    """A shingle's value is fixed for good: stored fingerprints must go on comparing."""
    assert shingles("body cameras") == (12378251782443384344,)
