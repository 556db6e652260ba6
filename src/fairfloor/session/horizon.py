"""How far an evening may go: as far as its source has told, or by the clock where the source is silent.

A source lags behind the clock: by the network's second when all is well, by an hour when it catches up after we were
down. If the floor ran by the clock all the same, an hour's backlog would arrive "all at once, just now", and most of
it would run out of time in a queue that never was. So the evening runs on the source's time, which is `Batch.upto`,
while the source speaks. A source that says nothing for longer than its patience has lost its network: those who wait
for the floor need not wait for that, so then the evening runs by the clock. What the source brings afterwards has
arrived then and not earlier; the floor that was given meanwhile is not taken back.

A played archive is never out of reach and says how far it has told before the clock gets there. It gets no patience
(None): however slow the machine, the evening waits for it, and comes out as `replay` has it.
"""

from datetime import UTC, datetime, timedelta

_NOWHERE = datetime.min.replace(tzinfo=UTC)


class Horizon:
    """Keeps the time up to which an evening may go. Pure: the clock's time is given."""

    def __init__(self, now: datetime, patience: timedelta | None) -> None:
        """Take the clock's time at the start; patience None waits for the source however long it is silent."""
        self._patience = patience
        self._spoke = now
        self._upto: datetime | None = _NOWHERE
        self.all_told = False
        """Whether the source has ended."""

    def spoke(self, upto: datetime | None, now: datetime) -> None:
        """Note that the source has told all up to a time; None where it cannot say, so the clock rules."""
        self._upto, self._spoke = upto, now

    def ended(self) -> None:
        """Note that the source will tell no more."""
        self._upto, self.all_told = None, True

    def at(self, now: datetime) -> datetime:
        """Give the time up to which the evening may go when the clock shows `now`."""
        return now if self._upto is None or self._lost(now) else min(now, self._upto)

    def wake(self, next_at: datetime | None) -> datetime | None:
        """Give when the clock can bring about what is due at `next_at`; None where only the source can."""
        if next_at is None or self._upto is None or next_at <= self._upto:
            return next_at
        return None if self._patience is None else max(next_at, self._spoke + self._patience)

    def _lost(self, now: datetime) -> bool:
        return self._patience is not None and now - self._spoke >= self._patience
