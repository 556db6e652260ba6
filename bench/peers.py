"""Fairfloor's core beside the peers, on the same posts: time as a ratio to ours, and memory.

Run it as `make bench` or `.venv/bin/python -m bench peers`; the peers are in `.venv-bench` (requirements/bench.txt).
The input is a day of a busy tag (`fairfloor.testing.crowd.endless`, 5 acts a second, without the likes, for no peer
reads them):
some 2.3 posts a second and as many minutes between copies as in life. It is written as the CSV that
coordination-network-toolkit 1.5.2 reads.

What they do is not the same. Ours merges copies over the whole session, weighs every test of evidence, keeps standing
and decides the floor, act by act. Co-retweet and co-tweet find equal reposts and texts within 60 seconds, co-similar
likeness of words within 60 seconds, each in one pass over all at the end; datasketch finds likeness of texts over
the whole session and nothing else. Its time is linear in posts, theirs in posts times posts in a window.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from bench.core import decide_all, encode
from bench.measure import Spent, in_child, spend, tell

from fairfloor.acts.act import Act, Like, Post
from fairfloor.testing.crowd import World, endless

FEW, MANY = 20_000, 200_000
"""Posts on which all run; posts on which ours and datasketch run."""
PER_SECOND = 5.0
PYTHON = Path(".venv-bench/bin/python")
_TOOLS = ("co_retweet", "co_tweet", "co_similar", "datasketch")
_COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")


class Took(Spent, frozen=True):
    """What a peer took, and how much it found."""

    found: int


def acts(posts: int) -> Iterator[Act]:
    """Give posts, and the reposts between them."""
    left = iter(range(posts))
    heard = (act for act in endless(World(), per_second=PER_SECOND) if not isinstance(act, Like))
    return takewhile(lambda act: not isinstance(act, Post) or next(left, None) is not None, heard)


def write(folder: Path, posts: int) -> None:
    """Write the same acts as `acts.jsonl` and as the CSV of coordination-network-toolkit."""
    with (
        (folder / "acts.jsonl").open("wb") as ours,
        (folder / "acts.csv").open("w", newline="", encoding="utf-8") as theirs,
    ):
        table = csv.writer(theirs)
        table.writerow(_COLUMNS)
        for act in acts(posts):
            ours.write(encode(act) + b"\n")
            table.writerow(_row(act))


def _row(act: Act) -> tuple[object, ...]:
    when = int(act.at.timestamp())
    if isinstance(act, Post):
        return (act.id, act.account, act.handle, "", act.reply_to or "", act.text, when, " ".join(act.links))
    return (act.id, act.account, act.handle, act.subject, "", "", when, "")


def ours(folder: Path) -> Spent:
    """Run the whole core over a folder's acts."""
    return spend(lambda: decide_all((folder / "acts.jsonl").read_bytes().splitlines()))


def _peer(tool: str, folder: Path) -> Took:
    (folder / "network.db").unlink(missing_ok=True)
    tell(f"peers: {tool} ...")
    command = [str(PYTHON), str(Path(__file__).with_name("peer_tools.py")), tool, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Took)


def _compare(posts: int, tools: tuple[str, ...]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        tell(f"peers: writing {posts:,} posts ...")
        write(folder, posts)
        tell("peers: ours ...")
        mine = in_child(Spent, "bench.peers", "ours", folder)
        print(f"{f'{posts:,} posts and their reposts':36}{'cpu s':>8}{'clock s':>9}{'ratio':>7}{'MB':>6}{'found':>9}")
        print(f"{'fairfloor, all':36}{mine.cpu:>8.1f}{mine.wall:>9.1f}{1:>7.2f}{mine.peak:>6.0f}")
        for tool in tools:
            took = _peer(tool, folder)
            ratio = took.cpu / mine.cpu
            print(
                f"{tool:36}{took.cpu:>8.1f}{took.wall:>9.1f}{ratio:>7.2f}{took.peak:>6.0f}{took.found:>9,}", flush=True
            )


def main(*, full: bool = False) -> None:
    """Measure and print; `full` runs every peer on the large input as well (ten minutes)."""
    if not PYTHON.exists():
        print("peers: not installed; `make bench` does it")
        return
    _compare(FEW, _TOOLS)
    _compare(MANY, _TOOLS if full else ("datasketch",))


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        sys.stdout.buffer.write(encode(ours(Path(sys.argv[2]))))
    else:
        main(full="--full" in sys.argv)
