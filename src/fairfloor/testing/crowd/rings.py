"""Tactics that work through who passes on whom: the repost ring, the ring in camouflage, and framing the innocent."""

from collections.abc import Iterator, Sequence

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd.dice import chance, delay, some
from fairfloor.testing.crowd.edits import edited
from fairfloor.testing.crowd.hijack import Plot, copy, speak_like_the_room
from fairfloor.testing.crowd.pen import Draft, Line
from fairfloor.testing.crowd.people import Account

_FROM_LIST = 0.45
"""Of its squad's list, what an account passes on."""
_STRAY = 0.15
"""Of an account's reposts of the ring, those of other squads' posts."""
_WHOLE = 0.14
"""Of the posts that a ring without squads pushes, what an account passes on."""
_AMONG_US = 0.1
"""Of the ring's posts, replies to one another."""
_VICTIMS = 8


def ring(plot: Plot) -> Iterator[Draft[Act]]:
    """Say a few things each, reply to one another, like and pass on one another."""
    said: list[Draft[Post]] = []
    for at in plot.times(plot.posts):
        if said and chance(plot.dice, _AMONG_US):
            author = plot.member()
            line = plot.pen.compose(author, plot.dice.choice(("agree", "ask_back", "explain")))
            draft = plot.pen.post(at, author, line, plot.dice.choice(said[-40:]).act)
        else:
            draft = speak_like_the_room(plot, plot.member(), at)
        said.append(draft)
        yield draft
    for squad in _squads(plot):
        yield from _push(plot, squad, said)


def camouflage(plot: Plot) -> Iterator[Draft[Act]]:
    """Do as a ring does, and all evening long also what anybody does."""
    yield from ring(plot)
    popular = _popular(plot)
    for account in plot.crew:
        for post, since in _liked_by(plot, account, popular):
            at = since + delay(plot.dice, 150, 1.0)
            if at < plot.end:
                yield plot.pen.repost(at, account, post)
                if chance(plot.dice, 0.5):
                    yield plot.pen.like(at + 4, account, post)
        if chance(plot.dice, 0.5):
            yield speak_like_the_room(plot, account, plot.dice.uniform(120, plot.start))


def framing(plot: Plot) -> Iterator[Draft[Act]]:
    """Paste and pass on what a few innocent people say, at once; sign what others will sign; paste as usual."""
    yield from copy(plot)
    victims = _victims(plot)
    stamp: list[Account] = []
    for draft, at in zip(plot.room.posts, plot.room.at, strict=True):
        if not plot.start <= at < plot.end:
            continue
        chosen = draft.author.id in victims or draft.stem in {"petition", "headline"}
        if chosen or chance(plot.dice, 0.1):
            stamp = stamp or plot.crew[: max(10, len(plot.crew) // 10)]
            yield from _frame(plot, draft, at, stamp if chosen else plot.crew)


def _frame(plot: Plot, draft: Draft[Post], at: float, crew: Sequence[Account]) -> Iterator[Draft[Act]]:
    """Say again and pass on one genuine post within a minute, from a dozen accounts, most of it to the letter."""
    text = draft.act.text.removesuffix(f" #{plot.world.tag}")
    for account in some(plot.dice, crew, 12):
        again = edited(text, plot.dice, plot.words) if chance(plot.dice, 0.3) else text
        line = Line(again, draft.question, stem=draft.stem or draft.act.id, pasted=True)
        if chance(plot.dice, 0.6):
            yield plot.pen.post(at + 2 + delay(plot.dice, 12, 0.7), account, line)
        yield plot.pen.repost(at + 1 + delay(plot.dice, 8, 0.7), account, draft.act)


def _victims(plot: Plot) -> frozenset[str]:
    """Pick whom to frame: people who say much and have not much standing, and some who have."""
    said: dict[str, int] = {}
    for draft in plot.room.posts:
        said[draft.author.id] = said.get(draft.author.id, 0) + 1
    busy = sorted(said, key=lambda account: (-said[account], account))[1 : 4 * _VICTIMS]
    return frozenset(some(plot.dice, busy, _VICTIMS))


def _squads(plot: Plot) -> list[list[Account]]:
    size = plot.world.squad or len(plot.crew)
    return [plot.crew[first : first + size] for first in range(0, len(plot.crew), size)]


def _push(plot: Plot, squad: list[Account], said: list[Draft[Post]]) -> Iterator[Draft[Act]]:
    """Pass on the squad's list, and a little of what other squads push."""
    share = _FROM_LIST if plot.world.squad else _WHOLE
    listed = some(plot.dice, said, round(plot.world.passes * (1 - _STRAY) / share))
    for draft in listed:
        yield from _pass_on(plot, [account for account in squad if chance(plot.dice, share)], draft)
    for account in squad:
        for draft in some(plot.dice, said, round(plot.world.passes * _STRAY)):
            yield from _pass_on(plot, [account], draft)


def _pass_on(plot: Plot, accounts: list[Account], draft: Draft[Post]) -> Iterator[Draft[Act]]:
    since = (draft.act.at - plot.world.start).total_seconds()
    for account in accounts:
        at = since + 1 + delay(plot.dice, 60, 0.8)
        if account is not draft.author and at < plot.end:
            yield plot.pen.repost(at, account, draft.act)
            if chance(plot.dice, 0.3):
                yield plot.pen.like(at + 2, account, draft.act)


def _popular(plot: Plot) -> tuple[list[tuple[Post, float]], list[float]]:
    """Give the genuine posts with their times, and how much the room likes each (the first, most, as rooms do)."""
    posts = [(draft.act, at) for draft, at in zip(plot.room.posts, plot.room.at, strict=True) if at < plot.end]
    return posts, [plot.dice.paretovariate(1.1) for _ in posts]


def _liked_by(
    plot: Plot, account: Account, popular: tuple[list[tuple[Post, float]], list[float]]
) -> list[tuple[Post, float]]:
    """Pick what one account passes on to hide, the popular more often, nothing twice (Efraimidis and Spirakis)."""
    posts, liking = popular
    keys = [plot.dice.random() ** (1 / weight) for weight in liking]
    order = sorted(range(len(posts)), key=keys.__getitem__, reverse=True)[: plot.world.camouflage]
    return [posts[place] for place in order if posts[place][0].account != account.id]
