"""What is tried: each trial is an evening that can be made anew from what it says, on any machine."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import msgspec

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.sources.files import read
from fairfloor.testing.crowd import Laid, Tactic, World, independent, lay, simulate
from fairfloor.testing.rehearse.measure import Measured, measure
from fairfloor.testing.rehearse.play import play
from fairfloor.testing.rehearse.scene import Scene, half_synthetic, simulated

SIMULATED_PACE, REAL_PACE = 12.0, 6.0
"""Messages a minute; a real hour is congested at half of the usual pace only."""


class Chat(msgspec.Struct, frozen=True):
    """A recorded chat, and the session of it that bursts are laid over."""

    name: str
    tag: str
    start: datetime
    end: datetime


CHATS = (
    Chat("elgl19", "elgl19", datetime(2019, 5, 16, 13, tzinfo=UTC), datetime(2019, 5, 16, 14, tzinfo=UTC)),
    Chat("cdnpoli-2025-06", "cdnpoli", datetime(2025, 6, 16, 15, tzinfo=UTC), datetime(2025, 6, 16, 17, tzinfo=UTC)),
    Chat("aprende", "aprendeencasa", datetime(2020, 4, 20, 15, tzinfo=UTC), datetime(2020, 4, 20, 16, tzinfo=UTC)),
)
OTHERS = tuple(
    Chat(name, tag, begin, begin + timedelta(hours=1))
    for name, tag, *hours in (
        ("elgl19", "elgl19", (2019, 5, 17, 14), (2019, 5, 15, 17), (2019, 5, 14, 14)),
        ("cdnpoli-2025-06", "cdnpoli", (2025, 6, 14, 21), (2025, 6, 17, 21), (2025, 6, 12, 16)),
        ("aprende", "aprendeencasa", (2020, 4, 21, 18), (2020, 4, 23, 17), (2020, 4, 22, 17)),
    )
    for begin in (datetime(*hour, tzinfo=UTC) for hour in hours)
)
"""The busiest hours of the same chats on three other days each, on which nothing was ever tuned."""
BURSTS = ("kochfarms", "todolistbeforechristmas")
BUSIEST = 30
"""Accounts seeded of a whole chat, so that there is somebody to learn from what is usual."""


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated evening, with a crowd of one tactic or none."""

    tactic: Tactic | None
    attackers: int = 0
    first_night: bool = False
    seed: int = 0

    def scene(self) -> Scene:
        """Make the evening."""
        tactics = (self.tactic,) if self.tactic else ()
        world = World(tactics=tactics, attackers=self.attackers, seed=self.seed, first_night=self.first_night)
        return simulated(simulate(world), SIMULATED_PACE)


class Independent(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated evening in which nobody acts together."""

    first_night: bool
    seed: int

    def scene(self) -> Scene:
        """Make the evening."""
        return simulated(independent(World(seed=self.seed, first_night=self.first_night)), SIMULATED_PACE)


class Overlaid(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded burst, laid over a real session."""

    data: Path
    chat: Chat
    burst: str

    def scene(self) -> Scene:
        """Read both and lay the one over the other."""
        chat, burst = _acts(self.data, self.chat.name), _acts(self.data, f"burst-{self.burst}")
        laid = lay(chat, burst, self.chat.start, self.chat.end, self.chat.tag)
        return half_synthetic(laid, Rules(tag=self.chat.tag, pace=REAL_PACE))


class Unhurt(msgspec.Struct, frozen=True, kw_only=True):
    """A real chat as it was, at the slowest whole pace that all of it fits."""

    data: Path
    chat: Chat
    session: bool
    """Its session only, with the regulars of the days before; or else all of it."""
    busiest: int = 0
    """Of all of it, so many accounts are seeded: those that did most."""

    @property
    def seeded(self) -> str:
        """Say who has standing from the start."""
        if self.session:
            return "who was seen before"
        return f"the busiest {self.busiest}" if self.busiest else "nobody"

    def scene(self) -> Scene:
        """Read the chat and find the pace."""
        acts = _acts(self.data, self.chat.name)
        since = self.chat.start if self.session else acts[0].at
        kept = tuple(act for act in acts if not self.session or since <= act.at < self.chat.end)
        often = Counter(act.account for act in acts).most_common(self.busiest)
        before = frozenset(act.account for act in acts if act.at < since) | {account for account, _ in often}
        rules = Rules(tag=self.chat.tag)
        posts = [act.at for act in kept if isinstance(act, Post)]
        return half_synthetic(
            Laid(acts=kept, burst=frozenset(), regulars=before),
            msgspec.structs.replace(rules, pace=float(fitting_pace(posts, rules.ttl))),
        )


Trial = Simulated | Independent | Overlaid | Unhurt


class Result(msgspec.Struct, frozen=True):
    """What came of a trial."""

    trial: Trial
    pace: float
    measured: Measured


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is tried."""

    seeds: tuple[tuple[int, int], ...] = ((100, 6), (300, 20), (1000, 6), (3000, 3))
    """How many attackers come, and how many such evenings there are of each tactic."""
    peace: int = 20
    """Evenings to which no crowd comes, with regulars and as many first nights."""
    chance: int = 300
    """Evenings of independent accounts, with regulars and as many first nights."""
    data: Path | None = None
    """Where the recorded chats and bursts are; None where there are none."""

    def trials(self) -> list[Trial]:
        """Give all that is tried, what takes longest first."""
        return sorted(self._trials(), key=_work, reverse=True)

    def _trials(self) -> Iterator[Trial]:
        for attackers, seeds in self.seeds:
            for seed in range(seeds):
                yield Simulated(tactic=Tactic.UNIQUE, attackers=attackers, first_night=True, seed=seed)
                yield from (Simulated(tactic=tactic, attackers=attackers, seed=seed) for tactic in Tactic)
        for first_night in (False, True):
            yield from (Simulated(tactic=None, first_night=first_night, seed=seed) for seed in range(self.peace))
            yield from (Independent(first_night=first_night, seed=seed) for seed in range(self.chance))
        if (data := self.data) is not None:
            yield from (Overlaid(data=data, chat=chat, burst=burst) for chat in OTHERS for burst in BURSTS)
            for chat in CHATS:
                yield from (Overlaid(data=data, chat=chat, burst=burst) for burst in BURSTS)
                yield from (Unhurt(data=data, chat=chat, session=session) for session in (False, True))
                yield Unhurt(data=data, chat=chat, session=False, busiest=BUSIEST)


def run(trial: Trial) -> Result:
    """Try it."""
    scene = trial.scene()
    return Result(trial, scene.rules.pace, measure(scene, play(scene)))


def found(data: Path) -> bool:
    """Tell whether all recorded chats and bursts are in a folder."""
    names = [*(chat.name for chat in CHATS), *(f"burst-{burst}" for burst in BURSTS)]
    return all((data / f"{name}.acts.jsonl").exists() for name in names)


def fitting_pace(posts: Sequence[datetime], ttl: timedelta) -> int:
    """Give the slowest whole pace at which, first come, first served, nobody waits longer than half the time to live.

    The moments of the posts are in order of time.
    """
    pace = 1
    while _longest_wait(posts, timedelta(minutes=1) / pace) > ttl / 2:
        pace += 1
    return pace


def _longest_wait(posts: Iterable[datetime], interval: timedelta) -> timedelta:
    longest, free = timedelta(0), None
    for at in posts:
        begins = at if free is None else max(at, free)
        longest, free = max(longest, begins - at), begins + interval
    return longest


def _acts(data: Path, name: str) -> list[Act]:
    """Read a recorded archive."""
    told = (item.told for item in read(data / f"{name}.acts.jsonl", tag=name))
    return [act for act in told if isinstance(act, Post | Repost | Like)]


def _work(trial: Trial) -> int:
    if not isinstance(trial, Simulated):
        return 0
    return ceil(trial.attackers * {Tactic.CAMOUFLAGE: 90, Tactic.RING: 25}.get(trial.tactic or Tactic.COPY, 1))
