"""The W3C's feed validator, asked in a process of its own, since its code is not for an environment like ours.

FAIRFLOOR_FEEDVALIDATOR names a checkout of github.com/w3c/feedvalidator. Its interpreter is that of `.venv` in it where
there is one; it needs lxml, html5lib and rdflib.
"""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

_ASK = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
from io import BytesIO
import feedvalidator
from feedvalidator import compatibility
from feedvalidator.logging import Error, SelfDoesntMatchLocation
told = []
for line in sys.stdin.buffer:
    document = bytes.fromhex(line.decode().strip())
    found = feedvalidator.validateStream(BytesIO(document), firstOccurrenceOnly=0)["loggedEvents"]
    found = [one for one in compatibility.AA(found) if not isinstance(one, SelfDoesntMatchLocation)]
    levels = ["error" if isinstance(one, Error) else "warning" for one in found]
    told.append([f"{level} {type(one).__name__} {one.params}" for level, one in zip(levels, found)])
print(json.dumps(told))
"""


def judged(*documents: bytes) -> list[list[str]]:
    """Give what the validator finds wrong with each document, errors and warnings; skips where there is no checkout."""
    named = os.environ.get("FAIRFLOOR_FEEDVALIDATOR")
    if not named:
        pytest.skip("FAIRFLOOR_FEEDVALIDATOR names no checkout of github.com/w3c/feedvalidator")
    checkout = Path(named)
    own = checkout / ".venv/bin/python"
    asked = "\n".join(document.hex() for document in documents)
    command = [str(own) if own.exists() else sys.executable, "-c", _ASK, str(checkout / "src")]
    done = subprocess.run(command, check=False, capture_output=True, input=asked.encode(), timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=list[list[str]])
