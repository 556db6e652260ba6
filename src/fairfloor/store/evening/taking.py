"""Taking what was told into the log, in one transaction: new is appended, the repeated counted, the rest skipped."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, assert_never

import msgspec
import sqlalchemy as sa

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.chat.moves import Move
from fairfloor.session.ports import Receipt, Taken, Told
from fairfloor.store.evening.codec import decode_act, decode_entry, encode, encode_heard, tag_of, wordless
from fairfloor.store.evening.schema import log

_ROW = {"act": None, "account": None, "about": None, "body": None, "heard": None, "edited": False, "withdrawn": False}
_CHUNK = 500
"""Ids in one question to the database, which allows about a thousand."""

_APPEND = sa.insert(log)
_KNOWN = sa.select(log.c.act).where(log.c.act.in_(sa.bindparam("ids", expanding=True)))
_ABOUT = sa.select(log.c.seq, log.c.kind, log.c.account, log.c.body, log.c.withdrawn)
_BY_ID = _ABOUT.where(log.c.act == sa.bindparam("id"), log.c.kind != "move")
_BY_ACCOUNT = (
    _ABOUT.add_columns(log.c.act)
    .where(log.c.account == sa.bindparam("of"), log.c.act.is_not(None), ~log.c.withdrawn)
    .order_by(log.c.seq)
)
_SPOKE = sa.select(log.c.seq).where(log.c.account == sa.bindparam("of"), log.c.act.is_not(None)).limit(1)
_RENAMES = log.c.account == sa.bindparam("of"), log.c.kind == "rename"
_RENAMED = sa.select(log.c.body).where(*_RENAMES).order_by(log.c.seq.desc()).limit(1)
_FORGET_NAMES = sa.delete(log).where(*_RENAMES)
_REWRITE = (
    sa.update(log)
    .where(log.c.seq == sa.bindparam("row"))
    .values(body=sa.bindparam("words"), edited=sa.bindparam("was_edited"), withdrawn=sa.bindparam("is_withdrawn"))
)


class Taking:
    """One transaction's worth of taking; read `receipt`, `seq` and `scrubbed` when all was told."""

    def __init__(self, db: sa.Connection, source: str, seq: int) -> None:
        """Take where the log has come to: `seq`."""
        self._db = db
        self._source = source
        self.seq = seq
        """The last place in the log."""
        self._taken: list[Taken] = []
        self._faults: list[Fault] = []
        self._skipped = 0
        self.scrubbed = False
        """Whether words were taken out."""

    @property
    def receipt(self) -> Receipt:
        """Give what came of it so far."""
        return Receipt(taken=tuple(self._taken), faults=tuple(self._faults), skipped=self._skipped)

    def take(self, told: Sequence[Told]) -> None:
        """Take notices in their order; acts that stand together go in together."""
        for acts, group in groupby(told, key=lambda one: isinstance(one.notice, Act)):
            if acts:
                self._take_acts(list(group))
            else:
                for one in group:
                    self._take_word(one)

    def _take_acts(self, told: list[Told]) -> None:
        ids = [one.notice.id for one in told if isinstance(one.notice, Act)]
        known = self._known(ids)
        fresh = []
        for one, id_ in zip(told, ids, strict=True):
            if id_ in known:
                self._repeated(id_)
            else:
                known.add(id_)
                fresh.append(one)
        self._append(fresh)

    def _take_word(self, told: Told) -> None:
        match told.notice:
            case Deletion(id=id_):
                self._take_deletion(told, id_)
            case Edit():
                self._take_edit(told, told.notice)
            case Departure():
                self._take_departure(told, told.notice)
            case Rename():
                self._take_rename(told, told.notice)
            case Move(id=id_):
                self._take_move(told, id_)
            case Post() | Repost() | Like():
                self._take_acts([told])
            case _:
                assert_never(told.notice)

    def _take_deletion(self, told: Told, id_: str) -> None:
        row = self._db.execute(_BY_ID, {"id": id_}).one_or_none()
        if row is None:
            self._skipped += 1
        elif row.withdrawn:
            self._repeated(id_)
        else:
            self._withdraw([row], [told])

    def _take_departure(self, told: Told, gone: Departure) -> None:
        rows = self._db.execute(_BY_ACCOUNT, {"of": gone.account}).all()
        if not rows:
            self._skipped += 1
            return
        self._db.execute(_FORGET_NAMES, {"of": gone.account})
        self._withdraw(rows, [Told(notice=Deletion(id=row.act, at=gone.at), seen=told.seen) for row in rows])

    def _take_edit(self, told: Told, edit: Edit) -> None:
        row = self._db.execute(_BY_ID, {"id": edit.post.id}).one_or_none()
        if row is None:
            self._append([Told(notice=edit.post, seen=told.seen, heard=told.heard)])
        elif row.account != edit.post.account or row.kind != "post":
            self._faults.append(
                Fault(Cause.BAD_FIELD, detail=f"an edit of what is not the account's post {edit.post.id}")
            )
        else:
            self._take_edit_of(row, told, edit)

    def _take_edit_of(self, row: Any, told: Told, edit: Edit) -> None:
        before = decode_act(row.body)
        after = msgspec.structs.replace(edit.post, at=before.at, seen=before.seen)
        if row.withdrawn or after == before:
            self._repeated(before.id)
        else:
            self._rewrite([row], [encode(after)], edited=True)
            self._append([told], about=[row.seq])

    def _take_rename(self, told: Told, rename: Rename) -> None:
        account = {"of": rename.account}
        if self._db.execute(_SPOKE, account).scalar() is None:
            self._skipped += 1
        elif self._handle(account) == rename.handle:
            self._repeated(rename.account)
        else:
            self._append([told])

    def _take_move(self, told: Told, id_: str) -> None:
        if self._known([id_]):
            self._repeated(id_)
        else:
            self._append([told])

    def _handle(self, account: dict[str, str]) -> str | None:
        body = self._db.execute(_RENAMED, account).scalar()
        last = None if body is None else decode_entry(body)
        return last.handle if isinstance(last, Rename) else None

    def _withdraw(self, rows: Sequence[Any], told: Sequence[Told]) -> None:
        self._rewrite(rows, [encode(wordless(decode_act(row.body))) for row in rows], withdrawn=True)
        self._append(told, about=[row.seq for row in rows])

    def _rewrite(
        self, rows: Sequence[Any], bodies: Sequence[bytes], *, edited: bool = False, withdrawn: bool = False
    ) -> None:
        self.scrubbed = True
        flags = {"was_edited": edited, "is_withdrawn": withdrawn}
        self._db.execute(
            _REWRITE, [{"row": row.seq, "words": body, **flags} for row, body in zip(rows, bodies, strict=True)]
        )

    def _append(self, told: Sequence[Told], about: Sequence[int | None] = ()) -> None:
        taken = [
            Taken(seq=seq, seen=one.seen, notice=one.notice, heard=one.heard if isinstance(one.notice, Act) else None)
            for seq, one in enumerate(told, self.seq + 1)
        ]
        rows = [self._row(one) | {"about": of} for one, of in zip(taken, about or [None] * len(taken), strict=True)]
        if rows:
            self._db.execute(_APPEND, rows)
            self.seq = taken[-1].seq
            self._taken += taken

    def _row(self, taken: Taken) -> dict[str, Any]:
        notice = taken.notice
        return _ROW | {
            "seq": taken.seq,
            "kind": tag_of(notice),
            "act": notice.id if isinstance(notice, Act | Move) else None,
            "account": notice.account if isinstance(notice, Act | Rename) else None,
            "source": self._source,
            "seen": taken.seen,
            "body": None if isinstance(notice, Edit) else encode(notice),
            "heard": encode_heard(taken.heard) if taken.heard else None,
        }

    def _known(self, ids: list[str]) -> set[str]:
        chunks = (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK))
        return {known for chunk in chunks for known in self._db.execute(_KNOWN, {"ids": chunk}).scalars()}

    def _repeated(self, what: str) -> None:
        self._faults.append(Fault(Cause.REPEATED, detail=what))
