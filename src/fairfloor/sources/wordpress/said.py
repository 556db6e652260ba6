"""Comments of a WordPress export: what people said, and the notes that other sites linked here, which are no comments.

A number there names a comment. Numbers that come twice, parents that are not there, and circles of parents are found
here and said; what stands under nothing stands by itself.
"""

from collections.abc import Container, Iterator
from datetime import datetime
from itertools import count
from typing import NamedTuple

import msgspec

from fairfloor.chat.site.article import MAX_TEXT
from fairfloor.chat.site.comment import Author, Comment, Said, State
from fairfloor.chat.site.moved import Element, LeftOut, Reply, Rest, seal, seals_of_reply
from fairfloor.sources.reading.guests import guest, linked
from fairfloor.sources.wordpress.item import carried_by, carries
from fairfloor.sources.wordpress.paragraphs import paragraphs
from fairfloor.sources.wordpress.site import SYSTEM, Site
from fairfloor.sources.wordpress.times import UNKNOWN, gmt

_SAID: dict[str, Said] = {"": "comment", "comment": "comment", "pingback": "pingback", "trackback": "trackback"}
_STATES: dict[str, tuple[State, str]] = {
    "1": ("shown", ""),
    "approve": ("shown", ""),
    "approved": ("shown", ""),
    "0": ("held", "It waited for somebody to look at it where it came from."),
    "hold": ("held", "It waited for somebody to look at it where it came from."),
    "spam": ("held", "It was held back as advertising where it came from."),
    "trash": ("removed", "It had been removed where it came from."),
    "post-trashed": ("removed", "What it stood under had been removed where it came from."),
}
_NOBODY = {"", "anonymous", "anonym", "anonyme", "anónimo", "anonimo"}
_LONGEST = 300


def replies(
    items: tuple[Element, ...], site: Site, under: str, otherwise: datetime | None
) -> Iterator[Reply | LeftOut]:
    """Read the comments of an item. otherwise: the time of those that tell none."""
    numbers, seen = dict[str, Element](), set[str]()
    for element in items:
        number = element.said("wp:comment_id") or f"{len(numbers)}-{seal(element)}"
        if (sealed := seal(element)) in seen:
            yield LeftOut(what="comment", name=f"{under}#comment-{number}", why="It is in the file twice.")
            continue
        seen.add(sealed)
        number = another(number, numbers) if number in numbers else number
        numbers[number] = element
    above = {number: element.said("wp:comment_parent") for number, element in numbers.items()}
    for number, element in numbers.items():
        parent = above[number] if above[number] not in {"", "0"} else None
        notes: tuple[str, ...] = ()
        if parent is not None and parent not in numbers:
            parent, notes = None, ("What it replies to is not in the file; it stands by itself.",)
        elif parent is not None and _circles(number, above):
            above[number], parent, notes = "", None, ("It replies to what replies to it; it stands by itself.",)
        name = f"{under}#comment-{number}"
        answered = None if parent is None else f"{under}#comment-{parent}"
        yield _reply(element, site, _Names(under, name, answered, otherwise or UNKNOWN), notes)


def another(number: str, numbers: Container[str]) -> str:
    """Give a name to one whose number is another's."""
    return next(name for name in (f"{number}-{times}" for times in count(2)) if name not in numbers)


def _circles(number: str, above: dict[str, str]) -> bool:
    """Tell whether a comment comes to itself, going from parent to parent."""
    seen = {number}
    at = above[number]
    while at in above and at not in seen:
        seen.add(at)
        at = above[at]
    return at == number


class _Names(NamedTuple):
    """What names a comment, and what it stands under."""

    under: str
    origin: str
    above: str | None
    otherwise: datetime
    """The time of what it stands under."""


def _reply(element: Element, site: Site, names: _Names, notes: tuple[str, ...]) -> Reply:
    content = element.part("wp:comment_content")
    typed = "" if content is None else content.text or ""
    times = (gmt(element.said("wp:comment_date_gmt")), gmt(element.said("wp:comment_date")))
    at = next((time for time in times if time is not None), None)
    if at is None:
        notes = (*notes, "No time is told; it has that of what it stands under.")
    if (carried := carried_by(element, "wp:commentmeta", typed)) is not None and carried.comment is not None:
        back = carried.comment
        kept = msgspec.structs.replace(back, id=0, article=0, parent=None, origin=back.origin or names.origin)
    else:
        comment = _comment(element, site, names.origin, paragraphs(typed)[:MAX_TEXT], at or names.otherwise)
        left = typed if comment.text != typed else None
        parts = (
            msgspec.structs.replace(part, text=left) if part is content else part
            for part in element.parts
            if not carries(part)
        )
        sealed = seals_of_reply(comment, names.above)
        rest = Rest(system=SYSTEM, site=site.address, parts=tuple(parts), seals=sealed)
        kept = msgspec.structs.replace(comment, rest=msgspec.Raw(msgspec.json.encode(rest)))
    return Reply(comment=kept, under=names.under, parent=names.above, notes=notes)


def _comment(element: Element, site: Site, origin: str, text: str, at: datetime) -> Comment:
    kind = element.said("wp:comment_type")
    state, why = _STATES.get(element.said("wp:comment_approved"), ("held", _STRANGE))
    if kind not in _SAID:
        state, why = "held", f"It was a {kind[:40]!r} where it came from."
    return Comment(
        article=0,
        at=at,
        author=_author(element, site, origin),
        text=text,
        form="html",
        said=_SAID.get(kind, "comment"),
        state=state,
        why=why,
        email=element.said("wp:comment_author_email"),
        origin=origin,
    )


def _author(element: Element, site: Site, origin: str) -> Author:
    name, email = element.said("wp:comment_author"), element.said("wp:comment_author_email")
    link = element.said("wp:comment_author_url")
    shown = site.staff.get(element.said("wp:comment_user_id"))
    if shown is not None:
        return Author(kind="host", name=shown, key=shown, link=linked(link))
    if name.casefold() in _NOBODY:
        return Author(kind="anonymous", key=guest(SYSTEM, origin), link=linked(link))
    return Author(kind="named", name=name[:_LONGEST], key=guest(SYSTEM, email.casefold() or name), link=linked(link))


_STRANGE = "Whether it was to be seen where it came from is not told."
