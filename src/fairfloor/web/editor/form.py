"""The editor's form: an article as it is typed, and what was typed read into an article."""

from datetime import date, datetime, timedelta

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
}
STATES: dict[str, State] = {"draft": "draft", "published": "published", "private": "private"}
Names = dict[tuple[str, str], str]
"""What terms are called, by their kind and slug."""
_DAY = timedelta(days=1)
_LATEST = date(9998, 12, 30)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed, where nothing is wrong with it: the article, its address to be given yet, and its terms."""

    article: Article
    terms: tuple[Term, ...]


def typed(article: Article, names: Names) -> dict[str, str]:
    """Write an article into the form's fields."""
    return {
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

    def __init__(self, form: Filled, before: Article, names: Names, now: datetime) -> None:
        self.typed = {name: form.text(name, MOST.get(name, _CHOICE)) for name in typed(before, {})}
        self.wrong: dict[str, str] = {}
        self._names = names
        categories, tags = self._terms("categories", before.categories), self._terms("tags", before.tags)
        made = msgspec.structs.replace(
            before,
            title=" ".join(self.typed["title"].split()),
            text=self.typed["text"],
            summary=self.typed["summary"],
            state=STATES.get(self.typed["state"], before.state),
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
