import ast
import re
from importlib.resources import files

import pytest

_PART = "fairfloor.publish.atproto"
_MODULES = sorted(one.name for one in files(_PART).iterdir() if one.name.endswith(".py"))


@pytest.mark.parametrize("module", _MODULES)
def test_the_protocols_part_can_be_lifted_out(module: str) -> None:
    """It imports nothing else of Fairfloor, and has none of its words: a library of its own, but for the name."""
    text = files(_PART).joinpath(module).read_text("utf-8")
    tree = ast.parse(text)
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert all(one.startswith(_PART) for one in imported if one.startswith("fairfloor"))
    words = set(re.findall("[a-z]+", text.replace(_PART, "").casefold()))
    assert not words & {
        "fairfloor",
        "floor",
        "evening",
        "fold",
        "folded",
        "decision",
        "decisions",
        "copchat",
        "hashtag",
    }


def test_there_is_something_to_lift() -> None:
    """The modules are found."""
    assert {"labels.py", "labeler.py", "feed.py", "client.py"} <= set(_MODULES)
