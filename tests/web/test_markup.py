import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.markup import beginning, linked, plain, tidy

TEXTS = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(["<script>", "</p>", '"', "'", "&amp;", "https://a.example/x?y=1&z=2", "(https://b.example/)"]),
    )
).map("".join)


@given(TEXTS)
def test_a_text_reads_as_it_was_written_and_makes_no_markup_but_links(text: str) -> None:
    """Whatever is written is shown as it is; no element and no attribute can come of it but a link's own."""
    html = str(linked(text))
    bare = re.sub(r'<a href="[^"<>]*" rel="nofollow noopener ugc" target="_blank">|</a>', "", html)
    assert "<" not in bare
    assert ">" not in bare
    assert unescape(bare) == text


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example/b.", "https://a.example/b"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("HTTPS://A.example/?q=1&r=2!", "HTTPS://A.example/?q=1&r=2"),
        ('"https://a.example"', "https://a.example"),
        ("javascript:alert(1)", None),
        ("https://you@a.example/", None),
    ],
)
def test_links_are_clickable_without_what_surrounds_them(text: str, link: str | None) -> None:
    """A link ends where a reader would say that it ends."""
    found = re.findall(r'href="([^"]*)"', str(linked(text)))
    assert [unescape(one) for one in found] == ([] if link is None else [link])


@given(st.text(st.sampled_from("ab \n")), st.integers(1, 50), st.integers(1, 5))
def test_a_beginning_is_no_longer_than_it_may_be(text: str, limit: int, lines: int) -> None:
    """A cut text fits, is a beginning of the whole, and says by an ellipsis that it is cut."""
    cut = beginning(text, limit, lines)
    if cut != text:
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
    assert len(cut) <= limit + 1
    assert cut.count("\n") < lines


def test_a_text_is_cut_where_a_word_ends() -> None:
    """Nobody's last word is cut in two, unless it is all there is."""
    assert beginning("one two three", 9) == "one two…"
    assert beginning("x" * 20, 9) == "x" * 9 + "…"


@given(st.text())
def test_a_title_has_one_visible_line(text: str) -> None:
    """What stands in a title cannot reorder or hide what stands beside it."""
    line = plain(text)
    assert "\n" not in line
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u0000")
    assert len(line) <= 81


@given(st.text(st.sampled_from("a \r\n\u2028\u000b")))
def test_empty_lines_do_not_push_others_away(text: str) -> None:
    """However many empty lines are written, one at a time is shown."""
    assert not re.search(r"\n\s*\n\s*\n", tidy(text))
    assert not re.search("[\r\u2028\u000b]", tidy(text))
