"""One discussion as it stands: read from the library, arranged, and read again as it changes.

What changed since is asked for, and not all of it: a comment more costs the same in a discussion of ten as of ten
thousand, as far as it can. What each comment was heard as, and what was made of its words, is used again for as long as
it is the same comment.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from fairfloor.chat.site.comment import Comment
from fairfloor.session.discussion import Arrangement, Arranger, Seeds, Spoken, hosts_of
from fairfloor.session.discussion_thread import above
from fairfloor.session.library import Comments, Library
from fairfloor.web.discussion import kept
from fairfloor.web.discussion.made import Made

FEW = 32
"""Comments that came, or deeds that were done, up to which they are asked for one by one."""


class Discussion(NamedTuple):
    """One discussion as it stands."""

    article: int
    version: tuple[int, int]
    """The library's, of this article, when it was read."""
    comments: dict[int, Comment]
    """All of them, in the order of time; notes that another site linked here are not among them."""
    links: list[Comment]
    """Notes that another site linked here, which are shown."""
    many: int
    """Comments that may be read."""
    arrangement: Arrangement
    tree: dict[int, int | None]
    seen: frozenset[int]
    """What is shown in its place, with a word where its own words are not."""
    rendered: dict[tuple[bool, bool], str]
    """What was made of all of it, by what it is."""
    made: Made
    """What was made of single comments."""
    heard: dict[int, Spoken]
    """What each comment was heard as."""
    arranger: Arranger


def keep(library: Library, discussion: Discussion, now: datetime) -> None:
    """Keep what was made of a discussion's comments, where it is enough by now."""
    comments = discussion.comments
    heard = [(comments[number], one) for number, one in discussion.heard.items()]
    discussion.made.keep(library, discussion.article, now, heard)


def answered(comment: Comment, among: Iterable[Comment]) -> bool:
    """Tell whether somebody else has answered a comment."""
    return any(
        one.parent == comment.id and one.state == "shown" and one.author.key != comment.author.key for one in among
    )


def read(library: Library, article: int, places: int, seeds: Seeds, before: Discussion | None = None) -> Discussion:
    """Read a discussion and arrange it. before: the same one as it stood, of which is used what did not change."""
    version = library.comments.version(article)
    news = None if before is None else _news(library.comments, before, version)
    if before is not None and news is not None:
        made, links = before.made, before.links
        every, heard = before.comments | news, before.heard | {number: made.spoken(one) for number, one in news.items()}
    else:
        all_ = library.comments.under(article)
        links = [one for one in all_ if one.said != "comment" and one.state == "shown"]
        every = _same({one.id: one for one in all_ if one.said == "comment"}, before)
        made = Made(kept.read(library, article, every.values())) if before is None else before.made
        heard = _heard(every, made, before)
    arranger, arrangement = _arranged([*heard.values()], places, seeds, before)
    return Discussion(
        article=article,
        version=version,
        comments=every,
        links=links,
        many=sum(one.state == "shown" for one in every.values()),
        arrangement=arrangement,
        tree=above({one.id: one.parent for one in every.values()}),
        seen=frozenset(every) if len(every) <= places else arrangement.decisions.floor,
        rendered={},
        made=made,
        heard=heard,
        arranger=arranger,
    )


def _news(comments: Comments, before: Discussion, version: tuple[int, int]) -> dict[int, Comment] | None:
    """Give the comments that changed or came, after all others; None where they are too many, or it cannot be told."""
    (last, done), (newest, latest) = before.version, version
    if not 0 <= newest - last <= FEW:
        return None
    numbers = _dealt_with(comments, done, latest)
    if numbers is None:
        return None
    found = map(comments.comment, sorted({*numbers, *range(last + 1, newest + 1)}))
    here = [one for one in found if one is not None and one.article == before.article]
    if any(one.said != "comment" or (one.id <= last and one.id not in before.comments) for one in here):
        return None
    end = next(reversed(before.comments.values()), None)
    return {one.id: one for one in here} if _in_order(end, [one for one in here if one.id > last]) else None


def _dealt_with(comments: Comments, done: int, latest: int) -> set[int] | None:
    """Give the comments about which something was done after a deed; None where that cannot be told."""
    if latest == done:
        return set()
    deeds = comments.deeds(None, None, FEW)
    since = [deed for deed in deeds if deed.number > done]
    if len(since) == FEW or all(deed.number != latest for deed in since):
        return None  # more than these; or of an article that is not public, of whose deeds nobody is told
    return {deed.comment for deed in since}


def _in_order(end: Comment | None, new: Iterable[Comment]) -> bool:
    """Tell whether what came was said after all that was there, each after the one before."""
    at = None if end is None else (end.at, end.id)
    for one in new:
        if at is not None and (one.at, one.id) < at:
            return False
        at = one.at, one.id
    return True


def _same(comments: dict[int, Comment], before: Discussion | None) -> dict[int, Comment]:
    """Give comments, those that did not change as they were held already."""
    if before is None:
        return comments
    return {number: was if (was := before.comments.get(number)) == one else one for number, one in comments.items()}


def _heard(comments: dict[int, Comment], made: Made, before: Discussion | None) -> dict[int, Spoken]:
    if before is None:
        return {number: made.spoken(one) for number, one in comments.items()}
    was, known = before.comments, before.heard
    return {number: known[number] if was.get(number) is one else made.spoken(one) for number, one in comments.items()}


def _arranged(said: list[Spoken], places: int, seeds: Seeds, before: Discussion | None) -> tuple[Arranger, Arrangement]:
    arranger = before.arranger if before is not None else None
    if arranger is None or not arranger.goes_on(said, seeds):
        arranger = Arranger(seeds, hosts_of(said))
    return arranger, arranger.arranged(said, places)
