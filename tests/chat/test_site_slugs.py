"""Slugs are of any script, short, and an article's address is never another's."""

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.site.article import Article, Kind
from fairfloor.chat.site.slugs import LONGEST, draft, is_draft, path, slug

ON = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Who sees the film?", "who-sees-the-film"),
        ("  Don't — shoot!  ", "dont-shoot"),
        ("El año & la ley", "el-año-la-ley"),
        ("警察と市民", "警察と市民"),
        ("पुलिस और जनता", "पुलिस-और-जनता"),
        ("Straße ﬁlm", "straße-film"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\u202eb\u200bc\x00d", "a-b-c-d"),
        ("???", ""),
        ("\u0301", ""),
        ("", ""),
    ],
)
def test_a_title_makes_a_slug(title: str, expected: str) -> None:
    """Letters, marks and digits are kept as readers see them; all else parts words."""
    assert slug(title) == expected


@given(st.text())
def test_any_title_makes_a_slug(title: str) -> None:
    """A slug has no sign that means something in an address, is short, and makes itself."""
    made = slug(title)
    assert len(made) <= LONGEST
    assert re.fullmatch(r"|[^\s/?#%\\.&=+\"'<>-]+(-[^\s/?#%\\.&=+\"'<>-]+)*", made)
    assert slug(made) == made


@given(st.text(), st.sampled_from(["post", "page"]), st.integers(0, 3))
def test_an_address_is_of_its_own(title: str, kind: Kind, before: int) -> None:
    """However many have the title already, the address is one that an article can have, and none of theirs."""
    taken: list[str] = []
    for _ in range(before + 1):
        taken.append(path(kind, title, ON, taken.__contains__))
        made = msgspec.to_builtins(Article(path=taken[-1], updated="2026-03-05T00:00:00Z", by=""))  # type: ignore[arg-type]
        assert msgspec.convert(made, Article).path == taken[-1]
    assert len(set(taken)) == len(taken)
    assert not any(map(is_draft, taken))
    assert is_draft(draft("x"))


def test_a_title_without_letters_has_an_address() -> None:
    """It is called after its day."""
    assert path("post", "?!", ON, lambda _: False) == "/posts/2026/03/05"
    assert path("page", "A title", ON, {"/pages/a-title"}.__contains__) == "/pages/a-title-2"


def test_a_long_title_is_cut_between_words() -> None:
    """As long a slug as fits; where there is no word's end, it is cut where it must be."""
    assert slug("word " * 40) == "-".join(["word"] * 16)
    assert slug("x" * 200) == "x" * LONGEST
