"""Keeps what was written: its terms as needed, its address when it gets one; and nothing over what another tab wrote.

A form carries a mark of the article as it was when the form was made. Where the article has another by now, nothing is
kept, and whoever writes is shown both. The look and the keeping are one step, and steps are taken one at a time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec

from fairfloor.chat.site import slugs
from fairfloor.chat.site.article import Article, Revision, Term
from fairfloor.session.library import Changed, Library
from fairfloor.web.editor.form import Written
from fairfloor.web.editor.renaming import became

_encode = msgspec.json.encode
_FORMS = 1_000
T = TypeVar("T")


class Conflict(Exception):  # noqa: N818 - it names what is the matter
    """The article is another by now: `now`, None where it was deleted."""

    def __init__(self, now: Article | None) -> None:
        super().__init__()
        self.now = now


def mark(article: Article) -> str:
    """Give the mark of an article as it is; empty for one that is not kept yet."""
    return blake2b(_encode(article), digest_size=12).hexdigest() if article.id else ""


class Keeping:
    """Made once for an application."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._one_at_a_time = asyncio.Lock()
        self._sent: OrderedDict[str, int] = OrderedDict()
        """Forms of new articles that came, and which article each became: sent twice, it is one."""

    async def keep(self, written: Written, seen: str, by: str, once: str) -> Article:
        """Keep what was written over the article that was seen. Raises Conflict, and `Taken`."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._keep, written, seen, by, once)

    async def alone(self, work: Callable[[], T]) -> T:
        """Do something, which may block, while nobody here keeps an article."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(work)

    async def restore(self, article: Article, revision: Revision, seen: str, by: str) -> None:
        """Give an article the words of a revision back. Raises Conflict."""
        again = msgspec.structs.replace(article, title=revision.title, text=revision.text, form=revision.form)
        async with self._one_at_a_time:
            await asyncio.to_thread(self._over, again, by, await asyncio.to_thread(self._same, article.id, seen))

    async def forget(self, article: Article, seen: str, before: Callable[[int], Awaitable[None]]) -> None:
        """Delete an article, after `before` was done about it. Raises Conflict, and what that raises."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._same, article.id, seen)
            await before(article.id)
            await asyncio.to_thread(self._library.forget, article.id)

    def _keep(self, written: Written, seen: str, by: str, once: str) -> Article:
        library, article = self._library, written.article
        now = self._same(article.id, seen) if article.id else None
        if now is None and (known := library.article(self._sent.get(once, 0))) is not None:
            return known
        kept = self._over(self._addressed(self._under(article, written.terms)), by, now)
        self._sent[once] = kept.id
        if len(self._sent) > _FORMS:
            self._sent.popitem(last=False)
        return kept

    def _under(self, article: Article, terms: Sequence[Term]) -> Article:
        """Make the terms that are not there yet; what one became that was merged or moved stands in its place."""
        moved: dict[tuple[str, str], str] = {}
        for term in terms:
            if self._library.term(term.kind, term.slug) is None:
                if (now := became(self._library, term)) is None:
                    self._library.keep_term(term)
                else:
                    moved[term.kind, term.slug] = now.slug
        categories = dict.fromkeys(moved.get(("category", one), one) for one in article.categories)
        tags = dict.fromkeys(moved.get(("tag", one), one) for one in article.tags)
        return msgspec.structs.replace(article, categories=tuple(categories), tags=tuple(tags))

    def _same(self, number: int, seen: str) -> Article:
        now = self._library.article(number)
        if now is None or mark(now) != seen:
            raise Conflict(now)
        return now

    def _over(self, article: Article, by: str, now: Article | None) -> Article:
        """Keep an article over what it is now, unless that changes just then: others than the editor may do that."""
        try:
            return self._library.keep(article, by, now)
        except (Changed, LookupError) as error:
            raise Conflict(self._library.article(article.id)) from error

    def _addressed(self, article: Article) -> Article:
        """Give an article its address and its date, once each, when others may read it."""
        if article.state == "draft":
            return article
        path = article.path
        if slugs.is_draft(path):
            on = article.published if article.state == "scheduled" else None
            path = slugs.path(article.kind, article.title, (on or article.updated).date(), self._is_taken)
        published = article.published or (article.updated if article.state == "published" else None)
        return msgspec.structs.replace(article, path=path, published=published)

    def _is_taken(self, path: str) -> bool:
        return self._library.at(path) is not None or self._library.led(path) is not None
