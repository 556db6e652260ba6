"""Several sources as one, for a chat that follows all its networks at once.

**Cursors.** The cursor is one of cursors, by the names of the sources; a network that is left out today keeps its place
for tomorrow. An evening that was begun with one source alone goes on from that one's cursor (`earlier`).

**How far the evening goes.** A source says up to when it has told all (`Batch.upto`); the evening may go as far as all
say. But a network that is silent, failed, or hours behind must not hold the others for ever: nobody is waited for
longer than `patience` behind whoever is furthest. What a straggler brings later has arrived then, as it would from a
single source. A source that cannot say (None) is not waited for; where none can, the clock rules.

**Failures.** A source comes back by itself; where one raises all the same, its trouble is told, and it is begun again
from its last cursor after a while that grows. The others go on. Faults say which source they are of.

Each source is read no faster than the evening takes its batches: one is in hand, and each source holds one more.
"""

import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

import msgspec

from fairfloor.acts.fault import Fault
from fairfloor.session.ports import Batch, Clock, Source
from fairfloor.sources.bluesky.patience import Dice, Patience
from fairfloor.sources.telling import Tell, Telling, span
from fairfloor.sources.weave import Ended, weave

PATIENCE = timedelta(seconds=10)
"""How far behind the furthest source another one may hold the evening."""


class Horizon:
    """Keeps how far each source has told. Pure."""

    def __init__(self, patience: timedelta) -> None:
        """Take how far behind the furthest one is waited for."""
        self._patience = patience
        self._upto: dict[str, datetime] = {}

    def told(self, name: str, upto: datetime | None) -> datetime | None:
        """Take how far a source has told (None: it cannot say); gives how far all have."""
        if upto is None:
            self._upto.pop(name, None)
        else:
            self._upto[name] = upto
        return self.upto

    @property
    def upto(self) -> datetime | None:
        """How far the evening may go; None where no source says."""
        if not self._upto:
            return None
        return max(min(self._upto.values()), max(self._upto.values()) - self._patience)


class Merged:
    """All of several sources. It ends when all have ended."""

    def __init__(
        self,
        sources: Sequence[Source],
        clock: Clock,
        *,
        earlier: Callable[[str], str | None] = lambda _: None,
        patience: timedelta = PATIENCE,
        tell: Tell = lambda _: None,
        dice: Dice | None = None,
    ) -> None:
        """Take the sources, each with a name of its own.

        earlier: gives the cursor that was kept for a source alone. tell: is told when a source fails that should not.
        Raises ValueError where two have the same name.
        """
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise ValueError(f"Each network can be followed once: {', '.join(sorted(names))}.")
        self._sources = {source.name: source for source in sources}
        self._clock = clock
        self._earlier = earlier
        self._patience = patience
        self._telling = {name: Telling(name, clock, tell) for name in names}
        self._dice = dice or random.SystemRandom()
        self._cursors: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The name that the cursors are kept under; the same whichever networks are followed."""
        return "networks"

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give what the sources tell, as it comes. Raises ValueError where the cursor is not one of cursors."""
        self._cursors = _cursors(cursor)
        horizon = Horizon(self._patience)
        async with aclosing(weave({name: self._read(name) for name in self._sources})) as woven:
            async for name, batch in woven:
                if not isinstance(batch, Ended):
                    yield self._ours(name, batch, horizon.told(name, batch.upto))
                elif batch.why is not None:
                    raise batch.why
                else:
                    yield Batch(upto=horizon.told(name, None))

    async def _read(self, name: str) -> AsyncGenerator[Batch]:
        """Give what one source tells; begin it again where it fails."""
        patience = Patience([name], self._dice)
        while True:
            began = self._clock.now()
            source = self._sources[name].batches(self._cursors.get(name) or self._earlier(name))
            try:
                async for batch in source:
                    yield batch
            except Exception as why:  # noqa: BLE001 - one network's mistake must not end the evening of the others
                wait = patience.failed(self._clock.now() - began)
                self._telling[name].say(_sentence(name, why, wait), connected=False, attempts=patience.failures)
                yield Batch()  # it is not waited for meanwhile
                await self._clock.sleep_until(self._clock.now() + wait)
            else:
                return
            finally:
                if isinstance(source, AsyncGenerator):
                    await source.aclose()

    def _ours(self, name: str, batch: Batch, upto: datetime | None) -> Batch:
        """Give a batch with the cursors of all, and faults that say whose they are."""
        if batch.cursor is not None:
            self._cursors[name] = batch.cursor
        faults = tuple(_of(name, fault) for fault in batch.faults)
        cursor = msgspec.json.encode(self._cursors, order="sorted").decode() if batch.cursor is not None else None
        return msgspec.structs.replace(batch, faults=faults, cursor=cursor, upto=upto)


def _cursors(cursor: str | None) -> dict[str, str]:
    if cursor is None:
        return {}
    try:
        return msgspec.json.decode(cursor, type=dict[str, str])
    except msgspec.DecodeError:
        raise ValueError(f"The stored cursor {cursor[:60]!r} is not one of several networks.") from None


def _of(name: str, fault: Fault) -> Fault:
    return fault if fault.detail.startswith(f"{name}:") else Fault(fault.cause, fault.line, f"{name}: {fault.detail}")


def _sentence(name: str, why: Exception, wait: timedelta) -> str:
    """Say what ended a source; what it says itself is only said where it was meant to be said."""
    said = str(why) if isinstance(why, ValueError) and not isinstance(why, UnicodeError) else ""
    return f"{name} stopped ({said.rstrip('.') or type(why).__name__}). Trying again in {span(wait)}."
