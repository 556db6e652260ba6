"""How often anybody may do what: token buckets, in one place, of bounded memory.

A bucket is one number, the time at which it will be full again (the generic cell rate algorithm): a token taken moves
it `every` seconds on, and what would move it past `burst` tokens from now is refused. A full bucket need not be kept.

Buckets live in memory alone: nobody outside can restart the process, and who came when is nobody's to keep. Where more
buckets are needed than are kept, those for whom there is no room share one, so that a crowd of addresses cannot push
anybody else's bucket out.

Invariant: at most `MOST` buckets of each rate.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import NamedTuple

MOST = 20_000


class Rate(NamedTuple):
    """So many at once, and then one in every so many seconds."""

    name: str
    burst: int
    every: float


WRITE_STAFF = Rate("write of the host's people", 60, 0.5)
WRITE_ACCOUNT = Rate("write of an account", 20, 3.0)
WRITE_ADDRESS = Rate("write from an address", 120, 0.5)
"""Generous: a classroom, or a whole provider, can come from one."""
SIGN_IN_ADDRESS = Rate("sign-in from an address", 10, 20.0)
SIGN_IN_NAME = Rate("sign-in by a name", 10, 60.0)
SIGN_IN_DEVICE = Rate("sign-in on a known device", 10, 20.0)
SIGN_IN_ALL = Rate("sign-in of anybody", 40, 0.5)
"""A password's hash takes a tenth of a second and 64 MB: this many are computed, whoever asks."""
PROVE_ADDRESS = Rate("proof from an address", 20, 10.0)
PROVE_ALL = Rate("proof of anybody", 200, 0.25)
"""Servers elsewhere are asked on behalf of whoever comes: not more often than this."""


class Rates:
    """All buckets. `now` gives the time."""

    def __init__(self, now: Callable[[], datetime], most: int = MOST) -> None:
        self._now = now
        self._most = most
        self._full_at: dict[Rate, OrderedDict[Hashable, float]] = {}

    def spend(self, rate: Rate, key: Hashable = None) -> float:
        """Take a token from the bucket of `key`; give the seconds to wait where there is none, else 0."""
        now = self._now().timestamp()
        table = self._full_at.setdefault(rate, OrderedDict())
        _forget_full(table, now)
        place = key if key in table or len(table) < self._most - 1 else _SHARED
        full_at = max(now, table.get(place, now)) + rate.every
        wait = full_at - now - rate.burst * rate.every
        if wait > _ROUNDING:
            return wait
        table[place] = full_at
        table.move_to_end(place)
        return 0.0

    def forgive(self, rate: Rate, key: Hashable = None) -> None:
        """Forget a bucket."""
        self._full_at.get(rate, OrderedDict()).pop(key, None)


class _Shared:
    """The key of the bucket of all for whom there is no room."""


_SHARED = _Shared()
_ROUNDING = 1e-6


def _forget_full(table: OrderedDict[Hashable, float], now: float) -> None:
    """Forget buckets that are full again, from the one that was used longest ago."""
    while table and next(iter(table.values())) <= now:
        table.popitem(last=False)
