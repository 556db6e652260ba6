"""Which account `@name@server` means: its own server says how it is written, so any spelling of a host will do."""

import msgspec

from fairfloor.sources.mastodon.server import Instance, home, place
from fairfloor.sources.mastodon.status import Account
from fairfloor.sources.people.asking import Asking, Refused, decoded

_ACCOUNT = msgspec.json.Decoder(Account)
_INSTANCE = msgspec.json.Decoder(Instance)
_NOBODY = frozenset({404, 410})


def is_one(name: str) -> bool:
    """Tell whether a name is one of Mastodon's, `@name@server` or `name@server`."""
    user, _, server = name.strip().removeprefix("@").partition("@")
    return bool(user and server)


async def account(asking: Asking, name: str) -> str | None:
    """Give the account that a name means, as it stands in acts; None where there is nobody of that name.

    Raises Unanswered and Refused, and ValueError where the name has no server.
    """
    user, _, server = name.strip().removeprefix("@").partition("@")
    at = home(server)
    try:
        found = decoded(await asking.ask(f"{at}/api/v1/accounts/lookup", acct=user), _ACCOUNT, place(at))
    except Refused as refused:
        if refused.status in _NOBODY:
            return None
        raise
    try:
        instance = decoded(await asking.ask(f"{at}/api/v2/instance"), _INSTANCE, place(at))
    except Refused:
        instance = Instance()
    return found.stable(instance.named)
