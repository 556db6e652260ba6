"""What `fairfloor watch` can be asked: its options, by what they are about."""

from pathlib import Path
from typing import Annotated, Literal

import typer

# The chat

Tag = Annotated[str, typer.Argument(help="The chat's hashtag; with its # it must be quoted: '#copchat'.")]
Hosts = Annotated[
    list[str] | None,
    typer.Option("--host", metavar="ACCOUNT", help="The host's account id or handle; may be repeated."),
]
Regulars = Annotated[Path | None, typer.Option(help="A file with one account id or handle a line; # begins a comment.")]
Pace = Annotated[
    float | None, typer.Option(help="Messages a minute that people can read; 12 at first.", min=0.01, max=1e6)
]
Ties = Annotated[
    list[str] | None,
    typer.Option(
        "--tie",
        metavar="ACCOUNT=PERSON",
        help="Two accounts are one person's and have one say, from the beginning; may be repeated.",
    ),
]

# Where it is followed

Archive = Annotated[Path | None, typer.Argument(metavar="[PATH]", help="An archive, with --source file.")]
Source = Annotated[
    Literal["networks", "bluesky", "file"], typer.Option(help="Networks as they are, or an archive as it was.")
]
Speed = Annotated[float, typer.Option(help="How many times faster than life an archive plays.", min=0.01)]
Bluesky = Annotated[bool, typer.Option("--bluesky/--no-bluesky", help="Follow it on Bluesky.")]
Url = Annotated[
    str | None, typer.Option(help="Another Jetstream than Bluesky's own, or a PDS or relay; the path says which.")
]
Mastodon = Annotated[
    list[str] | None, typer.Option(metavar="SERVER", help="Follow it on this Mastodon server; may be repeated.")
]
MastodonToken = Annotated[
    list[str] | None,
    typer.Option(metavar="SERVER=FILE", help="A file with a token of an account there; then it is told at once."),
]
XBudget = Annotated[
    int | None, typer.Option(metavar="POSTS", min=1, help="Follow it on X too, paying for so many posts at most.")
]
XNames = Annotated[bool, typer.Option("--x-names", help="Ask X for people's names too; each costs about two posts.")]
XToken = Annotated[
    Path | None, typer.Option(metavar="FILE", help="X's bearer token; else it is taken from FAIRFLOOR_X_TOKEN.")
]

# What is done there

BoostOn = Annotated[
    str | None,
    typer.Option(metavar="SERVER", help="Boost what has the floor, from an account on this Mastodon server."),
]
BoostToken = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The account's token, of the scopes read and write.")
]
RunSheet = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Questions that this account asks: a line is a time with its zone, and one."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be boosted, and boost nothing.")]
SpeakAs = Annotated[
    str | None,
    typer.Option(metavar="HANDLE", help="Post the run sheet's questions and the ledger's answers on Bluesky."),
]
SpeakPassword = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A file with an app password of that account.")
]
SpeakServer = Annotated[
    str | None, typer.Option(metavar="URL", help="Another server of Bluesky's kind that the account is on.")
]

# Where its pages are

Store = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|ADDRESS", help="Where to keep the evening: a file, or postgresql://...; TAG.db if not said."
    ),
]
Bind = Annotated[str, typer.Option(help="Where to serve the page; 0.0.0.0 lets other machines in.")]
Port = Annotated[int, typer.Option(help="The page's port; 0 is any that is free.", min=0, max=65535)]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="URL",
        help="Where the public reaches the pages, as https://chat.example.org; cookies then go by HTTPS alone.",
    ),
]
