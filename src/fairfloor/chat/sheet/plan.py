"""A question of the run sheet as the host writes it ahead."""

from typing import Annotated

import msgspec

from fairfloor.acts.act import When

LONGEST = 400
"""Characters of a question: what a post has room for, with its number and the tag."""
MOST = 30
"""Questions of one run sheet."""


class Planned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, and when it is asked."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    at: When | None = None
    """None: when the host asks it, by hand or by a post."""


Sheet = Annotated[tuple[Planned, ...], msgspec.Meta(max_length=MOST)]
