"""Reads what a text asks, sentence by sentence.

A sentence with a mark begins with some trust, and loses it to what speaks against a question: somebody else's mouth,
an offer that goes on to praise itself, a tag, an answer that follows at once. How much each counts was set on the part
of the labelled sets that is not measured on (docs/questions.md); the weights are whole numbers, since finer ones would
only have fitted those sets. Without a mark, a sentence has to show a question's order of words, or words of asking.

Invariant: the time that a text takes grows no faster than its length, of which the first `_REACH` characters count.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise, product, zip_longest

import msgspec

from fairfloor.chat.questions import words as spelt

_REACH = 2_000
"""Characters of a post that are read for what it asks."""
_MOST = 12
"""Sentences with a mark that are looked at."""
_LINK = re.compile(r"https?://\S+")
_BARE_LINK = re.compile(r"(?<!\S)(?:www\.|[^\s/]+\.[a-z]{2,12}/)\S+")
_HERE = "\x00"
"""Stands where a link stood."""
_OTHER_MARKS = (
    "\u037e\u055e\u061f\u1367\u2047\u2048\u2049\u2753\u2754\u2cfa\u2cfb\u2e2e\ua60f\ua6f7\ufe16\ufe56\uff1f\U00011143"
)
_OTHER = re.compile(f"[{_OTHER_MARKS}]")
_END = re.compile(
    rf"[!?\n{_HERE}.…{_OTHER_MARKS}](?:(?<=[!?{_OTHER_MARKS}])[!?{_OTHER_MARKS}]*|(?<=[\n{_HERE}])|(?!\w))"
)
"""A run of marks, a line's end, a link, or a full stop with no word behind it. It begins with what all of these begin
with, since that is looked for far faster than four things in turn."""
_APOSTROPHE = "\u2019"
_EXCLAIMING = frozenset("!\u2048\u2049")
_BREAKS = ".!?…:;"
_OPENING, _CLOSING = frozenset('"“«„'), frozenset('"”»')
_TRIM = "".join((_BREAKS, *_OPENING, *_CLOSING, ",)-\u2013\u2014(*_~[]"))
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ASIDE = re.compile(rf"[@#]\S+|{_HERE}")
_NEAR = 160
"""Characters before and after a sentence that are looked at for words."""
_TRUST, _ENOUGH = 2, 2
_BRIEF = 12
"""Words of a sentence without a mark that "what is" may begin: a longer one often tells ("What is odd is that")."""
_LONG, _SHORT = 5, 3
"""Words of a sentence without an interrogative that tells more than it asks, or is a mere heading."""


class _Sentence(msgspec.Struct, frozen=True, gc=False):
    """A sentence with a question's mark, in a post."""

    said: str
    mark: str
    before: str
    after: str


def asks(text: str) -> bool:
    """Tell by its form whether a text asks its readers something. Total."""
    if "?" not in text and (text.isascii() or _OTHER.search(text) is None):
        return _asks_unmarked(text[:_REACH])
    said = _plain(text)
    sentences = list(islice(_marked(said), _MOST))
    return any(map(_means_it, sentences)) if sentences else _asks_unmarked(said)


def asking(text: str) -> str:
    """Give the sentences of a text that have a question's mark; all of it where none has."""
    said = _plain(text)
    return " ".join(sentence.said for sentence in islice(_marked(said), _MOST)) or said.replace(_HERE, " ")


def _plain(text: str) -> str:
    """Give a text in lower case, without apostrophes and links."""
    said = text[:_REACH].lower()
    said = _LINK.sub(_HERE, said) if "://" in said else said
    said = _BARE_LINK.sub(_HERE, said) if "/" in said or "www." in said else said
    return said.replace("'", "").replace(_APOSTROPHE, "")


# With a mark


def _marked(said: str) -> Iterator[_Sentence]:
    start = 0
    for end in _END.finditer(said):
        mark = end[0]
        if "?" in mark or (not mark.isascii() and _OTHER.search(mark)):
            yield _Sentence(said[start : end.start()], mark, said[:start], said[end.end() :])
        start = end.end()


def _means_it(sentence: _Sentence) -> bool:
    """Tell whether a sentence with a mark asks its readers."""
    if _quoted(sentence):
        return False
    told, _, said = sentence.said.rpartition(": ")
    words = _words(said)
    while len(words) > 1 and words[0] in spelt.LEADS:
        del words[0]
    opens = _opens(words)
    return _TRUST + opens - _against(sentence, words, told, opens=opens) >= _ENOUGH


def _against(sentence: _Sentence, words: list[str], told: str, *, opens: bool) -> int:
    """Give what speaks against a sentence with a mark, in whole points."""
    before, after = _WORD.search(_said(sentence.before[-_NEAR:] + told)), _words(sentence.after[:_NEAR])
    more = bool(after or before)
    addressed = "@" in sentence.before or "@" in sentence.said or "@" in sentence.after
    starts = {tuple(words[:length]) for length in (1, 2, 3)}
    return sum(
        (
            3 * (more and tuple(words) in spelt.TAGS),
            1 * (more and not opens and not addressed and len(words) >= _LONG),
            3 * (bool(after) and not spelt.OFFERS.isdisjoint(starts)),
            3 * (not spelt.RHETORICAL.isdisjoint(starts)),
            2 * (bool(after) and after[0] in spelt.ANSWERS),
            2 * (bool(after) and not opens and len(words) <= _SHORT),
            2 * (not addressed and len(after) >= _SHORT and _HERE in sentence.after),
            2 * (not spelt.REPORTS.isdisjoint(_words(told))),
            3 * sentence.said.startswith("q:"),
            1 * (not _EXCLAIMING.isdisjoint(sentence.mark)),
        )
    )


def _words(text: str) -> list[str]:
    """Give the words of a text in plain form, without mentions, hashtags and links."""
    return _WORD.findall(_said(text))


def _said(text: str) -> str:
    """Give a text in plain form without mentions, hashtags and links."""
    return _ASIDE.sub(" ", text) if "@" in text or "#" in text or _HERE in text else text


def _opens(words: list[str]) -> bool:
    """Tell whether words begin as those of a question do, or speak of asking."""
    if not words:
        return False
    if words[0] in spelt.PREPOSITIONS and len(words) > 1 and words[1] in spelt.INTERROGATIVE_OPENINGS:
        return True
    return words[0] in spelt.INTERROGATIVE_OPENINGS or not spelt.ANYWHERE.isdisjoint(pairwise(words))


def _quoted(sentence: _Sentence) -> bool:
    """Tell whether a sentence is in somebody else's mouth: a quotation is open where it ends, or it is one."""
    said = sentence.said.strip()
    if sentence.after[:1] in _CLOSING or (said[-1:] in _CLOSING and said[:1] in _OPENING):
        return True
    upto = sentence.before + sentence.said
    return upto.count("“") > upto.count("”") or upto.count("«") > upto.count("»") or upto.count('"') % 2 == 1


# Without a mark


_RELATIVE = frozenset({"who", "whom", "whose"})
"""Begin clauses that only tell more of somebody ("the people who do it")."""
_ALONE = spelt.CONTRACTED | {"anyone", "anybody", "any1"}
_PAIRS = frozenset(
    (
        *product(spelt.INTERROGATIVES, spelt.AUXILIARIES),
        *product(spelt.AUXILIARIES, spelt.SUBJECTS),
        *(phrase[:2] for phrase in spelt.OPENINGS | spelt.ANYWHERE),
    )
)
"""The pairs of words one of which is in whatever asks without a mark, but for `_ALONE`."""


def _asks_unmarked(text: str) -> bool:
    said = text.lower().replace("'", "").replace(_APOSTROPHE, "")
    tokens = said.replace(",", " , ").replace("\n", " . ").split()
    if _PAIRS.isdisjoint(pairwise(tokens)) and _ALONE.isdisjoint(tokens):
        return False
    pairs = enumerate(zip_longest(tokens, tokens[1:], fillvalue=""))
    return any(_asks_from(tokens, place) for place, pair in pairs if pair in _PAIRS or pair[0] in _ALONE)


def _asks_from(tokens: list[str], place: int) -> bool:
    """Tell whether words without a mark ask, from a place on."""
    one, two, *more = tokens[place], *tokens[place + 1 : place + 3], ""
    three = more[0].rstrip(_TRIM) if more else ""
    if (one, two) in spelt.ANYWHERE or (one, two, three) in spelt.ANYWHERE:
        return _speaks(tokens, place)
    if _exclaims(tokens, place):
        return False
    subjects = spelt.ASKED if one in _RELATIVE else spelt.PRONOUNS
    if one in spelt.INTERROGATIVES and two in spelt.AUXILIARIES and three in subjects:
        return True
    return _begins(tokens, place) and _opens_unmarked(one, two, brief=_brief(tokens, place))


_BE_OR_DO = spelt.BE | spelt.DO


def _opens_unmarked(one: str, two: str, *, brief: bool) -> bool:
    """Tell whether a sentence without a mark that begins so asks; a brief one needs less."""
    if one in spelt.AUXILIARIES:
        return two in (spelt.ASKED if one in spelt.COMMANDING else spelt.SUBJECTS)
    if (one, two) in spelt.OPENINGS:
        return True
    return brief and (one in _ALONE or (one in spelt.INTERROGATIVES and two in _BE_OR_DO))


def _speaks(tokens: list[str], place: int) -> bool:
    """Tell whether words of asking are the author's own, and not denied."""
    before = tokens[place - 1] if place else ""
    if tokens[place] in spelt.MUSING and before not in spelt.MYSELF:
        return _begins(tokens, place)
    return before not in spelt.NEGATIONS


def _brief(tokens: list[str], place: int) -> bool:
    """Tell whether the sentence at a place is a short one."""
    return any(token[-1] in ".!?\u2026" for token in tokens[place : place + _BRIEF]) or len(tokens) <= place + _BRIEF


def _exclaims(tokens: list[str], place: int) -> bool:
    """Tell whether the sentence at a place ends with an exclamation mark."""
    ends = (token[-1] for token in tokens[place:] if token[-1] in ".!?\u2026")
    return next(ends, "") == "!"


def _begins(tokens: list[str], place: int) -> bool:
    """Tell whether a clause begins at a place: nothing stands before it but addresses, tags and interjections."""
    comma = False
    while place:
        place -= 1
        before = tokens[place]
        if before[-1] in _BREAKS:
            return True
        if before not in spelt.LEADS and before[0] not in "@#" and before.strip(_TRIM).isalnum():
            return comma and not place
        comma = comma or before == ","
    return True
