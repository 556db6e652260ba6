"""Keeps what moves in: where each item stands here, what is there already, which comment replies to which."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import Aside, Item, Leading, LeftOut, Mended, Moved, Reply, Thread
from fairfloor.chat.site.slugs import slug
from fairfloor.session.library import Library, Taken
from fairfloor.sources.wordpress.site import path_of
from fairfloor.wiring.aside import keep_aside
from fairfloor.wiring.moving_report import Report

T = TypeVar("T", Article, Comment, Term)
_PAGE = re.compile(r"(?:/?index)?\.(?:html?|php)$|\?.*$")
"""What the address of a page may end with that says nothing of the page."""
_MOST = 10_000
"""Articles of one address that are told apart by a number."""


class _Place(NamedTuple):
    """An article that comments stand under."""

    number: int
    path: str


class Mover:
    """Takes items one by one, and keeps them; `finish` it at the end."""

    def __init__(self, library: Library, system: str, now: datetime, report: Report) -> None:
        self._library = library
        self._system = system
        self._now = now
        self._report = report
        self._places: dict[str, _Place] = {}
        self._threads: dict[str, Thread] = {}
        self._replies: dict[str, list[Reply]] = {}
        self._asides: dict[str, list[Aside]] = {}
        self._leading: dict[str, str] = {}
        self._terms = {(term.kind, term.slug): term for term, _ in library.terms()}

    def take(self, item: Item) -> None:
        """Keep an item, or note it for later."""
        match item:
            case Moved():
                self._settle()
                self._article(item)
            case Thread():
                self._threads.setdefault(item.origin, item)
            case Reply():
                self._replies.setdefault(item.under, []).append(item)
            case Term():
                self._term(item)
            case Aside():
                self._asides.setdefault(item.site, []).append(item)
            case Leading():
                self._leading.setdefault(item.old, item.new)
            case LeftOut():
                self._report.add(item.what, item.name, "left out", item.why)
            case Mended():
                where = "the file" if item.line is None else f"line {item.line:,}"
                self._report.add(
                    "file", where, "mended", item.why + (f" ({item.times:,} times)" if item.times > 1 else "")
                )

    def finish(self) -> None:
        """Keep what waits for the end: the last comments, what is kept aside, old addresses."""
        self._settle()
        for origin, thread in self._threads.items():
            if origin not in self._places:
                self._report.add(
                    "thread", thread.address or thread.title or origin, "left out", "Nobody has said anything there."
                )
        for site, asides in self._asides.items():
            keep_aside(self._library, self._system, site, asides, self._now, self._report)
        self._redirect()

    # Articles and terms

    def _article(self, item: Moved) -> None:
        article, what = item.article, item.article.kind
        origin = article.origin or ""
        if (number := self._library.came(origin)) is not None:
            known = self._library.article(number)
            path = known.path if known else ""
            self._report.add(what, article.title or origin, "there already", "", path)
            self._places[origin] = _Place(number, path)
            return
        if (why := _unfit(article) or self._occupied(article)) is not None:
            self._report.add(what, article.title or origin, "left out", why)
            return
        kept = self._keep(article)
        self._places[origin] = _Place(kept.id, kept.path)
        notes = item.notes
        if kept.path != article.path:
            notes = (*notes, f"{article.path} was taken.")
        self._report.add(what, kept.title or origin, "kept", " ".join(notes), kept.path)
        for old in item.old:
            self._leading.setdefault(old, kept.path)

    def _occupied(self, article: Article) -> str | None:
        """Say why there is no room for an article here; None where there is."""
        taken = article.session is not None and self._library.recap(article.session) is not None
        return f"There is a recap of the session {article.session} already." if taken else None

    def _keep(self, article: Article) -> Article:
        """Keep an article at its path, or at the next that is free."""
        for number in range(1, _MOST):
            path = article.path if number == 1 else f"{article.path}-{number}"
            if self._library.at(path) is None:
                try:
                    return self._library.keep(msgspec.structs.replace(article, path=path))
                except Taken:
                    continue
        raise Taken(article.path)

    def _term(self, term: Term) -> None:
        key = (term.kind, term.slug)
        if (known := self._terms.get(key)) is not None:
            same = (known.name, known.about) == (term.name, term.about)
            self._report.add(term.kind, term.name, "there already", "" if same else "It stands here as it is.")
            return
        why = _unfit(term)
        if why is not None:
            self._report.add(term.kind, term.name, "left out", why)
            return
        if self._circles(term):
            term, why = (
                msgspec.structs.replace(term, parent=None),
                "It was a part of its own parts; it stands by itself.",
            )
        self._library.keep_term(term)
        self._terms[key] = term
        self._report.add(term.kind, term.name, "kept", why or "")

    def _circles(self, term: Term) -> bool:
        above = term.parent
        for _ in range(len(self._terms) + 2):
            if above is None or above == term.slug:
                return above is not None
            parent = self._terms.get(("category", above))
            above = None if parent is None else parent.parent
        return True

    # Comments

    def _settle(self) -> None:
        """Keep the comments that wait."""
        waiting, self._replies = self._replies, {}
        for under, replies in waiting.items():
            place = self._places.get(under) or self._thread(under, replies)
            if place is None:
                for one in replies:
                    self._report.add(
                        _what(one), one.comment.origin or "", "left out", "What it stood under is not in the file."
                    )
            else:
                self._bring(place, replies)

    def _bring(self, place: _Place, replies: list[Reply]) -> None:
        fit: list[Reply] = []
        for one in replies:
            if (why := _unfit(one.comment)) is None:
                fit.append(one)
            else:
                self._report.add(_what(one), one.comment.origin or "", "left out", why)
        places = {one.comment.origin: -place_ for place_, one in enumerate(fit, 1)}
        cut = circled(fit)
        comments, notes = [], []
        for one in fit:
            circles = one.comment.origin in cut
            parent, note = (None, _CIRCLES) if circles else self._parent(one, place, places)
            comments.append(msgspec.structs.replace(one.comment, article=place.number, parent=parent))
            notes.append(" ".join((*one.notes, *note)))
        new = {one.origin: one.id for one in self._library.comments.bring(comments)}
        for one, note_ in zip(fit, notes, strict=True):
            origin = one.comment.origin
            known = new.get(origin)
            number = known if known is not None else self._library.comments.came(origin or "")
            self._report.add(
                _what(one),
                origin or "",
                "there already" if known is None else "kept",
                note_,
                f"{place.path}#comment-{number}",
            )

    def _parent(self, reply: Reply, place: _Place, places: dict[str | None, int]) -> tuple[int | None, tuple[str, ...]]:
        if reply.parent is None:
            return None, ()
        if (at := places.get(reply.parent)) is not None:
            return at, ()
        number = self._library.comments.came(reply.parent)
        known = None if number is None else self._library.comments.comment(number)
        if known is not None and known.article == place.number:
            return known.id, ()
        return None, ("What it replies to is not in the file; it stands by itself.",)

    def _thread(self, under: str, replies: Sequence[Reply]) -> _Place | None:
        """Find the article that a thread's comments stand under, or make one."""
        thread = self._threads.get(under)
        if thread is None:
            return None
        old = path_of(thread.address if "://" in thread.address else f"https://here{thread.address}")
        found = self._library.came(under)
        article = None if found is None else self._library.article(found)
        for path in (old, None if old is None else old.partition("?")[0]):
            if article is None and path:
                article = self._at(path)
        if article is not None:
            self._report.add("thread", thread.address or under, "kept", "Its page is here.", article.path)
        else:
            article = self._keep(_stub(thread, old, replies, self._now))
            self._report.add("thread", thread.address or under, "kept", _MADE, article.path)
            if old:
                self._leading.setdefault(old, article.path)
        self._places[under] = _Place(article.id, article.path)
        return self._places[under]

    def _at(self, path: str) -> Article | None:
        """Find the article at a path, which it may have had elsewhere."""
        for one in (path, path.removesuffix("/index.html"), path.removesuffix(".html")):
            if one and (found := self._library.at(one)) is not None:
                return found
            led = self._leading.get(one) or self._library.led(one)
            if led is not None and (found := self._library.at(led)) is not None:
                return found
        return None

    # Addresses

    def _redirect(self) -> None:
        new: list[Redirect] = []
        for old, to in self._leading.items():
            if old == to or self._library.at(old) is not None:
                continue
            led = self._library.led(old)
            if led is None:
                new.append(Redirect(old=old, new=to))
            why = "" if led in {None, to} else f"It leads to {led} already."
            self._report.add(
                "address", old, "kept" if led is None else "there already", why, to if led is None else led
            )
        self._library.redirect(new)


def circled(replies: Sequence[Reply]) -> set[str | None]:
    """Give the origins of replies that come to themselves from parent to parent: of each circle the earliest alone."""
    at = {one.comment.origin: one for one in replies}
    done, cut = set[str | None](), set[str | None]()
    for origin in at:
        path: dict[str | None, None] = {}
        here: str | None = origin
        while here in at and here not in done and here not in path:
            path[here] = None
            here = at[here].parent
        if here in path:
            circle = list(path)[list(path).index(here) :]
            cut.add(min(circle, key=lambda one: (at[one].comment.at, one or "")))
        done |= path.keys()
    return cut


def _stub(thread: Thread, old: str | None, replies: Sequence[Reply], now: datetime) -> Article:
    times = [one.comment.at for one in replies]
    last = _PAGE.sub("", old or "").rpartition("/")[2]
    name = slug(thread.title) or slug(last) or "discussion"
    link = thread.address if thread.address.startswith(("https://", "http://")) and thread.address.isprintable() else ""
    return Article(
        kind="page",
        path=f"/pages/{name}",
        title=(" ".join(thread.title.split()) or old or "A discussion")[:300],
        text=f"What this discussion is about was at <{link}>." if link and ">" not in link and " " not in link else "",
        state="published",
        published=min(times, default=now),
        updated=min(times, default=now),
        by="",
        discussion="open" if thread.open else "closed",
        origin=thread.origin,
    )


def _unfit(one: T) -> str | None:
    """Say why something cannot be kept as it is; None where it can."""
    try:
        msgspec.json.decode(msgspec.json.encode(one), type=type(one))
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError) as error:
        return f"It does not fit here: {str(error)[:200]}."
    return None


def _what(reply: Reply) -> str:
    return reply.comment.said


_CIRCLES = ("It replies to what replies to it; it stands by itself.",)
_MADE = "Its page is not here, so one was made for the discussion alone."
