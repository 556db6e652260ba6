"""What is read of the public log while it is being written; and whether it says what the tables beside it say."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Taken
from fairfloor.session.public import Decided, Head, HeldNumbers, Made, Opening, Unreadable, WentOn, Writer, read
from fairfloor.store.database import unreachable
from fairfloor.store.evening.chain import MOVE, head_of
from fairfloor.store.evening.codec import decode_decision, decode_entry
from fairfloor.store.evening.schema import chain, decisions, log
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Database, Location
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import reading
from fairfloor.store.sql import GONE

_PAGE = 1_000
"""Lines read at a time: half a megabyte."""
_CHUNK = 500
"""Names in one question to the database, which allows about a thousand."""
_END = 2**62
_HEAD = sa.select(chain.c.n, chain.c.line).order_by(chain.c.n.desc()).limit(1)
_LINES = (
    sa.select(chain.c.line)
    .where(chain.c.n > sa.bindparam("after"), chain.c.n <= sa.bindparam("upto"))
    .order_by(chain.c.n)
    .limit(_PAGE)
)
_MOVES = (
    sa.select(chain.c.n, chain.c.line)
    .where(chain.c.mark == MOVE, chain.c.n < sa.bindparam("before"))
    .order_by(chain.c.n.desc())
    .limit(sa.bindparam("limit"))
)
_UNDOINGS = (
    sa.select(chain.c.about, chain.c.line)
    .where(chain.c.about.in_(sa.bindparam("names", expanding=True)))
    .order_by(chain.c.n.desc())
)
_MOVE = sa.select(log.c.body).where(log.c.act == sa.bindparam("name"), log.c.kind == "move")
_SIZE = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(chain.c.line) + 1), 0))
_DECISIONS = (
    sa.select(decisions.c.number, decisions.c.body)
    .where(decisions.c.number > sa.bindparam("after"), decisions.c.number <= sa.bindparam("upto"))
    .order_by(decisions.c.number)
    .limit(_PAGE)
)
_made = msgspec.json.Decoder(Made).decode


class SqlPublicLog:
    """`PublicLog` (session.public) over the reading engine of `store.opening.opened`; use it from any thread."""

    def __init__(self, reader: sa.Engine) -> None:
        self._reader = reader

    def head(self) -> Head:
        """See `PublicLog.head`."""
        return head_of(next(iter(self._ask(_HEAD)), None))

    def lines(self, after: int, upto: int) -> list[bytes]:
        """See `PublicLog.lines`."""
        return [_bytes(row.line) for row in self._ask(_LINES, after=after, upto=upto)]

    def moves(self, before: int | None = None, limit: int = 50) -> list[tuple[int, Move]]:
        """See `PublicLog.moves`."""
        rows = self._ask(_MOVES, before=_END if before is None else before, limit=limit)
        return [(row.n, _made(row.line).move) for row in rows]

    def move(self, name: str) -> Move | None:
        """See `PublicLog.move`."""
        found = [decode_entry(row.body) for row in self._ask(_MOVE, name=name)]
        return next((one for one in found if isinstance(one, Move)), None)

    def undoings(self, names: Sequence[str]) -> dict[str, Move]:
        """See `PublicLog.undoings`."""
        chunks = (names[at : at + _CHUNK] for at in range(0, len(names), _CHUNK))
        return {row.about: _made(row.line).move for some in chunks for row in self._ask(_UNDOINGS, names=list(some))}

    def decided(self, after: int, upto: int) -> list[Decision]:
        """See `PublicLog.decided`."""
        return [decode_decision(row.body) for row in self._ask(_DECISIONS, after=after, upto=upto)]

    def size(self) -> int:
        """Give the bytes of the whole log."""
        return int(self._ask(_SIZE)[0][0])

    def all_lines(self) -> Iterator[bytes]:
        """Give all lines that there are now."""
        after, upto = 0, self.head().n
        while some := self.lines(after, upto):
            yield from some
            after += len(some)

    def _ask(self, question: sa.Select[Any], **values: Any) -> list[sa.Row[Any]]:
        with self._reader.connect() as db:
            return list(db.execute(question, values).all())

    def bodies(self) -> Iterator[tuple[int, bytes]]:
        """Give the decisions of the table of decisions, with their numbers."""
        after = 0
        while rows := self._ask(_DECISIONS, after=after, upto=_END):
            yield from ((row.number, row.body) for row in rows)
            after = rows[-1].number


def difference(public: SqlPublicLog, taken: Iterator[Taken], rules: Rules) -> int | None:
    """Give the number of the first line that says something else than the tables; None where they agree.

    taken: all that the log holds, from its beginning. What the tables have beyond the last line is not missed in it.
    """
    writer, decided = Writer(HeldNumbers()), public.bodies()
    writer.begin(rules, "")
    told = (line for one in taken if (line := writer.told(one)) is not None)
    for n, line in enumerate(public.all_lines(), 1):
        if not _agrees(line, rules, told, decided):
            return n
    return None


def _agrees(line: bytes, rules: Rules, told: Iterator[bytes], decided: Iterator[tuple[int, bytes]]) -> bool:
    try:
        one = read(line)
        match one:
            case Opening():
                return one.rules == rules
            case WentOn():
                return True
            case Decided():
                return next(decided, None) == (one.number, bytes(one.decision))
            case _:
                return (other := next(told, None)) is not None and msgspec.structs.replace(read(other), n=one.n) == one
    except (Unreadable, msgspec.MsgspecError):
        return False


def _bytes(line: bytes | str) -> bytes:
    """Give what stands in a row, also where somebody put a text there."""
    return line if isinstance(line, bytes) else line.encode()


@contextmanager
def looked_into(place: Location) -> Iterator[tuple[SqlPublicLog, SqlStore]]:
    """Open a store only to read it, while another process may write it. Raises `store.migrating.Unusable`."""
    reader = reading(place)
    try:
        public, store = SqlPublicLog(reader), SqlStore(reader, reader)
        try:
            public.head()
            store.rules()
        except sa.exc.DatabaseError as error:
            if isinstance(place, Database) and isinstance(error, GONE):
                raise Unusable(unreachable(place, error)) from error
            raise Unusable(
                f"{place} holds no public log. Where it is an evening of an earlier Fairfloor, go on with it once "
                "(fairfloor watch); it has one then."
            ) from error
        yield public, store
    finally:
        reader.dispose()
