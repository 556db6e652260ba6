"""The public log: what an evening was decided on and what was decided, as lines that anybody can check and replay.

Each line is a JSON object and says its number, `n`, its `kind`, and last its `hash`: SHA-256, in hexadecimal, over the
hash of the line before (as 64 characters; 64 zeros before the first) and the line's own bytes without `,"hash":"..."`.
So who knows the last hash of a log knows all of it: no line can be changed, put in, left out or moved without changing
every hash after it.

The lines stand in the order in which they were written: the rules; what was heard of each act; what authors took back;
moves; decisions, each as `decisions.jsonl` has it. A decision needs nothing that stands after it.

What is not here: words, links, handles, and what networks say of the time. Words and links leave only fingerprints
that are compared for equality (acts.heard), and a fingerprint can be looked up by whoever guesses the words; so the log
gives their numbers instead, in order of first appearance. Equal are equal, different are different, and there is no
secret that could come out. One series of numbers for all: a word that is a tag too is one thing to the chorus test. A
handle stands here where the rules name the host or a regular by it, and nowhere else, since deciding needs it there.

Invariant: deciding on the lines gives the decisions that stand between them, byte for byte.
Invariant: a line depends on the lines before it and on what it tells, never on what is edited or taken back later.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol, assert_never

import msgspec

from fairfloor.acts.heard import Event, Form, Heard, HeardLike, HeardPost, HeardRepost, Withdrawal
from fairfloor.acts.notice import Deletion
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.orders import Order, order

if TYPE_CHECKING:
    from fairfloor.session.ports import Told

FORMAT = "fairfloor-log/1"
_ZEROS = "0" * 64
_BEFORE, _AFTER = b',"hash":"', b'"}'
_TAIL = len(_BEFORE) + len(_ZEROS) + len(_AFTER)


Numbers = tuple[Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)], ...]
"""Fingerprints, by when they first appeared."""


class Head(NamedTuple):
    """Where a log has come to: the number and the hash of its last line."""

    n: int = 0
    hash: str = _ZEROS


_NOWHERE = Head()


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    n: int


class Opening(_Line, tag="begin", frozen=True):
    """The first line: the format, the version of Fairfloor that began, and the rules."""

    format: str
    version: str
    rules: Rules


class WentOn(_Line, tag="version", frozen=True):
    """From here on another version of Fairfloor wrote the log."""

    version: str


class PostHeard(_Line, tag="post", frozen=True):
    """What was heard of a post; `runs` of its words, `links` and `tags` by their numbers."""

    id: str
    seen: datetime
    account: str
    handle: str | None = None
    reply_to: str | None = None
    quote_of: str | None = None
    runs: Numbers = ()
    links: Numbers = ()
    tags: Numbers = ()
    question: bool = False
    asks: int | None = None
    answers: int | None = None


class _EchoHeard(_Line, frozen=True):
    id: str
    seen: datetime
    account: str
    subject: str
    handle: str | None = None
    subject_account: str | None = None


class RepostHeard(_EchoHeard, tag="repost", frozen=True):
    """What was heard of a repost."""


class LikeHeard(_EchoHeard, tag="like", frozen=True):
    """What was heard of a like."""


class TakenBack(_Line, tag="withdrawal", frozen=True):
    """An author took an act back."""

    id: str
    seen: datetime


class Made(_Line, tag="move", frozen=True):
    """A move: who made it, in which role, what, why."""

    seen: datetime
    move: Move


class Decided(_Line, tag="decision", frozen=True):
    """A decision with its number, to the byte as it was made."""

    number: int
    decision: msgspec.Raw


Line = Opening | WentOn | PostHeard | RepostHeard | LikeHeard | TakenBack | Made | Decided

_encode = msgspec.json.Encoder(order="deterministic").encode
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
encode_decision = msgspec.json.Encoder().encode


class Unreadable(ValueError):  # noqa: N818 - it names what is the matter
    """A line that is none; the message says why."""


def linked(before: Head, line: Line) -> tuple[bytes, Head]:
    """Give a line's bytes (no line end), chained to the line before, and where the log has come to with it."""
    body = _encode(line)
    head = Head(line.n, _hash(before, body))
    return body[:-1] + _BEFORE + head.hash.encode() + _AFTER, head


def unlinked(before: Head, line: bytes) -> tuple[Line | None, Head]:
    """Read a line's bytes; None where its hash does not follow from the line before. Raises Unreadable."""
    body, given = line[:-_TAIL] + b"}", line[-_TAIL:]
    if not (given.startswith(_BEFORE) and given.endswith(_AFTER)):
        _any_json(line)
        raise Unreadable("its last member is not its hash")
    follows = given[len(_BEFORE) : -len(_AFTER)] == _hash(before, body).encode()
    one = read(line)
    return one if follows else None, Head(one.n, _hash(before, body))


def read(line: bytes) -> Line:
    """Read a line's bytes, whatever its hash. Raises Unreadable."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _any_json(line)
        raise Unreadable(f"it is not a line of {FORMAT}: {error}") from error


def _any_json(line: bytes) -> None:
    try:
        msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable("it is not a JSON object") from error


def _hash(before: Head, body: bytes) -> str:
    return sha256(before.hash.encode() + body).hexdigest()


class Numbering(Protocol):
    """Gives fingerprints their numbers."""

    def of(self, some: Sequence[int]) -> tuple[int, ...]:
        """Give the numbers of fingerprints; new ones get the next."""


class HeldNumbers:
    """A `Numbering` in memory, about 100 bytes a fingerprint."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def of(self, some: Sequence[int]) -> tuple[int, ...]:
        """See `Numbering.of`."""
        numbers = self._numbers
        return tuple([numbers.setdefault(one, len(numbers) + 1) for one in some])


class Writer:
    """Writes the lines of one log."""

    def __init__(self, numbering: Numbering, head: Head = _NOWHERE, rules: Rules | None = None) -> None:
        """Go on after a line, by the rules that the log was begun with, with the numbers of all that was heard."""
        self.head = head
        self._named = frozenset[str]() if rules is None else rules.hosts | rules.regulars
        self._number = numbering.of

    def begin(self, rules: Rules, version: str) -> bytes:
        """Write the first line."""
        self._named = rules.hosts | rules.regulars
        return self._put(Opening(n=1, format=FORMAT, version=version, rules=rules))

    def went_on(self, version: str) -> bytes:
        """Write that another version of Fairfloor goes on."""
        return self._put(WentOn(n=self._next, version=version))

    def told(self, told: "Told") -> bytes | None:
        """Write what was taken into the log; None where nothing is decided on it, as on an edit or a new handle."""
        notice, seen = told.notice, told.seen
        if isinstance(notice, Move):
            return self._put(Made(n=self._next, seen=seen, move=notice))
        if isinstance(notice, Deletion):
            return self._put(TakenBack(n=self._next, id=notice.id, seen=seen))
        return None if told.heard is None else self._put(self._heard(told.heard))

    def decided(self, number: int, decision: Decision) -> bytes:
        """Write a decision."""
        return self._put(Decided(n=self._next, number=number, decision=msgspec.Raw(encode_decision(decision))))

    @property
    def _next(self) -> int:
        return self.head.n + 1

    def _put(self, line: Line) -> bytes:
        made, self.head = linked(self.head, line)
        return made

    def _heard(self, heard: Heard) -> Line:
        n, handle = self._next, heard.handle if heard.handle in self._named else None
        match heard:
            case HeardPost():
                return PostHeard(
                    n=n,
                    id=heard.id,
                    seen=heard.seen,
                    account=heard.account,
                    handle=handle,
                    reply_to=heard.reply_to,
                    quote_of=heard.quote_of,
                    runs=self._number(heard.shingles),
                    links=self._number(heard.links),
                    tags=self._number(heard.tags),
                    question=heard.form.question,
                    asks=heard.form.asks,
                    answers=heard.form.answers,
                )
            case HeardRepost() | HeardLike():
                kind = RepostHeard if isinstance(heard, HeardRepost) else LikeHeard
                return kind(
                    n=n,
                    id=heard.id,
                    seen=heard.seen,
                    account=heard.account,
                    handle=handle,
                    subject=heard.subject,
                    subject_account=heard.subject_account,
                )
            case _:
                assert_never(heard)


def event_of(line: Line) -> Event | Order | None:
    """Give what a line means for deciding; None where that is nothing."""
    match line:
        case PostHeard():
            return HeardPost(
                id=line.id,
                seen=line.seen,
                account=line.account,
                handle=line.handle,
                shingles=line.runs,
                reply_to=line.reply_to,
                quote_of=line.quote_of,
                links=line.links,
                tags=line.tags,
                form=Form(line.question, line.asks, line.answers),
            )
        case RepostHeard() | LikeHeard():
            kind = HeardRepost if isinstance(line, RepostHeard) else HeardLike
            return kind(
                id=line.id,
                seen=line.seen,
                account=line.account,
                handle=line.handle,
                subject=line.subject,
                subject_account=line.subject_account,
            )
        case TakenBack():
            return Withdrawal(id=line.id, seen=line.seen)
        case Made():
            return order(line.move, line.seen)
        case Opening() | WentOn() | Decided():
            return None
        case _:
            assert_never(line)


class PublicLog(Protocol):
    """What pages read of the public log, while it is being written. Every method may block for milliseconds."""

    def head(self) -> Head:
        """Give where it has come to."""

    def lines(self, after: int, upto: int) -> list[bytes]:
        """Give lines numbered greater than `after`, and not than `upto`, in order: the first of them, not all."""

    def decided(self, after: int, upto: int) -> list[Decision]:
        """Give decisions numbered greater than `after`, and not than `upto`, in order: the first of them, not all."""

    def moves(self, before: int | None = None, limit: int = 50) -> list[tuple[int, Move]]:
        """Give moves, but for votes, with the numbers of their lines, below `before`, the latest first."""

    def move(self, name: str) -> Move | None:
        """Give a move by its id."""

    def undoings(self, names: Sequence[str]) -> dict[str, Move]:
        """Give those of some moves that were undone, by their ids, each with the move that did so."""
