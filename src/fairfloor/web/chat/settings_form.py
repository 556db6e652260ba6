"""The chat's settings as a form: what a host types, read into settings, and settings written as they would be typed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from fairfloor.chat.schedule.slots import LONGEST, SHORTEST, Schedule
from fairfloor.chat.schedule.written import schedule, written
from fairfloor.chat.schedule.written_dates import skipped, special, written_skipped, written_special
from fairfloor.chat.schedule.zones import Unclear
from fairfloor.chat.settings import MAX_RULES, PEOPLE, SPELLINGS, Person, Settings, refusal
from fairfloor.web.people.guard import Filled

T = TypeVar("T")
MOST = {"name": 100, "about": 2_000, "rules": MAX_RULES, "spellings": 1_000, "when": 300, "minutes": 10}
"""Characters of a field; of the others `_LINES`."""
LABELS = {
    "when": "Day, time and place",
    "minutes": "Minutes that a session lasts",
    "skipped": "Dates without a session",
    "special": "Special sessions",
    "name": "Name",
    "about": "What it is about",
    "rules": "House rules",
    "spellings": "Other spellings of the tag",
    "hosts": "Accounts of hosts",
    "cohosts": "Accounts of co-hosts",
}
_LINES = 20_000
_HOUR = 60


def typed(settings: Settings) -> dict[str, str]:
    """Write settings into the form's fields."""
    when = settings.schedule
    return {
        "name": settings.name,
        "about": settings.about,
        "rules": settings.rules,
        "spellings": " ".join(f"#{one}" for one in settings.spellings),
        "hosts": _written(settings.hosts),
        "cohosts": _written(settings.cohosts),
        "when": written(when) if when else "",
        "minutes": str(when.lasting // timedelta(minutes=1)) if when else str(_HOUR),
        "skipped": written_skipped(when.skipped) if when else "",
        "special": written_special(when.special) if when else "",
    }


class Read:
    """A form as it was read: the fields as they were typed, what is wrong with each, and the settings if nothing is."""

    def __init__(self, form: Filled, before: Settings, today: date) -> None:
        self.typed = {name: form.text(name, MOST.get(name, _LINES)) for name in typed(before)}
        self.wrong: dict[str, str] = {}
        made = msgspec.structs.replace(
            before,
            name=" ".join(self.typed["name"].split()),
            about=self.typed["about"],
            rules=self.typed["rules"],
            spellings=self._read("spellings", _spellings) or (),
            hosts=self._read("hosts", _people) or (),
            cohosts=self._read("cohosts", _people) or (),
            schedule=self._schedule(today),
        )
        if not self.wrong and (why := refusal(made, before)) is not None:
            self.wrong["when"] = why
        self.wrong = {name: self.wrong[name] for name in LABELS if name in self.wrong}  # in the order of the form
        self.settings = None if self.wrong else made

    def _schedule(self, today: date) -> Schedule | None:
        when, out, more = (self.typed[name] for name in ("when", "skipped", "special"))
        if not when:
            if out or more:
                self.wrong["when"] = "Say when the chat is on, if some dates are other than that."
            return None
        lasting = self._read("minutes", _minutes) or timedelta(minutes=_HOUR)
        found = self._read("when", lambda text: schedule(text, today, lasting))
        left_out, specials = self._read("skipped", skipped), self._read("special", special)
        try:
            return found and msgspec.structs.replace(found, skipped=left_out or (), special=specials or ())
        except ValueError as error:
            self.wrong["special"] = str(error)
            return None

    def _read(self, name: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(self.typed[name])
        except Unclear as unclear:
            self.wrong[name] = str(unclear)
            return None


def _written(given: tuple[Person, ...]) -> str:
    return "\n".join(f"{one.account} {one.handle}".rstrip() for one in given)


def _people(lines: str) -> tuple[Person, ...]:
    found = tuple(_person(line.split()) for line in lines.splitlines() if line.strip())
    if len(found) > PEOPLE:
        raise Unclear(f"At most {PEOPLE} accounts fit here.")
    return found


def _person(words: list[str]) -> Person:
    names = [word.removeprefix("@") for word in words]
    if len(names) > 2 or not all(0 < len(name) <= 300 for name in names):  # noqa: PLR2004 - an account and a handle
        raise Unclear("Write an account a line: its id, and its handle if you like, as in: did:plc:abc sam.example.org")
    return Person(*names)


def _spellings(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word.lstrip("#\uff03") for word in text.replace(",", " ").split()))
    if len(found) > SPELLINGS or not all(0 < len(one) <= MOST["name"] for one in found):
        raise Unclear(f"Write other spellings as in: #copchats #cop_chat. At most {SPELLINGS} fit here.")
    return found


def _minutes(text: str) -> timedelta:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not SHORTEST <= (lasting := timedelta(minutes=number)) <= LONGEST:
        raise Unclear("A session lasts from 5 to 720 minutes.")
    return lasting
