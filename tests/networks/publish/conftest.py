"""Bluesky's own code, under Node, to check what is published; and a simulated evening, hijacked, as Bluesky's posts."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import msgspec
import pytest

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd import Tactic, World, simulate
from fairfloor.testing.pds.place import NotInstalled
from fairfloor.testing.pds.running import run
from fairfloor.wiring.kept import kept

from ...publish.stage import Evening  # noqa: TID252 - test folders are no packages to name

_HERE = Path(__file__).parent
WORLD = World(
    tactics=(Tactic.EDITED, Tactic.RING), attackers=60, flood=1_500, seed=4, minutes=30, hijack_from=5, hijack_for=20
)
Check = Callable[..., dict[str, Any]]
Follow = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def check() -> Check:
    """Give what checks things under Node; raises CalledProcessError where a lexicon refuses one."""

    def checking(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(_ran("check.mjs", given=json.dumps(given).encode()))
        return found

    return checking


@pytest.fixture(scope="session")
def follow() -> Follow:
    """Give what follows a labeler under Node, until it has heard so many labels."""

    def following(service: str, cursor: int | None, number: int, key: str) -> list[dict[str, Any]]:
        arguments = (service, "" if cursor is None else str(cursor), str(number), key)
        heard: list[dict[str, Any]] = json.loads(_ran("follow.mjs", *arguments))
        return heard

    return following


def _ran(script: str, *arguments: str, given: bytes = b"") -> bytes:
    try:
        return run(_HERE / script, arguments, given)
    except CalledProcessError as failed:
        pytest.fail(f"{script}: {failed.stderr.decode('utf-8', 'replace')[:2_000]}", pytrace=False)
    except NotInstalled as why:
        if os.environ.get("FAIRFLOOR_NETWORKS"):
            pytest.fail(str(why))
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def hijacked() -> tuple[Act, ...]:
    """Simulate an evening that a crowd takes over, with the ids that acts have on Bluesky."""
    acts = simulate(WORLD).acts
    names = {act.id: f"at://{act.account}/app.bsky.feed.{_kind(act)}/{act.id}" for act in acts}
    return tuple(_renamed(act, names) for act in acts)


def _kind(act: Act) -> str:
    return type(act).__name__.lower()


def _renamed(act: Act, names: dict[str, str]) -> Act:
    fields = ("id", "reply_to", "root", "quote_of") if isinstance(act, Post) else ("id", "subject")
    told = {field: names.get(old, old) for field in fields if (old := getattr(act, field)) is not None}
    return msgspec.structs.replace(act, network="bluesky", **told)


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """Begin an evening on a new store."""
    with kept(tmp_path / "evening.db") as begun:
        yield Evening(begun, simulate(WORLD).rules())
