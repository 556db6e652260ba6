"""The editor's form: an article as it is typed, and what was typed read into an article."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import get_args

import msgspec

from fairfloor.chat.site.article import MAX_TERMS, MAX_TEXT, MAX_TITLE, Article, Slug, State, Term
from fairfloor.chat.site.house import closing, last_day
from fairfloor.chat.site.slugs import slug
from fairfloor.web.people.guard import Filled

MOST = {"title": MAX_TITLE, "text": MAX_TEXT, "summary": 2_000, "categories": 20_000, "tags": 20_000}
"""Characters of a field; of the others `_CHOICE`."""
_CHOICE = 40
LABELS = {
    "title": "Title",
    "text": "Text",
    "summary": "Summary",
    "categories": "Categories",
    "tags": "Tags",
    "closes": "Closes after",
    "at": "Publish at",
}
STATES: dict[str, State] = {one: one for one in get_args(State)}
Names = dict[tuple[str, str], str]
"""What terms are called, by their kind and slug."""
_DAY = timedelta(days=1)
_LATEST = date(9998, 12, 30)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed, where nothing is wrong with it: the article, its address to be given yet, and its terms."""

    article: Article
    terms: tuple[Term, ...]


def typed(article: Article, names: Names, zone: tzinfo = UTC) -> dict[str, str]:
    """Write an article into the form's fields. zone: whose clocks tell when it is to be published."""
    at = article.published if article.state in {"scheduled", "draft"} else None
    return {
        "at": "" if at is None else f"{at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "title": article.title,
        "text": article.text,
        "summary": article.summary,
        "categories": "\n".join(names.get(("category", one), one) for one in article.categories),
        "tags": "\n".join(names.get(("tag", one), one) for one in article.tags),
        "state": article.state,
        "discussion": article.discussion,
        "closes": "" if article.closes is None else f"{last_day(article.closes):%Y-%m-%d}",
    }


class Read:
    """A form as it was read: the fields as typed, what is wrong with each, and what was written if nothing is."""

    def __init__(self, form: Filled, before: Article, names: Names, now: datetime, zone: tzinfo = UTC) -> None:
        self.typed = {name: form.text(name, MOST.get(name, _CHOICE)) for name in typed(before, {})}
        self.wrong: dict[str, str] = {}
        self._names = names
        categories, tags = self._terms("categories", before.categories), self._terms("tags", before.tags)
        state = STATES.get(self.typed["state"], before.state)
        made = msgspec.structs.replace(
            before,
            state=state,
            published=self._at(now, zone) if state == "scheduled" else _past(before.published, now),
            title=" ".join(self.typed["title"].split()),
            text=self.typed["text"],
            summary=self.typed["summary"],
            categories=tuple(one.slug for one in categories),
            tags=tuple(one.slug for one in tags),
            discussion="closed" if self.typed["discussion"] == "closed" else "open",
            closes=self._closes(before.closes),
            updated=now,
        )
        if made.state != "draft" and not made.title:
            self.wrong["title"] = "Give it a title before others read it: its address is made from that, for good."
        self.wrong = {name: self.wrong[name] for name in LABELS if name in self.wrong}  # in the order of the form
        self.article = made
        self.written = None if self.wrong else Written(article=made, terms=(*categories, *tags))

    def _terms(self, field: str, before: tuple[Slug, ...]) -> list[Term]:
        """Read one a line; what is called as a term is called is that one, the article's own first."""
        kind = "category" if field == "categories" else "tag"
        known = {name: one for (of, one), name in self._names.items() if of == kind}
        known |= {self._names.get((kind, one), one): one for one in before}
        found: dict[str, Term] = {}
        for line in self.typed[field].split("\n"):
            if name := " ".join(line.split()):
                made = known.get(name) or slug(name)
                if not made or len(name) > MAX_TITLE:
                    self.wrong[field] = f"\u201c{name[:60]}\u201d cannot be one: write letters or digits, not too many."
                    continue
                found.setdefault(made, Term(kind="category" if kind == "category" else "tag", slug=made, name=name))
        if len(found) > MAX_TERMS:
            self.wrong[field] = f"At most {MAX_TERMS} fit."
        return list(found.values())

    def _at(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Read when it is to be published."""
        told = _clock(self.typed["at"])
        if told is None:
            self.wrong["at"] = "Write a day and a time, as 2026-12-31 18:00."
            return None
        at = told.replace(tzinfo=zone).astimezone(UTC)
        if at <= now:
            self.wrong["at"] = "That time is over. Choose a later one, or publish it now."
            return None
        return at

    def _closes(self, before: datetime | None) -> datetime | None:
        if not (text := self.typed["closes"]):
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = _LATEST + _DAY
        if day > _LATEST:
            self.wrong["closes"] = "Write a date, as 2026-12-31, or nothing."
            return None
        return before if before is not None and last_day(before) == day else closing(day)


def _clock(text: str) -> datetime | None:
    """Read what a clock shows, of whatever zone."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo is None and date(2, 1, 1) < told.date() < _LATEST else None


def _past(published: datetime | None, now: datetime) -> datetime | None:
    """Give when something was published; None of a time that is still to come, for it will be otherwise."""
    return None if published is None or published > now else published
