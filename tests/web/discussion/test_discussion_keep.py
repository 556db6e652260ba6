"""What is held, removed, appealed, taken back; when it is quiet; and who may do what about a comment."""

from typing import TYPE_CHECKING, Any

import pytest
from tests.web.discussion.conftest import ANN, HOSTS, PATH, START, act, asked, hidden, last, later

from fairfloor.chat.site.article import Article

if TYPE_CHECKING:
    from tests.web.discussion.conftest import Site

QUEUE = "/console/discussion/held"
ROLES = ("host", "co-host", "moderator", "participant", None)


def test_what_is_held_waits_and_says_so(site: "Site") -> None:
    """A field that nobody sees, many links, the same words elsewhere: its author is told, others see that it waits."""
    other = site.library.keep(Article(path="/posts/other", state="published", updated=START, published=START, by="Hal"))
    site.said("Eve", "The very same words under many articles, again and again", article=other.id)
    held = {
        "A field was filled in": {"text": "Hello there everybody", "website": "https://a.example"},
        "It has 4 links": {"text": " ".join(f"https://a.example/{number}" for number in range(4))},
        "The same words were said": {"text": "The very same words under many articles, again and again!"},
    }
    for why, fields in held.items():
        with site.client() as eve, site.client() as reader:
            answer = site.say(eve, **fields)
            assert why in answer.text
            assert "only you and the host" in answer.text
            assert last(site).state == "held"
            assert "What you said here" in eve.get(PATH).text
            seen = reader.get(f"/comments/{last(site).id}").text
            assert why in seen
            assert fields["text"].split()[-1] not in seen
            assert fields["text"].split()[-1] not in reader.get(PATH).text
    with site.client("host", HOSTS) as host:
        links = " ".join(f"https://a.example/{number}" for number in range(9))
        assert site.say(host, links).status_code == 200
        assert last(site).state == "shown"


def test_what_is_held_is_shown_or_removed_by_the_hosts_people(site: "Site") -> None:
    """From the queue; the log says who did what, and why."""
    one, two = (site.said("Eve", f"Waits {number}", state="held", why="It has 9 links.") for number in range(2))
    with site.client("moderator", "Mo") as mo:
        assert "2 comments that wait" in mo.get("/console/discussion").text
        queue = mo.get(QUEUE).text
        assert queue.index("Waits 0") < queue.index("Waits 1")
        assert act(mo, one, "show", back=QUEUE).url.path == QUEUE
        assert act(mo, two, "remove").status_code == 409
        assert "Say why, in a sentence" in act(mo, two, "remove", why=" ").text
        assert act(mo, two, "remove", why="Nothing but links.").status_code == 200
        assert "No comment waits" in mo.get(QUEUE).text
    with site.client() as reader:
        log = reader.get("/discussion/log").text
        assert log.index("Removed</b> by <bdi>Mo") < log.index("Shown</b> by <bdi>Mo")
        assert "Nothing but links." in log
        assert "Removed by one of the host&#39;s people: Nothing but links." in reader.get(PATH).text
        assert reader.get("/console/discussion").status_code == 403
        assert reader.get(QUEUE).status_code == 403


def test_what_is_said_in_quiet_hours_is_shown_when_they_end(site: "Site") -> None:
    """It is taken, and its author told; whoever comes first when they are over finds it, and it asks what it asks."""
    with site.client("host", HOSTS) as host, site.client() as ann, site.client() as reader:
        form = hidden(host.get("/console/discussion").text)
        house = {"places": 100, "begin": "20:00", "end": "07:00", "zone": "Toronto"}
        assert host.post("/console/discussion/house", data=form | house).status_code == 200
        assert site.library.comments.house().places == 100
        assert "These are quiet hours" in reader.get(f"/discussion/{site.article.id}/say").text
        answer = site.say(ann, "Who pays for the new cars of the town?")
        assert "Waits for the end of the quiet hours" in answer.text
        assert "new cars" not in reader.get(PATH).text
        assert site.say(host, "The host may speak.").status_code == 200
        assert last(site).state == "shown"
        assert "1 comment waits" in host.get("/console/discussion").text
        later(site, hours=10, seconds=30)  # 21:00 in Toronto when the evening begins
        assert "new cars" in reader.get(PATH).text
        assert "The quiet hours are over." in reader.get("/discussion/log").text
    assert asked(site) == [f"site:comment/{site.all()[0].id}"]


def test_how_discussions_are_kept_is_the_hosts(site: "Site") -> None:
    """A moderator and others do not settle it; what makes no sense is refused in a sentence."""
    with site.client("host", HOSTS) as host:
        form = hidden(host.get("/console/discussion").text)
        for wrong in ({"places": 3}, {"places": "x"}, {"begin": "22:00"}, {"begin": "22:00", "end": "22:00"}):
            given = form | {"places": 50, "end": ""} | wrong
            assert host.post("/console/discussion/house", data=given).status_code == 422, wrong
        given = form | {"places": 50, "begin": "22:00", "end": "07:00", "zone": "Nowhere"}
        assert host.post("/console/discussion/house", data=given).status_code == 422
        where = f"/console/discussion/articles/{site.article.id}"
        assert host.post(where, data=form | {"discussion": "open", "closes": "2026-03-03"}).status_code == 200
        assert "This discussion is closed" in host.post(f"/discussion/{site.article.id}/say", data={"text": "Hm"}).text
        assert host.post(where, data=form | {"discussion": "open", "closes": "soon"}).status_code == 422
        assert host.post(where, data=form | {"discussion": "open", "closes": ""}).status_code == 200
    with site.client("moderator", "Mo") as mo:
        form = hidden(mo.get("/console/discussion").text) or hidden(mo.get(f"/discussion/{site.article.id}/say").text)
        assert mo.post("/console/discussion/house", data=form | {"places": 50}).status_code == 403
        assert mo.post(where, data=form | {"discussion": "closed"}).status_code == 403
    assert site.library.comments.house().places == 200


# What becomes of it


def test_ones_own_words_are_changed_and_taken_back(site: "Site") -> None:
    """For half an hour, and as long as nobody has answered; taken back they can be at any time, and are gone."""
    with site.client() as ann, site.client() as eve:
        site.say(ann, "What I mean", name="Ann")
        one = last(site)
        assert "Change it, or take it back" in ann.get(PATH).text
        assert "Change it" not in eve.get(PATH).text
        assert "Take it back" not in eve.get(f"/comments/{one.id}").text
        assert eve.get(f"/comments/{one.id}/edit").status_code == 409
        assert act(eve, one.id, "edit", text="Not mine").status_code == 403
        assert "As it will be read" in act(ann, one.id, "edit", text="What I *do* mean", preview="yes").text
        assert act(ann, one.id, "edit", text="What I *do* mean").url.path == PATH
        assert "edited</span>" in eve.get(PATH).text
        assert act(ann, one.id, "edit", text=" ".join(f"https://a.example/{n}" for n in range(5))).status_code == 409
        site.say(eve, "I see.", parent=one.id)
        answer = act(ann, one.id, "edit", text="Something else")
        assert (answer.status_code, "Somebody has answered it" in answer.text) == (409, True)
        later(site, days=3)
        assert act(eve, one.id, "withdraw").status_code == 403
        assert act(ann, one.id, "withdraw").status_code == 200
        assert act(ann, one.id, "withdraw").status_code == 409
        page = eve.get(PATH).text
        assert "Its author took this back" in page
        assert "do</em> mean" not in page
        assert "I see." in page
    assert (last(site).parent, site.all()[0].text) == (one.id, "")


def test_after_half_an_hour_words_stay(site: "Site") -> None:
    """As they were read; the form says so before it is filled in."""
    with site.client() as ann:
        site.say(ann, "What I mean")
        later(site, minutes=30)
        answer = ann.get(f"/comments/{last(site).id}/edit")
        assert (answer.status_code, "It can be changed for 30 minutes" in answer.text) == (409, True)


def test_a_removal_is_appealed_once_and_answered(site: "Site") -> None:
    """The author says why; what the host's people answer is public; granted, it is there again."""
    with site.client() as ann, site.client("host", HOSTS) as host, site.client() as eve:
        site.say(ann, "What I said, and stand by")
        one = last(site).id
        act(host, one, "remove", why="It is about a person.")
        assert act(eve, one, "appeal", why="I mind.").status_code == 403
        assert act(ann, one, "appeal", why="").status_code == 409
        assert "What you said" in ann.get(f"/comments/{one}").text
        assert act(ann, one, "appeal", why="It is about an office.").status_code == 200
        assert act(ann, one, "appeal", why="Again.").status_code == 409
        assert "It is about an office." in host.get("/console/discussion").text
        assert act(host, one, "refuse", why="The office is held by one person.").status_code == 200
        assert act(ann, one, "appeal", why="Still.").status_code == 409
        assert "Nobody waits for an answer" in host.get("/console/discussion").text
        assert act(host, one, "show", why="On a second thought.").status_code == 200
        assert "stand by" in eve.get(PATH).text
        log = eve.get(f"/comments/{one}").text
        for word in ("Removed", "Appealed", "Appeal answered: it stays removed", "Shown", "On a second thought."):
            assert word in log


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("do", ["show", "remove", "refuse", "edit", "withdraw", "appeal"])
def test_who_may_do_what(site: "Site", role: Any, do: str) -> None:
    """The host's people keep order and change nobody's words; others do nothing about what is not their own."""
    states = {"show": "held", "refuse": "removed", "appeal": "removed"}
    one = site.said("Eve", "Somebody's words", state=states.get(do, "shown"))
    who = {"participant": ANN, "host": HOSTS}.get(role, "Mo")
    with site.client(role, who) as client:
        answer = act(client, one, do, why="Why", text="Changed")
        staff = role in {"host", "co-host", "moderator"}
        if do in {"show", "remove"}:
            assert answer.status_code == (200 if staff else 403)
        else:
            assert answer.status_code == (409 if staff else 403)
        assert client.post(f"/comments/{one}/{do}", data={"why": "Why", "text": "Changed"}).status_code == 403
    comment = site.library.comments.comment(one)
    assert comment is not None
    assert comment.text == "Somebody's words"


def test_a_cookie_of_another_site_or_guest_changes_nothing(site: "Site") -> None:
    """Whoever has no cookie of ours, a made-up one, or another guest's, owns nothing."""
    with site.client() as ann, site.client() as eve:
        site.say(ann, "Mine")
        for cookie in ("", "x", "../..", "A" * 43):
            eve.cookies.set("fairfloor-guest", cookie)
            assert act(eve, last(site).id, "withdraw").status_code == 403
    assert last(site).state == "shown"
