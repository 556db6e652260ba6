"""What became of each item that moved in: for the terminal in short, and as JSON in full."""

from collections import Counter
from typing import Literal

import msgspec

Outcome = Literal["kept", "kept aside", "there already", "left out", "mended"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item, and what became of it."""

    what: str
    name: str
    outcome: Outcome
    why: str = ""
    here: str = ""
    """Its path here."""


class Report(msgspec.Struct, kw_only=True):
    """All of them. Grows as they come."""

    system: str
    file: str
    dry_run: bool = False
    entries: list[Entry] = []

    def add(self, what: str, name: str, outcome: Outcome, why: str = "", here: str = "") -> None:
        """Add an item."""
        self.entries.append(Entry(what=what, name=name[:500], outcome=outcome, why=why, here=here))

    def counts(self) -> dict[str, dict[str, int]]:
        """Count by what it is, then by what became of it."""
        found: dict[str, dict[str, int]] = {}
        for (what, outcome), number in Counter((one.what, one.outcome) for one in self.entries).items():
            found.setdefault(what, {})[outcome] = number
        return found

    def reasons(self) -> list[tuple[str, Outcome, str, int, str]]:
        """Give (what, outcome, why, how often, the first one's name), where there is a reason."""
        first: dict[tuple[str, Outcome, str], str] = {}
        number = Counter[tuple[str, Outcome, str]]()
        for one in self.entries:
            if one.why:
                key = (one.what, one.outcome, one.why)
                first.setdefault(key, one.name)
                number[key] += 1
        return [(*key, number[key], name) for key, name in first.items()]

    def written(self) -> str:
        """Give all of it as JSON."""
        told = {"format": "fairfloor import report", "version": 1, "counts": self.counts()} | msgspec.structs.asdict(
            self
        )
        return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"
