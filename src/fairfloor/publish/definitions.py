"""What the labels mean, in the words that readers of a post see: the definitions in the labeler's record.

Severity `inform` and blurs `none`: a label of ours says something beside a post and hides nothing, whatever a reader's
settings do with it. Whoever subscribes to the labeler sees `acting-in-step`, since that is what they came for; `copy`
is off until they turn it on: petitions and share buttons make copies by the dozen, and a badge on each would say of
many people what is no news about any of them. Descriptions say what was found and what was not: no label is about a
view or a person, and "organised" is not "hostile". They are in `labels.toml`, for whoever translates.
"""

import tomllib
from importlib.resources import files
from typing import Any

from fairfloor.publish.marks import ACTING_IN_STEP, COPY

_SETTINGS = {ACTING_IN_STEP: "warn", COPY: "ignore"}
"""What clients call it: a badge beside the post (nothing is blurred), or nothing unless the reader turns it on."""


def definitions() -> list[dict[str, Any]]:
    """Give the definitions as a labeler's record holds them (`com.atproto.label.defs#labelValueDefinition`)."""
    words = tomllib.loads(files("fairfloor.publish").joinpath("labels.toml").read_text("utf-8"))
    return [_defined(label, words[label], setting) for label, setting in _SETTINGS.items()]


def _defined(label: str, words: dict[str, dict[str, str]], setting: str) -> dict[str, Any]:
    return {
        "identifier": label,
        "severity": "inform",
        "blurs": "none",
        "defaultSetting": setting,
        "adultOnly": False,
        "locales": [{"lang": lang, **said} for lang, said in words.items()],
    }
