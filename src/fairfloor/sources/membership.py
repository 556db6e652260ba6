"""Which acts belong to a chat: those that carry its tag, and what is said and done about them.

A conversation is more than its tagged posts: people answer without repeating the tag. So a post belongs if it
carries the tag or replies into a conversation that belongs; a repost or a like belongs if its subject does. A quote
is a post like any other and needs the tag, or else anybody's audience would be drawn in by a quote from outside.

Memory is bounded. It holds up to `room` ids each of posts, of reposts and likes together, and of accounts; past
that the oldest goes first, and a late act about it counts as somebody else's. At the default room and ids of
Bluesky's length that is at most about 60 MB, and at 2,700 posts an hour 37 hours of them.

Invariant: what was taken is taken again, as long as it is remembered; so repeats and overlaps change nothing.
Invariant: what is remembered follows from the notices and their order alone.
"""

from collections import OrderedDict
from collections.abc import Container, Iterable

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.hashtags import tag_key
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename

ROOM = 100_000


class Membership:
    """Remembers what a chat consists of, and tells of each notice whether it belongs."""

    def __init__(self, tag: str, room: int = ROOM, spellings: Iterable[str] = ()) -> None:
        """Take the chat's tag, with or without its sign, how many ids of each sort to remember, and other spellings."""
        self._tag = tag_key(tag)
        self.tags = frozenset({self._tag, *map(tag_key, spellings)})
        """What is followed: the tag and its other spellings, each as `tag_key` has it."""
        if not all(self.tags):
            raise ValueError(f"A tag has at least one letter, for example copchat; got {tag!r}.")
        self._posts = _Recent(room)
        self._reposts_and_likes = _Recent(room)
        self._accounts = _Recent(room)

    @property
    def tag(self) -> str:
        """What all spellings of the chat's tag share (`tag_key`)."""
        return self._tag

    @property
    def posts(self) -> Container[str | None]:
        """Ids of the posts that belong, as far as they are remembered; it keeps up with what is taken."""
        return self._posts

    @property
    def reposts_and_likes(self) -> Container[str | None]:
        """Ids of the reposts and likes that belong."""
        return self._reposts_and_likes

    @property
    def accounts(self) -> Container[str | None]:
        """Accounts of which an act belongs."""
        return self._accounts

    def takes(self, notice: Notice) -> bool:
        """Tell whether a notice belongs to the chat, and remember the act where it does."""
        match notice:
            case Post() | Repost() | Like():
                belongs = self._belongs(notice)
                if belongs:
                    self.remember(notice)
                return belongs
            case Edit(post=post):
                return post.id in self._posts
            case Deletion(id=id_):
                return id_ in self._posts or id_ in self._reposts_and_likes
            case Departure(account=account) | Rename(account=account):
                return account in self._accounts

    def knows(self, act: str) -> bool:
        """Tell whether an act, by its id, was taken: a source that looks again need not tell it again."""
        return act in self._posts or act in self._reposts_and_likes

    def remember(self, act: Act) -> None:
        """Take an act as belonging without asking why, as after a restart with what was stored.

        The post it was about may have been deleted since, so the reason may be gone; the act belongs still.
        """
        (self._posts if isinstance(act, Post) else self._reposts_and_likes).add(act.id)
        self._accounts.add(act.account)

    def _belongs(self, act: Act) -> bool:
        if isinstance(act, Post):
            return (
                any(tag_key(tag) in self.tags for tag in act.tags)
                or act.reply_to in self._posts
                or act.root in self._posts
                or act.id in self._posts
            )
        return act.subject in self._posts or act.id in self._reposts_and_likes


class _Recent(OrderedDict[str | None, None]):
    """A set that forgets: at most `room` keys, the first added goes first."""

    def __init__(self, room: int) -> None:
        if room < 1:
            raise ValueError(f"Room is needed for at least one id; got {room}.")
        super().__init__()
        self._room = room

    def add(self, key: str) -> None:
        if key in self:
            return
        self[key] = None
        if len(self) > self._room:
            self.popitem(last=False)
