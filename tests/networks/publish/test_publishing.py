import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest

from fairfloor.publish import runs
from fairfloor.publish.atproto.client import Client
from fairfloor.publish.atproto.keys import SigningKey, kept_key
from fairfloor.publish.doing import Desk, Unpublished
from fairfloor.publish.profile import FEED, LABELER
from fairfloor.publish.runs import Kind, Run
from fairfloor.publish.settings import Settings, read
from fairfloor.testing.pds.account import PASSWORD, Account, Bench

from .conftest import Check

NOW = datetime(2026, 11, 5, 2, tzinfo=UTC)
HOSTNAME = "fair.example.org"


class Host:
    """Somebody who publishes from the command line, on a real server."""

    def __init__(self, pds: Bench, http: httpx.Client) -> None:
        self.pds = pds
        self.account: Account = pds.account()
        self.app_password = self.account.app_password()
        self._http = http
        self.said: list[str] = []
        self.waited: list[float] = []
        self.asked: list[str] = []

    def desk(self, *, password: str | None = None, dry_run: bool = False) -> Desk:
        """Begin anew, as each run of the command does, with the app password unless told which."""
        self.said.clear()
        running = self.pds.running
        client = Client(self._http, running.pds, running.plc, sleep=self.waited.append)
        desk = Desk(client, self.said.append, dry_run=dry_run)
        assert desk.login(f"@{self.account.handle}", password or self.app_password).did == self.account.did
        return desk

    def record(self, collection: str, rkey: str) -> dict[str, Any] | None:
        """Read a record back, as anybody may."""
        found = self.pds.ask("com.atproto.repo.listRecords", repo=self.account.did, collection=collection)["records"]
        return next((one["value"] for one in found if one["uri"].endswith(f"/{rkey}")), None)

    def commits(self) -> str:
        """Name the state of the account's repository."""
        return str(self.pds.ask("com.atproto.sync.getLatestCommit", did=self.account.did)["rev"])


@pytest.fixture
def host(pds: Bench) -> Iterator[Host]:
    """Make somebody who publishes."""
    with httpx.Client(trust_env=False, timeout=30) as http:
        yield Host(pds, http)


def code_mailed(did: str) -> str | None:
    """Read the code that the server would have mailed, in its database; others may run, and start, beside it."""
    folders = (tempfile.gettempdir(), "/dev/shm")  # noqa: S108 - where servers of tests keep what they have
    for database in chain.from_iterable(Path(folder).glob("fairfloor-pds-*/account.sqlite") for folder in folders):
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            if db.execute("SELECT 1 FROM actor WHERE did = ?", (did,)).fetchone():
                asked = "SELECT token FROM email_token WHERE did = ? AND purpose = 'plc_operation'"
                found = db.execute(asked, (did,)).fetchone()
                return None if found is None else str(found[0])
    raise LookupError(did)


def test_a_feed_is_published_once_and_taken_back(host: Host, check: Check) -> None:
    """The record is written and read back; a second run writes nothing; changed words are; and it can be deleted."""
    uri = host.desk().publish_feed("CopChat", HOSTNAME, NOW)
    assert uri == f"at://{host.account.did}/app.bsky.feed.generator/copchat"
    assert host.said == [f"Written: {uri}"]
    written = host.record(FEED, "copchat")
    assert written is not None
    assert written["did"] == "did:web:fair.example.org"
    assert written["displayName"] == "#CopChat, the fair floor"
    check(records=[{"nsid": FEED, "record": written}])
    before = host.commits()
    assert host.desk().publish_feed("CopChat", HOSTNAME, NOW.replace(year=2027)) == uri
    assert host.said == [f"There already, as it should be: {uri}"]
    assert host.commits() == before
    host.desk().publish_feed("CopChat", "other.example.org", NOW.replace(year=2027))
    moved = host.record(FEED, "copchat")
    assert moved is not None
    assert (moved["did"], moved["createdAt"]) == ("did:web:other.example.org", written["createdAt"])
    host.desk().unpublish_feed("copchat")
    assert host.said == [f"Deleted: {uri}"]
    assert host.record(FEED, "copchat") is None
    host.desk().unpublish_feed("copchat")
    assert host.said == [f"Not there, so nothing to delete: {uri}"]


def test_what_was_added_elsewhere_stays(host: Host) -> None:
    """An avatar, or a content mode, that somebody gave the feed in an app is kept when its words change."""
    host.desk().publish_feed("copchat", HOSTNAME, NOW)
    record = host.record(FEED, "copchat")
    assert record is not None
    host.account.put(FEED, "copchat", {**record, "acceptsInteractions": False})
    host.desk().publish_feed("copchat", "other.example.org", NOW)
    record = host.record(FEED, "copchat")
    assert record is not None
    assert (record["acceptsInteractions"], record["did"]) == (False, "did:web:other.example.org")


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(host: Host) -> None:
    """What it shows is what the same run without it sends; the repository and the DID stay as they are."""
    before = host.commits()
    desk = host.desk(dry_run=True)
    desk.publish_feed("copchat", HOSTNAME, NOW)
    desk.publish_labeler(NOW)
    desk.name_labeler(SigningKey.new().did, HOSTNAME, None)
    assert [said.partition(":\n")[0] for said in host.said] == [
        "Would send com.atproto.repo.putRecord",
        "Would send com.atproto.repo.putRecord",
        "Would send com.atproto.identity.signPlcOperation",
    ]
    assert "did:web:fair.example.org" in host.said[0]
    assert "Handelt im Gleichtakt" in host.said[1]
    assert "atproto_pds" in host.said[2]
    assert host.commits() == before
    assert code_mailed(host.account.did) is None


def test_a_labeler_is_published_named_by_its_did_and_taken_back(host: Host, check: Check) -> None:
    """The record, the DID's entries with the mailed code, a second run that does nothing, and all of it undone."""
    key, account = SigningKey.new(), host.account
    host.desk().publish_labeler(NOW)
    record = host.record(LABELER, "self")
    check(records=[{"nsid": LABELER, "record": record}])
    plc = host.pds.running.plc
    document = check(resolve={"did": account.did, "plc": plc})["document"]

    assert not host.desk(password=PASSWORD).name_labeler(key.did, HOSTNAME, None)
    assert host.said[-1].startswith("A code was mailed")
    with pytest.raises(Unpublished, match="without it to get a new one"):
        host.desk(password=PASSWORD).name_labeler(key.did, HOSTNAME, "WRONG-CODE0")
    assert host.desk(password=PASSWORD).name_labeler(key.did, HOSTNAME, code_mailed(account.did))
    named = check(resolve={"did": account.did, "plc": plc})
    assert (named["key"], named["labeler"]) == (key.did, "https://fair.example.org")
    assert all(one in named["document"]["service"] for one in document["service"])
    assert all(one in named["document"]["verificationMethod"] for one in document["verificationMethod"])
    assert named["document"]["alsoKnownAs"] == document["alsoKnownAs"]

    assert host.desk().name_labeler(key.did, HOSTNAME, None)
    assert "as they should be" in host.said[-1]

    host.desk().unpublish_labeler()
    assert host.record(LABELER, "self") is None
    assert not host.desk(password=PASSWORD).forget_labeler(None)
    assert host.desk(password=PASSWORD).forget_labeler(code_mailed(account.did))
    assert check(resolve={"did": account.did, "plc": plc})["document"] == document


def test_an_app_password_may_not_change_an_identity(host: Host) -> None:
    """The server refuses, and a sentence says which password it wants."""
    with pytest.raises(Unpublished, match="account's own password"):
        host.desk().name_labeler(SigningKey.new().did, HOSTNAME, None)


def test_a_wrong_password_is_said_and_not_repeated(host: Host) -> None:
    """The sentence says what to check, and has neither the password nor a token in it."""
    with pytest.raises(Unpublished, match="Check both") as told:
        host.desk(password="never-to-be-seen")  # noqa: S106 - a wrong one
    assert "never-to-be-seen" not in repr(told.value) + repr(told.value.__cause__)


def test_writes_keep_a_second_between_them(host: Host) -> None:
    """A run with several writes is polite."""
    desk = host.desk()
    desk.publish_feed("copchat", HOSTNAME, NOW)
    desk.publish_labeler(NOW)
    assert host.waited == [1.0]


def run_for(host: Host, kept: Path, **more: Any) -> Run:
    """Run as the command does, with both passwords at hand."""
    running = host.pds.running
    given: dict[Kind, str] = {"app": host.app_password, "account": PASSWORD}
    host.said.clear()
    host.asked.clear()

    def password(kind: Kind) -> str:
        host.asked.append(kind)
        return given[kind]

    where: dict[str, Any] = {"server": running.pds, "directory": running.plc, "account": host.account.handle}
    return Run(kept=kept, password=password, say=host.said.append, now=NOW, **where, **more)


def test_runs_keep_in_mind_what_the_evening_answers_for(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dry, for the feed, for the labeler, again, and back: the settings follow, and passwords are asked as needed."""
    monkeypatch.setenv("NO_PROXY", "*")
    kept, key = tmp_path / "copchat.publish.json", tmp_path / "label.key"
    did = host.account.did
    runs.publish_feed(run_for(host, kept, dry_run=True), "copchat", HOSTNAME)
    assert not runs.publish_labeler(run_for(host, kept, dry_run=True), key, HOSTNAME, None)
    assert kept_key(key).did in host.said[-1]
    assert read(kept) is None
    assert host.asked == ["app"]

    runs.publish_feed(run_for(host, kept), "copchat", HOSTNAME)
    feed = f"at://{did}/app.bsky.feed.generator/copchat"
    assert read(kept) == Settings(hostname=HOSTNAME, feed=feed)
    assert not runs.publish_labeler(run_for(host, kept), key, HOSTNAME, None)
    assert host.asked == ["app", "account"]
    assert runs.publish_labeler(run_for(host, kept), key, HOSTNAME, code_mailed(did))
    assert read(kept) == Settings(hostname=HOSTNAME, feed=feed, labeler=did)
    before = host.commits()
    assert runs.publish_labeler(run_for(host, kept), key, HOSTNAME, None)
    assert host.asked == ["app"]
    assert host.commits() == before

    runs.unpublish_feed(run_for(host, kept), "copchat")
    assert not runs.unpublish_labeler(run_for(host, kept), None)
    assert runs.unpublish_labeler(run_for(host, kept), code_mailed(did))
    assert read(kept) == Settings(hostname=HOSTNAME)
    key.chmod(0o644)
    with pytest.raises(Unpublished, match="chmod 600"):
        runs.publish_labeler(run_for(host, kept), key, HOSTNAME, None)


def test_passwords_come_from_the_environment_or_a_person() -> None:
    """What is not in the environment is asked for, by name."""
    password = runs.passwords({"FAIRFLOOR_APP_PASSWORD": "one"}, lambda prompt: f"asked: {prompt}")
    assert password("app") == "one"
    assert password("account") == "asked: The account's own password"
