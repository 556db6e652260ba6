"""The whole of a site, as it moves out and can be moved in again: the format that `fairfloor export json` writes.

One JSON object, UTF-8, one item a line, so that two exports can be compared by any program that compares lines:

    {"format": "fairfloor site", "version": 1,
     "terms":     [...],   chat.site.article.Term, by kind and slug
     "articles":  [...],   chat.site.article.Article, by id
     "revisions": [...],   {"article": id, "revision": chat.site.article.Revision}, by article and number
     "comments":  [...],   chat.site.comment.Comment, by id
     "deeds":     [...],   chat.site.comment.Deed, by number
     "redirects": [...],   chat.site.article.Redirect, by the old address
     "house":     {...}}   chat.site.house.House, the rules of the discussions

Times are RFC 3339, in UTC. A field that has its usual value is left out. Ids are those of the site, so that links to
comments hold when it is moved in. A reader of a version that it does not know must refuse it; new fields may come
within a version. What is worked out from the evening's log (recaps in numbers) is not here: the log has it.

It holds what is for the host's people alone: drafts, held comments, e-mail addresses that moved in.
"""

from typing import Literal

import msgspec

from fairfloor.chat.site.article import Article, Redirect, Revision, Term
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.chat.site.house import House


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """A revision, and whose it is."""

    article: int
    revision: Revision


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """All that a site holds."""

    format: Literal["fairfloor site"] = "fairfloor site"
    version: Literal[1] = 1
    terms: tuple[Term, ...] = ()
    articles: tuple[Article, ...] = ()
    revisions: tuple[Revised, ...] = ()
    comments: tuple[Comment, ...] = ()
    deeds: tuple[Deed, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    house: House = House()
