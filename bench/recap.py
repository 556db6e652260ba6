"""How long after a session of ten thousand acts closes its recap is ready, and what its page costs then.

A hijacked evening, simulated, is taken and decided by the clerk onto a store on disk with its settings and run sheet;
then the host ends the session through the application as it is served, and a reader asks for its page.
Run it as `.venv/bin/python -m bench.recap`.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
import msgspec

from fairfloor.chat.moves import End, Move
from fairfloor.session.clerk import Clerk
from fairfloor.session.desk import Desk
from fairfloor.session.ports import Batch, Entry, Step
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.store.people.people import people_opened
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.testing.crowd import Simulation, Tactic, World, simulate
from fairfloor.testing.demo_chat import HOST, set_up
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.door import Door
from fairfloor.web.views import ChatView

TACTICS = (Tactic.COPY, Tactic.EDITED, Tactic.UNIQUE, Tactic.RING)
SHEET = tuple(f"What should be done about the {thing} on your street?" for thing in ("dogs", "cars", "dark"))
WORLD = World(tactics=TACTICS, attackers=600, flood=16_500, hijack_for=25, bustle=1.5, run_sheet=SHEET * 2)
TIMES = 20


class Evening(NamedTuple):
    """An evening that was told, up to its last minute."""

    clerk: Clerk
    desk: Desk
    board: Board
    records: SqlRecords
    library: SqlLibrary
    door: Door
    end: datetime

    def hear(self, step: Step) -> None:
        """Let the pages know of a step."""
        self.desk.hear(step)
        self.board.hear(step)

    async def submit(self, entry: Entry) -> None:
        """Take a move, as the pipeline does."""
        self.hear(await asyncio.to_thread(self.clerk.make, entry, self.end))


def told(clerk: Clerk, simulation: Simulation) -> Iterator[Step]:
    """Tell a clerk what was done, a minute at a time, as it was seen."""
    start, acts = simulation.world.start, list(simulation.acts)
    yield from clerk.recover(start)
    for minute in range(simulation.world.minutes):
        upto = start + timedelta(minutes=minute + 1)
        some = [act for act in acts if upto - timedelta(minutes=1) <= act.at < upto]
        notices = tuple(msgspec.structs.replace(act, seen=act.at) for act in some)
        yield clerk.take("simulation", Batch(notices=notices, upto=upto, cursor=str(minute)), upto, upto)


@contextmanager
def evening(folder: Path, world: World) -> Iterator[Evening]:
    """Have an evening told onto a store in a folder."""
    simulation = simulate(world)
    rules = simulation.rules()
    with ExitStack() as stack:
        writer, reader = stack.enter_context(opened(folder / "copchat.db"))
        people = stack.enter_context(people_opened(folder / "people.db"))
        library = stack.enter_context(library_opened(folder / "site.db"))
        store, records = SqlStore(writer, reader), SqlRecords(reader)
        lasting = timedelta(minutes=world.minutes + 5)
        set_up(store, rules, world.run_sheet, world.start, lasting)
        clerk, desk, board = Clerk(store, rules), Desk(rules), Board(records, rules.pace)
        for step in told(clerk, simulation):
            desk.hear(step)
            board.hear(step)
        yield Evening(clerk, desk, board, records, library, Door(people), world.end)


class Found(NamedTuple):
    """What was measured: seconds and bytes."""

    made: float
    """From the end of the session until its recap is kept."""
    first: float
    """Of the page, when something has happened since it was rendered last."""
    again: float
    """Of the page after that, the median."""
    kept: int
    page: int


async def measure(one: Evening) -> Found:
    """Measure."""
    host = Host(one.desk, one.submit, one.door, lambda: one.end, library=one.library)
    app = create_app(one.board, one.records, ChatView(tag="copchat"), now=lambda: one.end, host=host)
    session = one.desk.sessions.on(one.end - timedelta(seconds=1))
    assert session is not None
    began = time.perf_counter()
    await one.submit(Move(id="move:end", at=one.end, by=HOST, role="host", do=End()))
    while (kept := await asyncio.to_thread(one.library.kept_recap, session.name)) is None:  # noqa: ASYNC110 - it asks as a reader does
        await asyncio.sleep(0.01)
    took, times, size = time.perf_counter() - began, [], 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = await client.get(f"/sessions/{session.name}", headers={"Accept-Encoding": "identity"})
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text[:500]
            size = len(answer.content)
    return Found(took, times[0], sorted(times)[TIMES // 2], len(kept[1]), size)


def main() -> None:
    """Measure, and say what was found."""
    with TemporaryDirectory() as folder, evening(Path(folder), WORLD) as one:
        acts = one.board.step.seq if one.board.step else 0
        found = asyncio.run(measure(one))
        print(f"a session of {acts:,} acts: the recap is kept {found.made:.2f} s after its end ({found.kept:,} bytes)")
        print(f"its page: {found.first * 1e3:.0f} ms at first, then {found.again * 1e3:.0f} ms ({found.page:,} bytes)")


if __name__ == "__main__":
    main()
