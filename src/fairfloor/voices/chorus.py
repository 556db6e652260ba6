"""The chorus test: how much of what an account posts had been said before, by accounts without standing.

A post joins the chorus where at least half of its runs of words were first said by somebody else, and by nobody with
standing. Who first said them is asked, not who said them since: copying a person's words, however often, never makes
that person's own next words a repetition. Any other account will do: pairs of a crowd that draws on a thousand
templates share almost none, while each of them repeats somebody all the time (measured on a troll farm's hour:
counting pairs found nothing; the chorus found 84 of 88 posting accounts and no genuine one).

What people with standing say is the room's, and repeating it is conversation, quotation, an answer in the words of
the question.

Invariant: acts of other accounts after a post never turn it into a repetition.
Invariant: only equality of fingerprints matters, never their values.
"""

from fairfloor.acts.heard import HeardPost
from fairfloor.voices.evidence import Chance, Wager
from fairfloor.voices.message import Message, Messages

HALF = 0.5
"""Part of a post's runs of words that must have been said before."""
TAGS = 2
"""Tags of a post that only others without standing had used, which together are a repetition."""
_REMEMBERED = 200_000
"""Tags that are remembered, and runs of words and tags of the room."""


class Chorus:
    """Listens for repeated words. Bounded: the messages' window and `_REMEMBERED` runs of the room."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._room: dict[int, None] = {}
        self._tags: dict[int, tuple[str, str]] = {}
        self.chance = Chance(0.05)

    def before(self, post: HeardPost) -> tuple[str, str] | None:
        """Give the message (and its account) that a post mostly repeats, among what others without standing said first.

        None where less than half of the post was said before. Ask before the post is counted among the messages.
        """
        if (before := self._tags_before(post)) is not None:
            return before
        said: list[Message] = []
        for shingle in post.shingles:
            first = self._messages.first_with(shingle)
            if first is not None and first.first != post.account and shingle not in self._room:
                said.append(first)
        if not said or len(said) < HALF * len(post.shingles):
            return None
        return said[0].id, said[0].first

    def _tags_before(self, post: HeardPost) -> tuple[str, str] | None:
        """Give the first use of a tag of a post with `TAGS` or more tags that only others without standing had used."""
        found = [
            self._tags[tag]
            for tag in post.tags
            if tag in self._tags and tag not in self._room and self._tags[tag][1] != post.account
        ]
        return found[-1] if len(found) >= TAGS else None

    def hear(self, post: HeardPost, wager: Wager, *, repeats: bool, standing: bool) -> None:
        """Settle the bet on the post's account, then learn from the post."""
        if repeats:
            wager.hit(self.chance.rate)
        else:
            wager.miss()
        self.chance.learn(repeats=repeats, standing=standing)
        for tag in post.tags:
            self._tags.setdefault(tag, (post.id, post.account))
        while len(self._tags) > _REMEMBERED:
            del self._tags[next(iter(self._tags))]
        if standing:
            self._room.update(dict.fromkeys(post.tags))
            self._room.update(dict.fromkeys(post.shingles))
            while len(self._room) > _REMEMBERED:
                del self._room[next(iter(self._room))]
