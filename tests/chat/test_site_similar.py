"""What tells an article from others, and how much of that another one has."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.site.similar import LEAST, MOST, counted, shared, telling

WORDS = st.lists(st.sampled_from(["camera", "film", "stop", "winter", "the", "2024", "a", "警"]), max_size=40)


def test_what_few_have_tells_the_most() -> None:
    """A word that most articles have, or no other, tells nothing; one in the title counts for three."""
    counts = counted(["film"], ["the", "the", "camera", "camera", "film", "only", "2024", "of"])
    assert counts == {"film": 4, "camera": 2, "the": 2, "only": 1}
    weights = telling(counts, {"the": 90, "camera": 4, "film": 4, "only": 1}, 100)
    assert list(weights) == ["film", "camera"]


def test_two_telling_words_at_least_are_shared() -> None:
    """One alone may be chance, however heavy."""
    weights = {"film": 9.0, "camera": 3.0, "stop": 3.0}
    assert shared(weights, {"film"}) == 0.0
    assert shared(weights, {"film", "camera", "winter"}) == 0.8
    assert shared(weights, {"camera", "stop"}) == 0.4 > LEAST


@given(WORDS, WORDS, st.dictionaries(st.sampled_from(["camera", "film", "stop", "winter", "警"]), st.integers(1, 50)))
def test_it_is_a_share(mine: list[str], theirs: list[str], having: dict[str, int]) -> None:
    """Of any words: at most so many tell, the heaviest first; what is shared is a share, with itself all or nothing."""
    weights = telling(counted([], mine), having, 50)
    assert len(weights) <= MOST
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert 0.0 <= shared(weights, set(theirs)) <= 1.0
    assert shared(weights, set(mine)) in {0.0, 1.0}
    assert telling(Counter(reversed(mine)), having, 50).keys() >= {word for word in weights if len(word) > 2}
