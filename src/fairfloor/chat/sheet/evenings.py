"""Which evening something counts to, by its time."""

from datetime import datetime, timedelta
from typing import Protocol

from fairfloor.chat.moves import Accept, Begin, Decline, End, Settle, Withdraw
from fairfloor.chat.schedule.course import Session

EARLY = timedelta(minutes=30)
"""How long before a session begins what is said counts to it."""
CHANGES = (Begin, End, Settle, Accept, Decline, Withdraw)
"""Moves that may change when a session is, or was."""


class Sessions(Protocol):
    """Knows the sessions of a chat (`chat.schedule.sessions.Sessions`)."""

    def at(self, when: datetime) -> Session | None:
        """Give the session that is on at a time."""

    def next(self, now: datetime) -> Session | None:
        """Give the session that begins next."""

    def past(self, now: datetime, most: int = 1) -> list[Session]:
        """Give the sessions that are over, the newest first."""

    def named(self, name: str) -> Session | None:
        """Give the session of a name."""


class Evenings:
    """Names the evening of a time: the session that is on or about to begin, else the last one that was; else ""."""

    def __init__(self, sessions: Sessions | None) -> None:
        self._sessions = sessions
        self._span: tuple[datetime, datetime, str] | None = None

    def forget(self) -> None:
        """Ask anew when sessions are, after one of `CHANGES`."""
        self._span = None

    def of(self, when: datetime) -> str:
        """Give the name of the evening that a time belongs to."""
        if self._sessions is None:
            return ""
        if self._span is None or not self._span[0] <= when < self._span[1]:
            self._span = self._find(when, self._sessions)
        return self._span[2]

    def named(self, name: str) -> bool:
        """Tell whether there is, was or will be an evening of a name."""
        return self._sessions is not None and self._sessions.named(name) is not None

    @staticmethod
    def _find(when: datetime, sessions: Sessions) -> tuple[datetime, datetime, str]:
        if (on := sessions.at(when)) is not None:
            return when, on.ends, on.name
        coming = sessions.next(when)
        if coming is not None and coming.begins - EARLY <= when:
            return when, coming.ends, coming.name
        until = coming.begins - EARLY if coming is not None else datetime.max.replace(tzinfo=when.tzinfo)
        past = sessions.past(when, 1)
        return when, until, past[0].name if past else ""
