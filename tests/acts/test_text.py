import re
import sys
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fairfloor.acts.lookalikes import LATIN, LOOKALIKES
from fairfloor.acts.text import normal, words


@given(st.text())
def test_normal_form_is_reached_at_once(text: str) -> None:
    """The normal form of a normal form is itself."""
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("trick", "plain"),
    [
        ("COPS", "cops"),
        ("ｃｏｐｓ", "cops"),  # noqa: RUF001 - the full-width letters are the point
        ("c\u200bo\u200dp\ufeffs", "cops"),
        ("\u202ecops\u202c", "cops"),
        ("c\u0336o\u0336p\u0336s\u0336", "cops"),
        ("\u0441\u043e\u0440\u0455", "cops"),
        ("\U0001d41c\U0001d428\U0001d429\U0001d42c", "cops"),
        ("co\u3164ps", "cops"),
        ("café", "cafe"),
    ],
)
def test_tricks_of_writing_make_no_difference(trick: str, plain: str) -> None:
    """Capitals, width, zero-width, bidi, stacked marks, look-alikes, styled letters and fillers all fold away."""
    assert normal(trick) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ann Body cameras don't lie! #copchat #police", ["body", "cameras", "dont", "lie"]),
        ("#copchat Q1: what of #training at night?", ["q1", "what", "of", "training", "at", "night"]),
        ("Read this https://example.org/a?b=c please", ["read", "this", "please"]),
        ("Look youtu.be/xyz and/or listen", ["look", "and", "or", "listen"]),
        ("学校は楽しい", ["学", "校", "は", "楽", "し", "い"]),
        ("https://example.org/a #copchat", ["https://example.org/a"]),
        ("#copchat #police", ["#copchat", "#police"]),
        ("", []),
    ],
)
def test_words_are_what_is_said_and_not_where_to(text: str, expected: list[str]) -> None:
    """Mentions, links and tags at the ends are not words, unless there is nothing else."""
    assert words(text) == expected


@given(st.text())
def test_every_text_has_words(text: str) -> None:
    """No text is too odd to be read, and one that shows something has a word."""
    assert bool(words(text)) == bool(normal(text).split())


MARKS = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(char))
"""Characters whose order among themselves is a matter of normal form."""
MARKED = st.lists(st.sampled_from("a \u034f\u200d'#@./") | st.sampled_from(MARKS) | st.characters(), max_size=8).map(
    "".join
)
INVISIBLE = "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800"
FOLD = str.maketrans(LOOKALIKES, LATIN, INVISIBLE)


def step_by_step(text: str) -> str:
    """Give the normal form as it is defined, a step over the whole text after the other."""
    for change in (str.casefold, str):
        spread = unicodedata.normalize("NFKD", text)
        bare = "".join(char for char in spread if unicodedata.category(char) not in {"Mn", "Me", "Cf"})
        text = change(bare.translate(FOLD))
    return text


@given(st.text() | MARKED | st.text(min_size=20) | st.text("aA\u03a3\u03c3\u03c2\u0130\u0301 .'\u212a\U0001f680"))
def test_what_is_remembered_of_each_character_gives_the_normal_form(text: str) -> None:
    """The table gives what the definition gives, also where marks stand together in any order."""
    assert normal(text) == step_by_step(text)


def test_every_character_has_its_normal_form() -> None:
    """No character, of all there are, comes to anything but what the definition says."""
    assert all(normal(char) == step_by_step(char) for char in map(chr, range(sys.maxunicode + 1)))


def test_no_character_comes_to_one_that_comes_to_another() -> None:
    """Whatever a character comes to is made of characters that stay, so they may be replaced one after the other."""
    outcomes = {part for char in map(chr, range(sys.maxunicode + 1)) for part in normal(char)}
    assert all(normal(part) == part for part in outcomes)


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_text_is_parted_as_any_other(text: str) -> None:
    """The quick way for ASCII finds the words that the rule for all scripts finds."""
    said = re.sub(r"[@/#]|www\.", " ", text)
    rule = re.findall(r"[^\W_]+", re.sub(r"['`](?<=\w.)(?=\w)", "", said.lower()))
    assert words(said) == (rule or said.lower().split())


UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
SAID = st.text("aB1_ '`\u2018\u2019\u02bc\u00b4-.\n\u00e9\u0142\u30fb\u3042\u0e3f\u2026\U0001f680") | st.text()


@given(SAID)
def test_every_script_is_parted_by_one_rule(text: str) -> None:
    """A word is a run of letters and digits, apostrophes within it left out; an unspaced script's character is one."""
    said = re.sub(r"[@/#\uff03\uff20]|www\.", " ", text)
    bare = re.sub(r"['\u2018\u2019\u02bc`\u00b4](?<=\w.)(?=\w)", "", " ".join(normal(said).split()))
    assume(not set("@/#") & set(bare) and "www." not in bare)
    assert words(said) == (re.findall(rf"[^\W_{UNSPACED}]+|[{UNSPACED}]", bare) or normal(said).split())
