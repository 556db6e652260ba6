"""`fairfloor chat`: sets a chat up in a minute, shows how it is set up, and changes that."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from fairfloor.chat.schedule.slots import Schedule, local
from fairfloor.chat.schedule.written import EXAMPLES, schedule, written
from fairfloor.chat.schedule.written_dates import skipped, special, written_skipped, written_special
from fairfloor.chat.schedule.zones import Unclear
from fairfloor.chat.settings import Settings
from fairfloor.cli.asking import AppView, address, file_named, hashtag, printable, sorry, store_named
from fairfloor.cli.chat_asking import Asking, Known, met, text
from fairfloor.session.decide import Rules
from fairfloor.store.location import Location
from fairfloor.web.words import amount

if TYPE_CHECKING:
    from fairfloor.wiring.chats import Chat

chat = typer.Typer(
    no_args_is_help=True,
    help="Set a chat up: its tag, when it is on, who hosts it, its house rules. Change that, or look at it.",
    rich_markup_mode="markdown",
)

_When = Annotated[str | None, typer.Option(metavar="TEXT", help=f"When it is on, as in: {EXAMPLES[0]}")]
_Minutes = Annotated[int | None, typer.Option(help="How long a session is; 60 at first.", min=5, max=720)]
_Name = Annotated[str | None, typer.Option(metavar="TEXT", help="What people call it; by its tag if not said.")]
_About = Annotated[str | None, typer.Option(metavar="TEXT", help="A sentence or two on what it is about.")]
_Rules = Annotated[Path | None, typer.Option(metavar="FILE", help="The house rules, in Markdown.")]
_By = Annotated[str, typer.Option("--as", metavar="NAME", help="Your public name, as it will stand in the log.")]
_Store = Annotated[str, typer.Argument(metavar="STORE", help="The chat's file, copchat.db; or postgresql://...")]
_Spellings = Annotated[
    list[str] | None, typer.Option("--also", metavar="TAG", help="Another spelling of the tag; may be repeated.")
]
_Host = Annotated[
    list[str] | None,
    typer.Option(metavar="ACCOUNT", help="A host's account: a handle, @name@server, or an id; may be repeated."),
]
_Regulars = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Who has standing from the start: one account a line.")
]
_Follows = Annotated[
    list[str] | None,
    typer.Option(metavar="ACCOUNT", help="Give standing to whom this account follows; may be repeated."),
]
_File = Annotated[
    str | None,
    typer.Option(metavar="FILE|ADDRESS", help="Where to keep it: a file, or postgresql://...; TAG.db if not said."),
]
_Ask = Annotated[
    bool | None, typer.Option("--ask/--no-ask", help="Ask for what is not said; as a terminal is there or not.")
]


@chat.command("new")
def new(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: Annotated[str, typer.Argument(help="The chat's hashtag; with its # it must be quoted: '#copchat'.")] = "",
    *,
    when: _When = None,
    minutes: _Minutes = None,
    name: _Name = None,
    host: _Host = None,
    about: _About = None,
    rules: _Rules = None,
    also: _Spellings = None,
    regulars: _Regulars = None,
    follows: _Follows = None,
    by: _By = "host",
    store: _File = None,
    ask: _Ask = None,
    appview: AppView = None,
) -> None:
    """Set a chat up, in a minute. It asks for what you do not say, and for nothing that cannot be changed later.

        fairfloor chat new

        fairfloor chat new '#copchat' --when 'Wednesdays 21:00 America/Toronto' --host sam.example.org

    When it is on can be written as one writes it: every 2 weeks on Tuesday 19:30 Europe/Berlin; first Monday of the
    month 20:00 Europe/London; once 2026-12-02 21:00 America/Toronto.

    Give standing to people you know: whom the host follows (--follows), or a file that `fairfloor regulars` made.
    When a crowd comes, they and whom they talk with keep their part of the floor.
    """
    address("--appview", appview, "https://api.bsky.app")
    say = Asking(sys.stdin.isatty() if ask is None else ask)
    tag = (tag or say(None, "The chat's hashtag")).lstrip("#\uff03")
    path = store_named(store) if store else file_named(hashtag(tag, "chat new"))
    if isinstance(path, Path) and path.exists():
        from fairfloor.wiring.chats import there_already  # noqa: PLC0415 - the database takes time that others can save

        sorry(there_already(path))
    name = say(name, "What people call it", tag)
    plan = say.plan(when, minutes)
    hosts = host if host is not None else say(None, "Hosts' accounts (sam.example.org @jo@server.example)").split()
    settings = Settings(
        tag=tag,
        name="" if name == tag else name,
        about=say(about, "What it is about, in a sentence"),
        rules=text(rules),
        spellings=tuple(one.lstrip("#\uff03") for one in also or ()),
        schedule=plan,
    )
    if follows is None and regulars is None and hosts and say.yes(f"Give standing to whom {hosts[0]} follows"):
        follows = [hosts[0]]
    _begin(path, settings, lambda: met(hosts, follows or [], regulars, appview), by)


def _begin(path: Location, settings: Settings, meet: Callable[[], Known], by: str) -> None:
    """Set a chat up in a new file, with the people who are met then."""
    from fairfloor.wiring import chats  # noqa: PLC0415 - the database takes time that other commands can save
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        known = meet()
        settings = msgspec.structs.replace(settings, hosts=known.hosts)
        begun = Rules(tag=settings.tag, hosts=frozenset(one.account for one in known.hosts), regulars=known.regulars)
        chats.begin(path, begun, settings, by, datetime.now(UTC))
    except Sorry as error:
        sorry(str(error))
    except OSError as error:
        sorry(f"{error.filename or path}: {error.strerror or error}. Check the path and its permissions.")
    _onward(path, settings, known, by)


@chat.command("show", no_args_is_help=True)
def show(store: _Store) -> None:
    """Say how a chat is set up, and when its next sessions are."""
    found = _read(store_named(store))
    settings = found.sessions.settings or Settings(tag=found.rules.tag)
    for line in _told(settings):
        typer.echo(line)
    for one in found.sessions.coming(datetime.now(UTC), 4):
        zone = settings.schedule.zone if settings.schedule else "UTC"
        title = f"  {printable(one.title)}" if one.title else ""
        typer.echo(f"{'':12}{local(one.begins, zone):%a %Y-%m-%d %H:%M}  {one.begins:%H:%M} UTC{title}")


@chat.command("set", no_args_is_help=True)
def set_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    store: _Store,
    *,
    when: _When = None,
    minutes: _Minutes = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="DATE", help="Leave a date out: '2026-12-23 Christmas'; repeatable.")
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option("--special", metavar="DATE", help="A special session: '2026-12-09 20:00 Ask the chief'."),
    ] = None,
    name: _Name = None,
    about: _About = None,
    rules: _Rules = None,
    also: _Spellings = None,
    by: _By = "host",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stands in the public log.")] = "",
) -> None:
    """Change how a chat is set up, while no evening runs on it; while one does, its page has a form for it.

        fairfloor chat set copchat.db --skip '2026-12-23 Christmas' --reason 'Nobody would come'

        fairfloor chat set copchat.db --when 'Thursdays 20:00 America/Toronto' --minutes 90

    What is not said stays. Dates are added to those that are there.
    """
    from fairfloor.wiring import chats  # noqa: PLC0415
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    found = _read(store_named(store))
    before = found.sessions.settings or Settings(tag=found.rules.tag)
    said = {"name": name, "about": about, "rules": None if rules is None else text(rules)}
    said_ = {field: value for field, value in said.items() if value is not None}
    try:
        after = msgspec.structs.replace(
            before,
            schedule=_changed(before.schedule, when, minutes, skip or [], extra or []),
            spellings=before.spellings if also is None else tuple(one.lstrip("#\uff03") for one in also),
            **said_,
        )
        chats.change(store_named(store), after, by, reason, datetime.now(UTC))
    except (Sorry, Unclear) as error:
        sorry(str(error))
    for line in _told(after):
        typer.echo(line)


@chat.command("copy", no_args_is_help=True)
def copy(
    store: _Store,
    to: Annotated[str, typer.Argument(metavar="TO", help="Where it is to be: a file, or postgresql://...")],
) -> None:
    """Copy a chat, its people and its site to another place: from a file to a database, or back.

        fairfloor chat copy copchat.db postgresql:///copchat

    Do it while no evening runs: what is said later is in the first place alone. Nothing there is changed.
    """
    from fairfloor.wiring import chats  # noqa: PLC0415 - the database takes time that other commands can save
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        lines = chats.copy(store_named(store), store_named(to))
    except Sorry as error:
        sorry(str(error))
    except OSError as error:
        sorry(f"{error.filename or to}: {error.strerror or error}. Check the path and its permissions.")
    typer.echo(
        f"Copied: {amount(lines, 'line')} of the public log, and the people and the site. Check it, and go on there:"
    )
    typer.echo(f"\n    fairfloor verify {quote(to)}\n    fairfloor watch '#TAG' --store {quote(to)}")


def _read(path: Location) -> "Chat":
    from fairfloor.wiring import chats  # noqa: PLC0415
    from fairfloor.wiring.asked import Sorry  # noqa: PLC0415

    try:
        return chats.read(path)
    except Sorry as error:
        sorry(str(error))


def _changed(
    before: Schedule | None, when: str | None, minutes: int | None, skip: Sequence[str], extra: Sequence[str]
) -> Schedule | None:
    """Change a schedule by what was said. Raises Unclear."""
    lasting = timedelta(minutes=minutes) if minutes else before.lasting if before else timedelta(hours=1)
    if when is None and before is None:
        if skip or extra or minutes:
            raise Unclear("Say when the chat is on, too: --when TEXT")
        return None
    after = schedule(when, datetime.now(UTC).date(), lasting) if when is not None else before
    assert after is not None  # noqa: S101 - one of them is there
    out, more = (before.skipped, before.special) if before else ((), ())
    try:
        return msgspec.structs.replace(
            after,
            lasting=lasting,
            skipped=tuple(dict.fromkeys((*out, *skipped("\n".join(skip))))),
            special=tuple(dict.fromkeys((*more, *special("\n".join(extra))))),
        )
    except ValueError as error:
        raise Unclear(str(error)) from error


def _told(settings: Settings) -> list[str]:
    """Tell how a chat is set up, a line for each thing."""
    when = settings.schedule
    hosts = ", ".join(one.handle or one.account for one in settings.hosts)
    told = {
        "chat": f"#{settings.tag}" + (f", {settings.name}" if settings.name else ""),
        "also": " ".join(f"#{one}" for one in settings.spellings),
        "hosts": hosts,
        "about": settings.about,
        "rules": amount(len(settings.rules), "character") if settings.rules else "",
        "when": f"{written(when)}, for {when.lasting // timedelta(minutes=1)} minutes" if when else "begun by hand",
        "skipped": "; ".join(written_skipped(when.skipped).splitlines()) if when else "",
        "special": "; ".join(written_special(when.special).splitlines()) if when else "",
    }
    return [f"{name:12}{printable(value)}" for name, value in told.items() if value]


def _onward(path: Location, settings: Settings, known: Known, by: str) -> None:
    """Say what was written, and what to do next."""
    for line in _told(settings):
        typer.echo(line)
    seeds = amount(len(known.regulars), "account")
    typer.echo(f"{'standing':12}{seeds} from the start" + ("" if known.regulars else "; see fairfloor regulars --help"))
    typer.echo(
        f"\nIt is kept in {path}. Next, say who steers it, and open its page:\n\n"
        f"    fairfloor people add {quote(str(path))} {by if by != 'host' else 'YOURNAME'}\n"
        f"    fairfloor watch '#{printable(settings.tag)}' --store {quote(str(path))}\n\n"
        "The chat's page is then at http://127.0.0.1:8000/chat, with its calendar; you sign in at /sign-in/host."
    )
