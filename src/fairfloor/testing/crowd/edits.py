"""How a pasted text is touched up so that no two pastes are the same: as recorded, and as known to be tried.

The recorded crowd put an exclamation or a mention before a template, tags or a link after it. Others put
invisible marks and look-alike letters into words, shout a word, swap one for a filler or add one, change the end.

Invariant: the dice thrown never depend on which letters or words the text has, only on how many words.
"""

from collections.abc import Callable
from random import Random

from fairfloor.testing.crowd.dice import some
from fairfloor.testing.crowd.grammar import Grammar

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_LOOKALIKE = str.maketrans("aceiopxyABCEHKMOPTXY", "асеіорхуАВСЕНКМОРТХУ")  # noqa: RUF001 that is the trick
_WIDE = {code: code + 0xFEE0 for code in range(ord("A"), ord("z") + 1) if chr(code).isalpha()}
_EMOJI = "🔥😡📢🚨💥👀‼✊🙄💀"

_Edit = Callable[[list[str], Random, Grammar], list[str]]


def edited(text: str, dice: Random, words: Grammar) -> str:
    """Touch a text up in two to five ways; a reader still reads the same."""
    tokens = text.split()
    for edit in some(dice, _EDITS, dice.randint(2, 5)):
        tokens = edit(tokens, dice, words)
    return " ".join(tokens)


def _on_one(tokens: list[str], dice: Random, change: Callable[[str], str]) -> list[str]:
    at = dice.randrange(len(tokens))
    return [*tokens[:at], change(tokens[at]), *tokens[at + 1 :]]


def _exclaim(tokens: list[str], dice: Random, words: Grammar) -> list[str]:
    return [*dice.sample(words.lists["exclaim"], dice.randint(1, 2)), *tokens]


def _mention(tokens: list[str], dice: Random, words: Grammar) -> list[str]:
    return [f"@{dice.choice(words.lists['first']).lower()}{dice.randrange(10, 99)}", *tokens]


def _tags(tokens: list[str], dice: Random, words: Grammar) -> list[str]:
    return [*tokens, *(f"#{tag}" for tag in dice.sample(words.lists["tags"], dice.randint(1, 3)))]


def _link(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    return [*tokens, f"https://pics.example.net/{dice.getrandbits(40):x}"]


def _emoji(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    at = dice.randrange(len(tokens) + 1)
    return [*tokens[:at], dice.choice(_EMOJI) * dice.randint(1, 3), *tokens[at:]]


def _invisible(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    mark = dice.choice(_INVISIBLE)
    return _on_one(tokens, dice, lambda word: word[:1] + mark + word[1:])


def _lookalike(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    return _on_one(tokens, dice, lambda word: word.translate(_LOOKALIKE))


def _wide(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    return _on_one(tokens, dice, lambda word: word.translate(_WIDE))


def _shout(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    return _on_one(tokens, dice, str.upper)


def _swap(tokens: list[str], dice: Random, words: Grammar) -> list[str]:
    filler = dice.choice(words.lists["filler"])
    return _on_one(tokens, dice, lambda _: filler)


def _insert(tokens: list[str], dice: Random, words: Grammar) -> list[str]:
    at = dice.randrange(len(tokens) + 1)
    return [*tokens[:at], dice.choice(words.lists["filler"]), *tokens[at:]]


def _marks(tokens: list[str], dice: Random, _: Grammar) -> list[str]:
    end = dice.choice(("!!!", "...", "!?", "!!", " —"))
    return [*tokens[:-1], tokens[-1].rstrip(".!?") + end]


_EDITS: tuple[_Edit, ...] = (
    _exclaim,
    _mention,
    _tags,
    _link,
    _emoji,
    _invisible,
    _lookalike,
    _wide,
    _shout,
    _swap,
    _insert,
    _marks,
)
