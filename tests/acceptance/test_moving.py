"""Moving in and out, by the commands that a host types, and on the exports that everybody tries.

The standard samples (WordPress/theme-test-data, the test data of WordPress/wordpress-importer, Isso's and Remark42's
own) are other people's and not here: `../shared/data/wordpress`, or the folder that FAIRFLOOR_WXR names, may have them.
"""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import Rest, rest_of
from fairfloor.store.site.library import SqlLibrary
from fairfloor.testing.command import run
from fairfloor.wiring.moving import moved_in, site_of
from fairfloor.wiring.moving_out import as_wordpress

from ..archive.test_wordpress import parts  # noqa: TID252 - as elsewhere in the tests
from ..sources.moving.exports import NOW, comment, export, item  # noqa: TID252 - as elsewhere in the tests

SAMPLES = Path(os.environ.get("FAIRFLOOR_WXR", Path(__file__).parents[2].parent / "shared" / "data" / "wordpress"))


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """Set a chat up."""
    done = run(
        tmp_path, "chat", "new", "copchat", "--when", "Wednesdays 21:00 America/Toronto", "--host", "did:plc:host",
        "--as", "Sam", "--no-ask",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    return tmp_path / "copchat.db"


SMALL = export(item(1, "".join(comment(n, n - 1) for n in range(1, 10))), item(2, wp_post_type="attachment"))


def test_a_host_moves_in_and_out_by_three_commands(chat: Path) -> None:
    """On trial, for real, out as JSON and for WordPress; the report has every item, the terminal what matters."""
    folder = chat.parent
    (folder / "old.xml").write_bytes(SMALL)
    trial = run(folder, "import", "wordpress", "old.xml", "--dry-run", "--report", "trial.json")
    assert trial.exit_code == 0, trial.stderr
    assert "Nothing was changed" in trial.stdout
    real = run(folder, "import", "wordpress", "old.xml", "--store", "copchat.db", "--report", "real.json")
    assert "attachment" in real.stdout
    assert "Files are not fetched" in real.stdout
    told = json.loads((folder / "real.json").read_text("utf-8"))
    assert told["counts"]["comment"] == {"kept": 9}
    assert told["entries"] == json.loads((folder / "trial.json").read_text("utf-8"))["entries"]
    for command in (("json", "site.json"), ("wordpress", "new.xml")):
        done = run(folder, "export", *command)
        assert "9 comments are in" in done.stdout, done.stderr
    assert (folder / "site.json").stat().st_mode & 0o077 == 0
    before, after = parts(SMALL), parts((folder / "new.xml").read_bytes())
    assert all(after.get(part, 0) >= number for part, number in before.items())


def test_what_cannot_be_done_is_said_in_a_sentence(chat: Path) -> None:
    """A file that is not there, one of another kind, a chat that is not there: no traceback, and what to do."""
    folder = chat.parent
    (folder / "page.html").write_text("<!doctype html><title>Log in</title>", "utf-8")
    for arguments, said in (
        (("import", "wordpress", "nowhere.xml"), "No such file"),
        (("import", "wordpress", "page.html"), "looks like a web page"),
        (("import", "isso", "copchat.db"), "a file of Fairfloor's own"),
        (("import", "disqus", "page.html", "--store", "other.db"), "There is no other.db"),
        (("export", "json", "no/such/folder/site.json"), "No such file"),
    ):
        done = run(folder, *arguments)
        assert done.exit_code == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


# The standard samples


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Open a new site."""
    (tmp_path / "chat.db").touch()
    with site_of(tmp_path / "chat.db") as opened:
        yield opened


def sample(name: str) -> Path:
    """Give a sample; skips where it is not there."""
    found = sorted(SAMPLES.rglob(name))
    if not found:
        pytest.skip(f"{name} is not in {SAMPLES}: fetch the samples that docs/moving.md names, or set FAIRFLOOR_WXR")
    return found[0]


def depths(comments: dict[str, str | None]) -> dict[str, int]:
    """Give the depth of each of some comments, by their parents."""
    found: dict[str, int] = {}
    for one, parent in comments.items():
        above, deep = parent, 1
        while above in comments:
            above, deep = comments[above], deep + 1
        found[one] = deep
    return found


def truth(path: Path) -> dict[str, tuple[int, str]]:
    """Give what a sample says itself: of each comment its depth and its time."""
    told: dict[str, tuple[int, str]] = {}
    for one in ET.parse(path).iter("item"):  # noqa: S314 - samples that somebody has put there
        found = [{part.tag.partition("}")[2]: (part.text or "").strip() for part in some} for some in one
                 if some.tag.endswith("}comment")]  # fmt: skip
        above = {each["comment_id"]: each.get("comment_parent") for each in found}
        deep = depths(above)
        told |= {each["comment_id"]: (deep[each["comment_id"]], each["comment_date_gmt"]) for each in found}
    return told


def number(one: Comment) -> str:
    """Give the number that a comment had."""
    rest = rest_of(one, Rest)
    assert rest is not None
    return next(part.text or "" for part in rest.parts if part.name == "wp:comment_id")


@pytest.mark.parametrize(
    ("name", "comments", "deepest"),
    [
        ("themeunittestdata.wordpress.xml", 33, 10),
        ("theme-unit-test-data.xml", 33, 10),
        ("64-block-test-data.xml", 2, 2),
        ("theme-preview.xml", 2, 1),
        ("small-export.xml", 1, 1),
        ("valid-wxr-1.0.xml", 1, 1),
        ("valid-wxr-1.1.xml", 1, 1),
        ("slashes.xml", 1, 1),
    ],
)
def test_every_comment_of_a_standard_sample_is_at_its_true_depth_and_time(
    name: str, comments: int, deepest: int, library: SqlLibrary, tmp_path: Path
) -> None:
    """Compared with what another reader makes of the file; then out again, where nothing is missing."""
    path = sample(name)
    told = truth(path)
    assert len(told) == comments
    moved_in(tmp_path / "chat.db", path, "wordpress", NOW)
    kept = library.whole().comments
    names = {one.id: number(one) for one in kept}
    deep = depths({str(one.id): None if one.parent is None else str(one.parent) for one in kept})
    here = {names[one.id]: (deep[str(one.id)], f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}") for one in kept}
    assert here == told
    assert max(deep.values()) == deepest
    as_wordpress(tmp_path / "chat.db", tmp_path / "out.xml", "https://chat.example")
    before, after = parts(path.read_bytes()), parts((tmp_path / "out.xml").read_bytes())
    assert [part for part in before if part not in after] == []


@pytest.mark.parametrize(
    ("system", "name", "comments"),
    [("wordpress", "isso/wordpress.xml", 8), ("disqus", "isso/disqus.xml", 5), ("disqus", "remark42/disqus.xml", 4)],
)
def test_samples_of_other_servers_are_read(
    system: str, name: str, comments: int, library: SqlLibrary, tmp_path: Path
) -> None:
    """Those that they try their own imports on."""
    moved_in(tmp_path / "chat.db", sample(name), system, NOW)
    assert len(library.whole().comments) == comments
