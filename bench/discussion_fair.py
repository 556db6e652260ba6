"""Measures discussions: what a flood of 1,000 comments gets of one with 30 genuine ones, and how long a page takes.

    .venv/bin/python bench/discussion_fair.py [COMMENTS ...]

The genuine thread is like the one that Fairfloor began from: the host, some who are known, some who are answered, some
nobody knows, replies six deep. A flood comes over it, from the fifth comment on.

Of a page, the discussion's part is measured, from the library's file to the markup, with `PLACED` places: by a server
that begins anew, when nothing is kept of what it once made and when that is; when one more comment came, and when
nothing changed. Times are the processor's, the best of several.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - from a seed
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.chat.site.house import PLACES
from fairfloor.session.discussion import Seeds, arrange, spoken
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.testing.crowd.edits import edited
from fairfloor.testing.crowd.grammar import grammar
from fairfloor.web.discussion.discussion import Discussion, keep, read
from fairfloor.web.discussion.thread import Thread

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
GENUINE, FLOOD = 30, 1_000
SIZES = (100, 300, 1_000, 3_000)
PLACED = 2_000
"""Places of the pages that are measured: the most there can be."""
TIMES = 3
FIRST = 5
"""Genuine comments before the flood."""
SEEDS = Seeds(frozenset(), frozenset({"did:regular0", "did:regular1", "did:regular2"}))
_words = grammar("policing")


def dice_of(seed: int) -> Random:
    """Give dice that fall the same each time."""
    return Random(seed)  # noqa: S311 - only words are drawn


def genuine(dice: Random) -> list[Comment]:
    """Make a thread: a third of it by people whom nobody with standing answers."""
    made = []
    for number in range(1, GENUINE + 1):
        who = dice.random()
        if number % 5 == 0:
            author = Author(kind="host", name="Hal", key="Hal")
        elif who < 0.3:
            author = Author(kind="account", name="known", key=f"did:regular{dice.randrange(3)}")
        else:
            author = Author(kind="named", name=f"Guest {number}", key=f"guest:{dice.randrange(12)}")
        parent = dice.randrange(1, number) if number > 3 and dice.random() < 0.7 else None
        made.append(comment(number, author, said(dice), parent))
    return made


def comment(number: int, author: Author, text: str, parent: int | None = None) -> Comment:
    """Make a comment."""
    at = START + timedelta(minutes=number)
    return Comment(id=number, article=1, parent=parent, at=at, author=author, text=text)


def said(dice: Random) -> str:
    """Say something of three sentences, with some words of one's own."""
    own = " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(12))
    return " ".join(_words.say("opinion", dice, "good") for _ in range(3)) + " " + own


def floods(dice: Random) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give floods: what each is, and (account, text) of its comments."""
    template = said(dice)
    yield "copies, 300 guests", [(f"guest:f{n % 300}", template) for n in range(FLOOD)]
    yield "edited copies, 300 guests", [(f"guest:f{n % 300}", edited(template, dice, _words)) for n in range(FLOOD)]
    yield "unique words, one account", [("did:one", said(dice)) for _ in range(FLOOD)]
    yield "unique words, 300 guests", [(f"guest:f{n % 300}", said(dice)) for n in range(FLOOD)]
    yield "unique words, 1,000 guests", [(f"guest:f{n}", said(dice)) for n in range(FLOOD)]


def pages(many: int) -> None:
    """Measure a discussion of so many comments, as it is read."""
    dice = dice_of(5)
    with TemporaryDirectory() as folder, library_opened(Path(folder) / "site") as library:
        library.keep(Article(path="/posts/one", state="published", published=START, updated=START, by="Hal"))
        library.comments.bring(talk(number, dice) for number in range(1, many + 1))
        new = read_once(library, None)
        begin = process_time()
        keep(library, new.discussion, START)
        kept = process_time() - begin
        firsts = [read_once(library, None) for _ in range(TIMES)]
        later = [firsts[-1]]
        for more in range(1, TIMES + 3):
            library.comments.say(talk(many + more, dice))
            later.append(read_once(library, later[-1].discussion))
        begin = process_time()
        library.comments.version()
        markup = Thread(later[-1].discussion, replies=True, staff=False).whole()
        same = process_time() - begin
        print(
            f"{many:>8,}{told([new]):>18}{1000 * kept:>8.0f}{told(firsts):>18}{told(later[1:]):>18}{1000 * same:>10.1f}"
            f"{len(markup) / 1000:>10,.0f} kB"
        )


class Once(NamedTuple):
    """A discussion as it was read once, with the processor's seconds to read and arrange it, and to make the markup."""

    discussion: Discussion
    read: float
    made: float


def told(some: Sequence[Once]) -> str:
    """Say what the best of some took, in milliseconds."""
    best = min(some, key=lambda one: one.read + one.made)
    return f"{1000 * (best.read + best.made):.0f} ({1000 * best.read:.0f} + {1000 * best.made:.0f})"


def read_once(library: SqlLibrary, before: Discussion | None) -> Once:
    """Read a discussion, and make its markup."""
    begin = process_time()
    discussion = read(library, 1, PLACED, SEEDS, before)
    middle = process_time()
    Thread(discussion, replies=True, staff=False).whole()
    return Once(discussion, middle - begin, process_time() - middle)


def talk(number: int, dice: Random) -> Comment:
    """Make one of many comments, most of them replies to a recent one."""
    parent = dice.randrange(max(1, number - 20), number) if number > 3 and dice.random() < 0.8 else None
    author = Author(kind="named", name=f"Guest {number}", key=f"guest:{number % 300}")
    return comment(number, author, said(dice), parent)


def main(sizes: Sequence[int]) -> None:
    """Measure and print. sizes: how many comments there are, of the pages."""
    floods_over()
    print()
    print(f"{'comments':>8}{'nothing kept':>18}{'keep':>8}{'kept':>18}{'one more':>18}{'the same':>10}   in ms")
    for many in sizes:
        pages(many)


def floods_over() -> None:
    """Measure what floods get."""
    print(f"{'flood':<28}{'genuine':>9}{'unknown':>9}{'flood':>7}{'its part':>10}{'hear':>8}{'arrange':>9}")
    for what, flood in floods(dice_of(2)):
        thread = genuine(dice_of(6))
        unknown = {one.id for one in thread if one.author.kind == "named"}
        later = [
            comment(GENUINE + number, Author(kind="anonymous", key=key), text)
            for number, (key, text) in enumerate(flood, 1)
        ]
        every = sorted([*thread, *later], key=lambda one: (one.id > FIRST) * ((one.id * 7919) % 1031))
        begin = process_time()
        heard = [spoken(one) for one in every]
        middle = process_time()
        found = arrange(heard, SEEDS, PLACES)
        end = process_time()
        shown = {one for one, line in found.decisions.items() if line.placement == "floor"}
        mine, theirs = sum(one <= GENUINE for one in shown), sum(one > GENUINE for one in shown)
        print(
            f"{what:<28}{mine / GENUINE:>9.0%}{len(shown & unknown) / len(unknown):>9.0%}{theirs:>7}"
            f"{theirs / (mine + theirs):>10.0%}{1000 * (middle - begin):>6.0f}ms{1000 * (end - middle):>7.0f}ms"
        )


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
