"""Sign-ins at another server that are under way: what must be remembered until the browser comes back."""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from fairfloor.web.people.door import Door

GOOD_FOR = timedelta(minutes=10)
_MOST = 2_000

T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    browser: bytes
    until: datetime
    what: T


class Pending(Generic[T]):
    """Remembers a thing under a name that nobody can guess, for one browser, for ten minutes; gives it back once.

    Invariant: bounded; where too many are under way those begun first are forgotten, and begin again.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()

    def keep(self, browser: bytes, what: T) -> str:
        """Remember; give the name (OAuth's `state`)."""
        state = secrets.token_urlsafe(24)
        self._kept[state] = _Kept(browser, self._door.now() + GOOD_FOR, what)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return state

    def take(self, state: str, browser: bytes) -> T | None:
        """Give what was remembered, where this browser asked for it; None else."""
        found = self._kept.get(state)
        if found is None or not secrets.compare_digest(found.browser, browser):
            return None
        del self._kept[state]
        return found.what if self._door.now() < found.until else None
