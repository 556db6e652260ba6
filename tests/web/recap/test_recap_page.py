"""The recap of a session, in a real browser: of a hijacked evening, of one that was corrected since, of none at all."""

import asyncio
import re
from collections.abc import Callable
from datetime import time, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from playwright.sync_api import Page, expect

from fairfloor.acts.notice import Deletion
from fairfloor.chat.moves import (
    Answer,
    Begin,
    Decline,
    Dispute,
    End,
    Fold,
    Release,
    Settle,
    Stitch,
    Undo,
    Write,
)
from fairfloor.chat.schedule.recurrence import Weekly
from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.settings import Person, Settings
from fairfloor.chat.sheet.plan import Planned
from fairfloor.chat.site.article import Article
from fairfloor.session.recap import Recap, decoded
from fairfloor.store.people.people import people_opened
from fairfloor.testing.axe import violations
from fairfloor.testing.crowd import Role, Simulation, Tactic, World, simulate
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
NAME = "2026-03-05"
PAGE = f"/sessions/{NAME}"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": DESK | {"color_scheme": "light"},
    "desktop, dark": DESK | {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
QUESTIONS = ("What would you have officers do less of?", "And what more of?")


def simulated(served: "Served") -> Simulation:
    """Have a quarter of an hour simulated that a crowd comes over, with its run sheet, from beginning to end."""
    evening = served.evening
    world = World(
        tactics=(Tactic.COPY, Tactic.RING),
        attackers=24,
        start=evening.now + timedelta(seconds=10),
        minutes=15,
        hijack_from=6,
        hijack_for=6,
        flood=1_800,
        run_sheet=QUESTIONS * 3,
        bustle=1.5,
    )
    simulation = simulate(world)
    host = next(account for account, role in simulation.roles.items() if role is Role.HOST)

    def happen() -> None:
        evening.move(Settle(settings=Settings(tag="copchat", hosts=(Person(host),))))
        evening.move(Begin(title="An evening in the storm"))
        evening.move(Write(session=NAME, questions=tuple(Planned(text=one) for one in QUESTIONS)))
        for _, some in groupby(
            simulation.acts, lambda act: act.at.replace(second=act.at.second // 5 * 5, microsecond=0)
        ):
            acts = list(some)
            evening.tell(*acts, after=(acts[-1].at - evening.now).total_seconds())
        evening.move(End())

    served.do(happen)
    return simulation


def small(served: "Served") -> dict[str, str]:
    """Have a small session in which one question was asked and three people talked; gives some posts."""
    evening = served.evening

    def happen() -> dict[str, str]:
        evening.move(Settle(settings=Settings(tag="copchat", hosts=(Person("did:plc:host"),))))
        evening.move(Begin(title="A small one"))
        asked = evening.ask("Q1: What did you see on your street?")

        def say(text: str, who: str, **more: Any) -> str:
            evening.wait(20)
            return evening.post(text, f"did:plc:{who}", **more)

        answer = say("A1: A patrol that stopped and talked", "ann")
        reply = say("Where was that, on the hill?", "ben", reply_to=answer)
        more = say("By the school, where they never were before", "ann", reply_to=reply)
        remark = say("Ours has not come by in months, and we did ask", "cas", reply_to=asked)
        why = say("When will the county publish the complaints?", "dee")
        folded = say("Look at this private address", "eve")
        evening.move(Fold(act=folded), reason="It names a private person")
        evening.move(End())
        return {
            "asked": asked,
            "answer": answer,
            "reply": reply,
            "more": more,
            "remark": remark,
            "why": why,
            "folded": folded,
        }

    return served.do(happen)


def kept(served: "Served") -> Recap | None:
    """Give the recap as it is kept, when what was begun is done."""
    state = served.server.config.app.state  # type: ignore[union-attr]
    waiting = asyncio.run_coroutine_threadsafe(state.recapping.recaps.done(), served.loop)
    waiting.result(30)
    assert served.library is not None
    found = served.library.kept_recap(NAME)
    return None if found is None else decoded(found[1])


def opened(page: Page) -> None:
    """Open all there is to open, and let nothing move."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.fixture
def after(hosted: "Served") -> dict[str, str]:
    """Have a small session that is over."""
    return small(hosted)


# A hijacked evening


def test_a_hijacked_evening_has_its_recap(hosted: "Served", reading: Reading) -> None:
    """Questions with answers, conversations, the ledger, what was folded, plots; wide and narrow, light and dark."""
    acts = simulated(hosted).acts
    found = kept(hosted)
    assert found is not None
    assert sum(msgspec.structs.astuple(found.places)) == len(acts), "each is counted once"
    assert found.places.fold + found.places.merge > 100
    for view, options in VIEWS.items():
        page = reading(**options).open(PAGE)
        expect(page.get_by_role("heading", level=1)).to_have_text("An evening in the storm")
        for name in (
            "Question by question",
            "Conversations",
            "What was asked",
            "What was merged or folded",
            "Over time",
        ):
            expect(page.get_by_role("region", name=name)).to_be_visible()
        opened(page)
        assert violations(page) == [], view
        wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, view
        page.close()


def test_each_number_of_what_was_folded_is_one_click_away(hosted: "Served", reading: Reading) -> None:
    """The list has as many as the number says, of this session and no other."""
    before = hosted.do(lambda: [hosted.evening.post("The same words said before it all began") for _ in range(3)])
    simulated(hosted)
    hosted.do(lambda: [hosted.evening.post("The same words said when all was long over") for _ in range(3)])
    found = kept(hosted)
    assert found is not None
    page = reading(**DESK).open(PAGE)
    region = page.get_by_role("region", name="What was merged or folded")
    copies = region.get_by_role("row").filter(has_text="copies of a message")
    expect(copies).to_contain_text(f"{found.reasons['copy']:,}")
    copies.get_by_role("link").click()
    assert violations(page) == []
    many = 0
    while True:
        texts = page.get_by_role("article").all_inner_texts()
        assert not any("The same words" in text for text in texts)
        many += len(texts)
        onward = page.get_by_role("link", name="More of them")
        if not onward.count():
            break
        onward.click()
    assert many == found.reasons["copy"]
    page.get_by_role("link", name=f"The session of {NAME}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("An evening in the storm")
    assert len(before) == 3


def test_the_plots_say_the_same_in_words_and_in_a_table(hosted: "Served", reading: Reading) -> None:
    """Each has a title and a description; the table behind it adds up to what was said."""
    simulated(hosted)
    page = reading(**DESK).open(PAGE)
    found = kept(hosted)
    assert found is not None
    plot = page.get_by_role("img", name="What was said and what got the floor, every minute")
    expect(plot).to_have_accessible_description(
        re.compile(
            f"^{found.posts:,} posts came, and {found.had:,} messages got the floor. The most came 8 minutes after"
        )
    )
    figure = page.get_by_role("figure").first
    figure.get_by_text("The same as a table").click()
    rows = figure.get_by_role("row").all_inner_texts()[1:]
    numbers = [[int(cell) for cell in row.split("\t")[1:]] for row in rows]
    assert [sum(column) for column in zip(*numbers, strict=True)] == [found.posts, found.had]
    assert page.locator("[style]").count() == 0


# What is on it


def test_a_small_session(after: dict[str, str], reading: Reading) -> None:
    """Its question with the answers, its conversation, its ledger; quotes lead to the original."""
    page = reading(**DESK).open(PAGE)
    expect(page.locator(".recap .lede")).to_contain_text("7 posts by 6 accounts. 7 messages had the floor.")
    asked = page.get_by_role("region", name="Q1 What did you see on your street?")
    expect(asked).to_contain_text("2 answers had the floor, and 2 replies to answers.")
    expect(asked.get_by_role("article")).to_have_count(2)
    original = asked.get_by_role("link", name="Original").first
    expect(original).to_have_attribute("href", f"https://bsky.app/profile/did:plc:ann/post/{after['answer'][-8:]}")
    talk = page.get_by_role("region", name="Conversations")
    expect(talk.get_by_role("article")).to_have_count(3)
    expect(talk).to_contain_text("3 messages between 2 voices")
    ledger = page.get_by_role("region", name="What was asked, and what became of it")
    expect(ledger.get_by_role("link", name="When will the county publish the complaints?")).to_be_visible()
    aside = page.get_by_role("region", name="What was merged or folded")
    aside.get_by_role("link", name="Folded by the host").click()
    expect(page.get_by_role("article")).to_contain_text("Look at this private address")
    page.goto(page.url.partition("/folded")[0])
    page.get_by_role("link", name="All that had the floor").click()
    expect(page.get_by_role("article")).to_have_count(7)
    assert violations(page) == []


def test_what_an_author_takes_back_is_gone_from_the_recap(
    hosted: "Served", after: dict[str, str], reading: Reading
) -> None:
    """The recap says so in its place, and has the words nowhere; they never were in what is kept."""
    page = reading(**DESK).open(PAGE)
    expect(page.get_by_text("A patrol that stopped and talked").first).to_be_visible()
    assert hosted.library is not None
    found = hosted.library.kept_recap(NAME)
    assert found is not None
    assert b"patrol" not in found[1]
    at = hosted.evening.now
    hosted.do(lambda: hosted.evening.tell(Deletion(id=after["answer"], at=at)))
    page.reload()
    expect(page.get_by_role("region", name="Q1")).to_contain_text("Its author took this back.")
    expect(page.get_by_role("region", name="Conversations")).to_contain_text("Its author took this back.")
    assert "patrol" not in page.content()
    assert after["answer"] not in page.content()


def test_what_the_host_folds_afterwards_is_not_quoted(
    hosted: "Served", after: dict[str, str], reading: Reading
) -> None:
    """Its place says that it is not on the floor any more, and leads to why."""
    hosted.do(lambda: hosted.evening.move(Fold(act=after["reply"]), reason="On second thought"))
    page = reading(**DESK).open(PAGE)
    assert "on the hill" not in page.content()


def test_the_ledger_stands_as_it_does_now(hosted: "Served", after: dict[str, str], reading: Reading) -> None:
    """What is answered, disputed or declined days later is so on the recap."""
    evening = hosted.evening
    page = reading(**DESK).open(PAGE)
    ledger = page.get_by_role("region", name="What was asked, and what became of it")
    expect(ledger.get_by_role("region", name="Open")).to_contain_text("1")
    hosted.do(lambda: evening.wait(200_000))
    hosted.do(lambda: evening.move(Answer(question=after["why"], text="In March, on the county's page.")))
    hosted.do(lambda: evening.move(Dispute(question=after["why"], text="Which page?"), "did:plc:dee", "participant"))
    page.reload()
    answered = ledger.get_by_role("region", name="Answered")
    expect(answered).to_contain_text("In March, on the county's page.")
    expect(answered).to_contain_text("disputed")
    hosted.do(lambda: evening.move(Decline(of=after["why"]), reason="It is before a court"))
    page.reload()
    expect(ledger.get_by_role("region", name="Declined")).to_contain_text("It is before a court")
    answered.or_(page.locator("main")).first.wait_for()
    page.get_by_role("link", name="When will the county publish").click()
    expect(page).to_have_url(f"{hosted.url}/ledger/{key(after['why'])}")


def test_what_the_host_corrects_afterwards_shows(hosted: "Served", after: dict[str, str], reading: Reading) -> None:
    """A fold that is undone or a post given the floor, an answer put elsewhere, undoing that: made anew each time."""
    evening = hosted.evening
    page = reading(**DESK).open(PAGE)
    asked = page.get_by_role("region", name="Q1 What did you see on your street?")
    stitch = hosted.do(lambda: evening.move(Stitch(act=after["remark"], number=None)))
    page.reload()
    expect(asked).to_contain_text("1 answer had the floor")
    hosted.do(lambda: evening.move(Undo(move=stitch.id)))
    page.reload()
    expect(asked).to_contain_text("2 answers had the floor")
    hosted.do(lambda: evening.move(Release(act=after["folded"]), reason="It was her own"))
    page.reload()
    expect(page.get_by_role("region", name="What was merged or folded")).to_contain_text(
        "all that was said had the floor"
    )


# When it is made


def test_it_is_made_when_the_session_closes(hosted: "Served", after: dict[str, str]) -> None:
    """Nobody has asked for it, and it is kept."""
    found = kept(hosted)
    assert found is not None
    assert (found.session, found.posts, len(found.questions[0].answers)) == (NAME, 7, 2)
    assert after["answer"] in found.questions[0].answers


def test_what_is_kept_is_read_after_a_restart(hosted: "Served", after: dict[str, str], reading: Reading) -> None:
    """It is not made anew; where it was lost, or is of another make, it is."""
    before = kept(hosted)
    assert before is not None
    assert hosted.library is not None
    for content, again in ((None, False), (b"{}", True)):
        hosted.stop()
        if content is not None:
            hosted.library.keep_recap(NAME, before.made, content)
        hosted.evening.come_back()
        hosted.evening.wait(3_600)
        hosted.start()
        page = reading(**DESK).open(PAGE)
        expect(page.get_by_role("region", name="Question by question")).to_contain_text("A patrol that stopped")
        page.close()
        found = kept(hosted)
        assert found is not None
        assert (found.made > before.made) is again
        assert found.questions == before.questions
    assert after


def test_who_still_waits_when_it_closes_is_told_of_when_it_is_settled(hosted: "Served", reading: Reading) -> None:
    """At the close the recap says that posts wait; when each has had its turn, or was folded, it is made anew."""
    evening = hosted.evening

    def happen() -> None:
        evening.move(Begin())
        for number in range(60):
            evening.tell(
                evening.a_post(f"Number {number} says {number * 7} things about {number * 13} streets"), after=0.1
            )
        evening.move(End())

    hosted.do(happen)
    first = kept(hosted)
    assert first is not None
    assert first.places.waiting > 0
    page = reading(**DESK).open(PAGE)
    expect(page.get_by_text("still wait for a turn: this page follows")).to_be_visible()
    hosted.do(lambda: evening.wait(400))
    page.reload()
    expect(page.get_by_text("still wait")).to_have_count(0)
    last = kept(hosted)
    assert last is not None
    assert last.places.waiting == 0
    assert sum(last.reasons.values()) == 60


def test_a_session_that_was_not_over_after_all(hosted: "Served", after: dict[str, str], reading: Reading) -> None:
    """Where ending it is undone it is on again; when it ends for good the recap has all of it."""
    evening = hosted.evening
    end = next(move for move in reversed(evening.desk.lately) if isinstance(move.do, End))
    hosted.do(lambda: evening.move(Undo(move=end.id)))
    page = reading(**DESK).open(PAGE)
    expect(page.get_by_text("On now, since")).to_be_visible()
    hosted.do(lambda: evening.post("One more thing before we go", "did:plc:fay"))
    hosted.do(lambda: evening.wait(30))
    hosted.do(lambda: evening.move(End()))
    found = kept(hosted)
    assert found is not None
    assert found.posts == 8
    page.reload()
    expect(page.locator(".recap .lede").first).to_contain_text("8 posts by 7 accounts")
    assert after


def test_a_session_that_ends_by_its_hour_has_its_recap_too(hosted: "Served") -> None:
    """With the first thing that happens after its end; what is said then is not in it."""
    evening = hosted.evening
    plan = Schedule(recurs=Weekly(days=(3,)), at=time(3), zone="UTC", lasting=timedelta(minutes=30))

    def happen() -> None:
        evening.move(Settle(settings=Settings(tag="copchat", schedule=plan)))
        evening.wait(3_600)
        evening.post("Good evening to all of you")
        evening.wait(1_800)

    hosted.do(happen)
    found = kept(hosted)
    assert found is not None
    assert (found.posts, found.ends - found.begins) == (1, timedelta(minutes=30))
    hosted.do(lambda: evening.post("Is anybody still here?"))
    with httpx.Client(base_url=hosted.url) as http:
        assert "1 post by 1 account" in http.get(PAGE).text


def test_without_a_site_there_is_a_recap_all_the_same(served: "Served", reading: Reading, tmp_path: Path) -> None:
    """An evening that is hosted without articles works it out and holds it."""
    served.stop()
    with people_opened(tmp_path / "people.db") as people:
        served.people = people
        served.start()
        small(served)
        reader = reading(**DESK)
        served.sign_in(reader.context, "host")
        page = reader.open(PAGE)
        expect(page.get_by_role("region", name="Question by question")).to_contain_text("A patrol that stopped")
        expect(page.get_by_role("link", name="Write the recap")).to_have_count(0)
        page.close()


# The host's own words


def test_the_host_s_words_come_first(hosted: "Served", after: dict[str, str], reading: Reading) -> None:
    """A draft is the host's alone; what is published stands above what was worked out."""
    reader, other = reading(**DESK), reading(**DESK)
    hosted.sign_in(reader.context, "host", "Robin")
    page = reader.open(PAGE)
    expect(page.get_by_role("link", name="Write the recap")).to_have_attribute("href", f"/console/site/recap/{NAME}")
    assert hosted.library is not None
    now = hosted.evening.now
    text = "I was **wrong** about the patrols, and <script>alert(1)</script> glad of it."
    draft = Article(kind="recap", path=PAGE, title="What I learnt", text=text, updated=now, by="Robin", session=NAME)
    draft = hosted.library.keep(draft)
    page.reload()
    expect(page.get_by_role("link", name="Write the recap")).to_have_count(0)
    expect(page.locator(f"a[href='/console/site/recap/{NAME}']")).to_be_visible()
    page = other.open(PAGE)
    expect(page.get_by_text("about the patrols")).to_have_count(0)
    expect(page.locator("a[href^='/console']")).to_have_count(0)
    hosted.library.keep(_published(draft))
    page.reload()
    expect(page.get_by_text("wrong", exact=True)).to_be_visible()
    words, quotes = page.get_by_text("about the patrols").bounding_box(), page.locator(".recap").bounding_box()
    assert words is not None
    assert quotes is not None
    assert words["y"] < quotes["y"]
    opened(page)
    assert violations(page) == []
    assert after


def _published(draft: Article) -> Article:
    return msgspec.structs.replace(draft, state="published", published=draft.updated)


# What leads nowhere


def test_what_leads_nowhere_says_so(hosted: "Served", after: dict[str, str]) -> None:
    """No session, no such reason, a session that is not over; HEAD is answered as GET is."""
    with httpx.Client(base_url=hosted.url) as http:
        for nothing in (
            "/sessions/2026-03-06",
            f"{PAGE}/folded/nothing",
            f"{PAGE}/folded/room",
            "/sessions/x/folded/copy",
        ):
            assert http.get(nothing).status_code == 404, nothing
        assert http.get(f"{PAGE}/folded/copy").status_code == 200
        assert http.get(f"{PAGE}/folded/copy?before=x").status_code == 404
        assert http.head(PAGE).status_code == 200
        assert http.get(f"{PAGE}/floor").status_code == 200
        hosted.do(lambda: hosted.evening.move(Begin()))
        assert http.get(f"{PAGE}-2").status_code == 200
        assert http.get(f"{PAGE}-2/folded/copy").status_code == 404
    assert after
