"""What the pages about acting in step are given: each voice in a sentence, each account with its receipts."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from fairfloor.voices.echo import Portrait, Repetition
from fairfloor.web.address import key
from fairfloor.web.board import Board
from fairfloor.web.markup import beginning, plain
from fairfloor.web.views import author
from fairfloor.web.voices import PORTRAITS, Voice
from fairfloor.web.words import amount, counted, gist, repeated, weight

VOICES = 20
"""Voices on the page, and as many of one account alone; the others are counted."""
ACCOUNTS = 8
"""Accounts of each voice there; the voice's own page has all of them."""
PAGE = 50
"""Accounts on a page of one voice."""


class Receipt(msgspec.Struct, frozen=True):
    """One repetition: when, what was done, after whom."""

    at: datetime
    act: str
    """The key of the act's page."""
    did: str
    """What was done, as in "said again"; a link to the act."""
    what: str
    before: str
    of: str | None
    """The key of the page of what was repeated, where it has one."""
    text: str
    """How it reads, its beginning; empty where its author took it back or the words are no longer at hand."""
    gone: bool


class Member(msgspec.Struct, frozen=True):
    """One account that acts in step."""

    name: str
    key: str
    gist: str
    """In a few words: "17 of 22 posts"."""
    counted: str
    """The same in a sentence, beside what chance would give."""
    weight: str
    """What its say comes to."""
    receipts: tuple[Receipt, ...]


class Company(msgspec.Struct, frozen=True):
    """One voice, as a page shows it."""

    key: str
    many: int
    head: str | None
    """Whom they repeat; None where they only repeat one another."""
    members: tuple[Member, ...]
    onward: int | None = None
    """From which account on to continue."""

    @property
    def title(self) -> str:
        """Name the voice in one line of plain text."""
        whom = "one another" if self.head is None else plain(self.head)
        return f"{amount(self.many, 'account')} {'repeats' if self.many == 1 else 'repeat'} {whom}"


class Overview(msgspec.Struct, frozen=True):
    """Who acts in step, the largest voices first; those of one account in a row at the end."""

    summary: str
    voices: tuple[Company, ...]
    left: int
    """Voices of several accounts that are left out."""
    single: int
    """Accounts that each repeat another one alone."""
    singles: tuple[Company, ...]
    """The first of these."""


def summary(board: Board) -> str:
    """Say how many act in step, and as how many voices; empty where nobody does."""
    if not (many := len(board.voices)):
        return ""
    least = "At least " if many == PORTRAITS else ""
    acting = "acts" if many == 1 else "act"
    return f"{least}{amount(many, 'account')} {acting} in step, as {amount(len(board.voices.all()), 'voice')}"


def overview(board: Board) -> Overview:
    """Give the largest voices, each with its first accounts, and how many are left out."""
    voices = board.voices.all()
    several = [voice for voice in voices if len(voice.accounts) > 1]
    single = voices[len(several) :]
    return Overview(
        summary=summary(board),
        voices=tuple(company(board, voice, 0, ACCOUNTS) for voice in several[:VOICES]),
        left=max(len(several) - VOICES, 0),
        single=len(single),
        singles=tuple(company(board, voice, 0) for voice in single[:VOICES]),
    )


def company(board: Board, voice: Voice, first: int, many: int = PAGE) -> Company:
    """Give a voice with `many` of its accounts, from the `first` on."""
    end = first + many
    return Company(
        key=key(voice.head),
        many=len(voice.accounts),
        head=None if voice.ring else author(voice.head, board.handle(voice.head)),
        members=tuple(_member(board, one) for one in voice.accounts[first:end]),
        onward=end if end < len(voice.accounts) else None,
    )


def _member(board: Board, portrait: Portrait) -> Member:
    kind = {"words": "words", "links": "link"}.get(portrait.test.split(",")[0], "passing on")
    kinds = {"words", "tags"} if kind == "words" else {kind}
    chances = [one.chance for one in portrait.repetitions if one.kind in kinds]
    return Member(
        name=author(portrait.account, board.handle(portrait.account)),
        key=key(portrait.account),
        gist=gist(portrait),
        counted=counted(portrait, chances[-1] if chances else None),
        weight=weight(portrait.say),
        receipts=tuple(_receipts(board, portrait)),
    )


def _receipts(board: Board, portrait: Portrait) -> Iterator[Receipt]:
    for one in reversed(portrait.repetitions):
        did, what = repeated(one.kind)
        yield Receipt(
            at=one.at,
            act=key(one.act),
            did=did,
            what=what,
            before=author(one.before, board.handle(one.before)),
            of=None if one.kind == "link" else key(one.of),
            text=_text(board, one),
            gone=board.state(one.act) == "withdrawn",
        )


def _text(board: Board, one: Repetition) -> str:
    words = board.held(one.of if one.kind == "passing on" else one.act)
    return beginning(" ".join(words.post.text[:400].split()), 90) if words else ""
