"""The form of a post: whether it asks something, and whether it sets or answers a question of the run sheet.

Whether a post asks the chat or somebody in it is told by its form: a mark and what it stands on, or, without a mark,
the order of words that only questions have ("how do we", "does anyone"), or words of asking ("wondering whether"). What
is told by are closed classes of words, interrogatives and auxiliaries and the like, of several languages, in
`questions_words`; a topic's words, and so a viewpoint, are never read.

A mark alone tells little: in posts it stands in links, in headlines, in other people's mouths, in offers ("Want to know
more?"), in tags ("really?") and in questions that go on to answer themselves. Measured in docs/questions.md.

Invariant: which words of no closed class a post has changes nothing, as long as they stand in the same places.
"""

import re
import unicodedata

from fairfloor.acts.heard import Form
from fairfloor.chat.questions.reading import asks

_LEAD = r"^\s*+(?:\.?[@#]\w\S*+\s++)*\W*+"
"""What may stand before the mark: mentions, hashtags, an emoji or a quotation mark. What it took of a run of spaces it
never gives back, for nothing but the mark's letter may follow: the time grows with the length and no faster."""
_ASKS = re.compile(_LEAD + r"(?:q|question)\s{0,2}#?(\d{1,2})(?![\w%])", re.IGNORECASE)
_ANSWERS = re.compile(_LEAD + r"(?:a|answer)\s{0,2}#?(\d{1,2})(?:(?=[.:)\-\u2013\u2014/])|(?=\s))", re.IGNORECASE)
_NUMBERED = re.compile(_LEAD + r"(?:q|question|a|answer)\s{0,2}#?\d", re.IGNORECASE)
"""What both have; most posts have not."""
_REACH = 200
"""Characters of a post within which its mark must stand."""


def form(text: str) -> Form:
    """Read the form of a post's text. Total: every text has one."""
    head = text[:_REACH]
    head = head if head.isascii() else unicodedata.normalize("NFKC", head)
    if _NUMBERED.match(head) is None:
        return _ASKING if asks(text) else _SAYING
    return Form(question=asks(text), asks=_number(_ASKS, head), answers=_number(_ANSWERS, head))


_ASKING, _SAYING = Form(question=True), Form()


def _number(pattern: re.Pattern[str], head: str) -> int | None:
    found = pattern.match(head)
    return int(found[1]) or None if found else None
