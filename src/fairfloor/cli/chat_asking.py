"""What `fairfloor chat new` asks: the host at the terminal, and the networks about the host."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import typer

from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.schedule.written import EXAMPLES, schedule
from fairfloor.chat.schedule.zones import Unclear
from fairfloor.chat.settings import MAX_RULES, Person
from fairfloor.cli.asking import names, sorry


class Asking:
    """Asks at the terminal for what was not said, where there is somebody to ask."""

    def __init__(self, asks: bool) -> None:  # noqa: FBT001 - it is what it says
        self._asks = asks

    def __call__(self, given: str | None, question: str, otherwise: str = "") -> str:
        """Give what was said, or is said now; `otherwise` where it is nothing."""
        if given is not None or not self._asks:
            return otherwise if given is None else given
        return str(typer.prompt(question, default=otherwise, show_default=bool(otherwise), err=True)).strip()

    def yes(self, question: str) -> bool:
        """Ask whether; no where there is nobody to ask."""
        return self._asks and typer.confirm(question, default=True, err=True)

    def plan(self, when: str | None, minutes: int | None) -> Schedule | None:
        """Ask when the chat is on until that is clear."""
        while True:
            typed = self(when, f"When it is on, as in {EXAMPLES[0]} (empty: you begin it by hand)")
            if not typed:
                return None
            try:
                return schedule(typed, datetime.now(UTC).date(), timedelta(minutes=minutes or 60))
            except Unclear as unclear:
                if when is not None or not self._asks:
                    sorry(str(unclear))
                typer.echo(str(unclear), err=True)


class Known(NamedTuple):
    """Who the hosts are, and the accounts that have standing from the start."""

    hosts: tuple[Person, ...]
    regulars: frozenset[str]


def met(hosts: Sequence[str], follows: Sequence[str], regulars: Path | None, appview: str | None) -> Known:
    """Ask the networks who the hosts are, and whom they follow. Raises Sorry, OSError."""
    from fairfloor.wiring import people  # noqa: PLC0415
    from fairfloor.wiring.asked import Asked  # noqa: PLC0415
    from fairfloor.wiring.networks import Networks  # noqa: PLC0415

    say = partial(typer.echo, err=True)
    seeds = frozenset(names(regulars)) if regulars else frozenset()
    for part in people.followed(follows, say, appview):
        seeds |= {one.account for one in part.people}
    found = []
    for name in (one.strip().removeprefix("@") for one in hosts):
        who = people.introduced(Asked(tag="", hosts=frozenset({name})), None, say, Networks(appview=appview))
        found += [Person(one, "" if one == name else name) for one in sorted(who.hosts or {name})]
    return Known(tuple(found), seeds)


def text(path: Path | None) -> str:
    """Read the house rules; ends with a sentence where that cannot be."""
    if path is None:
        return ""
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError as error:
        sorry(f"{path}: {error.strerror or error}. Check the path and its permissions.")
    if len(text) > MAX_RULES:
        sorry(f"{path} is too long: house rules have at most {MAX_RULES:,} characters.")
    return text
