"""The peers, each run on one input as its own documentation says; the child that `bench.peers` starts.

It runs on the peers' own environment (`.venv-bench`), so it imports nothing but the standard library and the peer. It
prints one JSON object: processor seconds (its children's included), seconds on the clock, MB held at most, and what
was found.
"""

import csv
import json
import multiprocessing
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

WINDOW = 60
"""Seconds within which coordination-network-toolkit compares."""
LIKENESS = 0.4
"""Jaccard similarity from which datasketch reports a pair: the same as Fairfloor's."""
_PERMUTATIONS = 128


def co_retweet(folder: Path) -> int:
    """Run coordination-network-toolkit's co-retweet network; give its edges."""
    _toolkit("compute_networks").compute_co_retweet_parallel(
        _preprocessed(folder), WINDOW, n_threads=1, min_edge_weight=2
    )
    return _edges(folder, "co_retweet_network")


def co_tweet(folder: Path) -> int:
    """Run coordination-network-toolkit's co-tweet network (the same words); give its edges."""
    _toolkit("compute_networks").compute_co_tweet_network(_preprocessed(folder), WINDOW, n_threads=1, min_edge_weight=2)
    return _edges(folder, "co_tweet_network")


def co_similar(folder: Path) -> int:
    """Run coordination-network-toolkit's co-similar network (Jaccard of words, 0.8 as by default); give its edges."""
    _toolkit("compute_networks").compute_co_similar_tweet(
        _preprocessed(folder), WINDOW, n_threads=1, min_edge_weight=2, similarity_threshold=0.8
    )
    return _edges(folder, "co_similar_tweet_network")


def datasketch(folder: Path) -> int:
    """Look every post up among those before it with MinHashLSH, streaming; give the posts that found one."""
    peer = import_module("datasketch")
    index, found = peer.MinHashLSH(threshold=LIKENESS, num_perm=_PERMUTATIONS), 0
    with (folder / "acts.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["repost_id"]:
                continue
            words = row["message"].lower().split()
            print_of = peer.MinHash(num_perm=_PERMUTATIONS)
            print_of.update_batch([" ".join(run).encode() for run in pairwise(words)])
            found += bool(index.query(print_of))
            index.insert(row["message_id"], print_of, check_duplication=False)
    return found


def _toolkit(module: str) -> Any:
    return import_module(f"coordination_network_toolkit.{module}")


def _preprocessed(folder: Path) -> str:
    database = str(folder / "network.db")
    _toolkit("preprocess").preprocess_csv_files(database, [str(folder / "acts.csv")])
    return database


def _edges(folder: Path, table: str) -> int:
    database = sqlite3.connect(folder / "network.db")
    rows = database.execute(f"select count(*) from {table} where user_1 <> user_2")  # noqa: S608 - our own names
    return int(rows.fetchone()[0])


TOOLS: dict[str, Callable[[Path], int]] = {
    "co_retweet": co_retweet,
    "co_tweet": co_tweet,
    "co_similar": co_similar,
    "datasketch": datasketch,
}


def _cpu() -> float:
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def main() -> None:
    """Run one tool on a folder with `acts.csv`; whatever it prints goes to the error output."""
    tool, folder = TOOLS[sys.argv[1]], Path(sys.argv[2])
    printed, sys.stdout = sys.stdout, sys.stderr
    cpu, wall = _cpu(), time.perf_counter()
    found = tool(folder)
    for child in multiprocessing.active_children():
        child.join()  # only then does its time count
    unit = 2**20 if sys.platform == "darwin" else 2**10
    most = max(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    took = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall, "peak": most / unit, "found": found}
    printed.write(json.dumps(took))


if __name__ == "__main__":
    main()
