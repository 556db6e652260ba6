"""Makes the pictures of the docs: runs the demo, three times as fast as `make demo` does, and looks at it as people do.

The host's pages are seen as the demo's host sees them, after a few moves made through the API: a question is answered,
disputed and responded to, topics are proposed and voted on, a post is folded. Participants are accounts of the evening.

    .venv/bin/python docs/screenshots.py

Takes about three minutes. Pictures come out nearly the same each time: the evening is simulated from a fixed
seed, and each is taken at a fixed minute of it.
"""
# ruff: noqa: INP001 - a script, not a package

import base64
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import httpx
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from fairfloor.session.people import Account
from fairfloor.store.people.people import people_opened
from fairfloor.testing.browser import chromium
from fairfloor.web.address import key, name_of
from fairfloor.web.people.door import digest, new_token

IMAGES = Path(__file__).parent / "images"
SPEED = 30
MOMENTS = {"before": 28, "stirred": 33, "during": 40, "after": 59}
"""Minutes of the evening; the hijack lasts from minute 30 to minute 50."""
DESK, PHONE = {"width": 1200, "height": 780}, {"width": 390, "height": 844}
VIEWS = {"desktop": (DESK, "light"), "phone": (PHONE, "light"), "dark": (DESK, "dark")}
MOST = 200_000
"""Bytes of a picture."""
TAKEN: list[str] = []
"""Names of the pictures that were taken."""


class Demo(NamedTuple):
    """The demo as it runs."""

    address: str
    password: str
    folder: Path
    """Where it keeps its files."""


@contextmanager
def demo() -> Iterator[Demo]:
    """Run the demo."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("fairfloor"),
        "demo",
        "--port",
        "0",
        "--speed",
        str(SPEED),
    ]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603 - our own
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": folder}
        ) as running,
    ):
        try:
            assert running.stdout  # noqa: S101 - it was asked for
            said: Iterator[str] = iter(running.stdout)
            address = next(found[0] for line in said if (found := re.search(r"http://\S+", line)))
            password = next(found[1] for line in said if (found := re.search(r"password (\S+)\.", line)))
            yield Demo(address, password, Path(folder))
        finally:
            running.terminate()


def reader(browser: Browser, address: str, view: str, cookie: str = "", height: int = 0) -> Page:
    """Open a page as somebody on the American east coast sees it, without motion; cookie: of who is signed in."""
    viewport, scheme = VIEWS[view]
    context = browser.new_context(
        viewport=viewport | ({"height": height} if height and view != "phone" else {}),  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="America/New_York",
    )
    if cookie:
        context.add_cookies([{"name": "fairfloor-visit", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(address)
    return page


def minute(address: str, start: datetime | None) -> tuple[float, datetime | None]:
    """Give the minute of the evening, and when it began."""
    with urlopen(f"{address}/health") as answer:  # noqa: S310 - our own address
        now = json.load(answer)["now"]
    if now is None:
        return 0, None
    at = datetime.fromisoformat(now)
    start = start or at.replace(minute=0, second=0, microsecond=0)
    return (at - start).total_seconds() / 60, start


_PIXELS = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const bytes = canvas.getImageData(0, 0, picture.width, picture.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [picture.width, picture.height, btoa(text)];
}"""


def lean(browser: Browser, png: bytes) -> bytes:
    """Give a picture with a palette of its 256 commonest colours, which is a third as large; text needs no more."""
    page = browser.new_page()
    width, height, found = page.evaluate(_PIXELS, base64.b64encode(png).decode())
    page.close()
    each, places, many = np.unique(
        np.frombuffer(base64.b64decode(found), np.uint32), return_inverse=True, return_counts=True
    )
    colours = each.view(np.uint8).reshape(-1, 4)[:, :3]
    palette = colours[np.argsort(-many)[:256]]
    away = ((colours[:, None].astype(int) - palette[None]) ** 2).sum(axis=2)
    rows = away.argmin(axis=1)[places].astype(np.uint8).reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    told = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def _evening(start: datetime | None) -> str:
    """Give the name of the session: its date where the chat is."""
    assert start is not None  # noqa: S101 - it has begun
    return f"{start.astimezone(ZoneInfo('America/Toronto')):%Y-%m-%d}"


def take(page: Page, name: str) -> None:
    """Take a picture."""
    (IMAGES / f"{name}.png").write_bytes(page.screenshot())
    TAKEN.append(name)


def make_lean(browser: Browser) -> None:
    """Make all pictures small, when no evening goes on meanwhile."""
    for name in TAKEN:
        picture = IMAGES / f"{name}.png"
        picture.write_bytes(lean(browser, picture.read_bytes()))
        size = picture.stat().st_size
        assert size < MOST, f"{picture.name} has {size:,} bytes; at most {MOST:,} are wanted"  # noqa: S101
        print(f"{picture.name}: {size:,} bytes")  # noqa: T201 - says how it goes


def take_voices(browser: Browser, address: str, view: str) -> None:
    """Take a picture of who acts in step, with the first account's receipts."""
    page = reader(browser, f"{address}/voices", view)
    page.locator(".accounts summary").first.click()
    take(page, f"voices-{view}")
    page.close()


class Visitor:
    """Somebody who is signed in, and makes moves through the API."""

    def __init__(self, running: Demo, account: str = "", handle: str = "") -> None:
        """Sign in: as an account of the evening, or where none is given as the host."""
        self._http = httpx.Client(base_url=running.address, trust_env=False, timeout=30)
        if account:
            self._http.cookies.set("fairfloor-visit", _visit(running, account, handle))
        else:
            form = {"name": "Robin", "password": running.password, "csrf": self._token("/sign-in/host")}
            self._http.post("/sign-in/host", data=form)
        self._csrf = self._token("/account")

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self._http.get(path).text)
        assert found is not None  # noqa: S101 - there is a form there
        return found[1]

    @property
    def cookie(self) -> str:
        """Give what keeps them signed in."""
        return self._http.cookies["fairfloor-visit"]

    def make(self, do: str, reason: str = "", **more: Any) -> str:
        """Make a move; gives its id."""
        body = {"do": {"do": do, **more}, "reason": reason}
        answer = self._http.post("/api/v1/moves", json=body, headers={"X-Fairfloor-Token": self._csrf})
        answer.raise_for_status()
        made: str = answer.json()["move"]["id"]
        return made

    def asked(self) -> list[dict[str, Any]]:
        """Give the open questions in the order in which they came: each a question of the ledger."""
        found = self._http.get("/api/v1/questions/open").json()["items"]
        return [one["question"] for one in found]


def _visit(running: Demo, account: str, handle: str) -> str:
    (file,) = running.folder.rglob("*.db.people")
    token, one = new_token(), Account(id=account, handle=handle, network="bluesky")
    with people_opened(file) as people:
        people.begin(digest(token), one, datetime.now(UTC))  # noqa: TID251 - who is signed in goes by the wall clock
    return token


TOPICS = (
    ("What becomes of a complaint", "Many here have made one, and nobody has heard what came of it."),
    ("A night with the dispatchers", "They decide who is sent, and we have never spoken with them."),
    ("Disarm patrols after dark", ""),
    ("More patrols around the schools", "Before and after lessons, and not only when something has happened."),
)


def discuss(running: Demo, host: Visitor) -> tuple[str, str]:
    """Let a question be answered and disputed, and topics be wanted; gives the question and the first topic."""
    asked = host.asked()
    people = {one["asks"][0]["account"]: one for one in asked if one["asks"]}
    visitors = {account: Visitor(running, account, account) for account in people}
    question, other = asked[0]["id"], asked[1]["id"]
    host.make("answer", question=question, text="In March, after the review. The date is on the county's page.")
    dispute = visitors[asked[0]["asks"][0]["account"]].make(
        "dispute", question=question, text="That is when. I asked who decides, and that is still open."
    )
    host.make("respond", dispute=dispute, text="You are right. The board decides; I will ask it to come here.")
    host.make("decline", "It is about a case that is before a court", of=other)
    first, *_ = topics = [
        visitor.make("propose", title=title, text=text)
        for visitor, (title, text) in zip(visitors.values(), TOPICS, strict=False)
    ]
    for number, visitor in enumerate(visitors.values()):
        camp = number % 2
        for topic, vote in zip(topics, (1, 1 if number % 3 else 0, 1 - 2 * camp, 2 * camp - 1), strict=False):
            visitor.make("vote", proposal=topic, vote=vote)
    return question, first


def stir(host: Visitor, console: Page) -> None:
    """Let the host do a little of everything by hand, of what is on the floor and waits."""

    def some(where: str, move: str) -> str:
        name = console.locator(f'{where} .item:has(a[data-move="{move}"])').first.get_attribute("id") or ""
        return name_of(name.partition("-")[2]) or ""

    host.make("pin", text="Much at once right now. Everybody gets a turn, and every question stays in the ledger.")
    folded = some("#waiting", "fold")
    host.make("fold", "It names a private person", act=folded)
    host.make("release", "It asks a fair question", act=some("#waiting", "release"))
    undone = host.make("hold", "I want to look at it first", act=some("#waiting", "hold"))
    host.make("undo", move=undone)


def take_hosting(browser: Browser, running: Demo, host: Visitor, names: dict[str, str], height: int = 1000) -> None:
    """Take pictures of pages as the host sees them."""
    for name, path in names.items():
        for view in ("desktop", "phone"):
            page = reader(browser, running.address + path, view, host.cookie, height)
            take(page, f"{name}-{view}")
            page.context.close()


def take_site(browser: Browser, running: Demo, host: Visitor, evening: str) -> None:
    """Take pictures of what stays: a recap, a discussion, and where the host writes."""
    posts = httpx.get(f"{running.address}/posts", trust_env=False).text
    (post,) = set(re.findall(r"/posts/\d{4}/\d{2}/[a-z-]+", posts))
    for view in ("desktop", "phone"):
        for name, path in {"recap": f"/sessions/{evening}", "discussion": f"{post}#discussion"}.items():
            page = reader(browser, running.address + path, view)
            take(page, f"{name}-{view}")
            page.context.close()
    take_hosting(browser, running, host, {"editor": "/console/site/1"}, height=780)


def main() -> None:
    """Make all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with demo() as running, sync_playwright() as playwright:
        address = running.address
        browser = playwright.chromium.launch(**chromium())
        pages = {view: reader(browser, address, view) for view in VIEWS}
        host = Visitor(running)
        start: datetime | None = None
        question = topic = ""
        for moment, when in MOMENTS.items():
            now = -1.0
            while now < when:
                pages["desktop"].wait_for_timeout(200)
                now, start = minute(address, start)
            if moment == "stirred":
                question, topic = discuss(running, host)
                stir(host, reader(browser, f"{address}/console", "desktop", host.cookie))
                continue
            if moment == "during":
                take_hosting(browser, running, host, {"console": "/console"})
                take_voices(browser, address, "desktop")
                take_voices(browser, address, "phone")
            for view, page in pages.items():
                page.locator("#end").evaluate("one => one.scrollIntoView({ block: 'end' })")
                take(page, f"{moment}-{view}")
        names = {"chat": "/chat", "ledger": "/ledger", "proposals": "/proposals", "sheet": "/sheet", "log": "/log"}
        names |= {
            "question": f"/ledger/{key(question)}",
            "proposal": f"/proposals/{key(topic)}",
            "report": f"/sessions/{_evening(start)}/report",
        }
        take_hosting(browser, running, host, names)
        take_site(browser, running, host, _evening(start))
        make_lean(browser)
        browser.close()


if __name__ == "__main__":
    main()
