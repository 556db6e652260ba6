import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from fairfloor.publish.atproto.posts import POST
from fairfloor.store.location import people_beside
from fairfloor.store.people.people import people_opened
from fairfloor.testing.pds.account import Account, Bench, now
from fairfloor.testing.watching import PULSE, Watching
from fairfloor.web.people.passwords import hashed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_PASSWORD = "a long line of quiet words"  # noqa: S105 - of a test's host


class Console:
    """The host's own program: signed in, and makes moves."""

    def __init__(self, watching: Watching) -> None:
        self._http = httpx.Client(base_url=watching.address, trust_env=False, timeout=30)
        form = {"name": "Robin", "password": _PASSWORD, "csrf": self._token("/sign-in/host")}
        assert self._http.post("/sign-in/host", data=form).status_code == 303
        self._csrf = self._token("/account")

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self._http.get(path).text)
        assert found is not None
        return found[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def make(self, do: dict[str, Any]) -> None:
        """Make a move."""
        answer = self._http.post("/api/v1/moves", json={"do": do}, headers={"X-Fairfloor-Token": self._csrf})
        assert answer.status_code == 200, answer.text

    def questions(self, state: str) -> list[dict[str, Any]]:
        """Read the ledger."""
        found: list[dict[str, Any]] = self._http.get(f"/api/v1/questions/{state}").json()["items"]
        return [one["question"] for one in found]


def posts(pds: Bench, account: Account) -> list[dict[str, Any]]:
    """Give an account's posts, as anybody may read them."""
    found: list[dict[str, Any]] = pds.ask("com.atproto.repo.listRecords", repo=account.did, collection=POST)["records"]
    return found


def test_an_answer_is_posted_under_the_question_and_disputed_by_a_reply(pds: Bench, tmp_path: Path) -> None:
    """The ledger's answer is a reply on the network; who asked replies there, and the dispute shows."""
    host, asker = pds.account(), pds.account()
    store, password = tmp_path / "copchat.db", tmp_path / "password.txt"
    password.write_text(host.app_password(), "utf-8")
    with people_opened(people_beside(store)) as people:
        assert people.add("Robin", "host", hashed(_PASSWORD), datetime(2026, 1, 1, tzinfo=UTC)) is not None
    running = pds.running
    command = ["copchat", "--url", running.stream(), "--appview", "http://127.0.0.1:9", "--host", host.did]
    command += ["--speak-as", host.handle, "--speak-password", str(password), "--speak-server", running.pds]
    watching = Watching(command, tmp_path)
    watching.said("Connected")
    question = asker.post("How many officers carry a camera at night now? #copchat", "copchat")
    with Console(watching) as console:
        _until(watching, lambda: len(console.questions("open")) == 1)
        console.make({"do": "answer", "question": question.uri, "text": "Every one of them, since May."})
    _until(watching, lambda: len(posts(pds, host)) == 1)
    (said,) = posts(pds, host)
    assert said["value"]["text"].startswith("Answer: Every one of them, since May.")
    assert said["value"]["reply"]["parent"]["uri"] == question.uri
    watching.end(signal.SIGKILL)
    watching = Watching(command, tmp_path)
    watching.said("Connected")
    asker.create(POST, _reply("That counts the cars and not the people.", said, question.json()))
    with Console(watching) as console:
        _until(watching, lambda: any(one["disputes"] for one in console.questions("answered")))
    assert len(posts(pds, host)) == 1
    assert watching.end(signal.SIGTERM) == 0


def _reply(text: str, to: dict[str, Any], root: Any) -> dict[str, Any]:
    parent = {"uri": to["uri"], "cid": to["cid"]}
    return {"$type": POST, "text": text, "createdAt": now(), "reply": {"root": root, "parent": parent}}


def _until(watching: Watching, so: Any) -> None:
    for _ in range(round(30 / PULSE)):
        if so():
            return
        watching.pause()
    raise AssertionError("it did not come about")
