"""From what is asked to a scene: reads the archives, lays a recorded burst or a simulated crowd over the session."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Fault, Tally
from fairfloor.acts.notice import Edit
from fairfloor.session.decide import Rules
from fairfloor.session.replay import Item, called
from fairfloor.sources.files import read
from fairfloor.testing.crowd import Laid, lay, over
from fairfloor.testing.rehearse.asked import Crowd, Session
from fairfloor.testing.rehearse.scene import Scene, half_synthetic
from fairfloor.web.words import amount


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A rehearsal that somebody asks for."""

    chat: tuple[Path, ...]
    session: Session
    tag: str
    """Without the #."""
    flood: Path | Crowd
    hosts: tuple[str, ...] = ()
    """Account ids or handles."""
    pace: float = 12.0
    """Messages a minute."""
    seed: int = 0


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """A scene that is ready, and what to say of it."""

    scene: Scene
    head: tuple[str, ...]
    """What it is made of, in sentences."""
    complaints: tuple[str, ...]
    """What could not be used or found, in sentences."""


def stage(asked: Asked) -> Staged:
    """Prepare a rehearsal.

    Raises OSError where a file cannot be read, `Unrecognised` where it is no archive, and ValueError
    where there is nothing to rehearse with.
    """
    archives = _Archives(asked.tag)
    chat = archives.read(asked.chat)
    start, end = asked.session.start, asked.session.end
    if not any(start <= act.at < end for act in chat):
        raise ValueError(_nothing_then(chat))
    hosts, unknown = _hosts(asked.hosts, chat)
    rules = Rules(tag=asked.tag, hosts=hosts, pace=asked.pace)
    if isinstance(asked.flood, Crowd):
        world = asked.flood.world(asked.session, asked.tag, asked.seed)
        laid, meant = over(chat, world, end)
        scene = half_synthetic(laid, rules, world.hijack, meant)
        source = f"{asked.flood.called}, seed {asked.seed},"
    else:
        burst = archives.read([asked.flood])
        scene = half_synthetic(_laid(chat, burst, asked), rules)
        source = f"{amount(len(burst), 'recorded act')} of {asked.flood.name}"
    return Staged(scene=scene, head=_head(scene, asked, source), complaints=(*archives.complaints(), *unknown))


class _Archives:
    """Reads archives of one chat, and remembers what was wrong with them."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._faults: dict[Path, Tally] = {}

    def read(self, paths: Iterable[Path]) -> list[Act]:
        """Give the acts of some archives, each once, in order of time; what was deleted later is still rehearsed."""
        acts: dict[str, Act] = {}
        for path in paths:
            tally = self._faults[path] = Tally()
            for item in read(path, tag=self._tag):
                match item.told:
                    case Fault() as fault:
                        tally.add(Fault(fault.cause, item.line, fault.detail))
                    case (Post() | Repost() | Like()) as act:
                        acts.setdefault(act.id, act)
                    case Edit(post=post):
                        acts.setdefault(post.id, post)
                    case _:
                        pass
        return sorted(acts.values(), key=lambda act: (act.at, act.id))

    def complaints(self) -> Iterator[str]:
        """Say which lines could not be used."""
        for path, tally in self._faults.items():
            for count in tally:
                where = "" if count.first.line is None else f", first on line {count.first.line:,}"
                yield f"{path.name}: left out {amount(count.times, 'bad line')} ({count.first.cause}{where})."


def _laid(chat: list[Act], burst: list[Act], asked: Asked) -> Laid:
    try:
        return lay(chat, burst, asked.session.start, asked.session.end, asked.tag)
    except OverflowError:
        raise ValueError("The times of the burst lie further apart than a calendar reaches; check them.") from None


def _hosts(names: Iterable[str], chat: Iterable[Act]) -> tuple[frozenset[str], list[str]]:
    """Find the accounts that go by the hosts' names, and say whom nobody knows."""
    found = called(names, (Item(None, act) for act in chat))
    unknown = [f"Nobody called {name} is in the chat. Check --host." for name in sorted(found) if not found[name]]
    return frozenset().union(*found.values()), unknown


def _nothing_then(chat: list[Act]) -> str:
    if not chat:
        return "There is no act in the chat that could be read. Check that it is an archive of it."
    first, last = (f"{chat[place].at:%Y-%m-%dT%H:%MZ}" for place in (0, -1))
    return f"Nothing was said in that session. The chat has acts from {first} to {last}: choose a --session there."


def _head(scene: Scene, asked: Asked, source: str) -> tuple[str, ...]:
    start, end = asked.session.start, asked.session.end
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    genuine = [act for act in scene.acts if scene.role(act).genuine]
    accounts = {act.account for act in genuine}
    regulars = len(accounts & scene.rules.regulars)
    flood = len(scene.acts) - len(genuine)
    crowd = len(scene.roles) - len(accounts)
    seeds = f"{regulars} of them regulars" if regulars else "none of them seen before"
    return (
        f"Half-synthetic: {source} laid over what was really said",
        f"under #{asked.tag}, {start:%Y-%m-%d %H:%M} to {until} UTC, at a pace of {asked.pace:g} a minute.",
        f"The chat's: {amount(len(genuine), 'act')} by {amount(len(accounts), 'account')}, {seeds}.",
        f"Laid over it: {amount(flood, 'act')} by {amount(crowd, 'account')}.",
    )
