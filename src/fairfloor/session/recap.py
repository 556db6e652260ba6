"""What there is to say of a past session: a recap, as it is kept. It names acts and holds none of their words.

Words belong to who said them: they are looked up when a recap is shown, so that what an author took back since, or
said otherwise, is so on the recap too. What became of the ledger's questions is looked up as well: answers come days
later. The rest is as the session left it.

Invariant: every act of the session is counted once, as on the floor, merged, folded or waiting, and under one reason
unless it waits. Every post is in one moment.
Invariant: whatever the session was, a recap has at most so many parts as the limits here say.
"""

from datetime import datetime, timedelta

import msgspec

from fairfloor.chat.sheet.run_sheet import Way

MOMENTS = 120
"""Slices of time in a plot, at most."""
QUESTIONS = 60
ANSWERS = 40
"""Answers to one question."""
CONVERSATIONS = 12
TURNS = 16
"""Posts of one conversation, the first."""
REPEATED = 12
"""Messages that were said several times, those said most."""
ASKED = 2_000
"""Questions of the ledger."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question of the run sheet, and the answers to it that had the floor."""

    number: int
    at: datetime | None
    """None: it was planned, and not asked."""
    way: Way | None = None
    posts: tuple[str, ...] = ()
    """The host's posts that ask it."""
    planned: str = ""
    """As the run sheet had it, which is a move and so public for good."""
    answers: tuple[str, ...] = ()
    """The first of them, in order: marked as answers, put there by the host, or in reply to the question itself."""
    answered: int = 0
    """How many there are."""
    replies: int = 0
    """Posts on the floor in reply to answers."""
    meanwhile: int = 0
    """Posts on the floor that only their time puts here."""


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """A post of a conversation."""

    act: str
    depth: int
    """0 for the first; else one more than what it replies to."""


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Posts on the floor that reply to one another, between two voices at least."""

    turns: tuple[Turn, ...]
    """The first of them; replies stand under what they reply to."""
    said: int
    """How many there are."""
    voices: int
    exchanges: int
    """Replies to somebody else; the conversations with most of them come first."""


class Repeated(msgspec.Struct, frozen=True):
    """A message that was said several times."""

    message: str
    at: datetime
    times: int
    accounts: int


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """One slice of time."""

    since: datetime
    said: int = 0
    """Posts that came."""
    floor: int = 0
    """Messages that got the floor."""
    accounts: int = 0
    """Accounts that said something."""
    voices: int = 0
    """As how many voices they count: the sum of their says."""
    in_step: int = 0
    """Posts of accounts that act in step."""
    questions: int = 0
    """Posts that ask something."""
    answers: int = 0
    """Posts on the floor that answer a question of the run sheet."""


class Places(msgspec.Struct, frozen=True):
    """Where the acts of the session are."""

    floor: int = 0
    merge: int = 0
    fold: int = 0
    waiting: int = 0


class Recap(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of a past session."""

    session: str
    begins: datetime
    ends: datetime
    made: datetime
    """The time up to which the log was read."""
    posts: int
    reposts: int
    likes: int
    accounts: int
    """Accounts of the posts."""
    voices: int
    """As how many voices they count."""
    in_step: int
    """Accounts of the posts that act in step."""
    had: int
    """Messages that got the floor."""
    places: Places
    reasons: dict[str, int]
    """Acts by the code of the reason for where they are; those that wait are left out."""
    questions: tuple[Asked, ...]
    conversations: tuple[Conversation, ...]
    repeated: tuple[Repeated, ...]
    """In the order in which they were said first."""
    asked: tuple[str, ...]
    """Posts that ask questions of the ledger, one each, in order."""
    unlisted: int
    """Questions of the ledger beyond these."""
    width: timedelta
    moments: tuple[Moment, ...]
    last: str | None
    """The act that came last."""


encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Recap).decode


def decoded(content: bytes) -> Recap | None:
    """Read a recap that was kept; None where an earlier Fairfloor wrote it otherwise, and it is to be made again."""
    try:
        return _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
