"""`make bench`: every measurement that docs/benchmarks.md reports, one after another, each in a process of its own.

`.venv/bin/python -m bench core peers` runs only those named.
"""

import subprocess
import sys
from importlib.util import find_spec

PARTS = ("jetstream", "store", "core", "peers", "latency", "feed", "posts", "recap", "discussion", "discussion_fair")


def main(chosen: list[str]) -> int:
    """Run the parts that are there; give how many failed."""
    failed = 0
    for part in PARTS:
        if find_spec(f"bench.{part}") is not None and (not chosen or part in chosen):
            print(f"\n== {part}", flush=True)
            failed += subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    if strange := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"No such part: {', '.join(sorted(strange))}. There are: {', '.join(PARTS)}.")
    sys.exit(main(sys.argv[1:]))
