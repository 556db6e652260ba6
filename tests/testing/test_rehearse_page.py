import builtins
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner
from typing_extensions import override

from fairfloor.acts.act import Post
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd import Laid, Role, Tactic, World, independent, over
from fairfloor.testing.rehearse.asked import session
from fairfloor.testing.rehearse.course import Speaker, Way, course
from fairfloor.testing.rehearse.measure import measure
from fairfloor.testing.rehearse.page import NoPlots, drawing, page
from fairfloor.testing.rehearse.play import Played, Repeat, play
from fairfloor.testing.rehearse.repeats import COLUMNS, ROWS, repeats
from fairfloor.testing.rehearse.scene import Scene, half_synthetic
from fairfloor.testing.rehearse.stage import Staged

CHAT = World(seed=2)
WORLD = World(
    tactics=(Tactic.COPY, Tactic.RING),
    attackers=100,
    seed=4,
    start=CHAT.start + timedelta(minutes=20),
    minutes=40,
    hijack_from=8,
    hijack_for=30,
)
NASTY = "</svg><script>alert(1)</script>\u202e"


def staged() -> Staged:
    """Give a rehearsal in which one of the crowd has a nasty handle."""
    laid, meant = over(independent(CHAT).acts, WORLD, WORLD.end)
    first = min(laid.burst)
    acts = tuple(msgspec.structs.replace(act, handle=NASTY) if act.account == first else act for act in laid.acts)
    named = Laid(acts=acts, burst=laid.burst, regulars=laid.regulars)
    scene = half_synthetic(named, Rules(tag="<b>chat</b>", pace=6.0), WORLD.hijack, meant)
    return Staged(scene=scene, head=("Half-synthetic: a test.", NASTY), complaints=())


@pytest.fixture(scope="module")
def rehearsal() -> tuple[Scene, Played]:
    """Give a scene and what became of it."""
    scene = staged().scene
    return scene, play(scene)


@pytest.fixture(scope="module")
def written(rehearsal: tuple[Scene, Played]) -> str:
    """Give the page."""
    return page(staged(), rehearsal[1], measure(*rehearsal))


class Read(HTMLParser):
    """Reads a page as a browser would, without one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.refers: list[str] = []
        self.policy = ""
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag, and of what it refers to."""
        self.tags[tag] += 1
        self.refers += [
            value or "" for name, value in attrs if name in {"src", "href", "xlink:href", "action", "style"}
        ]
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""


def test_the_page_needs_nothing_from_anywhere_and_runs_nothing(written: str) -> None:
    """It has no script and refers to nothing; its policy forbids both; what people are called stays text."""
    read = Read(written)
    assert not read.tags["script"]
    assert not read.tags["link"]
    assert not [refers for refers in read.refers if ":" in refers or "url(" in refers]
    assert "default-src 'none'" in read.policy
    assert "url(" not in written
    assert "@import" not in written
    assert "<b>chat" not in written
    assert "&lt;b&gt;chat" in written
    names = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]
    assert re.findall(r"https?://[^\"' ]+", written) == names * 2
    assert "bot" not in re.findall(r"[a-z]+", re.sub(r"<style>.*?</style>", "", written, flags=re.DOTALL).lower())


def test_each_plot_is_told_in_words_and_in_numbers_too(written: str) -> None:
    """Beside each of the two plots stand a sentence, which names it, and a table of its numbers."""
    read = Read(written)
    assert read.tags["svg"] == read.tags["figure"] == 2
    said = re.findall(r'role="img" aria-label="([^"]+)"', written)
    assert re.match(r"At its height, from \d\d:\d\d UTC on, the flood said \d+", said[0])
    assert re.match(r"\d+ accounts act in step, no genuine account among them. Together they repeated", said[1])
    assert all(written.count(sentence) == 2 for sentence in said)
    assert written.count("The same in numbers") == 2


def test_colours_follow_the_page_into_the_dark(written: str) -> None:
    """No plot has a colour of its own: each is a variable that the page's style sets, for light and for dark."""
    plots = "".join(re.findall(r"<svg.*?</svg>", written, re.DOTALL))
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', plots)) - {"none", "transparent"}
    assert colours >= {"var(--flood)", "var(--floor)", "var(--newcomer)"}
    assert all(re.fullmatch(r"var\(--[a-z]+\)", colour) for colour in colours)
    style = written.partition("<style>")[2].partition("</style>")[0]
    assert all(style.count(f"{colour[4:-1]}:") >= 2 for colour in colours)


def test_the_course_counts_every_message_once(rehearsal: tuple[Scene, Played]) -> None:
    """Each post is in what was said, each message shown in its way; bars are not more than can be told apart."""
    scene, played = rehearsal
    found = course(scene, played)
    count: Counter[Way] = Counter()
    for bar in found.bars:
        count[bar.way] += bar.messages
    measured = measure(scene, played)
    assert count == {
        Way.SAID: measured.posts,
        Way.FLOOR: measured.floor.whole.shown,
        Way.NEWEST: measured.newest.whole.shown,
        Way.REPOSTED: measured.reposted.whole.shown,
    }
    assert len({bar.since for bar in found.bars}) <= 75
    flood = sum(bar.messages for bar in found.bars if bar.way is Way.FLOOR and bar.speaker is Speaker.FLOOD)
    assert flood == measured.floor.whole.flood


def test_a_long_session_has_wider_bars() -> None:
    """Over two days bars are an hour wide, and nothing is lost."""
    acts = tuple(
        Post(
            id=str(hour), at=WORLD.start + timedelta(hours=hour), account=f"a{hour}", text=f"{hour} said this and that"
        )
        for hour in range(48)
    )
    scene = half_synthetic(Laid(acts=acts, burst=frozenset({"a7"}), regulars=frozenset()), Rules(tag="copchat"))
    found = course(scene, play(scene))
    assert found.span == timedelta(hours=1)
    assert sum(bar.messages for bar in found.bars if bar.way is Way.SAID) == 48


def echoing(repeated: dict[tuple[str, str], int], genuine: frozenset[str] = frozenset()) -> tuple[Scene, Played]:
    """Make up that accounts in step repeated others so often."""
    accounts = sorted({account for pair in repeated for account in pair})
    roles = {account: Role.REGULAR if account in genuine else Role.ATTACKER for account in accounts}
    says = {account: 0.1 if any(account == by for by, _ in repeated) else 1.0 for account in accounts}
    scene = Scene(rules=Rules(tag="copchat"), acts=(), roles=roles, questions=frozenset(), hijack=None, meant={})
    counted = Counter({Repeat(by, of, "words"): times for (by, of), times in repeated.items()})
    return scene, Played(shown=(), became={}, says=says, lowest=says, repeats=counted)


def test_few_accounts_in_step_are_shown_one_by_one() -> None:
    """Each has a row of its own, beside those who repeat the same; whom they repeat most is told."""
    found = repeats(*echoing({("a", "x"): 3, ("b", "y"): 2, ("c", "x"): 5, ("c", "y"): 1}, frozenset({"y"})))
    assert found.rows == ("c", "a", "b")
    assert found.columns == ("x", "y")
    assert {(dot.account, dot.before): dot.times for dot in found.dots} == {
        ("a", "x"): 3,
        ("b", "y"): 2,
        ("c", "x"): 5,
        ("c", "y"): 1,
    }
    assert (found.in_step, found.genuine, found.before, found.before_genuine, found.times) == (3, 0, 2, 1, 11)
    assert found.most == ("x", 2)


def test_many_accounts_in_step_are_put_together_by_whom_they_repeat() -> None:
    """Two squads that each repeat their own are two rows, and what a mark says is the average of one account."""
    squads = {(f"{squad}{number:02}", f"leader{squad}"): 2 for squad in "ab" for number in range(ROWS)}
    found = repeats(*echoing({**squads, ("a00", "leadera"): 14}))
    assert found.rows == (f"a00 +{ROWS - 1}", f"b00 +{ROWS - 1}")
    assert found.columns == ("leadera", "leaderb")
    assert sorted(dot.times for dot in found.dots) == [2, 2 + 12 / ROWS]


def test_whom_they_repeat_is_put_together_where_there_are_many() -> None:
    """No more than so many columns are named; the rest share one, and no repetition is lost."""
    found = repeats(*echoing({("a", f"x{number:02}"): 20 - number for number in range(20)}))
    assert len(found.columns) == COLUMNS + 1
    assert found.columns[-1] == f"{20 - COLUMNS} others"
    assert sum(dot.times for dot in found.dots) == found.times == sum(range(1, 21))


def test_no_echo_is_a_sentence_and_no_plot() -> None:
    """Where nobody acts in step the page says so."""
    laid = Laid(acts=independent(World(seed=2, minutes=10)).acts, burst=frozenset(), regulars=frozenset())
    scene = half_synthetic(laid, Rules(tag="copchat"))
    played = play(scene)
    text = page(Staged(scene=scene, head=("Nothing.",), complaints=()), played, measure(scene, played))
    assert "No account acts in step with others" in text
    assert Read(text).tags["svg"] == 1


def test_without_the_plots_extra_the_command_says_so_before_it_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where Altair is not installed, --html ends at once with what to install, and nothing is written."""
    from tests.testing.test_rehearse import app  # noqa: PLC0415 - only this test needs the command

    real: Callable[..., Any] = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] in {"altair", "vl_convert"} or name.endswith("rehearse.plots"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delattr("fairfloor.testing.rehearse.plots", raising=False)
    monkeypatch.delitem(__import__("sys").modules, "fairfloor.testing.rehearse.plots", raising=False)
    with pytest.raises(NoPlots, match=r"pip install 'fairfloor\[plots\]'"):
        drawing()
    target = tmp_path / "page.html"
    asked = ["rehearse", "no-chat", "--crowd", "copy", "--session", "x", "--tag", "x", "--html", str(target)]
    ended = CliRunner().invoke(app, asked)
    assert (ended.exit_code, target.exists()) == (2, False)
    assert "plots extra, which is not installed" in ended.output


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_reads_well_on_a_phone(
    written: str, tmp_path: Path, scheme: Literal["light", "dark"], chromium: Browser
) -> None:
    """A browser asks for nothing more, complains of nothing, fits the screen, and draws in the scheme's colours."""
    path = tmp_path / "page.html"
    path.write_text(written, "utf-8")
    shown = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    wrong: list[str] = []
    shown.on("request", lambda request: wrong.append(request.url))
    shown.on("console", lambda said: wrong.append(said.text))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.goto(path.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    marks = shown.locator("svg .mark-rect path")
    colours = marks.evaluate_all("marks => marks.map(mark => getComputedStyle(mark).fill)")
    assert ("rgb(226, 184, 102)" if scheme == "dark" else "rgb(125, 82, 0)") in colours
    shown.close()
    assert wrong == [path.as_uri()]


def test_a_page_is_written_where_it_is_asked(tmp_path: Path) -> None:
    """The command writes the page and says where it is; where it cannot be written, it says so."""
    from tests.testing.test_rehearse import app, write  # noqa: PLC0415 - only this test needs the command

    chat, target = write(tmp_path / "chat.acts.jsonl", independent(World(seed=5)).acts), tmp_path / "page.html"
    times = "2014-10-23T01:20Z/02:00Z"
    assert session(times).start < session(times).end
    asked = ["rehearse", str(chat), "--crowd", "copy:30", "--session", times, "--tag", "copchat", "--html"]
    done = CliRunner().invoke(app, [*asked, str(target)])
    assert done.exit_code == 0, done.output
    assert f"The page is in {target}" in done.output
    assert target.read_text("utf-8").startswith("<!doctype html>")
    failed = CliRunner().invoke(app, [*asked, str(tmp_path / "no" / "page.html")])
    assert failed.exit_code == 2
    assert "The page was not written." in failed.output
