"""Messages: what one or more posts say. A post that nearly repeats the first post of a message is a copy of it.

Merging copies goes first: a copy-paste flood collapses to the few things that it says, whoever sends it. A copy must
resemble the message's *first* post and not just some other copy (cohesion): chaining copy to copy joined thousands of
innocent posts through shared boilerplate when it was tried. A text of fewer than `SHORT` runs is too little to
resemble anything ("Thank you all!"): it is a copy only of the very same words to the same address.

The first voice counts, the rest become a number. But a message is never held back because of *who* said it first:
each account that says it stands for it, and its turn comes with the first of their turns. So nobody can take a text
out of another's mouth by saying it first.

Invariant: every post belongs to exactly one message, and only a message's first post (or its heir) can have the
floor.
"""

from collections import OrderedDict

import msgspec

from fairfloor.acts.heard import HeardPost
from fairfloor.voices.resemblance import Other

try:
    from fairfloor.voices._resemblance import Resemblance
except ImportError:  # no C compiler where it was installed: the definition itself, slower
    from fairfloor.voices.resemblance import Resemblance

LIKENESS = 0.4
"""Jaccard similarity of word runs from which a post is a copy."""
SHORT = 4
"""Runs of words below which only the same words are a copy."""
WINDOW = 200_000
"""Messages that are remembered; the one longest unsaid is forgotten first."""
HEIRS = 16
"""Copies remembered of each message, one an account, to take its first post's place should its author delete it."""
_COUNTED = 10_000
"""Accounts counted of each message; beyond it the count stands still."""


_Exact = tuple[str | None, tuple[int, ...]]
"""The words of a short text and whom it replies to."""


class Message(msgspec.Struct, eq=False, gc=False):
    """A message and who has said it."""

    number: int
    lead: str
    """The id of the post that stands for it: its first post, or the heir of one deleted."""
    account: str
    id: str
    """The id of its first post, by which the message is known for good."""
    first: str
    """The account that said it first."""
    times: int = 1
    shown: bool = False
    """Whether it has had the floor."""
    held: bool = False
    """Whether the host keeps it from the floor."""
    exact: _Exact | None = None
    """What a copy must be, to the word, where the text is short."""
    _accounts: dict[str, int] | None = None
    _heirs: dict[str, str] | None = None

    @property
    def accounts(self) -> dict[str, int]:
        """How many times each account has said it; held only when asked for, since most are said once."""
        if self._accounts is None:
            self._accounts = {self.first: 1}
        return self._accounts

    @property
    def heirs(self) -> dict[str, str]:
        """The next copies: post id to account, in order; held as the accounts are."""
        if self._heirs is None:
            self._heirs = {}
        return self._heirs


class Said(msgspec.Struct, frozen=True, gc=False):
    """What a post says: the message it belongs to, and how like its first post it is."""

    message: Message
    copy: bool
    likeness: float
    anew: bool
    """Whether its account had not said this before."""


class Messages:
    """The messages of an evening, found as posts come in. Bounded: `window` messages."""

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self._next = 0
        self._messages: OrderedDict[int, Message] = OrderedDict()
        self._texts = Resemblance(LIKENESS, SHORT)
        self._short: dict[_Exact, int] = {}

    def apart(self, post: HeardPost) -> Message:
        """Give a post as a message of its own, which nothing that is said later can be a copy of."""
        number, self._next = self._next, self._next + 1
        account = post.account
        return Message(number=number, id=post.id, lead=post.id, account=account, first=account)

    def _begin(self, post: HeardPost) -> Message:
        """Begin a message with a post, whatever it resembles."""
        message = self.apart(post)
        number = message.number
        self._messages[number] = message
        self._texts.keep(number, post.shingles)
        if len(post.shingles) < SHORT and post.shingles and _exact(post) not in self._short:
            message.exact = _exact(post)
            self._short[message.exact] = number
        if len(self._messages) > self._window:
            self.forget(self._messages[next(iter(self._messages))])
        return message

    def say(self, post: HeardPost, *, afresh: bool = False) -> Said:
        """Find the message that a post says, or begin one; `afresh`, whatever it resembles.

        So nobody can say a host's question first.
        """
        number, likeness = (None, 1.0) if afresh else self._find(post)
        if number is None:
            return Said(self._begin(post), copy=False, likeness=1.0, anew=True)
        self._messages.move_to_end(number)
        message = self._messages[number]
        return Said(message, copy=True, likeness=likeness, anew=_count(message, post))

    def _find(self, post: HeardPost) -> tuple[int | None, float]:
        if len(post.shingles) < SHORT:
            return self._short.get(_exact(post)), 1.0
        return self._texts.nearest(post.shingles) or (None, 1.0)

    def sources(self, shingles: tuple[int, ...], others: dict[int, Other]) -> dict[int | Other, int]:
        """Count what runs of words were first said in: something of `others`, or else a message, by its number."""
        return self._texts.sources(shingles, others)

    def __getitem__(self, number: int) -> Message:
        """Give a message that is remembered, by its number."""
        return self._messages[number]

    def unsaid(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the runs of words that no message remembered has."""
        return self._texts.unknown(shingles)

    def forget(self, message: Message) -> None:
        """Forget a message: what says the same from now on begins another."""
        if self._messages.pop(message.number, None) is None:
            return
        self._texts.forget(message.number)
        if message.exact is not None:
            del self._short[message.exact]


def _exact(post: HeardPost) -> _Exact:
    return (post.reply_to, post.shingles)


def _count(message: Message, post: HeardPost) -> bool:
    """Count one more copy; tell whether its account had not said this before."""
    message.times += 1
    if len(message.heirs) < HEIRS and post.account not in message.heirs.values():
        message.heirs[post.id] = post.account
    before = message.accounts.get(post.account, 0)
    if before or len(message.accounts) < _COUNTED:
        message.accounts[post.account] = before + 1
    return not before


def take_back(message: Message, post: str, account: str) -> None:
    """Count a post of a message no more, after its author deleted it."""
    message.times -= 1
    message.heirs.pop(post, None)
    left = message.accounts.get(account, 0) - 1
    if left > 0:
        message.accounts[account] = left
    else:
        message.accounts.pop(account, None)
