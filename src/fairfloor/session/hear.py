"""From an act to what decisions may read of it: here the words end and the fingerprints begin.

Names that come again and again (accounts, what is passed on) are interned: remembered in many places, held once.
"""

from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import TypeVar, assert_never

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.hashtags import tag_key
from fairfloor.acts.heard import Heard, HeardLike, HeardPost, HeardRepost
from fairfloor.acts.links import canonical
from fairfloor.acts.shingles import fingerprint, shingles
from fairfloor.chat.questions.forms import form

_Echo = TypeVar("_Echo", HeardRepost, HeardLike)


def hear(act: Act, seen: datetime) -> Heard:
    """Give what decisions may read of an act that reached us at `seen`. Pure and total."""
    match act:
        case Post():
            return _hear_post(act, seen)
        case Repost():
            return _hear_echo(HeardRepost, act, seen)
        case Like():
            return _hear_echo(HeardLike, act, seen)
        case _:
            assert_never(act)


def _hear_echo(kind: type[_Echo], act: Repost | Like, seen: datetime) -> _Echo:
    return kind(
        id=act.id,
        seen=seen,
        account=intern(act.account),
        handle=act.handle,
        subject=intern(act.subject),
        subject_account=act.subject_account,
    )


def _hear_post(post: Post, seen: datetime) -> HeardPost:
    return HeardPost(
        id=post.id,
        seen=seen,
        account=intern(post.account),
        handle=post.handle,
        shingles=shingles(post.text),
        reply_to=post.reply_to,
        quote_of=post.quote_of,
        links=tuple(map(_link, post.links)),
        tags=tuple(map(_tag, post.tags)),
        mentions=post.mentions,
        form=form(post.text),
    )


@lru_cache(maxsize=1 << 10)
def _link(link: str) -> int:
    return fingerprint(canonical(link))


@lru_cache(maxsize=1 << 12)
def _tag(tag: str) -> int:
    return fingerprint(tag_key(tag))
