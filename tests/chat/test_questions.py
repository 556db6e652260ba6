import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.heard import Form
from fairfloor.chat.questions import form


@pytest.mark.parametrize(
    "text",
    [
        "Q3 What now",
        "Q3. What now",
        "Q3: What now",
        "question 3 what now",
        "#copchat Q3) Now",
        "\u201cQ3: x",
        "\uff31\uff13: x",
    ],
)
def test_the_run_sheets_questions_are_recognised(text: str) -> None:
    """Q3, Q3., Q3: and Question 3 set the third question, whatever tags or mentions stand before."""
    assert form(text).asks == 3


@pytest.mark.parametrize("text", ["Quite 3 of us", "FAQ3", "Q3000 earnings", "We liked Q3", "Q0: no", "Q3rd"])
def test_other_texts_set_no_question(text: str) -> None:
    """What merely begins like a mark, or has it further on, is none."""
    assert form(text).asks is None


def test_answers_are_recognised_by_their_mark() -> None:
    """A3 and A3: answer the third question; 'A 3-year study' does not need to be told apart from A3 by meaning."""
    assert form("@host A3: we did").answers == 3
    assert form("A3 we did").answers == 3
    assert form("A3rd").answers is None


@pytest.mark.parametrize("text", ["Why?", "¿Por qué?", "なぜ？", "لماذا؟"])  # noqa: RUF001
def test_a_question_mark_of_any_script_makes_a_question(text: str) -> None:
    """A question is told by its mark."""
    assert form(text).question


def test_a_question_mark_in_a_link_does_not() -> None:
    """A link's own question mark asks nothing."""
    assert not form("Read https://example.org/?q=1 today").question


@given(st.text(max_size=400))
def test_every_text_has_a_form(text: str) -> None:
    """No text is too odd to read."""
    assert isinstance(form(text), Form)


def test_a_text_made_to_be_slow_is_not() -> None:
    """Thousands of half mentions cost no time to speak of."""
    assert form("@a  " * 5_000 + "?").question
