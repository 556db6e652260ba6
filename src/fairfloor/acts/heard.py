"""What of an act decisions may read: who, when, to whom, and the fingerprints of the words, never the words.

Deciding starts from these structures and not from acts, so "behaviour, never viewpoint" holds by type: no code
below `session.hear` can see a text. It also lets an author's deletion be honoured at once: the words go, the
fingerprints stay, and the evening replays to the same decisions.

Invariant: two acts whose words differ one for one, consistently, are heard the same but for the values of their
fingerprints, which are only ever compared for equality.
"""

from datetime import datetime

import msgspec


class Form(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The form of a post, read from its marks and not from its words' meaning."""

    question: bool = False
    asks: int | None = None
    """n where the post sets question Qn of the run sheet; counts only from the host."""
    answers: int | None = None
    """n where the post is marked as an answer (A3) to question Qn."""


class HeardPost(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag="post", gc=False):
    """A post as decisions see it."""

    id: str
    seen: datetime
    account: str
    handle: str | None = None
    shingles: tuple[int, ...] = ()
    """64-bit fingerprints of runs of words in text normal form, each once, in order of first use."""
    reply_to: str | None = None
    quote_of: str | None = None
    links: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    mentions: tuple[str, ...] = ()
    form: Form = Form()


class HeardRepost(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag="repost", gc=False):
    """A repost as decisions see it."""

    id: str
    seen: datetime
    account: str
    subject: str
    handle: str | None = None
    subject_account: str | None = None


class HeardLike(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag="like", gc=False):
    """A like as decisions see it."""

    id: str
    seen: datetime
    account: str
    subject: str
    handle: str | None = None
    subject_account: str | None = None


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag="withdrawal"):
    """An act was taken back by its author (or its account is gone)."""

    id: str
    seen: datetime


Heard = HeardPost | HeardRepost | HeardLike
Event = Heard | Withdrawal
