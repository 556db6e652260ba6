"""What `fairfloor publish` runs: log in, publish or take back, keep in mind what is published.

Every run can be repeated: it does what is left to do. Passwords are asked for when they are needed and not before, so
that whoever needs no more than an app password gives none else.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import httpx
import msgspec
from msgspec.structs import replace

from fairfloor.publish import settings
from fairfloor.publish.atproto.client import BSKY, PLC, Client
from fairfloor.publish.atproto.keys import BadKey, kept_key
from fairfloor.publish.atproto.names import address
from fairfloor.publish.doing import Desk, Say, Unpublished
from fairfloor.publish.settings import Settings, Unreadable

Kind = Literal["app", "account"]
Password = Callable[[Kind], str]
"""Gives an app password, or the account's own."""
VARIABLES: dict[Kind, str] = {"app": "FAIRFLOOR_APP_PASSWORD", "account": "FAIRFLOOR_ACCOUNT_PASSWORD"}
"""The environment's variables that passwords are taken from."""
_PROMPTS: dict[Kind, str] = {"app": "App password", "account": "The account's own password"}
_ANSWERING = 30.0
"""Seconds that a server may take for an answer."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """For whom something is published, how to log in, whom to tell, and where what is published is kept in mind."""

    account: str
    """The handle or DID of the account that publishes."""
    kept: Path
    """The file of settings, beside the evening's store."""
    password: Password
    say: Say
    now: datetime
    server: str = BSKY
    directory: str = PLC
    login_code: str | None = None
    """The code mailed to accounts that ask for one at each login."""
    dry_run: bool = False


def passwords(environment: Mapping[str, str], ask: Callable[[str], str]) -> Password:
    """Take passwords from the environment, and else by asking a person. Never from the command's own words."""
    return lambda kind: environment.get(VARIABLES[kind]) or ask(_PROMPTS[kind])


def publish_feed(run: Run, tag: str, hostname: str) -> None:
    """Publish the chat's feed. Raises Unpublished."""
    with _desk(run) as desk:
        uri = desk.publish_feed(tag, hostname, run.now)
    _keep(run, hostname, lambda before: replace(before, feed=uri))


def unpublish_feed(run: Run, tag: str) -> None:
    """Take the chat's feed back. Raises Unpublished."""
    with _desk(run) as desk:
        desk.unpublish_feed(tag)
    _keep(run, None, lambda before: replace(before, feed=None))


def publish_labeler(run: Run, key_file: Path, hostname: str, code: str | None) -> bool:
    """Make the account a labeler; tells whether it is one now, or waits for the mailed code. Raises Unpublished.

    key_file: made where there is none, in a dry run too, since its public half is shown.
    """
    _check_folder(run)
    try:
        key = kept_key(key_file)
    except BadKey as error:
        raise Unpublished(str(error)) from error
    with _desk(run) as desk:
        uri = desk.publish_labeler(run.now)
        _keep(run, hostname, lambda before: replace(before, labeler=_did(uri)))
        if not (run.dry_run or desk.labeler_is_named(key.did, hostname)):
            _login(desk, run, "account")
        return desk.name_labeler(key.did, hostname, code)


def unpublish_labeler(run: Run, code: str | None) -> bool:
    """Make the account a common one again; tells whether it is, or waits for the mailed code. Raises Unpublished."""
    with _desk(run) as desk:
        desk.unpublish_labeler()
        if not (run.dry_run or desk.no_labeler_is_named()):
            _login(desk, run, "account")
        forgotten = desk.forget_labeler(code)
    _keep(run, None, lambda before: replace(before, labeler=None))
    return forgotten


@contextmanager
def _desk(run: Run) -> Iterator[Desk]:
    """Log in with an app password, where what is published can be kept in mind. Raises Unpublished."""
    _check_folder(run)
    with httpx.Client(timeout=_ANSWERING) as http:
        desk = Desk(Client(http, run.server, run.directory, say=run.say), run.say, dry_run=run.dry_run)
        _login(desk, run, "app")
        yield desk


def _check_folder(run: Run) -> None:
    """See before anybody is asked for a password, and anything is written, that it can be kept in mind."""
    folder = run.kept.parent
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise Unpublished(f"Nothing can be kept in the folder {folder}. Give --store in a folder that is there.")


def _login(desk: Desk, run: Run, kind: Kind) -> None:
    desk.login(run.account, run.password(kind), run.login_code)


def _did(uri: str) -> str:
    found = address(uri)
    assert found is not None  # noqa: S101 - it was made from a DID
    return found.authority


def _keep(run: Run, hostname: str | None, change: Callable[[Settings], Settings]) -> None:
    """Keep in mind what is published now, for the evening's server."""
    if run.dry_run:
        return
    try:
        before = settings.read(run.kept)
        if before is None and hostname is None:
            return
        before = before or Settings(hostname=hostname or "")
        settings.write(run.kept, change(replace(before, hostname=hostname or before.hostname)))
    except (Unreadable, OSError) as error:
        raise Unpublished(f"It is done, but cannot be kept in mind: {error}") from error
