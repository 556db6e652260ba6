"""Time zones by the names of places, and what is meant by what people call them.

Zone data is read by the standard library's `zoneinfo`: from the system's tables, which are kept up with the laws of
the world, or from the package `tzdata` where it has none. That is reading a table and not the outside world: the same
tables give the same answers (docs/decisions/0016).
"""

from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

UTC = "UTC"
_LONGEST = 64
_CALLED = {
    "America/New_York": "et est edt eastern new-york",
    "America/Chicago": "ct cst cdt central",
    "America/Denver": "mt mst mdt mountain",
    "America/Los_Angeles": "pt pst pdt pacific california",
    "Europe/London": "bst british uk wet",
    "Europe/Berlin": "cet cest met germany",
    "Europe/Athens": "eet eest",
    "Asia/Kolkata": "india",
    "Asia/Tokyo": "jst japan",
    "Australia/Sydney": "aet aest aedt",
    "UTC": "gmt z zulu",
}
_MEANT = {word: zone for zone, words in _CALLED.items() for word in words.split()}


class Unclear(ValueError):  # noqa: N818 - it says what is the matter
    """What somebody typed cannot be understood; the message says what to type instead."""


@cache
def zone(name: str) -> ZoneInfo:
    """Give a zone by its name, as "America/Toronto". Raises Unclear where there is none."""
    if name == UTC or (len(name) <= _LONGEST and "/" in name and name in _names()):
        return ZoneInfo(name)
    raise Unclear(f"There is no time zone {name[:_LONGEST]!r}. {_instead(name)}")


def named(typed: str) -> str:
    """Give the name of the zone that somebody typed, in whatever case, or by its city alone. Raises Unclear."""
    key = typed.casefold().replace(" ", "_")
    found = UTC if key == UTC.casefold() else _by_key().get(key) or _by_city().get(key)
    if found is None and key in _MEANT:
        raise Unclear(f"{typed!r} does not say whose clocks it follows in summer. {_instead(typed)}")
    if found is None:
        raise Unclear(f"There is no time zone {typed[:_LONGEST]!r}. {_instead(typed)}")
    return found


def known(typed: str) -> bool:
    """Tell whether `named` knows what somebody typed, or at least what may have been meant."""
    key = typed.casefold().replace(" ", "_")
    return key == UTC.casefold() or key in _by_key() or key in _by_city() or key in _MEANT


def _instead(typed: str) -> str:
    key = typed.casefold().replace(" ", "_")[:_LONGEST]
    near = get_close_matches(key, [*_by_key(), *_by_city()], n=1)
    meant = _MEANT.get(key) or (near and (_by_key().get(near[0]) or _by_city()[near[0]])) or "America/Toronto"
    return f"Name a city's, for example {meant}."


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _by_key() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(_names()) if "/" in name and not name.startswith("Etc/")}


@cache
def _by_city() -> dict[str, str]:
    """Give the zones of cities by the city's name alone, where only one has it."""
    cities: dict[str, list[str]] = {}
    for name in sorted(_names()):
        if name.partition("/")[0] in _PARTS:
            cities.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
    return {city: names[0] for city, names in cities.items() if len(names) == 1}


_PARTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
