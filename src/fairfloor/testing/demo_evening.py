"""A simulated evening that is hijacked halfway, through the real path, on a page: what `fairfloor demo` plays.

The acts are simulated and the page says so; all else is real: they are played from an archive's source through the
pipeline into a store on disk, and the page is the live page. The clock starts about a minute before the hijack, so that
the page has something on it at once and the point is seen soon.
"""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import typer

from fairfloor.session.ports import Step
from fairfloor.sources.clocks import ScaledClock
from fairfloor.sources.playback import Playback, Timed
from fairfloor.store.location import people_beside, site_beside
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import library_opened
from fairfloor.testing.crowd import Simulation, Tactic, World, simulate
from fairfloor.testing.demo_chat import HOST, set_up
from fairfloor.testing.demo_site import set_up_site
from fairfloor.web.people.door import Site
from fairfloor.web.people.passwords import hashed
from fairfloor.web.server import listening
from fairfloor.wiring.evening import Hosts, serve
from fairfloor.wiring.following import Following
from fairfloor.wiring.kept import kept

_HOST = "127.0.0.1"
_MIX = [Tactic.COPY, Tactic.EDITED, Tactic.UNIQUE, Tactic.RING]
_RUN_SHEET = (
    "What does a good conversation with a police officer look like where you live?",
    "What do people get wrong about police work, and what do police get wrong about people?",
    "Body cameras: what should be recorded, and who should get to see it?",
    "When trust was broken in your town, what helped, if anything did?",
    "What should officers hear tonight that they would rather not?",
    "What is one thing you will do differently next week?",
)


def play(tactics: Sequence[Tactic], attackers: int, seed: int, port: int, speed: float) -> None:
    """Play an evening on a page until it is interrupted; no tactic: some of each kind. Raises NoPort."""
    world = World(tactics=tuple(tactics or _MIX), attackers=attackers, seed=seed, hijack_for=20.0, run_sheet=_RUN_SHEET)
    with listening(_HOST, port) as socket, TemporaryDirectory(prefix="fairfloor-demo-") as folder:
        evening, password = _Evening(world, speed), "-".join(secrets.token_hex(2) for _ in range(4))
        store, rules = Path(folder) / "copchat.db", evening.simulation.rules()
        with (
            kept(store) as kept_,
            people_opened(people_beside(store)) as people,
            library_opened(site_beside(store)) as library,
        ):
            people.add(HOST, "host", hashed(password), datetime.now(UTC))
            set_up(kept_.store, rules, _RUN_SHEET, world.start, timedelta(minutes=world.minutes))
            set_up_site(library, HOST, world.start)
            evening.announce(f"http://{_HOST}:{socket.getsockname()[1]}", password)
            hosts = Hosts(people=people, site=Site(bluesky=False), library=library)
            asyncio.run(serve(kept_, rules, evening.following(), socket, hosts=hosts))


class _Evening:
    """A simulated evening, played at some speed, that says on the terminal what there is to see."""

    def __init__(self, world: World, speed: float) -> None:
        self.simulation: Simulation = simulate(world)
        self._world, self._speed = world, speed
        self._news = self._all_news()

    @property
    def _begins(self) -> datetime:
        """Give what the clock shows at first: a real minute before the hijack, or the start."""
        return max(self._world.start, self._world.hijack[0] - timedelta(minutes=self._speed))

    def following(self) -> Following:
        """Give the evening as something to follow."""
        clock = ScaledClock(self._begins, self._speed)
        told = [Timed(act.at, msgspec.structs.replace(act, seen=act.at)) for act in self.simulation.acts]
        source = Playback("simulation", told, clock)
        return Following(source=source, clock=clock, patience=None, audiences=(self,), simulated=True)

    def announce(self, address: str, password: str) -> None:
        """Say where to look, at what, and when."""
        start, end = self._world.hijack
        typer.echo(f"""
A simulated #{self._world.tag} evening, {self._speed:g} times as fast as life. Open

    {address}

and look at the host's question, the conversation on the floor, and the newest-first timeline beside it.
In about {self._seconds_to(start)} seconds, at minute {self._minute(start)}, {self._world.attackers} accounts come to take the tag over
({", ".join(self._world.tactics)}). Then see what has the floor, what was merged, what was folded, and why.
At minute {self._minute(end)}, about {self._seconds_to(end)} seconds from now, they go.

To host it yourself, sign in at {address}/sign-in/host and open the console: name {HOST}, password {password}.
Ctrl+C ends it.
""")  # noqa: E501 the lines are the terminal's

    def hear(self, step: Step) -> None:
        """Say what has just begun; an `Audience` (session.ports)."""
        while self._news and step.now >= self._news[0][0]:
            when, what = self._news.pop(0)
            typer.echo(f"minute {self._minute(when)}: {what}")

    def _all_news(self) -> list[tuple[datetime, str]]:
        start, end = self._world.hijack
        return [
            (start, "the hijack begins. Compare the floor with the newest-first timeline."),
            (end, "the hijack ends. The floor breathes again; the folded stay one click away."),
            (self._world.end, "the chat is over. The page stays until Ctrl+C."),
        ]

    def _minute(self, when: datetime) -> int:
        return round((when - self._world.start) / timedelta(minutes=1))

    def _seconds_to(self, when: datetime) -> int:
        return round((when - self._begins) / timedelta(seconds=1) / self._speed)
