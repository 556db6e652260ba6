"""Reads the run sheet of an evening from a file: when which question is asked."""

from datetime import datetime

from fairfloor.publish.mastodon.plan import Question

_EXAMPLE = "2026-03-05T02:05:00Z What should officers hear tonight?"
LONGEST = 400
"""Characters of a question: what a post has room for, with its number and the tag."""


def questions(text: str, tag: str) -> tuple[Question, ...]:
    """Give the questions of a run sheet: a line is a time with its zone and the question; # begins a comment line.

    Each is posted as "Q1. ... #tag". Raises ValueError, naming the line, where it is none.
    """
    found: list[Question] = []
    for place, line in enumerate(text.splitlines(), 1):
        if (bare := line.strip()) and not bare.startswith("#"):
            at, asked = _read(place, bare)
            found.append(Question(len(found) + 1, f"Q{len(found) + 1}. {asked} #{tag}", at))
    return tuple(found)


def _read(place: int, line: str) -> tuple[datetime, str]:
    when, _, asked = line.partition(" ")
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        at = None
    asked = " ".join(asked.split())
    if at is None or at.tzinfo is None or not 0 < len(asked) <= LONGEST:
        raise ValueError(f"Line {place} of the run sheet is not a time with its zone and a question, as in: {_EXAMPLE}")
    return at, asked
