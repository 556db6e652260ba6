import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.questions.alike import CROWDED, Alike


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("What is on the street camera budget?", "Hi all! So what's the budget for street cameras? #copchat"),
        ("How do I report a stolen bike?", "@host how can somebody report stolen bikes"),
        ("¿Dónde puedo ver los libros de inglés?", "Hola, alguien sabe donde ver el libro de ingles??"),
    ],
)
def test_the_same_question_in_other_words_is_one(first: str, again: str) -> None:
    """Who asks the same joins the first who asked it."""
    alike = Alike()
    assert alike.place("first", first) is None
    assert alike.place("again", again) == "first"


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("When is the next ride along?", "Where is the next ride along?"),
        ("What are good hotels in Springs?", "What are good hotels in Lagos?"),
        ("Why?", "Why?"),
        ("Who trains the officers?", "Who pays the officers?"),
        ("How do I fix this? My phone is wet", "How do I fix this? My bike has a flat tyre"),
    ],
)
def test_questions_that_ask_for_different_things_stay_apart(first: str, other: str) -> None:
    """A likeness of words is not enough where another thing is asked for."""
    alike = Alike()
    assert alike.place("first", first) is None
    assert alike.place("other", other) is None


def test_questions_do_not_chain() -> None:
    """What resembles only a question that was merged is a question of its own."""
    alike = Alike()
    assert alike.place("a", "Which cameras record the north station?") is None
    assert alike.place("b", "Which cameras record the north station parking garage?") == "a"
    assert alike.place("c", "Which parking garage has security cameras?") is None


def test_a_question_that_is_forgotten_stands_for_no_other() -> None:
    """After a question is forgotten, the next one like it is new."""
    alike = Alike()
    alike.place("a", "Who pays for the street cameras?")
    alike.forget("a")
    alike.forget("a")
    assert alike.place("b", "Who pays for the street cameras?") is None
    assert alike.place("c", "Who pays for the street cameras?") == "b"


def test_a_word_that_very_many_ask_about_leads_to_few() -> None:
    """However many questions share their words, each is held against few; the last of them are still found."""
    alike = Alike()
    for number in range(CROWDED * 4):
        alike.place(str(number), f"Who pays for camera {number}x {number}y {number}z?")
    assert max(map(len, alike._having.values())) == CROWDED  # noqa: SLF001 - what bounds the cost
    last = CROWDED * 4 - 1
    assert alike.place("again", f"who pays for camera {last}x {last}y {last}z") == str(last)


@given(st.lists(st.text(st.sampled_from("whoen camerstgb?."), max_size=40), max_size=30))
def test_placing_is_a_fold_of_the_texts(texts: list[str]) -> None:
    """The same texts in the same order come to the same questions, and what is joined stands for itself."""
    one, other = Alike(), Alike()
    placed = [one.place(str(number), text) for number, text in enumerate(texts)]
    assert placed == [other.place(str(number), text) for number, text in enumerate(texts)]
    assert all(placed[int(first)] is None for first in placed if first is not None)
