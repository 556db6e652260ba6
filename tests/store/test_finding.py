"""Articles found by their words, the same on SQLite and on PostgreSQL: words, phrases, ranks, pieces, likeness."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.plain import plain
from fairfloor.chat.site.whole import Whole
from fairfloor.session.library import Hit
from fairfloor.store.location import Location, site_beside
from fairfloor.store.site.finding.piece import WORDS, piece
from fairfloor.store.site.finding.words import MOST_WORDS, bare, phrases, placed
from fairfloor.store.site.library import SqlLibrary, library_opened

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
SIGNS = ['"', "'", "*", "(", ")", "NEAR", "OR", "AND", "NOT", "-", "a", "^", ":", "_", "&", "|", "!", "<->", "\\", "\0"]

LETTERS = st.lists(
    st.sampled_from(
        [
            *"\0 _-'.&;aAzZ09ßéÅñỆøœйЁΣςόἀกไจ警察のがーハ語한국",
            *("e\u0301", "か\u3099", "\u1112\u1161\u11ab", "\N{ZERO WIDTH JOINER}", "\N{MATHEMATICAL BOLD CAPITAL A}"),
        ]
    ),
    max_size=50,
).map("".join)
"""Texts whose every letter both databases know."""

ODD = (
    ("ΟΔΟΣ ΑΘΗΝΑΣ", "οδος", "αθηνας", "ΑΘΗΝΑΣ"),
    ("οδός", "ΟΔΌΣ"),
    ("Straße", "straße"),
    ("한국어 공부", "한국어", "\u1112\u1161\u11ab국어"),
    ("Мой дом", "МОИ\u0306"),
    ("İstanbul", "istanbul"),
    ("ﬁlm", "ﬁlm"),
    ("½ day", "½"),
    ("snake_caf&eacute;", "snake_cafe", "café", "SNAKE"),
    ("don't stop", "DON'T"),
    ("before\0after", "after", "before\0after"),
)
"""What is said in HTML, and in what ways it is searched for."""


@pytest.fixture
def library(place: Location) -> Iterator[SqlLibrary]:
    """Open a new site."""
    with library_opened(site_beside(place)) as opened:
        yield opened


def keep(library: SqlLibrary, name: str, title: str = "", text: str = "", **given: Any) -> Article:
    """Keep a published post."""
    fields = {"published": NOW, "updated": NOW, "by": "Sam", "state": "published"} | given
    return library.keep(Article(path=f"/posts/{name}", title=title, text=text, **fields))  # type: ignore[arg-type]


def names(some: list[Hit] | list[Article]) -> list[str]:
    """Give what articles are called in their paths."""
    articles = [one.article if isinstance(one, Hit) else one for one in some]
    return [one.path.rpartition("/")[2] for one in articles]


# Words


def test_a_word_is_found_however_it_is_written(library: SqlLibrary) -> None:
    """With its accents or without, composed or not, in capitals or not, between marks."""
    ways = ("café", "cafe\u0301", "CAFE", "Café", "l'été d'un café", "café2024 café")
    for number, said in enumerate(ways):
        keep(library, str(number), text=f"Before the {said}, after.")
    keep(library, "other", text="Something else")
    for asked in ("café", "cafe\u0301", "CAFÉ", "cafe", '"cafe"', "cafe*"):
        assert sorted(names(library.search(asked))) == [str(number) for number in range(len(ways))]


def test_words_of_other_scripts_and_odd_ones_are_found(library: SqlLibrary) -> None:
    """Greek with its last sigma, Korean taken apart or not, ligatures, underscores, and the character 0."""
    for number, (said, *ways) in enumerate(ODD):
        keep(library, str(number), text=said, form="html")
        for asked in ways:
            assert names(library.search(asked)) == [str(number)], asked


def test_letters_of_unspaced_scripts_are_searched_for_as_a_phrase(library: SqlLibrary) -> None:
    """Within a sentence, beside letters of other scripts, and not where they stand apart or the other way round."""
    keep(library, "a", text="水曜日の夜、警察官とSNS上で話します。2026年")
    keep(library, "b", title="察警", text="警と察、警 官 察")
    keep(library, "c", text="かき ハット")
    for asked in ("警察", "警察官と", "SNS", "SNS上で", "年", "2026年", "話 水曜日"):
        assert names(library.search(asked)) == ["a"], asked
    assert names(library.search("察警")) == ["b"]
    assert library.search("がき") == library.search("バット") == []
    assert library.search("SNS下") == []


def test_a_phrase_is_in_the_title_or_in_the_text(library: SqlLibrary) -> None:
    """Never begun in the one and ended in the other, nor over the end of a sentence in letters of another script."""
    keep(library, "a", title="市", text="民")
    keep(library, "b", title="市民", text="民 x 市")
    assert names(library.search("市民")) == ["b"]
    assert library.search("民市") == []


def test_a_phrase_is_found_at_the_end_of_a_book(library: SqlLibrary) -> None:
    """After twenty thousand letters, and the same letter a thousand times."""
    keep(library, "a", text="のは" * 10_000 + "警察の話" + "の" * 1_000)
    (hit,) = library.search("警察の話")
    assert "\x02警察の話\x03" in hit.piece
    assert library.search("話警") == []


# Ranks


def test_the_best_come_first(library: SqlLibrary) -> None:
    """A word in the title counts four in the text, among many it counts less; where all is even, the older is first."""
    keep(library, "even", text="camera and nine more words about something else than that")
    keep(library, "same", text="camera and nine more words about something else than that")
    keep(library, "twice", text="camera, camera: two of the words are it, eight are not")
    keep(library, "lost", text="camera and " + "many other words " * 60)
    keep(library, "title", title="Camera", text="ten words that are about something else than all the rest")
    for number in range(9):
        keep(library, f"other{number}", text="nothing to be found")
    assert names(library.search("camera")) == ["title", "twice", "even", "same", "lost"]


def test_a_rare_word_counts_more(library: SqlLibrary) -> None:
    """Of two that have both words, the one that says the rare one more often is first."""
    for number in range(30):
        keep(library, f"n{number}", text="winter on the street again and again")
    keep(library, "common", text="winter winter winter zebra")
    keep(library, "rare", text="winter zebra zebra zebra")
    assert names(library.search("winter zebra")) == ["rare", "common"]


def test_hits_come_in_pages(library: SqlLibrary) -> None:
    """Each of them once, and only those that are public, which may change."""
    kept = [keep(library, str(number), text="zebra") for number in range(7)]
    keep(library, "draft", text="zebra", state="draft")
    library.keep(msgspec.structs.replace(kept[3], state="private"))
    pages = [names(library.search("zebra", offset, 3)) for offset in (0, 3, 6)]
    assert pages == [["0", "1", "2"], ["4", "5", "6"], []]


def test_what_changed_or_went_is_found_no_more(library: SqlLibrary) -> None:
    """By its words before; by its new ones it is."""
    one = keep(library, "a", title="Zebra", text="crossing")
    library.keep(msgspec.structs.replace(one, title="Horse"))
    assert library.search("zebra") == []
    assert names(library.search("horse crossing")) == ["a"]
    library.forget(one.id)
    assert library.search("horse") == []
    library.put(Whole(articles=(msgspec.structs.replace(one, id=9, text="警察の話"),)))
    assert names(library.search("zebra 警察")) == ["a"]


# Anything may be asked


@SHARED
@given(words=st.text(max_size=200) | st.lists(st.sampled_from([*SIGNS, "警察", "ก"])).map(" ".join))
def test_anything_may_be_searched_for(library: SqlLibrary, words: str) -> None:
    """No text is a fault, and none is a language of its own."""
    if library.at("/posts/one") is None:
        keep(library, "one", "near or a", "a b c")
    library.search(words)


@SHARED
@given(text=LETTERS)
def test_each_word_of_an_article_finds_it(library: SqlLibrary, text: str) -> None:
    """Whatever it is, as it is written; what has no words is not found by any."""
    found = library.at("/posts/one") or keep(library, "one")
    said = plain(f"zebra {text}", "html")
    library.keep(msgspec.structs.replace(found, text=f"zebra {text}", form="html"))
    for asked in filter(bare, re.findall(r"\w+", normalize("NFC", said))):
        assert names(library.search(asked)) == ["one"], asked
    assert [names(library.search(said)), library.search("zebra horse")] == [["one"], []]


@given(text=st.text(max_size=200))
def test_what_is_searched_for_is_what_is_kept(text: str) -> None:
    """The words of any text stand in its words, one after another."""
    there = bare(text)
    for phrase in phrases(text):
        assert any(tuple(there[at : at + len(phrase)]) == phrase for at in range(len(there))), phrase
    assert [one.word for one in placed(normalize("NFC", text))] == there


# Pieces


def test_a_piece_is_where_most_of_it_stands(library: SqlLibrary) -> None:
    """Two dozen words, cut at both ends, with what was found marked as it is written."""
    filler = " ".join(f"w{number}" for number in range(60))
    keep(library, "a", "A title", f"Winter {filler} the WINTER of the Zébra {filler}")
    (hit,) = library.search("zebra winter")
    assert "the \x02WINTER\x03 of the \x02Zébra\x03" in hit.piece
    assert (hit.piece[0], hit.piece[-1]) == ("…", "…")
    assert len(bare(hit.piece)) == WORDS


def test_a_piece_of_the_title_is_shown_where_more_of_it_stands_there(library: SqlLibrary) -> None:
    """Or where it stands there alone."""
    keep(library, "a", "Zebra crossing", "On a crossing.")
    (hit,) = library.search("zebra crossing")
    assert hit.piece == "\x02Zebra\x03 \x02crossing\x03"


@given(text=st.text(max_size=400), others=st.text(max_size=40), place=st.integers(0, 400))
def test_a_piece_is_the_text_with_marks(text: str, others: str, place: int) -> None:
    """Nothing is added but the marks and the dots, nothing within is lost, and every pair of marks holds a phrase."""
    text = text.replace("\x02", "").replace("\x03", "").replace("…", "")
    there = placed(text)
    wanted = phrases((there[place % len(there)].word if there else "") + " " + others)
    made = piece("", text, wanted)
    begun, *marked = made.split("\x02")
    assert made.replace("\x02", "").replace("\x03", "").strip("…") in text
    assert "\x03" not in begun
    assert all(part.count("\x03") == 1 for part in marked)
    held = [tuple(bare(part.partition("\x03")[0])) for part in marked]
    assert all(any(set(phrase) <= set(one) for phrase in wanted) for one in held)
    assert len(placed(made)) <= WORDS + len(marked) * 2


def test_what_is_searched_for_has_an_end() -> None:
    """So many words; so many letters of a phrase."""
    assert len(phrases(" ".join(f"w{number}" for number in range(100)))) == MOST_WORDS
    assert [len(phrase) for phrase in phrases("警" * 1_000)] == [64]
    assert phrases("x" * 100) == [("x" * 64, "x" * 36)]
    assert phrases("a A á _") == [("a",)]


# Likeness


def test_the_same_articles_are_alike_on_both(library: SqlLibrary) -> None:
    """The most similar first, by words that few others have; in Korean and Japanese too."""
    film = "Film of body cameras: who sees the film, how long cameras record, and what privacy is left."
    one = keep(library, "film", "Film and cameras", film)
    keep(library, "less", "A night", "Somebody asked about cameras and film; most did not.")
    keep(library, "more", "More on cameras", "Cameras, film, privacy and the law.")
    keep(library, "draft", "Film", film, state="draft")
    keep(library, "page", "Film", film, kind="page")
    korean = keep(library, "korean", "경찰 카메라", "경찰 카메라 영상 공개 문제")
    keep(library, "korean2", "영상 공개", "경찰 카메라 영상")
    for number in range(30):
        keep(library, f"n{number}", "Winter", f"Snow and ice on street {number * 7}, and a stop.")
    assert names(library.alike(one)) == ["more", "less"]
    assert names(library.alike(one, 1)) == ["more"]
    assert names(library.alike(korean)) == ["korean2"]
    library.forget(korean.id)
    twin = library.at("/posts/korean2")
    assert twin is not None
    assert library.alike(twin) == []
    for title in ("Entirely different", ""):
        assert library.alike(Article(path="/x", title=title, updated=NOW, by="Sam")) == []
