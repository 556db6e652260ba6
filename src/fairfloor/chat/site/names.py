"""Names that nobody can go by under an article: those that pass for the host's people, and those that say "no name".

A mark beside the name says who the host's people are; nobody reads it who has read "Hal (host)" already. So letters of
other scripts are brought home (`acts.text`), and what is no letter, and words as "the host" is, make no other name.
What remains possible, a name with another word in it, is another name.

Two kinds of words are nobody's name by themselves. Some claim a part that only the host's people have here: whoever
reads "Admin" under an article takes it for the house speaking. Others are what a page writes where there is no name:
one person called "Anonymous" cannot be told from all who are, and "[deleted]" reads as a comment that is gone. The
lists are short on purpose, of the languages that questions are read in (`chat.questions.words`): words for the parts
that there are here, and those that discussions everywhere write for nobody. They are refused alone, numbered, spaced
out and adorned ("A D M I N", "Admin 2", "the real m0derator"), never within a name: Edgar Guest is welcome.

Rejected: lists of what one might not like in a name (they grow, and judge); words that may be a part elsewhere but are
none here ("support", "system", "owner").
"""

import re
import unicodedata
from collections.abc import Collection
from itertools import product, takewhile

from fairfloor.acts.text import normal

ROLE = "It says what only the host's people are here."
NOBODY = "It says that there is no name; leave the name empty to be anonymous."
TAKEN = "One of the host's people goes by it, or by what reads like it."
_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans("I1|0", "lllo")
"""What is drawn alike within ASCII."""
_MORE_ALIKE = str.maketrans("i134570", "lleasto")
"""What passes for a letter within a word that one expects."""
_BETWEEN = re.compile(r"(?<=\w)[|!](?=\w)")
_NUMBER = re.compile(r"(?<=\D)\d+\Z")


_SMALL = {
    code: name.rpartition(" ")[2].lower()
    for code in (*range(0x1D00, 0x1D26), *range(0x250, 0x2B0), 0xA730, 0xA731)
    if re.fullmatch("LATIN LETTER SMALL CAPITAL [A-Z]", name := unicodedata.name(chr(code), ""))
}
"""Small capitals, which Unicode takes for letters of their own, and readers do not."""


def _folded(word: str) -> str:
    return word.translate(_MORE_ALIKE)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(map(_folded, normal(text).split()))


_ARE = _words_of(
    "host hosts cohost cohosts moderator moderators moderation mod mods admin admins administrator administrators"
    " webmaster staff"
    " anfitrión anfitriona moderador moderadora administrador administradora moderación"  # Spanish
    " hôte modérateur modératrice modération administrateur administratrice"  # French
    " gastgeber gastgeberin moderatorin administratorin moderationsteam"  # German
    " anfitrião anfitriã moderação"  # Portuguese
    " админ администратор модератор"  # the same words as they are read in Cyrillic
)
"""What the host's people are called here, and those who run a page anywhere."""
_NOBODY = _words_of(
    "anonymous anon nobody somebody someone noname nameless unnamed unknown guest user deleted removed withdrawn"
    " anónimo anónima nadie invitado invitada eliminado desconocido"  # Spanish
    " anonyme inconnu inconnue invité invitée supprimé"  # French
    " anonym anonymer anonyme niemand namenlos unbekannt gast gelöscht"  # German
    " anônimo anônima ninguém convidado convidada excluído desconhecido"  # Portuguese
    " аноним"
    " sinnombre sansnom ohnenamen ohnename semnome"  # of two words, as they are when they stand together
)
"""What pages write where there is no name."""
_AROUND = _words_of(
    "a an co my of official our real site page chat team the this your"
    " el la los las le les der die das ein eine une un o os as oficial officiel offiziell"
)
"""What makes no other name of one."""


def refused(name: str, people: Collection[str]) -> str | None:
    """Say in a sentence why nobody can go by a name under an article; None where one can. people: the host's names."""
    if passes_for(name, people):
        return ROLE if _says(name, _ARE) else TAKEN
    if _says(name, _ARE):
        return ROLE
    return NOBODY if _says(name, _NOBODY) else None


def passes_for(name: str, people: Collection[str]) -> bool:
    """Tell whether a name passes for one of the host's people. people: their names."""
    words = _words(name)
    bare = _bare(words)
    if words and any(words == _words(one) for one in people):
        return True
    if not bare:
        return _says(name, _ARE)
    own = {bare, "".join(words)}
    return any(_bare(_words(one)) in own for one in people)


def _says(name: str, some: frozenset[str]) -> bool:
    """Tell whether a name is one of some words, and nothing else that would make a name of it."""
    found = _WORD.findall(normal(_BETWEEN.sub("l", name.translate(_SMALL))))
    words = [_folded(_NUMBER.sub("", word)) for word in found if not word.isdigit()]
    left = [word for word in words if word not in _AROUND]
    ends = (len(list(takewhile(_AROUND.__contains__, some_))) for some_ in (words, reversed(words)))
    said = any(word in some for word in words) and all(word in some for word in left)
    spaced = ("".join(words[begin : len(words) - end]) for begin, end in product(*(range(one + 1) for one in ends)))
    return said or any(one in some for one in spaced)


def _words(name: str) -> list[str]:
    return _WORD.findall(normal(name.translate(_SMALL).translate(_ALIKE)))


def _bare(words: list[str]) -> str:
    return "".join(word for word in words if _folded(word) not in _ARE and _folded(word) not in _AROUND)
