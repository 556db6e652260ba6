"""The chorus test: how much of what an account posts had been said before, by accounts without standing.

A post joins the chorus where at least half of its runs of words were first said in one or two posts of somebody else,
and by nobody with standing. Who first said them is asked, not who said them since: copying a person's words, however
often, never makes that person's own next words a repetition. Any other account will do: pairs of a crowd that draws
on a thousand templates share almost none, while each of them repeats somebody all the time (measured on a troll
farm's hour: counting pairs found nothing; the chorus found 84 of 88 posting accounts and no genuine one).

So does a post with `TAGS` or more tags that others brought in, one of them new from its account. Saying again what
oneself said first is no bet at all: who pastes a notice five times repeats nobody, though half of it is a quotation
and its tags are always the same (taken as repetitions, that linked 9 of the 1,882 accounts of a chat in peace).

One post or two, since somebody might say first whatever can be said (twenty long posts, and a whole room of newcomers
repeated them), while what a crowd repeats it takes from a template.

What people with standing say is the room's, and repeating it is conversation, quotation, an answer in the words of
the question.

Invariant: acts of other accounts after a post never turn it into a repetition.
Invariant: only equality of fingerprints matters, never their values.
"""

from collections import OrderedDict
from collections.abc import Iterable
from itertools import filterfalse
from typing import Literal, NamedTuple

import msgspec

from fairfloor.acts.heard import HeardPost
from fairfloor.voices.evidence import Chance, Wager
from fairfloor.voices.message import Message, Messages

HALF = 0.5
"""Part of a post's runs of words that must have been said before."""
SOURCES = 2
"""Posts that these must have been said in at most: who says what is in a dictionary repeats nobody."""
TAGS = 2
"""Tags of a post that only others without standing had used, which together are a repetition."""
OWN = 200
"""Tags remembered that an account itself used."""
_REMEMBERED = 200_000
"""Tags that are remembered, runs of words that copies added, and runs of words and tags of the room."""


class _First(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The post that said something first, and its account: what a message tells by the same names."""

    id: str
    first: str


class Before(NamedTuple):
    """What a post repeats: its words or its tags, the post that had them first, and that post's account."""

    kind: Literal["words", "tags"]
    post: str
    account: str


class Chorus:
    """Listens for repeated words. Bounded: the messages' window and `_REMEMBERED` runs of the room."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._room: OrderedDict[int, None] = OrderedDict()
        self._added: OrderedDict[int, _First] = OrderedDict()
        self._tags: OrderedDict[int, _First] = OrderedDict()
        self.chance = Chance(0.05)

    def before(self, post: HeardPost, used: dict[int, None]) -> Before | None:
        """Give what a post mostly repeats, among what others without standing said first.

        None where less than half of the post was said before, in `SOURCES` posts.
        used: the tags that its account has used; those of this post are added.
        """
        if post.tags and (tag := self._tags_before(post, used)) is not None:
            return Before("tags", tag.id, tag.first)
        news, least = tuple(filterfalse(self._room.__contains__, post.shingles)), max(1, HALF * len(post.shingles))
        if len(news) < least:
            return None
        counts = self._messages.sources(news, self._added)
        if _most(counts.values()) < least:
            return None
        others = {of: first for of in counts if (first := self._first(of)).first != post.account}
        if not others or _most([counts[of] for of in others]) < least:
            return None
        first = next(iter(others.values()))
        return Before("words", first.id, first.first)

    def _first(self, source: _First | int) -> _First | Message:
        """Give the post that said something first, by what is remembered of it or by its message's number."""
        return self._messages[source] if isinstance(source, int) else source

    def _tags_before(self, post: HeardPost, used: dict[int, None]) -> _First | None:
        """Give the first use of a tag of a post with `TAGS` or more tags that only others without standing had used."""
        found = self._others(post) if len(post.tags) >= TAGS else []
        new = len(found) >= TAGS and not used.keys() >= {*found}
        for tag in post.tags:
            used[tag] = None
        while len(used) > OWN:
            del used[next(iter(used))]
        return self._tags[found[-1]] if new else None

    def _others(self, post: HeardPost) -> list[int]:
        """Give the tags of a post that only others without standing had used."""
        return [
            tag
            for tag in post.tags
            if (first := self._tags.get(tag)) is not None and first.first != post.account and tag not in self._room
        ]

    def settle(self, wager: Wager, *, repeats: bool, standing: bool) -> None:
        """Settle the bet on the account of a post that repeats, or does not; then learn from it what chance is."""
        if repeats:
            wager.hit(self.chance.rate)
        else:
            wager.miss()
        if standing:
            self.chance.learn(repeats=repeats)

    def learn(self, post: HeardPost, *, standing: bool) -> None:
        """Remember who said first what a post says, once it is counted among the messages.

        A message tells who said the words of its first post; what a copy adds to them is remembered here.
        """
        first = _First(post.id, post.account)
        for shingle in self._messages.unsaid(post.shingles):
            self._added.setdefault(shingle, first)
        for tag in post.tags:
            self._tags.setdefault(tag, first)
        if standing:
            self._room.update(dict.fromkeys(post.tags))
            self._room.update(dict.fromkeys(post.shingles))
        for memory in (self._added, self._tags, self._room):
            _trim(memory)


def _most(counts: Iterable[int]) -> int:
    """Give how many runs of words come from `SOURCES` posts at most, by how many come from each."""
    return sum(sorted(counts)[-SOURCES:])


def _trim(memory: OrderedDict[int, _First] | OrderedDict[int, None]) -> None:
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)
