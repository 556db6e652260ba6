"""A real Bluesky server for the tests of this folder.

Where it is not installed they are skipped, unless FAIRFLOOR_NETWORKS says that they must run.
"""

import os
from collections.abc import Iterator

import pytest

from fairfloor.testing.pds.account import Bench
from fairfloor.testing.pds.place import NotInstalled
from fairfloor.testing.pds.running import started


@pytest.fixture(scope="session")
def pds() -> Iterator[Bench]:
    """Run a real PDS for the whole session; accounts are made with `pds.account()`."""
    try:
        with started() as running, Bench(running) as bench:
            yield bench
    except NotInstalled as why:
        if os.environ.get("FAIRFLOOR_NETWORKS"):
            pytest.fail(str(why))
        pytest.skip(str(why))
