from hashlib import blake2b
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts import shingles as module
from fairfloor.acts.shingles import MOST, fingerprint, shingles
from fairfloor.acts.text import words

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


def one_by_one(text: str) -> tuple[int, ...]:
    """Give the shingles of a text as they are defined, a run after the other."""
    said = [word.encode("utf-8", "surrogatepass") for word in words(text)[: MOST + 1]]
    prints = [int.from_bytes(blake2b(word, digest_size=8).digest(), "big") for word in said]
    if len(prints) == 1:
        return (prints[0],)
    return tuple(dict.fromkeys((a * 0x9E3779B97F4A7C15 + b) % (1 << 64) for a, b in pairwise(prints)))


@given(st.text() | WORDS.map(" ".join) | st.lists(st.sampled_from("ab"), max_size=MOST + 9).map(" ".join))
def test_all_runs_in_one_go_are_each_run_by_itself(text: str) -> None:
    """That runs are reckoned together in one great number changes none of them."""
    assert shingles(text) == one_by_one(text)


def test_words_without_end_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of words has a bound, and to forget it changes no fingerprint."""
    known = module._Lanes()  # noqa: SLF001 - its bound is what is tested
    monkeypatch.setattr(module, "_KNOWN", 8)
    monkeypatch.setattr(module, "_lane", known.__getitem__)
    for n in range(100):
        assert shingles(f"word{n}") == one_by_one(f"word{n}") == (fingerprint(f"word{n}"),)
        assert len(known) <= 8
