"""Threads: which comment stands under which, as a page shows it.

What is not shown in its place, since it is merged or folded, is gathered in one line at the end of what is under the
nearest comment above it that is shown; what answers it moves up there too, and says whom it answers. So nobody's
reply is folded with what it replies to, and a page has at most one such line for each comment shown.

People reply as deep as they go, and a page has an end. From `DEEPEST` on replies stand one after another at one level,
depth first, so that each still comes after what it answers, and says in words what that is. (Nesting without end is no
way either: a browser's parser stops nesting at 512, wherever it then happens to be.)

Invariant: each comment comes exactly once, on a line of its own or in a fold, whatever its parent is said to be.
Invariant: a line comes after the line of every comment above it.
"""

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

DEEPEST = 8
"""Levels of a page, from 0."""


class Line(NamedTuple):
    """A comment that is shown in its place."""

    comment: int
    level: int
    """From 0 to `DEEPEST`."""
    depth: int
    """How many comments are above it, shown or not."""
    to: int | None
    """What it replies to, where that is not the line that it stands under."""


class Fold(NamedTuple):
    """Comments that are not shown in their places."""

    under: int | None
    """The nearest comment above that is shown; None at the top."""
    level: int
    comments: tuple[int, ...]
    """In the order of time."""


def above(parents: Mapping[int, int | None]) -> dict[int, int | None]:
    """Give for each comment which one it stands under, for good: without parents that are not there, and circles.

    parents: what each is said to reply to, in the order of time. A circle is opened at its first comment.
    """
    found: dict[int, int | None] = {}
    for first, parent in parents.items():
        if first not in found and parent in found:  # as nearly always: what is answered was said before
            found[first] = parent
            continue
        path: dict[int, None] = {}
        one: int | None = first
        while one is not None and one not in found and one not in path:
            path[one] = None
            of = parents[one]
            one = of if of in parents else None
        circle = one if one in path else None
        for each in path:
            of = parents[each]
            found[each] = of if of in parents else None
        if circle is not None:
            found[_first_of(circle, parents)] = None
    return found


def _first_of(circle: int, parents: Mapping[int, int | None]) -> int:
    """Give the comment of a circle that was first."""
    members = {circle}
    one = parents[circle]
    while one is not None and one != circle:
        members.add(one)
        one = parents[one]
    return next(each for each in parents if each in members)


def depths(tree: Mapping[int, int | None]) -> dict[int, int]:
    """Give how many comments are above each; tree: as `above` gives it."""
    found: dict[int, int] = {}
    for first, parent in tree.items():
        if parent in found:
            found[first] = found[parent] + 1
            continue
        path = []
        one: int | None = first
        while one is not None and one not in found:
            path.append(one)
            one = tree[one]
        depth = -1 if one is None else found[one]
        for each in reversed(path):
            depth += 1
            found[each] = depth
    return found


def laid_out(tree: Mapping[int, int | None], shown: Container[int], root: int | None = None) -> list[Line | Fold]:
    """Give what a page shows, in its order: all of a discussion, or one comment (shown or not) and what is under it.

    tree: as `above` gives it, in the order of time.
    """
    below: dict[int | None, list[int]] = {}
    aside: dict[int | None, list[int]] = {}
    holds = _holders(tree, shown, root)
    for one, holder in holds.items():
        (below if one in shown else aside).setdefault(holder, []).append(one)
    deep = depths(tree)
    rows: list[Line | Fold] = []
    if root is not None:
        rows.append(Line(root, 0, deep[root], None))
    waiting: list[Line | Fold] = _under(root, 0 if root is None else 1, below, aside, tree, deep)[::-1]
    while waiting:
        row = waiting.pop()
        rows.append(row)
        if isinstance(row, Line):
            waiting += _under(row.comment, row.level + 1, below, aside, tree, deep)[::-1]
    return rows


def under(tree: Mapping[int, int | None], root: int) -> list[int]:
    """Give all comments under one, at any depth, in the order of time; tree: as `above` gives it."""
    return [one for one in _within(tree, root) if one != root]


def _within(tree: Mapping[int, int | None], root: int) -> Iterable[int]:
    """Give a comment and all that is under it, in the order of time."""
    below: dict[int | None, list[int]] = {}
    for one, parent in tree.items():
        below.setdefault(parent, []).append(one)
    found, todo = {root}, [root]
    while todo:
        more = below.get(todo.pop(), [])
        found.update(more)
        todo += more
    return (one for one in tree if one in found)


def _holders(tree: Mapping[int, int | None], shown: Container[int], root: int | None) -> dict[int, int | None]:
    """Give the nearest comment above each that is shown; those under `root` alone, where it is given."""
    near: dict[int, int | None] = {}
    wanted = tree if root is None else {one: tree[one] for one in _within(tree, root)}
    for first, parent in wanted.items():
        if parent is None or parent in shown or parent in near:
            near[first] = near[parent] if parent in near and parent not in shown and parent != root else parent
            continue
        path: list[int] = []
        one: int | None = first
        while one is not None and one not in near and one != root:
            path.append(one)
            one = tree[one]
        for each in reversed(path):
            of = tree[each]
            near[each] = of if of is None or of == root or of in shown else near[of]
    return {one: near[one] for one in wanted if one != root}


def _under(
    holder: int | None,
    level: int,
    below: Mapping[int | None, list[int]],
    aside: Mapping[int | None, list[int]],
    tree: Mapping[int, int | None],
    deep: Mapping[int, int],
) -> list[Line | Fold]:
    at = min(level, DEEPEST)
    rows: list[Line | Fold] = [
        Line(one, at, deep[one], tree[one] if level > DEEPEST or tree[one] != holder else None)
        for one in below.get(holder, ())
    ]
    if holder in aside:
        rows.append(Fold(holder, at, tuple(aside[holder])))
    return rows
