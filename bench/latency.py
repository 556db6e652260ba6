"""How long an act takes from its arrival in the pipeline to the reader's page, with 1, 50 and 500 acts coming a second.

    .venv/bin/python -m bench.latency [SECONDS]

Everything is real and on this one machine: the pipeline, the store on disk, the core, the server, Chromium. The clock
starts when the source hands the act over, and stops in the first frame that the browser draws after the message is in
the page. What is timed are the host's posts, a few a second among the load, since they have the floor at once:
everybody else's wait for their turn is meant, and not a delay. The load is a hijack's: pasted texts, texts of one's
own words, reposts, by three hundred accounts.
"""

import asyncio
import random  # noqa: TID251 - made-up input, seeded
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.async_api import Page, async_playwright

from fairfloor.acts.act import Act, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Batch
from fairfloor.sources.clocks import WallClock
from fairfloor.testing.browser import chromium
from fairfloor.web.app import create_app
from fairfloor.web.board import Board
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView
from fairfloor.wiring.kept import kept

RATES = (1, 50, 500)
SECONDS = 60.0
PROBES = 4.0
"""Posts of the host a second, at most: as many as there are acts where there are fewer."""
_SETTLE = 3.0
"""Seconds after the last act in which what is under way arrives."""
_PASTED = [f"pasted text number {n} says the same {n * 3} things about street {n * 7} each time" for n in range(30)]
_WATCH = """
window.shown = {};
addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
  const found = changes.flatMap((change) => [...change.addedNodes]).map((node) => node.textContent ?? "");
  const probes = found.flatMap((text) => [...text.matchAll(/probe (\\d+) /g)].map((match) => match[1]));
  requestAnimationFrame(() => {
    for (const probe of probes) window.shown[probe] ??= performance.timeOrigin + performance.now();
  });
}).observe(document.getElementById("floor"), { childList: true }));
"""


class Load:
    """A source that tells so many acts a second for so long, and notes when it handed over each of the host's posts."""

    name = "load"

    def __init__(self, rate: float, seconds: float) -> None:
        self._rate, self._seconds = rate, seconds
        self._dice = random.Random(7)  # noqa: S311 - not for secrets
        self._every = max(1, round(rate / PROBES))
        self.handed: dict[int, float] = {}
        self.told = 0

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Give each act when it is due, as a network does."""
        assert cursor is None
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < self._seconds:
            due = range(self.told, int(passed * self._rate) + 1)
            if due:
                acts = tuple(map(self._act, due))
                self.told = due.stop
                self.handed |= dict.fromkeys((n for n in due if n % self._every == 0), time.time())  # noqa: TID251
                yield Batch(notices=acts, upto=datetime.now(UTC))  # noqa: TID251 - the wall clock is measured with
            await asyncio.sleep(max(0.0, self.told / self._rate - (time.perf_counter() - began)))

    def _act(self, n: int) -> Act:
        dice, at = self._dice, datetime.now(UTC)  # noqa: TID251 - as above
        account, name = f"did:plc:{dice.randrange(300):024}", f"at://load/app.bsky.feed.post/{n:09}"
        if n % self._every == 0:
            return Post(id=name, at=at, seen=at, account="did:plc:host", text=f"probe {n} for the reader to see")
        kind = dice.random()
        if kind < 0.15:
            subject = f"at://load/app.bsky.feed.post/{dice.randrange(max(n - 1000, 0), n):09}"
            return Repost(id=name, at=at, seen=at, account=account, subject=subject)
        own = " ".join(f"word{dice.randrange(5000)}" for _ in range(18))
        return Post(id=name, at=at, seen=at, account=account, text=dice.choice(_PASTED) if kind < 0.75 else own)


async def measured(rate: float, seconds: float, page: Page, folder: Path) -> list[float]:
    """Run an evening at a rate; give the milliseconds that each of the host's posts took."""
    rules, load, clock = Rules(tag="copchat", hosts=frozenset({"did:plc:host"})), Load(rate, seconds), WallClock()
    with kept(folder / f"at-{rate}.db") as evening, listening("127.0.0.1", 0) as at:
        evening.store.begin(rules)
        board = Board(evening.records, rules.pace)
        server = Server(create_app(board, evening.records, ChatView(tag=rules.tag), now=clock.now))
        serving = asyncio.create_task(server.serve(sockets=[at]))
        await page.goto(f"http://127.0.0.1:{at.getsockname()[1]}")
        running = asyncio.create_task(Pipeline(load, evening.store, clock, rules, [board]).run())
        await asyncio.sleep(seconds + _SETTLE)
        shown: dict[str, float] = await page.evaluate("window.shown")
        running.cancel()
        server.should_exit = True
        await asyncio.gather(serving, running, return_exceptions=True)
    missing = load.handed.keys() - map(int, shown)
    assert not missing, f"{len(missing)} of {len(load.handed)} never reached the page"
    assert load.told >= rate * seconds - 1, f"the machine told {load.told:,} acts, {rate * seconds:,.0f} were asked for"
    return [shown[str(n)] - 1000 * handed for n, handed in load.handed.items()]


async def main(seconds: float) -> None:
    """Measure, and print a table."""
    print("| acts a second | timed | median | 99 in 100 within | longest |\n| --- | --- | --- | --- | --- |")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**chromium())
        for rate in RATES:
            context = await browser.new_context(viewport={"width": 1280, "height": 900})
            await context.add_init_script(_WATCH)
            with TemporaryDirectory() as folder:
                took = await measured(rate, seconds, await context.new_page(), Path(folder))
            p99 = quantiles(took, n=100, method="inclusive")[98]
            print(f"| {rate} | {len(took)} | {median(took):.0f} ms | {p99:.0f} ms | {max(took):.0f} ms |", flush=True)
            await context.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
