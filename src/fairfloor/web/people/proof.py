"""The signed one-time link: who posts it, under the tag and from their own account, shows that the account is theirs.

It is for whoever cannot, or would not, sign in at their network through us. The page asks for the account first, and
gives a link that only this browser and this account can redeem: its signature is over the browser's cookie, the
account's name and the time it ends. Nothing is kept of it. When a post with the link arrives, the poster's own id and
handle are put to the signature; if either fits, the browser it was made for may sign in as that account.

Why the account is asked for first. A link is public the moment it is posted. Were it bound to a browser alone,
whoever copied it and whose post came first (networks differ by seconds) would be who this browser is taken for, and
what its owner then writes would stand under the copier's name. With the account in the signature a copy fits nobody:
the first poster does not win, only the right one does. Nor does the copier gain anything: their own browser has
another cookie. What remains is that somebody is talked into posting a stranger's link; so the page behind the link,
and the words around it, say what it does.

Rejected: a fixed sentence to post. A hundred people with one sentence are what acting in step looks like; so people
are asked to put the link under whatever they want to say.

Invariant: a browser signs in only as the account that its owner named, and only after that account has posted.
Invariant: bounded memory, whatever is posted.
"""

import hmac
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from fairfloor.acts.act import Post
from fairfloor.session.people import Account
from fairfloor.session.ports import Step
from fairfloor.web.people.door import Door, content, text

Key = TypeVar("Key")
Kept = TypeVar("Kept")

GOOD_FOR = timedelta(minutes=30)
PATH = "/i/"
_LINK = re.compile(r"/i/([A-Za-z0-9_-]{48})(?![A-Za-z0-9_-])")
_TIME, _BROWSER, _SIGNED = 4, 16, 16
_LINKS = 4
"""Links of ours that are read in one post."""
_MOST = 20_000
"""Proofs, handles, and accounts whose handle is not known yet, kept at a time."""
_WHOM = re.compile(r"[^\s@/\\<>\"']{1,253}(?:@[^\s@/\\<>\"']{1,253})?")


def whom(given: str) -> str:
    """Give an account's name as it is compared: a handle, user@server or an id; empty where it can be none."""
    name = given.strip().removeprefix("@").strip().casefold()
    return name if _WHOM.fullmatch(name) else ""


def link(door: Door, browser: bytes, name: str) -> str:
    """Make the path of a link, for a browser (its token's digest) and the account that somebody says is theirs."""
    until = int((door.now() + GOOD_FOR).timestamp()).to_bytes(_TIME)
    head = until + browser[:_BROWSER]
    return PATH + text(head + _signed(door, head, whom(name)))


def _signed(door: Door, head: bytes, name: str) -> bytes:
    return door.sign("link", head + name.encode("utf-8", "replace"))[:_SIGNED]


class Proofs:
    """An `Audience` that waits for links; `redeem` gives the account that a browser has shown to be its owner's."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._proven: OrderedDict[bytes, Account] = OrderedDict()
        self._handles: OrderedDict[str, str] = OrderedDict()
        self._nameless: OrderedDict[str, list[Post]] = OrderedDict()

    def hear(self, step: Step) -> None:
        """Take note of who posted a link. Networks tell some handles later than posts: those wait for theirs."""
        for account, handle in step.names:
            _keep(self._handles, account, handle)
        for post in (*step.acts, *step.edits):
            if isinstance(post, Post) and any(_links(post)):
                self._posted(post)
        for account, _ in step.names:
            for post in self._nameless.pop(account, ()):
                self._posted(post)

    def redeem(self, browser: bytes) -> Account | None:
        """Give the account that a browser's owner has shown to be theirs; once."""
        return self._proven.pop(browser[:_BROWSER], None)

    def waits(self, browser: bytes) -> bool:
        """Tell whether there is something to redeem."""
        return browser[:_BROWSER] in self._proven

    def _posted(self, post: Post) -> None:
        handle = self._handles.get(post.account) or post.handle
        names = {whom(name) for name in (post.account, handle) if name} - {""}
        for found in _links(post):
            if (browser := self._browser(found, names)) is not None:
                account = Account(id=post.account, handle=handle or post.account, network=post.network or "")
                _keep(self._proven, browser, account)
        if handle is None:
            waiting = self._nameless.get(post.account, [])
            _keep(self._nameless, post.account, [*waiting, post][-_LINKS:])

    def _browser(self, found: bytes, names: Iterable[str]) -> bytes | None:
        """Give the browser that a link was made for, where it is still good and the name is one of these."""
        head, signed = found[: _TIME + _BROWSER], found[_TIME + _BROWSER :]
        if int.from_bytes(head[:_TIME]) < self._door.now().timestamp():
            return None
        fits = any(hmac.compare_digest(signed, _signed(self._door, head, name)) for name in names)
        return head[_TIME:] if fits else None


def _links(post: Post) -> Iterator[bytes]:
    """Give the payloads of our links in a post, a few at most."""
    seen = dict.fromkeys(found for where in (*post.links, post.text) for found in _LINK.findall(where))
    return (content(one) for one in list(seen)[:_LINKS])


def _keep(table: OrderedDict[Key, Kept], key: Key, kept: Kept) -> None:
    """Keep something, and forget what was kept longest ago where there is too much."""
    table[key] = kept
    table.move_to_end(key)
    if len(table) > _MOST:
        table.popitem(last=False)
