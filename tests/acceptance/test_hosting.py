"""A night is hosted, from setting the chat up to the public log: real processes, a real browser, a simulated crowd."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import ClassVar

import icalendar
import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect
from typing_extensions import override

from fairfloor.acts.act import Post
from fairfloor.session.people import Account
from fairfloor.store.location import people_beside
from fairfloor.store.people.people import people_opened
from fairfloor.testing.axe import violations
from fairfloor.testing.crowd import Simulation, Tactic, World, simulate
from fairfloor.testing.watching import DEADLINE, FAIRFLOOR, Watching
from fairfloor.web.address import name_of
from fairfloor.web.people.door import digest, new_token

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]
SHEET = (
    "What does a good conversation with an officer look like?",
    "Body cameras: what should be recorded?",
    "When trust was broken in your town, what helped?",
    "What should officers hear tonight?",
    "Who is missing from this conversation?",
    "What will you do differently next week?",
)
WORLD = World(
    tactics=(Tactic.COPY, Tactic.EDITED, Tactic.UNIQUE),
    attackers=90,
    seed=7,
    hijack_from=1.0,
    hijack_for=50.0,
    run_sheet=SHEET,
)
SPEED = 10
PASSWORD = "a long line of quiet words"  # noqa: S105 - of a test's host
WHEN = "Wednesdays 21:30 America/Toronto"
"""Half an hour after the crowd begins to talk: the host sets the chat up, and then begins early."""
TOPIC = "What becomes of a complaint"


class Night:
    """An evening as it runs in a process of its own, and those who are at it with their browsers."""

    def __init__(self, folder: Path, chromium: Browser) -> None:
        self.folder, self._chromium = folder, chromium
        self.people: list[Person] = []
        self.kind: type[Person] = Person
        """How people are at it."""
        self.looked: set[tuple[str, ...]] = set()
        """Pages that somebody has looked at."""
        simulation = _simulation()
        self.acts = {act.id: act for act in simulation.acts}
        self.critics = _of(simulation, "critic")
        (folder / "evening.acts.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, simulation.acts)))
        (folder / "regulars.txt").write_text("\n".join(simulation.regulars), "utf-8")
        self._host = min(simulation.hosts)
        self.watching = self._watch()

    def _watch(self) -> Watching:
        evening = ("#copchat", "evening.acts.jsonl", "--source", "file", "--speed", SPEED)
        return Watching((*evening, "--host", self._host, "--regulars", "regulars.txt"), self.folder)

    def add_host(self, name: str) -> None:
        """Add the host by the command line, as it runs."""
        command: list[str | Path] = [FAIRFLOOR, "people", "add", "copchat.db", name]
        typed = f"{PASSWORD}\n{PASSWORD}\n"
        subprocess.run(command, cwd=self.folder, input=typed, text=True, check=True, start_new_session=True)

    def person(self, account: str = "") -> "Person":
        """Give somebody a browser; signed in as an account where one is given, else nobody yet."""
        context = self._chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        if account:
            context.add_cookies([{"name": "fairfloor-visit", "value": self._visit(account), "url": self.address}])
        self.people.append(self.kind(self, context))
        return self.people[-1]

    def _visit(self, account: str) -> str:
        handle = next(act.handle for act in self.acts.values() if act.account == account)
        token, one = new_token(), Account(id=account, handle=handle or account, network="bluesky")
        with people_opened(people_beside(self.folder / "copchat.db")) as people:
            people.begin(digest(token), one, datetime.now(UTC))  # noqa: TID251 - doors go by the wall clock
        return token

    def author(self, key: str) -> str:
        """Give the account of a post, by the key of its page."""
        return self.acts[name_of(key) or ""].account

    def crash(self) -> None:
        """Kill the process at once, and start it again; who was there sees nothing of it but another address."""
        for one in self.people:
            for page in one.context.pages:
                page.goto("about:blank")
        self.watching.end(signal.SIGKILL)
        self.watching = self._watch()

    @property
    def address(self) -> str:
        """Where the pages are now."""
        return self.watching.address

    def verified(self, log: Path) -> str:
        """Check a log by the command line, and give what it says."""
        done = subprocess.run([FAIRFLOOR, "verify", log], capture_output=True, text=True, check=False, timeout=DEADLINE)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def close(self) -> None:
        """End it; raises AssertionError where anything was wrong with a page that somebody saw."""
        wrong = [one for person in self.people for one in person.wrong]
        for one in self.people:
            one.context.close()
        if self.watching.process.poll() is None:
            self.watching.end(signal.SIGKILL)
        assert not wrong


@cache
def _simulation() -> Simulation:
    return simulate(WORLD)


def _of(simulation: Simulation, role: str) -> list[str]:
    """Give the accounts of a role that say something."""
    spoke = dict.fromkeys(act.account for act in simulation.acts if isinstance(act, Post))
    return [account for account in spoke if simulation.roles[account] == role]


class Person:
    """Somebody with a browser, by mouse and forms; and what was wrong with the pages they saw."""

    def __init__(self, night: Night, context: BrowserContext) -> None:
        self.night, self.context, self.wrong = night, context, list[str]()
        context.on("weberror", lambda one: self.wrong.append(f"error: {one.error}"))
        context.on("console", lambda one: self.wrong.append(one.text) if one.type == "error" else None)
        self.page: Page = context.new_page()

    def open(self, path: str) -> Page:
        """Open a page of the evening, and look whether everybody can use it."""
        self.page.goto(self.night.address + path)
        self.look()
        return self.page

    def look(self) -> None:
        """Look whether everybody can use the page as it is now, if nobody in the same role has done so."""
        page = (*self.signed_in, self.page.title(), *self.page.locator("#move h1").all_inner_texts())
        if page not in self.night.looked:
            self.night.looked.add(page)
            self.wrong += [f"{self.page.url}: {one}" for one in violations(self.page)]

    @property
    def signed_in(self) -> tuple[str, ...]:
        """Tell whether they are signed in, as the page's foot says it to them."""
        return ("signed in",) if self.page.get_by_role("link", name="Signed in as").count() else ()

    # With the hands; a typist does the same by other means.

    def use(self, what: Locator) -> None:
        """Follow a link, or press a button."""
        what.click()

    def write(self, field: Locator, text: str) -> None:
        """Write into a field, over what is there."""
        field.fill(text)

    def pick(self, field: Locator, place: int) -> None:
        """Choose from a list."""
        field.select_option(index=place)

    def check(self, choice: Locator) -> None:
        """Choose one of several."""
        choice.check()

    def chosen(self, where: str, move: str) -> tuple[Locator, str]:
        """Go to an item of the console that a move can be made about; gives it, and the key of its page.

        An item with the focus stays, however fast the list goes on; one that went on before a slow hand got there is
        gone, so the hand takes the next.
        """
        named = self.page.locator(f"{where} .item:not(.past)", has=self.page.locator(f'a[data-move="{move}"]')).first
        for _ in range(20):
            name = named.get_attribute("id") or ""
            item = self.page.locator(f"#{name}")
            with suppress(Error, AssertionError):
                item.locator(".gist-words").click(position={"x": 2, "y": 2}, timeout=2_000)
                expect(item).to_be_focused(timeout=2_000)
                return item, name.partition("-")[2]
        raise AssertionError(f"no item of {where} stays")

    def do(self, item: Locator, move: str) -> None:
        """Open the form of a move about an item of the console."""
        item.locator(f'a[data-move="{move}"]').click()
        expect(self.page.locator("#move")).to_be_visible()

    def ask(self) -> None:
        """Ask the next question."""
        self.do(self.page.locator("#asking"), "ask")
        self.done("Ask it now")

    # By the names that things have

    def link(self, name: str, within: str = "main") -> None:
        """Follow a link."""
        self.use(self.page.locator(within).get_by_role("link", name=name, exact=True).first)

    def fill(self, label: str, text: str) -> None:
        """Write into a field."""
        self.write(self.page.get_by_label(label).first, text)

    def press(self, name: str, within: str = "main") -> None:
        """Press a button."""
        self.use(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def done(self, button: str) -> None:
        """Send the open form."""
        self.press(button, "#move")
        expect(self.page.locator("#move")).to_be_hidden()


class Typist(Person):
    """Somebody who has a keyboard alone. The pages are those that the others have looked at."""

    _KEYS: ClassVar = {
        "fold": "f",
        "pause": "p",
        "vouch": "v",
        "answer": "a",
        "review": "a",
        "decline": "d",
        "undo": "u",
    }

    @override
    def look(self) -> None:
        pass

    @override
    def use(self, what: Locator) -> None:
        self._to(what)
        self.page.keyboard.press("Enter")

    @override
    def write(self, field: Locator, text: str) -> None:
        self._to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    @override
    def pick(self, field: Locator, place: int) -> None:
        self._to(field)
        for _ in range(place):
            self.page.keyboard.press("ArrowDown")

    @override
    def check(self, choice: Locator) -> None:
        self._to(choice)
        self.page.keyboard.press("Space")
        expect(choice).to_be_checked()

    @override
    def chosen(self, where: str, move: str) -> tuple[Locator, str]:
        item = self.page.locator(f'{where} .item:not(.past):focus:has(a[data-move="{move}"])')
        name = self._go(item)
        return self.page.locator(f"#{name}"), name.partition("-")[2]

    @override
    def do(self, item: Locator, move: str) -> None:
        if move == "undo":
            expect(item).to_be_visible()  # the key is for the last move that is shown
        else:
            self._go(item.and_(self.page.locator(":focus")))
        self.page.keyboard.press(self._KEYS[move])
        expect(self.page.locator("#move")).to_be_visible()

    @override
    def ask(self) -> None:
        self.page.keyboard.press("n")

    def _to(self, what: Locator) -> None:
        """Press Tab until something has the focus."""
        for _ in range(300):
            if what.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{what} cannot be reached by Tab")

    def _go(self, focused: Locator) -> str:
        """Press j, and at the end k, until an item of the console has the focus; gives its name."""
        key, last = "j", ""
        for _ in range(200):
            if names := focused.evaluate_all("found => found.map(one => one.id)"):  # at once: it may be past by then
                return str(names[0])
            self.page.keyboard.press(key)
            now = str(self.page.evaluate("() => document.activeElement.id"))
            key, last = ("k" if now == last else key), now
        pytest.fail(f"{focused} cannot be reached by key")


@pytest.fixture
def night(tmp_path: Path, chromium: Browser) -> Iterator[Night]:
    """Begin an evening."""
    begun = Night(tmp_path, chromium)
    yield begun
    begun.close()


def set_up(host: Person) -> None:
    """Sign in, settle what the chat is, and write tonight's run sheet."""
    page = host.open("/sign-in/host")
    host.fill("Name", "Robin")
    host.fill("Password", PASSWORD)
    host.press("Sign in")
    expect(page).to_have_url(re.compile("/console$"))
    host.open("/chat")
    host.link("Change this page")
    host.look()
    host.fill("Day, time and place", WHEN)
    host.write(page.locator("#name"), "Cop Chat")
    host.fill("What it is about", "Police officers and the public, an hour a week.")
    host.fill("House rules", "- **Ask and answer.** Hard questions are welcome.")
    host.write(page.locator("#reason"), "We begin anew")
    host.press("Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cop Chat")
    expect(page.locator("main")).to_contain_text("Wednesdays at 21:30, Toronto time")
    host.look()
    host.open("/console/sheet")
    for number, text in enumerate(SHEET[:3], 1):
        host.fill(f"Question {number}", text)
    host.press("Save the run sheet")
    expect(page).to_have_url(re.compile("#write$"))
    expect(page.locator("#text-2")).to_have_value(SHEET[2])
    host.look()


def begin(host: Person) -> None:
    """Begin the session, and ask what comes next on the run sheet."""
    page = host.open("/console")
    host.link("Begin the session", "#asking")
    host.fill("What it is about", "Body cameras")
    host.look()
    host.done("Begin")
    expect(page.locator("#asking")).to_contain_text("On since")
    asked = page.locator("#asking .next .text").first.inner_text()
    host.ask()
    expect(page.locator(".asked-now")).to_contain_text(asked)


def storm(host: Person, reader: Person) -> str:
    """When the flood comes: fold, unfold, fold, pause and vouch; gives the key of what is folded."""
    page, live = host.page, reader.open("/")
    expect(page.locator("#say")).to_have_attribute("data-situation", re.compile("^(flood|crowded)$"))
    expect(page.locator("#say")).to_contain_text("12 can be read in one")
    host.look()
    item, first = host.chosen("#floor", "fold")
    shown = live.locator(f'#floor a.when[href="/act/{first}"]')
    expect(shown).to_have_count(1)
    host.do(item, "fold")
    host.look()
    host.press("It insults somebody", "#move")
    host.done("Fold")
    expect(shown).to_have_count(0)
    host.do(page.locator("#moves .item", has_text="It insults somebody"), "undo")
    host.done("Undo")
    live.reload()
    expect(shown).to_have_count(1)
    item, folded = host.chosen("#floor", "fold")
    host.do(item, "fold")
    host.fill("Why", "It names a private person")
    host.done("Fold")
    item, _ = host.chosen("#waiting", "pause")
    host.do(item, "pause")
    host.press("It insults people", "#move")
    host.done("Pause")
    item, _ = host.chosen("#floor", "vouch")
    host.do(item, "vouch")
    host.fill("Why", "I know who this is")
    host.done("Vouch")
    expect(page.locator("#moves .item").first).to_contain_text("vouched for")
    return folded


def answer(host: Person, reader: Person) -> str:
    """Answer a question, decline another, pin a notice; gives the key of the answered."""
    page = host.page
    item, answered = host.chosen("#questions", "answer")
    host.do(item, "answer")
    host.fill("Your answer", "On Friday, in the town hall, for everybody to see.")
    host.done("Answer")
    expect(page.locator(f"#q-{answered}:not(.past)")).to_have_count(0)
    item, _ = host.chosen("#questions", "decline")
    host.do(item, "decline")
    host.fill("Why", "It is about a case that is before a court")
    host.done("Decline")
    host.link("Pin a notice", "#asking")
    host.fill("The notice", "Everybody gets a turn tonight")
    host.done("Pin a notice")
    expect(reader.page.locator("#notice")).to_contain_text("Everybody gets a turn tonight")
    return answered


def dispute(host: Person, asker: Person, question: str) -> None:
    """Whoever asked sees the answer, and disputes it; the host responds, and all stands side by side."""
    page = asker.open(f"/ledger/{question}")
    expect(page.locator("main")).to_contain_text("On Friday, in the town hall")
    asker.fill("What does the answer leave open?", "That is when, and I asked who decides.")
    asker.press("Dispute it")
    expect(page.locator("#disputes")).to_contain_text("I asked who decides")
    asker.look()
    page = host.open("/ledger?state=disputed")
    host.use(page.locator(".questions a").first)
    host.use(page.locator("#disputes summary").first)
    host.fill("Your response", "The board decides, and I will bring its answer.")
    host.look()
    host.press("Respond")
    expect(page.locator("#disputes")).to_contain_text("The board decides")
    page = asker.open(f"/ledger/{question}")
    expect(page.locator("#disputes")).to_contain_text("The board decides")


def propose(host: Person, critic: Person, others: list[Person]) -> None:
    """A critic proposes, others second, the host accepts: it is a session to come, in the calendar too."""
    page = critic.open("/proposals")
    critic.fill("The topic", TOPIC)
    critic.fill("Why the chat should take it on", "Nobody in our street has ever heard back.")
    critic.press("Propose it")
    expect(page.get_by_role("heading", level=1)).to_have_text(TOPIC)
    for one in others:
        one.open("/proposals")
        one.press("I want this")
        expect(one.page.get_by_role("button", name="I want this ✓")).to_be_visible()
    page = host.open("/proposals")
    host.link(TOPIC)
    expect(page.locator("#wants + .verdict")).to_contain_text("3 voices")
    host.look()
    host.pick(page.get_by_label("Accept it for a session"), 1)
    host.fill("A word with it", "You asked, so we take it on")
    host.press("Accept it")
    host.link("The session")
    expect(page.get_by_role("heading", level=1)).to_have_text(TOPIC)
    host.look()
    page = critic.open("/chat")
    expect(page.get_by_role("link", name=TOPIC)).to_be_visible()
    calendar = icalendar.Calendar.from_ical(page.request.get(f"{critic.night.address}/calendar.ics").text())
    assert any(TOPIC in str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))


def look_again(host: Person, author: Person, folded: str) -> None:
    """Whoever was folded asks for a second look; the host grants it, and the post has the floor."""
    page = author.open(f"/act/{folded}")
    author.link("Ask for a second look")
    author.look()
    author.fill("What should the host know?", "It is my own name that I wrote there.")
    author.press("Ask for a second look")
    expect(page.locator("#looks + .look")).to_contain_text("It waits for an answer")
    page = host.open("/console")
    host.do(page.locator("#appeals .item", has_text="my own name"), "review")
    host.check(page.get_by_label("It gets the floor"))
    host.fill("Your answer", "You are right, and I am sorry.")
    host.look()
    host.done("Answer it")
    page = author.open(f"/act/{folded}")
    expect(page.locator("main")).to_contain_text("floor")
    page = author.open("/appeals")
    expect(page.locator("main")).to_contain_text("You are right, and I am sorry.")


def end(host: Person) -> None:
    """End the session."""
    page = host.open("/console")
    host.link("End the session", "#asking")
    host.done("End")
    expect(page.locator("#asking")).to_contain_text("Not on. Next:")


def account_for(reader: Person, log: Path) -> None:
    """Whoever comes reads in the log what was done and why, checks it, and reads the report."""
    page = reader.open("/log")
    for words in ("We begin anew", "It insults somebody", "It names a private person", "It insults people"):
        expect(page.locator("main")).to_contain_text(words)
    for words in ("I know who this is", "It is about a case that is before a court", "I asked who decides", TOPIC):
        expect(page.locator("main")).to_contain_text(words)
    with page.expect_download() as file:
        reader.link("Take the log")
    file.value.save_as(log)
    reader.night.verified(log)
    page = reader.open("/report")
    expect(page.locator("main")).to_contain_text("second look")
    expect(page.locator(".done-list")).to_contain_text("fold")


def test_a_night_is_hosted_by_mouse_and_forms(night: Night) -> None:
    """The host sets up, asks, folds and unfolds, answers, declines, accepts; others ask, dispute, propose, appeal."""
    night.add_host("Robin")
    host, reader = night.person(), night.person()
    set_up(host)
    begin(host)
    folded = storm(host, reader)
    answered = answer(host, reader)
    night.crash()
    dispute(host, night.person(night.author(answered)), answered)
    critic, *others = map(night.person, night.critics[:3])
    propose(host, critic, others)
    look_again(host, night.person(night.author(folded)), folded)
    end(host)
    account_for(night.person(), night.folder / "log.jsonl")


def test_and_by_keyboard_alone(night: Night) -> None:
    """The same by keys, Tab and Enter: nobody needs a mouse, on either side."""
    night.kind = Typist
    night.add_host("Robin")
    host, reader = night.person(), night.person()
    set_up(host)
    begin(host)
    folded = storm(host, reader)
    answered = answer(host, reader)
    dispute(host, night.person(night.author(answered)), answered)
    critic, *others = map(night.person, night.critics[:3])
    propose(host, critic, others)
    look_again(host, night.person(night.author(folded)), folded)
    end(host)
