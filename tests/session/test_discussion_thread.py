"""Threads: every comment once, after what it answers, whatever it is said to answer."""

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.session.discussion_thread import DEEPEST, Fold, Line, above, depths, laid_out, under

PARENTS = st.dictionaries(st.integers(1, 40), st.none() | st.integers(1, 45), max_size=40)


def comments(rows: list[Line | Fold]) -> list[int]:
    """Give the comments of rows, in their order."""
    return [one for row in rows for one in ([row.comment] if isinstance(row, Line) else row.comments)]


@given(PARENTS)
def test_every_comment_stands_under_one_that_is_there_or_at_the_top(parents: dict[int, int | None]) -> None:
    """Parents that are missing count for none, and a circle has a beginning: from anywhere one comes to the top."""
    tree = above(parents)
    assert set(tree) == set(parents)
    assert all(parent is None or parent in tree for parent in tree.values())
    assert all(depth < len(tree) for depth in depths(tree).values())
    for one, parent in tree.items():
        if parent is None and parents[one] in parents:  # it began a circle
            assert _in_a_circle(one, parents)
        if parent is not None:
            assert parent == parents[one]
            assert depths(tree)[one] == depths(tree)[parent] + 1


def _in_a_circle(one: int, parents: dict[int, int | None]) -> bool:
    seen, at = set(), parents[one]
    while at in parents and at not in seen and at != one:
        seen.add(at)
        at = parents[at]
    return at == one


@given(PARENTS, st.sets(st.integers(1, 40)))
def test_each_comment_comes_once_after_those_above_it(parents: dict[int, int | None], shown: set[int]) -> None:
    """Shown on a line of its own, or in the fold of the nearest comment above it that is shown."""
    tree = above(parents)
    rows = laid_out(tree, shown)
    assert sorted(comments(rows)) == sorted(tree)
    lines = {row.comment: place for place, row in enumerate(rows) if isinstance(row, Line)}
    assert set(lines) == shown & set(tree)
    for place, row in enumerate(rows):
        assert 0 <= row.level <= DEEPEST
        holder = row.under if isinstance(row, Fold) else _near(row.comment, tree, shown)
        assert holder is None or lines[holder] < place
        assert row.level == (0 if holder is None else min(DEEPEST, _level(rows, lines[holder]) + 1))
        if isinstance(row, Fold):
            assert all(_near(one, tree, shown) == holder for one in row.comments)
            assert list(row.comments) == [one for one in tree if one in row.comments]
        else:
            assert row.to == tree[row.comment] or (row.to is None and holder == tree[row.comment])


def _near(one: int, tree: dict[int, int | None], shown: set[int]) -> int | None:
    at = tree[one]
    while at is not None and at not in shown:
        at = tree[at]
    return at


def _level(rows: list[Line | Fold], place: int) -> int:
    return rows[place].level


@given(PARENTS, st.sets(st.integers(1, 40)), st.data())
def test_what_is_under_one_comment_can_be_shown_alone(
    parents: dict[int, int | None], shown: set[int], data: st.DataObject
) -> None:
    """It comes first, shown or not, and all that is under it and nothing else after it."""
    tree = above(parents)
    if not tree:
        return
    root = data.draw(st.sampled_from(sorted(tree)))
    rows = laid_out(tree, shown, root)
    assert rows[0] == Line(root, 0, depths(tree)[root], None)
    assert sorted(comments(rows)) == sorted([root, *under(tree, root)])
    assert all(row.level >= 1 for row in rows[1:])


def test_deep_replies_stand_at_one_level_and_say_whom_they_answer() -> None:
    """A thread of a thousand replies, each to the one before, neither nests nor recurses without end."""
    tree = above({one: one - 1 or None for one in range(1, 1_001)})
    rows = laid_out(tree, tree)
    assert [row.level for row in rows] == [min(depth, DEEPEST) for depth in range(1_000)]
    told = [row.to for row in rows if isinstance(row, Line)]
    assert told == [None] * (DEEPEST + 1) + list(range(DEEPEST + 1, 1_000))
    assert depths(tree)[1_000] == 999


def test_a_reply_to_what_is_folded_moves_up_and_says_so() -> None:
    """It is not folded with it; what is folded makes one line, at the end."""
    tree = above({1: None, 2: 1, 3: 2, 4: 1, 5: 1})
    rows = laid_out(tree, {1, 3, 5})
    assert rows == [Line(1, 0, 0, None), Line(3, 1, 2, 2), Line(5, 1, 1, None), Fold(1, 1, (2, 4))]
