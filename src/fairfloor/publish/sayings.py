"""What is to be said from the host's account: the run sheet's questions when they are due, and the ledger's answers.

Each saying has a name and a time that follow from the log, and so has its address on the network. Who says it, says it
once: after a crash the same saying is found there, and the ledger knows its own posts without being told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from fairfloor.chat.moves import Answer, Move
from fairfloor.publish.atproto.posts import LONGEST
from fairfloor.session.desk import Desk

LATE = timedelta(hours=2)
"""How late an answer may still be said."""


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be said."""

    name: str
    at: datetime
    text: str
    reply_to: str | None = None
    """The post that it answers, where that is on the same network."""
    link: str | None = None


def due(desk: Desk, now: datetime, origin: str | None = None) -> Iterator[Saying]:
    """Give what is to be said now. origin: where the public reaches the pages."""
    tag = desk.rules.tag
    for question in desk.sheet.due(now):
        if question.at is not None:
            name = f"{question.evening} Q{question.number}"
            yield Saying(name=name, at=question.at, text=_fitted(f"Q{question.number}: {question.text}", f"#{tag}"))
    for move in list(desk.standing.values()):
        if isinstance(move.do, Answer) and move.do.text and now - move.at <= LATE:
            yield _answer(desk, move, move.do, origin)


def _answer(desk: Desk, move: Move, answer: Answer, origin: str | None) -> Saying:
    link = f"{origin}/ledger" if origin else None
    ending = ("Does it not answer you? Reply here, and it shows as disputed.", link or "", f"#{desk.rules.tag}")
    text = _fitted(f"Answer: {answer.text}", "\n".join(part for part in ending if part))
    return Saying(name=move.id, at=move.at, text=text, reply_to=answer.question, link=link)


def _fitted(words: str, ending: str) -> str:
    """Put words and an ending together, cutting the words where there is no room for all."""
    room = LONGEST - len(ending) - 2
    words = " ".join(words.split())
    return f"{words if len(words) <= room else words[: room - 1].rstrip() + '…'}\n\n{ending}"
