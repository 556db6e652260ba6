"""The tables of people: a file of their own, because the evening's file is public and these are secrets."""

import sqlalchemy as sa

from fairfloor.store.sql import Instant, Number, Words

metadata = sa.MetaData()

members = sa.Table(
    "members",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("key", Words, unique=True, nullable=False),  # the name, in one case
    sa.Column("name", Words, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("added", Instant, nullable=False),
    sa.Column("password", Words, nullable=False),  # Argon2's form
    sa.Column("secret", sa.LargeBinary),  # of the second factor
    sa.Column("step", Number, nullable=False),  # the last step of time whose code was used
    sqlite_autoincrement=True,  # a number that was somebody's is nobody else's after
)

recovery = sa.Table(
    "recovery",
    metadata,
    sa.Column("member", Number, sa.ForeignKey("members.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", sa.LargeBinary, primary_key=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("member", Number, sa.ForeignKey("members.number", ondelete="CASCADE")),
    sa.Column("account", Words),  # of a participant
    sa.Column("handle", Words),
    sa.Column("network", Words),
    sa.Column("begun", Instant, nullable=False),
    sa.Column("seen", Instant, nullable=False),
)
sa.Index("sessions_of", sessions.c.member)
sa.Index("sessions_by", sessions.c.account)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("digest", sa.LargeBinary, unique=True, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sqlite_autoincrement=True,
)

clients = sa.Table(
    "clients",
    metadata,
    sa.Column("server", Words, primary_key=True),
    sa.Column("id", Words, nullable=False),
    sa.Column("secret", Words, nullable=False),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", Number, sa.CheckConstraint("id = 1"), primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
