"""How many generated examples a dear test draws: fewer where they are the same each time, more where we explore."""

from hypothesis import settings


def examples(same: int, other: int) -> int:
    """Give how many: `same` in `make test`, which draws the same ones each time, `other` in `make explore`."""
    return same if settings().derandomize else other
