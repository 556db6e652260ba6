import os

import httpx
import pytest

from fairfloor.testing.pds.account import POST, Bench
from fairfloor.testing.pds.running import started


def test_accounts_act_on_a_real_server(pds: Bench) -> None:
    """What an account posts, changes and takes back is so in its repository on the server."""
    ann, lee = pds.account("ann-acts"), pds.account()
    asked = ann.post("Q1 for #copchat", "copchat")
    lee.like(asked)
    lee.repost(asked)
    answer = lee.reply("A1", asked)
    lee.quote("see #copchat", answer, "copchat")
    ann.put(POST, asked.rkey, {"text": "Q1, better"})
    (one, *_) = ann.batch([(POST, {"text": str(number)}) for number in range(20)])
    ann.delete(one)
    posts = pds.ask("com.atproto.repo.listRecords", repo=ann.did, collection=POST, limit=100)["records"]
    assert len(posts) == 20
    assert {each["value"]["text"] for each in posts} >= {"Q1, better", "1", "19"}
    assert pds.ask("com.atproto.repo.describeRepo", repo=lee.did)["handle"] == lee.handle


def test_what_the_server_refuses_is_said(pds: Bench) -> None:
    """A refusal is raised with the server's words."""
    with pytest.raises(httpx.HTTPStatusError, match="taken"):
        pds.account(pds.account().handle.removesuffix(".test"))


def test_accounts_come_and_go(pds: Bench) -> None:
    """An account can be closed and opened by its owner and by the administrator, and go by another handle."""
    account = pds.account()
    account.rename("renamed-one.test")
    account.deactivate()
    assert not pds.ask("com.atproto.sync.getRepoStatus", did=account.did)["active"]
    account.activate()
    pds.take_down(account.did)
    assert pds.ask("com.atproto.sync.getRepoStatus", did=account.did)["status"] == "takendown"
    pds.take_down(account.did, applied=False)
    assert pds.ask("com.atproto.repo.describeRepo", repo=account.did)["handle"] == "renamed-one.test"


def test_nothing_is_left_running(pds: Bench) -> None:
    """When the block ends, so does the server."""
    del pds  # where it cannot run, this is skipped too
    with started() as running:
        os.kill(running.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_it_can_be_killed_and_started_again(pds: Bench) -> None:
    """Killed and started again it is at the same address, knows its people, and takes what they say."""
    del pds
    with started() as running, Bench(running) as bench:
        ann = bench.account()
        before = ann.post("before")
        running.kill()
        with pytest.raises(httpx.ConnectError):
            ann.post("meanwhile")
        running.again()
        after = ann.post("after")
        posts = bench.ask("com.atproto.repo.listRecords", repo=ann.did, collection=POST)["records"]
        assert {each["uri"] for each in posts} == {before.uri, after.uri}
