import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.site.plain import plain

PIECES = st.sampled_from(
    [*"<![]>-a\"'/?&#; ", "CDATA", "if", "script", "<!", "<![", "</", "--", "&#x", "\x00", "\ud800"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_words_are_found_in_anything(text: str) -> None:
    """No markup, however broken, is without an answer, and the answer is one line."""
    for form in ("html", "markdown"):
        assert "\n" not in plain(text, form)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a<![>b", "ab"),
        ("a<![CDATA[b>c", "ac"),
        ("a<![if x]>b<![endif]>c", "abc"),
        ("<p>a<script>b</script>c<p>d", "ac d"),
    ],
)
def test_sections_are_read_as_browsers_do(html: str, words: str) -> None:
    """What begins as a section of another language is no words, and what stands around it is."""
    assert plain(html, "html") == words
