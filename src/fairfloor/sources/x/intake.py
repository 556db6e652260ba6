"""What X tells, as notices: posts, edits, and posts that nobody may see any more. Pure.

An edited post comes as a new one that names all its versions; here it keeps the name of the first, and is an edit. X
tells of deletions only those who pay for compliance; but where a post names one that is gone or was made private, X
says so beside it, and then it goes from here too, as does what comes back withheld everywhere.
"""

from collections import OrderedDict
from datetime import datetime
from typing import TypeVar

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.acts.fault import Fault
from fairfloor.acts.notice import Deletion, Edit, Notice
from fairfloor.session.ports import Batch
from fairfloor.sources.membership import Membership
from fairfloor.sources.reading.refusal import Refused
from fairfloor.sources.wrong import WRONG, fault
from fairfloor.sources.x.problems import Problem, problems
from fairfloor.sources.x.v2 import TWEET, Page, Tweet, act_of, known, tweets

T = TypeVar("T", bound=Act)

_VERSIONS = 10_000
"""Later versions of posts remembered, with the names of the first."""


class Rule(msgspec.Struct, frozen=True):
    """A rule of the filtered stream."""

    id: str
    value: str = ""
    tag: str = ""


class Meta(msgspec.Struct, frozen=True):
    """What a page of a search says about itself."""

    next_token: str | None = None


class Answer(Page, frozen=True):
    """A page of a search, or one message of the stream."""

    errors: tuple[msgspec.Raw, ...] = ()
    matching_rules: tuple[Rule, ...] | None = None
    meta: Meta = Meta()


class _Named(msgspec.Struct, frozen=True):
    id: str


_ANSWER = msgspec.json.Decoder(Answer)
_NAMED = msgspec.json.Decoder(_Named)


class Message:
    """An answer taken apart: what it costs, what it is about, and the problems it tells of."""

    def __init__(self, body: bytes) -> None:
        """Raise what decoding raises."""
        answer = _ANSWER.decode(body)
        self.posts = tweets(answer)
        self.beside = known(answer.includes)
        self.problems: list[Problem] = problems(answer.errors)
        self.rules = None if answer.matching_rules is None else {rule.id for rule in answer.matching_rules}
        self.next = answer.meta.next_token

    @property
    def resources(self) -> set[str]:
        """The names of all that X charges for in it."""
        return self.beside.resources | {f"post {_name(post)}" for post in self.posts}


def _name(post: msgspec.Raw) -> str:
    """Give a post's id, or all of it where it has none that can be read."""
    try:
        return _NAMED.decode(post).id
    except WRONG:
        return str(hash(bytes(post)))


class Intake:
    """Gathers what X tells about one chat."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat."""
        self._membership = membership
        self._originals: OrderedDict[str, str] = OrderedDict()
        self._notices: list[Notice] = []
        self._faults: list[Fault] = []
        self._skipped = 0
        self.newest: str | None = None
        """The newest post that was told, by its id."""

    def take(self, message: Message, now: datetime) -> None:
        """Take all that a message tells, the oldest post first: X lists the newest first."""
        for record in reversed(message.posts):
            try:
                tweet = TWEET.decode(record)
                self._tweet(tweet, act_of(tweet, message.beside), now)
            except Refused as refused:
                self._faults.append(refused.fault)
            except WRONG as wrong:
                self._faults.append(fault(wrong))
        for problem in message.problems:
            if (gone := problem.gone) is not None:
                self._tell(Deletion(id=self._original(gone), at=now))

    def skip(self, message: Message) -> None:
        """Count posts that came for the sake of somebody else's rule."""
        self._skipped += len(message.posts)

    def wrong(self, found: Fault) -> None:
        """Count what could not be read."""
        self._faults.append(found)

    def batch(self, cursor: str) -> Batch:
        """Give all that has been gathered."""
        batch = Batch(notices=tuple(self._notices), faults=tuple(self._faults), skipped=self._skipped, cursor=cursor)
        self._notices, self._faults, self._skipped = [], [], 0
        return batch

    def _tweet(self, tweet: Tweet, act: Act, now: datetime) -> None:
        if self.newest is None or int(tweet.id) > int(self.newest):
            self.newest = tweet.id
        original = (tweet.edit_history_tweet_ids or (tweet.id,))[0]
        for version in tweet.edit_history_tweet_ids or ():
            if version != original:
                self._remember(version, original)
        if tweet.withheld is not None and tweet.withheld.everywhere:
            self._tell(Deletion(id=original, at=now))
        elif original != tweet.id and isinstance(act, Post) and self._membership.knows(original):
            self._tell(Edit(post=self._named(act, original)))
        elif not self._membership.knows(original):
            self._tell(self._named(act, original), count=True)

    def _named(self, act: T, name: str) -> T:
        """Give an act by the names of first versions."""
        fields = [field for field in ("reply_to", "quote_of", "root", "subject") if getattr(act, field, None)]
        return msgspec.structs.replace(act, id=name, **{field: self._original(getattr(act, field)) for field in fields})

    def _original(self, id_: str) -> str:
        return self._originals.get(id_, id_)

    def _remember(self, version: str, original: str) -> None:
        self._originals[version] = original
        if len(self._originals) > _VERSIONS:
            self._originals.popitem(last=False)

    def _tell(self, notice: Notice, *, count: bool = False) -> None:
        if self._membership.takes(notice):
            self._notices.append(notice)
        else:
            self._skipped += count
