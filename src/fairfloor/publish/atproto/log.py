"""The labels of one labeler, in the order they were given, within a window: what queries and streams read.

The log holds no more than one label of a thing and a word: the last. One that is taken back gives its place to its
negation, as the specification recommends, so nobody who comes later hears what no longer holds. Signing takes half a
millisecond, so a label is signed when it is first read, and its signature kept.

Sequence numbers are the caller's: they grow, with gaps as they please, and stay the same when the log is made anew.

Invariant: `first <= seq <= last` for all that is kept; what is not kept was replaced, or is at or below `forgotten`.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice

import msgspec

from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.labels import Label, Signed, instant, signed

WINDOW = 200_000
"""Labels kept."""
SCAN = 20_000
"""Labels that one query looks at, at most, before it gives a cursor to go on from."""
_SLACK = 1_024


class Entry(msgspec.Struct, eq=False, gc=False):
    """A label at its place in the log."""

    seq: int
    label: Label
    sig: bytes | None = None


class Found(msgspec.Struct, frozen=True):
    """A page of what a query found."""

    entries: list[Entry]
    cursor: int | None
    """Where to go on; None where all has been looked at."""


class LabelLog:
    """Labels by one account. Belongs to one event loop; `sign` may be called in any thread."""

    def __init__(self, did: str, key: SigningKey, window: int = WINDOW) -> None:
        """Take the DID of who labels, and the key that its DID document names."""
        self.did = did
        self.ready = False
        """Whether all labels given before are in; until then nobody is told anything."""
        self.last = 0
        """The number of the last label, 0 where there is none."""
        self.forgotten = 0
        """The number of the last label that fell out of the window."""
        self._key = key
        self._window = window
        self._entries: dict[int, Entry] = {}
        self._seqs: list[int] = []  # in order; those no longer in `_entries` are skipped, and swept now and then
        self._start = 0
        self._of: dict[str, tuple[int, ...]] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        """Count the labels kept, negations among them."""
        return len(self._entries)

    def standing(self, uri: str) -> list[str]:
        """Give the words that stand on a thing now."""
        labels = [self._entries[seq].label for seq in self._of.get(uri, ())]
        return [label.val for label in labels if not label.neg]

    def say(self, seq: int, uri: str, val: str, at: datetime, *, neg: bool = False) -> Entry:
        """Label a thing, or take a label back. Raises ValueError where `seq` does not grow.

        The label is dated `at`, or a millisecond after the one it replaces, whichever is later.
        """
        if seq <= self.last:
            raise ValueError(f"label {seq} does not come after {self.last}, the last one")
        before = self._replace(uri, val)
        cts = instant(at, None if before is None else before.label.cts)
        entry = Entry(seq, Label(src=self.did, uri=uri, val=val, cts=cts, neg=neg))
        self._entries[seq] = entry
        self._seqs.append(seq)
        self._of[uri] = (*self._of.get(uri, ()), seq)
        self.last = seq
        self._forget()
        self.wake()
        return entry

    def wake(self) -> None:
        """Wake whoever waits for news."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def news(self) -> asyncio.Event:
        """Give what will be set when there is something new."""
        return self._news

    def after(self, seq: int, limit: int) -> list[Entry]:
        """Give labels with greater numbers, in order."""
        return list(islice(self._walk(seq), limit))

    def query(self, uris: Collection[str], prefixes: tuple[str, ...], after: int, limit: int) -> Found:
        """Give labels on things named, or whose names begin so, with numbers greater than `after`, in order."""
        if prefixes:
            return self._scan(lambda uri: uri in uris or uri.startswith(prefixes), after, limit)
        seqs = sorted({seq for uri in uris for seq in self._of.get(uri, ()) if seq > after})
        entries = [self._entries[seq] for seq in seqs[:limit]]
        return Found(entries, seqs[limit - 1] if len(seqs) > limit else None)

    def sign(self, entries: Iterable[Entry]) -> list[Signed]:
        """Give labels signed; those not signed before take half a millisecond each."""
        found = []
        for entry in entries:
            if entry.sig is None:
                entry.sig = signed(entry.label, self._key).sig
            found.append(Signed(entry.label, entry.sig))
        return found

    def _scan(self, wanted: Callable[[str], bool], after: int, limit: int) -> Found:
        entries: list[Entry] = []
        for looked, entry in enumerate(self._walk(after)):
            if looked == SCAN or len(entries) == limit:
                return Found(entries, after)
            after = entry.seq
            if wanted(entry.label.uri):
                entries.append(entry)
        return Found(entries, None)

    def _walk(self, seq: int) -> Iterator[Entry]:
        for place in range(max(bisect_right(self._seqs, seq), self._start), len(self._seqs)):
            if (entry := self._entries.get(self._seqs[place])) is not None:
                yield entry

    def _replace(self, uri: str, val: str) -> Entry | None:
        """Take out the label that a new one replaces."""
        for seq in self._of.get(uri, ()):
            if self._entries[seq].label.val == val:
                return self._drop(seq)
        return None

    def _drop(self, seq: int) -> Entry:
        entry = self._entries.pop(seq)
        rest = tuple(one for one in self._of.pop(entry.label.uri) if one != seq)
        if rest:
            self._of[entry.label.uri] = rest
        return entry

    def _forget(self) -> None:
        """Let the oldest go that the window has no room for, and sweep."""
        while len(self._entries) > self._window:
            seq = self._seqs[self._start]
            self._start += 1
            if seq in self._entries:
                self._drop(seq)
                self.forgotten = seq
        if len(self._seqs) > 2 * len(self._entries) + _SLACK:
            self._seqs = [seq for seq in self._seqs[self._start :] if seq in self._entries]
            self._start = 0
