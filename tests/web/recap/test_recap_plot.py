"""A recap's plots are numbers that fit their drawing, whatever the session was."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.session.recap import MOMENTS, Asked, Moment, Places, Recap
from fairfloor.web.recap.plot import plots, rounded

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
MANY = st.integers(0, 100_000)
ROWS = st.lists(st.tuples(*[MANY] * 7), min_size=1, max_size=MOMENTS)


def recap(rows: list[tuple[int, ...]], asked: list[int]) -> Recap:
    """Give a recap with some moments, a minute each, and questions asked at some minutes."""
    moments = tuple(Moment(START + n * timedelta(minutes=1), *row) for n, row in enumerate(rows))
    return Recap(
        session="2026-10-06",
        begins=START,
        ends=START + len(rows) * timedelta(minutes=1),
        made=START,
        posts=sum(one.said for one in moments),
        reposts=0,
        likes=0,
        accounts=1,
        voices=1,
        in_step=0,
        had=0,
        places=Places(),
        reasons={},
        questions=tuple(Asked(number=n, at=START + at * timedelta(minutes=1)) for n, at in enumerate(asked, 1)),
        conversations=(),
        repeated=(),
        asked=(),
        unlisted=0,
        width=timedelta(minutes=1),
        moments=moments,
        last=None,
    )


@given(ROWS, st.lists(st.integers(-500, 500), max_size=60))
def test_columns_and_marks_stay_within_the_drawing(rows: list[tuple[int, ...]], asked: list[int]) -> None:
    """Columns stand on the ground and end below the marks; marks that are named do not run into one another."""
    for plot in plots(recap(rows, asked)):
        assert all(one.x >= 0 and one.x + one.width <= 100.01 for one in plot.columns)
        assert all(0 <= height <= plot.height for one in plot.columns for height in (one.back, one.front))
        assert all(0 <= one.x <= 100 for one in plot.marks)
        named = [one.x for one in plot.marks if one.label]
        assert all(after - before > 6 for before, after in itertools.pairwise(named))
        assert len(plot.rows) == len(rows)
        assert all(len(row) == len(plot.heads) for _, row in plot.rows)
        assert plot.told
        assert plot.top >= max(max(row[:2]) for _, row in plot.rows)


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_a_number_that_can_be_halved(most: int) -> None:
    """It is no less than the highest column, no more than four times it, and its half is whole."""
    top = rounded(most)
    assert most <= top <= max(4 * most, 2)
    assert top % 2 == 0


def test_a_session_in_which_nothing_was_said_has_no_plots() -> None:
    """There is nothing to see."""
    assert plots(recap([(0,) * 7], [])) == []


def test_a_plot_says_in_words_what_there_is_to_see() -> None:
    """When the most came and what got the floor then, counted from the beginning, true on everybody's clock."""
    said, voices, answers = plots(recap([(3, 3, 3, 3, 0, 1, 1), (40, 9, 30, 8, 25, 2, 3)], [0]))
    assert said.told == (
        "43 posts came, and 0 messages got the floor. "
        "The most came 1 minute after it began: 40 posts, while 9 messages got the floor."
    )
    assert "30, which count as 8 voices. 25 posts were said by accounts acting in step." in voices.told
    assert answers.told == "3 posts asked something. To the 1 question that the host asked, 0 answers had the floor."
