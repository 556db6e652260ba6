import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fairfloor.web.people.visitor import Visit

if TYPE_CHECKING:
    from tests.web.conftest import Served

_SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


def signed_in(served: "Served") -> dict[str, str]:
    """Give the headers of the host's own program."""
    token = served.visit("host", "Robin")
    return {"Cookie": f"fairfloor-visit={token}", "X-Fairfloor-Token": Visit(served.door, token).csrf()}


def told(served: "Served", path: str, status: int = 200, **asked: Any) -> Any:
    """Ask the API."""
    answer = httpx.get(f"{served.url}/api/v1{path}", params=asked, trust_env=False)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def make(served: "Served", headers: dict[str, str], body: Any, status: int = 200) -> Any:
    """Make a move through the API."""
    answer = httpx.post(f"{served.url}/api/v1/moves", json=body, headers=headers, trust_env=False)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_what_pages_show_can_be_asked_for(hosted: "Served") -> None:
    """Floor, folds, one act, questions and the chat itself come as the design's own formats."""
    evening = hosted.evening
    asked = hosted.do(lambda: evening.post("How many officers carry a camera at night now?"))
    for place in range(3):
        hosted.do(lambda place=place: evening.post("Vote now for the one true plan of ours " * 2 + str(place)))  # type: ignore[misc]
    hosted.do(lambda: evening.wait(600))
    floor = told(hosted, "/floor", limit=1)
    assert floor["items"][0]["decision"]["decision"] == "floor"
    onward = told(hosted, "/floor", before=floor["next"])
    assert asked in [one["act"]["id"] for one in onward["items"]]
    assert {one["act"]["id"] for one in told(hosted, "/acts/by-reason/copy")["items"]}
    assert told(hosted, "/act", id=asked)["record"]["act"]["text"].startswith("How many")
    (question,) = told(hosted, "/questions/open")["items"]
    assert (question["question"]["id"], question["voices"]) == (asked, 1)
    assert told(hosted, "/chat")["acts"]["copy"] == 2


def test_a_move_can_be_made_by_a_program(hosted: "Served") -> None:
    """Whoever is signed in and has a page's token makes a move, and everybody can read of it."""
    evening, headers = hosted.evening, signed_in(hosted)
    post = hosted.do(lambda: evening.post("Something that the host will fold tonight"))
    made = make(hosted, headers, {"do": {"do": "fold", "act": post}, "reason": "An address of somebody's home"})
    assert told(hosted, "/act", id=post)["decisions"][-1]["reason"] == {"code": "host-fold", "move": made["move"]["id"]}
    make(hosted, headers, {"do": {"do": "undo", "move": made["move"]["id"]}})
    undoing, fold = told(hosted, "/moves")["items"]
    assert fold["undone_by"] == undoing["move"]["id"]
    assert fold["move"]["reason"] == "An address of somebody's home"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"do": {"do": "fold", "act": ""}}, 422),
        ({"do": {"do": "rule"}}, 422),
        ([], 422),
        ({"do": {"do": "undo", "move": "move:none"}}, 409),
        ({"do": {"do": "vote", "proposal": "x", "vote": 1}}, 403),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(hosted: "Served", body: Any, status: int) -> None:
    """Each refusal has its status and a sentence."""
    assert make(hosted, signed_in(hosted), body, status)["sentence"]


def test_nobody_makes_a_move_without_both_cookie_and_token(hosted: "Served") -> None:
    """A cookie alone, a token alone and another's token are refused."""
    one, other = signed_in(hosted), signed_in(hosted)
    pin = {"do": {"do": "pin", "text": "Welcome"}}
    make(hosted, {"Cookie": one["Cookie"]}, pin, 403)
    make(hosted, {"X-Fairfloor-Token": one["X-Fairfloor-Token"]}, pin, 403)
    make(hosted, {**one, "X-Fairfloor-Token": other["X-Fairfloor-Token"]}, pin, 403)
    assert told(hosted, "/chat")["notice"] is None


@pytest.mark.slow
def test_the_api_is_as_its_own_description_says(hosted: "Served", tmp_path: Path) -> None:
    """Schemathesis, which makes requests from the description, fit and unfit, as a stranger and as the host."""
    hosted.do(lambda: hosted.evening.post("How many officers carry a camera at night now?"))
    hosted.pause = timedelta(seconds=3)  # so that nobody is too fast
    for headers in ({}, signed_in(hosted)):
        options = [option for name, value in headers.items() for option in ("--header", f"{name}: {value}")]
        command = [str(_SCHEMATHESIS), "run", f"{hosted.url}/api/v1/openapi.json", "--seed", "7"]
        command += ["--max-examples", "40", "--no-color", "--suppress-health-check", "all", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=250, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:]
