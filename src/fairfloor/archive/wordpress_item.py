"""One article as an item of a WordPress export."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count

import msgspec

from fairfloor.archive.xml import allowed, escaped
from fairfloor.chat.site.article import Article, Form
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import CARRIED, Carried, Element, Rest, rest_of, seal, seals_of

Shown = Callable[[str, Form], str]
"""Gives HTML for a text and its form."""
STATUS = {"published": "publish", "draft": "draft", "private": "private", "scheduled": "future"}
_TAXONOMY = {"category", "post_tag", "tag"}
_PUBLISHED = ("pubDate", "wp:post_date", "wp:post_date_gmt")
_UPDATED = ("wp:post_modified", "wp:post_modified_gmt")


class Numbers:
    """Gives items and comments their numbers: those they had there, and new ones above all of these."""

    def __init__(self, articles: Iterable[Article], comments: Iterable[Comment], asides: Iterable[Element]) -> None:
        had = {one.id: _number(one, "wp:post_id") for one in articles}
        said = {one.id: _number(one, "wp:comment_id") for one in comments}
        self.items = _given(had, [part.said("wp:post_id") for part in asides])
        self.comments = _given(said, [])
        self.had = had
        self.said = said
        self.origins = {one.id: one.origin for one in comments}


def _number(one: Article | Comment, name: str) -> str | None:
    """Give the number that something had there, as it was written; None where it came from elsewhere, or had none."""
    rest = rest_of(one, Rest)
    part = None
    if rest is not None and rest.system == "wordpress":
        part = next((part for part in rest.parts if part.name == name), None)
    return None if part is None else (part.text or "").strip() or None


def _given(had: dict[int, str | None], others: list[str]) -> dict[int, str]:
    used = [int(one) for one in (*had.values(), *others) if one and one.isascii() and one.isdigit() and len(one) < 16]  # noqa: PLR2004 - a number that can go on
    new = count(max(used, default=0) + 1)
    return {key: one if one is not None else str(next(new)) for key, one in had.items()}


def item(
    article: Article, comments: list[Element], numbers: Numbers, shown: Shown, where: str, address: str
) -> Element:
    """Give the item of an article with its comments. where: the site that the export is of."""
    rest = rest_of(article, Rest)
    if rest is None or rest.system != "wordpress" or rest.site != where:
        parts = _fresh(article, numbers, shown, address)
        return Element("item", parts=(*parts, _carried(article, parts), *comments))
    same = {name: rest.seals.get(name) == value for name, value in seals_of(article).items()}
    parts = _again(article, rest, same, shown)
    plain = article.form == "html" and article.session is None and article.closes is None
    along = () if plain and all(same.values()) else (_carried(article, parts),)
    return Element("item", parts=(*parts, *along, *comments))


def carrying(name: str, words: str, **one: Article | Comment) -> Element:
    """Give the field in which something goes along as it stands here."""
    carried = Carried(seal=seal(allowed(words)), **one)  # type: ignore[arg-type]  # one of its own fields
    value = escaped(msgspec.json.encode(carried).decode())
    return Element(name, parts=(Element("wp:meta_key", CARRIED), Element("wp:meta_value", value)))


def _carried(article: Article, parts: tuple[Element, ...]) -> Element:
    words = next((part.text or "" for part in parts if part.name == "content:encoded"), "")
    return carrying("wp:postmeta", words, article=article)


def _html(article: Article, shown: Shown) -> str:
    return article.text if article.form == "html" else shown(article.text, article.form)


def _again(article: Article, rest: Rest, same: dict[str, bool], shown: Shown) -> tuple[Element, ...]:
    """Give the parts that an item had, but for what was changed here."""
    changed = _changed(article, same, shown)
    parts: list[Element] = []
    for part in rest.parts:
        if part.name == "category" and not same["terms"] and part.attributes.get("domain", "category") in _TAXONOMY:
            continue
        if part.text is None and part.name == "content:encoded" and same["text"]:
            parts.append(msgspec.structs.replace(part, text=article.text))
        elif part.name in changed:
            parts.append(msgspec.structs.replace(part, text=changed.pop(part.name)))
        else:
            parts.append(part)
    parts += [Element(name, text) for name, text in changed.items()]
    return (*parts, *(() if same["terms"] else _terms(article)))


def _changed(article: Article, same: dict[str, bool], shown: Shown) -> dict[str, str]:
    """Give the texts of parts that say something else now."""
    told: dict[str, tuple[str, str]] = {
        "title": ("title", article.title),
        "content:encoded": ("text", _html(article, shown)),
        "excerpt:encoded": ("summary", article.summary),
        "wp:status": ("state", STATUS[article.state]),
        "wp:post_password": ("state", ""),
        "dc:creator": ("by", article.by),
        "wp:comment_status": ("discussion", article.discussion),
    }
    told |= {name: ("published", _time(name, article.published)) for name in _PUBLISHED}
    told |= {name: ("updated", _time(name, article.updated)) for name in _UPDATED}
    return {name: text for name, (value, text) in told.items() if not same[value]}


def _fresh(article: Article, numbers: Numbers, shown: Shown, address: str) -> tuple[Element, ...]:
    """Give the parts of an item that WordPress has not seen."""
    link = f"{address}{article.path}"
    told = {
        "title": article.title,
        "link": link,
        "pubDate": _time("pubDate", article.published),
        "dc:creator": article.by,
    }
    after = {
        "description": "",
        "content:encoded": _html(article, shown),
        "excerpt:encoded": article.summary,
        "wp:post_id": numbers.items[article.id],
        **{name: _time(name, article.published) for name in _PUBLISHED[1:]},
        **{name: _time(name, article.updated) for name in _UPDATED},
        "wp:comment_status": article.discussion,
        "wp:ping_status": "closed",
        "wp:post_name": article.path.rpartition("/")[2],
        "wp:status": STATUS[article.state],
        "wp:post_parent": "0",
        "wp:menu_order": "0",
        "wp:post_type": "page" if article.kind == "page" else "post",
        "wp:post_password": "",
        "wp:is_sticky": "0",
    }
    guid = Element("guid", link, {"isPermaLink": "false"})
    return (*_elements(told), guid, *_elements(after), *_terms(article))


def _elements(told: dict[str, str]) -> list[Element]:
    return [Element(name, text) for name, text in told.items()]


def _terms(article: Article) -> tuple[Element, ...]:
    under = (("category", article.categories), ("post_tag", article.tags))
    return tuple(Element("category", one, {"domain": kind, "nicename": one}) for kind, slugs in under for one in slugs)


def _time(name: str, at: datetime | None) -> str:
    """Write a time as the part of a name has it."""
    if at is None:
        return "" if name == "pubDate" else "0000-00-00 00:00:00"
    utc = at.astimezone(UTC)
    return format_datetime(utc) if name == "pubDate" else utc.strftime("%Y-%m-%d %H:%M:%S")
