"""What changed between two texts, in pieces that are both of them."""

import time

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.editor.compare import AROUND, Piece, changes, shortened, shown

TEXT = st.lists(st.sampled_from(["one ", "two", " ", "\n", "three, ", "ä", "."]), max_size=40).map("".join) | st.text()


def of(pieces: list[Piece], *kinds: str) -> str:
    """Join pieces of some kinds."""
    return "".join(one.text for one in pieces if one.kind in kinds)


@given(TEXT, TEXT)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    """Without what is gone they are the new text, without what has come the old one; none is empty."""
    pieces = changes(old, new)
    assert of(pieces, "same", "gone") == old
    assert of(pieces, "same", "come") == new
    assert all(one.text for one in pieces)
    assert bool(shown(old, new)) == (old != new)
    assert of(shortened(pieces), "gone", "come") == of(pieces, "gone", "come")


def test_words_that_became_others_are_marked() -> None:
    """A phrase that became another is one change, and what stayed is not marked."""
    assert changes("It was the other day.\nSame.", "It was my own day.\nSame.") == [
        Piece("same", "It was "),
        Piece("gone", "the other"),
        Piece("come", "my own"),
        Piece("same", " day.\nSame."),
    ]


def test_what_is_far_from_a_change_is_left_out() -> None:
    """Something around each change is shown; where nothing changed, nothing is."""
    long = "word " * 400
    pieces = shown(f"a {long}x", f"b {long}y")
    assert [one.kind for one in pieces] == ["gone", "come", "same", "left out", "same", "gone", "come"]
    assert len(pieces[2].text) == len(pieces[4].text) == AROUND
    assert shown(long, long) == []


def test_long_texts_are_compared_in_time() -> None:
    """A book with a word changed on a page; two books with nothing in common; one line of a book's length."""
    book = "\n".join(f"Line {number} of a book about {number * 7} things." for number in range(1_400))
    begun = time.process_time()
    assert of(changes(book, book.replace("Line 700 ", "Line seven hundred ")), "come") == "seven hundred"
    assert of(changes(book, "x\n" * 50_000), "gone") == book
    assert of(changes("word " * 100_000, "other " * 100_000), "same") == ""
    assert time.process_time() - begun < 8
