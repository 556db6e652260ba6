"""HTML becomes plain text; nothing in it is executed, followed or trusted."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.sources.reading.markup import MAX_MARKUP, plain_text
from fairfloor.sources.reading.refusal import Refused

CASES = [
    ("<p>one</p><p>two<br>three<br />four</p>", "one\n\ntwo\nthree\nfour"),
    ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ("<script>alert(1)</script>said<style>p{}</style>", "said"),
    ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
    ('<a href="javascript:alert(1)">here</a>', "here"),
    ("unclosed <p>paragraph", "unclosed paragraph"),
    ("<!-- hidden -->shown<!doctype html><?php echo 1 ?>", "shown"),
    ("1 < 2 > 0, i <3 u", "1 < 2 > 0, i <3 u"),
    ("", ""),
]


@pytest.mark.parametrize(("html", "text"), CASES)
def test_markup_becomes_text(html: str, text: str) -> None:
    """Paragraphs and breaks become newlines, entities their characters, and scripts nothing."""
    assert plain_text(html).text == text


def test_links_are_where_they_lead() -> None:
    """Web links are kept by address; mentions, hashtags and other schemes are no links."""
    html = (
        '<a href="https://a.example/">here</a> <a href="javascript:x">x</a> <a>y</a>'
        '<a class="mention u-url" href="https://b.example/@bo">@bo</a>'
        '<a class="mention hashtag" href="https://b.example/tags/x">#x</a>'
    )
    assert plain_text(html).links == ("https://a.example/",)


@given(html=st.text() | st.text(alphabet="<>/!-[]&;#pabr \"'=x"))
def test_any_text_is_read_or_refused(html: str) -> None:
    """Whatever stands there, reading it gives a text, or refuses it for a cause."""
    with suppress(Refused):
        assert plain_text(html).text == plain_text(html).text.strip()


def test_too_much_markup_is_refused() -> None:
    """A post of more HTML than any post has is refused before it is parsed."""
    with pytest.raises(Refused, match="characters of HTML"):
        plain_text("<" * (MAX_MARKUP + 1))
