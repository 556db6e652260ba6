"""From a form of the console to the move that it makes."""

from collections.abc import Callable

from fairfloor.chat.moves import (
    Answer,
    Ask,
    Begin,
    Decline,
    Doing,
    End,
    Fold,
    Hold,
    Merge,
    Pause,
    Pin,
    Release,
    Review,
    SetPace,
    SetShare,
    Split,
    Undo,
    Unpin,
    Vouch,
)
from fairfloor.web.address import name_of, safe
from fairfloor.web.console.kinds import Kind
from fairfloor.web.console.subject import Subject, until
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Filled, Refused

_LEAST_PACE, _MOST_PACE = 0.1, 1_000.0


def doing(hosting: Hosting, kind: Kind, about: Subject, form: Filled) -> Doing:
    """Give the move that a form makes. Raises Refused where something in it is missing or makes no sense."""
    if kind.why == "must" and not form.text("reason"):
        raise Refused(422, "Say why", "The reason stands in the public log, and whoever is affected can read it.")
    if kind.name == "pause":
        return Pause(account=about.name, until=until(hosting, form.text("until")))
    if kind.name == "review":
        return _review(about, form)
    return _MAKE[kind.name](about.name, form)


def _review(about: Subject, form: Filled) -> Doing:
    text = form.text("text")
    if not text or form.text("granted") not in {"yes", "no"}:
        raise Refused(422, "Say what you think of it", "Choose, and say why: whoever asked reads it, and so can all.")
    return Review(appeal=about.name, act=about.value, granted=form.text("granted") == "yes", text=text)


def _answer(question: str, form: Filled) -> Doing:
    link = form.text("link")
    if link and not safe(link):
        raise Refused(422, "That is no link", "Give the whole address of a page: https://\u2026")
    return Answer(question=question, text=form.text("text"), link=link or None)


def _chosen(form: Filled, name: str) -> str:
    found = name_of(form.text(name))
    if not found:
        raise Refused(422, "Choose one", "Go back, and choose from the list.")
    return found


def _pin(_: str, form: Filled) -> Doing:
    text = form.text("text", 500)
    if not text:
        raise Refused(422, "Nothing to pin", "Write the notice first.")
    return Pin(text=text)


def _number(form: Filled, name: str, least: float, most: float) -> float:
    try:
        value = float(form.text(name, 20).replace(",", "."))
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise Refused(422, "That is no such number", f"Give a number from {least:g} to {most:g}.")
    return value


_MAKE: dict[str, Callable[[str, Filled], Doing]] = {
    "fold": lambda name, _: Fold(act=name),
    "hold": lambda name, _: Hold(act=name),
    "release": lambda name, _: Release(act=name),
    "vouch": lambda name, _: Vouch(account=name),
    "answer": _answer,
    "decline": lambda name, _: Decline(of=name),
    "merge": lambda name, form: Merge(of=name, into=_chosen(form, "into")),
    "split": lambda _, form: Split(act=_chosen(form, "act")),
    "ask": lambda name, _: Ask(number=int(name)),
    "pin": _pin,
    "unpin": lambda _, __: Unpin(),
    "begin": lambda _, form: Begin(title=form.text("title", 200)),
    "end": lambda _, __: End(),
    "pace": lambda _, form: SetPace(pace=_number(form, "pace", _LEAST_PACE, _MOST_PACE)),
    "share": lambda _, form: SetShare(newcomers=_number(form, "share", 1, 99) / 100),
    "undo": lambda name, _: Undo(move=name),
}
