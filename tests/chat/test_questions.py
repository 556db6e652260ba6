import re
import unicodedata

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


@given(st.text(st.sampled_from("?\u037e\u061f\u2047\uff1f;a /:hps\u0338")))
def test_a_mark_counts_where_it_is_one_in_normal_form(text: str) -> None:
    """A question mark, of any width, counts outside of links."""
    bare = unicodedata.normalize("NFKC", re.sub(r"https?://\S+", "", text))
    assert form(text).question == any(mark in bare for mark in "?\u037e\u061f")


@given(st.text(st.sampled_from("qQaA3\u0663\uff13\u2462 .:#@?x"), max_size=8))
def test_only_a_number_makes_an_answer_or_a_question_of_the_run_sheet(text: str) -> None:
    """A text without a digit of any script sets nothing and answers nothing."""
    if not any(char.isdecimal() for char in unicodedata.normalize("NFKC", text)):
        assert form(text) == Form(question="?" in text)
