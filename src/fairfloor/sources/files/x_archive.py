"""Whose an X account archive is: `account.js` lies beside `tweets.js`."""

from pathlib import Path

import msgspec

from fairfloor.acts.fault import Fault
from fairfloor.sources.files.layout import elements
from fairfloor.sources.files.opened import opened
from fairfloor.sources.files.x_v1 import User
from fairfloor.sources.wrong import WRONG

UNNAMED = User(id_str="owner")
"""The account of an archive that does not say whose it is."""


class _Account(msgspec.Struct, frozen=True):
    accountId: str = ""  # noqa: N815 - X's name
    username: str = ""


class _Wrapped(msgspec.Struct, frozen=True):
    account: _Account


def owner(tweets: Path) -> User:
    """Give the account whose archive a file of tweets is from; `UNNAMED` where its `account.js` does not tell."""
    try:
        with opened(tweets.with_name("account.js")) as stream:
            for _, record in elements(stream):
                if not isinstance(record, Fault):
                    account = msgspec.json.decode(record, type=_Wrapped).account
                    return User(id_str=account.accountId or UNNAMED.id_str, screen_name=account.username or None)
    except (OSError, *WRONG):
        pass
    return UNNAMED
