"""An evening of two hundred people on a real server, followed, published, killed and started again, as a host would."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.floor.reasons import Copy, InStep
from fairfloor.publish import settings
from fairfloor.publish.atproto.keys import kept_key
from fairfloor.session.decision import Decision
from fairfloor.session.sitting import Sitting
from fairfloor.testing.crowd import Role, Tactic, World, simulate
from fairfloor.testing.pds.account import PASSWORD, Account, Bench
from fairfloor.testing.pds.perform import Troupe
from fairfloor.testing.watching import FAIRFLOOR, Watching
from fairfloor.web.address import key
from fairfloor.wiring.kept import Kept, kept
from fairfloor.wiring.publishing import key_beside, settings_beside

from .publish.conftest import Check, check

__all__ = ["check"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ACTS = 2_000
HOSTNAME = "fair.example.org"
_DEADLINE = 120.0


@pytest.fixture(scope="module")
def troupe(pds: Bench) -> Troupe:
    """Give 200 people, a crowd among them, accounts, and 2,000 things to do, half of them in the flood."""
    tactics = (Tactic.EDITED, Tactic.UNIQUE, Tactic.RING)
    world = World(tactics=tactics, attackers=140, seed=7, hijack_from=15.0, hijack_for=20.0)
    simulation = simulate(world)
    return Troupe(pds, simulation, simulation.acts[:ACTS])


class Evening:
    """A host's evening in a folder: commands run there, and `fairfloor watch` under way."""

    def __init__(self, pds: Bench, troupe: Troupe, folder: Path) -> None:
        self.store, self.folder, self._pds = folder / "copchat.db", folder, pds
        rules = troupe.rules()
        regulars = folder / "regulars.txt"
        regulars.write_text("\n".join(sorted(rules.regulars)), "utf-8")
        (host,) = rules.hosts
        self._watch = ["copchat", "--url", pds.running.stream(), "--appview", "http://127.0.0.1:9"]
        self._watch += ["--host", host, "--regulars", str(regulars), "--pace", "300", "--ttl", "0.1"]
        self.watching: Watching | None = None

    def publish(self, what: str, account: Account) -> str:
        """Publish the feed or the labeler, and give what is said."""
        told = {"FAIRFLOOR_APP_PASSWORD": account.app_password(what), "FAIRFLOOR_ACCOUNT_PASSWORD": PASSWORD}
        running = self._pds.running
        command: list[str | Path] = [FAIRFLOOR, "publish", what, "copchat", "--as", account.handle, "--at", HOSTNAME]
        command += ["--server", running.pds, *(["--directory", running.plc] if what == "labeler" else [])]
        environment = os.environ | told | {"NO_PROXY": "*"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=_DEADLINE
        )
        return str(done.stdout + done.stderr)

    def begin(self) -> Watching:
        """Start watching, and wait until it hears the server."""
        self.watching = Watching(self._watch, self.folder)
        self.watching.said("Connected")
        return self.watching

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self.watching is not None and self.watching.process.poll() is None:
            self.watching.end(signal.SIGKILL)


@pytest.fixture
def evening(pds: Bench, troupe: Troupe, tmp_path: Path) -> Iterator[Evening]:
    """Prepare an evening; what still runs at its end is ended."""
    prepared = Evening(pds, troupe, tmp_path)
    yield prepared
    prepared.kill()


def test_an_evening_from_end_to_end(pds: Bench, troupe: Troupe, evening: Evening, check: Check) -> None:
    """All is kept through two kills; the feed is the floor, labels verify, and the log comes to the same again."""
    assert len(troupe.accounts) >= 200
    publisher = pds.account()
    assert "Written" in evening.publish("feed", publisher)
    assert "mailed" in evening.publish("labeler", publisher)
    watching = evening.begin()
    with ThreadPoolExecutor(1) as stage:
        for some in (600, 1200):
            performing = stage.submit(troupe.perform, some - 600, some)
            watching.health(lambda now, some=some: now["seq"] >= some - 300, _DEADLINE)  # type: ignore[misc]
            evening.kill()
            performing.result(_DEADLINE)
            watching = evening.begin()
        stage.submit(troupe.perform, 1200).result(_DEADLINE)
    watching.health(lambda now: sum(now["acts"].values()) == ACTS and now["waiting"] == 0, _DEADLINE)
    gone_at_once(watching, evening.store, troupe)
    feed, labels = skeleton(watching, evening.store), queried(watching)
    evening.kill()
    with kept(evening.store) as found:
        made = [ref.uri for ref in troupe.refs.values()]
        assert [act.id for act in acts(found)] == made
        decisions = list(found.store.decisions())
        held(troupe, found, decisions)
        last = {one.act: one for one in decisions}
        assert feed == [one.act for one in reversed(decisions) if last[one.act] is one and one.placement == "floor"]
        assert standing(labels) == called_for(last.values())
        checked = check(outputs=[], labels=labels, key=kept_key(key_beside(evening.store)).did)
        assert labels
        assert all(one["verified"] for one in checked["labels"])


def skeleton(watching: Watching, store: Path) -> list[str]:
    """Page through the feed."""
    published = settings.read(settings_beside(store))
    assert published is not None
    found: list[str] = []
    asked = {"feed": published.feed, "limit": "100"}
    while True:
        page = xrpc(watching, "app.bsky.feed.getFeedSkeleton", asked)
        found += [one["post"] for one in page["feed"]]
        if "cursor" not in page:
            return found
        asked["cursor"] = page["cursor"]


def queried(watching: Watching) -> list[dict[str, Any]]:
    """Page through the labels."""
    found: list[dict[str, Any]] = []
    asked = {"uriPatterns": "*", "limit": "250"}
    while True:
        page = xrpc(watching, "com.atproto.label.queryLabels", asked)
        found += page["labels"]
        if "cursor" not in page:
            return found
        asked["cursor"] = page["cursor"]


def xrpc(watching: Watching, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask the evening's server, as Bluesky would."""
    answer = httpx.get(f"{watching.address}/xrpc/{name}", params=asked, trust_env=False, timeout=_DEADLINE)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


_SECONDS = 3.0
"""A second is what is promised, on a machine of one's own; this one runs a browser and a server beside it."""


def gone_at_once(watching: Watching, store: Path, troupe: Troupe) -> None:
    """Delete what is first in the feed, and see it leave the feed and the page."""
    first = skeleton(watching, store)[0]
    name, ref = next((act, ref) for act, ref in troupe.refs.items() if ref.uri == first)
    author = next(act.account for act in troupe.acts if act.id == name)
    text = next(act.text for act in troupe.acts if act.id == name and isinstance(act, Post))
    page = f"/act/{key(first)}"
    assert text.split()[0] in unescape(watching.get(page).text)
    troupe.accounts[author].delete(ref)
    deleted = time.monotonic()  # noqa: TID251 - real time is what is promised
    while first in skeleton(watching, store) or "took it back" not in watching.get(page).text:
        assert time.monotonic() < deleted + _SECONDS  # noqa: TID251
        watching.pause()


def acts(evening: Kept) -> list[Act]:
    """Give what was taken in."""
    return [taken.notice for taken in evening.store.log() if isinstance(taken.notice, Post | Repost | Like)]


def standing(labels: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Give what is labelled with what."""
    return {(one["uri"], one["val"]) for one in labels if not one.get("neg")}


def called_for(last: Iterable[Decision]) -> set[tuple[str, str]]:
    """Give what is to be labelled with what, by the last decision on each."""
    copies = {(one.act, "copy") for one in last if isinstance(one.reason, Copy)}
    return copies | {(one.act, "acting-in-step") for one in last if isinstance(one.reason, InStep)}


def held(troupe: Troupe, evening: Kept, decisions: list[Decision]) -> None:
    """Show that the crowd has less of the floor than of what was said, and that the log comes to the same again."""
    attackers = {account.did for name, account in troupe.accounts.items() if troupe.role(name) is Role.ATTACKER}
    posts = [act.account in attackers for act in acts(evening) if isinstance(act, Post)]
    floor = [one.account in attackers for one in decisions if one.placement == "floor"]
    assert sum(posts) / len(posts) > 0.4
    assert sum(floor) / len(floor) < 0.6 * sum(posts) / len(posts)
    rules = evening.store.rules()
    assert rules is not None
    again = Sitting(rules)
    decided = [*again.hear(list(evening.store.log())), *again.run(decisions[-1].at)]
    assert decided == decisions
