"""What was not on the floor in one session, for one reason: the click that a recap's numbers are away."""

from fairfloor.session.ports import Record, Records
from fairfloor.session.recap import Recap

LIMIT = 50
"""Acts on a page."""


def aside(records: Records, recap: Recap, code: str, before: int | None) -> tuple[list[Record], int | None]:
    """Give a page of the acts of a session that are where they are for one reason now, the newest first.

    before: a place in the log; gives as well the one to go on from, None where this is the last page. Blocks.
    """
    if before is None:
        last = records.record(recap.last) if recap.last else None
        before = last.seq + 1 if last else 0
    found = records.folded(code, before, LIMIT)
    mine = [record for record in found if record.seen >= recap.begins]
    return mine, found[-1].seq if len(mine) == LIMIT else None
