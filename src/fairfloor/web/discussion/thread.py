"""A thread as markup: comments under comments, each with who, when, whom it answers, and why it is where it is.

Made by hand from strings, and not from a template: a thousand comments take a template's macros a tenth of a second,
and this a hundredth. So here, and here alone in these pages, every piece that is not ours is escaped by name:
`escape`, for words of people in text and attributes; `said`, for the words of comments.

Levels are lists within lists, as a screen reader counts them, down to `session.discussion_thread.DEEPEST`.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC

from markupsafe import Markup, escape

from fairfloor.chat.site.comment import Comment
from fairfloor.floor.reasons import Copy
from fairfloor.session.discussion_thread import Fold, Line, laid_out
from fairfloor.web.address import safe
from fairfloor.web.discussion.discussion import Discussion
from fairfloor.web.discussion.words import TAKEN_BACK, aside, by, held, public_name, who, why
from fairfloor.web.words import NETWORKS

INLINE = 10
"""Comments that are not shown in a place up to which they are on the page, closed."""
IN_ALL = 400
"""Such comments that a page has, closed, in all; what is folded beyond is a link away: a flood is no page's weight."""
TOLD = 4
"""Level from which a reply says whom it answers: from there a phone has no room to show it."""


class Thread:
    """Makes threads of one discussion. replies: whether one can reply; staff: whether to lead to what they may do."""

    def __init__(self, discussion: Discussion, *, replies: bool, staff: bool) -> None:
        self._of = discussion
        self._replies = replies
        self._staff = staff
        self._closed = 0
        """Comments on the page that are closed."""

    def whole(self) -> str:
        """Give all of it; remembered, since it is what most readers read."""
        key = (self._replies, self._staff)
        kept = self._of.rendered.get(key)
        if kept is None:
            rows = laid_out(self._of.tree, self._of.seen)
            kept = self._of.rendered[key] = "".join(self._rows(rows, self._of.seen, self._remembered))
        return kept

    def under(self, comment: int) -> str:
        """Give what is under a comment, without the comment itself."""
        here = self._of.seen | {comment}
        return "".join(self._rows(_lifted(laid_out(self._of.tree, here, comment)[1:]), here, self.line))

    def _rows(
        self, rows: Sequence[Line | Fold], here: AbstractSet[int], line: Callable[[Line, AbstractSet[int]], str]
    ) -> Iterator[str]:
        """Give the pieces of lists within lists. line: makes one of them."""
        level = -1
        for row in rows:
            if row.level > level:
                yield '<ol class="thread">' if level < 0 else "<ol>"
            else:
                yield "</li>" + "</ol></li>" * (level - row.level)
            level = row.level
            yield line(row, here) if isinstance(row, Line) else self._fold(row)
        if rows:
            yield "</li></ol>" * (level + 1)

    def _remembered(self, row: Line, here: AbstractSet[int]) -> str:
        """Give a line as it was made before, where it was made of the same."""
        number, decisions = row.comment, self._of.arrangement.decisions
        if number in self._of.arrangement.also or number not in decisions.floor:
            return self.line(row, here)  # it tells of others, or of numbers that change with each comment
        one, to = self._of.comments[number], self._to(row)[0]
        whom = None if to is None else self._of.comments.get(to)
        made_of = (one, row, whom, to in here, decisions.host(number))
        return self._of.made.line((number, self._replies, self._staff), made_of) or self._of.made.keep_line(
            (number, self._replies, self._staff), made_of, self.line(row, here)
        )

    def _to(self, row: Line) -> tuple[int | None, bool]:
        """Give whom a line answers, where it says so; and whether it does for want of room alone."""
        narrow = row.to is None and row.level >= TOLD
        return self._of.comments[row.comment].parent if narrow else row.to, narrow

    def line(self, row: Line, here: AbstractSet[int]) -> str:
        """Give a comment in its place; the list item that it is in stays open for what is under it."""
        one, (to, narrow) = self._of.comments[row.comment], self._to(row)
        classes = f"comment l{row.level}{' host' if self.host(one) else ''}"
        whole = f"{self.by(one, to, here, narrow=narrow)}{self.body(one)}"
        return f'<li id="comment-{one.id}" class="{classes}"><article aria-labelledby="by-{one.id}">{whole}</article>'

    def host(self, one: Comment) -> bool:
        """Tell whether a comment is by one of the host's people."""
        return self._of.arrangement.decisions.host(one.id)

    def by(self, one: Comment, to: int | None, here: AbstractSet[int] | None = None, *, narrow: bool = False) -> str:
        """Give the line that says who said it, whom it answers (`narrow`: where the page is), and when.

        here: the comments that the page has in their places; None where it is no thread.
        """
        parts = [f'<p class="by" id="by-{one.id}">{self._author(one)}']
        if to is not None and (whom := self._of.comments.get(to)) is not None:
            where = f"#comment-{to}" if here and to in here else f"/comments/{to}"
            aside_ = "" if here is None or to in here else " (not shown here)"
            link = f'<a href="{where}"><bdi>{escape(public_name(whom))}</bdi></a>'
            parts.append(f' <span class="to{" narrow" if narrow else ""}">in reply to {link}{aside_}</span>')
        parts.append(f' <a class="when" href="/comments/{one.id}">{_time(one)}</a>')
        if one.edited is not None and one.state == "shown":
            parts.append(' <span class="note">edited</span>')
        parts.append("</p>")
        return "".join(parts)

    def _author(self, one: Comment) -> str:
        if one.state == "withdrawn":
            return '<span class="author none">Taken back</span>'
        if one.state == "held":
            return '<span class="author none">A comment that waits</span>'
        if one.state == "removed" and not self._staff:  # a name is words too, and the feeds have none
            return '<span class="author none">Removed</span>'
        name = escape(who(one))
        marked = f'<bdi class="author{"" if one.author.name else " none"}">{name}</bdi>'
        if one.author.link and safe(one.author.link):
            marked = f'<a href="{escape(one.author.link)}" rel="nofollow ugc noopener">{marked}</a>'
        if self.host(one):
            marked += ' <span class="mark">host</span>'
        if one.author.kind == "account" and one.author.network:
            network = NETWORKS.get(one.author.network, one.author.network)
            marked += f' <span class="network">{escape(network)}</span>'
        return marked

    def body(self, one: Comment) -> str:
        """Give what a comment says, or what there is instead, and what can be done."""
        if one.state == "withdrawn":
            return f'<p class="gone">{TAKEN_BACK}</p>'
        if one.state == "held":
            return f'<p class="gone">{escape(held(one))}</p>{self._acts(one)}'
        if one.state == "removed":
            leads = f'<a href="/comments/{one.id}">What was done, and why</a>'
            return f'<p class="gone">{escape(self.why(one))} {leads}</p>{self._acts(one)}'
        words = f'<div class="words marked" dir="auto">{self._of.made.words(one)}</div>'
        if one.id not in self._of.arrangement.decisions.floor:
            copy = isinstance(self._of.arrangement.decisions.reason(one.id), Copy)
            begin = f'<details class="aside"><summary>{"A copy" if copy else "Folded"}</summary>'
            words = f'{begin}<p class="reason">{escape(self.why(one))}</p>{words}</details>'
        return f"{words}{self._also(one)}{self._acts(one)}"

    def why(self, one: Comment) -> str:
        """Say why a comment is where it is."""
        return why(one, self._of.arrangement.decisions.reason(one.id))

    def _also(self, one: Comment) -> str:
        again = self._of.arrangement.also.get(one.id)
        if not again:
            return ""
        named, more = by(self._of.comments[each] for each in again)
        listed = [f"<bdi>{escape(name)}</bdi>" for name in named]
        all_ = " and ".join(filter(None, [", ".join(listed), escape(more)]))
        often = "once more" if len(again) == 1 else f"{len(again):,} times more"
        return (
            f'<details class="also"><summary>Said {often}</summary>'
            f'<p>By {all_}. <a href="/comments/{one.id}/copies">All of them</a></p></details>'
        )

    def _acts(self, one: Comment, *, alone: bool = False) -> str:
        name = escape(public_name(one))
        acts = []
        if self._replies and one.state == "shown":
            acts.append(f'<a class="reply" href="/comments/{one.id}/reply" aria-label="Reply to {name}">Reply</a>')
        if self._staff and one.state in {"shown", "held"}:
            acts.append(f'<a href="/comments/{one.id}/remove" aria-label="Remove what {name} said">Remove</a>')
        if self._staff and one.state in {"removed", "held"} and not alone:
            acts.append(f'<a href="/comments/{one.id}">Look at it</a>')
        return f'<p class="acts">{" ".join(acts)}</p>' if acts else ""

    def _fold(self, fold: Fold) -> str:
        reasons = self._of.arrangement.decisions.kinds(fold.comments)
        told = escape(aside(reasons, "comment", "comments") if fold.under is None else aside(reasons))
        begin = f'<li class="folded l{fold.level}">'
        if len(fold.comments) > INLINE or self._closed + len(fold.comments) > IN_ALL:
            where = f"/discussion/{self._of.article}/folded" if fold.under is None else f"/comments/{fold.under}/folded"
            return f'{begin}<p><a href="{where}">{told}</a></p>'
        self._closed += len(fold.comments)
        listed = "".join(self.aside(self._of.comments[one]) for one in fold.comments)
        return f"{begin}<details><summary>{told}</summary><ol>{listed}</ol></details>"

    def aside(self, one: Comment) -> str:
        """Give a comment that is not shown in its place, as a list of such has it."""
        reason = "" if one.state == "held" else f'<p class="reason">{escape(self.why(one))}</p>'
        words = f'<p class="gone">{escape(held(one))}</p>' if one.state == "held" else ""
        if one.state == "shown":
            words = f'<div class="words marked" dir="auto">{self._of.made.words(one)}</div>'
        return f'<li class="comment aside">{self.by(one, one.parent)}{reason}{words}{self._acts(one)}</li>'

    def alone(self, one: Comment) -> str:
        """Give a comment as its own page has it."""
        words = f'<div class="words marked" dir="auto">{self._of.made.words(one)}</div>' if one.state == "shown" else ""
        reason = f'<p class="reason">{escape(self.why(one))}</p>'
        host = " host" if self.host(one) else ""
        body = f"{self.by(one, one.parent)}{words}{reason}{self._also(one)}{self._acts(one)}"
        return (
            f'<article id="comment-{one.id}" class="comment alone{host}" aria-labelledby="by-{one.id}">{body}</article>'
        )


def linked_here(notes: Sequence[Comment]) -> Markup:
    """Give the notes that other pages linked here, as items of a list."""
    items = []
    for one in notes:
        name, link = escape(one.author.name or one.author.link or "A page elsewhere"), one.author.link
        marked = f'<a href="{escape(link)}" rel="nofollow ugc noopener"><bdi>{name}</bdi></a>' if safe(link) else name
        items.append(f'<li>{marked} <span class="when">{_time(one)}</span></li>')
    return Markup("".join(items))  # noqa: S704 - every piece is escaped above


def _lifted(rows: Sequence[Line | Fold]) -> list[Line | Fold]:
    """Give rows that are under a comment of its own page one level higher."""
    return [row._replace(level=row.level - 1) for row in rows]


def _time(one: Comment) -> str:
    at = one.at.astimezone(UTC).isoformat()  # as `strftime` would give it, in a fifth of the time
    return f'<time datetime="{at[:19]}Z" data-day>{at[:10]} {at[11:16]} UTC</time>'
