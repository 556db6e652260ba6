"""What is to be published later: it becomes published when its time has come, by whoever asks first.

Until then its state is not "published", so nothing that asks for what is public finds it, whoever forgets to look at a
time. Nothing needs to run at night: before anything is read of the site, what is due is published (`published_by`).

Invariant: nothing is published before its time, and what is due is published once, with that time as its date.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from fairfloor.chat.site.article import Article
from fairfloor.session.library import Articles, Changed, Shelf

_AT_ONCE = 50
_EVER = datetime.fromtimestamp(0, UTC)


def published_by(library: Articles, now: datetime) -> datetime | None:
    """Publish what is due; give when the next one is, None where nothing is to come."""
    due = Shelf(public=False, state="scheduled", since=_EVER, before=now + timedelta(microseconds=1))
    while some := library.articles(due, 0, _AT_ONCE):
        for one in some:
            with suppress(Changed, LookupError):  # somebody writes it just now: it is looked at again
                library.keep(_published(one), seen=one)
    return next_due(library)


def next_due(library: Articles) -> datetime | None:
    """Give when the next one is due, or was; None where nothing is to come."""
    to_come = Shelf(public=False, state="scheduled", since=_EVER)
    many = library.count(to_come)
    last = library.articles(to_come, many - 1, 1) if many else []  # the newest come first
    return last[0].published if last else None


def _published(article: Article) -> Article:
    at = article.published or article.updated
    return msgspec.structs.replace(article, state="published", updated=max(article.updated, at))
