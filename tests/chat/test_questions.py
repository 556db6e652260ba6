import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.heard import Form
from fairfloor.chat.questions.forms import form


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


@pytest.mark.parametrize("text", ["Why?", "¿Por qué?", "なぜ？", "لماذا؟", "Why\u2753"])  # noqa: RUF001
def test_a_question_mark_of_any_script_makes_a_question(text: str) -> None:
    """A question is told by its mark."""
    assert form(text).question


@pytest.mark.parametrize(
    "text",
    [
        "How do I report a stolen bike",
        "@host does anyone know who pays for this",
        "so where are you all tonight",
        "anyone here from the north side",
        "I was wondering whether officers get any say in that.",
        "Genuinely asking what happens after a complaint.",
        "alguien sabe a qué hora empieza",
        "Hola, dónde puedo ver el taller de hoy #AprendeEnCasa",
        "quelqu'un sait quand ça commence",
        "weiß jemand, wo das steht",
        "Lena, how is the new station",
        "alguém sabe onde fica",
        "qualcuno sa dove si trova",
    ],
)
def test_a_question_is_noticed_without_its_mark(text: str) -> None:
    """The order of words that only questions have, and words of asking, make a question as well."""
    assert form(text).question


@pytest.mark.parametrize(
    "text",
    [
        "What a night",
        "How to talk to your council",
        "Do the job you want, not the job you have",
        "I know what you did",
        "When I was a child, we had none of this",
        "This is what we do",
        "It is where I met him, and why I stayed",
    ],
)
def test_words_of_questions_alone_ask_nothing(text: str) -> None:
    """An interrogative that no question's order of words follows asks nothing."""
    assert not form(text).question


@pytest.mark.parametrize(
    "text",
    [
        "Read https://example.org/?q=1 today",
        "Watch this youtu.be/abcdef?si=1",
        "www.example.org/news/why?now... #copchat",
        "\u201cHow can the city we love be a city for all?\u201d says the mayor",
        'She said "who pays for it?" and sat down',
        "Want to know more? Here is our new report https://example.org/r",
        "¿Quieres aprender inglés? Inscríbete aquí: https://example.org/r",
        "Why? Because he told them to.",
        "So we sit in the dark. Really?",
        "Freudian slip? Nice to see him honest.",
        "Q: Do you think a deal is possible? A: Yes, sure, in days.",
    ],
)
def test_a_mark_that_asks_nothing_makes_no_question(text: str) -> None:
    """In links, other people's mouths, offers, tags, and before their own answers, marks ask nothing."""
    assert not form(text).question


@given(st.text(max_size=400))
def test_every_text_has_a_form(text: str) -> None:
    """No text is too odd to read."""
    assert isinstance(form(text), Form)


@pytest.mark.parametrize("many", ["@a  ", "?", "\u201c?", "a.b", "is it. ", "why: ", "x/", "!?!", "how do you "])
def test_a_text_made_to_be_slow_is_not(many: str) -> None:
    """Thousands of half mentions, marks, links or beginnings cost no time to speak of."""
    assert isinstance(form(many * 5_000 + "?"), Form)


_TOPIC = st.sampled_from("lorem ipsum dolor amet vexil".split())  # noqa: SIM905
_WORDS = "how do you is it why ? . , the anyone wondering whether @host #tag \u201c really want"
_CLOSED = st.sampled_from(_WORDS.split())


@given(st.lists(_TOPIC | _CLOSED, max_size=25))
def test_words_of_a_topic_are_not_read(words: list[str]) -> None:
    """Swapping the words of two camps one for one leaves the form of a post as it is."""
    camps = {"lorem": "ipsum", "ipsum": "lorem", "dolor": "amet", "amet": "dolor"}
    assert form(" ".join(words)) == form(" ".join(camps.get(word, word) for word in words))


@given(st.text(st.sampled_from("qQaA3\u0663\uff13\u2462 .:#@?x"), max_size=8))
def test_only_a_number_makes_an_answer_or_a_question_of_the_run_sheet(text: str) -> None:
    """A text without a digit of any script sets nothing and answers nothing."""
    if not any(char.isdecimal() for char in unicodedata.normalize("NFKC", text)):
        assert form(text) == Form(question=form(text).question)
