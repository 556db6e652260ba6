from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.mastodon.sheet import LONGEST, questions


def test_a_run_sheet_gives_its_questions_in_order() -> None:
    """Lines are numbered as they stand; comments, empty lines and spare blanks do not count."""
    text = "# tonight\n\n2026-03-05T02:05:00Z  What   now? \n2026-03-04T21:15:00-05:00 And then?\n"
    first, second = questions(text, "copchat")
    assert (first.number, first.text, first.at) == (1, "Q1. What now? #copchat", datetime(2026, 3, 5, 2, 5, tzinfo=UTC))
    assert (second.number, second.text, second.at) == (
        2,
        "Q2. And then? #copchat",
        datetime(2026, 3, 5, 2, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "line", ["What now?", "21:05 What now?", "2026-03-05T02:05:00 What?", "2026-03-05T02:05:00Z", "x " + "y" * LONGEST]
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    """A time without its zone, no time, no question or an endless one is said with its line."""
    with pytest.raises(ValueError, match="Line 2 of the run sheet"):
        questions(f"# sheet\n{line}\n", "copchat")


@given(st.text())
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(text: str) -> None:
    """No text breaks the reader."""
    try:
        found = questions(text, "copchat")
    except ValueError as why:
        assert "run sheet" in str(why)  # noqa: PT017 - either way is fine
    else:
        assert [question.number for question in found] == list(range(1, len(found) + 1))
