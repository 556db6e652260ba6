"""What was made quick in reading questions finds what the plain rule finds."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.questions.forms import form
from fairfloor.chat.questions.reading import asking

MARKS = (
    "\u037e\u055e\u061f\u1367\u2047\u2048\u2049\u2753\u2754\u2cfa\u2cfb\u2e2e\ua60f\ua6f7\ufe16\ufe56\uff1f\U00011143"
)
END = re.compile(rf"[!?{MARKS}]+|\n|\x00|[.\u2026](?!\w)")
LINK = re.compile(r"https?://\S+|(?<!\S)(?:www\.|[^\s/]+\.[a-z]{2,12}/)\S+")
LEAD = r"^\s*(?:\.?[@#]\w\S*\s+)*\W*"
ASKS = re.compile(LEAD + r"(?:q|question)\s{0,2}#?(\d{1,2})(?![\w%])", re.IGNORECASE)
ANSWERS = re.compile(LEAD + r"(?:a|answer)\s{0,2}#?(\d{1,2})(?:(?=[.:)\-\u2013\u2014/])|(?=\s))", re.IGNORECASE)

PIECES = st.sampled_from(
    ["https://", "http://", "www.", "a.org/", "?", "!", "...", "\u2026", "\x00", "\n", " ", "/", "'", "Is"]
)
TEXTS = st.lists(PIECES | st.sampled_from(MARKS) | st.text(max_size=2), max_size=16).map("".join)
LEADS = st.sampled_from(
    ["q", "Q", "question", "A", "answer", "#", "@", "#a ", ".", " ", "1", "3", "\u2460", "\uff31", ":"]
)


def sentences(text: str) -> str:
    """Give the sentences with a mark, one place of the text after the other."""
    said, start, found = LINK.sub("\x00", text.lower()).replace("'", "").replace("\u2019", ""), 0, []
    for end in END.finditer(said):
        if set(end[0]) & {"?", *MARKS}:
            found.append(said[start : end.start()])
        start = end.end()
    return " ".join(found[:12]) or said.replace("\x00", " ")


@given(TEXTS)
def test_sentences_end_where_the_plain_rule_ends_them(text: str) -> None:
    """Links and ends are found faster than by trying four things at each place, and no differently."""
    assert asking(text) == sentences(text)


@given(st.lists(LEADS | st.text(max_size=1), max_size=12).map("".join))
def test_no_mark_of_the_run_sheet_is_passed_over(text: str) -> None:
    """What tells quickly that a post has no mark of the run sheet never says so of one that has."""
    head = unicodedata.normalize("NFKC", text[:200])
    asks, answers = ASKS.match(head), ANSWERS.match(head)
    assert form(text).asks == (int(asks[1]) or None if asks else None)
    assert form(text).answers == (int(answers[1]) or None if answers else None)
