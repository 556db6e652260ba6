"""The rule that tells X which posts to stream. Ours is marked as ours; other people's rules are left alone.

A rule stays with the app until it is deleted, and whatever it matches is delivered and charged. So rules of our own for
other tags, left by an evening that is over, are deleted before the stream is opened.
"""

import msgspec

from fairfloor.acts.hashtags import tag_key
from fairfloor.sources.wrong import WRONG
from fairfloor.sources.x.asking import Asking
from fairfloor.sources.x.intake import Rule
from fairfloor.sources.x.problems import Kind, Trouble, problems

PATH = "/2/tweets/search/stream/rules"
MARK = "fairfloor"
"""How our rules are marked."""


class Rules(msgspec.Struct, frozen=True):
    """An answer about rules."""

    data: tuple[Rule, ...] | None = None
    errors: tuple[msgspec.Raw, ...] = ()


_RULES = msgspec.json.Decoder(Rules)


class Standing(msgspec.Struct, frozen=True):
    """The rules as they stand: ours, and how many there are of other people's."""

    id: str
    others: int


def rule(*tags: str) -> str:
    """Give the rule, and the query of a search, that hashtags are: any one of them."""
    return " OR ".join("#" + tag.lstrip("#\uff03") for tag in tags)


async def set_rule(asking: Asking, *tags: str) -> Standing:
    """Have X match the tags, and none of our former ones. Raises Trouble."""
    wanted = rule(*tags)
    there = _decoded(await asking.get(PATH)).data or ()
    ours = [one for one in there if one.tag.startswith(MARK)]
    stale = [one.id for one in ours if tag_key(one.value) != tag_key(wanted)]
    if stale:
        await asking.post(PATH, {"delete": {"ids": stale}})
    same = next((one.id for one in ours if one.id not in stale), None)
    others = len(there) - len(ours)
    return Standing(same or await _add(asking, wanted), others)


async def delete_rule(asking: Asking, id_: str) -> None:
    """Have X match the tag no more. Raises Trouble."""
    await asking.post(PATH, {"delete": {"ids": [id_]}})


async def _add(asking: Asking, wanted: str) -> str:
    added = _decoded(await asking.post(PATH, {"add": [{"value": wanted, "tag": MARK}]}))
    if added.data:
        return added.data[0].id
    told = problems(added.errors)
    duplicate = next((problem.id for problem in told if problem.id and problem.title == "DuplicateRule"), None)
    if duplicate is None:
        raise Trouble(next((problem.kind for problem in told if problem.kind), None) or Kind.RULE)
    return duplicate


def _decoded(body: bytes) -> Rules:
    try:
        return _RULES.decode(body)
    except WRONG as wrong:
        raise Trouble(Kind.NOT_X) from wrong
