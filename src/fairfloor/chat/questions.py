"""The form of a post: whether it is a question, and whether it sets or answers one of the run sheet.

Read from marks alone (a question mark, Q3, A3), never from what the words mean.
"""

import re
import unicodedata

from fairfloor.acts.heard import Form

_LINK = re.compile(r"https?://\S+")
_MARK = re.compile("[?\u037e\u055e\u061f\u1367\u2cfa\u2cfb\u2e2e\ua60f\ua6f7\U00011143]")
_DIGIT = re.compile(r"\d")
_LEAD = r"^\s*(?:\.?[@#]\w\S*\s+)*\W*"
"""What may stand before the mark: mentions, hashtags, an emoji or a quotation mark."""
_ASKS = re.compile(_LEAD + r"(?:q|question)\s{0,2}#?(\d{1,2})(?![\w%])", re.IGNORECASE)
_ANSWERS = re.compile(_LEAD + r"(?:a|answer)\s{0,2}#?(\d{1,2})(?:(?=[.:)\-\u2013\u2014/])|(?=\s))", re.IGNORECASE)
_REACH = 200
"""Characters of a post within which its mark must stand."""


def form(text: str) -> Form:
    """Read the form of a post's text. Total: every text has one."""
    head = unicodedata.normalize("NFKC", text[:_REACH])
    if _DIGIT.search(head) is None:
        return Form(question=_question(text))
    return Form(question=_question(text), asks=_number(_ASKS, head), answers=_number(_ANSWERS, head))


def _question(text: str) -> bool:
    """Tell whether there is a question mark outside of links."""
    if _MARK.search(unicodedata.normalize("NFKC", text)) is None:
        return False
    return "//" not in text or _MARK.search(unicodedata.normalize("NFKC", _LINK.sub("", text))) is not None


def _number(pattern: re.Pattern[str], head: str) -> int | None:
    found = pattern.match(head)
    return int(found[1]) or None if found else None


_SENTENCE = re.compile(r"(?:[^.!?\u061f\uff1f\n]|[.!](?=\w))*[?\u061f\uff1f]+")


def asking(text: str) -> str:
    """Give the sentences of a text that ask something; all of it where none does."""
    return " ".join(_SENTENCE.findall(_LINK.sub("", text))) or text
