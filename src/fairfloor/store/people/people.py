"""Keeps people in a file beside the evening's: `copchat.db` has `copchat.db.people`.

Apart, because the evening's file is public, to be copied and checked by anybody, and here are the hashes of passwords;
and because one process alone writes the evening, while whoever lost a password gets a new one by command line as it
runs. Only its owner can read the file.

What is here is durable when a method returns; each is one transaction, and any thread may call it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fairfloor.session.people import (
    AT_MOST,
    IDLE,
    STAFF_AT_MOST,
    STAFF_IDLE,
    Account,
    Client,
    Credentials,
    Invitation,
    Member,
    Session,
    StaffRole,
    name_key,
)
from fairfloor.store.location import Location
from fairfloor.store.opening import shared
from fairfloor.store.people.schema import clients, invitations, keys, members, recovery, sessions

MOST = 20
"""Browsers that one person is signed in with; the one that signed in longest ago goes."""
_NOTED = timedelta(minutes=5)
"""That somebody was here is written down so seldom."""
_ORDER = sa.case({"host": 0, "co-host": 1}, value=members.c.role, else_=2)


@contextmanager
def people_opened(place: Location) -> Iterator["SqlPeople"]:
    """Open or make a file of people; others may have it open too. Raises `store.migrating.Unusable`."""
    with shared(place, "fairfloor.store.people:migrations", "people") as (writer, reader):
        yield SqlPeople(writer, reader)


class SqlPeople:
    """`People` (session.people) on either database."""

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        self._writer = writer
        self._reader = reader

    def key(self) -> bytes:
        """See `People.key`."""
        with self._writer.begin() as db:
            kept: bytes | None = db.execute(sa.select(keys.c.key)).scalar()
            if kept is None:
                kept = secrets.token_bytes(32)
                db.execute(sa.insert(keys).values(id=1, key=kept))
            return kept

    # Sessions

    def session(self, digest: bytes, now: datetime) -> Session | None:
        """See `People.session`."""
        found = self._one(
            sa.select(sessions, members).outerjoin(members, sessions.c.member == members.c.number),
            sessions.c.digest == digest,
        )
        if found is None:
            return None
        if _over(found, now):
            self.end(digest)
            return None
        if now - found.seen > _NOTED:
            with self._writer.begin() as db:
                db.execute(sa.update(sessions).where(sessions.c.digest == digest).values(seen=now))
        return Session(who=_who(found), begun=found.begun)

    def begin(self, digest: bytes, who: Member | Account, now: datetime) -> None:
        """See `People.begin`."""
        row: dict[str, Any] = {"digest": digest, "begun": now, "seen": now}
        if isinstance(who, Member):
            row |= {"member": who.number}
        else:
            row |= {"account": who.id, "handle": who.handle, "network": who.network}
        with self._writer.begin() as db:
            db.execute(sa.delete(sessions).where(_outlived(now)))
            kept = sa.select(sessions.c.digest).where(_of(who)).order_by(sessions.c.begun.desc()).limit(MOST - 1)
            db.execute(sa.delete(sessions).where(_of(who), sessions.c.digest.not_in(kept)))
            db.execute(sa.insert(sessions).values(row))

    def end(self, digest: bytes) -> None:
        """See `People.end`."""
        self._do(sa.delete(sessions).where(sessions.c.digest == digest))

    def end_all(self, who: Member | Account) -> None:
        """See `People.end_all`."""
        self._do(sa.delete(sessions).where(_of(who)))

    # The host's people

    def members(self) -> list[Member]:
        """See `People.members`."""
        with self._reader.connect() as db:
            return [_member(row) for row in db.execute(sa.select(members).order_by(_ORDER, members.c.key))]

    def credentials(self, name: str) -> Credentials | None:
        """See `People.credentials`."""
        found = self._one(sa.select(members), members.c.key == name_key(name))
        return found and Credentials(member=_member(found), password=found.password, secret=found.secret)

    def add(self, name: str, role: StaffRole, password: str, now: datetime) -> Member | None:
        """See `People.add`."""
        with self._writer.begin() as db:
            return _add(db, name, role, password, now)

    def set_password(self, member: Member, password: str) -> None:
        """See `People.set_password`."""
        self._do(sa.update(members).where(members.c.number == member.number).values(password=password))

    def remove(self, member: Member) -> None:
        """See `People.remove`."""
        self._do(sa.delete(members).where(members.c.number == member.number))

    # The second factor

    def set_two_factor(self, member: Member, secret: bytes | None, recovery_codes: list[bytes]) -> None:
        """See `People.set_two_factor`."""
        with self._writer.begin() as db:
            db.execute(sa.update(members).where(members.c.number == member.number).values(secret=secret, step=0))
            db.execute(sa.delete(recovery).where(recovery.c.member == member.number))
            if recovery_codes:
                db.execute(sa.insert(recovery), [{"member": member.number, "digest": one} for one in recovery_codes])

    def use_step(self, member: Member, step: int) -> bool:
        """See `People.use_step`."""
        unused = sa.and_(members.c.number == member.number, members.c.step < step)
        return self._do(sa.update(members).where(unused).values(step=step)) == 1

    def use_recovery(self, member: Member, digest: bytes) -> bool:
        """See `People.use_recovery`."""
        kept = sa.and_(recovery.c.member == member.number, recovery.c.digest == digest)
        return self._do(sa.delete(recovery).where(kept)) == 1

    # Invitations

    def invite(self, digest: bytes, role: StaffRole, until: datetime) -> None:
        """See `People.invite`."""
        self._do(sa.insert(invitations).values(digest=digest, role=role, until=until))

    def invitations(self, now: datetime) -> list[Invitation]:
        """See `People.invitations`."""
        waiting = sa.select(invitations).where(invitations.c.until > now).order_by(invitations.c.number)
        with self._reader.connect() as db:
            return [_invitation(row) for row in db.execute(waiting)]

    def invited(self, digest: bytes, now: datetime) -> Invitation | None:
        """See `People.invited`."""
        found = self._one(sa.select(invitations), invitations.c.digest == digest, invitations.c.until > now)
        return found and _invitation(found)

    def accept(self, digest: bytes, name: str, password: str, now: datetime) -> Member | None:
        """See `People.accept`."""
        waiting = sa.and_(invitations.c.digest == digest, invitations.c.until > now)
        with self._writer.begin() as db:
            role: StaffRole | None = db.execute(sa.select(invitations.c.role).where(waiting)).scalar()
            added = role and _add(db, name, role, password, now)
            if added:
                db.execute(sa.delete(invitations).where(sa.or_(waiting, invitations.c.until <= now)))
            return added or None

    def uninvite(self, number: int) -> None:
        """See `People.uninvite`."""
        self._do(sa.delete(invitations).where(invitations.c.number == number))

    # Where participants sign in

    def client(self, server: str) -> Client | None:
        """See `People.client`."""
        found = self._one(sa.select(clients), clients.c.server == server)
        return found and Client(id=found.id, secret=found.secret)

    def keep_client(self, server: str, client: Client) -> None:
        """See `People.keep_client`."""
        with self._writer.begin() as db:
            db.execute(sa.delete(clients).where(clients.c.server == server))
            db.execute(sa.insert(clients).values(server=server, id=client.id, secret=client.secret))

    def forget_client(self, server: str) -> None:
        """See `People.forget_client`."""
        self._do(sa.delete(clients).where(clients.c.server == server))

    def _one(self, question: sa.Select[Any], *where: sa.ColumnElement[bool]) -> Any:
        with self._reader.connect() as db:
            return db.execute(question.where(*where)).first()

    def _do(self, change: sa.Insert | sa.Update | sa.Delete) -> int:
        with self._writer.begin() as db:
            return db.execute(change).rowcount


def _add(db: sa.Connection, name: str, role: StaffRole, password: str, now: datetime) -> Member | None:
    if db.execute(sa.select(members.c.number).where(members.c.key == name_key(name))).first() is not None:
        return None
    row = {"key": name_key(name), "name": name, "role": role, "added": now, "password": password, "step": 0}
    number: int = db.execute(sa.insert(members).values(row).returning(members.c.number)).scalar_one()
    return Member(number=number, name=name, role=role, added=now)


def _member(row: sa.Row[Any]) -> Member:
    return Member(number=row.number, name=row.name, role=row.role, added=row.added, two_factor=row.secret is not None)


def _invitation(row: sa.Row[Any]) -> Invitation:
    return Invitation(number=row.number, role=row.role, until=row.until)


def _who(row: sa.Row[Any]) -> Member | Account:
    return _member(row) if row.member is not None else Account(id=row.account, handle=row.handle, network=row.network)


def _of(who: Member | Account) -> sa.ColumnElement[bool]:
    return sessions.c.member == who.number if isinstance(who, Member) else sessions.c.account == who.id


def _over(row: sa.Row[Any], now: datetime) -> bool:
    idle, at_most = (IDLE, AT_MOST) if row.member is None else (STAFF_IDLE, STAFF_AT_MOST)
    return bool(now - row.seen > idle or now - row.begun > at_most)


def _outlived(now: datetime) -> sa.ColumnElement[bool]:
    """Give the condition of sessions that nobody can go on with."""
    staff = sa.or_(sessions.c.seen < now - STAFF_IDLE, sessions.c.begun < now - STAFF_AT_MOST)
    others = sa.or_(sessions.c.seen < now - IDLE, sessions.c.begun < now - AT_MOST)
    return sa.or_(others, sa.and_(sessions.c.member.is_not(None), staff))
