"""A chat's file, set up and changed while no evening runs on it: its rules, and what its host settles."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

import msgspec

from fairfloor.chat.moves import Move, Settle, Undo
from fairfloor.chat.schedule.sessions import Sessions
from fairfloor.chat.settings import Settings
from fairfloor.session.clerk import PAGES
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Store, Told
from fairfloor.store.copying import PARTS, copied, occupied
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location, missing, people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.kept import kept


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """A chat as its file has it."""

    rules: Rules
    sessions: Sessions


def there_already(store: Location) -> str:
    """Say that there is a chat where a new one was to be."""
    return (
        f"{store} is there already. Look at it: fairfloor chat show {quote(str(store))}; or name another: --store FILE."
    )


def begin(path: Location, rules: Rules, settings: Settings, by: str, now: datetime) -> None:
    """Write a new chat's file. by: the host's public name. Raises Sorry where it cannot be, or is there already."""
    if isinstance(path, Path) and path.exists():
        raise Sorry(there_already(path))
    move = _move(settings, by, "Set up", now, Sessions())
    try:
        with kept(path) as evening:
            if evening.store.rules() is not None:
                raise Sorry(there_already(path))
            evening.store.begin(rules)
            keep(evening.store, move)
    except Unusable as error:
        raise Sorry(str(error)) from error


def read(path: Location) -> Chat:
    """Read a chat from its file. Raises Sorry where there is none."""
    if missing(path):
        raise Sorry(f"There is no {path}. Set a chat up: fairfloor chat new")
    try:
        with kept(path) as evening:
            return _read(path, evening.store)
    except Unusable as error:
        raise Sorry(str(error)) from error


def change(path: Location, settings: Settings, by: str, reason: str, now: datetime) -> None:
    """Settle a chat anew in its file. Raises Sorry where it cannot be so, or an evening runs on it."""
    if missing(path):
        raise Sorry(f"There is no {path}. Set a chat up: fairfloor chat new")
    try:
        with kept(path) as evening:
            chat = _read(path, evening.store)
            if settings != chat.sessions.settings:
                at = max(now, evening.store.time() or now)
                keep(evening.store, _move(settings, by, reason, at, chat.sessions))
    except Unusable as error:
        raise Sorry(str(error)) from error


def copy(store: Location, to: Location) -> int:
    """Copy a chat to where there is none; gives the number of lines of its public log. Raises Sorry, OSError."""
    if missing(store):
        raise Sorry(f"There is no {store}. Name the chat's file.")
    if isinstance(to, Path) and not to.parent.is_dir():
        raise Sorry(f"There is no folder {to.parent}. Make it, or name another place.")
    try:
        if there := occupied(to):
            raise Sorry(
                f"{there} Name another place; or, where a copy was broken off, remove what is left of it first."
            )
        with kept(store) as evening, _whole(to) as new:
            _read(store, evening.store)
            for part in PARTS:
                copied(part, store, new)
            return evening.records.head().n
    except Unusable as error:
        raise Sorry(str(error)) from error


@contextmanager
def _whole(to: Location) -> Iterator[Location]:
    """Give where to put a chat that is to be there whole or not at all: for a file, a folder beside it.

    A database has each part whole or not at all, and the evening last.
    """
    if not isinstance(to, Path):
        yield to
        return
    with TemporaryDirectory(prefix=f"{to.name}.unfinished-", dir=to.parent) as folder:
        new = Path(folder) / to.name
        yield new
        for old, place in ((people_beside(new), people_beside(to)), (site_beside(new), site_beside(to)), (new, to)):
            if old.exists():
                old.rename(place)


def _read(path: Location, store: SqlStore) -> Chat:
    rules = store.rules()
    if rules is None:
        raise Sorry(f"No chat was begun in {path}. Set one up: fairfloor chat new")
    return Chat(rules=rules, sessions=heard(store.moves()))


def heard(moves: Iterable[Move]) -> Sessions:
    """Give the sessions, and the settings, that moves come to."""
    sessions, made = Sessions(), dict[str, Move]()
    for move in moves:
        made[move.id] = move
        if isinstance(move.do, Undo) and move.do.move in made:
            sessions.undo(made[move.do.move])
        sessions.move(move)
    return sessions


def _move(settings: Settings, by: str, reason: str, at: datetime, sessions: Sessions) -> Move:
    do = Settle(settings=settings)
    move = Move(id=f"move:{secrets.token_hex(12)}", at=at, by=by, role="host", do=do, reason=reason)
    if (why := sessions.refuses(move)) is not None:
        raise Sorry(why)
    try:
        return msgspec.json.decode(msgspec.json.encode(move), type=Move)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise Sorry(f"That cannot be kept: {error}.") from error


def keep(store: Store, *moves: Move) -> None:
    """Write moves down while no evening runs, each at its own time."""
    told = [Told(notice=move, seen=move.at) for move in moves]
    store.take(PAGES, told, cursor=None, faults=(), skipped=0)
