"""A comment as decisions see it: fingerprints and never words, or what is decided of it already."""

import re
from collections.abc import Iterable
from datetime import datetime
from sys import intern
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form, HeardPost
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.plain import plain
from fairfloor.floor.reasons import HostFold, HostHold, Passed, Reason, Withdrawn
from fairfloor.session.hear import hear

_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,1000}", re.IGNORECASE)
LINKS = 32
"""Links of a comment that are looked at."""


class Seeds(NamedTuple):
    """Accounts, by id or handle, that have full standing whoever converses with them."""

    hosts: frozenset[str] = frozenset()
    regulars: frozenset[str] = frozenset()


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """A comment as decisions see it: fingerprints, or what is decided of it already."""

    id: int
    at: datetime
    post: HeardPost
    host: bool
    decided: Reason | None = None


def name(comment: int) -> str:
    """Give the id of a comment as an act."""
    return f"site:comment/{comment}"


def number(act: str) -> int:
    """Give the comment that `name` named."""
    return int(act.rpartition("/")[2])


def links(text: str) -> tuple[str, ...]:
    """Give the links in a text, Markdown or HTML, each once."""
    return tuple(dict.fromkeys(_LINK.findall(text)))[:LINKS]


def hosts_of(comments: Iterable[Spoken]) -> frozenset[str]:
    """Give the accounts of the host's people who say something."""
    return frozenset(one.post.account for one in comments if one.host)


class Prints(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is heard of the words of a comment: all of it comes from its text and form alone."""

    shingles: tuple[int, ...]
    links: tuple[int, ...]
    form: Form


NOTHING = Prints((), (), Form())


def prints(comment: Comment) -> Prints:
    """Hear the words of a comment: here they end. Pure and total."""
    words = plain(comment.text, comment.form)[:20_000]
    post = Post(id="", at=comment.at, account="", text=words, links=links(comment.text))
    heard = hear(post, comment.at)
    assert isinstance(heard, HeardPost)  # noqa: S101 - a post is heard as one
    return Prints(heard.shingles, heard.links, heard.form)


def spoken(comment: Comment, known: Prints | None = None) -> Spoken:
    """Give a comment as decisions see it. Pure and total. known: its `prints`, where they were taken before."""
    decided = _decided(comment)
    heard = NOTHING if decided else known or prints(comment)
    post = HeardPost(
        id=name(comment.id),
        seen=comment.at,
        account=intern(comment.author.key),
        handle=comment.author.name if comment.author.kind == "account" else None,
        shingles=heard.shingles,
        reply_to=None if comment.parent is None else name(comment.parent),
        links=heard.links,
        form=heard.form,
    )
    return Spoken(comment.id, comment.at, post, comment.author.kind == "host", decided)


def _decided(comment: Comment) -> Reason | None:
    """Give why a comment is where it is without asking what else is said; None for what is to be arranged."""
    if comment.said != "comment":
        return Passed(of=f"article:{comment.article}")
    match comment.state:
        case "withdrawn":
            return Withdrawn()
        case "removed":
            return HostFold(move=name(comment.id))
        case "held":
            return HostHold(move=name(comment.id))
        case "shown":
            return None
