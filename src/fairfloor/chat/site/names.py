"""Names that pass for the host's people: drawn alike, or adorned with what only they are.

A mark beside the name says who the host's people are; nobody reads it who has read "Hal (host)" already. So letters of
other scripts are brought home (`acts.text`), and what is no letter, and words as "the host" is, make no other name.
What remains possible, a name with another word in it, is another name.
"""

import re
from collections.abc import Iterable

from fairfloor.acts.text import normal

_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans("I1|0", "lllo")
"""What is drawn alike within ASCII."""
_ARE = frozenset({"host", "hosts", "cohost", "cohosts", "moderator", "moderators"})
"""What the host's people are called here."""
_AROUND = frozenset({"a", "co", "my", "official", "our", "real", "the", "your"})


def passes_for(name: str, people: Iterable[str]) -> bool:
    """Tell whether a name passes for one of the host's people. people: their names."""
    words = _words(name)
    bare = _bare(words)
    if not bare:
        return not _ARE.isdisjoint(words)
    own = {bare, "".join(words)}
    return any(_bare(_words(one)) in own for one in people)


def _words(name: str) -> list[str]:
    return _WORD.findall(normal(name.translate(_ALIKE)))


def _bare(words: list[str]) -> str:
    return "".join(word for word in words if word not in _ARE and word not in _AROUND)
