"""Laying a recorded burst over a real session: a rehearsal of a hijack, half-synthetic, so say so where quoted."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial

import msgspec

from fairfloor.acts.act import Act, Post

_OURS = "burst:"
"""Stands before the ids and accounts of a burst, which may otherwise be those of the chat."""


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A session with a burst laid over it."""

    acts: tuple[Act, ...]
    """In order of time."""
    burst: frozenset[str]
    """The accounts of the burst, as they are called here."""
    regulars: frozenset[str]
    """Accounts seen in the chat before the session."""


def lay(chat: Iterable[Act], burst: Iterable[Act], start: datetime, end: datetime, tag: str) -> Laid:
    """Lay a burst over the session of a chat between `start` and `end` (left out).

    The burst begins when the session does and goes on at its own rhythm, up to the end; the tag that most of it carries
    becomes `tag` (without the #). Raises ValueError where the burst has no act.
    """
    chat, recorded = list(chat), sorted(burst, key=lambda act: act.at)
    if not recorded:
        raise ValueError("There is nothing in the burst to lay over the session.")
    shift = start - recorded[0].at
    retag = _retag(recorded, tag)
    laid = [retag(_renamed(msgspec.structs.replace(act, at=act.at + shift, seen=None))) for act in recorded]
    acts = [act for act in [*chat, *laid] if start <= act.at < end]
    return Laid(
        acts=tuple(sorted(acts, key=lambda act: (act.at, act.id))),
        burst=frozenset(act.account for act in laid),
        regulars=frozenset(act.account for act in chat if act.at < start),
    )


class _Retag(msgspec.Struct, frozen=True):
    """Puts one tag in the place of another."""

    old: str
    new: str

    def __call__(self, act: Act) -> Act:
        if not isinstance(act, Post):
            return act
        text = re.sub(rf"#{re.escape(self.old)}\b", f"#{self.new}", act.text, flags=re.IGNORECASE)
        others = (tag for tag in act.tags if tag.casefold() not in {self.old, self.new.casefold()})
        return msgspec.structs.replace(act, text=text, tags=(self.new, *others))


def _retag(burst: Iterable[Act], tag: str) -> _Retag:
    count = Counter(own.casefold() for act in burst if isinstance(act, Post) for own in act.tags)
    return _Retag(count.most_common(1)[0][0] if count else tag.casefold(), tag)


def _renamed(act: Act) -> Act:
    called = partial(str.__add__, _OURS)
    act = msgspec.structs.replace(act, id=called(act.id), account=called(act.account), handle=None)
    if not isinstance(act, Post):
        whose = act.subject_account and called(act.subject_account)
        return msgspec.structs.replace(act, subject=called(act.subject), subject_account=whose)
    return msgspec.structs.replace(
        act,
        reply_to=act.reply_to and called(act.reply_to),
        root=act.root and called(act.root),
        quote_of=act.quote_of and called(act.quote_of),
        mentions=tuple(map(called, act.mentions)),
    )
