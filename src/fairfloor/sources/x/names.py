"""Which account a name on X means: X tells who speaks by number, so a host is looked up when an evening begins."""

import re

import msgspec

from fairfloor.sources.secret import Secret
from fairfloor.sources.wrong import WRONG
from fairfloor.sources.x.asking import HOME, asking
from fairfloor.sources.x.problems import Kind, Trouble

_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")


class _User(msgspec.Struct, frozen=True):
    id: str


class _Answer(msgspec.Struct, frozen=True):
    data: _User | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


def is_number(name: str) -> bool:
    """Tell whether a name is the number of an account already."""
    return name.isascii() and name.isdigit()


async def account(name: str, token: Secret, home: str = HOME) -> str | None:
    """Give the number of the account that goes by a name; None where nobody does. X charges for one account.

    Raises Trouble, which says what is the matter.
    """
    name = name.strip().removeprefix("@")
    if is_number(name):
        return name
    if not _NAME.fullmatch(name):
        return None
    async with asking(token, home) as polite:
        body = await polite.get(f"/2/users/by/username/{name}")
    try:
        found = _ANSWER.decode(body).data
    except WRONG as wrong:
        raise Trouble(Kind.NOT_X) from wrong
    return found.id if found is not None and is_number(found.id) else None
